# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import models
from odoo.tools import SQL

from ..models.children.sale_order_block import ASKED_STATES
from .create_child_orders import SETTLED


class CreateChildOrders(models.AbstractModel):
    """What each of the three passes finds due."""

    _inherit = "continuity.job.create_child_orders"

    def _get_documents_sql(self, run):
        """Select the shipments a child order is due for (rules R16, F2).

        One row per child order: of missed shipments that leave together, the first one
        (N34). Orders on hold and expired cards are due all the same: the run says why
        they were left out.
        """
        return SQL(
            """
            SELECT s.id
              FROM continuity_shipment s
              JOIN continuity_order o ON o.id = s.continuity_order_id
              JOIN continuity_program g ON g.id = o.program_id
             WHERE %(due)s
               AND o.state IN ('running', 'paused', 'on_hold')
               AND NOT (
                   s.is_missed AND g.consolidate_missed AND EXISTS (
                       SELECT FROM continuity_shipment e
                        WHERE e.continuity_order_id = s.continuity_order_id
                          AND e.is_missed
                          AND %(due_earlier)s
                          AND (e.planned_date, e.number, e.id)
                              < (s.planned_date, s.number, s.id)
                   )
               )
               AND NOT EXISTS (
                   SELECT FROM continuity_run_line l
                    WHERE l.run_id = %(run)s
                      AND l.continuity_order_id = o.id
                      AND (l.shipment_id = s.id OR l.shipment_id IS NULL)
               )
               %(filters)s
            """,
            due=self._get_due_sql(run, "s"),
            due_earlier=self._get_due_sql(run, "e"),
            run=run.id,
            filters=self._get_filters_sql(run),
        )

    def _get_due_sql(self, run, alias):
        """Say which shipments have reached their date (rules R16)."""
        shipment = SQL.identifier(alias)
        return SQL(
            """%(s)s.state = 'planned' AND %(s)s.company_id = %(company)s
               AND %(s)s.action != 'skip' AND %(s)s.planned_date <= %(until)s""",
            s=shipment,
            company=run.company_id.id,
            until=self._get_last_date(run),
        )

    def _get_last_date(self, run):
        """Return the last planned date that is due: planned date − N ≤ run date."""
        return run.date + timedelta(days=run.company_id.continuity_delivery_days)

    def _get_money_sql(self, run, condition=None):
        """Select the rows of draft children that are due now, one charge each (A, B).

        Only rows that were never tried: a declined one waits for its date and the
        payments job.

        :param SQL condition: on `p`, the payment row; None = not tried yet
        """
        return SQL(
            """
            SELECT p.id
              FROM continuity_payment p
              JOIN continuity_shipment s ON s.id = p.shipment_id
              JOIN continuity_order o ON o.id = p.continuity_order_id
              JOIN sale_order c
                ON c.id = p.child_order_id AND c.id = s.child_order_id
             WHERE %(condition)s
               AND p.company_id = %(company)s
               AND p.due_date <= %(date)s
               AND s.state = 'ordered'
               AND c.state IN ('draft', 'sent')
               AND o.state = 'running'
               AND o.payment_method = 'card'
               AND NOT EXISTS (
                   SELECT FROM continuity_run_line l
                    WHERE l.run_id = %(run)s AND l.payment_id = p.id
               )
               %(filters)s
            """,
            condition=condition or SQL("p.state = 'scheduled'"),
            company=run.company_id.id,
            date=run.date,
            run=run.id,
            filters=self._get_filters_sql(run),
        )

    def _get_confirmation_sql(self, run):
        """Select the draft children that nothing keeps from being confirmed.

        A payment the provider was asked for and has not given keeps its child back
        whenever it is due; one that was not tried yet, when it is due by now. A run
        for an earlier day, or one that is gone on with later, knows what today is.
        """
        return SQL(
            """
            SELECT c.id
              FROM sale_order c
              JOIN continuity_order o ON o.id = c.continuity_order_id
             WHERE c.state IN ('draft', 'sent')
               AND c.company_id = %(company)s
               AND c.continuity_order_id IS NOT NULL
               AND o.state = 'running'
               AND EXISTS (
                   SELECT FROM continuity_shipment s
                    WHERE s.child_order_id = c.id AND s.state = 'ordered'
               )
               AND NOT EXISTS (
                   SELECT FROM continuity_payment p
                    WHERE p.child_order_id = c.id AND %(blocking)s
               )
               AND NOT EXISTS (
                   SELECT FROM continuity_run_line l
                    WHERE l.run_id = %(run)s
                      AND l.child_order_id = c.id
                      AND (l.outcome = 'failed' OR l.reason = 'held')
               )
               %(filters)s
            """,
            company=run.company_id.id,
            blocking=self._get_blocking_sql(
                run.company_id, max(run.date, run.company_id._continuity_today())
            ),
            run=run.id,
            filters=self._get_filters_sql(run),
        )

    def _get_blocking_sql(self, company, day):
        """Say which payments `p` of an order `o` keep their child from being confirmed.

        What `billing.may_confirm` says of one child, for all of them at once.

        :param res.company company: of the orders
        :param date day: the later one of the run's date and today
        :rtype: SQL
        """
        return SQL(
            """(
                (
                    p.state IN %(asked)s
                    OR p.due_date <= %(day)s
                    AND p.state NOT IN %(settled)s
                    AND o.payment_method = 'card'
                )
                AND NOT %(little)s
            )""",
            asked=ASKED_STATES,
            day=day,
            little=self.env["continuity.payment"]._get_too_little_sql(company, day),
            settled=SETTLED,
        )
