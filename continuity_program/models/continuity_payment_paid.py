# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.exceptions import UserError

from ..arguments import public, read_text
from .continuity_payment import OPEN_STATES


class ContinuityPayment(models.Model):
    """The payment row: paid another way, paid twice, given back (rules F3)."""

    _inherit = "continuity.payment"

    is_paid_otherwise = fields.Boolean(
        readonly=True,
        copy=False,
        help="Its receivable was matched with a transfer, a cheque or cash.",
    )
    amount_excess = fields.Monetary(
        readonly=True,
        copy=False,
        help="What the customer was charged more than the documents ask for.",
    )
    amount_overpaid = fields.Monetary(
        string="Paid too much",
        readonly=True,
        copy=False,
        help="Nothing is given back before a person does it.",
    )

    _overpaid = models.Index("(company_id, id) WHERE amount_overpaid > 0")

    # === PAID ANOTHER WAY === #

    def _refresh_from_receivable(self):
        """Follow the receivable lines: matched is paid, unmatched is open again.

        A credit note pays nothing: it reduces the rows by its own rules (C7).
        """
        for row_sudo in self.sudo():
            line = row_sudo.receivable_line_id
            if not line.reconciled:
                if row_sudo.state == "paid" and row_sudo.is_paid_otherwise:
                    row_sudo._reopen()
            elif row_sudo.state in OPEN_STATES and line._is_continuity_paid():
                row_sudo._set_paid_otherwise()

    def _set_paid_otherwise(self):
        """The invoice of the row was paid by transfer, by link, in cash."""
        self.write(
            {"state": "paid", "next_attempt_date": False, "is_paid_otherwise": True}
        )
        self._note(self.env._("Paid another way; not charged."))
        self.continuity_order_id._release_settled_hold()

    def _reopen(self):
        """The payment that settled the row was undone."""
        self.ensure_one()
        state = "billed" if self.billed_date else "scheduled"
        self.write({"state": state, "is_paid_otherwise": False})
        self._note(self.env._("The payment was undone: open again."))

    # === MONEY BACK === #

    def _refresh_refunded(self):
        """Count what the provider has given back of the row's own transaction."""
        self.ensure_one()
        refunds = self._get_refund_transactions().filtered(
            lambda child: child.state == "done"
        )
        amount = min(-sum(refunds.mapped("amount")), self.amount)
        if self.currency_id.compare_amounts(amount, self.amount_refunded):
            self.amount_refunded = amount

    def _refresh_overpaid(self):
        """Note what came in beyond the row, for a person to give back.

        Two successes of one row, or one after it was paid another way, are not the
        customer's fault (implementation 5). Refunds of the row itself are its own.
        """
        self.ensure_one()
        done = self.transaction_ids.filtered(
            lambda tx: (
                tx.state == "done"
                and not tx.continuity_charged_back
                and len(tx.continuity_payment_ids) == 1
            )
        )
        is_unneeded = self.is_paid_otherwise or self.state == "cancelled"
        extra = done if is_unneeded else done - self.transaction_id
        too_much = sum(self._get_kept(tx) for tx in extra)
        too_much += self._get_excess()
        if self.currency_id.compare_amounts(too_much, self.amount_overpaid):
            self.amount_overpaid = too_much
            if too_much > 0:
                self._schedule_refund()

    def _get_kept(self, tx):
        """What of a successful transaction was not given back."""
        back = sum(
            child.amount
            for child in tx.child_transaction_ids
            if child.state == "cancel" and child.operation == tx.operation
        )
        refunds = tx.child_transaction_ids.filtered(
            lambda child: child.operation == "refund" and child.state == "done"
        )
        return self.currency_id.round(tx.amount - back + sum(refunds.mapped("amount")))

    def _get_excess(self):
        """What the row was charged more than its documents ask for, and still is.

        What an open credit note is about is given back by the note, not once more.

        :rtype: float
        """
        self.ensure_one()
        if self.state != "paid" or self.is_paid_otherwise or self.is_refund_due:
            return 0.0
        if not self.amount_excess:
            return 0.0
        order = self.continuity_order_id
        noted = sum(
            note.amount_residual
            for note in order._get_open_notes()
            if self.sudo() in order.sudo()._get_payments_of(note)
        )
        # What was authorised only, and voided, never came in
        voided = self.amount - (self.amount_captured or self.amount)
        return max(self.amount_excess - voided - self.amount_refunded - noted, 0.0)

    def _settle_difference(self, moves, missing):
        """Charge or give back what the documents of a child ask for (rules N46).

        :param account.move moves: posted invoices and notes of the child order
        :param float missing: what the rows are short of; negative: charged too much
        """
        last = self.sorted("sequence")[-1]
        if missing < 0:
            last._note_excess(-missing)
        elif missing > 0:
            move = moves.sorted(lambda m: (m.invoice_date, m.id))[-1]
            vals = {
                "continuity_order_id": self.continuity_order_id.id,
                "shipment_id": self.shipment_id[:1].id,
                "sequence": 1 + last.sequence,
                "due_date": move.invoice_date,
                "amount": missing,
                "kind": "extra",
                "invoice_id": move.id,
            }
            self.create([vals])._link_receivable_lines()

    def _note_excess(self, amount):
        """The documents ask for less than was charged (rules N46).

        :param float amount: how much less
        """
        self.ensure_one()
        self.amount_excess = amount
        self._refresh_overpaid()

    def _schedule_refund(self):
        values = {
            "payment": self.display_name,
            "amount": self.currency_id.format(self.amount_overpaid),
        }
        if self._get_excess():
            text = self.env._(
                "%(payment)s: the customer has paid %(amount)s too much. An accountant"
                " refunds it from the order.",
                **values,
            )
        else:
            text = self.env._(
                "%(payment)s: the customer has paid %(amount)s too much. Refund it from"
                " its payment.",
                **values,
            )
        self.continuity_order_id._schedule_continuity_activity(
            "continuity_program.mail_activity_payment_refund", text
        )

    # === CHARGEBACK (rules N63) === #

    @public(reason=read_text)
    def action_chargeback(self, reason=None):
        """The bank took the money back: the row is open again, and nobody retries.

        The receivable is open again as well; the old payment stays for the accountant
        to match with the statement. A new card or a write-off ends it.

        :param str reason: what the bank says
        :raise UserError: not an accountant, or the row was not paid
        """
        self._check_accountant(
            self.env._("Only an accountant can enter a chargeback of a payment.")
        )
        for row_sudo in self.sudo():
            if row_sudo.state != "paid" or row_sudo.is_paid_otherwise:
                raise UserError(
                    self.env._(
                        "%s was not paid by card: there is nothing to charge back.",
                        row_sudo.display_name,
                    )
                )
            row_sudo._charge_back(reason or self.env._("no reason given"))

    def _charge_back(self, reason):
        self.ensure_one()
        text = self.env._("Chargeback: %s", reason)
        transactions = self.transaction_id | self.settle_transaction_ids
        payments = transactions.payment_id
        matched = self._get_own_lines().matched_credit_ids.filtered(
            lambda partial: partial.credit_move_id.payment_id in payments
        )
        self.transaction_id.continuity_charged_back = True
        self.write(
            {
                "state": "declined",
                "transaction_id": False,
                "next_attempt_date": False,
                "state_message": text,
            }
        )
        matched.unlink()
        self._note(
            self.env._("%(text)s (%(user)s)", text=text, user=self.env.user.name)
        )
        order = self.continuity_order_id
        order._hold_for_payment(text)
        if order.state == "closed":
            order._schedule_continuity_activity(
                "continuity_program.mail_activity_payment_failed", text
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
