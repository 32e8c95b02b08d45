# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from functools import partial

from odoo import models
from odoo.tools import SQL

from ..billing.answers import NOT_ASKED
from .continuity_job import Phase


class ProcessPayments(models.AbstractModel):
    """Charge the payment rows that are due, one at a time."""

    _name = "continuity.job.process_payments"
    _inherit = "continuity.job"
    _description = "Process Continuity Payments"
    _asks_providers = True

    # === CONTRACT === #

    def _get_phases(self, run):
        # Money that is there comes before money that is asked for
        phases = [
            self._get_resume_phase(run),
            self._get_double_phase(run),
            self._get_charge_phase(run),
        ]
        phases += self._get_bill_phase(run)
        if not run.dry_run:
            # First what a worker that died has begun: it may have been charged. What
            # one that lives has begun is in its chunk.
            chunks = self.env["continuity.charge.chunk"]
            interrupted = SQL(
                "p.state = 'processing' AND %s AND p.id NOT IN %s",
                self._get_sent_sql(),
                chunks._get_busy_sql(),
            )
            phases.insert(0, self._get_interrupted_phase(run, interrupted))
        # Last what was answered and not booked, in this run, too
        phases += self._get_booking_phase(run)
        phases = self._get_settle_phase(run) + phases
        # Who is to be told something is told after the charges
        return [*phases, self._get_card_phase(run), self._get_authenticate_phase(run)]

    def _get_charge_phase(self, run):
        return Phase(
            due=self._get_payments_sql(run, self._get_due_condition(run)),
            process=partial(self._charge, run),
            get_allowance=partial(self._get_allowance, run) if run.limit else None,
            is_shared=True,
            follow=self._get_follow(run),
            **self._get_charge_values(),
        )

    def _get_interrupted_phase(self, run, interrupted):
        return Phase(
            due=self._get_payments_sql(run, interrupted),
            process=partial(self._resume, run),
            **self._get_charge_values(),
        )

    def _get_charge_values(self):
        return {
            "model": "continuity.payment",
            # An expression, or the planner walks the index in the order of all due
            # dates to come instead of looking up what is due or tried again.
            "order": SQL("p.due_date + 0, p.continuity_order_id, p.sequence, p.id"),
            # The order, too: whoever decides about its money has it
            "locks": ("p", "o"),
            "size": 1,
            "is_repeatable": False,
        }

    def _describe_failure(self, record, error):
        if record._name == "continuity.order":
            return {"continuity_order_id": record.id}
        return record._prepare_run_line()

    # === WHAT IS DUE === #

    def _get_due_condition(self, run):
        """Say which rows the card is charged for (rules R16, F3)."""
        return SQL(
            """p.state IN ('scheduled', 'declined')
               AND (
                   p.state = 'scheduled' AND p.due_date <= %(date)s
                   OR p.state = 'declined' AND p.next_attempt_date <= %(date)s
               )
               AND o.payment_method = 'card'
               AND o.state IN ('running', 'paused', 'on_hold')""",
            date=run.date,
        )

    # === WORK === #

    def _resume(self, run, payment):
        self._ask(run, payment)
        self._leave_to_lane(run, payment)
        self._log_answer(run, payment)
        # Its account may be somebody else's just now: the line is not lost with it
        run._checkpoint()

    def _charge(self, run, payment):
        """Charge one row, or say why not."""
        self._charge_or_list(run, payment, self._get_asking_refusal(run, payment))

    def _charge_or_list(self, run, payment, refusal=None):
        """Charge one row unless its provider is not to be asked, or say why not.

        :param continuity.payment payment: a row
        :param tuple[str, str] refusal: why its provider is not asked; None = he may be
        """
        left_out = {}
        if run.dry_run or refusal:
            _asked, left_out = payment._judge(run.date)
            if payment not in left_out:
                self._log_unasked(run, payment, refusal)
                return
        elif self._ask(run, payment, left_out) or (
            payment.state == "paid" and left_out.get(payment) != "double_used"
        ):
            self._leave_to_lane(run, payment)
            self._log_answer(run, payment)
            # Its account may be somebody else's just now: the line is not lost with it
            self._watch_provider(run, payment)
            return
        code = left_out.get(payment, "working")
        self._log_left_out(run, payment, *payment._explain(code, run.date))

    def _ask(self, run, payment, left_out=None):
        """Ask the provider; what is answered is booked together.

        :return: the row, if its provider was asked
        :rtype: continuity.payment
        """
        charge = partial(payment._charge, run, post_process=False, left_out=left_out)
        return self._ask_provider(run, payment, charge, is_booked=False)

    def _log_unasked(self, run, payment, refusal):
        """List a row that may be charged, and is not: the run only looks, or the
        provider is not to be asked.

        :param tuple[str, str] refusal: why not; None = the run only looks
        """
        if refusal:
            self._log_left_out(run, payment, *refusal)
        else:
            run._log("done", [payment._prepare_run_line(reason="paid")])

    def _get_charge_refusal(self, order):
        """Say whether the state of the order keeps its payments from being collected.

        What is left of a cancelled parent order is owed for goods that have left: the
        cancellation has cancelled the other rows.
        """
        refusal = self._get_state_refusal(order)
        is_owed = refusal and refusal[0] == "parent_cancelled"
        return None if is_owed else refusal

    def _log_left_out(self, run, payment, reason, message):
        line = payment._prepare_run_line(reason=reason)
        run._log("skipped", [{**line, "message": message}])
        run._schedule_activities({(reason, payment.continuity_order_id): message})

    def _log_answer(self, run, payment):
        # What is too little alone is charged together with others; transactions are
        # for accountants
        transaction_sudo = payment.sudo().transaction_id
        together = payment | transaction_sudo.continuity_payment_ids.sudo(
            payment.env.su
        )
        for row in together:
            reason = self._get_answer_reason(row)
            outcome = "skipped" if reason in NOT_ASKED else "done"
            run._log(outcome, [row._prepare_run_line(reason=reason)])

    # === RESULT === #

    def _get_message(self, run):
        """Say how many were processed, charged, declined, unclear."""
        reasons = run._count_reasons()
        charged = reasons.get("paid", 0) + reasons.get("authorized", 0)
        if run.dry_run:
            parts = [self.env._("%s due.", run.done_count)]
        else:
            parts = [self.env._("%s processed.", run.done_count)]
        if charged:
            parts.append(self._get_charged_text(run, charged))
        parts += self._get_other_texts(run, reasons)
        if run._is_complete():
            parts.append(self.env._("Finished."))
        return " ".join(parts)

    def _get_charged_text(self, run, count):
        """Say how many were charged, with the sum of each currency."""
        values = {"count": count, "amount": self._get_charged_amounts(run)}
        if run.dry_run:
            return self.env._("%(count)s would be charged (%(amount)s).", **values)
        return self.env._("%(count)s charged (%(amount)s).", **values)

    def _get_charged_amounts(self, run):
        """Return the amounts charged, one per currency."""
        sums = self.env["continuity.run.line"]._read_group(
            [("run_id", "=", run.id), ("reason", "in", ("paid", "authorized"))],
            ["currency_id"],
            ["amount:sum"],
        )
        return ", ".join(currency.format(amount) for currency, amount in sums)

    def _get_other_texts(self, run, reasons):
        texts = {
            self.env._("%s billed.", reasons.get("billed", 0)): reasons.get("billed"),
            self.env._("%s declined.", reasons.get("declined", 0)): reasons.get(
                "declined"
            ),
            self.env._("%s pending.", reasons.get("pending", 0)): reasons.get(
                "pending"
            ),
            self.env._("%s without an answer.", reasons.get("unknown", 0)): reasons.get(
                "unknown"
            ),
            **self._get_settled_texts(reasons),
            self.env._("%s left out.", run.skipped_count): run.skipped_count,
            self.env._("%s failed.", run.failed_count): run.failed_count,
            self.env._("%s remain.", run.remaining_count): run.remaining_count,
        }
        return [
            *(text for text, count in texts.items() if count),
            *self._get_warned_texts(run, reasons),
            *self._get_reminded_texts(run, reasons),
        ]
