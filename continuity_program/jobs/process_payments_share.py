# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from functools import partial

from odoo import models
from odoo.tools import SQL

from .charge_chunks import CHARGE_SIZE
from .continuity_job import Phase

#: What a payment is that brings an entry, a confirmation or a posted invoice
BOOKED_BY_LANE = ("paid", "authorized")


class ProcessPayments(models.AbstractModel):
    """What was answered is booked many at once: one entry is a lot of work, many are
    little more.

    Whoever charges keeps the answer and goes on: a worker, or the run itself.
    """

    _inherit = "continuity.job.process_payments"

    def _get_charge_phases(self, run):
        """Override: a payment under way in a chunk of ours has lost its worker."""
        interrupted = SQL("p.state = 'processing' AND %s", self._get_sent_sql())
        return [
            self._get_interrupted_phase(run, interrupted),
            self._get_charge_phase(run),
        ]

    def _get_lane_phases(self, run):
        """Override: payments and entries."""
        return [
            Phase(
                model="continuity.payment",
                due=self._get_lane_sql(run),
                order=SQL("p.requested_at, p.id"),
                # The transaction, too: Odoo's own action that books passes it by. The
                # order, for its account: whom somebody decides about is booked later
                locks=("p", "t", "o"),
                process=partial(self._book_together, run),
                size=CHARGE_SIZE,
            )
        ]

    def _get_lane_sql(self, run):
        """Select what this run has charged and left to be booked.

        Of orders that no worker has: both write the account of the order.
        """
        return SQL(
            """
            SELECT p.id
              FROM continuity_payment p
              JOIN payment_transaction t ON t.id = p.transaction_id
              JOIN continuity_order o ON o.id = p.continuity_order_id
             WHERE p.company_id = %(company)s
               AND %(answered)s
               AND EXISTS (
                   SELECT FROM continuity_run_line l
                    WHERE l.run_id = %(run)s AND l.payment_id = p.id
               )
               AND NOT EXISTS (
                   SELECT FROM continuity_run_line l
                    WHERE l.run_id = %(run)s
                      AND l.payment_id = p.id
                      AND l.outcome = 'failed'
               )
               AND p.continuity_order_id NOT IN (
                   SELECT b.continuity_order_id
                     FROM continuity_payment b
                    WHERE b.id IN %(busy)s
               )
            """,
            company=run.company_id.id,
            answered=self._get_answered_sql(),
            run=run.id,
            busy=self.env["continuity.charge.chunk"]._get_busy_sql(),
        )

    def _get_follow(self, run):
        """Return what books what the run itself has charged and left to be booked.

        :rtype: callable | None
        """
        if run.dry_run:
            return None
        # Made now: what it selects is the first statement of its transaction
        return partial(self._book_answered, run, self._get_lane_phases(run))

    def _book_answered(self, run, lanes):
        while self._book_lanes(run, lanes) >= CHARGE_SIZE:
            pass
        if self.env["continuity.billing"]._settle_put_off(run._may_commit()):
            run._checkpoint()

    def _leave_to_lane(self, run, payment):
        """Book at once what was answered and is no entry."""
        if payment.state in BOOKED_BY_LANE:
            self.env["continuity.billing"]._put_off(payment)
        else:
            payment._post_process()
            run._checkpoint()
