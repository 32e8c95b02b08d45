# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date
from itertools import pairwise

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import Form, freeze_time, new_test_user, tagged

from ..common import SELLER_ALL, ContinuityCommon


class PostponeCase(ContinuityCommon):
    """Series of goods A and B, changed through the buttons by a seller."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.continuity_max_catchup = 0
        cls.seller = new_test_user(
            cls.env, login="clerk", name="Clara Clerk", groups=SELLER_ALL
        )

    def _sell(self, events, confirm=True, **values):
        program = self._create_program("CLUB", events=events, **values)
        product = self._create_parent_product(program)
        create = self._create_sold_order if confirm else self._create_order
        order = create(product, user_id=self.seller.id)
        return order.continuity_order_ids.with_user(self.seller)

    def _get(self, continuity, number):
        return continuity.shipment_ids.filtered(lambda s: s.number == number)

    def _open(self, action):
        dialogs = self.env[action["res_model"]].with_user(self.seller)
        return dialogs.browse(action["res_id"])

    def _postpone(self, continuity, number):
        """Through the dialog; say what it showed."""
        shipment = self._get(continuity, number)
        dialog = self._open(shipment.action_open_postpone())
        text = str(dialog.effect_html)
        dialog.action_apply()
        return text

    def _skip(self, continuity, numbers):
        for number in numbers:
            shipment = self._get(continuity, number)
            self._open(shipment.action_open_skip()).action_apply()

    def _get_days(self, continuity, numbers):
        shipments = continuity.shipment_ids.filtered(lambda s: s.number in numbers)
        return [str(s.planned_date) for s in shipments.sorted("number")]

    def _extend(self, day, threshold=0):
        self.company.continuity_repeat_threshold = threshold
        with freeze_time(f"{day} 12:00:00"):
            return self._execute("extend_lines")


@tagged("post_install", "-at_install")
@freeze_time("2026-11-28 12:00:00")
class TestPostponeAndExtend(PostponeCase):
    """A, then B every 30 days without an end: what is postponed has a day of its own.

    Fourteen shipments are laid out, the last one of 23 December 2027.
    """

    def _sell_endless(self, **values):
        events = [
            self._event_vals(self.goods_a),
            self._event_vals(self.goods_b, days=30, repeat_count=-1),
        ]
        continuity = self._sell(events, **values)
        self.assertEqual(len(continuity.shipment_ids), 14)
        self.assertEqual(self._get_days(continuity, [14]), ["2027-12-23"])
        return continuity

    def _check_days_differ(self, continuity):
        planned = continuity.shipment_ids.filtered(lambda s: s.state == "planned")
        days = planned.mapped("planned_date")
        self.assertEqual(len(days), len(set(days)))

    def test_one_parcel_a_day(self):
        """#1 to 22 January 2028, #2 to #12 left out: #15 leaves 30 days after #1."""
        continuity = self._sell_endless()
        self.assertIn("next free day of the plan", self._postpone(continuity, 1))
        self.assertEqual(self._get_days(continuity, [1]), ["2028-01-22"])
        self._skip(continuity, range(2, 13))
        self._extend("2026-11-28")
        self.assertEqual(
            self._get_days(continuity, range(13, 17)),
            ["2027-11-23", "2027-12-23", "2028-02-21", "2028-03-22"],
        )
        self._check_days_differ(continuity)
        # Nothing is left to add, the next night either
        self.assertFalse(self._extend("2026-11-29").line_ids)
        for number, day in enumerate(("2027-11-23", "2027-12-23", "2028-01-22"), 1):
            with freeze_time(f"{day} 12:00:00"):
                self._execute("process_payments")
                self._execute("create_child_orders")
            self.assertEqual(len(continuity.child_order_ids), number)
            self._extend(day)
            self._check_days_differ(continuity)

    def test_night_after_night(self):
        """From #6 on one parcel every 30 days, whichever number it has."""
        continuity = self._sell_endless()
        self._postpone(continuity, 1)
        self._postpone(continuity, 5)
        self._extend("2026-11-28", threshold=16)
        self.assertEqual(
            self._get_days(continuity, [1, 5, 15, 16]),
            ["2028-01-22", "2028-02-21", "2028-03-22", "2028-04-21"],
        )
        days = sorted(continuity.shipment_ids.mapped("planned_date"))
        gaps = {(b - a).days for a, b in pairwise(days[3:])}
        self.assertEqual(gaps, {30})

    def test_extended_first(self):
        """The day is the same, whichever comes first."""
        continuity = self._sell_endless()
        self._extend("2026-11-28", threshold=15)
        self.assertEqual(self._get_days(continuity, [15]), ["2028-01-22"])
        self._postpone(continuity, 1)
        self._extend("2026-11-28", threshold=16)
        self.assertEqual(
            self._get_days(continuity, [1, 15, 16]),
            ["2028-02-21", "2028-01-22", "2028-03-22"],
        )

    def test_left_out_and_sent_after_all(self):
        """Skipped behind the plan, extended, and sent after all: still its own day."""
        continuity = self._sell_endless()
        self._postpone(continuity, 1)
        self._skip(continuity, [1])
        self._extend("2026-11-28", threshold=15)
        self._get(continuity, 1).action_unskip()
        self._check_days_differ(continuity)
        self.assertEqual(
            self._get_days(continuity, [15, 16]), ["2028-02-21", "2028-03-22"]
        )

    def test_this_and_all_later(self):
        """Three days later each; the day of #1 stays free."""
        continuity = self._sell_endless()
        self._postpone(continuity, 1)
        self._extend("2026-11-28", threshold=16)
        move = self._open(self._get(continuity, 13).action_open_move())
        with Form(move) as form:
            form.new_date = date(2027, 11, 26)
            form.scope = "later"
            self.assertFalse(form.warning)
        move.action_apply()
        self.assertEqual(
            self._get_days(continuity, [1, 13, 14, 15, 16]),
            ["2028-01-25", "2027-11-26", "2027-12-26", "2028-02-24", "2028-03-25"],
        )
        self._extend("2026-11-28", threshold=20)
        self._check_days_differ(continuity)

    def test_draft(self):
        """A quotation knows already what the plan is going to reach."""
        continuity = self._sell_endless(confirm=False)
        self.assertIn("next free day of the plan", self._postpone(continuity, 1))
        self.assertEqual(self._get_days(continuity, [1]), ["2028-01-22"])

    def test_the_update_finds_nothing_to_do(self):
        continuity = self._sell_endless()
        self._postpone(continuity, 1)
        self._extend("2026-11-28", threshold=16)
        before = self._get_days(continuity, range(1, 20))
        program = continuity.with_env(self.env).program_id
        program._release_update()
        self._execute("update_orders")
        self.assertEqual(self._get_days(continuity, range(1, 20)), before)


@tagged("post_install", "-at_install")
@freeze_time("2026-12-15 08:00:00")
class TestPostponeAndEnd(PostponeCase):
    """Twelve coffees every four weeks, ended with #5 of 6 April 2027."""

    def _sell_ended(self, **values):
        continuity = self._sell(
            [self._event_vals(self.goods_a, days=28, repeat_count=11)], **values
        )
        self._open(self._get(continuity, 5).action_open_end()).action_apply()
        self.assertEqual(self._get_days(continuity, [5]), ["2027-04-06"])
        return continuity

    def test_the_dialog_says_so(self):
        """Four weeks behind the end: shown first, then done."""
        continuity = self._sell_ended()
        shipment = self._get(continuity, 2)
        dialog = self._open(shipment.action_open_postpone())
        text = str(dialog.effect_html)
        for part in ("4 May 2027", "ended with shipment 5", "6 Apr 2027"):
            self.assertIn(part, text)
        self.assertIn("shipment 2 would leave after it", text)
        dialog.action_apply()
        self.assertEqual(shipment.planned_date, date(2027, 5, 4))

    def test_no_such_sentence_without_an_end(self):
        continuity = self._sell(
            [self._event_vals(self.goods_a, days=28, repeat_count=11)]
        )
        self.assertNotIn("would leave after it", self._postpone(continuity, 2))
        self._get(continuity, 3).action_postpone()
        self.assertEqual(
            self._get_days(continuity, [2, 3]), ["2027-11-16", "2027-12-14"]
        )

    def test_a_draft_that_was_ended(self):
        continuity = self._sell(
            [self._event_vals(self.goods_a, days=28, repeat_count=11)], confirm=False
        )
        self._open(self._get(continuity, 5).action_open_end()).action_apply()
        self.assertIn("would leave after it", self._postpone(continuity, 2))

    def test_the_end_itself_may_leave_later(self):
        continuity = self._sell_ended()
        self.assertNotIn("would leave after it", self._postpone(continuity, 5))
        self.assertEqual(self._get_days(continuity, [5]), ["2027-05-04"])
        # It is agreed to still be the last one
        self._get(continuity, 2).write({"planned_date": "2027-05-04"})
        with self.assertRaisesRegex(UserError, "4 May 2027"):
            self._get(continuity, 2).write({"planned_date": "2027-05-05"})

    def test_doors_that_ask_nothing(self):
        """Typed into the list, the button by RPC: refused with a way out."""
        continuity = self._sell_ended()
        shipment = self._get(continuity, 2)
        with self.assertRaisesRegex(UserError, "Choose a day before"):
            shipment.write({"planned_date": "2027-04-07"})
        with self.assertRaisesRegex(UserError, "“Postpone” show it"):
            shipment.action_postpone()
        with self.assertRaisesRegex(UserError, "shipment 2 would leave after it"):
            continuity.write(
                {
                    "shipment_ids": [
                        Command.update(shipment.id, {"planned_date": "2027-04-07"})
                    ]
                }
            )
        self.assertEqual(shipment.planned_date, date(2027, 1, 12))
        shipment.write({"planned_date": "2027-04-06"})
        self.assertEqual(shipment.planned_date, date(2027, 4, 6))

    def test_move(self):
        continuity = self._sell_ended()
        shipment = self._get(continuity, 2)
        move = self._open(shipment.action_open_move())
        with Form(move) as form:
            form.new_date = date(2027, 4, 6)
            self.assertFalse(form.warning)
            form.new_date = date(2027, 4, 7)
            self.assertIn("shipment 2 would leave after it", form.warning)
        self.assertEqual(shipment.planned_date, date(2027, 1, 12))
        move.action_apply()
        self.assertEqual(shipment.planned_date, date(2027, 4, 7))
        # Who is behind the end already is not asked again
        self._get(continuity, 2).write({"planned_date": "2027-04-20"})

    def test_all_later_ones_take_the_end_along(self):
        continuity = self._sell_ended()
        move = self._open(self._get(continuity, 2).action_open_move())
        with Form(move) as form:
            form.new_date = date(2027, 5, 1)
            form.scope = "later"
            self.assertFalse(form.warning)
        move.action_apply()
        self.assertEqual(
            self._get_days(continuity, [2, 5]), ["2027-05-01", "2027-07-24"]
        )

    def test_bulk(self):
        continuity = self._sell_ended()
        marked = self._get(continuity, 2) | self._get(continuity, 3)
        marked = marked.with_env(self.env)
        dialog = self.env["continuity.update"].browse(
            marked.action_open_update_date()["res_id"]
        )
        with Form(dialog) as form:
            form.scope = "one"
            form.new_date = date(2027, 4, 6)
            self.assertFalse(form.warning)
            form.new_date = date(2027, 4, 13)
            self.assertIn("shipment 2, 3 would leave after it", form.warning)
        with self.assertRaisesRegex(UserError, "would leave after it"):
            marked._move_in_bulk(new_date=date(2027, 4, 13))
        self.assertEqual(self._get_days(continuity, [2]), ["2027-01-12"])
        dialog.action_apply()
        self.assertEqual(
            self._get_days(continuity, [2, 3]), ["2027-04-13", "2027-04-13"]
        )

    def test_pause(self):
        """Paid in advance, plan kept: what is late leaves behind the end, and the
        dialog and the order say so."""
        continuity = self._sell_ended(bill_upfront=True, resume_policy="keep")
        with freeze_time("2026-12-15 12:00:00"):
            self._execute("create_child_orders")
        pauses = self.env["continuity.pause"].with_user(self.seller)
        pause = pauses.create(
            {"order_id": continuity.id, "resume_date": date(2027, 2, 1)}
        )
        self.assertIn("shipment 2 would leave after it", pause.effect)
        pause.action_pause()
        with freeze_time("2027-02-01 12:00:00"):
            self._execute("extend_lines")
        self.assertEqual(self._get_days(continuity, [2]), ["2027-05-04"])
        self.assertIn("shipment 2 would leave after it", continuity.message_ids[0].body)

    def test_the_update_of_the_program(self):
        """Every 45 days now: #4 would leave on 29 April. The dates stay, and the
        manager is told."""
        continuity = self._sell_ended()
        before = self._get_days(continuity, range(1, 6))
        program = continuity.with_env(self.env).program_id
        program.event_ids.days_from_last = 45
        program._release_update()
        run = self._execute("update_orders")
        self.assertFalse(run.failed_count)
        self.assertEqual(self._get_days(continuity, range(1, 6)), before)
        self.assertIn("its date stays", "".join(run.line_ids.mapped("message")))

    def test_nothing_is_added_behind_the_end(self):
        """An endless series, ended: neither postponing nor the night goes on."""
        continuity = self._sell(
            [self._event_vals(self.goods_a, days=28, repeat_count=-1)]
        )
        self._open(self._get(continuity, 5).action_open_end()).action_apply()
        self.assertIn("would leave after it", self._postpone(continuity, 2))
        self.assertEqual(self._get_days(continuity, [2]), ["2027-05-04"])
        self._extend("2026-12-15", threshold=20)
        self.assertEqual(len(continuity.shipment_ids), 13)
