# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class PosOrderLine(models.Model):
    """The line of a till: for no order of a program, whatever the door."""

    _inherit = "pos.order.line"

    @api.constrains("sale_order_origin_id", "sale_order_line_id")
    def _check_continuity_order(self):
        # What was settled before the bridge came can be given back
        taken = self.filtered(
            lambda line: not (line.refunded_orderline_id and line.qty < 0)
        )
        # Cashiers may see no orders; whether one belongs to a program is asked of it
        lines_sudo = taken.sudo()
        orders_sudo = lines_sudo.sale_order_origin_id
        orders_sudo |= lines_sudo.sale_order_line_id.order_id
        orders_sudo._check_continuity_not_at_till()
