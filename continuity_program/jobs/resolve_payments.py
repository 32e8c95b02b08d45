# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from functools import partial

from odoo import fields, models
from odoo.tools import SQL

from ..models.payments.continuity_payment_charge import RESEND_HOURS
from ..models.payments.continuity_payment_resolve import RESOLVE_MINUTES
from .continuity_job import Phase


class ResolvePayments(models.AbstractModel):
    """Ask the provider again about payments without an answer (rules N15, N86).

    After 5 minutes, 1 hour and 12 hours, always with the same transaction; what is
    still unknown then stays on the work list for a person. Rows whose worker died
    between claim and answer are taken up the same way.
    """

    _name = "continuity.job.resolve_payments"
    _inherit = "continuity.job"
    _description = "Resolve Continuity Payments"
    _asks_providers = True
    _works_archived = True

    # === CONTRACT === #

    def _get_phases(self, run):
        return [
            Phase(
                model="continuity.payment",
                due=self._get_due_sql(run),
                order=SQL("p.requested_at, p.id"),
                locks=("p",),
                process=partial(self._resolve, run),
                size=1,
                is_repeatable=False,
            ),
            *self._get_page_phase(run),
            *self._get_booking_phase(run),
            *self._get_settle_phase(run),
        ]

    def _get_companies(self):
        """Only companies with a question that is due: it runs every five minutes."""
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """SELECT DISTINCT p.company_id FROM continuity_payment p
                    WHERE %s OR %s OR %s OR %s""",
                self._get_open_sql(fields.Datetime.now()),
                self._get_unbooked_sql(),
                self._get_settle_sql(),
                self.env["continuity.payment"]._get_ended_page_sql(),
            )
        )
        return self.env["res.company"].browse(row[0] for row in rows)

    def _describe_failure(self, record, error):
        return record._prepare_run_line()

    # === WHAT IS DUE === #

    def _get_due_sql(self, run):
        """Select the rows of the company whose next question is due."""
        return self._get_payments_sql(run, self._get_open_sql(run.started_at))

    def _get_open_sql(self, now):
        """Say which questions are due: so long after the first request.

        One that is paused is not asked: the question waits, and is not counted.

        :param datetime now: naive, in UTC
        """
        return SQL(
            """p.state IN ('unknown', 'processing')
               AND %(sent)s
               AND p.resolve_count < %(times)s
               AND p.requested_at + INTERVAL '1 minute'
                   * (%(minutes)s::int[])[p.resolve_count + 1] <= %(now)s
               AND NOT EXISTS (
                   SELECT FROM payment_transaction asked
                     JOIN payment_provider v ON v.id = asked.provider_id
                    WHERE asked.id = p.transaction_id
                      AND v.continuity_paused_until > %(now)s
               )""",
            sent=self._get_sent_sql(),
            times=len(RESOLVE_MINUTES),
            minutes=list(RESOLVE_MINUTES),
            now=now,
        )

    # === WORK === #

    def _resolve(self, run, payment):
        """Ask once, or say that it would be asked."""
        if not run.dry_run:
            # Transactions are for accountants
            tx_sudo = payment.sudo().transaction_id
            is_asked = tx_sudo._continuity_can_be_asked_again(RESEND_HOURS)
            self._ask_provider(run, payment, partial(payment._resolve, run))
            if is_asked:
                self._watch_provider(run, payment)
        reason = self._get_answer_reason(payment)
        if reason == "unknown" and payment.resolve_count == len(RESOLVE_MINUTES):
            # From here on it is for a person
            run._log("skipped", [payment._prepare_run_line(reason=reason)])
        else:
            run._log("done", [payment._prepare_run_line(reason=reason)])

    # === RESULT === #

    def _get_message(self, run):
        reasons = run._count_reasons()
        waiting = reasons.get("unknown", 0) + reasons.get("processing", 0)
        settled = self._get_settled_texts(reasons)
        left = run.skipped_count - reasons.get("not_now", 0)
        asked = run.done_count + left - sum(settled.values())
        if run.dry_run:
            text = self.env._("Payments that would be asked about: %s.", asked)
            return " ".join([text, self.env._("Finished.")])
        texts = {
            self.env._("Payments asked about: %s.", asked): True,
            self.env._("Answered: %s.", asked - waiting): asked - waiting,
            self.env._("Left to a person: %s.", left): left,
            **settled,
            self.env._("%s failed.", run.failed_count): run.failed_count,
            self.env._("%s remain.", run.remaining_count): run.remaining_count,
            self.env._("Finished."): run._is_complete(),
        }
        return " ".join(text for text, count in texts.items() if count)
