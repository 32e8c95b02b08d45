# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.fields import Command

from ..facts.continuity_billing import to_amount
from ..payments.continuity_payment import OPEN_STATES
from ..payments.payment_transaction import GOOD_STATES


class ContinuityPayment(models.Model):
    """The payment row: paid in part by money of another door."""

    _inherit = "continuity.payment"

    def _split_rest(self, amount, **values):
        """Keep an amount, and make the rest a row of its own, due on the same day.

        What the plan says is divided, too: what other money has paid of the row it goes
        on to pay, and what the claim has cut is cut from the rest, as from the last.

        :param float amount: less than the row asks for
        :param values: more of the row of the rest
        :return: the row of the rest
        :rtype: continuity.payment
        """
        self.ensure_one()
        order, planned = self.continuity_order_id, self.amount_planned
        left = self.currency_id.round(self.amount - amount)
        rest = self.copy(
            {
                "sequence": self._get_next_sequence(order, self.shipment_id),
                "amount": left,
                "amount_planned": self.currency_id.round(left + self._get_cut()),
                # The same card is not tried twice because somebody paid a part
                "attempts": self.attempts,
                "next_attempt_date": self.next_attempt_date,
                **values,
            }
        )
        planned = self.currency_id.round(planned - rest.amount_planned)
        self.write({"amount": amount, "amount_planned": planned})
        return rest

    def _get_cut(self):
        """Say how much less is asked of a row than planned, without money for it.

        :rtype: float
        """
        self.ensure_one()
        if self.currency_id.compare_amounts(self.amount, self.amount_planned) >= 0:
            return 0.0
        # The account is the company's, whoever divides the row
        units = self.env["continuity.billing"].sudo()._get_row_cut(self.sudo())
        return to_amount(units, self.currency_id)

    # === WHICH MONEY PAYS THE DOCUMENT === #

    def _get_foreign(self):
        """Return the rows that a payment for the whole quotation pays.

        :rtype: continuity.payment
        """
        return self.filtered(
            lambda row: row.transaction_id in row.sale_order_id.transaction_ids
        )

    def _get_first_payers(self):
        """Return the transactions whose money the document of the rows takes at once.

        A payment for the whole quotation waits while a charge is not booked yet: it
        would take the place of the charge, and the ordinary goods would lack it. What
        the bank took back pays nothing.

        :rtype: payment.transaction
        """
        foreign = self._get_foreign().transaction_id
        own = (self.transaction_ids - foreign).filtered(
            lambda tx: not tx.continuity_charged_back
        )
        is_waiting = any(
            tx.state in GOOD_STATES and not tx.is_post_processed for tx in own
        )
        return own if is_waiting else own | foreign

    def _match_payers(self):
        """Let payments for the whole quotation pay what is left of the documents."""
        for row in self.filtered(lambda r: r.invoice_id.state == "posted"):
            move, tx = row.invoice_id, row.transaction_id
            if tx in move.transaction_ids:
                continue
            move.transaction_ids = [Command.link(tx.id)]
            lines = tx.payment_id.move_id.line_ids.filtered(
                lambda line: (
                    line.account_type == "asset_receivable" and not line.reconciled
                )
            )
            for line in lines:
                move.js_assign_outstanding_line(line.id)

    @api.model
    def _cover_by_transaction(self, every_order, tx):
        """Let a payment on the quotation pay rows, after the ordinary goods.

        The first rows come first. Of a row that it pays in part, the rest becomes a row
        of its own, so that each row has one payment. What it has paid already stays;
        what was left over then pays what was sold since.

        :param continuity.order every_order: the orders
        :param payment.transaction tx: authorised, pending or done
        :return: the rows it pays now
        :rtype: continuity.payment
        """
        covered = self.browse()
        left = tx._continuity_get_loose()
        for sale_order, orders in every_order.grouped("sale_order_id").items():
            left -= sale_order._get_continuity_ordinary_due(without=tx)
            mine = orders.filtered(lambda order: self._can_cover(order, tx))
            if left <= 0 or not mine:
                continue
            rows = self._cover_rows(mine, tx, left)
            left -= sum(rows.mapped("amount"))
            covered |= rows
        without_method = covered.continuity_order_id.filtered(
            lambda order: not order.payment_method
        )
        without_method.payment_method = "card"
        return covered

    @api.model
    def _can_cover(self, order, tx):
        """Say whether a payment may pay rows of the order.

        :param continuity.order order: the order
        :rtype: bool
        """
        order.ensure_one()
        return (
            order.state == "draft"
            and order.bill_upfront
            and order.currency_id == tx.currency_id
            and not order._is_charged()
        )

    @api.model
    def _cover_rows(self, orders, tx, amount):
        """Let a payment pay the first open rows of orders of one quotation.

        :param continuity.order orders: the orders
        :param payment.transaction tx: the payment
        :param float amount: what there is for them
        :return: the rows it pays
        :rtype: continuity.payment
        """
        rows = self._sync_order_rows(orders, orders.company_id._continuity_today())
        covered = rows.browse()
        due = rows.filtered(lambda row: row.state in OPEN_STATES)
        for row in due.sorted(lambda r: (r.due_date, r.sequence, r.id)):
            amount = row.currency_id.round(amount)
            if amount <= 0:
                break
            if row.currency_id.compare_amounts(amount, row.amount) < 0:
                row._split_rest(amount)
            row.write(
                {"transaction_ids": [Command.link(tx.id)], "transaction_id": tx.id}
            )
            amount -= row.amount
            covered |= row
        return covered

    @api.model
    def _get_amount_covered(self, order):
        """Say what of an order billed up front is paid, or on its way.

        :param continuity.order order: the order
        :rtype: float
        """
        order.ensure_one()
        # What was paid counts in full, also for those who may not see every row
        rows_sudo = order.sudo().payment_ids.filtered(
            lambda row: (
                not row.shipment_id and row.state in ("pending", "authorized", "paid")
            )
        )
        return sum(rows_sudo.mapped("amount"))

    @api.model
    def _get_given_back_refusal(self, order):
        """What was given back of a draft is missing, and its row says paid.

        :param continuity.order order: the order
        :return: a message that names the way out, or False
        :rtype: str | bool
        """
        order.ensure_one()
        # Refunds under way are transactions, which sellers may not read
        rows_sudo = order.sudo().payment_ids.filtered(lambda row: row.state == "paid")
        back = sum(
            row.amount_refunded + row._get_amount_under_way() for row in rows_sudo
        )
        if order.currency_id.is_zero(back):
            return False
        return order.env._(
            "%(amount)s of what was paid for %(order)s was given back. Cancel the"
            " quotation, and submit a copy of it.",
            amount=order.currency_id.format(back),
            order=order.display_name,
        )
