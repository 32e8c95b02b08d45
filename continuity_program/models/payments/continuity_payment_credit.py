# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

#: A row in one of these states is waited for before money goes back (rules C7).
WAITING_STATES = ("processing", "pending", "authorized", "unknown")


class ContinuityPayment(models.Model):
    """The payment row: what is given back, and what if its child order is cancelled."""

    _inherit = "continuity.payment"

    amount_to_refund = fields.Monetary(
        string="To refund",
        readonly=True,
        copy=False,
        help="What is to be given back of this payment, latest payment first.",
    )

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
        # Sellers are told what is given back; its transactions they may not read
        self.ensure_one()
        tx_sudo = self.sudo().transaction_id
        shared = len(tx_sudo.continuity_payment_ids) > 1
        return tx_sudo.child_transaction_ids.filtered(
            lambda child: (
                child.operation == "refund"
                and (
                    child.continuity_refund_payment_id == self
                    or (not child.continuity_refund_payment_id and not shared)
                )
            )
        )

    # === CANCELLED CHILD ORDER (rules F2) === #

    def _cancel_with_child(self):
        """Give up rows of a child order that was cancelled; called in sudo.

        What is only authorized is let go. What was not paid is cancelled, and what has
        come is to be given back: both follow from the account of the child.
        """
        self._void_authorization(self.env._("the child order was cancelled"))
