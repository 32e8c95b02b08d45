# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging

import psycopg2

from odoo import fields, models

from ... import billing
from ...billing.answers import FAILED, SENT
from ..base.request_trace import RequestTrace
from ..base.sealed import Sealed

_logger = logging.getLogger(__name__)

#: What kind of answer a failure is, for people
DECLINE_KINDS = [
    ("soft", "Declined"),
    ("hard", "Declined for good"),
    ("authenticate", "The bank wants to see the customer"),
    ("not_sent", "Not sent"),
    ("configuration", "Refused for its settings"),
    ("no_answer", "No answer"),
    ("not_now", "Another payment under way"),
]
#: What was seen of a request, before there is a request
NOTHING_SEEN = {
    "continuity_no_answer": False,
    "continuity_decline_code": False,
    "continuity_decline_kind": False,
    "continuity_http_status": 0,
    "continuity_by_provider": False,
    "continuity_request_stage": False,
    "continuity_retry_after": 0,
}
#: What Adyen tells of captures and voids
ADYEN_PARTS = ("CANCELLATION", "CAPTURE", "CAPTURE_FAILED")


class PaymentTransaction(models.Model):
    """What the answer of a provider proves, and what kind of answer it is.

    A refusal needs evidence. Whatever else went wrong, nobody knows whether the money
    has moved: then the transaction has no answer.
    """

    _inherit = "payment.transaction"

    continuity_no_answer = fields.Boolean(
        readonly=True,
        copy=False,
        help="The provider was asked and did not answer: nobody knows whether the"
        " customer was charged.",
    )
    continuity_decline_code = fields.Char(
        string="Decline code",
        readonly=True,
        copy=False,
        help="The provider's own word for the refusal.",
    )
    continuity_decline_kind = fields.Selection(
        selection=DECLINE_KINDS,
        string="Kind of answer",
        readonly=True,
        copy=False,
        help="What the answer of the provider means for the payment.",
    )
    continuity_http_status = fields.Integer(
        string="HTTP status",
        readonly=True,
        copy=False,
        help="Of an answer that was an error; 0: no answer came.",
    )
    continuity_by_provider = fields.Boolean(
        readonly=True,
        copy=False,
        help="The answer itself says no. Otherwise Odoo could not make sense of it.",
    )
    continuity_request_stage = fields.Selection(
        selection=[
            ("unasked", "Nothing was sent"),
            ("before", "What was sent asks for no money"),
            ("refused", "Nobody was there"),
            ("sent", "The money was asked for"),
            ("answered", "Answered"),
        ],
        readonly=True,
        copy=False,
        help="How far a request that failed has come.",
    )
    continuity_retry_after = fields.Integer(
        readonly=True,
        copy=False,
        help="Seconds after which the provider wants to be asked again.",
    )

    # === ASKING === #

    def _continuity_send(self, request, is_repeated=False):
        """Send a request and never raise once it may have gone out.

        Only what makes Odoo repeat the whole call passes; the repetition sends the same
        reference.

        :param callable request: gets the transaction, asks the provider and takes its
            answer
        :param bool is_repeated: it was asked before, and nobody knows the answer
        """
        trace = self._continuity_create_trace()
        trace.is_repeated = is_repeated
        try:
            # The savepoint is never retried. It only keeps the cursor alive.
            with self.env.cr.savepoint():
                request(self.with_context(continuity_trace=Sealed(trace)))
        except psycopg2.OperationalError:
            raise
        # Broad on purpose: providers may raise anything, after the money has moved.
        except Exception as error:  # pylint: disable=broad-except
            _logger.exception("No clear answer for transaction %s", self.reference)
            trace.take_error(error)
            trace.is_lost |= trace.stage == SENT or not trace.provider.is_traced
            self.state_message = str(error)
        self._continuity_judge(trace)

    # === JUDGING === #

    def _continuity_judge(self, trace):
        """Write down what was seen, and what kind of answer it is.

        :param RequestTrace trace: what was seen of the request
        """
        self.ensure_one()
        if trace.wants_customer:
            self._continuity_end_wish()
        if not self._continuity_has_failed() or self._continuity_is_accepted(trace):
            self._continuity_forget_failure()
            return
        self.write(
            {
                "continuity_no_answer": trace.is_lost,
                "continuity_decline_code": trace.code or False,
                "continuity_http_status": trace.http_status or 0,
                "continuity_by_provider": trace.by_provider,
                "continuity_request_stage": trace.stage,
                "continuity_retry_after": trace.retry_after or 0,
                "continuity_decline_kind": False,
            }
        )
        kind = self._continuity_classify()
        if trace.is_repeated and kind in billing.NOT_ASKED:
            # That this question did not go out says nothing about the first one
            kind = billing.NO_ANSWER
        self.write(
            {
                "continuity_decline_kind": kind,
                "continuity_no_answer": kind == billing.NO_ANSWER,
            }
        )
        if kind in billing.DECLINED and self.state == "draft":
            # The module broke on an answer that says no
            self._set_error(self.state_message)
        elif kind in billing.NOT_ASKED and not self.source_transaction_id:
            self._set_canceled(self.state_message, extra_allowed_states=("error",))

    def _continuity_end_wish(self):
        """Wait for no customer who is not there: he is asked to come, and pays anew.

        What he has done on a page of his bank all the same is taken, however late.
        """
        if self.operation == "offline" and self.state in ("draft", "pending"):
            self._set_error(self.env._("The bank wants to see the customer."))

    def _continuity_judge_message(self, trace):
        """Judge what a message of the provider has made of a transaction.

        What is known already stays: messages come late, twice, and say less.

        :param RequestTrace trace: what the message says
        """
        is_known = self.continuity_decline_kind not in (False, "no_answer")
        is_known |= bool(self.continuity_answered_uid)
        if self.state == "draft" or (is_known and self.state == trace.state_before):
            return
        was_lost = self.continuity_no_answer
        # An administrator may bring it by a button; what it means nobody types
        tx_sudo = self.sudo()
        tx_sudo._continuity_judge(trace)
        if was_lost and not self.continuity_no_answer:
            # Its rows wait for this
            tx_sudo.is_post_processed = False

    def _continuity_refuse_part(self, payment_data):
        """Refuse our capture or void, where a message says no to it as a whole.

        Odoo's module of Adyen takes that for a message about the payment, and notes it.

        :param dict payment_data: the message
        :return: what was refused
        :rtype: payment.transaction
        """
        is_refusal = (
            self.provider_code == "adyen"
            and self.state == "authorized"
            and payment_data.get("eventCode") in ADYEN_PARTS
            and payment_data.get("resultCode") == "Error"
        )
        name = is_refusal and payment_data.get("pspReference")
        if not name:
            return self.browse()
        refused = self.child_transaction_ids.filtered(
            lambda part: (
                part.state == "draft"
                and part.continuity_settle_payment_id
                and part.provider_reference == name
            )
        )
        refused._set_error(payment_data.get("reason") or "")
        return refused

    def _continuity_classify(self):
        """Say what kind of answer a failure is; modules of providers may override it.

        :return: a key of `continuity_decline_kind`
        :rtype: str
        """
        self.ensure_one()
        return billing.classify(
            self._continuity_get_answer(), self._continuity_get_words()
        )

    def _continuity_get_words(self):
        """Return how the words of the provider are read; modules may override it.

        :rtype: billing.providers.Provider
        """
        self.ensure_one()
        return billing.get_provider(self.provider_code)

    def _continuity_get_answer(self):
        """Return the facts of the transaction as the ledger judges them.

        :rtype: billing.Answer
        """
        self.ensure_one()
        return billing.Answer(
            self.state,
            no_answer=self.continuity_no_answer,
            decline_code=self.continuity_decline_code or "",
            http_status=self.continuity_http_status or None,
            by_provider=self.continuity_by_provider,
            # A refund is refused in other words than a payment, or without any
            gives_codes=(
                self.operation != "refund" and self._continuity_get_words().gives_codes
            ),
            stage=self.continuity_request_stage or SENT,
            can_wait=bool(self.continuity_retry_after),
            kind=self.continuity_decline_kind or "",
        )

    def _continuity_has_failed(self):
        """Say whether there is no good answer; a void that succeeds is cancelled."""
        if self.continuity_settle_kind == "void":
            return self.state in ("draft", "error")
        return self.state == "draft" or self.state in FAILED

    def _continuity_forget_failure(self):
        """Take back what was seen of a request that has a good answer after all."""
        if self.continuity_no_answer or self.continuity_decline_kind:
            self.write(NOTHING_SEEN)

    def _continuity_is_ours(self):
        """Say whether rows, or the ordinary goods of an order, wait for the answer."""
        return bool(
            self.continuity_asked_at
            or self.continuity_payment_ids
            or self.continuity_settle_payment_id
            or (self.operation == "refund" and self._continuity_get_scopes())
        )

    def _continuity_create_trace(self):
        return RequestTrace(self._continuity_get_words())
