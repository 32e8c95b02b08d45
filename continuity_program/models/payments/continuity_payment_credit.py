# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.tools import SQL

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

    def _leave_with_child(self):
        """Leave rows to the child order that was cancelled, whose shipment is planned
        again; called in sudo.

        Money of another door, and what was credited, settled in the books or given up
        by a person, are that child's: the next one has rows of its own.
        """
        rows = self.filtered(
            lambda row: (
                not row.transaction_ids
                and row.cancel_kind != "child"
                and (row.is_paid_otherwise or row.state == "cancelled")
            )
        )
        rows.write(
            {
                "state": "cancelled",
                "is_paid_otherwise": False,
                "cancel_kind": "child",
                "cancel_reason": self.env._("the child order was cancelled"),
            }
        )

    def _leave_out_former(self):
        """Leave out rows of a former child order of their shipment.

        They keep their dates and amounts when the shipment is planned again, and say
        nothing about its next child order.

        :return: the rows of the child orders their shipments have now
        :rtype: continuity.payment
        """
        # Sellers may not read what a payment was made for; here it decides yes or no
        shares_sudo = self.env["continuity.payment.share"].sudo()
        shares_sudo = shares_sudo.search(
            [
                ("continuity_payment_id", "in", self.ids),
                ("child_order_id", "!=", False),
            ]
        )
        paid_for = {
            row_sudo.id: shares.child_order_id
            for row_sudo, shares in shares_sudo.grouped("continuity_payment_id").items()
        }
        return self.filtered(
            lambda row: (
                row.child_order_id in paid_for[row.id]
                if row.id in paid_for
                else not row._is_given_up_with_former()
            )
        )

    def _get_own_child_sql(self):
        """Say which payments `p` were not made for another child order than `c`.

        :rtype: SQL
        """
        return SQL(
            """COALESCE((
                   SELECT BOOL_OR(made.child_order_id = c.id)
                     FROM continuity_payment_share made
                    WHERE made.continuity_payment_id = p.id
               ), TRUE)"""
        )

    def _is_given_up_with_former(self):
        """Say whether the row was given up with a child order that is gone.

        :rtype: bool
        """
        self.ensure_one()
        # Whoever invoices need not read child orders; it decides yes or no
        child_sudo = self.sudo().child_order_id
        is_alive = (
            child_sudo.state != "cancel" and not child_sudo.continuity_reopened_at
        )
        return self.cancel_kind == "child" and is_alive
