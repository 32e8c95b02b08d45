# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Command

from ..payments.payment_transaction import GOOD_STATES


class SaleOrder(models.Model):
    """The quotation that is cancelled after money came: all of it goes back.

    Nothing is refunded alone: the accountant is told. What is still on its way is to be
    given back when it has come.
    """

    _inherit = "sale.order"

    def _filter_continuity_paid_drafts(self):
        """Return the quotations that money came for.

        :rtype: sale.order
        """
        return self.filtered(
            lambda o: o._is_continuity_draft() and o._is_anything_charged()
        )

    def _check_continuity_withdrawal(self):
        """Refuse to cancel a quotation while nobody knows whether it was charged.

        :return: the quotations that money came for
        :rtype: sale.order
        :raise UserError: naming the order
        """
        for order in self.filtered(lambda o: o._is_continuity_draft()):
            order._check_continuity_no_open_question()
        return self._filter_continuity_paid_drafts()

    def _check_continuity_no_open_question(self):
        """Refuse while nobody knows whether the ordinary goods were charged (N15).

        :raise UserError: naming the order
        """
        self.ensure_one()
        if self._get_continuity_open_transaction():
            raise UserError(
                self.env._(
                    "%s is being charged: the provider has not answered. Submit it"
                    " again in some minutes, then cancel it.",
                    self.name,
                )
            )

    def _filter_continuity_withdrawn(self):
        """Return the orders that were cancelled before they were submitted.

        :rtype: sale.order
        """
        return self.filtered(
            lambda order: (
                order.state == "cancel"
                and order._is_continuity_parent()
                and not any(order.continuity_order_ids.mapped("submit_date"))
            )
        )

    def _continuity_give_back(self):
        """Give up what is asked for cancelled quotations: all that came goes back.

        What is authorised only, and pays no row, gets one: the ledger lets it go.
        Repeating it changes nothing.
        """
        vals_list = []
        # A seller cancels the quotation; what was paid for it goes back by our rows
        for order_sudo in self.sudo():
            following = self.env["continuity.payment"]._get_next_sequence(
                order_sudo.continuity_order_ids[:1], self.env["continuity.shipment"]
            )
            for tx_sudo in order_sudo.transaction_ids.sorted("id"):
                amount = order_sudo._get_continuity_loose(tx_sudo)
                if order_sudo.currency_id.compare_amounts(amount, 0.0) > 0:
                    vals_list.append(
                        order_sudo._prepare_give_back(tx_sudo, amount, following)
                    )
                    following += 1
        # Only our own methods write the ledger
        self.env["continuity.payment"].sudo().create(vals_list)
        self.sudo().continuity_order_ids._give_up_rows()

    def _get_continuity_loose(self, tx):
        """Say what of an authorised payment was for this order and pays no row.

        :param payment.transaction tx: linked with the order
        :rtype: float
        """
        self.ensure_one()
        if tx.state != "authorized" or tx.operation == "validation":
            return 0.0
        # What a payment was made for sellers may not read
        shares_sudo = self.env["continuity.payment.share"].sudo()
        mine = shares_sudo.search(
            [("transaction_id", "=", tx.id), ("ordinary_order_id", "=", self.id)]
        )
        return min(sum(mine.mapped("amount")), tx._continuity_get_loose())

    def _prepare_give_back(self, tx, amount, sequence):
        """Return the values of a row over authorised money that is let go.

        :param payment.transaction tx: what was paid
        :param float amount: what of it
        :param int sequence: number of the row
        :rtype: dict
        """
        order = self.continuity_order_ids[:1]
        return {
            **self.env["continuity.payment"]._prepare_row_vals(
                order,
                due_date=self.company_id._continuity_today(),
                amount=amount,
                shipment=self.env["continuity.shipment"],
                sequence=sequence,
            ),
            "transaction_id": tx.id,
            "transaction_ids": [Command.link(tx.id)],
            "state": "authorized",
            "kind": "extra",
        }

    def _get_continuity_cancel_sentences(self):
        """Say what becomes of the money when the quotation is cancelled.

        :rtype: list[str]
        """
        self.ensure_one()
        texts = []
        paid = {
            state: self.currency_id.format(amount)
            for state, amount in self._get_continuity_paid_by_state().items()
            if not self.currency_id.is_zero(amount)
        }
        if amount := paid.get("done"):
            texts.append(
                self.env._(
                    "%(amount)s back to the customer. An accountant refunds it from the"
                    " order.",
                    amount=amount,
                )
            )
        if amount := paid.get("pending"):
            texts.append(
                self.env._(
                    "%(amount)s is on its way. It goes back once it has arrived, not"
                    " before.",
                    amount=amount,
                )
            )
        if amount := paid.get("authorized"):
            texts.append(
                self.env._(
                    "%(amount)s is authorised only, and is not taken.", amount=amount
                )
            )
        return texts or [self.env._("Nothing is owed and nothing comes back.")]

    def _get_continuity_paid_by_state(self):
        """Say how much was paid for the quotation, by the state of its payments.

        :rtype: dict[str, float]
        """
        # The seller is told sums before he cancels; transactions he may not read
        order_sudo = self.sudo()
        transactions_sudo = (
            order_sudo.transaction_ids
            | order_sudo.continuity_order_ids.payment_ids.transaction_ids
        ).filtered(lambda tx: tx.operation != "validation")
        return {
            state: sum(tx._continuity_get_kept() for tx in of_state)
            for state, of_state in transactions_sudo.grouped("state").items()
            if state in GOOD_STATES
        }
