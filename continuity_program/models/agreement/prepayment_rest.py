# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from typing import NamedTuple

from odoo.fields import Command
from odoo.tools import SQL

from ..base.of_order import OfOrder


class Residue(NamedTuple):
    """What is left on the prepayment account of an order.

    :param float balance: in company currency
    :param float amount: in the order's currency
    :param int roundings: lines of posted documents that released or credited units:
        each was rounded by itself
    """

    balance: float = 0.0
    amount: float = 0.0
    roundings: int = 0


def read_residues(orders):
    """Sum the prepayment account over all documents of these orders (C6).

    :param continuity.order orders: the orders; one statement reads all
    :return: what is left of each order
    :rtype: dict[continuity.order, Residue]
    """
    orders.env.flush_all()
    residues = dict.fromkeys(orders, Residue())
    accounts = {
        order: order._get_upfront_line().account_id
        for order in orders
        if order.upfront_invoice_id
    }
    if not accounts:
        return residues
    rows = orders.env.execute_query(
        SQL(
            """SELECT m.continuity_order_id, l.account_id,
                      SUM(l.balance), SUM(l.amount_currency),
                      COUNT(*) FILTER (
                          WHERE m.move_type IN ('out_invoice', 'out_refund')
                            AND NOT EXISTS (
                                SELECT FROM continuity_order o
                                 WHERE o.upfront_invoice_id = m.id
                            )
                      )
                 FROM account_move_line l
                 JOIN account_move m ON m.id = l.move_id
                WHERE m.continuity_order_id IN %s
                  AND l.parent_state = 'posted'
                GROUP BY m.continuity_order_id, l.account_id""",
            tuple(order.id for order in accounts),
        )
    )
    for order_id, account_id, *left in rows:
        order = orders.browse(order_id)
        if accounts[order].id == account_id:
            residues[order] = Residue(*left)
    return residues


class PrepaymentRest(OfOrder):
    """What is left on the prepayment account of an order, and its end (rules BR11).

    :param continuity.order order: the order
    :param Residue residue: see :func:`read_residues`
    """

    def __init__(self, order, residue):
        super().__init__(order)
        self.residue = residue

    def get_refusal(self):
        """What rounding leaves is small; more than that is a mistake (rules BR11).

        :return: reason and message, or None
        :rtype: tuple[str, str] | None
        """
        for value, currency, most in self.get_bounds():
            if currency.compare_amounts(abs(value), most) > 0:
                return "residue", self.env._(
                    "%(amount)s is left on the prepayment account, more than rounding"
                    " explains. An accountant has to look at the entries of the order,"
                    " and books the rest.",
                    amount=currency.format(value),
                )
        return None

    def get_bounds(self):
        """Say how much rounding explains, in both currencies.

        Each document rounds its lines in the order's currency, and half a unit more in
        the company's: there, a unit of the order is worth the rate of the up-front
        invoice.

        :return: what is left, its currency, and the most that rounding explains
        :rtype: list[tuple[float, res.currency, float]]
        """
        company_currency = self.order.company_id.currency_id
        # Of the invoice only its rate is used, for those who may not open it
        rate = self.order.sudo().upfront_invoice_id.invoice_currency_rate or 1.0
        unit = self.order.currency_id.rounding
        each = unit
        if company_currency != self.order.currency_id:
            each = company_currency.rounding / 2 + unit / rate
        return [
            (self.residue.balance, company_currency, self.residue.roundings * each),
            (
                self.residue.amount,
                self.order.currency_id,
                self.residue.roundings * unit,
            ),
        ]

    def book(self, day):
        """Book what rounding left on the prepayment account to sales (BR11).

        :param date day: date of the entry
        :return: the posted entry; empty when nothing is left
        :rtype: account.move
        """
        move_model = self.env["account.move"].with_company(self.order.company_id)
        balance, amount = self.residue.balance, self.residue.amount
        if self.order.company_id.currency_id.is_zero(balance) and (
            self.order.currency_id.is_zero(amount)
        ):
            return move_model
        upfront_line = self.order._get_upfront_line()
        prepayment, revenue = upfront_line.account_id, self._get_revenue()
        move = move_model.create(
            {
                "move_type": "entry",
                "journal_id": self.order.company_id.continuity_revenue_journal_id.id,
                "date": day,
                "ref": self.env._("%s: rounding of the prepayment", self.order.name),
                "continuity_order_id": self.order.id,
                "line_ids": [
                    Command.create(
                        {
                            "account_id": account.id,
                            "partner_id": self.order.partner_invoice_id.id,
                            "analytic_distribution": upfront_line.analytic_distribution,
                            "currency_id": self.order.currency_id.id,
                            "balance": sign * balance,
                            "amount_currency": sign * amount,
                        }
                    )
                    for account, sign in ((prepayment, -1), (revenue, 1))
                ],
            }
        )
        move.action_post()
        return move

    def _get_revenue(self):
        """Return the account the last goods were sold on.

        :rtype: account.account
        """
        lines = self.order.shipment_ids.line_ids
        invoiced = lines.sale_order_line_id.invoice_lines.filtered(
            lambda line: line.parent_state == "posted"
        )
        if invoiced:
            return invoiced.sorted("id")[-1].account_id
        product = lines[:1].product_id.with_company(self.order.company_id)
        return product._get_product_accounts()["income"]
