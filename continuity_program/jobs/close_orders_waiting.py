# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import models
from odoo.tools import SQL, format_date


class CloseOrders(models.AbstractModel):
    """Up-front children that should have left: their money waits with them.

    Nothing is done about them, so they are no pass of the process: they are listed when
    all passes have come to their end.
    """

    _inherit = "continuity.job.close_orders"

    def _work_off(self, run):
        """Override: list what waits for its delivery."""
        is_finished = super()._work_off(run)
        if is_finished and not self._get_rest_text(run):
            self._log_waiting(run)
        return is_finished

    def _log_waiting(self, run):
        """Write one line for each child that is late, once per run.

        :param continuity.run run: the run
        """
        self.env.flush_all()
        rows = self.env.execute_query(self._get_waiting_sql(run))
        children = self.env["sale.order"].browse(row[0] for row in rows)
        lines = [
            {
                "continuity_order_id": child.continuity_order_id.id,
                "child_order_id": child.id,
                "reason": "not_delivered",
                "message": self.env._(
                    "%(child)s of %(day)s is not delivered. It was paid in advance: its"
                    " money moves to sales, and its shipment is done, when the delivery"
                    " is.",
                    child=child.name,
                    day=format_date(
                        self.env,
                        run.company_id._continuity_local_date(
                            child.commitment_date or child.date_order
                        ),
                    ),
                ),
            }
            for child in children
        ]
        run._log("skipped", lines)

    def _get_waiting_sql(self, run):
        """Select the up-front children with goods that were to leave before the run.

        Where no warehouse says what has left, the day itself does: nothing is late.
        """
        company = run.company_id
        midnight = company._continuity_noon(run.date) - timedelta(hours=12)
        return SQL(
            """
            SELECT c.id
              FROM sale_order c
              JOIN continuity_order o ON o.id = c.continuity_order_id
             WHERE %(child)s
               AND o.bill_upfront
               AND COALESCE(c.commitment_date, c.date_order) < %(midnight)s
               AND EXISTS (
                   SELECT FROM sale_order_line l
                    WHERE l.order_id = c.id
                      AND l.display_type IS NULL
                      AND l.continuity_prepaid_line_id IS NULL
                      AND l.qty_delivered_method = 'stock_move'
                      AND %(left)s < %(ordered)s - 0.000001
                      AND %(undelivered)s
               )
             ORDER BY c.id
            """,
            child=self._get_child_sql(run),
            midnight=midnight,
            left=self._get_left_sql(),
            ordered=self._get_ordered_sql(),
            undelivered=self._get_undelivered_sql(),
        )
