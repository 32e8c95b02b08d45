# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class SaleOrder(models.Model):
    """The child order of an order billed up front: no carrier charges it (N42)."""

    _inherit = "sale.order"

    def _is_continuity_prepaid_child(self):
        """Tell whether everything on the order was paid before it was made.

        :rtype: bool
        """
        self.ensure_one()
        # Whoever sends parcels may not see the program
        order_sudo = self.sudo().continuity_order_id
        return self.continuity_type == "child" and order_sudo.bill_upfront

    def set_delivery_line(self, carrier, amount):
        """Override of `delivery`: a prepaid child travels, and costs nothing more."""
        prepaid = self.filtered(lambda order: order._is_continuity_prepaid_child())
        prepaid.carrier_id = carrier
        prepaid.picking_ids.filtered(
            lambda picking: (
                picking.state not in ("done", "cancel")
                and not picking.move_ids.origin_returned_move_id
            )
        ).carrier_id = carrier
        return super(SaleOrder, self - prepaid).set_delivery_line(carrier, amount)
