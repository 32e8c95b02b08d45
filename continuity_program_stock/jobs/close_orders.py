# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.tools import SQL


class CloseOrders(models.AbstractModel):
    """The close job: what still has to leave the house (rules F2, BR4)."""

    _inherit = "continuity.job.close_orders"

    def _get_undelivered_sql(self):
        """Override of `continuity_program`: goods wait until they moved, or never will.

        The rest of a delivery that was cancelled waits no more.
        """
        return SQL(
            """EXISTS (
                   SELECT FROM stock_move m
                    WHERE m.sale_line_id = l.id AND m.state NOT IN ('done', 'cancel')
               )"""
        )
