# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class StockPicking(models.Model):
    _inherit = "stock.picking"

    def _add_delivery_cost_to_so(self):
        """Override of `stock_delivery`: real costs are no matter of a prepaid child.

        Its customer has paid for everything; the carrier's bill is ours (rules N42).
        """
        self.ensure_one()
        if self.sale_id and self.sale_id._is_continuity_prepaid_child():
            return
        super()._add_delivery_cost_to_so()
