# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, freeze_time, new_test_user, tagged

from ...models.changes.order_update import OrderUpdater
from ..cases.update import UpdateCase
from ..common import MANAGER, SELLER_ALL


@tagged("post_install", "-at_install")
class TestUpdateOrders(UpdateCase):
    """N44, N53, N73, N85: the batch."""

    def test_nothing_released(self):
        """N85: an edit of an open program reaches no running order by itself."""
        order = self._sell()
        self.event_b.days_from_last = 21
        run = self._run()
        self.assertRecordValues(
            run, [{"done_count": 0, "skipped_count": 0, "state": "done"}]
        )
        self.assertEqual(run.message, "Continuity orders updated: 0. Finished.")
        self.assertEqual(
            self._get_rows(order),
            [
                ("09-10", "Goods A", 30.0),
                ("10-10", "Goods B", 30.0),
                ("11-09", "Goods C", 30.0),
            ],
        )

    def test_dates_products_quantities_prices(self):
        order = self._sell()
        self.event_b.days_from_last = 21
        self.event_b.product_id = self.goods_z
        self.event_c.quantity = 2
        self.event_c.line_ids.write({"price_overridden": True, "price_unit": 35.0})
        run = self._update()
        self.assertEqual(
            self._get_rows(order),
            [
                ("09-10", "Goods A", 30.0),
                ("10-01", "Goods Z", 22.0),
                ("10-31", "2 × Goods C", 70.0),
            ],
        )
        self.assertRecordValues(
            order.shipment_ids[1:],
            [
                {"scheduled_date": date(2027, 10, 1), "is_customized": False},
                {"scheduled_date": date(2027, 10, 31), "is_customized": False},
            ],
        )
        # 122 instead of 90
        self.assertEqual(order.amount_planned, 122.0)
        self.assertRecordValues(
            run.line_ids,
            [
                {
                    "continuity_order_id": order.id,
                    "outcome": "done",
                    "reason": "updated",
                    "item_count": 4,
                    "amount": 32.0,
                }
            ],
        )
        self.assertEqual(
            self._clean(run.message),
            "Continuity orders updated: 1. Planned value: +$ 32.00. Finished.",
        )
        note = self._clean(str(order.message_ids[0].body))
        self.assertIn("Goods B of 10/10/2027 moves to 10/01/2027", note)
        self.assertIn("1 × Goods B, $ 30.00 → 1 × Goods Z, $ 22.00", note)
        self.assertIn("1 × Goods C, $ 30.00 → 2 × Goods C, $ 35.00", note)

    def test_quantity_of_the_order(self):
        """N45: event quantity × quantity of the parent line."""
        order = self._sell(quantity=3)
        self.event_c.quantity = 2
        self._update()
        self.assertEqual(order.shipment_ids[2].line_ids.quantity, 6.0)

    def test_price_list_is_not_read_again(self):
        """N79: a product that stays keeps the price of the day it was sold."""
        order = self._sell()
        self.goods.write({"list_price": 50.0})
        self.event_b.days_from_last = 21
        self._update()
        self.assertEqual(
            self._get_rows(order)[1:],
            [("10-01", "Goods B", 30.0), ("10-31", "Goods C", 30.0)],
        )

    def test_a_day_that_has_passed_is_today(self):
        order = self._sell()
        self.event_b.days_from_last = 1
        self._update(day="2027-09-20")
        self.assertRecordValues(
            order.shipment_ids[1:],
            [
                {
                    "scheduled_date": date(2027, 9, 11),
                    "planned_date": date(2027, 9, 20),
                },
                {
                    "scheduled_date": date(2027, 10, 11),
                    "planned_date": date(2027, 10, 11),
                },
            ],
        )

    def test_event_added_and_removed(self):
        """N73: the removed one is archived, its row cancelled; numbers follow."""
        order = self._sell()
        with Form(self.program) as form:
            with form.event_ids.edit(2) as event:
                event.action = "send"
            form.event_ids.remove(index=1)
            with form.event_ids.new() as event:
                event.product_id = self.goods_z
                event.days_from_last = 7
        self.assertFalse(self.event_b.active)
        run = self._update()
        self.assertEqual(
            self._get_rows(order),
            [
                ("09-10", "Goods A", 30.0),
                ("10-10", "Goods C", 30.0),
                ("10-17", "Goods Z", 22.0),
            ],
        )
        removed = order.shipment_ids.filtered("is_removed")
        self.assertRecordValues(
            removed,
            [{"event_id": self.event_b.id, "state": "cancelled", "number": 4}],
        )
        live = order.shipment_ids - removed
        self.assertEqual(live.sorted("number").mapped("number"), [1, 2, 3])
        self.assertEqual(run.line_ids.amount, -8.0)
        # Event IDs are part of the reference of a payment: never the same twice
        self.assertEqual(len(set(order.shipment_ids.mapped("event_number"))), 4)
        self.assertFalse(order.has_more)

    def test_removed_event_comes_back(self):
        """The ledger holds an occurrence once: the row is planned again."""
        order = self._sell()
        self.event_b.action = "skip"
        self._update()
        row = order.shipment_ids.filtered("is_removed")
        self.assertEqual(row.event_id, self.event_b)
        self.event_b.action = "send"
        self._update()
        self.assertRecordValues(
            row, [{"state": "planned", "is_removed": False, "number": 2}]
        )
        self.assertEqual(len(order.shipment_ids), 3)
        self.assertEqual(row.line_ids.product_id, self.goods_b)

    def test_schedule_of_the_event(self):
        """N26: the event's schedule, unless somebody chose another for the row."""
        schedule = self.env["continuity.payment.schedule"].create(
            {
                "name": "Two payments",
                "code": "TWO",
                "allocation": "fixed_quantity",
                "unit": "months",
                "interval": 1,
                "number_of_payments": 2,
            }
        )
        order = self._sell()
        order.shipment_ids[2].schedule_changed = True
        (self.event_b | self.event_c).payment_schedule_id = schedule
        self._update()
        self.assertFalse(order.payment_schedule_id)
        self.assertEqual(
            order.shipment_ids.mapped("payment_schedule_id.id"), schedule.ids
        )
        self.assertEqual(order.shipment_ids[1].payment_schedule_id, schedule)

    # === WHAT IS KEPT, AND WHY === #

    def _get_kept(self, run):
        self.assertEqual(run.line_ids.outcome, "skipped")
        return run.line_ids.message

    def test_kept_changed_for_the_customer(self):
        order = self._sell()
        row = order.shipment_ids[1]
        row.line_ids._substitute(self.goods_z)
        self.event_b.quantity = 3
        run = self._update()
        self.assertEqual(row.products_text, "Goods Z")
        self.assertEqual(row.line_ids.price_unit, 30.0)
        self.assertEqual(
            self._get_kept(run),
            "kept: Goods Z of 10/10/2027: it was changed for the customer",
        )

    def test_kept_child_order(self):
        order = self._sell()
        self.event_a.quantity = 3
        run = self._update()
        child = order.child_order_ids
        self.assertEqual(
            self._get_kept(run),
            f"kept: Goods A of 09/10/2027: it has its child order {child.name}",
        )

    def test_kept_payment_made(self):
        """A shipment that was paid, and waits for its child once more."""
        order = self._sell()
        row = order.shipment_ids[1]
        self.env["continuity.payment"].create(
            {
                "continuity_order_id": order.id,
                "shipment_id": row.id,
                "due_date": date(2027, 9, 10),
                "amount": 30.0,
                "state": "paid",
            }
        )
        self.event_b.write({"quantity": 3, "days_from_last": 21})
        run = self._update()
        self.assertEqual(row.products_text, "Goods B")
        self.assertEqual(row.planned_date, date(2027, 10, 10))
        self.assertEqual(
            self._get_kept(run),
            "kept: Goods B of 10/10/2027: a payment of it was made",
        )

    def test_kept_skipped_row(self):
        order = self._sell()
        order.shipment_ids[1].action_skip()
        self.event_b.quantity = 3
        self._update()
        self.assertEqual(order.shipment_ids[1].state, "skipped")
        self.assertEqual(order.shipment_ids[1].line_ids.quantity, 1.0)

    def _sell_upfront(self, code="UPFRONT", **values):
        program = self._create_program(code, bill_upfront=True, **values)
        return self._sell(self._create_parent_product(program, name=code))

    def test_billed_up_front_dates_and_same_price_only(self):
        """N44: dates move, B by another product at 30; nothing that costs money."""
        order = self._sell_upfront()
        program = order.program_id
        events = program.event_ids
        same = self.env["product.product"].create(self._goods_vals("Goods S"))
        events[1].write({"days_from_last": 21, "product_id": same.id})
        events[2].product_id = self.goods_z
        program.event_ids = [
            Command.create({"sequence": 2, **self._event_vals(self.goods_a, days=5)})
        ]
        invoice = order.upfront_invoice_id.amount_total
        self._update(program)
        self.assertEqual(
            self._get_rows(order),
            [
                ("09-10", "Goods A", 30.0),
                ("10-01", "Goods S", 30.0),
                ("10-31", "Goods C", 30.0),
            ],
        )
        note = order.message_ids[0].body
        self.assertIn("Not added: 1 × Goods A of", note)
        self.assertIn("only another product at the same price", note)
        self.assertEqual(order.amount_planned, 90.0)
        self.assertEqual(order.upfront_invoice_id.amount_total, invoice)
        self.assertEqual(order.payment_ids.mapped("amount"), [90.0])

    def test_billed_up_front_removed_event_stays(self):
        order = self._sell_upfront()
        events = order.program_id.event_ids
        events[1].unlink()
        run = self._update(order.program_id)
        self.assertEqual(order.shipment_ids[1].state, "planned")
        self.assertEqual(
            self._get_kept(run),
            "kept: Goods B of 10/10/2027: the order is paid in advance",
        )

    # === THE NOTICE DATE (N85) === #

    def _raise_price(self):
        lines = (self.event_b | self.event_c).line_ids
        lines.write({"price_overridden": True, "price_unit": 35.0})

    def test_dearer_price_counts_from_the_notice_date(self):
        """10-10 lies before 11-09 and keeps 30; a shipment of that day pays 35."""
        order = self._sell()
        self._raise_price()
        run = self._update(notice_date=date(2027, 11, 9))
        self.assertEqual(
            order.shipment_ids.mapped("amount_untaxed"), [30.0, 30.0, 35.0]
        )
        self.assertIn(
            "kept: Goods B of 10/10/2027: $ 30.00", self._clean(run.line_ids.message)
        )
        # Again, with a notice date that has passed
        self._update(notice_date=date(2027, 10, 10))
        self.assertEqual(
            order.shipment_ids.mapped("amount_untaxed"), [30.0, 35.0, 35.0]
        )
        self.assertFalse(order.shipment_ids.line_ids.filtered("announced_date"))

    def test_cheaper_price_counts_at_once(self):
        order = self._sell()
        self.event_b.line_ids.write({"price_overridden": True, "price_unit": 25.0})
        self._update(notice_date=date(2027, 11, 9))
        self.assertEqual(order.shipment_ids[1].amount_untaxed, 25.0)

    def test_extension_takes_the_announced_price(self):
        """What is appended from the notice date on costs the dearer price."""
        self.company.continuity_repeat_threshold = 1
        program = self._create_program(
            "LONG",
            events=[self._event_vals(self.goods_a, days=30, repeat_count=9)],
        )
        order = self._sell(self._create_parent_product(program, name="LONG"))
        self.assertEqual(len(order.shipment_ids), 2)
        program.event_ids.line_ids.write({"price_overridden": True, "price_unit": 35})
        self._update(program, date(2027, 12, 1))
        for day in ("2027-10-10", "2027-11-09", "2027-12-09"):
            with freeze_time(f"{day} 12:00:00"):
                self._execute("create_child_orders", program=program)
                self._execute("extend_lines", program=program)
        self.assertEqual(
            [
                (f"{row.planned_date:%m-%d}", row.amount_untaxed)
                for row in order.shipment_ids
            ],
            [
                ("09-10", 30.0),
                ("10-10", 30.0),
                ("11-09", 30.0),
                ("12-09", 35.0),
                ("01-08", 35.0),
            ],
        )

    # === X12 === #

    def test_x12(self):
        """A: Z stays, C costs 35. C and D, billed up front: unchanged (N21)."""
        schedule = self.env["continuity.payment.schedule"].create(
            {
                "name": "Three payments",
                "code": "THREE",
                "allocation": "fixed_quantity",
                "unit": "months",
                "interval": 1,
                "number_of_payments": 3,
            }
        )
        orders = [
            self._sell(),
            self._sell_upfront("C"),
            self._sell_upfront("D", payment_schedule_id=schedule.id),
        ]
        for order in orders:
            with freeze_time("2027-09-12 12:00:00"):
                order.shipment_ids[1]._substitute_in_bulk(self.goods_b, self.goods_z)
            event = order.program_id.event_ids[2]
            event.line_ids.write({"price_overridden": True, "price_unit": 35.0})
            self._update(order.program_id)
        rows_a, rows_c, rows_d = map(self._get_rows, orders)
        self.assertEqual(
            rows_a[1:], [("10-10", "Goods Z", 30.0), ("11-09", "Goods C", 35.0)]
        )
        for rows in (rows_c, rows_d):
            self.assertEqual(
                rows[1:], [("10-10", "Goods Z", 30.0), ("11-09", "Goods C", 30.0)]
            )
        self.assertEqual(orders[2].payment_ids.mapped("amount"), [30.0, 30.0, 30.0])

    # === THE JOB === #

    def test_release_is_cleared_and_twice_is_once(self):
        order = self._sell()
        self.event_b.days_from_last = 21
        self._update()
        self.assertFalse(self.program.update_requested_at)
        self.assertIn("applied to all running orders", self.program.message_ids[0].body)
        before = self._get_rows(order)
        messages = order.message_ids
        # Nothing is released any more, and releasing again changes nothing
        self.assertFalse(self._run().line_ids)
        self.assertFalse(self._update().line_ids)
        self.assertEqual(self._get_rows(order), before)
        self.assertEqual(order.message_ids, messages)

    def test_one_bad_order_keeps_the_release(self):
        good, bad = self._sell(), self._sell()
        self.event_b.days_from_last = 21
        apply = OrderUpdater.apply

        def fail(updater):
            if updater.order == bad:
                raise UserError("This order is broken.")
            return apply(updater)

        self.patch(OrderUpdater, "apply", fail)
        run = self._update()
        self.assertRecordValues(run, [{"done_count": 1, "failed_count": 1}])
        self.assertEqual(
            run.line_ids.filtered(lambda line: line.outcome == "failed").message,
            "This order is broken.",
        )
        self.assertEqual(good.shipment_ids[1].planned_date, date(2027, 10, 1))
        self.assertTrue(self.program.update_requested_at)
        # The next run takes it up and clears the release
        self.patch(OrderUpdater, "apply", apply)
        run = self._run()
        self.assertEqual(run.line_ids.continuity_order_id, bad)
        self.assertFalse(self.program.update_requested_at)

    def test_orders_that_have_ended_are_left_alone(self):
        order, ended = self._sell(), self._sell()
        ended.sale_order_id._action_cancel()
        self.event_b.days_from_last = 21
        run = self._update()
        self.assertEqual(run.line_ids.continuity_order_id, order)

    def test_nothing_is_added_to_an_order_that_was_cancelled(self):
        """Its first parcel has left, so it runs on until the close job ends it."""
        order = self._sell()
        with freeze_time("2027-09-11 12:00:00"):
            order._cancel_orders("moved away")
        self.assertEqual(order.state, "running")
        rows = order.shipment_ids
        # A repeat, one between two events, and one behind the last
        self.event_b.repeat_count = 2
        with Form(self.program) as form:
            with form.event_ids.edit(2) as event:
                event.action = "send"
            for days in (7, 9):
                with form.event_ids.new() as event:
                    event.product_id = self.goods_z
                    event.days_from_last = days
        self.event_b.sequence = self.event_c.sequence = 90
        self.program.event_ids.sorted("id")[-1].sequence = 91
        self.assertEqual(
            self.program.event_ids.sorted("sequence").product_id[:2],
            self.goods_a | self.goods_z,
        )
        with freeze_time("2027-09-12 12:00:00"):
            preview = self.program._preview_update()
        self.assertEqual(preview[order.id].changes, [])
        run = self._update()
        self.assertFalse(run.line_ids)
        self.assertEqual(order.shipment_ids, rows)
        self.assertEqual(rows.mapped("state"), ["ordered", "cancelled", "cancelled"])

    def test_removed_event_comes_back_after_the_end(self):
        """The row that was removed is not planned again for who has cancelled since."""
        order = self._sell()
        self.event_b.action = "skip"
        self._update()
        with freeze_time("2027-09-12 12:00:00"):
            order._cancel_orders("moved away")
        self.event_b.action = "send"
        self._update()
        self.assertEqual(
            order.shipment_ids.mapped("state"), ["ordered", "cancelled", "cancelled"]
        )

    def test_paused_and_held_orders_follow(self):
        paused, held = self._sell(), self._sell()
        with freeze_time("2027-09-11 12:00:00"):
            paused.action_pause()
        held.action_hold("call back")
        self.event_b.days_from_last = 21
        self._update()
        for order in (paused, held):
            self.assertEqual(order.shipment_ids[1].planned_date, date(2027, 10, 1))

    def test_preview_equals_run(self):
        orders = self._sell() | self._sell(quantity=2)
        self.event_b.write({"days_from_last": 21, "product_id": self.goods_z.id})
        self.event_c.action = "skip"
        with freeze_time("2027-09-12 12:00:00"):
            shown = self.program._preview_update()
        self._release()
        preview = self._run(dry_run=True)
        self.assertTrue(self.program.update_requested_at)
        self.assertEqual(
            self._get_rows(orders[0])[1:],
            [("10-10", "Goods B", 30.0), ("11-09", "Goods C", 30.0)],
        )
        run = self._run()
        fields = ["continuity_order_id", "outcome", "reason", "message", "amount"]
        self.assertEqual(
            [line[name] for line in preview.line_ids for name in fields],
            [line[name] for line in run.line_ids for name in fields],
        )
        self.assertEqual(
            [shown[order.id].amount_change for order in orders],
            [run.line_ids[i].amount for i in (0, 1)],
        )
        self.assertEqual([line.amount for line in run.line_ids], [-38.0, -76.0])

    def test_other_company(self):
        """A run of one company leaves the released programs of another alone."""
        order = self._sell()
        self.event_b.days_from_last = 21
        self._release()
        other = self.env["res.company"].create({"name": "Another company"})
        self.env.user.company_ids |= other
        self._run(company=other)
        self.assertEqual(order.shipment_ids[1].planned_date, date(2027, 10, 10))
        self.assertTrue(self.program.update_requested_at)

    def test_queries_do_not_grow_with_the_orders(self):
        orders = [self._sell() for _i in range(6)]
        self.event_b.write({"days_from_last": 21, "product_id": self.goods_z.id})
        counts = []
        for group in (orders[:1], orders[1:]):
            records = self.env["continuity.order"].union(*group)
            with freeze_time("2027-09-12 12:00:00"), self._counting_queries(counts):
                records._update_from_program(date(2027, 9, 12))
        self.assertLessEqual(counts[1], counts[0], counts)


@tagged("post_install", "-at_install")
class TestRelease(UpdateCase):
    """N85: who releases, and what he sees first."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = new_test_user(cls.env, login="boss", groups=MANAGER)
        cls.seller = new_test_user(cls.env, login="clerk", groups=SELLER_ALL)

    def _open(self):
        action = self.program.with_user(self.manager).action_open_update()
        return (
            self.env[action["res_model"]]
            .with_user(self.manager)
            .browse(action["res_id"])
        )

    @freeze_time("2027-09-12 12:00:00")
    def test_preview_then_release(self):
        order = self._sell()
        self.event_b.write({"days_from_last": 21, "product_id": self.goods_z.id})
        release = self._open()
        self.assertEqual(release.notice_date, date(2027, 10, 12))
        self.assertRecordValues(
            release.line_ids,
            [
                {
                    "order_id": order.id,
                    "partner_id": self.customer.id,
                    "amount_change": -8.0,
                    "kept_text": "",
                }
            ],
        )
        self.assertIn("moves to 10/01/2027", release.line_ids.changes_text)
        self.assertEqual(
            self._clean(release.summary),
            "1 of 1 running orders change; 0 keep something.\nPlanned value: $ -8.00",
        )
        self.assertFalse(release.has_dearer, "no price rises: no date is asked for")
        self.assertEqual(order.shipment_ids[1].products_text, "Goods B")
        release.action_release()
        self.assertRecordValues(
            self.program,
            [
                {
                    "update_requested_uid": self.manager.id,
                    "update_notice_date": date(2027, 10, 12),
                }
            ],
        )
        self.assertIn("Released to running orders", self.program.message_ids[0].body)
        self.assertEqual(order.shipment_ids[1].products_text, "Goods B")
        self._run()
        self.assertEqual(order.shipment_ids[1].products_text, "Goods Z")

    @freeze_time("2027-09-12 12:00:00")
    def test_another_notice_date_needs_another_preview(self):
        self._sell()
        self.event_b.line_ids.write({"price_overridden": True, "price_unit": 35.0})
        release = self._open()
        self.assertFalse(release.line_ids.changes_text)
        self.assertIn("the dearer price counts from", release.line_ids.kept_text)
        self.assertTrue(release.has_dearer)
        with Form(release) as form:
            form.notice_date = date(2027, 9, 12)
        self.assertFalse(release.is_current)
        with self.assertRaisesRegex(UserError, "Look at the difference again"):
            release.action_release()
        self.assertFalse(self.program.update_requested_at)
        release.action_preview()
        self.assertEqual(release.line_ids.amount_change, 5.0)
        release.action_release()
        self.assertTrue(self.program.update_requested_at)

    @freeze_time("2027-09-12 12:00:00")
    def test_a_change_after_the_preview_needs_another_one(self):
        """Somebody types another price while the manager looks at the difference."""
        self._sell()
        for change in (
            lambda: self.event_b.line_ids.write(
                {"price_overridden": True, "price_unit": 35.0}
            ),
            lambda: self.event_c.write({"days_from_last": 22}),
            lambda: self.program.write({"days_after_order": 3}),
        ):
            release = self._open()
            self.assertTrue(release.is_current)
            change()
            for method in (release.action_release, release.action_apply):
                with self.assertRaisesRegex(UserError, "was changed after the preview"):
                    method()
            self.assertFalse(self.program.update_requested_at)
            release.action_preview()
            self.assertTrue(release.is_current)
        self.program.name = "Another name"
        release.action_release()
        self.assertTrue(self.program.update_requested_at)

    def test_only_the_manager(self):
        self._sell()
        program = self.program.with_user(self.seller)
        for method in (program.action_open_update, program.action_withdraw_update):
            with self.assertRaises(AccessError):
                method()
        with self.assertRaises(AccessError):
            self.env["continuity.update.release"].with_user(self.seller).create(
                {"program_id": self.program.id}
            )

    def test_nothing_runs(self):
        with self.assertRaisesRegex(UserError, "No order of program"):
            self._release()

    def test_withdraw(self):
        order = self._sell()
        self.event_b.days_from_last = 21
        self._release()
        self.program.with_user(self.manager).action_withdraw_update()
        self.assertFalse(self.program.update_requested_at)
        self.assertIn("withdrawn", self.program.message_ids[0].body)
        self.assertFalse(self._run().line_ids)
        self.assertEqual(order.shipment_ids[1].planned_date, date(2027, 10, 10))

    def test_a_change_after_the_release_withdraws_it(self):
        """The manager released what he saw, not what somebody typed afterwards."""
        self._sell()
        for change in (
            lambda: self.event_b.write({"days_from_last": 22}),
            lambda: self.event_c.line_ids.write({"quantity": 4}),
            lambda: self.program.write({"days_after_order": 3}),
        ):
            self._release()
            change()
            self.assertFalse(self.program.update_requested_at)
        self._release()
        self.program.name = "Another name"
        self.event_b.days_from_last = 22
        self.assertTrue(self.program.update_requested_at)
