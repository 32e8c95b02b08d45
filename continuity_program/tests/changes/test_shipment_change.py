# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, freeze_time, new_test_user, tagged

from ..common import SELLER_ALL, ContinuityCommon


@tagged("post_install", "-at_install")
@freeze_time("2027-09-10 08:00:00")
class TestShipmentChange(ContinuityCommon):
    """What a seller may change for one customer (rules R13, F2, H7)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.interval = cls.env["continuity.date.interval"].create(
            {"name": "every month", "unit": "month"}
        )
        cls.company.continuity_repeat_threshold = 3
        cls.seller = new_test_user(
            cls.env, login="clerk", name="Clara Clerk", groups=SELLER_ALL
        )
        cls.other = cls.env["product.product"].create(
            cls._goods_vals("Goods Z", price=22.0)
        )

    def _sell(self, **values):
        """T46: monthly, eight repeats, threshold 3, ordered on 08-31."""
        program = self._create_program(
            "T46",
            events=[
                self._event_vals(
                    self.goods_a, date_interval_id=self.interval.id, repeat_count=8
                )
            ],
            **values,
        )
        order = self._create_order(
            self._create_parent_product(program),
            order_date=date(2027, 8, 31),
            user_id=self.seller.id,
        )
        return order.continuity_order_ids.with_user(self.seller)

    def _run(self, continuity):
        """Child 1 is made: open rows 09-30, 10-31, 11-30 (T70–T74)."""
        continuity.sudo().write({"state": "running", "submit_date": date(2027, 8, 31)})
        child = self._create_order(self.goods_b, continuity_order_id=continuity.id)
        continuity.sudo().shipment_ids[0].write(
            {"state": "ordered", "child_order_id": child.id}
        )
        return continuity

    def _dates(self, continuity):
        return [f"{s.planned_date:%m-%d}" for s in continuity.shipment_ids]

    # === DATES === #

    def test_t71_this_one_only(self):
        continuity = self._run(self._sell())
        continuity.shipment_ids[1]._set_planned_date(date(2027, 10, 5))
        self.assertEqual(self._dates(continuity), ["08-31", "10-05", "10-31", "11-30"])
        self.assertRecordValues(
            continuity.shipment_ids[1],
            [
                {
                    "scheduled_date": date(2027, 9, 30),
                    "planned_date": date(2027, 10, 5),
                    "is_customized": True,
                    "is_anchor": False,
                }
            ],
        )

    def test_t71_this_and_all_later(self):
        continuity = self._run(self._sell())
        continuity.shipment_ids[1]._set_planned_date(date(2027, 10, 5), "later")
        self.assertEqual(self._dates(continuity), ["08-31", "10-05", "11-05", "12-05"])
        self.assertRecordValues(
            continuity.shipment_ids[1:3],
            [
                {"scheduled_date": date(2027, 10, 5), "is_anchor": True},
                {"scheduled_date": date(2027, 11, 5), "is_anchor": False},
            ],
        )

    def test_dialog_shows_every_row(self):
        """Old and new dates of every row before anything is saved (H7)."""
        continuity = self._run(self._sell())
        action = continuity.shipment_ids[1].action_open_move()
        move = self.env[action["res_model"]].browse(action["res_id"])
        with Form(move.with_user(self.seller)) as form:
            form.new_date = date(2027, 10, 5)
            form.scope = "later"
            for text in ("30 Sep", "5 Oct", "31 Oct", "5 Nov", "30 Nov", "5 Dec"):
                self.assertIn(text, form.preview_html)
            self.assertFalse(form.problem)
        self.assertEqual(self._dates(continuity), ["08-31", "09-30", "10-31", "11-30"])
        form.record.action_apply()
        self.assertEqual(self._dates(continuity), ["08-31", "10-05", "11-05", "12-05"])

    def test_dialog_says_what_is_wrong(self):
        continuity = self._run(self._sell())
        action = continuity.shipment_ids[1].action_open_move()
        move = self.env[action["res_model"]].browse(action["res_id"])
        move.new_date = date(2027, 9, 9)
        self.assertIn("has passed", move.problem)
        with self.assertRaisesRegex(UserError, "has passed"):
            move.action_apply()

    def test_date_typed_in_the_list(self):
        """Typing a date is *this one only*, and asks the same rules."""
        continuity = self._run(self._sell())
        continuity.shipment_ids[1].planned_date = date(2027, 10, 5)
        self.assertEqual(self._dates(continuity), ["08-31", "10-05", "10-31", "11-30"])
        with self.assertRaisesRegex(UserError, "has passed"):
            continuity.shipment_ids[1].planned_date = date(2027, 9, 9)
        with self.assertRaisesRegex(UserError, "child order"):
            continuity.shipment_ids[0].planned_date = date(2027, 10, 5)

    def test_today_is_allowed(self):
        continuity = self._run(self._sell())
        continuity.shipment_ids[1]._set_planned_date(date(2027, 9, 10))
        self.assertEqual(self._dates(continuity)[1], "09-10")

    # === SKIP AND END === #

    def test_t70_skip(self):
        """The others stay; the occurrence is used up; twice is once."""
        continuity = self._run(self._sell())
        shipment = continuity.shipment_ids[1]
        shipment.action_skip()
        shipment.action_skip()
        self.assertEqual(shipment.state, "skipped")
        self.assertEqual(self._dates(continuity), ["08-31", "09-30", "10-31", "11-30"])
        self.assertEqual(continuity.next_ship_date, date(2027, 10, 31))
        shipment.action_unskip()
        self.assertEqual(shipment.state, "planned")
        self.assertEqual(continuity.next_ship_date, date(2027, 9, 30))

    def test_unskip_too_late(self):
        continuity = self._run(self._sell())
        continuity.shipment_ids[1].action_skip()
        with (
            freeze_time("2027-10-01 08:00:00"),
            self.assertRaisesRegex(UserError, "stays skipped"),
        ):
            continuity.shipment_ids[1].action_unskip()

    def test_skipped_and_cancelled_since(self):
        """Of an order that has ended nothing that was skipped is sent after all; what
        was skipped in the past is still told so."""
        continuity = self._run(self._sell())
        continuity.shipment_ids[1:3].action_skip()
        with freeze_time("2027-10-05 08:00:00"):
            continuity._cancel_orders("moved away")
            self.assertEqual(
                continuity.shipment_ids.mapped("state"),
                ["ordered", "skipped", "cancelled", "cancelled"],
            )
            with self.assertRaisesRegex(UserError, "has ended"):
                continuity.shipment_ids[1].action_unskip()
            with self.assertRaisesRegex(UserError, "is Cancelled"):
                continuity.shipment_ids[2].action_unskip()

    def test_skipped_before_the_last_one(self):
        """What lies before the one the customer ends with may still be sent."""
        continuity = self._run(self._sell())
        continuity.shipment_ids[1].action_skip()
        continuity.shipment_ids[3].action_skip()
        continuity._cancel_orders("moves in winter", when="next")
        self.assertEqual(
            continuity.shipment_ids.mapped("state"),
            ["ordered", "skipped", "planned", "cancelled"],
        )
        continuity.shipment_ids[1].action_unskip()
        self.assertEqual(continuity.shipment_ids[1].state, "planned")
        # The one it ends with may be left out, and taken back
        continuity.shipment_ids[2].action_skip()
        continuity.shipment_ids[2].action_unskip()
        self.assertEqual(continuity.shipment_ids[2].state, "planned")

    def test_x19_end(self):
        """Later rows are cancelled, the reason is on the order."""
        continuity = self._run(self._sell())
        continuity.shipment_ids[2].action_end_here()
        self.assertEqual(
            continuity.shipment_ids.mapped("state"),
            ["ordered", "planned", "planned", "cancelled"],
        )
        self.assertIn("Clara Clerk", continuity.end_reason)

    def _open(self, action):
        record = self.env[action["res_model"]].browse(action["res_id"])
        return record.with_user(self.seller).with_context(**action["context"])

    def test_skip_says_what_it_costs(self):
        """Shipments and money first, then the question (H10)."""
        continuity = self._run(self._sell())
        drop = self._open(continuity.shipment_ids[1].action_open_skip())
        text = drop.effect_html.replace("\N{NO-BREAK SPACE}", " ")
        for part in ("Thu 30 Sep 2027", "$ 30.00", "$ 120.00", "$ 90.00", "nothing is"):
            self.assertIn(part, text)
        self.assertEqual(continuity.shipment_ids[1].state, "planned")
        drop.action_apply()
        self.assertEqual(continuity.shipment_ids[1].state, "skipped")

    def test_what_was_done_is_said_and_can_be_undone(self):
        """Skip, postpone, move and swap end alike: a message, and one click back."""
        continuity = self._run(self._sell())
        shipment = continuity.shipment_ids[1]

        def look():
            continuity.invalidate_recordset()
            return [
                (s.planned_date, s.scheduled_date, s.state, s.is_customized)
                for s in continuity.shipment_ids
            ] + [
                (line.product_id, line.price_unit, line.product_changed)
                for line in continuity.shipment_ids.line_ids
            ]

        before = look()
        for opening, values, message in (
            ("skip", {}, "Shipment 2 of Thu 30 Sep 2027 is skipped."),
            ("postpone", {}, "Shipment 2 of Thu 30 Sep 2027 is postponed to"),
            (
                "move",
                {"new_date": date(2027, 10, 5), "scope": "later"},
                "Shipment 2 leaves on Tue 5 Oct 2027, and all later ones follow.",
            ),
            (
                "swap",
                {"product_id": self.other.id, "choice": "new", "price": 22.0}
                | {"reason": "Asked for it"},
                "Goods Z is sent instead of",
            ),
        ):
            with self.subTest(opening):
                dialog = self._open(getattr(shipment, f"action_open_{opening}")())
                dialog.write(values)
                done = dialog.action_apply()
                self.assertEqual(done["tag"], "continuity_done")
                self.assertIn(message, done["params"]["message"])
                self.assertEqual(
                    done["params"]["undo"], {"model": dialog._name, "id": dialog.id}
                )
                self.assertNotEqual(look(), before)
                self.assertIn("is as it was", dialog.action_undo())
                self.assertEqual(look(), before)
                self.assertIn("Undone", continuity.message_ids[0].body)
                with self.assertRaisesRegex(UserError, "has changed since"):
                    dialog.action_undo()

    def test_skipped_in_two_tabs(self):
        """Who comes second did nothing, is told so, and has nothing to undo."""
        shipment = self._run(self._sell()).shipment_ids[1]
        tabs = [self._open(shipment.action_open_skip()) for _tab in range(2)]
        tabs[0].action_apply()
        done = tabs[1].action_apply()["params"]
        self.assertEqual(
            done["message"], "Shipment 2 of Thu 30 Sep 2027 was skipped already."
        )
        self.assertFalse(done["undo"])
        self.assertEqual(shipment.state, "skipped")

    def test_undo_is_refused_when_something_followed(self):
        continuity = self._run(self._sell())
        dialog = self._open(continuity.shipment_ids[1].action_open_skip())
        dialog.action_apply()
        continuity.shipment_ids[2].planned_date = date(2027, 11, 2)
        with self.assertRaisesRegex(UserError, "nothing was undone"):
            dialog.action_undo()
        self.assertEqual(continuity.shipment_ids[1].state, "skipped")
        # What was there before is nobody's to send, the dialog nobody else's to undo
        with self.assertRaisesRegex(ValidationError, "cannot be typed"):
            dialog.write({"before": {}})
        with self.assertRaises(AccessError):
            dialog.with_user(self._create_user("undo_other", SELLER_ALL)).action_undo()
        # Who ended a series is counted
        dialog = self._open(continuity.shipment_ids[2].action_open_end())
        self.assertFalse(dialog.action_apply()["params"]["undo"])
        with self.assertRaisesRegex(UserError, "nothing was undone"):
            dialog.action_undo()

    def test_undo_is_refused_when_it_was_billed_meanwhile(self):
        """A quotation was swapped and submitted: its price is the invoice's."""
        continuity = self._sell(bill_upfront=True)
        line = continuity.shipment_ids[1].line_ids
        dialog = self._open(continuity.shipment_ids[1].action_open_swap())
        dialog.write({"product_id": self.other.id, "choice": "new", "price": 22.0})
        dialog.reason = "Asked for it"
        self.assertTrue(dialog.action_apply()["params"]["undo"])
        self._run(continuity)
        with self.assertRaisesRegex(UserError, "nothing was undone"):
            dialog.action_undo()
        self.assertRecordValues(
            line, [{"product_id": self.other.id, "price_unit": 22.0}]
        )

    def test_hold_asks_why_and_who_holds_releases(self):
        continuity = self._run(self._sell())
        seller = continuity.with_user(self.seller)
        action = seller.action_open_hold()
        dialog = self.env[action["res_model"]].with_user(self.seller)
        dialog = dialog.browse(action["res_id"])
        self.assertIn("Thu 30 Sep 2027", dialog.effect)
        for reason in (False, "  "):
            dialog.reason = reason
            with self.assertRaisesRegex(UserError, "Enter why"):
                dialog.action_apply()
        dialog.reason = "Moves house"
        done = dialog.action_apply()
        self.assertEqual(done["params"]["message"], f"{continuity.name} is on hold.")
        self.assertEqual(
            (continuity.state, continuity.hold_reason), ("on_hold", "Moves house")
        )
        done = seller.action_release()
        self.assertEqual(done["params"]["message"], "The hold is released.")
        self.assertEqual((continuity.state, continuity.hold_reason), ("running", False))
        # So does the button that lets a series go on
        seller.action_pause()
        done = seller.action_resume()
        self.assertEqual(done["params"]["message"], "The series goes on.")
        self.assertEqual((continuity.state, continuity.pause_date), ("running", False))
        # A payment hold is not released by hand
        continuity.sudo()._hold_for_payment("declined")
        with self.assertRaisesRegex(UserError, "no hold to release"):
            seller.action_release()
        product = continuity.sale_order_line_id.product_id
        quotation = self._create_order(product).with_user(self.seller)
        action = quotation.action_open_continuity_hold()
        dialog = self.env["continuity.hold"].with_user(self.seller)
        dialog = dialog.browse(action["res_id"])
        dialog.reason = "Calls back"
        dialog.action_apply()
        self.assertEqual(quotation.continuity_hold_reason, "Calls back")

    def test_end_says_what_it_costs(self):
        continuity = self._run(self._sell())
        drop = self._open(continuity.shipment_ids[1].action_open_end())
        text = drop.effect_html.replace("\N{NO-BREAK SPACE}", " ")
        for part in ("31 Oct", "30 Nov", "$ 60.00"):
            self.assertIn(part, text)
        kept, dropped = text.split("These shipments are dropped")
        self.assertIn("The last parcel leaves on Thu 30 Sep 2027: Goods A.", kept)
        self.assertNotIn("30 Sep", dropped)
        drop.action_back()
        self.assertEqual(continuity.shipment_ids[2].state, "planned")
        drop.action_apply()
        self.assertEqual(continuity.shipment_ids[2].state, "cancelled")

    def test_end_on_draft_survives_replanning(self):
        continuity = self._sell()
        continuity.shipment_ids[1].action_end_here()
        continuity.sale_order_line_id.product_uom_qty = 2
        self.assertEqual(
            continuity.shipment_ids.mapped("state"),
            ["planned", "planned", "cancelled", "cancelled"],
        )
        continuity.shipment_ids[1].action_undo_change()
        self.assertEqual(set(continuity.shipment_ids.mapped("state")), {"planned"})

    def test_what_has_left_is_refused(self):
        continuity = self._run(self._sell())
        shipment = continuity.shipment_ids[0]
        for change in (
            shipment.action_skip,
            shipment.action_end_here,
            shipment.action_open_move,
            shipment.action_open_skip,
            shipment.action_open_end,
            lambda: shipment.line_ids._substitute(self.other),
            lambda: shipment.line_ids._set_quantity(2),
            lambda: shipment.line_ids._set_price(1.0, "x"),
            lambda: shipment._set_planned_date(date(2027, 12, 1)),
        ):
            with self.assertRaisesRegex(UserError, "child order"):
                change()

    def test_ended_order_is_refused(self):
        continuity = self._run(self._sell())
        continuity.sudo().state = "closed"
        with self.assertRaisesRegex(UserError, "has ended"):
            continuity.shipment_ids[1].action_skip()

    # === PRODUCT, QUANTITY, PRICE === #

    def test_substitute_keeps_price(self):
        """N48, MA6: the price stays, whatever the product costs."""
        continuity = self._run(self._sell())
        line = continuity.shipment_ids[1].line_ids
        line.product_id = self.other
        self.assertRecordValues(
            line,
            [
                {
                    "product_id": self.other.id,
                    "price_unit": 30.0,
                    "product_changed": True,
                }
            ],
        )
        self.assertEqual(continuity.shipment_ids[1].products_text, "Goods Z")
        body = continuity.message_ids[0].body
        self.assertIn("Goods A", body)
        self.assertIn("Goods Z", body)

    def test_substitute_with_new_price(self):
        continuity = self._run(self._sell())
        line = continuity.shipment_ids[1].line_ids
        line._substitute(self.other, price=22.0, reason="Dearer edition")
        self.assertEqual(continuity.shipment_ids[1].amount_total, 22.0)

    def test_substitute_refused(self):
        """A parent product, not sold, another company's."""
        continuity = self._run(self._sell())
        line = continuity.shipment_ids[1].line_ids
        parent = continuity.product_id
        company = self._create_company(name="Other company")
        unsold, foreign = self.env["product.product"].create(
            [
                self._goods_vals("Unsold", sale_ok=False),
                self._goods_vals("Foreign", company_id=company.id),
            ]
        )
        for product, text in (
            (parent, "parent product"),
            (unsold, "not sold"),
            (foreign, "another company"),
        ):
            with self.subTest(text=text), self.assertRaisesRegex(UserError, text):
                line._substitute(product)

    def test_price_needs_reason(self):
        """N81: required, logged with old, new, user."""
        continuity = self._run(self._sell())
        line = continuity.shipment_ids[1].line_ids
        with self.assertRaisesRegex(UserError, "reason"):
            line.price_unit = 25.0
        line.write({"price_unit": 25.0, "price_reason": "Late delivery"})
        self.assertRecordValues(
            line,
            [
                {
                    "price_unit": 25.0,
                    "price_overridden": True,
                    "price_reason": "Late delivery",
                }
            ],
        )
        message = continuity.message_ids[0]
        self.assertEqual(message.author_id, self.seller.partner_id)
        for text in ("30.00", "25.00", "Late delivery"):
            self.assertIn(text, message.body)
        with self.assertRaisesRegex(UserError, "not negative"):
            line.write({"price_unit": -1.0, "price_reason": "x"})

    def test_quantity(self):
        continuity = self._run(self._sell())
        shipment = continuity.shipment_ids[1]
        shipment.line_ids.quantity = 2
        self.assertEqual(shipment.amount_total, 60.0)
        with self.assertRaisesRegex(UserError, "negative"):
            shipment.line_ids.quantity = -1
        shipment.line_ids.quantity = 0
        self.assertEqual(shipment.state, "skipped")

    def test_changes_survive_replanning(self):
        """Changed rows are kept where event and occurrence remain (rules F1)."""
        continuity = self._sell()
        first, second, third, fourth = continuity.shipment_ids
        first.line_ids._set_price(20.0, "Complaint")
        second.line_ids._substitute(self.other)
        third.line_ids._set_quantity(5)
        continuity.sale_order_line_id.product_uom_qty = 3
        self.assertRecordValues(
            continuity.shipment_ids.line_ids,
            [
                {"product_id": self.goods_a.id, "quantity": 3.0, "price_unit": 20.0},
                {"product_id": self.other.id, "quantity": 3.0, "price_unit": 30.0},
                {"product_id": self.goods_a.id, "quantity": 5.0, "price_unit": 30.0},
                {"product_id": self.goods_a.id, "quantity": 3.0, "price_unit": 30.0},
            ],
        )
        self.assertEqual(continuity.shipment_ids, first | second | third | fourth)

    def test_undo(self):
        """One click back (H7)."""
        continuity = self._sell()
        shipment = continuity.shipment_ids[2]
        shipment._set_planned_date(date(2027, 11, 15), "later")
        shipment.line_ids._set_price(20.0, "Complaint")
        self.assertEqual(self._dates(continuity)[2:], ["11-15", "12-15"])
        shipment.action_undo_change()
        self.assertEqual(self._dates(continuity), ["08-31", "09-30", "10-31", "11-30"])
        self.assertRecordValues(
            shipment, [{"is_customized": False, "amount_total": 30.0}]
        )

    def test_upfront_price_follows_draft_only(self):
        """A draft changes freely; after Submit the money is fixed (rules C5)."""
        continuity = self._sell(bill_upfront=True)
        line = continuity.sale_order_line_id
        self.assertEqual(line.price_unit, 270.0)
        continuity.shipment_ids[1].action_skip()
        self.assertEqual(line.price_unit, 240.0)
        continuity.shipment_ids[1].action_unskip()
        self.assertEqual(line.price_unit, 270.0)
        self._run(continuity)
        shipment = continuity.shipment_ids[1]
        for change in (
            lambda: shipment.line_ids._set_quantity(2),
            lambda: shipment.line_ids._set_price(1.0, "x"),
        ):
            with self.assertRaisesRegex(UserError, "paid in advance"):
                change()
        shipment.line_ids._substitute(self.other)
        self.assertEqual(shipment.line_ids.price_unit, 30.0)

    def test_postpone(self):
        """MC4: its date moves behind the last shipment."""
        continuity = self._run(self._sell(bill_upfront=True))
        continuity.shipment_ids[1].action_postpone()
        last = continuity.shipment_ids[-1].planned_date
        self.assertEqual(last, date(2028, 4, 30))
        self.assertEqual(continuity.shipment_ids[1].planned_date, date(2028, 5, 30))

    # === THE LEDGER STAYS === #

    def test_ledger_is_not_deleted(self):
        continuity = self._run(self._sell())
        with self.assertRaisesRegex(UserError, "history"):
            continuity.sudo().shipment_ids[1].unlink()

    def test_quantity_of_sold_line(self):
        """N45: planned rows follow, except what was typed; up front refused."""
        continuity = self._run(self._sell())
        continuity.shipment_ids[2].line_ids._set_quantity(5)
        continuity.sale_order_line_id.sudo().order_id.state = "sale"
        continuity.sale_order_line_id.product_uom_qty = 2
        self.assertEqual(
            continuity.shipment_ids.line_ids.mapped("quantity"), [1.0, 2.0, 5.0, 2.0]
        )
        with self.assertRaisesRegex(UserError, "cannot be changed"):
            continuity.sale_order_line_id.product_uom_qty = 0

    def test_quantity_of_sold_upfront_line(self):
        continuity = self._run(self._sell(bill_upfront=True))
        continuity.sale_order_id.sudo().state = "sale"
        with self.assertRaisesRegex(UserError, "cannot be changed"):
            continuity.sale_order_line_id.product_uom_qty = 2

    def test_sold_line_and_customer_stay(self):
        """F7: product and customer are fixed once the program is sold."""
        continuity = self._run(self._sell())
        order = continuity.sale_order_id.sudo()
        order.state = "sale"
        with self.assertRaisesRegex(UserError, "cannot be changed"):
            order.order_line.product_id = self.other
        with self.assertRaisesRegex(UserError, "cannot be changed"):
            order.partner_id = self._create_partner(name="Ole Sand")
        # What the form sends back unchanged is no change
        order.partner_id = self.customer

    def test_cancel_after_first_child(self):
        """X20, mode A: planned rows cancelled, the child that is confirmed stays."""
        continuity = self._run(self._sell())
        order = continuity.sale_order_id.sudo()
        (order | continuity.sudo().child_order_ids).state = "sale"
        order.action_cancel()
        self.assertEqual(
            continuity.shipment_ids.mapped("state"),
            ["ordered", "cancelled", "cancelled", "cancelled"],
        )
        self.assertRecordValues(continuity, [{"state": "running"}])
        self.assertTrue(continuity.end_reason)
        with self.assertRaisesRegex(UserError, "Duplicate"):
            order.action_draft()
