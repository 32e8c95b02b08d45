# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class PaymentToken(models.Model):
    _inherit = "payment.token"

    expiry_date = fields.Date(
        help="The last day the card is valid. Empty = unknown.",
    )

    def _continuity_is_valid_on(self, day):
        """Say whether the card can be charged on a day; its last day counts (47).

        :param date day: company-local date
        :rtype: bool
        """
        self.ensure_one()
        return (
            self.active
            and self.provider_id.state != "disabled"
            and (not self.expiry_date or self.expiry_date >= day)
        )

    @api.depends("expiry_date")
    def _compute_display_name(self):
        """Override of `payment` to follow the expiry date, which it shows."""
        return super()._compute_display_name()

    def _build_display_name(self, *args, **kwargs):
        """Override of `payment` to show until when the card is valid (rules N57)."""
        name = super()._build_display_name(*args, **kwargs)
        if name and self.expiry_date:
            return f"{name} ({self.expiry_date:%m/%y})"
        return name
