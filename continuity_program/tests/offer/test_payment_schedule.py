# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from psycopg2 import IntegrityError

from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from ..common import ContinuityCommon


@tagged("post_install", "-at_install")
class TestPaymentSchedule(ContinuityCommon):
    """Payment schedules: what may be entered, and how they split (rules C8)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.base = date(2027, 8, 31)

    def _schedule(self, code="S", **values):
        return self.env["continuity.payment.schedule"].create(
            {"name": f"Schedule {code}", "code": code, **values}
        )

    def _split(self, schedule, total=70.12, currency=None):
        rows = schedule._split(total, self.base, currency or self.company.currency_id)
        return [(str(row.date), float(row.amount)) for row in rows]

    # === CURRENCY === #

    def test_amounts_in_another_currency(self):
        """30 dollars are not 30 yen: refused, naming both; 6 000 yen split yen."""
        yen = self.env["res.currency"].with_context(active_test=False)
        yen = yen.search([("name", "=", "JPY")])
        yen.active = True
        dollars = self.env.ref("base.USD")
        thirty = self._schedule(allocation="fixed_amount", amount=30)
        thirty.currency_id = dollars
        with self.assertRaisesRegex(
            UserError, "in USD and cannot split an order in JPY"
        ):
            self._split(thirty, 17110.0, yen)
        amounts = [x for _day, x in self._split(thirty, 70.12, dollars)]
        self.assertEqual(amounts, [30.0, 30.0, 10.12])
        thousands = self._schedule("Y", allocation="fixed_amount", amount=6000)
        thousands.currency_id = yen
        amounts = [x for _day, x in self._split(thousands, 17110.0, yen)]
        self.assertEqual(amounts, [6000.0, 6000.0, 5110.0])

    def test_what_holds_amounts(self):
        """A minimum and a line of money do; numbers and percents do not."""
        yen = self.env["res.currency"].with_context(active_test=False)
        yen = yen.search([("name", "=", "JPY")])
        thirds = self._schedule(number_of_payments=3)
        self.assertEqual(thirds.currency_id, self.company.currency_id)
        self.assertFalse(thirds._get_currency_refusal(yen))
        thirds.minimum = 5
        self.assertTrue(thirds._get_currency_refusal(yen))
        lines = self._schedule(
            "L",
            allocation="specified",
            line_ids=[Command.create({"value": "percent", "quantity": 40})],
        )
        self.assertFalse(lines._get_currency_refusal(yen))
        lines.line_ids = [Command.create({"value": "amount", "quantity": 10})]
        self.assertTrue(lines._get_currency_refusal(yen))

    def test_not_offered(self):
        """The seller is offered what fits the currency of the order."""
        thirty = self._schedule(allocation="fixed_amount", amount=30)
        thirds = self._schedule("T", number_of_payments=3)
        program = self._create_program(payment_schedule_id=thirds.id)
        order = self._create_order(self._create_parent_product(program))
        continuity = order.continuity_order_ids
        self.assertIn(thirty, continuity.allowed_payment_schedule_ids)
        yen = self.env["res.currency"].with_context(active_test=False)
        thirty.currency_id = yen.search([("name", "=", "JPY")])
        continuity.invalidate_recordset(["allowed_payment_schedule_ids"])
        self.assertNotIn(thirty, continuity.allowed_payment_schedule_ids)
        self.assertIn(thirds, continuity.allowed_payment_schedule_ids)
        with self.assertRaisesRegex(UserError, "is not offered"):
            continuity.payment_schedule_id = thirty

    # === SPLIT: THE EXAMPLES OF C8 === #

    def test_no_schedule_is_one_payment(self):
        empty = self.env["continuity.payment.schedule"]
        self.assertEqual(self._split(empty), [("2027-08-31", 70.12)])

    def test_fixed_quantity(self):
        schedule = self._schedule(number_of_payments=3)
        self.assertEqual(
            self._split(schedule),
            [("2027-08-31", 23.37), ("2027-09-30", 23.37), ("2027-10-31", 23.38)],
        )
        schedule.write({"number_of_payments": 12, "minimum": 10})
        amounts = [amount for _day, amount in self._split(schedule)]
        self.assertEqual(amounts, [10.01] * 6 + [10.06])

    def test_fixed_amount(self):
        schedule = self._schedule(allocation="fixed_amount", amount=25)
        self.assertEqual(
            self._split(schedule),
            [("2027-08-31", 25.0), ("2027-09-30", 25.0), ("2027-10-31", 20.12)],
        )
        schedule.minimum = 25
        self.assertEqual([x for _day, x in self._split(schedule)], [25.0, 45.12])

    def test_specified(self):
        schedule = self._schedule(
            allocation="specified",
            line_ids=[
                Command.create({"quantity": 50}),
                Command.create({"quantity": 30, "periods_after": 1}),
                Command.create({"quantity": 20, "periods_after": 2}),
            ],
        )
        self.assertEqual(
            self._split(schedule),
            [("2027-08-31", 35.06), ("2027-09-30", 21.03), ("2027-10-31", 14.03)],
        )

    def test_total(self):
        schedule = self._schedule(allocation="total")
        self.assertEqual(self._split(schedule), [("2027-09-30", 70.12)])
        schedule.interval = 0
        self.assertEqual(self._split(schedule), [("2027-08-31", 70.12)])

    def test_currency_decides_the_unit(self):
        yen = self.env.ref("base.JPY")
        schedule = self._schedule(number_of_payments=3)
        self.assertEqual(
            [x for _day, x in self._split(schedule, 1000, yen)], [333, 333, 334]
        )

    def test_too_small_an_amount(self):
        schedule = self._schedule(number_of_payments=3)
        with self.assertRaisesRegex(UserError, "can be split into 2 at most"):
            self._split(schedule, 0.02)

    # === WHAT IS REFUSED === #

    def test_refused(self):
        for message, values in (
            ("0 or more periods", {"interval": -1}),
            ("at least one payment", {"number_of_payments": 0}),
            ("minimum must be 0 or more", {"minimum": -1}),
            ("amount of more than 0", {"allocation": "fixed_amount"}),
            ("one per line", {"allocation": "specified"}),
        ):
            with (
                self.subTest(values),
                self.assertRaisesRegex(ValidationError, message),
            ):
                self._schedule(code=message, **values)

    def test_refused_lines(self):
        for message, lines in (
            ("add up to 120 percent", [{"quantity": 70}, {"quantity": 50}]),
            ("Payment 1 must be more than 0", [{"quantity": 0}, {"quantity": 50}]),
            ("from 0 to 3650, not -1", [{"quantity": 9, "periods_after": -1}]),
        ):
            commands = [Command.create(line) for line in lines]
            with (
                self.subTest(lines),
                self.assertRaisesRegex(ValidationError, message),
            ):
                self._schedule(message, allocation="specified", line_ids=commands)

    def test_refused_when_a_line_changes(self):
        schedule = self._schedule(
            allocation="specified", line_ids=[Command.create({"quantity": 50})]
        )
        with self.assertRaisesRegex(ValidationError, "add up to 101 percent"):
            schedule.line_ids.quantity = 101

    def test_rest_of_a_specified_schedule(self):
        schedule = self._schedule(
            allocation="specified",
            line_ids=[
                Command.create({"value": "amount", "quantity": 80}),
                Command.create({"periods_after": 1}),
            ],
        )
        self.assertEqual([x for _day, x in self._split(schedule, 100)], [80, 20])
        with self.assertRaisesRegex(UserError, "Payment 2 would be 0 or less"):
            self._split(schedule, 70.12)

    def test_code_is_unique_in_the_company(self):
        schedule = self._schedule("3M")
        other = self.env["res.company"].create({"name": "Other company"})
        self._schedule("3M", company_id=other.id)
        self.assertEqual(schedule.copy().code, "3M (copy)")
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self._schedule("3M")

    # === FORM === #

    def test_live_example(self):
        form = Form(self.env["continuity.payment.schedule"])
        form.name, form.code, form.number_of_payments = "Three", "3M", 3
        self.assertIn("33.34", form.example_html)
        form.example_total = 70.12
        form.example_date = self.base
        self.assertIn("23.38", form.example_html)
        self.assertIn("10/31/2027", form.example_html)
        form.number_of_payments = 0
        self.assertIn("at least one payment", form.example_html)
        form.number_of_payments = 30
        self.assertIn("and 6 more", form.example_html)
        schedule = form.save()
        self.assertEqual(schedule.number_of_payments, 30)

    # === CASCADE === #

    def test_event_inherits_from_the_program(self):
        """Event > program, and nothing is copied (rules N26)."""
        three, four = self._schedule("3M"), self._schedule("4M")
        program = self._create_program(payment_schedule_id=three.id)
        event = program.event_ids[0]
        self.assertEqual(event._get_payment_schedule(), three)
        event.payment_schedule_id = four
        self.assertEqual(event._get_payment_schedule(), four)
        program.payment_schedule_id = False
        self.assertEqual(event._get_payment_schedule(), four)
        self.assertFalse(program.event_ids[1]._get_payment_schedule())

    # === INTERVALS === #

    def test_interval(self):
        interval = self.env["continuity.date.interval"]
        self.assertIsNone(interval._to_planning())
        last = self.env.ref("continuity_program.continuity_date_interval_monthly_last")
        self.assertEqual(
            last._to_planning().after(date(2028, 1, 31), date(2028, 1, 31)),
            date(2028, 2, 29),
        )
        with self.assertRaisesRegex(ValidationError, "with days, only “Same day”"):
            interval.create({"name": "Odd", "unit": "day", "anchor": "last"})
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            interval.create({"name": "Never", "unit": "day", "count": 0})
