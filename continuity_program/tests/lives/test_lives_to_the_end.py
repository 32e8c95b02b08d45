# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Lives that something went wrong in, to their end: what the bank has moved, what the
invoices ask and what is left on the account of the customer are the same money."""

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..cases.close import DAYS
from ..cases.flow import TRANSACTION
from ..cases.refund import RefundCase

DAY = "2027-09-20"


class EndCase(RefundCase):
    """What the provider has taken and given back, over a whole life."""

    def _get_bank(self, orders):
        """What came by card, less what went back."""
        came = orders.payment_ids.transaction_ids.filtered(lambda t: t.state == "done")
        gone = (came | came.child_transaction_ids).filtered(
            lambda t: t.operation == "refund" and t.state == "done"
        )
        return round(sum((came | gone).mapped("amount")), 3)

    def _lose_answer(self, order, day):
        """The provider takes the money of the row of a day, and nobody hears of it.

        An accountant is told that it was not paid, and the card is asked anew.

        :return: the payment whose answer was lost
        """
        row = order.payment_ids.filtered(lambda r: str(r.due_date) == day)
        with self._lose(), mute_logger(TRANSACTION):
            self._pay_due(day)
        lost = row.transaction_id
        with freeze_time(f"{day} 13:00:00"):
            row.with_user(self.accountant).action_was_not_paid()
        self._pay_due(day)
        return lost

    def _answer_late(self, tx, day):
        with freeze_time(f"{day} 12:00:00"):
            tx.action_demo_set_done()
            tx._post_process()

    def _press_refund(self, orders, day):
        """Pressed twice, as people do."""
        for _time in range(2):
            for order in orders:
                self._refund(order.with_user(self.accountant), day)


@tagged("post_install", "-at_install")
class TestChargedTwiceToTheEnd(EndCase):
    """A lost answer comes late: what came twice goes back once."""

    def test_two_orders_of_one_charge(self):
        """280.48 came for two orders of 70.12, and 140.24 go back."""
        sale_order = self._quote_with(self.club, others=[self.club_two])
        orders = sale_order.continuity_order_ids
        with freeze_time("2027-09-10 12:00:00"):
            with self._lose(), mute_logger(TRANSACTION):
                sale_order.action_confirm()
            lost = orders.payment_ids.transaction_id
            orders.payment_ids.with_user(self.accountant).action_was_not_paid()
            sale_order.action_confirm()
        self._answer_late(lost, "2027-09-12")
        self.assertEqual(self._get_bank(orders), 280.48)
        self.assertEqual(orders.mapped("amount_to_refund"), [70.12, 70.12])
        self._press_refund(orders, "2027-09-13")
        self.assertEqual(self._get_refunds(orders[0]), [(lost, 70.12)] * 2)
        self.assertEqual(self._get_bank(orders), 140.24)
        self.assertEqual(orders.mapped("amount_to_refund"), [0.0, 0.0])
        self.assertFalse(self._check_books(orders[0]))

    def test_while_the_next_is_paid(self):
        """Row 1 came twice, row 2 is paid since: row 1's goes back, row 3 is asked."""
        order = self._submit(self.club_by_schedule)
        lost = self._lose_answer(order, "2027-09-10")
        self._pay_due("2027-10-10")
        self._answer_late(lost, "2027-10-12")
        rows = order.payment_ids.sorted("sequence")
        self.assertEqual(rows.mapped("amount_overpaid"), [23.37, 0.0, 0.0])
        self._press_refund(order, "2027-10-13")
        self.assertEqual(self._get_refunds(order), [(lost, 23.37)])
        run = self._pay_due("2027-11-10")
        self.assertEqual(run.line_ids.mapped("reason"), ["paid"])
        self.assertEqual(rows[2].transaction_id.amount, 23.38)
        self.assertEqual(self._get_bank(order), 70.12)
        self.assertEqual(order.upfront_invoice_id.amount_residual, 0.0)
        self._check_books(order)


@tagged("post_install", "-at_install")
class TestChildToTheEnd(EndCase):
    """Child orders that are billed wrong, given up in part, or cancelled."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.club_b = cls._create_club(code="CLUBB", payment_schedule_id=cls.monthly.id)

    def test_too_dear_and_put_right(self):
        """Posted at 100.00 and charged; put right: 106.06 of 121.00 go back."""
        order, child = self._sell_child()
        self._send(child)
        invoice = self._bill(child, price=100.0)
        self._pay_due(DAY)
        self.assertEqual(self._get_bank(order), 121.0)
        with freeze_time(f"{DAY} 13:00:00"):
            invoice.button_draft()
            invoice.invoice_line_ids.price_unit = 12.35
            invoice.action_post()
        extra = order.payment_ids.sorted("sequence")[1]
        self._press_refund(order, "2027-09-21")
        self.assertEqual(self._get_refunds(order), [(extra.transaction_id, 106.06)])
        self.assertEqual(self._get_bank(order), 14.94)
        self.assertEqual(invoice.amount_residual, 0.0)
        self._check_books(order)

    def test_one_instalment_is_given_up(self):
        """Two of three are charged, 4.98 stay with the accountant: the order ends."""
        single = self._create_single(
            14.94, "CP-END", payment_schedule_id=self.monthly.id
        )
        order, child = self._sell_child(single)
        self._send(child)
        self._bill(child)
        rows = order.payment_ids.sorted("sequence")
        self.assertEqual(rows.mapped("amount"), [4.98] * 3)
        rows[1].with_user(self.accountant).action_write_off("gone abroad")
        self._run("2027-11-09")
        self.assertEqual(order.state, "running")
        self._pay_due("2027-11-10")
        self._run("2027-11-10")
        self.assertEqual(order.state, "closed")
        self.assertEqual(self._get_bank(order), 9.96)
        [left] = self._check_books(order, left=4.98)
        self.assertEqual(str(left.date_maturity), "2027-10-10")

    def test_cancelled_after_its_invoice(self):
        """By instalments: one of three was paid, and goes back; no second invoice."""
        order, child = self._sell_child(self.club_b)
        child.order_line.product_id.invoice_policy = "order"
        self._pay_due("2027-09-10")
        self._bill(child)
        with freeze_time(f"{DAY} 13:00:00"):
            child.with_user(self.seller)._undo_continuity_children("moved abroad")
        for day in ("2027-10-10", "2027-10-11"):
            self._pay_due(day)
            self._run(day)
        self.assertEqual(self._get_bank(order), 4.98, "a draft note stops the card")
        self._post(self._get_note(order), "2027-10-12")
        self.assertEqual(child.state, "cancel")
        self._press_refund(order, "2027-10-12")
        for day in ("2027-11-10", "2027-11-11"):
            self._pay_due(day)
            self._run(day)
        self.assertEqual(self._get_bank(order), 0.0)
        kinds = sorted(child.invoice_ids.mapped("move_type"))
        self.assertEqual(kinds, ["out_invoice", "out_refund"])
        self.assertFalse(self._check_books(order))


@tagged("post_install", "-at_install")
class TestUpfrontToTheEnd(EndCase):
    """What was billed up front."""

    def test_transfer_and_two_charges(self):
        """30.00 by transfer, 16.74 and 23.38 by card: three parcels, nothing left."""
        order = self._submit(self.club_by_schedule)
        self._transfer(30.0, order.upfront_invoice_id)
        for number, day in enumerate(DAYS, start=1):
            self._pay_due(day)
            self._ship(order, number, day)
            self._run(day)
        self._pay_due("2027-11-10")
        self._run("2027-11-10")
        rows = order.payment_ids.sorted("sequence")
        self.assertEqual(rows.mapped("amount"), [23.37, 16.74, 23.38])
        self.assertEqual(self._get_bank(order), 40.12)
        self.assertEqual(order.state, "closed")
        self.assertEqual(self._get_prepayment(order), 0.0)
        self.assertFalse(self._check_books(order))

    def test_pending_cancelled_and_paid_after_all(self):
        """Nothing goes back while it is pending; then all of it, and nobody has any."""
        order = self._submit(self.club, token=self._create_token("pending"))
        tx = order.payment_ids.transaction_id
        self.assertEqual(tx.state, "pending")
        self._cancel(order)
        self._post(self._get_note(order))
        self.assertEqual(order.amount_to_refund, 0.0)
        with self.assertRaisesRegex(UserError, "is not answered yet"):
            self._refund(order.with_user(self.accountant), "2027-09-16")
        self._answer_late(tx, "2027-09-17")
        self.assertEqual(order.amount_to_refund, 70.12)
        self._press_refund(order, "2027-09-18")
        self.assertEqual(self._get_refunds(order), [(tx, 70.12)])
        self.assertEqual(self._get_bank(order), 0.0)
        self.assertFalse(self._check_books(order))


@tagged("post_install", "-at_install")
class TestRateToTheEnd(EndCase):
    """Sold in euros by a company that counts in dollars, paid at another rate."""

    def test_rate_has_fallen(self):
        """70.12 EUR are 87.65 USD when billed and 79.68 when paid: 7.97 are lost."""
        euro = self.company.currency_id
        dollar = self.env.ref("base.USD")
        dollar.active = True
        self.company.currency_id = dollar
        dollar.rate_ids.unlink()
        pricelist = self._create_foreign_pricelist(euro)
        order = self._sell_on_account(self.club, pricelist_id=pricelist.id)
        invoice = order.upfront_invoice_id
        self.assertEqual(
            self._entry(invoice),
            {
                self.receivable: 87.65,
                self.prepayment_account: -72.44,
                self.vat_account: -15.21,
            },
        )
        known = self.env["account.move"].search([("state", "=", "posted")])
        self._register(invoice, 70.12, currency_id=euro.id)
        booked = self.env["account.move"].search([("state", "=", "posted")]) - known
        self.assertEqual(
            self._entry(booked),
            {
                self.outstanding_account: 79.68,
                self.receivable: -87.65,
                self.company.expense_currency_exchange_account_id: 7.97,
            },
        )
        self._check(
            self._upfront(order),
            claim=70.12,
            received=70.12,
            rows=[(70.12, "otherwise")],
        )
        for number, day in enumerate(DAYS, start=1):
            self._ship(order, number, day)
            self._run(day)
        self.assertEqual(order.state, "closed")
        self.assertEqual(self._get_prepayment(order), 0.0)
        self.assertFalse(self._check_books(order))


@tagged("post_install", "-at_install")
class TestUpfrontTaxesAtSubmit(EndCase):
    """The taxes are looked at once more when the money is asked."""

    def test_amount_per_piece(self):
        """The accountant has made an amount of the tax since: nothing is charged."""
        sale_order = self._quote(self.club)
        self.vat.write({"amount_type": "fixed", "amount": 0.35})
        with (
            freeze_time("2027-09-10 12:00:00"),
            self.assertRaisesRegex(UserError, "VAT 21 is no percentage"),
        ):
            sale_order.action_confirm()
        self.assertFalse(sale_order.continuity_order_ids.payment_ids.transaction_ids)
        self.assertEqual(sale_order.state, "draft")

    def test_amount_per_piece_in_a_group(self):
        fixed = self._create_vat("Deposit", 0.35)
        fixed.amount_type = "fixed"
        percent = self._create_vat("Percent", 21.0)
        sale_order = self._quote(self.club)
        self.vat.write(
            {
                "amount_type": "group",
                "children_tax_ids": [Command.set((percent | fixed).ids)],
            }
        )
        with (
            freeze_time("2027-09-10 12:00:00"),
            self.assertRaisesRegex(UserError, "Deposit is no percentage"),
        ):
            sale_order.action_confirm()

    def test_division(self):
        """A share of the price with tax is a share, too: 57.95 / 0.79 = 73.35."""
        self.vat.amount_type = "division"
        sale_order = self._quote(self.club)
        with freeze_time("2027-09-10 12:00:00"):
            sale_order.action_confirm()
        invoice = sale_order.continuity_order_ids.upfront_invoice_id
        self.assertEqual((invoice.amount_total, invoice.amount_residual), (73.35, 0.0))
