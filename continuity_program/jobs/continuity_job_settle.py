# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from functools import partial

from odoo import models
from odoo.tools import SQL

from .continuity_job import Phase


class ContinuityJob(models.AbstractModel):
    """What two processes do with authorised money: capture it, or give it back.

    Every night with the payments, and in between when a delivery, an invoice or a
    cancellation has marked something (rules N86).
    """

    _inherit = "continuity.job"

    def _get_settle_phase(self, run):
        """The pass over authorised rows that wait for the gateway.

        :param continuity.run run: the run; a preview asks nobody and has no such pass
        :rtype: list[Phase]
        """
        if run.dry_run:
            return []
        return [
            Phase(
                model="continuity.payment",
                due=self._get_payments_sql(run, self._get_settle_sql()),
                order=SQL("p.requested_at, p.id"),
                locks=("p",),
                process=partial(self._settle, run),
                size=1,
                is_repeatable=False,
                name=self.env._("Captures and voids"),
            )
        ]

    def _get_settle_sql(self):
        """Say which rows wait for a capture or a void, or are too old for one."""
        return SQL(
            """(
                p.amount_to_void > 0
                OR p.state = 'authorized' AND (
                    p.amount_to_capture > COALESCE(p.amount_captured, 0) OR %s
                )
            )""",
            self._get_lapsed_sql(),
        )

    def _get_lapsed_sql(self):
        """Say which authorisations their providers will not honour any more.

        They grow old also where their provider captures by itself by now, or is off.
        One that a capture without an answer may take is not let go; see `_lapse`.
        """
        # Only processes get here, in sudo already: providers are the administrator's
        provider_sudo = self.env["payment.provider"].sudo()
        # Those of all companies: a row is due by what was authorised
        providers_sudo = provider_sudo.search([("company_id", "!=", False)])
        payments = self.env["continuity.payment"]
        by_days = providers_sudo.grouped(
            lambda provider: (
                provider._continuity_get_authorization_days(),
                provider.support_manual_capture == "partial",
            )
        )
        conditions = [
            SQL(
                """EXISTS (
                    SELECT FROM payment_transaction t
                     WHERE t.id = p.transaction_id
                       AND t.provider_id IN %s
                       AND p.requested_at <= %s
                       AND NOT EXISTS (
                           SELECT FROM payment_transaction capture
                            WHERE capture.source_transaction_id = t.id AND %s
                              AND (NOT %s
                                   OR capture.continuity_settle_payment_id = p.id)
                       )
                )""",
                some_sudo._ids,
                payments._get_lapse_moment(days),
                payments._get_open_capture_sql(),
                is_apart,
            )
            for (days, is_apart), some_sudo in by_days.items()
        ]
        return SQL("(%s)", SQL(" OR ").join(conditions)) if conditions else SQL("FALSE")

    def _settle(self, run, payment):
        """Capture, give back or let go, and write down which."""
        if payment.amount_to_void > 0:
            is_free = payment._void_marked(run)
            if is_free is None:
                return
            outcome, reason = ("done", "voided") if is_free else ("failed", "error")
        elif payment.amount_to_capture > payment.amount_captured:
            outcome, reason = self._capture_row(run, payment)
        elif payment._lapse(run):
            outcome, reason = "done", "lapsed"
        else:
            return
        run._log(outcome, [payment._prepare_run_line(reason=reason)])
        if reason == "captured":
            # The line is kept by then
            run._checkpoint()
            # With the last capture the rest is free
            payment._void_marked(run)

    def _capture_row(self, run, payment):
        """Capture what is marked.

        :return: outcome and reason of the line
        :rtype: tuple[str, str]
        """
        before = payment.amount_captured
        capture = partial(payment._capture_marked, run)
        if not self._ask_provider(run, payment, capture):
            return "skipped", "not_now"
        is_captured = payment.amount_captured > before
        return "done", "captured" if is_captured else self._get_answer_reason(payment)

    def _get_settled_texts(self, reasons):
        """Say what became of authorised money, and what was booked late.

        :param dict reasons: number of lines by reason
        :return: number of rows by sentence
        :rtype: dict[str, int]
        """
        captured, voided, lapsed, booked = (
            reasons.get(reason, 0)
            for reason in ("captured", "voided", "lapsed", "booked")
        )
        return {
            self.env._("Captured: %s.", captured): captured,
            self.env._("Authorizations given back: %s.", voided): voided,
            self.env._("Authorizations too old: %s.", lapsed): lapsed,
            self.env._("Answers booked late: %s.", booked): booked,
        }
