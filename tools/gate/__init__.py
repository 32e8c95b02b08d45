"""A gate before a pretended payment provider, for tests of the providers' own modules.

Odoo's module of a provider talks HTTP to it, unchanged. Behind it stands localstripe,
a Stripe on this machine, in a process of its own. The gate gives it what it lacks, does
on request what a network and a provider do on a bad day, and tells what money has
moved.
"""

#: The environment variable that names the address of the gate
URL = "CONTINUITY_GATE"
