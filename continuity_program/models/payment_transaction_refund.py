# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
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
        """Override of `payment` to tie a refund before the provider is asked."""
        if is_refund and (tie := unseal(self.env, "continuity_refund")):
            row_id, note_ids = tie
            custom_create_values.update(
                continuity_refund_payment_id=row_id,
                invoice_ids=[Command.set(note_ids)],
            )
        return super()._create_child_transaction(
            amount, is_refund=is_refund, **custom_create_values
        )

    def _create_payment(self, **extra_create_values):
        """Override of `account_payment`: the refund of what was never invoiced is
        matched with the payment it gives back."""
        payment = super()._create_payment(**extra_create_values)
        if self.continuity_refund_payment_id and not self.invoice_ids:
            both = payment | self.source_transaction_id.payment_id
            both.move_id.line_ids.filtered(
                lambda line: (
                    line.account_id == payment.destination_account_id
                    and not line.reconciled
                )
            ).reconcile()
        return payment
