# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged

from ..common import ContinuityCommon

FAR = 2**31 - 1


@tagged("post_install", "-at_install")
class TestBounds(ContinuityCommon):
    """Numbers of sensible size, and names that can be read."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.program = cls._create_program(is_open=False)
        cls.event = cls.program.event_ids[1]
        cls.line = cls.event.line_ids
        cls.interval = cls.env["continuity.date.interval"].create(
            {"name": "Every month", "unit": "month", "count": 1}
        )
        cls.schedule = cls.env["continuity.payment.schedule"].create(
            {
                "name": "Three months",
                "code": "3M",
                "allocation": "fixed_quantity",
                "unit": "months",
                "interval": 1,
                "number_of_payments": 3,
            }
        )
        cls.specified = cls.env["continuity.payment.schedule"].create(
            {
                "name": "Two parts",
                "code": "2P",
                "allocation": "specified",
                "line_ids": [
                    Command.create({"quantity": 40}),
                    Command.create({"quantity": 60, "periods_after": 1}),
                ],
            }
        )

    def _assert_bounds(self, record, name, good, bad):
        for value in good:
            with self.subTest(record._name, field=name, value=value):
                record[name] = value
                self.env.flush_all()
        for value in bad:
            with (
                self.subTest(record._name, field=name, value=value),
                self.assertRaises(ValidationError),
                self.env.cr.savepoint(),
            ):
                record.write({name: value})

    def test_event(self):
        self._assert_bounds(self.event, "repeat_count", (0, 1000), (1001, -2, 10**9))
        self.program.event_ids[2].active = False
        self._assert_bounds(self.event, "repeat_count", (-1,), (FAR,))
        self._assert_bounds(self.event, "days_from_last", (1, 3650), (3651, -1, 10**6))
        nan = float("nan")
        self._assert_bounds(self.event, "probability", (0, 100), (101, -1, nan))

    def test_event_product(self):
        nan, infinity = float("nan"), float("inf")
        self._assert_bounds(
            self.line, "quantity", (0.5, 10**6), (10**6 + 1, -1, nan, infinity)
        )
        self._assert_bounds(
            self.line, "price_unit", (0, 10**9), (-0.01, 10**9 + 1, nan, infinity)
        )

    def test_program(self):
        self._assert_bounds(self.program, "days_after_order", (0, 3650), (3651, -1))
        for name in ("name", "code"):
            self._assert_bounds(self.program, name, ("Plain",), ("", " ", "\t\n"))
        with self.assertRaisesRegex(ValidationError, "Schedule ID.*cannot be empty"):
            self._create_program(code="  ", is_open=False)

    def test_payment_schedule(self):
        self._assert_bounds(self.schedule, "number_of_payments", (1, 120), (121, 0, -1))
        self.schedule.number_of_payments = 3
        self._assert_bounds(self.schedule, "interval", (1, 120), (121, 0, -1, 10**9))
        self._assert_bounds(self.schedule, "amount", (0, 10**9), (-1, 10**10))
        self._assert_bounds(self.schedule, "minimum", (0, 30), (-1, float("nan")))
        for name in ("name", "code"):
            self._assert_bounds(self.schedule, name, ("Plain",), ("", "  "))
        # The last of 120 payments, ten years apart each
        with self.assertRaisesRegex(ValidationError, "more than 50 years"):
            self.schedule.write({"interval": 120, "number_of_payments": 120})

    def test_total_may_be_due_at_once(self):
        """What is paid in one has no time between payments."""
        self.schedule.write({"allocation": "total", "interval": 0})
        self.assertEqual(self.schedule.interval, 0)

    def test_payment_schedule_line(self):
        line = self.specified.line_ids[0]
        self._assert_bounds(line, "quantity", (1, 40), (-1, 41, float("nan")))
        self._assert_bounds(line, "periods_after", (0, 600), (601, -1, FAR))
        with self.assertRaisesRegex(ValidationError, "120 payments at most"):
            self.specified.line_ids = [
                Command.create({"value": "amount", "quantity": 0.01, "sequence": 1})
                for __ in range(120)
            ]

    def test_date_interval(self):
        for unit, most in (
            ("day", 3650),
            ("week", 520),
            ("month", 120),
            ("quarter", 40),
            ("year", 10),
        ):
            self.interval.write({"count": 1, "unit": unit})
            self._assert_bounds(self.interval, "count", (most,), (most + 1, 0, 10**9))
        self.interval.count = 1
        self._assert_bounds(self.interval, "name", ("Plain",), ("", " "))
        # A unit changes what the number means
        self.interval.write({"unit": "day", "count": 3000})
        with self.assertRaisesRegex(ValidationError, "from 1 to 10, not 3000"):
            self.interval.unit = "year"

    def test_parent_product(self):
        product = self._create_parent_product(self.program)
        with self.assertRaisesRegex(ValidationError, "1000 events at most"):
            product.continuity_event_duration = 1001
        product.continuity_event_duration = 1000

    def test_form_says_it_where_it_is_typed(self):
        with (
            self.assertRaisesRegex(ValidationError, "Days after order.* 0 to 3650"),
            Form(self.program) as form,
        ):
            form.days_after_order = 99999

    # === SIZE OF AN ORDER === #

    def _create_long_program(self, code, repeats, **values):
        return self._create_program(
            code,
            [
                self._event_vals(self.goods_a, days=7, repeat_count=repeat)
                for repeat in repeats
            ],
            **values,
        )

    def test_most_shipments_of_an_order(self):
        """1 200 shipments are laid out at once, no more, and the seller reads why."""
        good = self._create_long_program("CP-1200", (999, 199))
        order = self._create_order(self._create_parent_product(good))
        self.assertEqual(len(order.continuity_order_ids.shipment_ids), 1200)
        many = self._create_long_program("CP-1201", (999, 200))
        product = self._create_parent_product(many)
        with self.assertRaisesRegex(UserError, "1201 shipments at once; 1200 is"):
            self._create_order(product)
        preview = self.env["continuity.preview"].create({"program_id": many.id})
        self.assertIn("1201 shipments at once", preview.preview_html)
        self.company.continuity_repeat_threshold = 10
        order = self._create_order(product)
        self.assertEqual(len(order.continuity_order_ids.shipment_ids), 11)

    def test_most_payments_of_an_order(self):
        """A small amount per payment does not make thousands of payments."""
        cents = self.env["continuity.payment.schedule"].create(
            {
                "name": "Cents",
                "code": "CENT",
                "allocation": "fixed_amount",
                "unit": "days",
                "interval": 1,
                "amount": 0.25,
            }
        )
        currency = self.company.currency_id
        day = date(2027, 1, 5)
        self.assertEqual(len(cents._split(30.0, day, currency, 120)), 120)
        with self.assertRaisesRegex(UserError, "into 121 payments; 120 is the most"):
            cents._split(30.01, day, currency, 120)
        # What a running order has agreed stays possible
        self.assertEqual(len(cents._split(100.0, day, currency)), 400)
