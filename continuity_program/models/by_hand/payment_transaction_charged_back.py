# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from ...arguments import public, read_text
from ..payments.continuity_payment import OPEN_STATES
from ..payments.continuity_payment_paid import get_charge_back_texts


class PaymentTransaction(models.Model):
    """The bank took a payment back, whatever door it came by (rules N63).

    What the customer has paid by a link, on the portal or in the shop has no payment
    row of its own: its rows are open again because the money is gone.
    """

    _inherit = "payment.transaction"

    continuity_may_be_charged_back = fields.Boolean(
        string="May be charged back",
        compute="_compute_continuity_may_be_charged_back",
        compute_sudo=True,
        help="It has paid something of a continuity order.",
    )

    @api.depends(
        "state", "operation", "source_transaction_id", "continuity_charged_back"
    )
    def _compute_continuity_may_be_charged_back(self):
        for tx in self:
            tx.continuity_may_be_charged_back = bool(
                tx.state == "done"
                and tx.operation != "validation"
                and not tx.source_transaction_id
                and not tx.continuity_charged_back
                and tx._continuity_get_scopes()
            )

    # === ACTIONS === #

    @public()
    def action_continuity_open_chargeback(self):
        """Ask why the bank has taken the money back.

        :rtype: dict
        :raise UserError: see :meth:`action_continuity_chargeback`
        """
        self._continuity_check_may_charge_back()
        dialog = self.env["continuity.payment.answer"].create(
            {"transaction_ids": [Command.set(self.ids)], "kind": "chargeback"}
        )
        return dialog._get_action()

    @public(reason=read_text)
    def action_continuity_chargeback(self, reason=None):
        """The bank took the money back: what it has paid is open again.

        Nobody retries: the order is on payment hold until there is another card, or
        what is open is paid or written off.

        :param str reason: what the bank says
        :raise UserError: not an accountant, or one of them has paid nothing, or was
            charged back already
        """
        self._continuity_check_may_charge_back()
        reason = (reason or "").strip() or self.env._("no reason given")
        # The accountant was checked; the ledger is written by our own methods only
        self.sudo()._continuity_charge_back(reason)

    # === HELPERS === #

    def _continuity_check_may_charge_back(self):
        """Only accountants enter what a bank took back.

        :raise UserError: anybody else; naming what nothing can be taken back of
        """
        self.check_access("read")
        payments = self.env["continuity.payment"]
        payments._check_accountant(payments._get_charge_back_refusal())
        wrong = self.filtered(lambda tx: not tx.continuity_may_be_charged_back)
        if wrong:
            raise UserError(
                self.env._(
                    "Nothing was done. %s: the payment was charged back already, has"
                    " not come, or has paid nothing of a continuity order. Its state"
                    " and the account of the order say which.",
                    ", ".join(wrong.mapped("reference")),
                )
            )

    def _continuity_mark_charged_back(self):
        """Count the payment no more; called in sudo."""
        # By the clock of the database, like the day a refund was created
        now = self.env.cr.now()
        self.write({"continuity_charged_back": True, "continuity_charged_back_at": now})

    def _continuity_charge_back(self, reason):
        """Open again what was charged, and what else the same money has paid.

        Called in sudo.

        :param reason: see `get_charge_back_texts`
        """
        # Before a row is written: a charge takes the mutex first, too
        self._continuity_take_mutex()
        for tx in self:
            rows = tx._continuity_get_charged_rows()
            rows._charge_back(reason)
            if not rows or tx._continuity_get_matches():
                tx._continuity_take_back(reason)

    def _continuity_get_matches(self):
        """Return what the money is matched with: invoices that it has paid.

        What was captured is booked by the captures.

        :rtype: account.partial.reconcile
        """
        parts = self.child_transaction_ids.filtered(lambda tx: tx.operation != "refund")
        lines = (self | parts).payment_id.move_id.line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )
        return lines.matched_debit_ids.filtered(
            lambda partial: partial.debit_move_id.move_id.move_type == "out_invoice"
        )

    def _continuity_get_charged_rows(self):
        """Return the payment rows that the transactions are the charges of.

        :rtype: continuity.payment
        """
        return self.continuity_payment_ids.filtered(
            lambda row: (
                row.state == "paid"
                and not row.is_paid_otherwise
                and row.transaction_id in self
            )
        )

    def _continuity_take_back(self, reason):
        """Count it no more, and let nobody be asked for what is open again by itself.

        Called in sudo.

        :param reason: see `get_charge_back_texts`
        """
        self.ensure_one()
        if not self.is_post_processed:
            # What is booked later would pay the invoice again
            self._post_process()
        billing = self.env["continuity.billing"]
        scopes = self._continuity_get_scopes()
        billing._lock(scopes, wait=True)
        before = self._continuity_read_rows(scopes)
        self._continuity_mark_charged_back()
        self._continuity_get_matches().unlink()
        billing._settle(scopes)
        orders = self._continuity_get_paid_orders(scopes)
        texts = get_charge_back_texts(orders, reason)
        after = self._continuity_read_rows(scopes)
        opened = self.env["continuity.payment"].union(
            *(row for row in after if after[row] > before.get(row, 0.0))
        )
        by_card = opened.filtered(lambda row: row.state != "billed")
        for row in by_card:
            # Like a charge of ours that came back: it does not go out by itself
            row.write(
                {
                    "state": "declined",
                    "attempts": max(row.attempts, 1),
                    "next_attempt_date": False,
                    "state_message": texts[row.continuity_order_id],
                }
            )
        for order in by_card.continuity_order_id:
            order._hold_for_payment(texts[order])
        opened._note_charge_back(texts)
        self._continuity_tell_taken_back(texts)

    def _continuity_get_paid_orders(self, scopes):
        """Return the continuity orders whose claims the payment has paid.

        :param list[tuple[str, int]] scopes: the claims
        :return: in sudo; of ordinary goods the first order of the quotation
        :rtype: continuity.order
        """
        stored = self.env["continuity.balance"]._find_stored(scopes)
        return self.env["continuity.order"].union(
            *(balance_sudo._get_refund_orders() for balance_sudo in stored.values())
        )

    def _continuity_read_rows(self, scopes):
        """Say what the open rows of claims ask.

        :param list[tuple[str, int]] scopes: the claims
        :rtype: dict[continuity.payment, float]
        """
        rows = self._continuity_get_paid_orders(scopes).payment_ids
        return {
            row: row.amount
            for row in rows
            if row.state in OPEN_STATES and row._get_billing_scopes()[0] in scopes
        }

    def _continuity_tell_taken_back(self, texts):
        """Tell who looks after the orders what has happened.

        :param dict[continuity.order, str] texts: what the bank says, of the orders the
            money had paid
        """
        orders = self.env["continuity.order"].union(*texts)
        bodies = {
            order.id: order._speak_to_responsible().env._(
                "Payment %(payment)s was taken back by the bank. %(text)s (%(user)s)",
                payment=self.reference,
                text=text,
                user=self.env.user.name,
            )
            for order, text in texts.items()
        }
        orders._message_log_batch(bodies=bodies)
        for order, text in texts.items():
            # Nobody is asked for ordinary goods, or by a bill, before a person has
            # acted
            order._schedule_continuity_activity(
                "continuity_program.mail_activity_payment_failed", text
            )
