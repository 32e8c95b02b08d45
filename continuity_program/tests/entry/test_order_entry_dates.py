# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, datetime, timedelta

from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from ...models.entry.planned_payments import PlannedPayments
from ..common import ContinuityCommon

D = date(2027, 9, 10)


def _texts(dates):
    """2027 is left out, as in the table of the rules."""
    return [f"{day:%m-%d}" if day.year == 2027 else f"{day:%Y-%m-%d}" for day in dates]


@tagged("post_install", "-at_install")
@freeze_time("2027-09-10 08:00:00")
class TestOrderEntryDates(ContinuityCommon):
    """T01–T12 and the continuation tests X8, X10, X14 on real orders."""

    def _club(self, **values):
        first = values.pop("first", {})
        return self._create_program(
            "T",
            events=[
                self._event_vals(self.goods_a, **first),
                self._event_vals(self.goods_b, days=21),
                self._event_vals(self.goods_c, days=21, action="end"),
            ],
            **values,
        )

    def _sell(self, program, order_date=None, start=None):
        product = self._create_parent_product(program)
        order = self._create_order(product, order_date=order_date)
        continuity = order.continuity_order_ids
        if start:
            continuity.start_date = start
        return continuity

    def _dates(self, continuity):
        return _texts(continuity.shipment_ids.mapped("planned_date"))

    def test_t01(self):
        continuity = self._sell(self._club())
        self.assertEqual(self._dates(continuity), ["09-10", "10-01", "10-22"])
        self.assertFalse(any(continuity.shipment_ids.mapped("is_missed")))

    def test_t02(self):
        continuity = self._sell(self._club(days_after_order=4))
        self.assertEqual(self._dates(continuity), ["09-14", "10-05", "10-26"])

    def test_t03(self):
        continuity = self._sell(self._club(days_after_order=4), start=date(2027, 9, 20))
        self.assertEqual(self._dates(continuity), ["09-24", "10-15", "11-05"])
        self.assertTrue(continuity.start_date_entered)

    def _dated(self):
        return self._club(
            days_after_order=4, first={"start_order_date": date(2027, 10, 1)}
        )

    def test_t04(self):
        continuity = self._sell(self._dated())
        self.assertEqual(self._dates(continuity), ["10-01", "10-22", "11-12"])
        self.assertEqual(continuity.start_date, date(2027, 10, 1))

    def test_t05(self):
        continuity = self._sell(self._dated(), start=date(2027, 9, 20))
        self.assertEqual(self._dates(continuity), ["09-24", "10-15", "11-05"])

    def test_t06(self):
        """The proposal confirmed unchanged is not *entered* (N28)."""
        continuity = self._sell(self._dated(), start=date(2027, 10, 1))
        self.assertEqual(self._dates(continuity), ["10-01", "10-22", "11-12"])
        self.assertFalse(continuity.start_date_entered)

    def test_t07(self):
        continuity = self._sell(self._club(), start=date(2027, 8, 1))
        self.assertEqual(self._dates(continuity), ["08-01", "08-22", "09-12"])
        missed = continuity.shipment_ids.mapped("is_missed")
        self.assertEqual(missed, [True, True, False])

    def test_t08(self):
        """The order date is the company's local date: Auckland, UTC+13."""
        self.company.partner_id.tz = "Pacific/Auckland"
        continuity = self._sell(self._club(), order_date=datetime(2027, 12, 31, 23, 30))
        self.assertEqual(
            self._dates(continuity), ["2028-01-01", "2028-01-22", "2028-02-12"]
        )

    def test_t09(self):
        """Los Angeles, UTC−8."""
        self.company.partner_id.tz = "America/Los_Angeles"
        continuity = self._sell(self._club(), order_date=datetime(2027, 12, 31, 23, 30))
        self.assertEqual(self._dates(continuity), ["12-31", "2028-01-21", "2028-02-11"])

    def test_t10(self):
        """A quotation submitted two weeks later ships from that day (R18, N5)."""
        continuity = self._sell(self._club())
        continuity._move_plan_to(date(2027, 9, 25))
        self.assertEqual(self._dates(continuity), ["09-25", "10-16", "11-06"])
        self.assertFalse(any(continuity.shipment_ids.mapped("is_missed")))
        self.assertEqual(continuity.start_date, date(2027, 9, 25))

    def test_t11(self):
        """An entered start date stays; what is missed is the submit date's to say."""
        continuity = self._sell(self._club(), start=date(2027, 9, 20))
        self.assertFalse(continuity.shipment_ids[0].is_missed)
        continuity._move_plan_to(date(2027, 9, 25))
        self.assertEqual(self._dates(continuity), ["09-20", "10-11", "11-01"])
        missed = continuity.shipment_ids.mapped("is_missed")
        self.assertEqual(missed, [True, False, False])

    def test_t12(self):
        """A later order date stays."""
        continuity = self._sell(self._club())
        continuity.sale_order_id.date_order = datetime(2027, 9, 30, 12)
        continuity._move_plan_to(date(2027, 9, 25))
        self.assertEqual(self._dates(continuity), ["09-30", "10-21", "11-11"])

    def test_move_keeps_changes(self):
        """Just before Submit the rows changed by hand keep their change (N5)."""
        continuity = self._sell(self._club())
        first, second, third = continuity.shipment_ids
        first.line_ids._set_price(5.0, "Complaint")
        second._set_planned_date(date(2027, 10, 4))
        third.action_skip()
        continuity._move_plan_to(date(2027, 9, 25))
        self.assertRecordValues(
            continuity.shipment_ids,
            [
                {
                    "scheduled_date": date(2027, 9, 25),
                    "planned_date": date(2027, 9, 25),
                    "state": "planned",
                    "amount_total": 5.0,
                },
                {
                    "scheduled_date": date(2027, 10, 16),
                    "planned_date": date(2027, 10, 4),
                    "state": "planned",
                    "amount_total": 30.0,
                },
                {
                    "scheduled_date": date(2027, 11, 6),
                    "planned_date": date(2027, 11, 6),
                    "state": "skipped",
                    "amount_total": 30.0,
                },
            ],
        )
        self.assertEqual(continuity.shipment_ids, first | second | third)

    def test_confirm_moves_plan(self):
        """T10 through the real confirmation, which stamps the order date."""
        continuity = self._sell(self._club())
        continuity.write(
            {"payment_method": "card", "payment_token_id": self._create_token().id}
        )
        with freeze_time("2027-09-25 08:00:00"):
            continuity.sale_order_id.action_confirm()
        self.assertEqual(self._dates(continuity), ["09-25", "10-16", "11-06"])
        self.assertEqual(continuity.state, "running")

    def test_x8_prompted_start_date(self):
        """X8: D+10, D+40, D+70."""
        program = self._create_program(prompt_start_date=True)
        continuity = self._sell(program, start=D + timedelta(days=10))
        self.assertEqual(
            continuity.shipment_ids.mapped("planned_date"),
            [D + timedelta(days=n) for n in (10, 40, 70)],
        )
        continuity.start_date = False
        self.assertEqual(continuity.start_date, D)
        self.assertEqual(continuity.shipment_ids[0].planned_date, D)

    def test_x10_missed(self):
        """X10, the planning side: A D−60, B D−30 missed, C on D."""
        program = self._create_program(
            events=[
                self._event_vals(self.goods_a, start_order_date=D - timedelta(days=60)),
                self._event_vals(self.goods_b, days=30),
                self._event_vals(self.goods_c, days=30, action="end"),
            ],
            consolidate_missed=True,
        )
        continuity = self._sell(program)
        self.assertRecordValues(
            continuity.shipment_ids,
            [
                {"planned_date": D - timedelta(days=60), "is_missed": True},
                {"planned_date": D - timedelta(days=30), "is_missed": True},
                {"planned_date": D, "is_missed": False},
            ],
        )
        parcels = PlannedPayments(continuity).get_parcels()
        self.assertEqual([len(parcel) for parcel in parcels], [2, 1])
        # One parcel, one payment, on its first shipment (N75)
        self.assertEqual(
            PlannedPayments(continuity).get(D),
            [
                {
                    "due_date": D,
                    "amount": 60.0,
                    "sequence": 1,
                    "shipment": continuity.shipment_ids[0],
                },
                {
                    "due_date": D,
                    "amount": 30.0,
                    "sequence": 1,
                    "shipment": continuity.shipment_ids[2],
                },
            ],
        )
        program.consolidate_missed = False
        self.assertEqual(
            [len(p) for p in PlannedPayments(continuity).get_parcels()], [1, 1, 1]
        )

    def test_x14_duration(self):
        """X14: two events sold, lines 1–2 only."""
        product = self._create_parent_product(
            self._create_program(), continuity_event_duration=2
        )
        continuity = self._create_order(product).continuity_order_ids
        self.assertEqual(
            continuity.shipment_ids.line_ids.product_id, self.goods_a | self.goods_b
        )

    def test_duration_warning(self):
        """T44: "3 of 5"."""
        product = self._create_parent_product(
            self._create_program(), continuity_event_duration=5
        )
        continuity = self._create_order(product).continuity_order_ids
        self.assertIn(
            "The program has 3 of 5 events left.",
            continuity._get_schedule_summary()["warnings"],
        )

    def test_threshold(self):
        """X11 at order entry: 1 + 3 lines; up front all twelve."""
        self.company.continuity_repeat_threshold = 3
        events = [self._event_vals(self.goods_a, days=7, repeat_count=11)]
        coffee = self._create_program("COFFEE", events=events)
        self.assertEqual(len(self._sell(coffee).shipment_ids), 4)
        upfront = self._create_program("UP", events=events, bill_upfront=True)
        self.assertEqual(len(self._sell(upfront).shipment_ids), 12)

    def test_start_date_after_submit_refused(self):
        continuity = self._sell(self._club())
        continuity.state = "running"
        with self.assertRaisesRegex(UserError, "was submitted"):
            continuity.start_date = date(2027, 12, 1)
