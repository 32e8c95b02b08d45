# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from ..cases.payment import PaymentCase

#: What stands in the way of an order that the customer has accepted
UNCONFIRMED = "continuity_program.mail_activity_paid_unconfirmed"

#: A picture of one point
SIGNATURE = (
    b"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAA"
    b"AABJRU5ErkJggg=="
)


@tagged("post_install", "-at_install")
@freeze_time("2027-09-10 12:00:00")
class TestAccepted(PaymentCase):
    """What the customer has signed is what is sold: only its days move (R18)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with freeze_time("2027-09-10 12:00:00"):
            cls.club = cls._create_club("CLUB")
            cls.upfront = cls._create_club("UPFRONT", bill_upfront=True)
            cls.by_parcel = cls._create_club(
                "PARCEL", payment_schedule_id=cls.schedule.id
            )

    def _send(self, product, **values):
        order = self._quote(product, **values)
        order.action_quotation_sent()
        return order

    def _change_offer(self, order):
        """Everything dearer, another product in the second event, two events more."""
        program = order.continuity_order_ids.program_id
        self.goods_a.list_price = 16.0
        self.goods_c.list_price = 99.0
        program.event_ids[1].line_ids.product_id = self.goods_a
        program.event_ids[2].action = "send"
        program.write(
            {
                "event_ids": [
                    Command.create(
                        {"sequence": 4 + n, **self._event_vals(self.goods_a, days=21)}
                    )
                    for n in range(2)
                ]
            }
        )

    def _accept(self, order, day="2027-09-20"):
        with freeze_time(f"{day} 12:00:00"):
            order.write({"signed_by": "Karen Berg", "signature": SIGNATURE})
            order._validate_order()

    def _assert_plan(self, order, days, amounts=(14.94, 22.32, 32.85)):
        shipments = order.continuity_order_ids.shipment_ids
        self.assertEqual(
            [f"{day:%m-%d}" for day in shipments.mapped("planned_date")], days
        )
        self.assertEqual(shipments.line_ids.product_id, self.goods)
        self.assertEqual(shipments.mapped("amount_total"), list(amounts))

    # === WHAT STAYS, BY BILLING MODE === #

    def test_per_shipment(self):
        """A: three parcels at the prices of the page; the offer has changed since."""
        order = self._send(self.club)
        self._change_offer(order)
        self._accept(order)
        self.assertEqual(order.state, "sale")
        self._assert_plan(order, ["09-20", "10-11", "11-01"])
        continuity = order.continuity_order_ids
        self.assertFalse(continuity.has_more)
        self.assertEqual(continuity.start_date, date(2027, 9, 20))
        self._execute("extend_lines", date=date(2027, 9, 20))
        self._assert_plan(order, ["09-20", "10-11", "11-01"])
        child = self._create_child(continuity, day=date(2027, 9, 20))
        self.assertEqual(child.amount_total, 14.94)

    def test_per_shipment_by_schedule(self):
        """B: the instalments of a parcel are those of the price that was shown."""
        order = self._send(self.by_parcel)
        self._change_offer(order)
        self._accept(order)
        self._assert_plan(order, ["09-20", "10-11", "11-01"])
        shipment = order.continuity_order_ids.shipment_ids[0]
        self.assertEqual(shipment.payment_schedule_id, self.schedule)
        self.assertEqual(shipment.amount_total, 14.94)

    def test_up_front(self):
        """C: the card is charged what was signed, and so is the invoice."""
        order = self._send(self.upfront)
        self.assertEqual(order.amount_total, 70.12)
        self._change_offer(order)
        self._accept(order)
        self.assertEqual(order.amount_total, 70.12)
        self._assert_plan(order, ["09-20", "10-11", "11-01"])
        continuity = order.continuity_order_ids
        self.assertRecordValues(
            continuity.payment_ids, [{"amount": 70.12, "state": "paid"}]
        )
        self.assertEqual(continuity.upfront_invoice_id.amount_total, 70.12)

    def test_up_front_by_schedule(self):
        """D: three instalments over what was signed, from the day of the acceptance."""
        order = self._send(self.instalments)
        self._change_offer(order)
        self._accept(order)
        continuity = order.continuity_order_ids
        self.assertEqual(continuity.upfront_invoice_id.amount_total, 70.12)
        self.assertEqual(
            [(row.due_date, row.amount) for row in self._rows(continuity)],
            [
                (date(2027, 9, 20), 23.37),
                (date(2027, 10, 20), 23.37),
                (date(2027, 11, 20), 23.38),
            ],
        )

    # === WHEN THE DAYS MOVE === #

    def test_same_day(self):
        """Signed on the day it was made: nothing moves at all."""
        order = self._send(self.club)
        order.continuity_order_ids.program_id.event_ids[1].days_from_last = 5
        self._accept(order, "2027-09-10")
        self._assert_plan(order, ["09-10", "10-01", "10-22"])

    def test_entered_start(self):
        """A start date that was entered stays; what lies behind has been missed."""
        order = self._send(self.club)
        continuity = order.continuity_order_ids
        continuity.start_date = date(2027, 9, 15)
        self._change_offer(order)
        self._accept(order)
        self._assert_plan(order, ["09-15", "10-06", "10-27"])
        self.assertEqual(
            continuity.shipment_ids.mapped("is_missed"), [True, False, False]
        )

    def test_changes_stay(self):
        """What was changed for him keeps its change (N5)."""
        order = self._send(self.club)
        first, second, third = order.continuity_order_ids.shipment_ids
        first.line_ids._set_price(5.0, "Complaint")
        second._set_planned_date(date(2027, 10, 4))
        third.action_skip()
        self._change_offer(order)
        self._accept(order)
        self.assertRecordValues(
            first | second | third,
            [
                {"scheduled_date": date(2027, 9, 20), "state": "planned"},
                {"scheduled_date": date(2027, 10, 11), "state": "planned"},
                {"scheduled_date": date(2027, 11, 1), "state": "skipped"},
            ],
        )
        self._assert_plan(
            order, ["09-20", "10-04", "11-01"], amounts=(6.05, 22.32, 32.85)
        )

    def test_the_calendar_has_gone_on(self):
        """A program that follows the calendar is at its second event by now."""
        program = self._create_program(
            "CALENDAR",
            order_start="current",
            events=[
                self._event_vals(self.goods_a, start_order_date=date(2027, 9, 1)),
                self._event_vals(self.goods_b, days=14),
                self._event_vals(self.goods_c, days=14, action="end"),
            ],
        )
        order = self._send(
            self._create_parent_product(program, taxes_id=[Command.set(self.vat.ids)])
        )
        self._assert_plan(order, ["09-10", "09-24", "10-08"])
        program._update_current_event(date(2027, 9, 20))
        self.assertEqual(program.current_event_id.number, 2)
        self._accept(order)
        self._assert_plan(order, ["09-20", "10-04", "10-18"])

    # === DOORS === #

    def test_the_card_comes_days_later(self):
        """Signed on the 12th, the card is stored on the 20th."""
        portal = self._create_user("karen", "base.group_portal")
        order = self._send(self.club)
        continuity = order.continuity_order_ids
        continuity.write({"payment_method": False, "payment_token_id": False})
        self._accept(order, "2027-09-12")
        self.assertEqual(order.state, "sent")
        self._change_offer(order)
        with freeze_time("2027-09-20 12:00:00"):
            tx = (
                self.env["payment.transaction"]
                .with_user(portal)
                .sudo()
                .create(
                    {
                        "provider_id": self.provider.id,
                        "payment_method_id": self.card_method.id,
                        "token_id": self._create_token().id,
                        "reference": "CPV-1",
                        "amount": 0.0,
                        "currency_id": order.currency_id.id,
                        "partner_id": self.customer.id,
                        "operation": "validation",
                        "state": "done",
                        "continuity_order_id": continuity.id,
                    }
                )
            )
            tx._post_process()
        self.assertEqual(order.state, "sale")
        self._assert_plan(order, ["09-20", "10-11", "11-01"])

    def test_signed_and_corrected(self):
        """He signed on the 12th; a seller corrects address and order date: no more."""
        order = self._send(self.club)
        continuity = order.continuity_order_ids
        continuity.write({"payment_method": False, "payment_token_id": False})
        self._accept(order, "2027-09-12")
        self._change_offer(order)
        home = self.env["res.partner"].create(
            {"name": "Home", "type": "delivery", "parent_id": self.customer.id}
        )
        order.partner_shipping_id = home
        self.assertEqual(continuity.partner_shipping_id, home)
        self._assert_plan(order, ["09-10", "10-01", "10-22"])
        order.date_order = "2027-09-14 12:00:00"
        self._assert_plan(order, ["09-14", "10-05", "10-26"])
        # Who changes what is ordered makes another offer: five parcels of today
        order.order_line.product_uom_qty = 2
        self.assertEqual(len(continuity.shipment_ids), 5)

    def test_confirmed_without_the_summary(self):
        """Whoever confirms without having seen the new plan sells the old one."""
        order = self._send(self.club)
        self._change_offer(order)
        with freeze_time("2027-09-20 12:00:00"):
            order.action_confirm()
        self._assert_plan(order, ["09-20", "10-11", "11-01"])

    def test_the_summary_shows_the_new_plan(self):
        """The seller who reads it aloud sells what is offered now."""
        order = self._send(self.club)
        self._change_offer(order)
        with freeze_time("2027-09-20 12:00:00"):
            action = order.action_continuity_complete()
            recap = self.env[action["res_model"]].browse(action["res_id"])
            recap.action_submit()
        self.assertEqual(order.state, "sale")
        shipments = order.continuity_order_ids.shipment_ids
        self.assertEqual(
            [round(amount, 2) for amount in shipments.mapped("amount_untaxed")],
            [16.0, 16.0, 99.0, 16.0, 16.0],
        )

    def test_more_behind_the_threshold(self):
        """Events that were there and not laid out yet follow as ever."""
        self.company.continuity_repeat_threshold = 1
        program = self._create_program(
            "LONG",
            events=[
                self._event_vals(self.goods_a, repeat_count=2, days=7),
                self._event_vals(self.goods_b, days=21, action="end"),
            ],
        )
        order = self._send(self._create_parent_product(program))
        self._accept(order)
        continuity = order.continuity_order_ids
        self.assertEqual(len(continuity.shipment_ids), 2)
        self.assertTrue(continuity.has_more)

    # === WHAT IS NOT THERE ANY MORE === #

    def _assert_waits(self, order, text):
        self.assertEqual(order.state, "sent")
        self.assertTrue(order.signature)
        continuity = order.continuity_order_ids
        self.assertEqual(continuity.state, "draft")
        self.assertFalse(continuity.payment_ids)
        kind = self.env.ref(UNCONFIRMED)
        activity = continuity.activity_ids.filtered(
            lambda activity: activity.activity_type_id == kind
        )
        self.assertEqual(len(activity), 1)
        self.assertIn(text, activity.note)
        self.assertIn(text, order.message_ids[0].body)

    def test_the_event_was_removed(self):
        """It waits; the seller tells him, and submits what is left."""
        order = self._send(self.club)
        order.continuity_order_ids.program_id.event_ids[1].unlink()
        self._accept(order)
        self._assert_waits(order, "Shipment 2 (Goods B)")
        self._accept(order)
        self._assert_waits(order, "Shipment 2 (Goods B)")
        with freeze_time("2027-09-20 12:00:00"):
            action = order.action_continuity_complete()
            self.env[action["res_model"]].browse(action["res_id"]).action_submit()
        self.assertEqual(order.state, "sale")
        shipments = order.continuity_order_ids.shipment_ids
        self.assertEqual(shipments.line_ids.product_id, self.goods_a | self.goods_c)
        self.assertFalse(order.continuity_order_ids.activity_ids)

    def test_the_event_is_skipped(self):
        """Withdrawn by *Skip*: as if it had been removed, until it is sent again."""
        order = self._send(self.club)
        event = order.continuity_order_ids.program_id.event_ids[1]
        event.action = "skip"
        self._accept(order)
        self._assert_waits(order, "Shipment 2 (Goods B)")
        event.action = "send"
        self._accept(order)
        self.assertEqual(order.state, "sale")

    def test_the_product_is_not_sold_any_more(self):
        for name in ("active", "sale_ok"):
            with self.subTest(name):
                order = self._send(self.club)
                self.goods_b[name] = False
                self._accept(order)
                self._assert_waits(order, "Shipment 2 (Goods B)")
                self.goods_b[name] = True
                self._accept(order)
                self.assertEqual(order.state, "sale")

    def test_confirmed_without_the_summary_it_is_refused(self):
        """Nothing is charged; the recap sells what is left: 39.50 + 8.30."""
        order = self._send(self.upfront)
        continuity = order.continuity_order_ids
        continuity.program_id.event_ids[1].unlink()
        with freeze_time("2027-09-20 12:00:00"):
            with self.assertRaisesRegex(UserError, r"Shipment 2 \(Goods B\)"):
                order.action_confirm()
            self.assertEqual(order.state, "sent")
            self.assertFalse(continuity.payment_ids)
            action = order.action_continuity_complete()
            self.env[action["res_model"]].browse(action["res_id"]).action_submit()
        self.assertEqual(order.state, "sale")
        self.assertRecordValues(
            continuity.payment_ids, [{"amount": 47.8, "state": "paid"}]
        )

    def test_the_summary_is_not_refused(self):
        """What the recap shows is sold, by whatever is paid later."""
        self.customer.continuity_allow_on_account = True
        order = self._send(self.club)
        order.continuity_order_ids.payment_method = "on_account"
        self.goods_c.sale_ok = False
        with self.assertRaisesRegex(UserError, r"Shipment 3 \(Goods C\)"):
            order.action_confirm()
        action = order.action_continuity_complete()
        self.env[action["res_model"]].browse(action["res_id"]).action_submit()
        self.assertEqual(order.state, "sale")

    def test_a_product_that_he_does_not_get(self):
        """A shipment he left out stands in nobody's way."""
        order = self._send(self.club)
        order.continuity_order_ids.shipment_ids[1].action_skip()
        self.goods_b.active = False
        self._accept(order)
        self.assertEqual(order.state, "sale")
