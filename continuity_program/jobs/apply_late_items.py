# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from functools import partial

from odoo import models
from odoo.tools import SQL

from ..conflicts import CONFLICTS
from .continuity_job import Phase


class ApplyLateItems(models.AbstractModel):
    """Do to many orders what a manager has decided about something that is late.

    Nothing but that decision begins it. What was handled says so itself, so that a run
    that was killed goes on where it was.
    """

    _name = "continuity.job.apply_late_items"
    _inherit = "continuity.job"
    _description = "Apply Late Items"

    # === CONTRACT === #

    def _get_phases(self, run):
        return [
            Phase(
                model="continuity.order",
                due=self._get_due_sql(run),
                order=SQL("o.id"),
                locks=("o",),
                process=partial(self._apply, run),
            ),
            Phase(
                model="continuity.late.item",
                due=self._get_finished_sql(run),
                order=SQL("i.id"),
                locks=("i",),
                process=self._finish,
            ),
        ]

    def _describe_failure(self, record, error):
        if record._name == "continuity.order":
            return {"continuity_order_id": record.id}
        return {}

    # === WHAT IS DUE === #

    def _get_due_sql(self, run):
        """Select the orders of items that are being applied and were not handled."""
        return SQL(
            """
            SELECT o.id
              FROM continuity_order o
             WHERE o.company_id = %(company)s
               AND EXISTS (
                   SELECT %(waiting)s
                      AND s.continuity_order_id = o.id
               )
               AND %(not_failed)s
               %(filters)s
            """,
            company=run.company_id.id,
            waiting=self._get_waiting_sql(),
            not_failed=self._get_not_failed_sql(run),
            filters=self._get_filters_sql(run),
        )

    def _get_waiting_sql(self):
        return SQL(
            """FROM continuity_late_item_line l
               JOIN continuity_late_item i ON i.id = l.late_item_id
               JOIN continuity_shipment s ON s.id = l.shipment_id
              WHERE i.state = 'applying'
                AND i.company_id = o.company_id
                AND l.is_left_out IS NOT TRUE
                AND l.is_handled IS NOT TRUE"""
        )

    def _get_not_failed_sql(self, run):
        return SQL(
            """NOT EXISTS (
                   SELECT FROM continuity_run_line f
                    WHERE f.run_id = %s
                      AND f.continuity_order_id = o.id
                      AND f.outcome = 'failed'
               )""",
            run.id,
        )

    def _get_finished_sql(self, run):
        """Select the items of which no order waits any more.

        Lines of a run do not say which item they are about: when one could not be
        ended, the next run ends the others.
        """
        return SQL(
            """
            SELECT i.id
              FROM continuity_late_item i
             WHERE i.company_id = %(company)s
               AND i.state = 'applying'
               AND NOT EXISTS (
                   SELECT
                     FROM continuity_late_item_line l
                     JOIN continuity_shipment s ON s.id = l.shipment_id
                     JOIN continuity_order o ON o.id = s.continuity_order_id
                    WHERE l.late_item_id = i.id
                      AND l.is_left_out IS NOT TRUE
                      AND l.is_handled IS NOT TRUE
                      AND %(not_failed)s
               )
               AND NOT EXISTS (
                   SELECT FROM continuity_run_line f
                    WHERE f.run_id = %(run)s
                      AND f.continuity_order_id IS NULL
                      AND f.outcome = 'failed'
               )
            """,
            company=run.company_id.id,
            not_failed=self._get_not_failed_sql(run),
            run=run.id,
        )

    # === WORK === #

    def _apply(self, run, orders):
        """Do to orders what was decided; one decision does not stop another one.

        An order that several items concern is counted once for each outcome.
        """
        items = self.env["continuity.late.item"].search(
            [("company_id", "=", run.company_id.id), ("state", "=", "applying")]
        )
        done, changed, failed = [], [], []
        for item in items:
            try:
                with self.env.cr.savepoint():
                    lines, others = item._apply_orders(orders)
            except CONFLICTS:
                raise
            # Broad on purpose: whatever one item meets must not stop the others
            except Exception as error:
                # Which of several orders it is, is found by halving
                if not self._is_of_record(error) or len(orders) > 1:
                    raise
                failed.append(error)
                continue
            done += self._prepare_lines(item, lines)
            # Somebody has changed them since they were shown
            changed += self._prepare_lines(item, others, "changed")
        for error in failed:
            self._log_failure(run, orders, error, is_counted=error is failed[0])
        self._log_once(run, "done", done)
        self._log_once(run, "skipped", changed)

    def _log_once(self, run, outcome, lines):
        """Write down what happened to orders, and count each of them once.

        :param str outcome: done or skipped
        :param list[dict] lines: values of run lines, each about an order
        """
        first, more, counted = [], [], set()
        for line in lines:
            is_first = line["continuity_order_id"] not in counted
            counted.add(line["continuity_order_id"])
            (first if is_first else more).append(line)
        run._log(outcome, first)
        run._log(outcome, more, is_counted=False)

    def _clear_failures(self, run, records):
        """Override: what one item could not do stands, whatever another one did."""
        if records._name == "continuity.order":
            lines = self.env["continuity.run.line"]
            records -= lines.search(
                [
                    ("run_id", "=", run.id),
                    ("outcome", "=", "failed"),
                    ("continuity_order_id", "in", records.ids),
                ]
            ).continuity_order_id
        return super()._clear_failures(run, records)

    def _prepare_lines(self, item, lines, reason="late_item"):
        """Prepare one run line for each order.

        :param continuity.late.item item: what was decided
        :param continuity.late.item.line lines: lines of it
        :param str reason: what became of them
        :rtype: list[dict]
        """
        return [
            {
                "continuity_order_id": order.id,
                "reason": reason,
                "message": item.display_name,
                "item_count": len(mine),
            }
            for order, mine in lines.grouped("continuity_order_id").items()
        ]

    def _finish(self, items):
        # What was decided is over also if its author may not decide it any more
        for item in items:
            item._finish()

    # === RESULT === #

    def _get_message(self, run):
        """Say how many orders were changed."""
        text = self.env._("Continuity orders changed: %s.", run.done_count)
        return " ".join([text, *self._get_rest_texts(run)])
