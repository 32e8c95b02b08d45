# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import models
from odoo.tools import SQL, format_date


class CloseOrders(models.AbstractModel):
    """Children that should have left: the money of those paid up front waits with
    them, and of others it is said when nothing is on its way.

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
        stuck = dict(rows)
        lines = [
            {
                "continuity_order_id": child.continuity_order_id.id,
                "child_order_id": child.id,
                "reason": "not_delivered",
                "message": self._get_waiting_text(run, child, stuck[child.id]),
            }
            for child in self.env["sale.order"].browse(stuck)
        ]
        run._log("skipped", lines)

    def _get_waiting_text(self, run, child, is_stuck):
        """Say of a child that is late what becomes of it.

        :param continuity.run run: the run
        :param sale.order child: the child order
        :param bool is_stuck: nothing of it is on its way
        :rtype: str
        """
        day = child.commitment_date or child.date_order
        said = {
            "child": child.name,
            "day": format_date(self.env, run.company_id._continuity_local_date(day)),
        }
        if is_stuck:
            return self.env._(
                "%(child)s of %(day)s is not delivered, and no transfer of it is open."
                " Have its goods ordered or sent, or cancel it.",
                **said,
            )
        return self.env._(
            "%(child)s of %(day)s is not delivered. It was paid in advance: its"
            " money moves to sales, and its shipment is done, when the delivery"
            " is.",
            **said,
        )

    def _get_waiting_sql(self, run):
        """Select the children with goods that were to leave before the run.

        Those that are paid up front, and those of which nothing is on its way. Where no
        warehouse says what has left, the day itself does: nothing is late.
        """
        company = run.company_id
        midnight = company._continuity_noon(run.date) - timedelta(hours=12)
        return SQL(
            """
            SELECT c.id, %(stuck)s
              FROM sale_order c
              JOIN continuity_order o ON o.id = c.continuity_order_id
             WHERE %(child)s
               AND COALESCE(c.commitment_date, c.date_order) < %(midnight)s
               AND (%(stuck)s OR o.bill_upfront AND EXISTS (
                   SELECT FROM sale_order_line l
                    WHERE l.order_id = c.id
                      AND l.display_type IS NULL
                      AND l.continuity_prepaid_line_id IS NULL
                      AND l.qty_delivered_method = 'stock_move'
                      AND %(left)s < %(ordered)s - 0.000001
                      AND %(undelivered)s
               ))
             ORDER BY c.id
            """,
            child=self._get_child_sql(run),
            midnight=midnight,
            left=self._get_left_sql(),
            ordered=self._get_ordered_sql(),
            undelivered=self._get_undelivered_sql(),
            stuck=self._get_stuck_sql(company),
        )

    def _get_stuck_sql(self, company):
        """Say that a shipment waits for a child of which nothing is on its way.

        :param res.company company: whose shipments
        :rtype: SQL
        """
        return SQL(
            """(c.id IN (
                    SELECT s.child_order_id
                      FROM continuity_shipment s
                     WHERE s.state = 'ordered' AND s.company_id = %(company)s
                ) AND %(unsent)s AND NOT EXISTS (
                    SELECT FROM sale_order_line l
                     WHERE l.order_id = c.id AND %(moving)s
                ))""",
            company=company.id,
            unsent=self._get_unsent_sql(),
            moving=self._get_moving_sql(),
        )
