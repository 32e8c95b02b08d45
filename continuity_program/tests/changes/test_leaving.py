# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from odoo.exceptions import UserError
from odoo.tests import Form, freeze_time, new_test_user, tagged

from ...models.entry.outlook import Outlook
from ..common import SELLER_ALL, ContinuityCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-12-15 08:00:00")
class TestLeaving(ContinuityCommon):
    """Twelve coffees, every four weeks from 15 December; #2, then #1 are postponed.

    They leave on 16 November and 14 December of the next year, behind #12. What is
    *next*, *last* and *later* for a person goes by these dates.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller = new_test_user(
            cls.env, login="clerk", name="Clara Clerk", groups=SELLER_ALL
        )
        cls.other = cls.env["product.product"].create(
            cls._goods_vals("Decaf", price=22.0)
        )

    def _sell(self, token=None, **values):
        program = self._create_program(
            "COFFEE",
            events=[self._event_vals(self.goods_a, days=28, repeat_count=11)],
            **values,
        )
        order = self._create_sold_order(
            self._create_parent_product(program), token=token, user_id=self.seller.id
        )
        continuity = order.continuity_order_ids.with_user(self.seller)
        self.assertEqual(continuity.state, "running")
        return continuity

    def _get(self, continuity, number):
        return continuity.shipment_ids.filtered(lambda s: s.number == number)

    def _open(self, action):
        return (
            self.env[action["res_model"]]
            .with_user(self.seller)
            .browse(action["res_id"])
        )

    def _postpone(self, continuity, *numbers):
        """Through the button of the list and its dialog."""
        for number in numbers:
            shipment = self._get(continuity, number)
            self._open(shipment.action_open_postpone()).action_apply()

    def _postponed(self, **values):
        continuity = self._sell(**values)
        self._postpone(continuity, 2, 1)
        return continuity

    def _get_planned(self, continuity):
        """Number and day of what still leaves, in that order."""
        return [
            f"{shipment.number} {shipment.planned_date:%y-%m-%d}"
            for shipment in continuity._get_open_shipments()
        ]

    def _check_planned(self, continuity, text):
        self.assertEqual(self._get_planned(continuity), text.split(", "))

    # === POSTPONE === #

    def test_postpone(self):
        continuity = self._postponed()
        self._check_planned(
            continuity,
            "3 27-02-09, 4 27-03-09, 5 27-04-06, 6 27-05-04, 7 27-06-01, 8 27-06-29,"
            " 9 27-07-27, 10 27-08-24, 11 27-09-21, 12 27-10-19, 2 27-11-16,"
            " 1 27-12-14",
        )
        self.assertEqual(continuity.next_ship_date, date(2027, 2, 9))
        self.assertEqual(continuity._get_next_shipment().number, 3)

    def test_postpone_asks_first(self):
        """The dialog says the new day and what it means; nothing changes before."""
        continuity = self._sell()
        shipment = self._get(continuity, 2)
        drop = self._open(shipment.action_open_postpone())
        text = str(drop.effect_html)
        for part in ("Shipment 2", "16 Nov 2027", "12 Jan 2027", "30.00", "due"):
            self.assertIn(part, text)
        self.assertEqual(shipment.planned_date, date(2027, 1, 12))
        drop.action_back()
        self.assertEqual(shipment.planned_date, date(2027, 1, 12))
        drop.action_apply()
        self.assertEqual(shipment.planned_date, date(2027, 11, 16))
        self.assertEqual(shipment.state, "planned")

    def test_postpone_of_instalments(self):
        """Each instalment of the shipment moves with it."""
        schedule = self.env["continuity.payment.schedule"].create(
            {
                "name": "Three months",
                "code": "3M",
                "allocation": "fixed_quantity",
                "number_of_payments": 3,
                "unit": "months",
                "interval": 1,
            }
        )
        continuity = self._sell(payment_schedule_id=schedule.id)
        drop = self._open(self._get(continuity, 2).action_open_postpone())
        text = str(drop.effect_html)
        for part in (
            "10.00 is due on Tue 16 Nov 2027 instead of Tue 12 Jan 2027",
            "10.00 is due on Thu 16 Dec 2027 instead of Fri 12 Feb 2027",
            "10.00 is due on Sun 16 Jan 2028 instead of Fri 12 Mar 2027",
        ):
            self.assertIn(part, text)

    def test_postpone_of_what_is_paid(self):
        continuity = self._sell(bill_upfront=True)
        drop = self._open(self._get(continuity, 2).action_open_postpone())
        self.assertIn("paid in advance: nothing is owed", str(drop.effect_html))
        drop.action_apply()
        self.assertFalse(
            self.env["account.move"].search(
                [
                    ("continuity_order_id", "=", continuity.id),
                    ("move_type", "=", "out_refund"),
                ]
            )
        )

    def test_postpone_of_what_has_left_is_refused(self):
        continuity = self._sell()
        self._execute("create_child_orders")
        with self.assertRaisesRegex(UserError, "child order"):
            self._get(continuity, 1).action_open_postpone()

    def test_postpone_behind_what_was_ended(self):
        """Ended after #5 on 6 April: four weeks later, not behind what is cancelled."""
        continuity = self._sell()
        self._open(self._get(continuity, 5).action_open_end()).action_apply()
        self._postpone(continuity, 3)
        self.assertEqual(self._get(continuity, 3).planned_date, date(2027, 5, 4))

    # === END, CANCEL === #

    def test_end(self):
        """On #5 of 6 April: nothing leaves after that day, whatever its number is."""
        continuity = self._postponed()
        drop = self._open(self._get(continuity, 5).action_open_end())
        text = str(drop.effect_html)
        for part in ("16 Nov 2027", "14 Dec 2027", "19 Oct 2027", "270.00"):
            self.assertIn(part, text)
        self.assertNotIn("9 Mar 2027", text)
        drop.action_apply()
        self._check_planned(continuity, "3 27-02-09, 4 27-03-09, 5 27-04-06")

    def test_end_on_a_postponed_one(self):
        """On #2 of 16 November: #3 to #12 leave before it, only #1 is dropped."""
        continuity = self._postponed()
        drop = self._open(self._get(continuity, 2).action_open_end())
        self.assertIn("14 Dec 2027", str(drop.effect_html))
        self.assertNotIn("19 Oct 2027", str(drop.effect_html))
        drop.action_apply()
        self.assertEqual(
            [s.number for s in continuity._get_open_shipments()],
            [3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 2],
        )

    def test_end_credits_what_is_later(self):
        """Billed up front: 12 × 30.00, nine of them leave after 6 April."""
        continuity = self._postponed(bill_upfront=True)
        drop = self._open(self._get(continuity, 5).action_open_end())
        drop.action_apply()
        note = self.env["account.move"].search(
            [
                ("continuity_order_id", "=", continuity.id),
                ("move_type", "=", "out_refund"),
            ]
        )
        self.assertEqual(note.amount_total, 270.0)

    def test_cancel_after_the_next(self):
        """#3 of 9 February is the next one; #1 of 14 December is not."""
        continuity = self._postponed()
        wizard = self._open(continuity.action_open_cancel())
        with Form(wizard) as form:
            form.end_reason_id = self.env.ref(
                "continuity_program.continuity_end_reason_moved_away"
            )
            form.reason = "Moves away"
            form.when = "next"
        text = str(wizard.effect_html)
        self.assertNotIn("9 Feb 2027", text)
        self.assertIn("14 Dec 2027", text)
        wizard.action_apply()
        self._check_planned(continuity, "3 27-02-09")
        self.assertEqual(self._get(continuity, 3).action, "end")

    def test_the_jobs_send_the_next_one_and_no_more(self):
        continuity = self._postponed()
        wizard = self._open(continuity.action_open_cancel())
        wizard.when = "next"
        wizard.action_apply()
        for day, sent in (("2027-02-08", 0), ("2027-02-09", 1), ("2027-12-20", 1)):
            with freeze_time(f"{day} 08:00:00"):
                self._execute("extend_lines")
                self._execute("create_child_orders")
                self.assertEqual(len(continuity.child_order_ids), sent)
        self.assertEqual(self._get(continuity, 3).state, "ordered")

    # === MOVE === #

    def test_this_and_all_later(self):
        """#11 by a week: #12, #2 and #1 leave later, #3 to #10 do not."""
        continuity = self._postponed()
        move = self._open(self._get(continuity, 11).action_open_move())
        with Form(move) as form:
            form.new_date = date(2027, 9, 28)
            form.scope = "later"
            html = form.preview_html
        # The rows of the dialog stand in the order they leave
        self.assertLess(html.index("26 Oct 2027"), html.index("23 Nov 2027"))
        self.assertLess(html.index("23 Nov 2027"), html.index("21 Dec 2027"))
        move.action_apply()
        self._check_planned(
            continuity,
            "3 27-02-09, 4 27-03-09, 5 27-04-06, 6 27-05-04, 7 27-06-01, 8 27-06-29,"
            " 9 27-07-27, 10 27-08-24, 11 27-09-28, 12 27-10-26, 2 27-11-23,"
            " 1 27-12-21",
        )

    def test_a_postponed_one_and_all_later(self):
        """#2: only #1 leaves later."""
        continuity = self._postponed()
        move = self._open(self._get(continuity, 2).action_open_move())
        move.write({"new_date": date(2027, 11, 23), "scope": "later"})
        move.action_apply()
        self._check_planned(
            continuity,
            "3 27-02-09, 4 27-03-09, 5 27-04-06, 6 27-05-04, 7 27-06-01, 8 27-06-29,"
            " 9 27-07-27, 10 27-08-24, 11 27-09-21, 12 27-10-19, 2 27-11-23,"
            " 1 27-12-21",
        )

    def test_bulk_move(self):
        """Of the marked ones, #1, #2 and #12, the first to leave is #12."""
        continuity = self._postponed()
        marked = continuity.shipment_ids.filtered(lambda s: s.number in (1, 2, 12))
        dialog = self.env["continuity.update"].browse(
            marked.with_env(self.env).action_open_update_date()["res_id"]
        )
        dialog.write({"date_mode": "shift", "days": 7, "scope": "later"})
        html = str(dialog.preview_html)
        self.assertLess(html.index("26 Oct 2027"), html.index("23 Nov 2027"))
        dialog.action_apply()
        self._check_planned(
            continuity,
            "3 27-02-09, 4 27-03-09, 5 27-04-06, 6 27-05-04, 7 27-06-01, 8 27-06-29,"
            " 9 27-07-27, 10 27-08-24, 11 27-09-21, 12 27-10-26, 2 27-11-23,"
            " 1 27-12-21",
        )

    def test_bulk_move_to_a_date(self):
        continuity = self._postponed()
        marked = continuity.shipment_ids.filtered(lambda s: s.number in (1, 12))
        dialog = self.env["continuity.update"].browse(
            marked.with_env(self.env).action_open_update_date()["res_id"]
        )
        dialog.write({"new_date": date(2027, 10, 26), "scope": "later"})
        dialog.action_apply()
        self.assertEqual(
            self._get_planned(continuity)[-3:],
            ["12 27-10-26", "2 27-11-23", "1 27-12-21"],
        )

    # === PAUSE === #

    def test_pause(self):
        """From 1 February to 1 June: #3 is the first late one and leaves that day."""
        continuity = self._postponed(resume_policy="shift")
        with freeze_time("2027-02-01 08:00:00"):
            pause = self.env["continuity.pause"].with_user(self.seller)
            pause = pause.create(
                {"order_id": continuity.id, "resume_date": date(2027, 6, 1)}
            )
            lines = pause.effect.splitlines()
            self.assertEqual(len(lines), 13)
            for line, number in zip(lines[1:], [*range(3, 13), 2, 1], strict=True):
                self.assertIn(f"Shipment {number}:", line)
            pause.action_pause()
        with freeze_time("2027-06-01 08:00:00"):
            self._execute("extend_lines")
        self._check_planned(
            continuity,
            "3 27-06-01, 4 27-06-29, 5 27-07-27, 6 27-08-24, 7 27-09-21, 8 27-10-19,"
            " 9 27-11-16, 10 27-12-14, 11 28-01-11, 12 28-02-08, 2 28-03-07,"
            " 1 28-04-04",
        )

    # === WHAT IS SAID === #

    def test_the_list_stands_in_the_order_of_leaving(self):
        """Summary, recap, portal and print: one list, by date."""
        continuity = self._postponed()
        summary = continuity._get_schedule_summary()
        self.assertEqual(
            [row["number"] for row in summary["shipments"]],
            [3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 2, 1],
        )
        self.assertIn("9 Feb 2027", summary["first_parcel"])
        planned = [row for row in summary["payments"] if not row["id"]]
        self.assertEqual(planned[0]["due_date"], date(2027, 2, 9))
        self.assertEqual(planned[-1]["due_date"], date(2027, 12, 14))

    def test_the_invoice_lists_goods_in_the_order_of_leaving(self):
        program = self._create_program(
            "DRAFT",
            events=[self._event_vals(self.goods_a, days=28, repeat_count=2)],
            bill_upfront=True,
        )
        order = self._create_order(self._create_parent_product(program))
        continuity = order.continuity_order_ids
        self._postpone(continuity.with_user(self.seller), 1)
        continuity.write(
            {"payment_method": "card", "payment_token_id": self._create_token().id}
        )
        order.action_confirm()
        text = continuity.upfront_invoice_id.invoice_line_ids.name
        self.assertEqual(
            [line[:10] for line in text.splitlines()[1:]],
            ["2027-01-12", "2027-02-09", "2027-03-09"],
        )

    # === EXTENSION, UPDATE === #

    def _sell_endless(self):
        program = self._create_program(
            "ENDLESS",
            events=[self._event_vals(self.goods_a, days=28, repeat_count=-1)],
        )
        order = self._create_sold_order(
            self._create_parent_product(program), user_id=self.seller.id
        )
        return order.continuity_order_ids.with_user(self.seller)

    def test_the_extension_copies_the_last_to_leave(self):
        """#2 was postponed behind all others and swapped: the next one is as it is.

        Its date follows the plan, past the day #2 has.
        """
        continuity = self._sell_endless()
        self.company.continuity_repeat_threshold = 14
        last = max(continuity.shipment_ids.mapped("number"))
        self.assertEqual(last, 13)
        self._postpone(continuity, 2)
        self._get(continuity, 2).line_ids._substitute(self.other)
        self._execute("extend_lines")
        new = self._get(continuity, 14)
        self.assertEqual(new.line_ids.product_id, self.other)
        self.assertEqual(new.planned_date, date(2028, 1, 11))

    def test_the_next_amount_is_that_of_the_last_to_leave(self):
        continuity = self._sell_endless()
        self._postpone(continuity, 2)
        line = self._get(continuity, 2).line_ids
        line._set_price(25.0, "Complaint")
        event = continuity.program_id.event_ids.sudo()
        self.assertEqual(Outlook(continuity).get_next_amount(event), 25.0)
