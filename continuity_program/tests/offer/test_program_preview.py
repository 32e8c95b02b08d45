# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from freezegun import freeze_time

from odoo.fields import Command
from odoo.tests import Form, tagged

from ...models.entry.planned_payments import PlannedPayments
from ..common import SELLER, ContinuityCommon


@tagged("post_install", "-at_install")
@freeze_time("2027-09-10 12:00:00")
class TestProgramPreview(ContinuityCommon):
    """The preview says what an order would do, with the fixture of rules C1."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        account = cls._create_account("VAT", "CVAT01", "liability_current")
        lines = [
            Command.create({"repartition_type": "base"}),
            Command.create({"repartition_type": "tax", "account_id": account.id}),
        ]
        cls.vat = cls.env["account.tax"].create(
            {
                "name": "VAT 21",
                "amount": 21.0,
                "type_tax_use": "sale",
                "invoice_repartition_line_ids": lines,
                "refund_repartition_line_ids": lines,
            }
        )
        cls.company.tax_calculation_rounding_method = "round_globally"
        cls.goods.taxes_id = cls.vat
        for product, price in zip(cls.goods, (12.35, 18.45, 27.15), strict=True):
            product.list_price = price

    def _create_club(self, code="CLUB", **values):
        events = [
            self._event_vals(self.goods_a),
            self._event_vals(self.goods_b, days=21),
            self._event_vals(self.goods_c, days=21, action="end"),
        ]
        return self._create_program(code, events=events, **values)

    def _preview(self, program, **values):
        return self.env["continuity.preview"].create(
            {"program_id": program.id, **values}
        )

    def _rows(self, preview):
        result = preview._get_preview()
        return (
            [(str(row["date"]), row["amount"]) for row in result["shipments"]],
            [(str(row["date"]), row["amount"]) for row in result["payments"]],
        )

    def test_mode_a(self):
        """Children cost 14.94, 22.32 and 32.85, paid as they leave (C1)."""
        expected = [
            ("2027-09-10", 14.94),
            ("2027-10-01", 22.32),
            ("2027-10-22", 32.85),
        ]
        preview = self._preview(self._create_club())
        self.assertEqual(self._rows(preview), (expected, expected))
        result = preview._get_preview()
        self.assertAlmostEqual(result["shipment_total"], 70.11)
        self.assertEqual(result["warnings"], [])

    def test_mode_b(self):
        schedule = self._schedule()
        preview = self._preview(self._create_club(payment_schedule_id=schedule.id))
        self.assertEqual(
            self._rows(preview)[1],
            [
                ("2027-09-10", 4.98),
                ("2027-10-10", 4.98),
                ("2027-11-10", 4.98),
                ("2027-10-01", 7.44),
                ("2027-11-01", 7.44),
                ("2027-12-01", 7.44),
                ("2027-10-22", 10.95),
                ("2027-11-22", 10.95),
                ("2027-12-22", 10.95),
            ],
        )

    def test_mode_c(self):
        """One invoice: the tax is rounded once, 70.12 and not 70.11."""
        preview = self._preview(self._create_club(bill_upfront=True))
        self.assertEqual(self._rows(preview)[1], [("2027-09-10", 70.12)])

    def test_mode_d(self):
        schedule = self._schedule()
        program = self._create_club(bill_upfront=True, payment_schedule_id=schedule.id)
        preview = self._preview(program, start_date=date(2027, 9, 20))
        self.assertEqual(
            self._rows(preview)[1],
            [("2027-09-20", 23.37), ("2027-10-20", 23.37), ("2027-11-20", 23.38)],
        )
        preview.start_date = date(2027, 8, 1)
        self.assertEqual(self._rows(preview)[1][0], ("2027-09-10", 23.37))

    def test_order_date_and_quantity(self):
        preview = self._preview(
            self._create_club(), order_date=date(2027, 12, 1), quantity=2
        )
        self.assertEqual(
            self._rows(preview)[0],
            [("2027-12-01", 29.89), ("2027-12-22", 44.65), ("2028-01-12", 65.70)],
        )

    def test_start_order_date(self):
        """Confirming the proposal enters nothing (N28, T04 to T06)."""
        program = self._create_program(
            "FIXED",
            events=[self._event_vals(self.goods_a, start_order_date=date(2027, 10, 1))],
            days_after_order=4,
        )
        preview = self._preview(program)
        self.assertEqual(self._rows(preview)[0], [("2027-10-01", 14.94)])
        preview.start_date = date(2027, 10, 1)
        self.assertEqual(self._rows(preview)[0], [("2027-10-01", 14.94)])
        preview.start_date = date(2027, 9, 20)
        self.assertEqual(self._rows(preview)[0], [("2027-09-24", 14.94)])

    def test_preview_is_what_the_order_does(self):
        """In the four billing modes, with quantity 3."""
        schedule = self._schedule()
        for number, values in enumerate(
            (
                {},
                {"payment_schedule_id": schedule.id},
                {"bill_upfront": True},
                {"bill_upfront": True, "payment_schedule_id": schedule.id},
            )
        ):
            with self.subTest(values):
                program = self._create_club(f"CLUB {number}", **values)
                product = self._create_parent_product(
                    program, taxes_id=[Command.set(self.vat.ids)]
                )
                order = self._create_order(product, quantity=3)
                continuity_order = order.continuity_order_ids
                shipments, payments = self._rows(self._preview(program, quantity=3))
                self.assertEqual(
                    [
                        (str(shipment.planned_date), shipment.amount_total)
                        for shipment in continuity_order.shipment_ids
                    ],
                    shipments,
                )
                self.assertEqual(
                    sorted(
                        (str(row["due_date"]), row["amount"])
                        for row in PlannedPayments(continuity_order).get(
                            date(2027, 9, 10)
                        )
                    ),
                    sorted(payments),
                )

    def test_price_from_ten_pieces(self):
        """A rule from 10 pieces: 10 x 10.00 with 21 %, not 10 x 12.35."""
        pricelist = self.env["product.pricelist"].create(
            {
                "name": "By the ten",
                "item_ids": [
                    Command.create(
                        {
                            "compute_price": "fixed",
                            "fixed_price": 10.0,
                            "min_quantity": 10,
                        }
                    )
                ],
            }
        )
        for mode in (False, True):
            program = self._create_club(f"TEN {mode}", bill_upfront=mode)
            values = {"quantity": 10, "pricelist_id": pricelist.id}
            shipments, payments = self._rows(self._preview(program, **values))
            self.assertEqual([amount for _day, amount in shipments], [121.0] * 3)
            self.assertAlmostEqual(sum(amount for _day, amount in payments), 363.0)
            self._compare(program, date(2027, 9, 10), None, **values)
        preview = self._preview(program, quantity=9, pricelist_id=pricelist.id)
        # 9 x 12.35 = 111.15 and 23.34 of tax
        self.assertEqual(self._rows(preview)[0][0][1], 134.49)

    def test_payments_of_missed_shipments(self):
        """A and B should have left in August: both are paid on the order date."""
        start = date(2027, 8, 10)
        program = self._create_club()
        preview = self._preview(program, start_date=start)
        self.assertEqual(
            self._rows(preview),
            (
                [("2027-08-10", 14.94), ("2027-08-31", 22.32), ("2027-09-21", 32.85)],
                [("2027-09-10", 14.94), ("2027-09-10", 22.32), ("2027-09-21", 32.85)],
            ),
        )
        self._compare(program, date(2027, 9, 10), start)

    def test_payment_of_a_consolidated_parcel(self):
        """12.35 + 18.45 = 30.80, tax once: 6.47, 37.27 and not 37.26."""
        start = date(2027, 8, 10)
        program = self._create_club(consolidate_missed=True)
        preview = self._preview(program, start_date=start)
        self.assertEqual(
            self._rows(preview)[1], [("2027-09-10", 37.27), ("2027-09-21", 32.85)]
        )
        self._compare(program, date(2027, 9, 10), start)

    def test_missed_shipments_paid_by_schedule(self):
        start = date(2027, 8, 10)
        schedule = self._schedule()
        for consolidate in (False, True):
            program = self._create_club(
                f"BY 3 {consolidate}",
                consolidate_missed=consolidate,
                payment_schedule_id=schedule.id,
            )
            self._compare(program, date(2027, 9, 10), start)

    def test_first_payment_in_advance(self):
        """Paid at once on the order date; by schedule from the start of the program."""
        start = date(2027, 10, 1)
        program = self._create_club(bill_upfront=True)
        preview = self._preview(program, start_date=start)
        self.assertEqual(self._rows(preview)[1], [("2027-09-10", 70.12)])
        self._compare(program, date(2027, 9, 10), start)
        events = [
            self._event_vals(self.goods_a, start_order_date=start),
            self._event_vals(self.goods_b, days=21),
        ]
        fixed = self._create_program(
            "FIXED",
            events=events,
            bill_upfront=True,
            payment_schedule_id=self._schedule().id,
        )
        self.assertEqual(self._rows(self._preview(fixed))[1][0][0], "2027-10-01")
        self._compare(fixed, date(2027, 9, 10), None)

    def test_free_of_charge(self):
        """Nothing is owed for nothing."""
        events = [self._event_vals(self.goods_a, price=0.0)]
        program = self._create_program("FREE", events=events)
        self.assertEqual(self._rows(self._preview(program))[1], [])
        self._compare(program, date(2027, 9, 10), None)

    def _compare(self, program, today, start, quantity=1, pricelist_id=False):
        """The preview and the quotation say the same of dates and amounts."""
        product = self._create_parent_product(
            program, taxes_id=[Command.set(self.vat.ids)]
        )
        values = {"pricelist_id": pricelist_id} if pricelist_id else {}
        order = self._create_order(product, quantity=quantity, **values)
        continuity = order.continuity_order_ids
        if start:
            continuity.start_date = start
        preview = self._preview(
            program, quantity=quantity, start_date=start, pricelist_id=pricelist_id
        )
        shipments, payments = self._rows(preview)
        self.assertEqual(
            [
                (str(row.planned_date), row.amount_total)
                for row in continuity.shipment_ids.sorted("number")
            ],
            shipments,
        )
        self.assertEqual(
            sorted(
                (str(row["due_date"]), round(row["amount"], 2))
                for row in PlannedPayments(continuity).get(today)
            ),
            sorted((day, round(amount, 2)) for day, amount in payments),
        )

    def test_missed(self):
        preview = self._preview(self._create_club(), start_date=date(2027, 9, 1))
        missed = [row["missed"] for row in preview._get_preview()["shipments"]]
        self.assertEqual(missed, [True, False, False])
        self.assertIn("missed", preview.preview_html)

    def test_duration_of_the_product(self):
        program = self._create_club()
        product = self._create_parent_product(program, continuity_event_duration=2)
        preview = self._preview(program, product_id=product.id)
        self.assertEqual(len(self._rows(preview)[0]), 2)
        product.continuity_event_duration = 5
        warnings = preview._get_preview()["warnings"]
        self.assertEqual(len(warnings), 1)
        self.assertIn("contains 5 events, but only 3 are left", warnings[0])

    def test_customer_decides_price_and_taxes(self):
        position = self.env["account.fiscal.position"].create({"name": "Export"})
        self.vat.copy(
            {
                "name": "Export 0",
                "amount": 0,
                "fiscal_position_ids": [Command.link(position.id)],
                "original_tax_ids": [Command.link(self.vat.id)],
            }
        )
        pricelist = self.env["product.pricelist"].create(
            {
                "name": "Half",
                "item_ids": [
                    Command.create({"compute_price": "percentage", "percent_price": 50})
                ],
            }
        )
        self.env.user.group_ids |= self.env.ref("product.group_product_pricelist")
        self.customer.property_account_position_id = position
        self.customer.property_product_pricelist = pricelist
        with Form(self._preview(self._create_club())) as form:
            form.partner_id = self.customer
        shipments = self._rows(form.record)[0]
        self.assertEqual([amount for _day, amount in shipments], [6.18, 9.23, 13.58])

    def test_endless(self):
        program = self._create_program(
            "COFFEE", events=[self._event_vals(self.goods_a, days=28, repeat_count=-1)]
        )
        result = self._preview(program)._get_preview()
        self.assertEqual(len(result["shipments"]), 13)
        self.assertIn("until it is cancelled", result["warnings"][0])

    def test_threshold(self):
        self.company.continuity_repeat_threshold = 3
        program = self._create_program(
            "COFFEE", events=[self._event_vals(self.goods_a, days=28, repeat_count=11)]
        )
        result = self._preview(program)._get_preview()
        self.assertEqual(len(result["shipments"]), 4)
        self.assertIn("lays out 4 shipments", result["warnings"][0])

    def test_more_than_it_can_show(self):
        program = self._create_program(
            "DAILY", events=[self._event_vals(self.goods_a, days=1, repeat_count=99)]
        )
        result = self._preview(program)._get_preview()
        self.assertEqual(len(result["shipments"]), 60)
        self.assertEqual(result["shipment_count"], 100)
        self.assertAlmostEqual(result["shipment_total"], 1494.0)
        self.assertIn("first 60 of 100", result["warnings"][0])

    def test_current_event_moves_with_the_order_date(self):
        program = self._create_club(order_start="current")
        preview = self._preview(program, order_date=date(2027, 10, 5))
        self.assertEqual(
            self._rows(preview)[0], [("2027-10-05", 22.32), ("2027-10-26", 32.85)]
        )
        preview.order_date = date(2027, 11, 12)
        self.assertIn("has ended", preview._get_preview()["warnings"][0])

    def test_unfinished_program(self):
        program = self._create_program(
            "NEW",
            events=[self._event_vals(self.goods_a), self._event_vals(self.goods_b)],
            is_open=False,
        )
        preview = self._preview(program)
        self.assertIn("Event 2 has no date", preview.preview_html)
        program.event_ids.unlink()
        self.assertIn("no event to send", preview._get_preview()["warnings"][0])

    def test_schedule_does_not_fit(self):
        program = self._create_program(
            "CENT",
            events=[self._event_vals(self.goods_a, price=0.01)],
            payment_schedule_id=self._schedule().id,
        )
        result = self._preview(program)._get_preview()
        self.assertEqual(len(result["shipments"]), 1)
        self.assertIn("can be split into 1 at most", result["warnings"][0])

    def test_sellers_may_look(self):
        program = self._create_club()
        seller = self._create_user("seller", SELLER)
        action = program.with_user(seller).action_preview()
        form = Form(
            self.env[action["res_model"]]
            .with_user(seller)
            .with_context(**action["context"])
        )
        self.assertEqual(form.order_date, date(2027, 9, 10))
        self.assertIn("22.32", form.preview_html)
        form.order_date = date(2028, 1, 1)
        self.assertIn("Sat 22 Jan 2028", form.preview_html)

    def _schedule(self):
        return self.env["continuity.payment.schedule"].create(
            {"name": "3 monthly", "code": "3M", "number_of_payments": 3}
        )
