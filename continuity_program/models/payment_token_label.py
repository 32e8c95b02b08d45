# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import re

from odoo import models

# A whole card number: only its last four digits are for people's eyes
CARD_NUMBER = re.compile(r"(?:\d[ -]?){8,}(\d{4})\b")


class PaymentToken(models.Model):
    """A stored card as the seller reads it aloud (rules N57)."""

    _inherit = "payment.token"

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
