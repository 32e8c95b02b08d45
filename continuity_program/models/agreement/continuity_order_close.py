# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from typing import NamedTuple

from odoo import models
from odoo.fields import Command
from odoo.tools import SQL, float_compare

from ..cards.payment_token_check import CARD_ACTIVITIES

#: Activities that ask for something a closed order does not need any more
ACTIVITIES = (
    "continuity_program.mail_activity_payment_failed",
    "continuity_program.mail_activity_payment_unknown",
    *CARD_ACTIVITIES,
    "continuity_program.mail_activity_shipment_blocked",
)


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


class ContinuityOrder(models.Model):
    """The continuity order: its end (rules F4, BR11)."""

    _inherit = "continuity.order"

    # === GUARD === #

    def _get_close_refusal(self, residue):
        """Say what keeps an order without open shipments from being closed (F4).

        :param Residue residue: see :meth:`_get_prepayment_residues`
        :return: reason and message, or None
        :rtype: tuple[str, str] | None
        """
        self.ensure_one()
        return (
            self._get_payment_close_refusal()
            or self._get_units_close_refusal()
            or self._get_residue_close_refusal(residue)
        )

    def _get_payment_close_refusal(self):
        """Card rows are paid or cancelled, on-account rows at least billed.

        They say what the account says, unless the two differ.
        """
        # Accounts are for accountants; sellers end orders, too
        if any(self.sudo().balance_ids.mapped("differs")):
            sentences = self.env["continuity.payment"]._get_money_sentences()
            return "balance_differs", sentences["balance_differs"]
        if text := self._get_undecided_text():
            return "held", text
        settled = {"paid", "cancelled"}
        if self.payment_method == "on_account":
            settled.add("billed")
        open_rows = self.payment_ids.filtered(lambda row: row.state not in settled)
        if open_rows:
            row = open_rows[0]
            return "payment_open", self.env._(
                "Payment %(payment)s of %(amount)s is %(state)s.",
                payment=row.display_name,
                amount=row._format_amount(),
                state=dict(row._fields["state"]._description_selection(self.env))[
                    row.state
                ],
            )
        return None

    def _get_undecided_text(self):
        """Say that money went back, and nobody has decided whether it is owed.

        Once the order has ended, no card is asked for it.

        :return: naming the first account; None if there is none
        :rtype: str | None
        """
        # Accounts are for accountants; sellers end orders, too
        for balance_sudo in self.sudo().balance_ids:
            is_undecided = "given_back_without_credit" in balance_sudo._get_reasons()
            if is_undecided and balance_sudo._may_ask_again():
                return balance_sudo._get_held_text()
        return None

    def _get_units_close_refusal(self):
        """Prepaid units are released or credited, and no credit note is forgotten."""
        lines = self.shipment_ids.line_ids
        open_lines = lines.filtered(
            lambda line: float_compare(line.open_quantity, 0.0, precision_digits=6) > 0
        )
        if open_lines:
            return "units_open", self.env._(
                "Paid in advance and neither delivered nor credited: %(goods)s. Credit"
                " them, or send them.",
                goods=", ".join(
                    f"{line.open_quantity:g} × {line.product_id.display_name}"
                    for line in open_lines
                ),
            )
        drafts = self.env["account.move"].search_count(
            [
                ("continuity_order_id", "=", self.id),
                ("move_type", "=", "out_refund"),
                ("state", "=", "draft"),
            ],
            limit=1,
        )
        if drafts:
            return "draft_credit", self.env._(
                "A credit note of the order is not posted yet."
            )
        return None

    def _get_residue_close_refusal(self, residue):
        """What rounding leaves is small; more than that is a mistake (rules BR11)."""
        for value, currency, most in self._get_residue_bounds(residue):
            if currency.compare_amounts(abs(value), most) > 0:
                return "residue", self.env._(
                    "%(amount)s is left on the prepayment account, more than rounding"
                    " explains. An accountant has to look at the entries of the order,"
                    " and books the rest.",
                    amount=currency.format(value),
                )
        return None

    def _get_residue_bounds(self, residue):
        """Say how much rounding explains, in both currencies.

        Each document rounds its lines in the order's currency, and half a unit more in
        the company's: there, a unit of the order is worth the rate of the up-front
        invoice.

        :param Residue residue: see :meth:`_get_prepayment_residues`
        :return: what is left, its currency, and the most that rounding explains
        :rtype: list[tuple[float, res.currency, float]]
        """
        self.ensure_one()
        company_currency = self.company_id.currency_id
        # Of the invoice only its rate is used, for those who may not open it
        rate = self.sudo().upfront_invoice_id.invoice_currency_rate or 1.0
        unit = self.currency_id.rounding
        each = unit
        if company_currency != self.currency_id:
            each = company_currency.rounding / 2 + unit / rate
        return [
            (residue.balance, company_currency, residue.roundings * each),
            (residue.amount, self.currency_id, residue.roundings * unit),
        ]

    def _get_prepayment_residues(self):
        """Sum the prepayment account over all documents of these orders (C6).

        :return: what is left of each order
        :rtype: dict[continuity.order, Residue]
        """
        self.env.flush_all()
        residues = dict.fromkeys(self, Residue())
        accounts = {
            order: order._get_upfront_line().account_id
            for order in self
            if order.upfront_invoice_id
        }
        if not accounts:
            return residues
        rows = self.env.execute_query(
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
            order = self.browse(order_id)
            if accounts[order].id == account_id:
                residues[order] = Residue(*left)
        return residues

    # === CLOSING === #

    def _close(self, day, residues):
        """Close orders whose guard holds (rules F1, F4, BR11).

        An order of which nothing was ever sent is cancelled instead.

        :param date day: date of the closing entries
        :param dict residues: see :meth:`_get_prepayment_residues`
        """
        for order in self:
            order._create_closing_entry(day, residues[order])
        sent = self.filtered(lambda order: "done" in order.shipment_ids.mapped("state"))
        sent.write({"state": "closed", "has_more": False})
        (self - sent).write({"state": "cancelled", "has_more": False})
        self.activity_unlink(list(ACTIVITIES))
        self._send_continuity_notice("order_ended")

    def _settle_residue(self):
        """Book what rounding leaves of orders that ended before their last credit note
        was posted: no run looks at them any more (rules BR11)."""
        ended = self.filtered(
            lambda order: (
                order.state in ("closed", "cancelled")
                and order.upfront_invoice_id
                and not order._get_units_close_refusal()
            )
        )
        residues = ended._get_prepayment_residues() if ended else {}
        for order in ended:
            if not order._get_residue_close_refusal(residues[order]):
                today = order.company_id._continuity_today()
                order._create_closing_entry(today, residues[order])

    def _create_closing_entry(self, day, residue):
        """Book what rounding left on the prepayment account to sales (BR11).

        :param date day: date of the entry
        :param Residue residue: see :meth:`_get_prepayment_residues`
        :return: the posted entry; empty when nothing is left
        :rtype: account.move
        """
        self.ensure_one()
        move_model = self.env["account.move"].with_company(self.company_id)
        balance, amount = residue.balance, residue.amount
        if self.company_id.currency_id.is_zero(balance) and (
            self.currency_id.is_zero(amount)
        ):
            return move_model
        upfront_line = self._get_upfront_line()
        prepayment, revenue = upfront_line.account_id, self._get_revenue()
        move = move_model.create(
            {
                "move_type": "entry",
                "journal_id": self.company_id.continuity_revenue_journal_id.id,
                "date": day,
                "ref": self.env._("%s: rounding of the prepayment", self.name),
                "continuity_order_id": self.id,
                "line_ids": [
                    Command.create(
                        {
                            "account_id": account.id,
                            "partner_id": self.partner_invoice_id.id,
                            "analytic_distribution": upfront_line.analytic_distribution,
                            "currency_id": self.currency_id.id,
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
        self.ensure_one()
        lines = self.shipment_ids.line_ids
        invoiced = lines.sale_order_line_id.invoice_lines.filtered(
            lambda line: line.parent_state == "posted"
        )
        if invoiced:
            return invoiced.sorted("id")[-1].account_id
        product = lines[:1].product_id.with_company(self.company_id)
        return product._get_product_accounts()["income"]
