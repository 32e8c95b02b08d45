# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import hashlib

from odoo import api, models

#: Providers cut a reference: what tells it from others stands within so many characters
DISTINCT = 20
#: Characters left for the number of the attempt, with its hyphen
ATTEMPT = 4
#: No character that looks like another one
DIGITS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


class PaymentTransaction(models.Model):
    """What our charges are called by: once, whoever installs the addon how often."""

    _inherit = "payment.transaction"

    @api.model
    def _continuity_get_reference(self, prefix, parts, attempt):
        """Name the next request for an amount: `CP42-7K3MXQ2-1`.

        Made of what is there long before the charge, so that a repetition of the same
        attempt writes the same text and the provider recognises it. The middle tells
        amounts of one order, and installations, from each other. A name that is taken
        moves on to the next number.

        :param str prefix: what is charged, ending with a hyphen
        :param tuple parts: what the amount is known by within that
        :param int attempt: number of the request, from 1
        :return: at most 30 characters, distinct in the first 20
        :rtype: str
        """
        installation = self.env["continuity.database"]._get_reference_text()
        text = "|".join(map(str, [installation, prefix, *parts]))
        key = self._continuity_get_key(text)[: DISTINCT - ATTEMPT - len(prefix)]
        stem = f"{prefix}{key}-"
        # Another company's transactions are none of the user's business
        transactions_sudo = self.sudo()
        # One look-up by the index of references; there is hardly ever a second one
        while transactions_sudo.search_count([("reference", "=", f"{stem}{attempt}")]):
            attempt += 1
        return f"{stem}{attempt}"

    @api.model
    def _continuity_get_key(self, text):
        """Return seven characters for a text: one of 34 thousand million."""
        number = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")
        return "".join(DIGITS[(number >> (5 * place)) % 32] for place in range(7))
