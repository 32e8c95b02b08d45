# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from functools import partial

from odoo import fields, models
from odoo.tools import SQL

from ..models.runs.continuity_run import UNFINISHED
from ..models.runs.continuity_run_progress import WORKER_LOCK, held_sql
from .charge_chunks import CHARGE_SIZE
from .continuity_job import Phase


class ContinuityJob(models.AbstractModel):
    """What two processes do with an answer that was stored and not booked.

    The answer of the provider is committed before it is booked. A worker that dies in
    between, or that somebody overtakes, leaves a row that is paid and money that is in
    no journal. Odoo's own action books it, too, but gives up after four days.
    """

    _inherit = "continuity.job"

    def _get_booking_phase(self, run):
        """The pass over rows whose answer waits to be booked.

        :param continuity.run run: the run; a preview has asked nobody: no such pass
        :rtype: list[Phase]
        """
        if run.dry_run:
            return []
        return [
            Phase(
                model="continuity.payment",
                due=self._get_payments_sql(run, self._get_unbooked_sql()),
                order=SQL("p.requested_at, p.id"),
                locks=("p", "o"),
                process=partial(self._book, run),
                size=CHARGE_SIZE,
                name=self.env._("Answers that were not booked"),
                is_preparation=True,
            )
        ]

    def _get_unbooked_sql(self):
        """Say which rows have an answer that nobody is going to book.

        What a run and its workers have charged is booked by the run, many at once.
        """
        return SQL(
            """%s AND p.id NOT IN %s AND NOT EXISTS (
                   SELECT FROM continuity_run_line mine
                    WHERE mine.payment_id = p.id AND mine.run_id::oid IN (%s)
               )""",
            self._get_answered_sql(),
            self.env["continuity.charge.chunk"]._get_shared_sql(),
            held_sql(WORKER_LOCK),
        )

    def _get_answered_sql(self):
        """Say which rows have an answer that was not booked.

        A quotation is left to its seller: Submit goes on where it was interrupted. A
        child order is left to the run that has charged it and confirms it next: booked
        here, it would be confirmed here, too, one by one and against that run.
        """
        return SQL(
            """p.state IN ('paid', 'authorized', 'pending')
               AND NOT %(confirmed)s
               AND EXISTS (
                   SELECT FROM payment_transaction t
                    WHERE t.id = p.transaction_id
                      AND t.is_post_processed IS NOT TRUE
                      AND t.state IN ('pending', 'authorized', 'done')
               )
               AND EXISTS (
                   SELECT FROM continuity_order submitted
                    WHERE submitted.id = p.continuity_order_id
                      AND submitted.state != 'draft'
               )""",
            confirmed=self._get_confirmed_next_sql(),
        )

    def _get_confirmed_next_sql(self):
        """Say of which rows a run that is under way confirms the child order.

        A run that was not finished within a day is nobody's any more.
        """
        return SQL(
            """EXISTS (
                   SELECT FROM sale_order c
                     JOIN continuity_run r ON r.company_id = c.company_id
                    WHERE c.id = p.child_order_id
                      AND p.state IN ('paid', 'authorized')
                      AND c.state IN ('draft', 'sent')
                      AND r.job = 'create_child_orders'
                      AND r.state IN %(unfinished)s
                      AND r.started_at > %(yesterday)s
               )""",
            unfinished=UNFINISHED,
            yesterday=fields.Datetime.subtract(fields.Datetime.now(), days=1),
        )

    def _book_together(self, run, payments):
        """Book answers, and make the accounts of their claims.

        Who has charged them may have left that to this.

        :param continuity.run run: the run
        :param continuity.payment payments: were answered
        """
        payments._post_process()
        self.env["continuity.billing"]._settle_booked(payments, run._may_commit())

    def _book(self, run, payments):
        self._book_together(run, payments)
        run._log(
            "done",
            [payment._prepare_run_line(reason="booked") for payment in payments],
        )
