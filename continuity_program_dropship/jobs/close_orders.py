# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.tools import SQL


class CloseOrders(models.AbstractModel):
    """The close job: goods that a vendor sends have no transfer until he is told."""

    _inherit = "continuity.job.close_orders"

    def _get_called_off_sql(self):
        """Override of `continuity_program_stock`: nobody asks the vendor any more."""
        return SQL(
            """(EXISTS (
                    SELECT FROM purchase_order_line b WHERE b.sale_line_id = l.id
                ) AND NOT EXISTS (
                    SELECT FROM purchase_order_line b
                      JOIN purchase_order v ON v.id = b.order_id
                     WHERE b.sale_line_id = l.id AND v.state != 'cancel'
                ))"""
        )
