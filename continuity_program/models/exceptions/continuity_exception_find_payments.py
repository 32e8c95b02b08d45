# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import models
from odoo.tools import SQL

from ..agreement.states import ACTIVE_STATES
from .continuity_exception_candidate import PAYMENT_DAYS

#: Looked at when the payment is due soon; the others whatever its day
DUE_SOON = ("provider_off", "no_method", "card_not_owner", "card_expired")
#: What an account says that no person has to do anything about
QUIET = {
    *("not_due", "next_attempt", "not_now", "customer_is_paying", "done_elsewhere"),
    *("company_archived", "nothing_done"),
}


class ContinuityException(models.Model):
    """What is found of payments: what the work list says, and what the account says."""

    _inherit = "continuity.exception"

    def _find_payments(self, orders, look, found):
        """Payments that will not come in; a draft child speaks for its own."""
        known = {values.get("payment_id") for values in found.values()}
        rows = [
            row
            for row in self.env.execute_query(self._get_payments_sql(orders, look))
            if row[0] not in known
        ]
        payments = self.env["continuity.payment"].browse(row[0] for row in rows)
        reasons = self._get_listed_reasons(payments, rows)
        rest = payments.filtered(lambda row: row not in reasons)
        reasons.update(self._ask_account(rest, look))
        reasons.update(self._ask_for_bills(rest, look))
        return [
            self._prepare_payment(payment, *reasons[payment])
            for payment in payments
            if reasons.get(payment)
        ]

    def _get_payments_sql(self, orders, look):
        """Select the payments on the work list, and those that are due soon."""
        attention = self.env["continuity.payment"]._get_attention_sql("p")
        return SQL(
            """
            SELECT p.id, p.attention
              FROM (
                   SELECT p.id, p.state, p.sequence, %(attention)s AS attention,
                          COALESCE(p.next_attempt_date, p.due_date) AS due_date
                     FROM continuity_payment p
                    WHERE p.continuity_order_id IN %(ids)s
              ) AS p
             WHERE p.attention IS NOT NULL
               AND (p.attention NOT IN %(soon_only)s OR p.due_date <= %(soon)s)
                OR p.attention IS NULL AND (
                   p.state = 'processing'
                   OR p.state = 'scheduled' AND p.due_date <= %(soon)s
               )
             ORDER BY p.due_date, p.sequence, p.id
            """,
            attention=attention,
            ids=tuple(orders.ids),
            soon_only=DUE_SOON,
            soon=look.today + timedelta(days=PAYMENT_DAYS),
        )

    def _get_listed_reasons(self, payments, rows):
        """Say what the work list says, and of what was begun and forgotten."""
        reasons = {}
        for payment, (_id, attention) in zip(payments, rows, strict=True):
            if attention:
                reasons[payment] = self._describe_attention(payment, attention)
            elif payment.state == "processing":
                reasons[payment] = self._get_processing_reason(payment)
            elif refusal := self._get_unasked_reason(payment):
                reasons[payment] = refusal
        return reasons

    def _describe_attention(self, payment, kind):
        """Return the reason of the work list, with a sentence where there is one.

        :return: reason and sentence; None = it stops nothing
        :rtype: tuple[str, str] | None
        """
        order = payment.continuity_order_id
        problem = None
        if kind in DUE_SOON:
            problem = order._get_card_problem(payment.due_date)
        if problem and problem[0] == kind:
            return problem
        if kind == "card_expired" and not problem:
            # It is tried all the same: its provider renews cards
            return None
        return kind, payment.state_message or ""

    # === WHAT NOBODY HAS ASKED FOR YET === #

    def _ask_account(self, payments, look):
        """Say which cards the runs of the coming days are not going to ask, and why.

        :param continuity.payment payments: any rows
        :return: reason and message by row
        :rtype: dict[continuity.payment, tuple[str, str]]
        """
        by_card = payments.filtered(
            lambda row: (
                row.state == "scheduled"
                and row.continuity_order_id.payment_method == "card"
                and row.continuity_order_id.state in ACTIVE_STATES
            )
        )
        reasons = {}
        for day, mine in by_card.grouped(
            lambda row: max(row.due_date, look.date)
        ).items():
            _asked, left_out = mine._judge(day)
            for payment, code in left_out.items():
                refusal = payment._explain(code, day)
                if refusal[0] not in QUIET:
                    reasons[payment] = refusal
        return self._without_followers(reasons, payments)

    def _without_followers(self, reasons, payments):
        """Leave out what only waits for a payment that is going to be charged."""
        stopped = {
            row.continuity_order_id
            for row in payments.continuity_order_id.payment_ids
            if row.state not in ("scheduled", "paid", "cancelled")
            or reasons.get(row, ("earlier_open",))[0] != "earlier_open"
        }
        return {
            row: refusal
            for row, refusal in reasons.items()
            if refusal[0] != "earlier_open" or row.continuity_order_id in stopped
        }

    def _ask_for_bills(self, payments, look):
        """Say which bills on account are not going out, and why."""
        job = self.env["continuity.job.process_payments"]
        billed = payments.filtered(
            lambda row: (
                row.state == "scheduled"
                and row.continuity_order_id.payment_method == "on_account"
                and row.continuity_order_id.state in ACTIVE_STATES
            )
        )
        refusals = {row: job._get_bill_refusal(row) for row in billed}
        return {row: refusal for row, refusal in refusals.items() if refusal}

    def _prepare_payment(self, payment, reason, message):
        refunds = payment.amount_overpaid or payment.amount_to_refund
        return {
            "reason": reason,
            "message": message,
            "severity": "warning" if reason == "card_expiring" else "money",
            "continuity_order_id": payment.continuity_order_id.id,
            "payment_id": payment.id,
            "currency_id": payment.currency_id.id,
            "amount": (reason == "refund" and refunds) or payment.amount,
            "due_date": payment.next_attempt_date or payment.due_date,
        }
