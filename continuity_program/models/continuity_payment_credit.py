# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.tools import float_is_zero

from .. import planning
from .continuity_payment import OPEN_STATES

#: A row in one of these states is waited for before money goes back (rules C7).
WAITING_STATES = ("processing", "pending", "authorized", "unknown")


class ContinuityPayment(models.Model):
    """The payment row: reduced by a credit note, and given back (rules C7)."""

    _inherit = "continuity.payment"

    amount_to_refund = fields.Monetary(
        string="To refund",
        readonly=True,
        copy=False,
        help="What is to be given back of this payment, latest payment first.",
    )

    # === REDUCTION === #

    def _reduce_to_receivable(self):
        """Reduce rows to what their receivable line still owes (C7).

        Several rows of one day share a line; the last of them is reduced first. A row
        that nothing is left of is cancelled, and comes back when the note is undone.
        """
        rows = self.filtered(lambda row: row.state in OPEN_STATES)
        for line, mine in rows.grouped("receivable_line_id").items():
            mine = mine.sorted(lambda row: (row.due_date, row.sequence))
            unit = line.currency_id.rounding
            amounts = mine.mapped("amount")
            credit = max(sum(amounts) - mine._get_owed(line), 0.0)
            reduced, _rest = planning.reduce_last(amounts, credit, unit)
            for row, amount in zip(mine, reduced, strict=True):
                row._set_reduced(float(amount))

    def _restore_to_receivable(self):
        """Give rows back what their receivable line owes again (rules C7).

        A note that was reset, cancelled or reversed has no effect any more.
        """
        rows = self.filtered(
            lambda row: (
                row.receivable_line_id
                and (row.state in OPEN_STATES or row._is_credited())
            )
        )
        for line, mine in rows.grouped("receivable_line_id").items():
            live = mine.filtered(lambda row: row.state in OPEN_STATES)
            extra = mine._get_owed(line) - sum(live.mapped("amount"))
            for row in (mine - live).sorted(lambda row: (row.due_date, row.sequence)):
                amount = row.amount if len(mine) > 1 else extra
                amount = row.currency_id.round(min(amount, extra))
                if row.currency_id.compare_amounts(amount, 0.0) > 0:
                    row._set_amount(amount)
                    extra -= amount
            last = live.sorted(lambda row: (row.due_date, row.sequence))[-1:]
            if last and last.currency_id.compare_amounts(extra, 0.0) > 0:
                last._set_amount(last.currency_id.round(last.amount + extra))

    def _get_owed(self, line):
        """Return what is still owed for these rows.

        :param account.move.line line: the receivable line they share
        :rtype: float
        """
        others = self.search_count(
            [("invoice_id", "=", line.move_id.id), ("id", "not in", self.ids)], limit=1
        )
        if others:
            return line.amount_residual_currency
        # The only row of a document stands for all its maturities
        return line.move_id.amount_residual

    def _set_reduced(self, amount):
        """Write what is left of a row; nothing left cancels it.

        :param float amount: what is left to pay
        """
        self.ensure_one()
        if not float_is_zero(amount, precision_rounding=self.currency_id.rounding):
            self._set_amount(amount)
            return
        self.write(
            {
                "state": "cancelled",
                "cancel_kind": "credited",
                "cancel_reason": self.env._("credited"),
            }
        )
        self._note(self.env._("Credited: nothing is left to pay."))

    def _set_amount(self, amount):
        """Write another amount, reviving the row, and say so.

        :param float amount: what is left to pay, more than 0
        """
        self.ensure_one()
        vals = {"amount": amount}
        if self._is_credited():
            state = "billed" if self.billed_date else "scheduled"
            vals.update(state=state, cancel_kind=False, cancel_reason=False)
        elif not self.currency_id.compare_amounts(self.amount, amount):
            return
        before = self.amount
        self.write(vals)
        self._note(
            self.env._(
                "Credit note: %(before)s → %(after)s",
                before=self.currency_id.format(before),
                after=self.currency_id.format(amount),
            )
        )

    def _is_credited(self):
        """Say whether a credit note has left nothing of the row.

        :rtype: bool
        """
        self.ensure_one()
        return self.state == "cancelled" and self.cancel_kind == "credited"

    # === REFUND === #

    def _get_amount_under_way(self):
        """Refunds the provider was asked for and has not confirmed yet.

        :rtype: float
        """
        self.ensure_one()
        refunds_sudo = self._get_refund_transactions().filtered(
            lambda tx: tx.state in ("draft", "pending")
        )
        return -sum(refunds_sudo.mapped("amount"))

    def _get_refund_transactions(self):
        """Return the refunds of the row; a shared payment has one per row.

        :rtype: payment.transaction
        """
        self.ensure_one()
        tx_sudo = self.sudo().transaction_id
        shared = len(tx_sudo.continuity_payment_ids) > 1
        return tx_sudo.child_transaction_ids.filtered(
            lambda child: (
                child.operation == "refund"
                and (
                    child.continuity_refund_payment_id == self.sudo()
                    or (not child.continuity_refund_payment_id and not shared)
                )
            )
        )
