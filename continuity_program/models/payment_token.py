# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..arguments import public
from .continuity_order import ACTIVE_STATES
from .payment_token_check import CARD_ACTIVITIES


class PaymentToken(models.Model):
    _inherit = "payment.token"

    expiry_date = fields.Date(
        help="The last day the card is valid. Empty = unknown.",
    )

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

    @public()
    def action_continuity_delete(self):
        """Delete cards, as far as Odoo does: archived, and never charged again.

        What was to be charged to them waits for another card (rules F3).

        :raise AccessError: the user is no sales administrator
        """
        self.check_access("read")
        if not self.env.user.has_group("sales_team.group_sale_manager"):
            raise AccessError(
                self.env._("Only a sales administrator can delete a card.")
            )
        # Odoo lets nobody but its administrator write cards
        self.sudo().active = False
        orders = self.env["continuity.order"].search(
            [("payment_token_id", "in", self.ids), ("state", "in", ACTIVE_STATES)]
        )
        for order in orders:
            order.message_post(
                body=self.env._(
                    "%(user)s deleted the card %(card)s.",
                    user=self.env.user.name,
                    card=order.payment_token_id.display_name,
                )
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
