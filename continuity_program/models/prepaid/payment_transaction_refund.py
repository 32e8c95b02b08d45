# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
from collections import Counter
from datetime import timedelta

import psycopg2

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ...billing import attribute
from ...billing.answers import SENT
from ..base.sealed import unseal
from ..payments.payment_transaction import GOOD_STATES
from ..payments.payment_transaction_answer import NOTHING_SEEN

_logger = logging.getLogger(__name__)

#: So long a provider may still tell of a refund that a person has answered for
LATE_DAYS = 30


class PaymentTransaction(models.Model):
    """The transaction: a refund knows its payment row and its credit note (N64)."""

    _inherit = "payment.transaction"

    continuity_refund_payment_id = fields.Many2one(
        comodel_name="continuity.payment",
        string="Refund of",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )

    # Looked for by each list of payments, hardly ever there
    _continuity_open_refunds = models.Index(
        "(source_transaction_id) WHERE operation = 'refund'"
        " AND state IN ('draft', 'error')"
    )

    def _continuity_get_lost_refund(self, amount, is_told=True):
        """Return the refund without an answer that a message of the provider is about.

        Also one a person has answered for before: the message comes late.

        It is waited for while the provider is being asked: then the message may be
        about the refund whose answer is just being written down.

        :param float amount: what has gone back of the payment
        :param bool is_told: by the provider; what a person enters after he has answered
            for one is another one
        :return: in sudo; at most one
        :rtype: payment.transaction
        :raise psycopg2.errors.SerializationFailure: the answer has come meanwhile
        """
        # A provider's message has no user; of a person all refunds are compared
        lost_sudo = self.sudo().child_transaction_ids.filtered(
            lambda tx: (
                tx.operation == "refund"
                and (
                    tx._continuity_waits_for_answer()
                    or (is_told and tx._continuity_was_answered_lately())
                )
                and not tx.provider_reference
                and not tx.currency_id.compare_amounts(-tx.amount, amount)
            )
        )
        # A message is about what is waited for, before what a person has answered
        lost_sudo = lost_sudo.sorted(lambda tx: (tx.state == "done", tx.id))[:1]
        lost_sudo._continuity_lock_refund()
        return lost_sudo

    def _continuity_was_answered_lately(self):
        """Say whether a message may still come about a refund that has gone back by the
        word of a person. What is given back later is another one.

        :rtype: bool
        """
        self.ensure_one()
        since = fields.Datetime.now() - timedelta(days=LATE_DAYS)
        return bool(
            self.state == "done"
            and self.continuity_answered_uid
            and self.last_state_change > since
        )

    def _continuity_take_over(self, vals):
        """Let the refund be the one that a message is about.

        What has gone back by the word of a person is booked already.

        :param dict vals: what the message says of it
        """
        if self.state != "done":
            vals = {
                **NOTHING_SEEN,
                "state": "draft",
                "state_message": False,
                "is_post_processed": False,
                **vals,
            }
        self.write(vals)

    def _continuity_waits_for_answer(self):
        """Say whether nobody knows what the provider has made of the request."""
        self.ensure_one()
        return self.state == "draft" or (
            self.state == "error" and self.continuity_no_answer
        )

    def _continuity_keep_lost_refund(self, error):
        """Keep the refund whose request broke on the network, as Odoo keeps others.

        :param Exception error: what broke
        :return: the refund that was asked for last, an error
        :rtype: payment.transaction
        :raise Exception: the error, where no refund is waiting
        """
        trace = unseal(self.env, "continuity_trace")
        trace.take_error(error)
        trace.is_lost |= trace.stage == SENT or not trace.provider.is_traced
        refund = self.child_transaction_ids.filtered(
            lambda tx: tx.operation == "refund" and tx.state == "draft"
        ).sorted("id")[-1:]
        if not refund:
            raise error
        refund._set_error(str(error))
        return refund

    def _continuity_is_accepted(self, trace):
        """Say whether the provider has taken a refund, a capture or a void, and tells
        later what became of it: it has a name there, and is no draft that nobody
        answered.

        :param RequestTrace trace: what was seen of the request
        :rtype: bool
        """
        self.ensure_one()
        return bool(
            (self.operation == "refund" or self.continuity_settle_kind)
            and self.state == "draft"
            and self.provider_reference
            and not trace.is_lost
        )

    def _continuity_lock_refund(self):
        """Wait for whoever asks for a refund, or books a message about it.

        :raise psycopg2.errors.SerializationFailure: it has changed meanwhile
        """
        if self:
            self.env.flush_all()
            self.env.execute_query(
                SQL(
                    "SELECT id FROM payment_transaction WHERE id IN %s"
                    " ORDER BY id FOR NO KEY UPDATE",
                    self._ids,
                )
            )
            self.invalidate_recordset()

    def _continuity_check_refundable(self, amount):
        """Refuse to give back what has gone back, or is on its way.

        Odoo counts what is booked only.

        :param float amount: to be given back of the payment
        :raise UserError: naming the payment, and what is left of it
        """
        self._continuity_check_not_charged_back()
        # All refunds count, also those hidden from the accountant who asks
        refunds_sudo = self.sudo().child_transaction_ids.filtered(
            lambda tx: (
                tx.operation == "refund"
                and (tx.state in GOOD_STATES or tx._continuity_waits_for_answer())
            )
        )
        currency = self.currency_id
        left = self.amount + sum(refunds_sudo.mapped("amount"))
        if currency.compare_amounts(amount, left) > 0:
            raise UserError(
                self.env._(
                    "%(amount)s cannot be given back of payment %(payment)s: %(left)s"
                    " is left of it. The rest has gone back, or is on its way.",
                    amount=currency.format(amount),
                    payment=self.reference,
                    left=currency.format(max(left, 0.0)),
                )
            )

    def _continuity_get_scopes(self):
        """Say which claims the payment is about, or is a part or a refund of.

        Those it was made for, else those of what it is linked to: what a customer pays
        by a link of a child order or of an invoice pays no row, and has no share.

        :rtype: list[tuple[str, int]]
        """
        # Whoever asks, or is sent an answer, need not see the orders
        billing_sudo = self.env["continuity.billing"].sudo()
        return self._continuity_get_share_scopes() or (
            sorted(billing_sudo._get_reached({self._name: self.ids}))
            if billing_sudo._is_used()
            else []
        )

    def _continuity_check_not_charged_back(self):
        """Refuse to give back what the bank has taken back: it would go back twice.

        :raise UserError: naming the payment, and the way out
        """
        # A part that was captured has its charge behind it; whoever refunds may read it
        payments_sudo = (self | self.source_transaction_id).sudo()
        if any(payments_sudo.mapped("continuity_charged_back")):
            raise UserError(
                self.env._(
                    "The bank has taken payment %(payment)s back: a refund would give"
                    " the customer the money twice. What is owed all the same, pay on"
                    " the credit note, in Accounting.",
                    payment=self.reference,
                )
            )

    def _continuity_get_share_scopes(self):
        """Say which claims the payment was made for.

        :rtype: list[tuple[str, int]]
        """
        # A refund is booked for whoever's claim it is, by Odoo's wizard as well
        root_sudo = self.sudo()
        while root_sudo.source_transaction_id:
            # Also of a capture, which has no shares of its own
            root_sudo = root_sudo.source_transaction_id
        shares_sudo = self.env["continuity.payment.share"].sudo()
        shares_sudo = shares_sudo.search([("transaction_id", "=", root_sudo.id)])
        return list(dict.fromkeys(share._get_scope() for share in shares_sudo))

    def _continuity_get_open_notes(self, scopes):
        """Return the credit notes of claims that more was paid for than is owed.

        :param list[tuple[str, int]] scopes: the claims
        :return: posted and not matched yet
        :rtype: account.move
        """
        # Notes of all salespersons may explain what was given back
        notes_sudo = self.env["account.move"].sudo()
        for balance_sudo in (
            self.env["continuity.balance"]._find_stored(scopes).values()
        ):
            if balance_sudo.amount_credit > 0:
                notes_sudo |= balance_sudo._get_open_notes()
        return notes_sudo

    def _continuity_send_refund(self):
        """Ask the provider to give back; never raise afterwards."""
        self.ensure_one()
        self._continuity_lock_refund()
        if self.state == "draft":
            self._continuity_send(
                lambda tx: tx._continuity_request(tx._send_refund_request)
            )

    def _continuity_book_refund(self):
        """Book the answer. What cannot be booked now is left to Odoo's own action.

        :return: whether nothing is left to be booked
        :rtype: bool
        """
        self.ensure_one()
        if self.state != "done" or self.is_post_processed:
            return True
        try:
            with self.env.cr.savepoint():
                self._post_process()
        except psycopg2.OperationalError:
            # Odoo repeats the call; the answer is kept
            raise
        # Broad on purpose: the money has gone back, whatever keeps it from the books
        except Exception:  # pylint: disable=broad-except
            _logger.exception("Refund %s is not booked yet", self.reference)
            return False
        return True

    def _match_continuity_refund(self, payment):
        """Match what no credit note takes of a refund with what was paid too much.

        That is the payment it gives back; else, when the books have used that one for
        the invoice, what is left of the others for the same claims: both would stay
        open for ever, and nobody owes anything.

        :param account.payment payment: booked for the refund
        """
        source = self.source_transaction_id
        scopes = self.operation == "refund" and source._continuity_get_scopes()
        if not scopes:
            return

        def find_open(payments):
            return payments.move_id.line_ids.filtered(
                lambda line: (
                    line.account_id == payment.destination_account_id
                    # Of what was cancelled in the books nothing is left
                    and line.parent_state == "posted"
                    and not line.reconciled
                )
            )

        (find_open(payment) | find_open(source.payment_id)).reconcile()
        if lines := find_open(payment):
            others = find_open(self._continuity_get_payments_of(scopes))
            (lines | others.filtered(lambda line: line.balance < 0)).reconcile()

    def _continuity_get_payments_of(self, scopes):
        """Return what was booked of the payments that are for these claims alone.

        :param list[tuple[str, int]] scopes: the claims
        :return: in sudo
        :rtype: account.payment
        """
        # Who books a refund need not see the orders; what is left is the company's
        billing_sudo = self.env["continuity.billing"].sudo()
        here, whole = Counter(), {}
        _facts, items = billing_sudo._read(scopes)
        found = attribute(items).money
        for scope in scopes:
            for item in found.get(scope, ()):
                # What a bank took back is nobody's credit
                here[item.key] += item.here if item.state == "done" else 0
                whole[item.key] = item.amount
        keys = [key for key, units in here.items() if units == whole[key]]
        transactions_sudo = self.sudo().browse(
            res_id for kind, res_id in keys if kind == "tx"
        )
        transactions_sudo |= transactions_sudo.child_transaction_ids.filtered(
            lambda tx: tx.operation != "refund"
        )
        return transactions_sudo.payment_id | self.env["account.payment"].sudo().browse(
            res_id for kind, res_id in keys if kind == "payment"
        )
