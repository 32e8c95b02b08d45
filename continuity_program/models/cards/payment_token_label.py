# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import re

from odoo import models

# A whole card number: only its last four digits are for people's eyes
CARD_NUMBER = re.compile(r"(?:\d[ -]?){8,}(\d{4})\b")


class PaymentToken(models.Model):
    """A stored card as the seller reads it aloud (rules N57)."""

    _inherit = "payment.token"

    # === ONE CARD ONCE === #

    def _continuity_once(self, keep=None):
        """Leave out cards that were stored again later.

        :param payment.token keep: these stay rather than a later one
        :return: the cards that are left, in their order
        :rtype: payment.token
        """
        kept = {
            token._get_continuity_card_key(): token.id for token in self.sorted("id")
        }
        for token in self & (keep or self.browse()):
            kept[token._get_continuity_card_key()] = token.id
        left = set(kept.values())
        return self.filtered(lambda token: token.id in left)

    def _get_continuity_card_key(self):
        """Say which card it is; without an expiry date nobody knows.

        :rtype: tuple
        """
        self.ensure_one()
        if not self.expiry_date or not self.payment_details:
            return (self.id,)
        return (
            self.partner_id,
            self.provider_id,
            self.payment_method_id,
            self.payment_details,
            self.expiry_date,
        )

    def _get_continuity_stored_text(self):
        """Say on the card page that the card is stored.

        :rtype: str
        """
        return self.env._("The card %s is stored.", self._get_continuity_label())

    def _get_continuity_label(self):
        """Return brand, last digits and expiry: "Visa •••• 4242 (05/28)".

        :rtype: str
        """
        self.ensure_one()
        brand = self.payment_method_id.name or self.provider_id.name
        digits = self.payment_details or ""
        if not digits.isdigit():
            return f"{brand} {self._build_display_name()}"
        # Some providers leave out the dots before the last digits
        text = f"{brand} •••• {digits[-4:]}"
        return f"{text} ({self.expiry_date:%m/%y})" if self.expiry_date else text
