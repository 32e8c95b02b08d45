# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.exceptions import UserError


class PosOrderLine(models.Model):
    """The line of a till: for no order of a program, whatever the door."""

    _inherit = "pos.order.line"

    @api.constrains("sale_order_origin_id", "sale_order_line_id")
    def _check_continuity_order(self):
        # Cashiers may see no orders; whether one belongs to a program is asked of it
        lines_sudo = self._filter_continuity_taken().sudo()
        orders_sudo = lines_sudo.sale_order_origin_id
        orders_sudo |= lines_sudo.sale_order_line_id.order_id
        orders_sudo._check_continuity_not_at_till()

    @api.constrains("product_id")
    def _check_continuity_product(self):
        # Cashiers may see no programs; whether a product sells one is asked of it
        products_sudo = self._filter_continuity_taken().sudo().product_id
        for product_sudo in products_sudo.filtered("continuity_program_id")[:1]:
            raise UserError(
                self.env._(
                    "%s is a continuity program and is not sold at a till: nobody would"
                    " ship or charge its series. Enter it as a quotation.",
                    product_sudo.display_name,
                )
            )

    def _filter_continuity_taken(self):
        """Return the lines that take money: what was sold before can be given back.

        :rtype: pos.order.line
        """
        return self.filtered(
            lambda line: not (line.refunded_orderline_id and line.qty < 0)
        )
