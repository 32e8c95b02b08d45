# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.exceptions import UserError

from ...agreement.states import ACTIVE_STATES
from ...cards.payment_token_check import CARD_ACTIVITIES
from ...cards.payment_token_label import CARD_NUMBER


class PaymentToken(models.Model):
    """Where stored cards meet continuity programs: what they are called."""

    _inherit = "payment.token"

    @api.depends("payment_method_id", "expiry_date")
    @api.depends_context("continuity_card")
    def _compute_display_name(self):
        """Override of `payment` to follow the expiry date, which it shows, and to name
        the brand where a card is chosen."""
        result = super()._compute_display_name()
        if self.env.context.get("continuity_card"):
            for token in self:
                token.display_name = token._get_continuity_label()
        return result

    def _build_display_name(self, *args, **kwargs):
        """Override of `payment` to show until when the card is valid (rules N57).

        A whole number is never shown: providers send the last digits only, the demo
        provider keeps what was typed.
        """
        name = super()._build_display_name(*args, **kwargs)
        if name and self.expiry_date:
            name = f"{name} ({self.expiry_date:%m/%y})"
        return CARD_NUMBER.sub(r"•••• \1", name)

    def _get_available_tokens(
        self, providers_ids, partner_id, is_validation=False, **kwargs
    ):
        """Override of `payment`: where a card is chosen to pay, each stands once.

        Where a customer looks after his cards he finds every one that is stored.
        """
        tokens = super()._get_available_tokens(
            providers_ids, partner_id, is_validation=is_validation, **kwargs
        )
        return tokens if is_validation else tokens._continuity_once()

    def _handle_archiving(self):
        """Override of `payment`: customers replace the card of a running order.

        A manager may delete it, and a provider may withdraw it: the next run says what
        it cannot charge.

        :raise UserError: naming the orders
        """
        result = super()._handle_archiving()
        if not self.env.user._is_portal():
            return result
        orders = self.env["continuity.order"].search(
            [("payment_token_id", "in", self.ids), ("state", "in", ACTIVE_STATES)]
        )
        if orders:
            raise UserError(
                self.env._(
                    "This card pays for %s. Store another card there first.",
                    ", ".join(orders.mapped("name")),
                )
            )
        return result

    def write(self, vals):
        """Override of `payment`: a card that works again needs nobody to see to it."""
        result = super().write(vals)
        if vals.get("active"):
            # Whoever brings a card back may not see the orders of the sellers
            orders_sudo = self.env["continuity.order"].sudo()
            orders_sudo = orders_sudo.search([("payment_token_id", "in", self.ids)])
            orders_sudo.activity_unlink(list(CARD_ACTIVITIES))
        return result
