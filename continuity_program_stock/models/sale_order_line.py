# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def _action_launch_stock_rule(self, *, previous_product_uom_qty=False):
        """Override of `sale_stock`: a parent line never moves anything (design 4.3)."""
        goods = self.filtered(lambda line: not line.is_continuity_parent)
        return super(SaleOrderLine, goods)._action_launch_stock_rule(
            previous_product_uom_qty=previous_product_uom_qty
        )

    def _get_continuity_delivery_moment(self):
        """Override of `continuity_program`: when the goods left the house last."""
        if self.qty_delivered_method != "stock_move":
            return super()._get_continuity_delivery_moment()
        # Whoever invoices may not see the warehouse
        done_sudo = self.sudo().move_ids.filtered(lambda move: move.state == "done")
        return max(done_sudo.mapped("date"), default=False)
