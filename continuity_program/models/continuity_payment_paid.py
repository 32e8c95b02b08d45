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
    amount_overpaid = fields.Monetary(
        string="Paid too much",
        readonly=True,
        copy=False,
        help="The part of what is to be given back that no credit note explains: a"
        " second charge, or an invoice over less than was paid.",
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

    # === DIFFERENCES === #

    def _settle_difference(self, moves, missing):
        """Charge what the documents of a child ask for beyond its rows.

        :param account.move moves: posted invoices and notes of the child order
        :param float missing: what the rows are short of; negative: charged too much,
            and that is given back
        """
        if missing <= 0:
            return
        order, shipment = self.continuity_order_id, self.shipment_id[:1]
        move = moves.sorted(lambda m: (m.invoice_date, m.id))[-1]
        vals = {
            "continuity_order_id": order.id,
            "shipment_id": shipment.id,
            "sequence": order._get_next_sequence(shipment),
            "due_date": move.invoice_date,
            "amount": missing,
            "kind": "extra",
            "invoice_id": move.id,
        }
        self.create([vals])._link_receivable_lines()

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
