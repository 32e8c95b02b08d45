# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import freeze_time, new_test_user, tagged

from ...models.late import continuity_late_item_background
from ..common import MANAGER, SELLER
from ..insight.insight_world import DAY
from .late_item_case import OCT_20, LateItemCase

#: Where the late book was, and where it is
BEFORE = {
    "A10": [("BK4", "09-14"), ("BK5", "10-14"), ("BK6", "11-14")],
    "A11": [("BK4", "10-12"), ("BK5", "11-12"), ("BK6", "12-12")],
}
SWAPPED = {
    "A10": [("BK5", "09-14"), ("BK6", "10-14"), ("BK4", "11-14")],
    "A11": [("BK5", "10-12"), ("BK4", "11-12"), ("BK6", "12-12")],
}


@tagged("post_install", "-at_install")
@freeze_time(f"{DAY} 12:00:00")
class TestLateItemMany(LateItemCase):
    """Another book leaves in the place of the late one; many orders are changed."""

    def _get_plan(self):
        return {
            name: [
                (shipment.line_ids.product_id.name, f"{shipment.planned_date:%m-%d}")
                for shipment in self.members[name].shipment_ids.sorted("number")
                if shipment.state == "planned" and shipment.number >= 4
            ]
            for name in BEFORE
        }

    def _get_keys(self):
        shipments = self.members["A10"].shipment_ids | self.members["A11"].shipment_ids
        return {s: (s.event_id, s.event_number, s.occurrence) for s in shipments}

    def _get_problem(self):
        self.item.action_compare()
        return self._get_options()["swap"].problem or ""

    def test_swap(self):
        """No date moves, each keeps its event, and it goes back as it was."""
        swap = self._get_options()["swap"]
        self.assertEqual((swap.member_count, swap.shipment_count), (2, 5))
        self.assertEqual((swap.close_count, swap.last_date), (0, date(2027, 11, 14)))
        self.assertEqual((swap.amount_planned, swap.amount_expected), (0.0, 0.0))
        keys = self._get_keys()
        self.assertEqual(self._get_plan(), BEFORE)
        self.assertIn("Shipments changed: 2.", self._apply("swap"))
        self.assertEqual(self._get_plan(), SWAPPED)
        self.assertEqual(self._get_keys(), keys)
        late = self._get_turn("A10", 6)
        self.assertEqual(late.line_ids.product_id, self.late)
        self.assertEqual(late.scheduled_date, date(2027, 11, 14))
        self.assertTrue(late.is_customized)
        # It does not move, and is not kept from a release of the program
        self.assertFalse(self._get_turn("A11", 6).is_customized)
        self.assertIn("already", self.item.action_apply()["params"]["message"])
        self.assertEqual(self._get_plan(), SWAPPED)
        self.item.action_undo()
        self.assertEqual(self._get_plan(), BEFORE)
        self.assertFalse(any(s.is_customized for s in keys))
        with self.assertRaisesRegex(UserError, "decided already"):
            self.item.action_apply()

    def test_undo_of_one_order(self):
        """What is undone is a whole order: no two shipments get the same place."""
        self._apply("swap")
        self._get_turn("A10", 4)._set_planned_date(date(2027, 9, 20))
        text = self.item.action_undo()["params"]["message"]
        self.assertIn("Shipments put back: 2.", text)
        self.assertIn("left as they are: 3", text)
        plan = self._get_plan()
        self.assertEqual(plan["A11"], BEFORE["A11"])
        self.assertEqual(
            plan["A10"], [("BK5", "09-20"), ("BK6", "10-14"), ("BK4", "11-14")]
        )

    def test_left_out_keeps_its_place(self):
        """Nothing of an order is swapped with what was left out."""
        self.item.line_ids.filtered(
            lambda line: line.shipment_id == self._get_turn("A11")
        ).action_leave_out()
        self.item.action_compare()
        self._apply("swap")
        self.assertEqual(
            self._get_plan(), {"A10": SWAPPED["A10"], "A11": BEFORE["A11"]}
        )

    def test_no_later_place(self):
        self.item.available_date = date(2027, 12, 1)
        problem = self._get_problem()
        self.assertIn("no later shipment", problem)
        self.assertIn(self.members["A10"].display_name, problem)
        self.assertNotIn(self.members["A11"].display_name, problem)
        with self.assertRaisesRegex(UserError, "no later shipment"):
            self._apply("swap")
        self.assertEqual(self._get_plan(), BEFORE)

    def test_refused(self):
        """Where it would change money, or what is repeated."""
        turn = self._get_turn("A10", 5).sudo()
        for text, change in {
            "sent more than once": lambda: turn.event_id.write({"repeat_count": 1}),
            "same schedule": lambda: turn.write({"payment_schedule_id": self.three.id}),
            "same quantity": lambda: turn.line_ids.write({"quantity": 2.0}),
            "ends with one": lambda: turn.write({"action": "end"}),
        }.items():
            with self.subTest(text), self.env.cr.savepoint() as savepoint:
                change()
                problem = self._get_problem()
                self.assertIn(text, problem)
                self.assertIn("Leave them out here", problem)
                savepoint.rollback()
                self.env.invalidate_all()
        self.assertFalse(self._get_problem())

    def test_prepaid(self):
        """What was paid in advance is swapped at the same value only."""
        self.item = self._create_item(
            product_id=self.teas[2].id, available_date=date(2027, 10, 1)
        )
        self.assertFalse(self._get_problem())
        order = self.members["T05"]
        self.assertIn(order, self.item.line_ids.continuity_order_id)
        lines = order.shipment_ids.filtered(lambda s: s.number == 4).line_ids.sudo()
        lines.price_unit = 20.0
        self.assertIn("not all has the same value", self._get_problem())

    def test_endless(self):
        self.item = self._create_item(product_id=self.coffee_pack.id)
        self.assertIn("is not laid out to the end", self._get_problem())

    # === MANY ORDERS === #

    def _use_background(self):
        """Two orders are many."""
        patched = patch.object(continuity_late_item_background, "ORDERS_AT_ONCE", 1)
        patched.start()
        self.addCleanup(patched.stop)

    def _work(self):
        self.item.run_id.sudo()._in_company()._work()
        self.env.invalidate_all()

    def _get_job(self):
        return self.env["continuity.job.apply_late_items"].sudo()

    def test_swap_in_background(self):
        """It is the same, and can be undone the same way."""
        self._use_background()
        self._apply("swap")
        self._work()
        self.assertEqual(self.item.run_id.done_count, 2)
        self.assertEqual(self._get_plan(), SWAPPED)
        self.item.action_undo()
        self.assertEqual(self._get_plan(), BEFORE)

    def test_failed(self):
        """What cannot be done fails in the run, and stays in an item of its own."""
        self._use_background()
        self.item.available_date = date(2027, 12, 1)
        self.item.action_compare()
        self._apply("swap")
        self._work()
        run = self.item.run_id
        # A10 has no later place; A11 and A12 have
        self.assertEqual((run.state, run.failed_count, run.done_count), ("done", 1, 2))
        failed = run.line_ids.filtered(lambda line: line.outcome == "failed")
        self.assertEqual(failed.continuity_order_id, self.members["A10"])
        self.assertIn("no later shipment", failed.message)
        self.assertEqual(self.item.state, "applied")
        plan = self._get_plan()
        self.assertEqual(plan["A10"], BEFORE["A10"])
        self.assertEqual(
            plan["A11"], [("BK5", "10-12"), ("BK6", "11-12"), ("BK4", "12-12")]
        )
        rest = self.env["continuity.late.item"].search(
            [("product_id", "=", self.late.id), ("state", "=", "draft")]
        )
        rest.action_compare()
        self.assertEqual(rest.line_ids.continuity_order_id, self.members["A10"])

    def test_cannot_be_ended(self):
        """It fails once in a run, and is not looked for again."""
        self._use_background()
        self._apply("swap")
        ended = []

        def finish(item):
            ended.append(item)
            raise UserError("The company of the goods was changed.")

        with patch.object(self.env.registry["continuity.late.item"], "_finish", finish):
            self._work()
        run = self.item.run_id
        self.assertEqual(ended, [self.item])
        self.assertEqual((run.failed_count, run.done_count), (1, 2))
        self.assertEqual(self.item.state, "applying")

    def test_background(self):
        """Queued, visible, as the person who has decided, once."""
        self._use_background()
        self.item.option = "one"
        self.assertIn("background: 2.", self.item.action_apply()["params"]["message"])
        run = self.item.run_id
        self.assertEqual((run.job, run.state), ("apply_late_items", "queued"))
        self.assertEqual((run.user_id, self.item.state), (self.manager, "applying"))
        self.assertEqual(self.item.action_view_run()["res_id"], run.id)
        self.assertEqual((self.item.handled_count, self.item.to_do_count), (0, 2))
        # Nothing else may be decided meanwhile
        text = self.item.action_apply()["params"]["message"]
        self.assertIn("being applied", text)
        self.assertEqual(self.item.run_id, run)
        for refused in (
            self.item.action_compare,
            self.item.action_undo,
            self.item.unlink,
            self.item.line_ids.action_leave_out,
        ):
            with self.assertRaises(UserError):
                refused()
        self._work()
        self.assertEqual((run.state, run.done_count, run.failed_count), ("done", 2, 0))
        self.assertEqual(set(run.line_ids.mapped("reason")), {"late_item"})
        self.assertEqual(self.item.state, "applied")
        self.assertEqual(self.item.applied_by_id, self.manager)
        self.assertEqual(self._get_dates("A10")[0], "2027-10-20")
        self.assertEqual(self._get_dates("A11")[0], "2027-10-20")
        note = self.members["A10"].message_ids.sorted("id")[-1]
        self.assertEqual(note.author_id, self.manager.partner_id)

    def test_killed(self):
        """Half of it is done: the rest follows, and nothing moves twice."""
        self._use_background()
        self.item.option = "later"
        self.item.action_apply()
        job, run = self._get_job(), self.item.run_id.sudo()._in_company()
        orders, _finish = job._get_phases(run)
        # One order is done and committed; then the server dies
        orders.process(self.members["A10"])
        # With the two that follow
        self.assertEqual((self.item.handled_count, self.item.to_do_count), (3, 4))
        moved = ["2027-10-20", "2027-11-20", "2027-12-20"]
        self.assertEqual(self._get_dates("A10"), moved)
        self.assertEqual(self._get_dates("A11")[0], "2027-10-12")
        self.assertEqual(self.item.state, "applying")
        done = self.members["A10"].message_ids
        self._work()
        self.assertEqual(self._get_dates("A10"), moved)
        self.assertEqual(self._get_dates("A11"), moved)
        self.assertEqual(self.members["A10"].message_ids, done)
        self.assertEqual(self.item.state, "applied")
        self.assertEqual(len(self.item.line_ids.filtered("is_done")), 6)
        self.item.action_undo()
        self.assertEqual(self._get_plan(), BEFORE)

    def test_begun_again(self):
        """A run that broke off for good is begun again by the button."""
        self._use_background()
        self.item.option = "one"
        self.item.action_apply()
        run = self.item.run_id
        run.sudo().state = "failed"
        self.item.action_apply()
        self.assertNotEqual(self.item.run_id, run)
        self._work()
        self.assertEqual(self.item.state, "applied")

    def test_right_lost(self):
        """Who may change no shipments any more changes none by a run either."""
        self._use_background()
        self.item.option = "one"
        self.item.action_apply()
        self.manager.sudo().group_ids = [
            Command.set(self.env.ref("sales_team.group_sale_salesman").ids)
        ]
        self.item = self.item.sudo()
        self._work()
        run = self.item.run_id
        self.assertEqual((run.done_count, self._get_dates("A11")[0]), (0, "2027-10-12"))
        self.assertEqual((run.failed_count, self.item.state), (2, "applied"))

    def _create_other(self, author, **values):
        """Something else that is late, decided about by somebody else."""
        other = self._create_item(**values).sudo()
        other.write({"state": "applying", "option": "one", "applied_by_id": author.id})
        return other

    def test_right_lost_elsewhere(self):
        """What somebody else may not do any more stops nothing of another decision."""
        self._use_background()
        self.item.option = "one"
        self.item.action_apply()
        seller = new_test_user(self.env(su=True), "late_many_seller", groups=SELLER)
        order = self._create_other(
            seller, product_id=self.teas[2].id
        ).line_ids.continuity_order_id
        self.assertTrue(order)
        self._work()
        run = self.item.run_id
        failed = run.line_ids.filtered(lambda line: line.outcome == "failed")
        self.assertEqual((run.done_count, failed.continuity_order_id), (2, order))
        self.assertEqual(self._get_dates("A11")[0], str(OCT_20))

    def test_right_lost_same_orders(self):
        """Not even in orders both are about; the message names who may not."""
        self._use_background()
        self.item.option = "one"
        self.item.action_apply()
        # BK5: A10 gets it on 14 October, A11 on 12 November
        other = self._create_other(
            new_test_user(self.env(su=True), "late_many_lost", groups=SELLER),
            product_id=self.books[4].id,
            available_date=date(2027, 11, 20),
        )
        shared = self.members["A10"] | self.members["A11"]
        self.assertLessEqual(shared, other.line_ids.continuity_order_id)
        self._work()
        run = self.item.run_id
        self.assertEqual(
            self._get_dates("A10"), ["2027-10-20", "2027-10-14", "2027-11-14"]
        )
        self.assertEqual(
            self._get_dates("A11"), ["2027-10-20", "2027-11-12", "2027-12-12"]
        )
        self.assertEqual((self.item.state, run.done_count), ("applied", 2))
        failed = run.line_ids.filtered(lambda line: line.outcome == "failed")
        self.assertEqual(failed.continuity_order_id, other.line_ids.continuity_order_id)
        for line in failed:
            self.assertRegex(line.message, "^late_many_lost .*has decided about")
        # It stands on the orders, though something else was done to them
        self.assertEqual(set(shared.mapped("failure_job")), {"apply_late_items"})
        self.assertEqual(other.state, "applied")
        rest = self.env["continuity.late.item"].search(
            [("product_id", "=", self.books[4].id), ("state", "=", "draft")]
        )
        self.assertEqual(len(rest), 1)

    def test_author_archived(self):
        """Who has left the house decides nothing any more."""
        self._use_background()
        other = self._create_other(
            new_test_user(self.env(su=True), "late_many_gone", groups=MANAGER)
        )
        other.applied_by_id.active = False
        run = self.env["continuity.run"].execute("apply_late_items")
        self.assertEqual((run.done_count, run.failed_count), (0, 2))
        self.assertIn("late_many_gone", run.line_ids[0].message)
        self.assertEqual(self._get_plan(), BEFORE)

    def test_two_items_of_one_order(self):
        """An order is counted once, with a line for each item."""
        self._use_background()
        self.item.option = "one"
        self.item.action_apply()
        self._create_other(
            self.manager,
            product_id=self.books[5].id,
            available_date=date(2027, 12, 20),
        )
        self._work()
        run = self.item.run_id
        done = run.line_ids.filtered(lambda line: line.outcome == "done")
        lines = done.grouped("continuity_order_id")
        self.assertEqual(len(lines[self.members["A10"]]), 2)
        self.assertEqual(run.done_count, len(lines))
        self.assertIn(f"Continuity orders changed: {len(lines)}.", run.message)

    def test_language(self):
        """What it writes on an order is in the language of who has decided it."""
        self._use_background()
        self.env(su=True)["res.lang"]._activate_lang("fr_FR")
        self.manager.sudo().lang = "fr_FR"
        self.item.option = "one"
        self.item.action_apply()
        self._work()
        note = self.members["A10"].message_ids.sorted("id")[-1]
        self.assertIn("Modifier les expéditions", note.body)
        self.assertNotIn("10/20/2027", note.body)

    def test_preview(self):
        """A preview says what would be done, and does nothing."""
        self._use_background()
        self.item.option = "one"
        self.item.action_apply()
        run = self.env["continuity.run"].execute("apply_late_items", dry_run=True)
        self.assertEqual(run.done_count, 2)
        self.assertEqual(self.item.state, "applying")
        self.assertEqual(self._get_plan(), BEFORE)

    def test_changed_in_the_meantime(self):
        self._use_background()
        self.item.option = "one"
        self.item.action_apply()
        self._get_turn("A10")._set_planned_date(date(2027, 9, 20))
        self._work()
        run = self.item.run_id
        self.assertEqual((run.done_count, run.skipped_count), (1, 1))
        line = run.line_ids.filtered(lambda line: line.outcome == "skipped")
        self.assertEqual(line.reason, "changed")
        self.assertEqual(line.continuity_order_id, self.members["A10"])
        self.assertEqual(self._get_dates("A10")[0], "2027-09-20")
        self.assertEqual(self._get_dates("A11")[0], str(OCT_20))
