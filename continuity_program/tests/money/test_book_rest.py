# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from ...models.agreement.prepayment_rest import PrepaymentRest, read_residues
from ..cases.close import DAYS
from ..cases.credit import CreditCase


@tagged("post_install", "-at_install")
class TestBookRest(CreditCase):
    """What is left on the prepayment account: rounding, or for an accountant."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # The company keeps its books in dollars and sells in euros
        cls.euro = cls.company.currency_id
        dollar = cls.env.ref("base.USD")
        dollar.active = True
        cls.company.currency_id = dollar
        cls.euro.rate_ids.unlink()
        cls.env["res.currency.rate"].create(
            {
                "currency_id": cls.euro.id,
                "company_id": cls.company.id,
                "name": "2027-01-01",
                "rate": 0.8,
            }
        )
        cls.pricelist = cls.env["product.pricelist"].create(
            {"name": "Euro", "currency_id": cls.euro.id}
        )
        program = cls._create_program(
            code="TWO",
            events=[
                cls._event_vals(cls.goods[0]),
                cls._event_vals(cls.goods[1], days=21, action="end"),
            ],
            bill_upfront=True,
        )
        cls.two = cls._create_parent_product(
            program, taxes_id=[Command.set(cls.vat.ids)]
        )

    def _end(self, balance, amount):
        """Two lines of 4: two of each delivered, two credited; then a rest is left."""
        order = self._submit(self.two, quantity=4, pricelist_id=self.pricelist.id)
        invoice = order.upfront_invoice_id
        self.assertEqual(invoice.currency_id, self.euro)
        self.assertAlmostEqual(invoice.invoice_currency_rate, 0.8)
        with freeze_time("2027-09-10 12:00:00"):
            for line in order.shipment_ids.line_ids:
                line._set_quantity(2.0)
        notes = order.move_ids.filtered(lambda m: m.move_type == "out_refund")
        for note in notes:
            self._post(note, "2027-09-10")
        for number, day in enumerate(DAYS[:2], start=1):
            self._ship(order, number, day)
            if number == 1:
                self._run(day)
        self._leave(order, balance, amount)
        run = self._run(DAYS[1])
        self.assertFalse(run.failed_count, run.line_ids.mapped("message"))
        return order, run

    def _leave(self, order, balance, amount):
        """What roundings would leave at worst."""
        move = self.env["account.move"].create(
            {
                "move_type": "entry",
                "journal_id": self.revenue_journal.id,
                "date": date(2027, 9, 20),
                "continuity_order_id": order.id,
                "line_ids": [
                    Command.create(
                        {
                            "account_id": account.id,
                            "currency_id": self.euro.id,
                            "balance": sign * balance,
                            "amount_currency": sign * amount,
                        }
                    )
                    for account, sign in (
                        (self.prepayment_account, 1),
                        (self.revenue_account, -1),
                    )
                ],
            }
        )
        move.action_post()

    def _get_closing(self, order):
        return order.move_ids.filtered(
            lambda move: move.ref and "rounding of the prepayment" in move.ref
        )

    def test_bounds(self):
        """Four lines of documents: 4 × 0.01 EUR and 4 × (0.005 + 0.0125) USD."""
        order, _run = self._end(0.04, 0.03)
        residue = read_residues(order)[order]
        self.assertEqual(residue.roundings, 4)
        bounds = PrepaymentRest(order, residue).get_bounds()
        self.assertAlmostEqual(bounds[0][2], 0.07)
        self.assertAlmostEqual(bounds[1][2], 0.04)

    def test_rounding_is_booked(self):
        order, _run = self._end(0.04, 0.03)
        self.assertEqual(order.state, "closed")
        self.assertEqual(
            self._entry(self._get_closing(order)),
            {self.prepayment_account: -0.04, self.revenue_account: 0.04},
        )
        self.assertEqual(self._get_prepayment(order), 0.0)
        self.assertFalse(order.has_rest_to_book)

    def test_the_rest_is_booked_by_an_accountant(self):
        """0.08 USD, more than 0.07: listed; then booked, with the reason, and over."""
        order, run = self._end(0.08, 0.03)
        self.assertEqual(order.state, "running")
        left_out = run.line_ids.filtered(lambda line: line.reason == "residue")
        self.assertEqual(left_out.continuity_order_id, order)
        self.assertTrue(order.has_rest_to_book)
        action = order.with_user(self.accountant).action_open_book_rest()
        dialog = self.env[action["res_model"]].with_user(self.accountant)
        dialog = dialog.browse(action["res_id"])
        with self.assertRaisesRegex(UserError, "Enter the reason"):
            dialog.action_answer()
        dialog.reason = "two rates of the bank"
        with freeze_time("2027-10-05 12:00:00"):
            dialog.action_answer()
        self.assertEqual(order.state, "closed")
        entry = self._get_closing(order)
        self.assertEqual(
            self._entry(entry),
            {self.prepayment_account: -0.08, self.revenue_account: 0.08},
        )
        self.assertEqual(entry.date, date(2027, 10, 5))
        self.assertEqual(self._get_prepayment(order), 0.0)
        text = "".join(order.message_ids.mapped("body"))
        self.assertIn("two rates of the bank", text)
        self.assertIn(self.accountant.name, text)
        self.assertFalse(order.has_rest_to_book)
        with self.assertRaisesRegex(UserError, "Nothing is left"):
            order.with_user(self.accountant).action_book_rest("again")

    def test_much_is_booked_too(self):
        order, _run = self._end(12.0, 9.6)
        self.assertEqual(order.state, "running")
        order.with_user(self.accountant).action_book_rest("an old mistake")
        self.assertEqual(order.state, "closed")
        self.assertEqual(self._get_prepayment(order), 0.0)

    def test_who_and_when(self):
        order = self._submit(self.two, quantity=4, pricelist_id=self.pricelist.id)
        self.assertFalse(order.has_rest_to_book)
        with self.assertRaisesRegex(UserError, "Only an accountant"):
            order.with_user(self.seller).action_book_rest("please")
        with self.assertRaisesRegex(UserError, "has shipments to come"):
            order.with_user(self.accountant).action_book_rest("too early")
        self.assertFalse(self._get_closing(order))
