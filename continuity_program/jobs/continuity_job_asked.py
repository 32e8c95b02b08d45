# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from ..conflicts import CONFLICT_TRIES, CONFLICTS
from ..models.payments.continuity_payment_resolve import UNANSWERED

#: What of a payment is written when its provider is asked, or has answered
ASKED = (
    *("state", "requested_at", "resolve_count", "transaction_id"),
    *("amount_captured", "amount_to_void"),
)


class ContinuityJob(models.AbstractModel):
    """Somebody else is faster after a provider was asked: the answer is not lost.

    It is committed by then, and its payment is mostly not due any more. Begun again,
    the process would find nothing to do, and nobody would list or book it.
    """

    _inherit = "continuity.job"

    def _ask_provider(self, run, payment, ask, is_booked=True):
        """Ask a provider about a payment, and know it also where somebody is faster.

        What is left to do is found by the state of the payment.

        :param continuity.run run: the run
        :param continuity.payment payment: a row
        :param callable ask: asks, each step committed by the run
        :param bool is_booked: False where the caller books what is answered
        :return: what `ask` gives; the row, where somebody was faster
        """
        before = self._read_asked(payment)
        try:
            return ask()
        except CONFLICTS:
            if not run._may_commit():
                raise
            self.env.cr.rollback()
            if self._read_asked(payment) == before:
                # Nothing was asked: it is begun again
                raise
        self._take_answer(run, payment, is_booked)
        return payment

    def _read_asked(self, payment):
        """Return what tells whether the provider of a payment was asked.

        :rtype: list
        """
        # Transactions are for accountants
        return [payment.sudo()[name] for name in ASKED]

    def _take_answer(self, run, payment, is_booked=True):
        """Bring a payment to its answer and book it, if nobody is faster once more.

        What is left then is found by the next run. Repeating it changes nothing.

        :param continuity.run run: the run
        :param continuity.payment payment: a row that was asked
        :param bool is_booked: False where it is booked later
        """
        for _attempt in range(CONFLICT_TRIES):
            try:
                if payment.state in UNANSWERED:
                    # Transactions are for accountants; rows of one have one answer
                    tx_sudo = payment.sudo().transaction_id
                    tx_sudo.continuity_payment_ids._take_answer(run, run.date)
                if is_booked:
                    payment._post_process()
                    payment._get_unbooked_captures()._post_process()
                    run._checkpoint()
                return
            except CONFLICTS:
                if not run._may_commit():
                    raise
                self.env.cr.rollback()
