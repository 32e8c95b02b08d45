# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

#: The vendor has not been told to send anything yet.
NOT_ORDERED = ("draft", "sent", "to approve")


class PurchaseOrder(models.Model):
    """The order to a vendor who sends to the customer: it waits like a transfer.

    Once it is confirmed the vendor ships, and no transfer of ours can hold it back.
    """

    _name = "purchase.order"
    _inherit = ["purchase.order", "continuity.release.mixin"]

    continuity_block = fields.Text(string="Must not be ordered because")
    continuity_override_reason = fields.Char(
        string="Ordered unpaid because",
        help="Why a sales administrator allows this order all the same.",
    )

    @api.depends("state", "order_line.sale_order_id")
    def _compute_continuity_block(self):
        """Override of `continuity_program`: what makes an order wait."""
        return super()._compute_continuity_block()

    # === THE BLOCK === #

    def _confirmation_error_message(self):
        """Override of `purchase`: held and unpaid parcels are not ordered."""
        return (
            super()._confirmation_error_message()
            or self._get_continuity_block_message()
        )

    def write(self, vals):
        """Override of `purchase`: what must not be ordered is not called so.

        :raise UserError: naming all blocked orders and why
        """
        is_ordered = vals.get("state") not in (None, "cancel", *NOT_ORDERED)
        if is_ordered and not self.env.su:
            self._check_continuity_block()
        return super().write(vals)

    def button_approve(self, force=False):
        """Override of `purchase`: nor are they by the second person who approves.

        :raise UserError: naming all blocked orders and why
        """
        self._check_continuity_block()
        return super().button_approve(force=force)

    def _is_continuity_waiting(self):
        """Override of `continuity_program`: the vendor has not been told yet."""
        return self.state in NOT_ORDERED and self._is_dropshipped()

    def _get_continuity_orders(self):
        """Override of `continuity_program`: whom the vendor sends to."""
        # Whoever buys does not see every sales order, and reads texts only
        return self.sudo().order_line.sale_order_id._get_continuity_program_records()

    @api.model
    def _get_continuity_block_text(self, names):
        """Override of `continuity_program`: what is said to the buyer."""
        return self.env._(
            "The vendor must not send this yet:\n%(orders)s\nSecure the payment, or let"
            " a sales administrator allow the order.",
            orders=names,
        )

    @api.model
    def _get_continuity_joined_text(self, names):
        """Override of `continuity_program`: what is said of what was joined."""
        return self.env._(
            "Goods of %s were added: whether this may be ordered unpaid has to be"
            " decided again.",
            names,
        )
