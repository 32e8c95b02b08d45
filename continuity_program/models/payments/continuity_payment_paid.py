# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.exceptions import UserError

from ...arguments import public, read_text
from ...billing import settle_chunk
from .payment_transaction import GOOD_STATES

#: A part of an authorisation has its end: it was captured, or let go
ENDED = ("done", "cancel")


class ContinuityPayment(models.Model):
    """The payment row: paid another way, paid twice, given back (rules F3)."""

    _inherit = "continuity.payment"

    is_paid_otherwise = fields.Boolean(
        readonly=True,
        copy=False,
        help="It was paid another way: by transfer, payment link, cheque or cash.",
    )
    amount_overpaid = fields.Monetary(
        string="Paid too much",
        readonly=True,
        copy=False,
        help="The part of what is to be given back that no credit note explains: a"
        " second charge, or an invoice for less than was paid.",
    )

    _overpaid = models.Index("(company_id, id) WHERE amount_overpaid > 0")

    # === WHAT HAS PAID === #

    def _is_charged(self):
        """Say whether the transaction of the row has its money, or the card's word.

        It may be one that was refused, before the customer paid another way.

        :rtype: bool
        """
        self.ensure_one()
        # Whoever writes to the customer need not be able to read transactions
        tx_sudo = self.sudo().transaction_id
        return not self.is_paid_otherwise and tx_sudo.state in GOOD_STATES

    def _get_charged_text(self):
        """Name the card that was charged; the order may have another one by now.

        :return: what the order is paid by, where no provider has taken the money
        :rtype: str
        """
        self.ensure_one()
        # Brand, last digits and expiry may be seen; the rest stays closed
        tx_sudo = self.sudo().transaction_id
        if not tx_sudo:
            return self.continuity_order_id._get_payment_method_text()
        token_sudo = tx_sudo.token_id or tx_sudo.source_transaction_id.token_id
        if token_sudo:
            return token_sudo._get_continuity_label()
        return tx_sudo.payment_method_id.name or tx_sudo.provider_id.name

    # === CHARGEBACK (rules N63) === #

    @public(reason=read_text)
    def action_chargeback(self, reason=None):
        """The bank took the money back: the row is open again, and nobody retries.

        The receivable is open again as well; the old payment stays for the accountant
        to match with the statement. A new card or a write-off ends it. What the same
        charge has paid besides comes back with it.

        :param str reason: what the bank says
        :raise UserError: not an accountant, or the row was not paid
        """
        self._check_may_charge_back()
        # The accountant was checked; he reads rows, and may write none
        rows_sudo = self.sudo()
        reason = (reason or "").strip() or self.env._("no reason given")
        # Before a row is written: a charge takes the mutex first, too
        self.env["continuity.billing"]._lock(rows_sudo.continuity_order_id, wait=True)
        # A charge comes back whole, whatever it was asked for
        transactions_sudo = rows_sudo.transaction_id
        others_sudo = rows_sudo - transactions_sudo._continuity_get_charged_rows()
        others_sudo._charge_back(reason)
        transactions_sudo._continuity_charge_back(reason)

    def _check_may_charge_back(self):
        """Only accountants enter what a bank took back, of what was charged.

        :raise UserError: anybody else, or one of the rows was not paid by a charge
        """
        self._check_accountant(self._get_charge_back_refusal())
        self._refuse_misfits(self.filtered(lambda row: row._get_situation() != "paid"))

    def _get_charge_back_refusal(self):
        return self.env._("Only an accountant can enter a chargeback of a payment.")

    def _get_covering_payments(self):
        """Return the payments by link, portal or shop that have paid rows otherwise.

        :rtype: payment.transaction
        """
        scopes = self._get_billing_scopes()
        answers = settle_chunk(*self.env["continuity.billing"]._read(scopes))
        found = {
            item.key[1]
            for scope in scopes
            for item in answers[scope][0].money
            if item.row is None and item.state == "done" and item.key[0] == "tx"
        }
        return self.env["payment.transaction"].browse(sorted(found))

    def _charge_back(self, reason):
        """Open rows again whose charge came back; called in sudo.

        :param reason: see `get_charge_back_texts`
        """
        orders = self.continuity_order_id
        texts = get_charge_back_texts(orders, reason)
        transactions = self.transaction_id | self.settle_transaction_ids
        payments = transactions.payment_id
        matched = self._get_own_lines().matched_credit_ids.filtered(
            lambda partial: partial.credit_move_id.payment_id in payments
        )
        self.transaction_id._continuity_mark_charged_back()
        for order, rows in self.grouped("continuity_order_id").items():
            rows.write(
                {
                    "state": "declined",
                    "transaction_id": False,
                    "next_attempt_date": False,
                    "state_message": texts[order],
                }
            )
        matched.unlink()
        self._note_charge_back(texts)
        for order in orders:
            order._hold_for_payment(texts[order])
            if order.state == "closed":
                order._schedule_continuity_activity(
                    "continuity_program.mail_activity_payment_failed", texts[order]
                )

    def _note_charge_back(self, texts):
        """Write down on each row what was taken back, and who has said so.

        :param dict[continuity.order, str] texts: what is said of each order
        """
        self._note_each(
            {
                row: self.env._(
                    "%(text)s (%(user)s)",
                    text=texts[row.continuity_order_id],
                    user=self.env.user.name,
                )
                for row in self
            }
        )

    def _check_accountant(self, message):
        """Refuse what only the accountant may do.

        :param str message: what is refused
        :raise AccessError: rows the user may not read
        :raise UserError: the user keeps no books
        """
        self.check_access("read")
        if not self.env.user.has_group("account.group_account_invoice"):
            raise UserError(message)

    # === LET GO BY HAND === #

    def _get_taken(self, tx):
        """Return how much of the row a transaction has brought that was taken in parts.

        Odoo calls a transaction done when its parts add up to it: also those that were
        let go. What we have captured is its row's; what is more than the row, of a
        provider that captures once, and what Odoo's own buttons have goes over the
        rows that were asked together, in the order they are due.

        Where they do not add up the provider has told of the whole payment: parts that
        have no answer, or were refused, say nothing then.

        :param payment.transaction tx: the charge of the row
        :return: None when it was not taken in parts
        :rtype: float | None
        """
        self.ensure_one()
        parts = tx.child_transaction_ids.filtered(
            lambda part: part.operation != "refund" and part.state in ENDED
        )
        ended = sum(parts.mapped("amount"))
        is_in_parts = parts and tx.currency_id.compare_amounts(ended, tx.amount) >= 0
        if tx.state != "done" or not is_in_parts:
            return None
        done = parts.filtered(lambda part: part.state == "done")
        captured = {
            row: sum(rows_parts.mapped("amount"))
            for row, rows_parts in done.grouped("continuity_settle_payment_id").items()
        }
        spare = captured.pop(self.browse(), 0.0) + sum(
            max(amount - row.amount, 0.0) for row, amount in captured.items()
        )
        taken = captured.get(self, 0.0)
        for row in tx.continuity_payment_ids.sorted(
            lambda row: (row.due_date, row.sequence, row.id)
        ):
            if row.state == "cancelled":
                continue
            share = min(spare, max(row.amount - captured.get(row, 0.0), 0.0))
            spare -= share
            if row == self:
                taken += share
        return self.currency_id.round(min(taken, self.amount))

    def _prepare_taken_vals(self, tx):
        """Lower a row to what its transaction has brought; the rest is asked anew.

        :param payment.transaction tx: the charge of the row
        :rtype: dict
        """
        taken = self._get_taken(tx)
        if taken is None or not self.currency_id.compare_amounts(taken, self.amount):
            return {}
        return {"amount": taken, "amount_to_capture": 0.0, "is_capture_final": False}


def get_charge_back_texts(orders, reason):
    """Say what a bank has done, to each in the language of who looks after the order.

    One payment may have paid the orders of several: none reads the words that were put
    for another one.

    :param continuity.order orders: whose money it took back
    :param reason: what the bank says: the words of a person for all of the orders, or
        who finds words for each of them
    :type reason: str | Callable[[continuity.order], str]
    :rtype: dict[continuity.order, str]
    """
    return {
        order: order._speak_to_responsible().env._(
            "Chargeback: %s", reason(order) if callable(reason) else reason
        )
        for order in orders
    }
