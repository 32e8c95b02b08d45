# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.tools import SQL


class CloseOrders(models.AbstractModel):
    """The close job: what still has to leave the house (rules F2, BR4)."""

    _inherit = "continuity.job.close_orders"

    def _get_undelivered_sql(self):
        """Override of `continuity_program`: goods wait until they moved, or never will.

        The rest of a delivery that was cancelled waits no more. Goods that no transfer
        has moved, or was to move, have not left either: a vendor sends them who has not
        been told yet, or their transfer was deleted.
        """
        return SQL(
            """(%(moving)s OR (
                    l.qty_delivered_method = 'stock_move'
                    AND NOT EXISTS (
                        SELECT FROM stock_move m WHERE m.sale_line_id = l.id
                    )
                    AND %(left)s < %(ordered)s - 0.000001
                    AND NOT %(called_off)s
                ))""",
            moving=self._get_moving_sql(),
            left=self._get_left_sql(),
            ordered=self._get_ordered_sql(),
            called_off=self._get_called_off_sql(),
        )

    def _get_moving_sql(self):
        """Override of `continuity_program`: a move is neither done nor cancelled."""
        return SQL(
            """EXISTS (
                   SELECT FROM stock_move m
                    WHERE m.sale_line_id = l.id AND m.state NOT IN ('done', 'cancel')
               )"""
        )

    def _get_called_off_sql(self):
        """Say that goods of a line that no transfer moves will never be sent."""
        return SQL("FALSE")

    def _get_unsent_sql(self):
        """Override of `continuity_program`: goods were to leave, and nothing has.

        Whoever calls off all of it decides what becomes of the money, and whether it is
        sent anew: the child is cancelled, or goods move. Of a kit parts may have left
        without one of it being whole.
        """
        goods = SQL(
            """SELECT FROM sale_order_line l
                WHERE l.order_id = c.id
                  AND l.display_type IS NULL
                  AND l.continuity_prepaid_line_id IS NULL
                  AND l.qty_delivered_method = 'stock_move'"""
        )
        return SQL(
            """(EXISTS (%(goods)s AND %(ordered)s > 0.000001)
                AND NOT EXISTS (%(goods)s AND %(left)s > 0.000001)
                AND NOT EXISTS (
                    SELECT FROM sale_order_line l
                      JOIN stock_move m ON m.sale_line_id = l.id
                      JOIN stock_location d ON d.id = m.location_dest_id
                     WHERE l.order_id = c.id AND %(moved)s
                ))""",
            goods=goods,
            ordered=self._get_ordered_sql(),
            left=self._get_left_sql(),
            moved=self.env["stock.move"]._get_continuity_left_sql(),
        )
