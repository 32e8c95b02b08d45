# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ...arguments import public, read_text
from ...reading import is_page_open
from .payment_transaction_answer import NOTHING_SEEN

#: A request that is out has an answer, or none, after so long
ANSWER_MINUTES = 15
#: What a person may end
WAITS = [("refund", "Refund without an answer"), ("payment", "Payment under way")]


class PaymentTransaction(models.Model):
    """A person ends the wait for an answer that does not come.

    He has asked the provider, or the customer. A late message of the provider is taken
    all the same: it is about this transaction, and is not booked beside it.
    """

    _inherit = "payment.transaction"

    continuity_wait = fields.Selection(
        selection=WAITS,
        string="Waited for",
        compute="_compute_continuity_wait",
        compute_sudo=True,
        help="What is waited for, and may be ended by a person.",
    )
    continuity_answered_uid = fields.Many2one(
        comodel_name="res.users",
        string="Answered by",
        readonly=True,
        copy=False,
        help="Who has said what became of it.",
    )

    @api.depends(
        "state",
        "operation",
        "continuity_asked_at",
        "continuity_no_answer",
        "continuity_payment_ids",
        "sale_order_ids",
        "source_transaction_id",
    )
    def _compute_continuity_wait(self):
        for tx in self:
            if tx.operation == "refund":
                is_lost = tx._continuity_waits_for_answer()
                is_lost = is_lost and not tx._continuity_was_accepted_lately()
                is_ours = is_lost and tx._continuity_get_scopes()
                tx.continuity_wait = "refund" if is_ours else False
            else:
                is_open = tx._continuity_blocks() or tx._continuity_is_lost_charge()
                tx.continuity_wait = "payment" if is_open else False

    def _continuity_was_accepted_lately(self):
        """Say whether a provider has taken a refund and is about to carry it out.

        It has named it, and tells later what became of it.

        :rtype: bool
        """
        self.ensure_one()
        if self.state != "draft" or not self.provider_reference or not self.create_date:
            return False
        # As the list of payments to look after says it
        days = timedelta(days=self.company_id.continuity_pending_days)
        since = self.company_id._continuity_today() - days
        return self.create_date.date() > since

    def _continuity_blocks(self):
        """Say whether a payment somebody has begun himself keeps a card from being
        asked: on a page, by link, or a transfer that was announced.

        What we have asked of a card is answered on the payments of the order, if it has
        some: see :meth:`_continuity_is_lost_charge`.

        :rtype: bool
        """
        self.ensure_one()
        now = fields.Datetime.now()
        is_open = self.state == "pending" or is_page_open(
            self.state, self.create_date or now, now
        )
        if (
            not is_open
            or self.source_transaction_id
            or not (self.operation or "").startswith("online")
        ):
            return False
        orders = self.sale_order_ids
        return bool(
            orders.continuity_order_id
            or orders.continuity_order_ids
            or self.invoice_ids.continuity_order_id
        )

    def _continuity_is_lost_charge(self):
        """Say whether nobody knows if the ordinary goods of an order were charged.

        No payment of the order answers for them, so the transaction does.

        :rtype: bool
        """
        self.ensure_one()
        if (
            self.operation != "offline"
            or not self.continuity_asked_at
            or self.continuity_payment_ids
            or not self.sale_order_ids.continuity_order_ids
        ):
            return False
        if self.continuity_no_answer:
            return self.state in ("draft", "error")
        # The request of a draft may be out right now
        oldest = fields.Datetime.now() - timedelta(minutes=ANSWER_MINUTES)
        return self.state == "draft" and self.continuity_asked_at <= oldest

    # === ACTIONS === #

    @public()
    def action_continuity_open_gone_back(self):
        """Ask how a person knows that the money has gone back.

        :rtype: dict
        """
        return self._continuity_open_answer("gone_back")

    @public()
    def action_continuity_open_not_gone_back(self):
        """Ask how a person knows that the money has not gone back.

        :rtype: dict
        """
        return self._continuity_open_answer("not_gone_back")

    @public()
    def action_continuity_open_paid(self):
        """Ask what the provider calls a payment for ordinary goods that was made.

        :rtype: dict
        :raise UserError: neither a manager nor an accountant
        """
        self.env["continuity.payment"]._check_resolver_right()
        return self._continuity_open_answer("paid")

    @public()
    def action_continuity_open_stop_waiting(self):
        """Ask why nobody waits for the payment any longer.

        :rtype: dict
        """
        return self._continuity_open_answer("stop_waiting")

    def _continuity_open_answer(self, kind):
        self.check_access("read")
        dialog = self.env["continuity.payment.answer"].create(
            {"transaction_ids": [Command.set(self.ids)], "kind": kind}
        )
        return dialog._get_action()

    @public(reason=read_text)
    def action_continuity_gone_back(self, reason=None):
        """The money has gone back: an accountant who asked the provider says so.

        :param str reason: how he knows
        :raise UserError: not an accountant, no reason, or it has an answer
        """
        self._continuity_check_accountant()
        refunds_sudo = self._continuity_claim_waiting("refund", reason)
        text = self.env._(
            "%(user)s says: the money has gone back. %(reason)s",
            user=self.env.user.name,
            reason=reason.strip(),
        )
        refunds_sudo._set_done(state_message=text)
        refunds_sudo._continuity_note_answer(text)
        for refund_sudo in refunds_sudo:
            refund_sudo._post_process()

    @public(reason=read_text)
    def action_continuity_not_gone_back(self, reason=None):
        """The money has not gone back: it may be given back again.

        :param str reason: how the accountant knows
        :raise UserError: not an accountant, no reason, or it has an answer
        """
        self._continuity_check_accountant()
        refunds_sudo = self._continuity_claim_waiting("refund", reason)
        text = self.env._(
            "%(user)s says: the money has not gone back. %(reason)s",
            user=self.env.user.name,
            reason=reason.strip(),
        )
        refunds_sudo._continuity_end(text)

    @public(provider_reference=read_text)
    def action_continuity_was_paid(self, provider_reference=None):
        """The ordinary goods were charged: a person who asked the provider says so.

        :param str provider_reference: what the provider calls the payment
        :raise UserError: neither a manager nor an accountant, no reference, or one of
            them is no such charge, or has an answer
        """
        # A row answers for its own charge: the same people may say it
        self.env["continuity.payment"]._check_resolver_right()
        charges_sudo = self._continuity_claim_waiting("payment", provider_reference)
        for charge_sudo in charges_sudo:
            # What a customer has begun himself his own provider answers for
            if not charge_sudo._continuity_is_lost_charge():
                charge_sudo._continuity_refuse_answer()
        text = self.env._(
            "%(user)s says: it was paid. %(reference)s",
            user=self.env.user.name,
            reference=provider_reference.strip(),
        )
        for charge_sudo in charges_sudo:
            charge_sudo.provider_reference = provider_reference.strip()
            charge_sudo._set_done(state_message=text)
        charges_sudo._continuity_note_answer(text)
        for charge_sudo in charges_sudo:
            charge_sudo._post_process()

    @public(reason=read_text)
    def action_continuity_stop_waiting(self, reason=None):
        """Do not wait any longer for what a customer has begun to pay.

        The card may be asked again. Where the money comes all the same, it is taken,
        and what is too much can be given back.

        :param str reason: what was found out
        :raise UserError: neither a manager nor an accountant, no reason, or nothing is
            waited for
        """
        # A row answers for its own charge: the same people may say it
        self.env["continuity.payment"]._check_resolver_right()
        payments_sudo = self._continuity_claim_waiting("payment", reason)
        text = self.env._(
            "%(user)s says: it is not waited for any longer. %(reason)s",
            user=self.env.user.name,
            reason=reason.strip(),
        )
        # What it was going to pay for a quotation is asked again; a plain look at its
        # answer would call it lost. Money that comes late finds the row all the same.
        rows_sudo = payments_sudo.continuity_payment_ids.filtered(
            lambda row: row.state == "pending" and row.transaction_id in payments_sudo
        )
        rows_sudo.write(
            {"state": "scheduled", "transaction_id": False, "state_message": text}
        )
        payments_sudo._continuity_end(text)

    # === LATE MESSAGES === #

    def _continuity_allow_late(self, states):
        """Add the state of what a person has ended, or the customer has left; money
        that comes has been done.

        :param tuple states: what is allowed besides Odoo's own
        :rtype: tuple
        """
        is_ended = self and all(
            (tx.continuity_answered_uid or tx.continuity_on_session)
            and tx.operation != "refund"
            for tx in self
        )
        return (*states, "error") if is_ended else states

    # === HELPERS === #

    def _continuity_check_accountant(self):
        """Only accountants say what has gone back.

        :raise UserError: anybody else
        """
        if not self.env.user.has_group("account.group_account_invoice"):
            raise UserError(
                self.env._("Only an accountant can say what became of a refund.")
            )

    def _continuity_claim_waiting(self, kind, reason):
        """Take what is waited for, alone, and look at it anew.

        :param str kind: a key of `continuity_wait`
        :param str reason: what the person has found out
        :return: in sudo: the ledger is written by our own methods only
        :rtype: payment.transaction
        :raise UserError: no reason, or one of them is not waited for
        """
        self.check_access("read")
        if not (reason or "").strip():
            raise UserError(self.env._("Enter what you have found out, and from whom."))
        billing_sudo = self.env["continuity.billing"].sudo()
        scopes = billing_sudo._get_reached({self._name: self.ids})
        billing_sudo._lock(sorted(scopes), wait=True)
        transactions_sudo = self.sudo()
        transactions_sudo._continuity_lock_refund()
        for tx_sudo in transactions_sudo:
            if tx_sudo.continuity_wait != kind:
                tx_sudo._continuity_refuse_answer()
        return transactions_sudo

    def _continuity_refuse_answer(self):
        """Refuse what a person says of a transaction that nobody waits for.

        :raise UserError: always
        """
        self.ensure_one()
        states = dict(self._fields["state"]._description_selection(self.env))
        raise UserError(
            self.env._(
                "%(transaction)s is not waited for: %(state)s.",
                transaction=self.reference,
                state=states[self.state],
            )
        )

    def _continuity_end(self, text):
        """Wait no longer. As an *error* it is not under way, and a late message that
        the money has moved all the same is taken.

        :param str text: who has said what
        """
        self.write(
            {
                **NOTHING_SEEN,
                "state": "error",
                "state_message": text,
                "last_state_change": fields.Datetime.now(),
            }
        )
        self._continuity_note_answer(text)

    def _continuity_note_answer(self, text):
        """Keep who has answered, where people look: on orders and payments.

        :param str text: who has said what
        """
        self.write({**NOTHING_SEEN, "continuity_answered_uid": self.env.uid})
        for tx in self:
            root = tx.source_transaction_id or tx
            root._log_message_on_linked_documents(f"{tx.reference}: {text}")
