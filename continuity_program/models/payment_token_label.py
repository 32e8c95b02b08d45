# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class PaymentToken(models.Model):
    """A stored card as the seller reads it aloud (rules N57)."""

    _inherit = "payment.token"

    @api.depends("payment_method_id", "expiry_date")
    @api.depends_context("continuity_card")
    def _compute_display_name(self):
        """Override of `payment` to name brand and expiry where a card is chosen."""
        super()._compute_display_name()
        if self.env.context.get("continuity_card"):
            for token in self:
                token.display_name = token._get_continuity_label()

    def _get_continuity_label(self):
        """Return brand, last digits and expiry: "Visa •••• 4242 (05/28)".

        :rtype: str
        """
        self.ensure_one()
        brand = self.payment_method_id.name or self.provider_id.name
        return f"{brand} {self._build_display_name()}"
