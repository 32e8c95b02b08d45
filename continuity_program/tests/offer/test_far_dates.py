# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from ...models.entry.outlook import Outlook
from ...models.entry.parent_price import preview_parent_price
from ..common import ContinuityCommon


@tagged("post_install", "-at_install")
@freeze_time("2027-09-10 08:00:00")
class TestFarDates(ContinuityCommon):
    """Dates nobody means are refused with the event they come from."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.yearly = cls.env["continuity.date.interval"].create(
            {"name": "every year", "unit": "year"}
        )

    def _create_yearly(self, repeats, **values):
        return self._create_program(
            "YEARS",
            events=[
                self._event_vals(self.goods_a),
                self._event_vals(
                    self.goods_b,
                    date_interval_id=self.yearly.id,
                    repeat_count=repeats,
                ),
            ],
            **values,
        )

    def _sell(self):
        order = self._create_sold_order(
            self._create_parent_product(self._create_yearly(2))
        )
        return order.continuity_order_ids

    def test_a_program_names_its_event(self):
        """First in 2027, then yearly: the fiftieth repeat would be in 2078."""
        program = self._create_yearly(50, is_open=False)
        with self.assertRaisesRegex(UserError, "Event ID 2 of program .*YEARS"):
            program.action_open()
        self.assertEqual(program.state, "draft")
        preview = self.env["continuity.preview"].create({"program_id": program.id})
        self.assertEqual(str(preview.preview_html).count("would leave later"), 1)
        program.event_ids[1].repeat_count = 49
        program.action_open()
        self.assertEqual(program.state, "open")

    def test_an_endless_program_is_opened(self):
        self.assertEqual(self._create_yearly(-1).state, "open")

    def test_a_long_program_that_is_laid_out_bit_by_bit(self):
        """What waits behind the threshold is counted without dates."""
        self.company.continuity_repeat_threshold = 3
        program = self._create_yearly(100)
        order = self._create_order(self._create_parent_product(program))
        continuity = order.continuity_order_ids
        self.assertEqual(len(continuity.shipment_ids), 5)
        self.assertEqual(len(Outlook(continuity).waiting), 97)
        self.assertIn("102 shipments", continuity.headline)

    def test_start_date(self):
        program = self._create_yearly(2, prompt_start_date=True)
        order = self._create_order(self._create_parent_product(program))
        continuity = order.continuity_order_ids
        for day in ("9999-12-31", "2078-01-01"):
            with (
                self.assertRaisesRegex(UserError, "Event ID 1 .* would leave later"),
                self.env.cr.savepoint(),
            ):
                continuity.start_date = day
        self.assertEqual(continuity.start_date, date(2027, 9, 10))

    def test_preview_of_a_start_date(self):
        preview = self.env["continuity.preview"].create(
            {
                "program_id": self._create_yearly(2).id,
                "start_date": date(2199, 12, 31),
            }
        )
        self.assertIn("Event ID 1", str(preview.preview_html))

    def test_move(self):
        continuity = self._sell()
        shipment = continuity.shipment_ids[1]
        move = self.env["continuity.shipment.move"].browse(
            shipment.action_open_move()["res_id"]
        )
        for scope in ("one", "later"):
            move.write({"new_date": date(2199, 12, 31), "scope": scope})
            self.assertIn("would leave later", move.problem)
            with self.assertRaisesRegex(UserError, "Event ID 2"):
                move.action_apply()
        with self.assertRaisesRegex(UserError, "Event ID 2"):
            shipment._set_planned_date(date(2078, 1, 1))
        self.assertEqual(shipment.planned_date, date(2028, 9, 10))

    def test_update_in_bulk(self):
        shipments = self._sell().shipment_ids
        dialog = self.env["continuity.update"].browse(
            shipments.action_open_update_date()["res_id"]
        )
        for scope in ("one", "later"):
            dialog.write({"date_mode": "shift", "days": 2**31 - 1, "scope": scope})
            self.assertIn("would leave later", dialog.problem)
            with self.assertRaisesRegex(UserError, "would leave later"):
                dialog.action_apply()

    def test_pause(self):
        continuity = self._sell()
        pause = self.env["continuity.pause"].create(
            {"order_id": continuity.id, "resume_date": date(2199, 12, 31)}
        )
        self.assertIn("more than 50 years ahead", pause.problem)
        self.assertFalse(pause.effect)
        with self.assertRaisesRegex(UserError, "50 years"):
            pause.action_pause()
        self.assertEqual(continuity.state, "running")

    # === ONE READ PER PROGRAM === #

    def _count_entry(self, events):
        """Queries of a quotation whose program has that many events."""
        program = self._create_program(
            f"P{events}",
            events=[
                self._event_vals(self.goods_a, days=7, price=10.0 + number)
                for number in range(events)
            ],
        )
        product = self._create_parent_product(program)
        self._create_order(product)
        with self._counting_queries(counts := []):
            order = self._create_order(product)
        self.assertEqual(len(order.continuity_order_ids.shipment_ids), events)
        return counts[0]

    def test_queries_of_a_quotation(self):
        """Ten times the events are read with as many queries, save those by batch."""
        few, many = self._count_entry(6), self._count_entry(60)
        self.assertLessEqual(many, few + 6)

    def test_queries_of_an_upfront_price(self):
        """The price of a parent line that is not saved reads the program once."""
        counts = []
        for events in (6, 60):
            program = self._create_program(
                f"U{events}",
                bill_upfront=True,
                events=[
                    self._event_vals(self.goods_a, days=7, price=10.0 + number)
                    for number in range(events)
                ],
            )
            product = self._create_parent_product(program)
            order = self._create_order(product)
            with self._counting_queries(counts):
                preview_parent_price(order.order_line)
        self.assertLessEqual(counts[1], counts[0] + 6)
