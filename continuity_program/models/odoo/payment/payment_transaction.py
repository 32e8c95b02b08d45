# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from requests.exceptions import RequestException

from odoo import models
from odoo.exceptions import ValidationError
from odoo.fields import Command

from .... import billing
from ....billing.answers import FAILED
from ...base.request_trace import RequestTrace
from ...base.sealed import Sealed, unseal
from ...cards.card_attempts import CardAttempts
from ...settlement.continuity_billing_settle import settling


class PaymentTransaction(models.Model):
    """Where transactions meet continuity programs: each hook of Odoo, step by step."""

    _inherit = "payment.transaction"

    @settling
    def _post_process(self):
        """Override of `payment`: our ledger comes first, then what Odoo does.

        What we are asking for just now is left alone: whoever writes on it meanwhile
        keeps its answer from being written.
        """
        own = self.filtered(lambda tx: not tx._continuity_is_out())
        own._follow_continuity_answer()
        own._continuity_promise_anew()
        own._continuity_pay_together()
        result = super(PaymentTransaction, own)._post_process()
        own._tell_continuity_unconfirmed()
        own._give_continuity_cards()
        own._continuity_keep_card()
        return result

    def _create_payment(self, **extra_create_values):
        """Override of `account_payment`: a charge pays its own instalment first, a
        link what is invoiced, a refund is matched with what it gives back."""
        own = self._with_continuity_receivables()
        payment = super(PaymentTransaction, own)._create_payment(**extra_create_values)
        payment = payment.with_env(self.env)
        self._match_continuity_link(payment)
        self._match_continuity_refund(payment)
        return payment

    def _invoice_sale_orders(self):
        """Override of `sale` to leave charges of our ledger to our own invoices."""
        return super(
            PaymentTransaction, self.filtered(lambda tx: not tx.continuity_payment_ids)
        )._invoice_sale_orders()

    def _log_message_on_linked_documents(self, message):
        """Override of `sale` to log on the continuity orders of the charge, too.

        A note that nobody is notified of: three of them stand behind every charge.
        """
        result = super()._log_message_on_linked_documents(message)
        # A provider's message gets here; the note is written on orders it cannot read
        orders = self.sudo().continuity_payment_ids.continuity_order_id
        orders._message_log_batch(bodies=dict.fromkeys(orders.ids, message))
        return result

    def _send_api_request(self, method, endpoint, **kwargs):
        """Override of `payment` to see what goes out and what comes back.

        Odoo's module of Adyen names the part that is to be captured or let go, which
        has no name yet; Adyen knows the payment it is a part of.
        """
        if self.continuity_settle_kind and kwargs.get("endpoint_param") is False:
            kwargs["endpoint_param"] = self.source_transaction_id.provider_reference
        trace = unseal(self.env, "continuity_trace")
        if trace is None:
            return super()._send_api_request(method, endpoint, **kwargs)
        trace.begin(method, endpoint)
        try:
            answer = super()._send_api_request(method, endpoint, **kwargs)
        except ValidationError as error:
            trace.take_error(error)
            raise
        trace.take_answer(answer)
        return answer

    def _process(self, provider_code, payment_data):
        """Override of `payment` to see what an answer says, whoever brings it."""
        if trace := unseal(self.env, "continuity_trace"):
            # Our own request is under way, and judged when it has ended
            trace.take_payload(payment_data)
            return super()._process(provider_code, payment_data)
        trace = RequestTrace(billing.get_provider(provider_code))
        trace.take_payload(payment_data)
        seen = self.with_context(continuity_trace=Sealed(trace))
        tx = super(PaymentTransaction, seen)._process(provider_code, payment_data)
        tx = tx.with_env(self.env)
        judged = (tx and tx._continuity_refuse_part(payment_data)) or tx
        if judged and judged._continuity_is_ours():
            judged._continuity_judge_message(trace)
        return tx

    def _validate_amount(self, payment_data):
        """Override of `payment` to see the state an answer finds."""
        if trace := unseal(self.env, "continuity_trace"):
            trace.state_before = self.state
        return super()._validate_amount(payment_data)

    def _apply_updates(self, payment_data):
        """Override of `payment`: where we know no words, Odoo's module is believed."""
        before = self.state
        trace = unseal(self.env, "continuity_trace")
        if trace:
            # Some modules fetch more than the answer holds
            trace.take_answer(payment_data)
        result = super()._apply_updates(payment_data)
        if trace and not trace.provider.refused:
            trace.by_provider |= self.state in FAILED and self.state != before
        return result

    def _extract_token_values(self, payment_data):
        """Override of `payment` to keep until when a card is valid, where it is said.

        Nobody has to ask the customer for it then.
        """
        values = super()._extract_token_values(payment_data)
        expiry = billing.read_expiry(self.provider_code, payment_data)
        if values and expiry:
            values = {**values, "expiry_date": expiry}
        return values

    def _set_done(self, *, state_message=None, extra_allowed_states=()):
        """Override of `payment`: money that came is taken, whatever was believed.

        What was taken for not sent is cancelled; Odoo would refuse the message.
        """
        if any(tx.continuity_decline_kind in billing.NOT_ASKED for tx in self):
            extra_allowed_states = (*extra_allowed_states, "cancel")
        return super()._set_done(
            state_message=state_message, extra_allowed_states=extra_allowed_states
        )

    def _capture(self, amount_to_capture=None):
        """Override of `payment`: who has to begin again does so before it is asked."""
        self._continuity_take_mutex()
        return super()._capture(amount_to_capture=amount_to_capture)

    def _void(self, amount_to_void=None):
        """Override of `payment`: who has to begin again does so before it is asked."""
        self._continuity_take_mutex()
        return super()._void(amount_to_void=amount_to_void)

    def _refund(self, amount_to_refund=None):
        """Override of `payment` to check and tie a refund of Odoo's own dialog before
        the provider is asked: what explains it is what it is matched with."""
        scopes = self._continuity_take_mutex()
        if not scopes:
            return super()._refund(amount_to_refund=amount_to_refund)
        trace = self._continuity_create_trace()
        tied = self.with_context(
            continuity_refund=Sealed(
                (False, self._continuity_get_open_notes(scopes)._ids)
            ),
            continuity_trace=Sealed(trace),
        )
        try:
            refund = super(PaymentTransaction, tied)._refund(
                amount_to_refund=amount_to_refund
            )
        except RequestException as error:
            # Some modules let the network break through Odoo's own net: what may have
            # gone back is not undone
            refund = tied._continuity_keep_lost_refund(error)
        refund = refund.with_env(self.env)
        # One without an answer may have gone back: it is not given back anew
        refund._continuity_judge(trace)
        return refund

    def _create_child_transaction(
        self, amount, is_refund=False, **custom_create_values
    ):
        """Override of `payment` to tie a refund to what explains it.

        What the provider is going to be asked for is checked. What a message of the
        provider books has gone back already, and is never refused.
        """
        is_told = custom_create_values.pop("is_told", True)
        if is_refund and (tie := unseal(self.env, "continuity_refund")):
            row_id, note_ids = tie
            self._continuity_check_refundable(amount)
            custom_create_values.update(
                continuity_refund_payment_id=row_id,
                invoice_ids=[Command.set(note_ids)],
            )
        elif is_refund and (scopes := self._continuity_get_scopes()):
            # The mutex is a column of the ledger, which nobody may write
            self.env["continuity.billing"].sudo()._lock(scopes, wait=True)
            if lost := self._continuity_get_lost_refund(amount, is_told):
                lost._continuity_take_over(custom_create_values)
                return lost
            notes = self._continuity_get_open_notes(scopes)
            custom_create_values.setdefault("invoice_ids", [Command.set(notes.ids)])
        return super()._create_child_transaction(
            amount, is_refund=is_refund, **custom_create_values
        )

    def _set_pending(self, *, state_message=None, extra_allowed_states=()):
        """Override of `payment`: also of what a person waits for no longer."""
        return super()._set_pending(
            state_message=state_message,
            extra_allowed_states=self._continuity_allow_late(extra_allowed_states),
        )

    def _set_authorized(self, *, state_message=None, extra_allowed_states=()):
        """Override of `payment`: also of what a person waits for no longer."""
        return super()._set_authorized(
            state_message=state_message,
            extra_allowed_states=self._continuity_allow_late(extra_allowed_states),
        )

    def _update_state(self, allowed_states, target_state, state_message):
        """Override of `payment`: a card that failed is of no use to anybody, and too
        many of them are told."""
        trace = unseal(self.env, "continuity_trace")
        if trace and target_state == "error" and "refund" in self.mapped("operation"):
            # Some modules refuse it without an answer that could be read
            trace.take_refusal()
        # What is let go later has said that the card is good
        fresh = self.filtered(lambda tx: tx.state in ("draft", "pending"))
        transactions = super()._update_state(
            allowed_states, target_state, state_message
        )
        validations = transactions.filtered(lambda tx: tx._stores_continuity_card())
        if target_state in ("cancel", "error"):
            failed = validations.filtered(
                lambda tx: tx in fresh or tx.operation == "validation"
            )
            # Some providers make the card before they know that it failed; nobody but
            # Odoo's administrator writes cards
            failed.sudo().token_id.active = False
        # Whoever sends the answer is not the one who looks after the order
        for order_sudo in validations.sudo().continuity_order_id:
            CardAttempts(order_sudo).tell()
        return transactions
