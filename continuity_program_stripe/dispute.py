# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What Stripe says of a charge that its cardholder disputes: plain Python.

After docs.stripe.com/disputes and docs.stripe.com/api/disputes/object, read on
2026-11-29; never compared with a message of Stripe itself.
"""

from dataclasses import dataclass

#: The bank has asked, and has taken no money
ASKED = "asked"
#: The bank has taken the money back
TAKEN = "taken"
#: The bank has given it to the seller again
RETURNED = "returned"


@dataclass(frozen=True, slots=True)
class Dispute:
    """A dispute about one charge.

    :param str key: what Stripe calls it
    :param str kind: `ASKED`, `TAKEN` or `RETURNED`
    :param str intent: what Stripe calls the payment
    :param int units: amount in the smallest unit Stripe knows of the currency
    :param str currency: code in capitals
    :param str reason: in Stripe's own word
    """

    key: str
    kind: str
    intent: str
    units: int
    currency: str
    reason: str


def read_dispute(message):
    """Read an event of Stripe about a dispute.

    :param dict message: the event
    :return: None where it tells nothing that is to be followed
    :rtype: Dispute | None
    :raise AttributeError: it is not what it should be
    """
    shown = message.get("data", {}).get("object", {})
    kind = _get_kind(message.get("type"), str(shown.get("status") or ""))
    key, intent, units = (shown.get(x) for x in ("id", "payment_intent", "amount"))
    if not (kind and isinstance(key, str) and isinstance(intent, str)):
        return None
    if not isinstance(units, int):
        return None
    return Dispute(
        key,
        kind,
        intent,
        units,
        str(shown.get("currency") or "").upper(),
        str(shown.get("reason") or "").replace("_", " "),
    )


def _get_kind(event, status):
    """Say what a kind of event tells, by the state of its dispute."""
    if event == "charge.dispute.funds_withdrawn":
        return TAKEN
    if event == "charge.dispute.funds_reinstated":
        return RETURNED
    if event == "charge.dispute.created":
        # A question of the bank; other disputes begin with the money
        return ASKED if status.startswith("warning_") else TAKEN
    return ""
