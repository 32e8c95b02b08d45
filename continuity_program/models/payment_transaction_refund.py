# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.exceptions import UserError
from odoo.fields import Command

from .sealed import unseal


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

    def _create_child_transaction(
        self, amount, is_refund=False, **custom_create_values
    ):
        """Override of `payment` to tie a refund before the provider is asked.

        Also one that was made by Odoo's own dialog: what explains it is what it is
        matched with.
        """
        if is_refund and (tie := unseal(self.env, "continuity_refund")):
            row_id, note_ids = tie
            self._continuity_check_refundable(amount)
            custom_create_values.update(
                continuity_refund_payment_id=row_id,
                invoice_ids=[Command.set(note_ids)],
            )
        elif is_refund and (scopes := self._continuity_get_share_scopes()):
            # Who has to begin again does so before the provider is asked
            self.env["continuity.billing"].sudo()._lock(scopes, wait=True)
            self._continuity_check_refundable(amount)
            notes = self._continuity_get_open_notes(scopes)
            custom_create_values.setdefault("invoice_ids", [Command.set(notes.ids)])
        return super()._create_child_transaction(
            amount, is_refund=is_refund, **custom_create_values
        )

    def _continuity_check_refundable(self, amount):
        """Refuse to give back what has gone back, or is on its way.

        Odoo counts what is booked only.

        :param float amount: to be given back of the payment
        :raise UserError: naming the payment, and what is left of it
        """
        refunds_sudo = self.sudo().child_transaction_ids.filtered(
            lambda tx: (
                tx.operation == "refund"
                and (
                    tx.state in ("draft", "pending", "authorized", "done")
                    or (tx.state == "error" and tx.continuity_no_answer)
                )
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

    def _continuity_get_share_scopes(self):
        """Say which claims the payment was made for.

        :rtype: list[tuple[str, int]]
        """
        root_sudo = self.sudo()
        root_sudo = root_sudo.source_transaction_id or root_sudo
        shares = self.env["continuity.payment.share"].sudo()
        shares = shares.search([("transaction_id", "=", root_sudo.id)])
        return list(dict.fromkeys(share._get_scope() for share in shares))

    def _continuity_get_open_notes(self, scopes):
        """Return the credit notes of claims that more was paid for than is owed.

        :param list[tuple[str, int]] scopes: the claims
        :return: posted and not matched yet
        :rtype: account.move
        """
        notes_sudo = self.env["account.move"].sudo()
        for balance_sudo in (
            self.env["continuity.balance"]._find_stored(scopes).values()
        ):
            if balance_sudo.amount_credit > 0:
                notes_sudo |= balance_sudo._get_open_notes()
        return notes_sudo

    def _continuity_send_refund(self):
        """Ask the provider to give back, and book the answer; never raise."""
        self.ensure_one()
        if self.state == "draft":
            self._continuity_send(
                lambda tx: tx._continuity_request(tx._send_refund_request)
            )
        if self.state == "done" and not self.is_post_processed:
            self._post_process()

    def _create_payment(self, **extra_create_values):
        """Override of `account_payment`: what no credit note takes of a refund is
        matched with the payment it gives back."""
        payment = super()._create_payment(**extra_create_values)
        source = self.source_transaction_id
        if self.operation == "refund" and source._continuity_get_share_scopes():
            both = payment | source.payment_id
            both.move_id.line_ids.filtered(
                lambda line: (
                    line.account_id == payment.destination_account_id
                    and not line.reconciled
                )
            ).reconcile()
        return payment
