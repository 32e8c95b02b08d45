# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from ...models.entry.outlook import Outlook
from ..common import ContinuityCommon

TODAY = date(2027, 9, 10)


@tagged("post_install", "-at_install")
@freeze_time("2027-09-10 08:00:00")
class TestOrderSummary(ContinuityCommon):
    """What the seller reads aloud (rules H1–H8, N57, N67)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for goods, price in zip(cls.goods, (14.94, 22.32, 32.85), strict=True):
            goods.list_price = price
        cls.events = [
            cls._event_vals(cls.goods_a),
            cls._event_vals(cls.goods_b, days=21),
            cls._event_vals(cls.goods_c, days=21, action="end"),
        ]
        cls.schedule = cls.env["continuity.payment.schedule"].create(
            {
                "name": "3 monthly",
                "code": "M3",
                "allocation": "fixed_quantity",
                "number_of_payments": 3,
            }
        )

    def _sell(self, events=None, quantity=1, **values):
        program = self._create_program("CLUB", events=events or self.events, **values)
        product = self._create_parent_product(program)
        order = self._create_order(product, quantity=quantity)
        return order.continuity_order_ids

    def _use_card(self, continuity, **values):
        token = self._create_token(**values)
        continuity.write({"payment_method": "card", "payment_token_id": token.id})

    def _summary(self, continuity, **values):
        """Summary with ordinary spaces: Odoo puts a hard one before an amount."""
        return self._plain(continuity._get_schedule_summary(TODAY, **values))

    def _plain(self, value):
        if isinstance(value, str):
            return value.replace("\N{NO-BREAK SPACE}", " ")
        if isinstance(value, list):
            return [self._plain(item) for item in value]
        if isinstance(value, dict):
            return {key: self._plain(item) for key, item in value.items()}
        return value

    def test_part_by_part(self):
        """A mail asks for a few parts; they are those of the whole."""
        continuity = self._sell()
        whole = continuity._get_schedule_summary()
        (parts,) = continuity._get_mail_summaries()
        self.assertEqual(dict(parts), whole)
        self.assertIn("headline", parts)
        self.assertEqual(parts.get("program"), whole["program"])
        self.assertIsNone(parts.get("no such part"))

    # === H1 === #

    def test_headline_per_shipment(self):
        """The total of 0.00 is never the only figure."""
        self.assertEqual(
            self._summary(self._sell())["headline"],
            "$ 14.94 today, when the first parcel is made"
            " · each shipment $ 14.94 / $ 22.32 / $ 32.85"
            " · 3 shipments, $ 70.11 in all",
        )

    def test_headline_up_front(self):
        self.assertEqual(
            self._summary(self._sell(bill_upfront=True))["headline"],
            "Today $ 70.11 · each shipment $ 14.94 / $ 22.32 / $ 32.85"
            " · 3 shipments, $ 70.11 in all",
        )

    def test_headline_endless(self):
        continuity = self._sell(
            [self._event_vals(self.goods_a, days=28, repeat_count=-1)]
        )
        summary = self._summary(continuity)
        self.assertEqual(
            summary["headline"],
            "$ 14.94 today, when the first parcel is made"
            " · until cancelled, $ 14.94 (every 4 weeks)",
        )
        self.assertTrue(summary["is_endless"])
        self.assertEqual(summary["duration"], "until cancelled")

    # === H2 === #

    def test_member_already(self):
        first = self._sell()
        second = self._create_order(first.product_id).continuity_order_ids
        (first | second).state = "running"
        second.shipment_ids[0]._set_planned_date(date(2027, 9, 20), "one")
        order = self._create_order(first.product_id)
        self.assertEqual(
            self._summary(order.continuity_order_ids)["member"],
            "Karen Berg already has CLUB running, next shipment Fri 10 Sep 2027.",
        )
        self.assertFalse(self._summary(first)["member"])

    def test_member_whose_series_stands_still(self):
        """Of a series that is paused or on hold nothing leaves: no day is named."""
        first = self._sell()
        second = self._create_order(first.product_id).continuity_order_ids
        (first | second).state = "running"
        second.shipment_ids[0]._set_planned_date(date(2027, 9, 20), "one")
        order = self._create_order(first.product_id).continuity_order_ids
        first.state = "paused"
        self.assertEqual(
            self._summary(order)["member"],
            "Karen Berg already has CLUB running, next shipment Mon 20 Sep 2027.",
        )
        second.state = "on_hold"
        self.assertEqual(
            self._summary(order)["member"],
            f"Karen Berg already has CLUB, order {first.name}: Paused.",
        )

    # === H3 === #

    def test_first_parcel(self):
        summary = self._summary(self._sell())
        self.assertEqual(
            summary["first_parcel"],
            "First parcel leaves Fri 10 Sep 2027, it starts with event 1: Goods A",
        )
        self.assertFalse(summary["warnings"])

    def test_products_are_named_without_our_numbers(self):
        """The customer hears what he gets; people of the house see the number, too."""
        self.goods_a.default_code = "BOOK-01"
        continuity = self._sell()
        continuity.product_id.default_code = "88000"
        summary = self._summary(continuity)
        self.assertNotIn("[", summary["first_parcel"] + summary["product"])
        self.assertEqual(summary["shipments"][0]["products_text"], "Goods A")
        self.assertNotIn("[BOOK-01]", continuity.schedule_html)
        self.assertEqual(continuity.shipment_ids[0].products_text, "[BOOK-01] Goods A")

    def test_first_parcel_with_missed(self):
        continuity = self._sell(consolidate_missed=True)
        continuity.start_date = date(2027, 8, 1)
        summary = self._summary(continuity)
        self.assertEqual(
            summary["first_parcel"],
            "First parcel leaves Fri 10 Sep 2027, it starts with event 1: Goods A;"
            " 2 missed shipments leave today in one parcel",
        )
        self.assertEqual(
            summary["warnings"], ["The start date Sun 1 Aug 2027 lies in the past."]
        )
        continuity.program_id.consolidate_missed = False
        self.assertIn("2 parcels leave today.", self._summary(continuity)["warnings"])

    # === H4, N57 === #

    def test_charge_text(self):
        continuity = self._sell()
        self._use_card(continuity, expiry=date(2028, 5, 31))
        brand = continuity.payment_token_id.payment_method_id.name
        self.assertEqual(
            self._summary(continuity)["charge"],
            f"$ 14.94 today, when the first parcel is made · {brand} •••• 4242 (05/28)",
        )
        continuity.shipment_ids[0].action_skip()
        self.assertEqual(
            self._summary(continuity)["charge"],
            "Now $ 0.00 · next charge $ 22.32 on Fri 1 Oct 2027"
            f" · {brand} •••• 4242 (05/28)",
        )
        self.assertIn("Today $ 0.00", self._summary(continuity)["headline"])
        continuity.state = "running"
        self.assertEqual(
            self._summary(continuity)["charge"],
            f"next charge $ 22.32 on Fri 1 Oct 2027 · {brand} •••• 4242 (05/28)",
            "nothing is said of a Submit that is over",
        )

    def test_charge_text_up_front(self):
        continuity = self._sell(bill_upfront=True)
        self.assertEqual(
            self._summary(continuity)["charge"], "Now $ 70.11 · payment missing"
        )
        continuity.program_id.payment_schedule_id = self.schedule
        continuity.payment_schedule_id = self.schedule
        self.assertEqual(
            self._summary(continuity)["charge"],
            "Today $ 23.37 · payment missing",
        )

    def test_card_expires_before_shipment(self):
        continuity = self._sell()
        self._use_card(continuity, expiry=date(2027, 9, 30))
        (warning,) = self._summary(continuity)["card_warnings"]
        self.assertEqual(
            warning,
            "The card expires on Thu 30 Sep 2027, before the payment of $ 22.32 on"
            " Fri 1 Oct 2027 (for shipment 2).",
        )

    def test_card_label_where_it_is_chosen(self):
        """The list of stored cards names brand, digits and expiry (N57)."""
        token = self._create_token(expiry=date(2028, 5, 31))
        brand = token.payment_method_id.name
        name = token.with_context(continuity_card=True).display_name
        self.assertEqual(name, f"{brand} •••• 4242 (05/28)")

    # === H5 === #

    def test_columns_side_by_side(self):
        continuity = self._sell(bill_upfront=True, payment_schedule_id=self.schedule.id)
        summary = self._summary(continuity)
        rows = [
            (
                row["date_text"],
                row["shipment"] and row["shipment"]["amount_text"],
                row["payment"] and row["payment"]["amount_text"],
            )
            for row in summary["rows"]
        ]
        self.assertEqual(
            rows,
            [
                ("Fri 10 Sep 2027", "$ 14.94", "$ 23.37"),
                ("Fri 1 Oct 2027", "$ 22.32", None),
                ("Sun 10 Oct 2027", None, "$ 23.37"),
                ("Fri 22 Oct 2027", "$ 32.85", None),
                ("Wed 10 Nov 2027", None, "$ 23.37"),
            ],
        )
        self.assertEqual(
            summary["balance"], "shipments and payments both come to $ 70.11"
        )
        self.assertEqual(summary["payments_total_text"], "$ 70.11")
        html = continuity.schedule_html
        for text in ("Goods A", "Fri 22 Oct 2027", "23.37", "70.11"):
            self.assertIn(text, html)

    def test_first_parcel_is_the_one_that_leaves_first(self):
        """H3: the first shipment was postponed, so the second one is the first."""
        continuity = self._sell()
        continuity.shipment_ids[0].action_postpone()
        self.assertEqual(
            self._summary(continuity)["first_parcel"],
            "First parcel leaves Fri 1 Oct 2027, it starts with event 2: Goods B",
        )

    def test_shipments_behind_the_threshold_are_counted(self):
        """R9, H1: what is not laid out yet is sold all the same."""
        self.company.continuity_repeat_threshold = 2
        events = [
            self._event_vals(self.goods_a),
            self._event_vals(self.goods_b, days=30, repeat_count=9),
        ]
        continuity = self._sell(events)
        self.assertEqual(len(continuity.shipment_ids), 4)
        summary = self._summary(continuity)
        self.assertIn("11 shipments, $ 238.14 in all", summary["headline"])
        self.assertEqual(summary["duration"], "11 shipments")
        self.assertEqual(summary["waiting"], "… and 7 more shipments, $ 156.24")
        self.assertEqual(
            (summary["pieces"], summary["balance"]),
            (
                "laid out so far, 1 of each: 4 pieces in 4 parcels",
                "shipments and payments laid out so far: $ 81.90 each",
            ),
            "what is a part is called one",
        )
        self.assertIn("$\N{NO-BREAK SPACE}238.14", continuity._get_planned_text())
        # An event of which nothing is laid out yet costs what the program says
        continuity.shipment_ids.filtered(lambda s: s.event_number == 2).unlink()
        self.assertEqual(Outlook(continuity).amounts, [22.32] * 10)
        continuity._plan()
        self.company.continuity_repeat_threshold = 0
        continuity._plan()
        summary = self._summary(continuity)
        self.assertIn("11 shipments, $ 238.14 in all", summary["headline"])

    # === H6 === #

    def test_pieces(self):
        summary = self._summary(self._sell(quantity=3))
        self.assertEqual(summary["pieces"], "3 of each: 9 pieces in 3 parcels")
        self.assertEqual(summary["shipments_total"], 210.33)
        self.assertEqual(summary["shipments"][0]["products_text"], "3 × Goods A")

    def test_pieces_of_one_parcel(self):
        continuity = self._sell([self._event_vals(self.goods_a, action="end")])
        self.assertEqual(self._summary(continuity)["pieces"], "1 piece in 1 parcel")
        continuity.sale_order_line_id.product_uom_qty = 3
        self.assertEqual(
            self._summary(continuity)["pieces"], "3 of each: 3 pieces in 1 parcel"
        )

    # === H8 === #

    def test_payment_missing(self):
        continuity = self._sell()
        line = continuity.sale_order_line_id
        self.assertTrue(line.continuity_payment_missing)
        self.assertTrue(line.order_id.continuity_payment_missing)
        self._use_card(continuity)
        self.assertFalse(line.continuity_payment_missing)
        self.assertFalse(line.order_id.continuity_payment_missing)
        continuity.payment_method = "on_account"
        self.assertTrue(line.continuity_payment_missing)
        self.customer.continuity_allow_on_account = True
        line.invalidate_recordset(["continuity_payment_missing"])
        self.assertFalse(line.continuity_payment_missing)

    # === IN FULL === #

    def test_skipped_is_shown_and_not_counted(self):
        continuity = self._sell()
        continuity.shipment_ids[1].action_skip()
        summary = self._summary(continuity)
        self.assertEqual(
            [(s["state"], s["counts"]) for s in summary["shipments"]],
            [("planned", True), ("skipped", False), ("planned", True)],
        )
        self.assertEqual(summary["shipments_total"], 47.79)
        self.assertEqual(summary["duration"], "2 shipments")

    def test_schedule_that_does_not_fit(self):
        """A schedule that is refused is a warning, never a crash of the dialog."""
        tiny = self.schedule.copy({"code": "TINY", "number_of_payments": 60})
        self.goods.list_price = 0.1
        continuity = self._sell(bill_upfront=True, payment_schedule_id=tiny.id)
        self.assertTrue(self._summary(continuity)["warnings"])

    def test_rows_of_the_ledger(self):
        """After Submit the ledger speaks, with its states."""
        continuity = self._sell(bill_upfront=True)
        self.env["continuity.payment"].create(
            {
                "continuity_order_id": continuity.id,
                "due_date": TODAY,
                "amount": 70.11,
                "state": "paid",
            }
        )
        continuity.state = "running"
        summary = self._summary(continuity)
        self.assertEqual(
            [(p["state"], p["label"], p["amount"]) for p in summary["payments"]],
            [("paid", "Paid", 70.11)],
        )
        self.assertEqual(summary["amount_now"], 0.0)
        self.assertEqual(summary["amount_today"], 0.0)
        self.assertEqual(summary["charge"], "$ 70.11 paid · payment missing")

    def test_language_of_customer(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        summary = self._summary(self._sell(), lang="fr_FR")
        self.assertEqual(summary["shipments"][0]["date_text"], "ven. 10 sept. 2027")
        self.assertIn("14,94", summary["shipments"][0]["amount_text"])

    def test_address_and_email(self):
        continuity = self._sell()
        continuity.partner_shipping_id = self._create_partner(
            name="Summer house", street="Beach 1", parent_id=self.customer.id
        )
        summary = self._summary(continuity)
        self.assertIn("Beach 1", summary["delivery_address"])
        self.assertEqual(summary["email"], "karen.berg@example.com")

    def test_portal_customer_reads_it(self):
        """The customer needs no right on programs, cards or the ledger (N67)."""
        portal = self._create_new_portal_user()
        program = self._create_program("CLUB", events=self.events)
        order = self._create_order(
            self._create_parent_product(program), partner_id=portal.partner_id.id
        )
        summary = self._summary(order.continuity_order_ids.with_user(portal).sudo())
        self.assertEqual(len(summary["rows"]), 3)

    def test_two_lines_of_one_event(self):
        events = [
            {
                "line_ids": [
                    Command.create({"product_id": self.goods_a.id}),
                    Command.create({"product_id": self.goods_b.id, "quantity": 2}),
                ]
            }
        ]
        summary = self._summary(self._sell(events))
        self.assertEqual(
            summary["shipments"][0]["products_text"], "Goods A, 2 × Goods B"
        )
