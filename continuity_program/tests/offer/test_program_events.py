# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import csv

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, tagged
from odoo.tools import file_open

from ..common import SELLER, ContinuityCommon


@tagged("post_install", "-at_install")
class TestProgramEvents(ContinuityCommon):
    """Events: the flat list, their numbers, and what may happen to them."""

    def test_flat_list(self):
        form = Form(self.env["continuity.program"])
        form.name = "Coffee"
        form.code = "COFFEE"
        form.order_start = "first"
        with form.event_ids.new() as event:
            event.product_id = self.goods_a
            event.quantity = 2
            event.days_from_last = 28
            event.repeat_count = 11
        with form.event_ids.new() as event:
            event.product_id = self.goods_b
            # Takes over the timing of the row above
            self.assertEqual(event.days_from_last, 28)
        program = form.save()
        self.assertRecordValues(
            program.event_ids,
            [
                {"number": 1, "quantity": 2, "shipment_label": "12"},
                {"number": 2, "quantity": 1, "shipment_label": "1"},
            ],
        )
        self.assertRecordValues(
            program.event_ids.line_ids,
            [
                {"product_id": self.goods_a.id, "quantity": 2},
                {"product_id": self.goods_b.id, "quantity": 1},
            ],
        )

    def test_import(self):
        """Odoo's import, from the program, with the columns of our template."""
        program = self._create_program(is_open=False)
        params = program.action_import_events()["params"]
        events = self.env[params["model"]]
        (template,) = events.get_import_templates()
        with file_open(template["template"].lstrip("/")) as file:
            header, *rows = csv.reader(file)
        for row, product in zip(rows, ("Goods A", "Goods B", "Goods C"), strict=True):
            row[0] = product
        before = program.event_ids
        result = events.with_context(**params["context"]).load(header, rows)
        self.assertFalse(result["messages"])
        self.assertRecordValues(
            program.event_ids - before,
            [
                {"product_id": self.goods_a.id, "days_from_last": 0, "action": "send"},
                {"product_id": self.goods_b.id, "days_from_last": 30, "action": "send"},
                {"product_id": self.goods_c.id, "days_from_last": 30, "action": "end"},
            ],
        )
        self.assertEqual(
            program.event_ids.mapped("number"), [*range(1, len(before) + 4)]
        )
        seller = self._create_user("import_seller", SELLER)
        with self.assertRaises(AccessError):
            program.with_user(seller).action_import_events()

    def test_days_or_interval(self):
        interval = self.env["continuity.date.interval"].create({"name": "Month"})
        program = self._create_program(is_open=False)
        with Form(program) as form, form.event_ids.edit(1) as event:
            event.date_interval_id = interval
            self.assertEqual(event.days_from_last, 0)
            event.days_from_last = 7
            self.assertFalse(event.date_interval_id)

    def test_single_line_shortcut(self):
        event = self._create_program(is_open=False).event_ids[0]
        line = event.line_ids
        event.product_id = self.goods_c
        event.quantity = 3
        self.assertEqual(event.line_ids, line)
        self.assertRecordValues(line, [{"product_id": self.goods_c.id, "quantity": 3}])
        event.line_ids = [Command.create({"product_id": self.goods_b.id})]
        self.assertFalse(event.product_id)
        self.assertEqual(event.line_count, 2)
        self.assertEqual(event.products_label, "3 × Goods C + 1 × Goods B")
        self.assertEqual(event.product_ids, self.goods_b | self.goods_c)
        event.product_id = self.goods_a
        self.assertEqual(event.line_ids.product_id, self.goods_c | self.goods_b)
        event.line_ids[1].unlink()
        event.product_id = False
        self.assertFalse(event.line_ids)

    def test_shipment_label(self):
        event = self._create_program(is_open=False).event_ids[0]
        for repeats, label in ((0, "1"), (11, "12"), (-1, "until cancelled")):
            event.repeat_count = repeats
            self.assertEqual(event.shipment_label, label)
        event.action = "skip"
        self.assertEqual(event.shipment_label, "0")

    def test_numbers_follow_the_order(self):
        program = self._create_program(is_open=False)
        one, two, three = program.event_ids
        three.sequence = 0
        program.invalidate_recordset(["event_ids"])
        self.assertEqual(
            [(event, event.number) for event in program.event_ids],
            [(three, 1), (one, 2), (two, 3)],
        )
        one.unlink()
        self.assertEqual([two.number, three.number], [2, 1])

    def test_numbers_follow_in_the_form(self):
        program = self._create_program(is_open=False)
        with Form(program) as form:
            with form.event_ids.edit(2) as event:
                event.sequence = 0
            numbers = [values["number"] for values in form.event_ids._records]
            self.assertEqual(numbers, [2, 3, 1])
            with form.event_ids.new() as event:
                self.assertEqual(event.number, 4)
                event.product_id = self.goods_a
        self.assertEqual(
            program.event_ids.sorted("sequence").product_id,
            self.goods_c | self.goods_a | self.goods_b,
        )

    def test_own_price(self):
        line = self._create_program(is_open=False).event_ids[0].line_ids
        self.assertEqual(line.price_unit, 0)
        line.price_overridden = True
        self.assertEqual(line.price_unit, 30)
        line.price_unit = 12.5
        line.product_id = self.goods_b
        self.assertEqual(line.price_unit, 12.5)
        line.price_overridden = False
        self.assertEqual(line.price_unit, 0)

    def test_price(self):
        program = self._create_program(is_open=False)
        line = program.event_ids[0].line_ids
        order = self.env["sale.order"].create({"partner_id": self.customer.id})
        self.assertEqual(line._get_price(order), 30)
        line.write({"price_overridden": True, "price_unit": 12.5})
        self.assertEqual(line._get_price(order), 12.5)

    def test_v4_no_program_inside_a_program(self):
        parent = self._create_parent_product(self._create_program())
        with self.assertRaisesRegex(ValidationError, "choose an ordinary product"):
            self._create_program("CP-2", events=[self._event_vals(parent)])

    def test_used_event_is_archived(self):
        program = self._create_program()
        order = self._create_order(self._create_parent_product(program))
        one, two, three = program.event_ids
        shipments = order.continuity_order_ids.shipment_ids
        self.assertEqual(shipments.event_id, one | two | three)
        program.write({"event_ids": [Command.delete(two.id)]})
        self.assertTrue(two.exists())
        self.assertFalse(two.active)
        self.assertEqual(program.event_ids, one | three)
        self.assertEqual([one.number, two.number, three.number], [1, 2, 2])
        self.assertEqual(
            [event.key for event in program._to_planning().events],
            [one.id, three.id],
        )

    def test_event_of_an_open_program_is_checked(self):
        program = self._create_program()
        with self.assertRaisesRegex(UserError, "Event 2 has no date"):
            program.event_ids[1].days_from_last = 0
        with self.assertRaisesRegex(UserError, "Event 1 has no product"):
            program.event_ids[0].line_ids.unlink()
        with self.assertRaisesRegex(UserError, "no event to send"):
            program.event_ids.unlink()

    def test_one_save_is_checked_as_a_whole(self):
        """End moves from the third event to the second: wrong only in between."""
        program = self._create_program()
        _one, two, three = program.event_ids
        program.write(
            {
                "event_ids": [
                    Command.update(two.id, {"action": "end"}),
                    Command.update(three.id, {"action": "skip"}),
                ]
            }
        )
        self.assertEqual(program.event_ids.mapped("action"), ["send", "end", "skip"])

    def test_change_log(self):
        program = self._create_program()
        logged = program.message_ids
        program.event_ids[1].write({"days_from_last": 21, "quantity": 2})
        message = program.message_ids - logged
        self.assertEqual(len(message), 1)
        self.assertIn("Event 2, Days from last: 30 → 21", message.body)
        self.assertIn("1 Units Goods B → 2 Units Goods B", message.body)
        program.event_ids[1].write({"days_from_last": 21})
        self.assertEqual(program.message_ids - logged, message)

    def test_change_log_of_added_and_removed(self):
        program = self._create_program()
        logged = program.message_ids
        vals = {**self._event_vals(self.goods_a, days=7), "sequence": 2}
        commands = [Command.delete(program.event_ids[1].id), Command.create(vals)]
        program.write({"event_ids": commands})
        body = (program.message_ids - logged).body
        self.assertIn("Event 2 removed", body)
        self.assertIn("Event 2 added: 1 × Goods A", body)

    def test_drafts_are_not_logged(self):
        program = self._create_program(is_open=False)
        logged = program.message_ids
        program.event_ids[1].days_from_last = 21
        self.assertEqual(program.message_ids, logged)

    def test_counts(self):
        program = self._create_program()
        order = self._create_order(self._create_parent_product(program))
        self.assertEqual(program.product_count, 1)
        self.assertEqual(program.continuity_order_count, 1)
        self.assertEqual(program.due_shipment_count, 0)
        order.continuity_order_ids.state = "running"
        program.invalidate_recordset(["due_shipment_count"])
        self.assertEqual(program.due_shipment_count, 1)
