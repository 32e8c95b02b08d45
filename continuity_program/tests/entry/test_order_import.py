# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, datetime

from odoo.tests import freeze_time, tagged

from ..common import SELLER, ContinuityCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-11-26 12:00:00")
class TestOrderImport(ContinuityCommon):
    """Running series of an old system come in with their old order dates."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.interval = cls.env["continuity.date.interval"].create(
            {"name": "every month", "unit": "month"}
        )
        cls.program = cls._create_program(
            "MONTHLY",
            events=[
                cls._event_vals(
                    cls.goods_a, date_interval_id=cls.interval.id, repeat_count=11
                )
            ],
        )
        cls.product = cls._create_parent_product(cls.program)

    def _import(self, day="2026-07-01 10:00:00"):
        """Through Odoo's own import, with the line below its order."""
        result = self.env["sale.order"].load(
            [
                "id",
                "partner_id/.id",
                "date_order",
                "order_line/product_id/.id",
                "order_line/product_uom_qty",
            ],
            [
                [
                    "old.order_1",
                    str(self.customer.id),
                    day,
                    str(self.product.id),
                    "1",
                ]
            ],
        )
        self.assertFalse(
            [m for m in result["messages"] if m["type"] == "error"], result["messages"]
        )
        return self.env["sale.order"].browse(result["ids"])

    def _confirm(self, order):
        order.continuity_order_ids.write(
            {"payment_method": "card", "payment_token_id": self._create_token().id}
        )
        order.action_confirm()
        self.assertEqual(order.state, "sale")

    def _get_days(self, order):
        return order.continuity_order_ids.shipment_ids.mapped("planned_date")

    def test_an_imported_date_stays(self):
        """The sixth parcel leaves on 1 December, as it would have in the old system."""
        order = self._import()
        self.assertTrue(order.continuity_date_entered)
        self.assertEqual(self._get_days(order)[5], date(2026, 12, 1))
        order.action_continuity_complete()
        self._confirm(order)
        self.assertEqual(self._get_days(order)[5], date(2026, 12, 1))
        self.assertEqual(order.continuity_order_ids.order_date, date(2026, 7, 1))

    def test_what_the_old_system_sent_is_skipped(self):
        """Only what is left is sent here."""
        order = self._import()
        shipments = order.continuity_order_ids.shipment_ids
        shipments.filtered("is_missed").action_skip()
        self._confirm(order)
        self.assertEqual(shipments.mapped("state"), ["skipped"] * 5 + ["planned"] * 7)
        self._execute("create_child_orders")
        self.assertFalse(order.continuity_order_ids.child_order_ids)
        with freeze_time("2026-12-01 12:00:00"):
            self._execute("create_child_orders")
        self.assertEqual(len(order.continuity_order_ids.child_order_ids), 1)

    def test_submitted_weeks_later(self):
        """However long the import waits for its cards."""
        order = self._import()
        with freeze_time("2027-01-20 12:00:00"):
            self._confirm(order)
        self.assertEqual(self._get_days(order)[5], date(2026, 12, 1))

    def test_a_date_typed_later(self):
        """The same when it is typed into a quotation of today."""
        order = self._create_order(self.product)
        self.assertFalse(order.continuity_date_entered)
        order.date_order = datetime(2026, 11, 20, 12)
        self.assertTrue(order.continuity_date_entered)
        self._confirm(order)
        self.assertEqual(self._get_days(order)[0], date(2026, 11, 20))

    def test_a_stale_quotation_is_planned_anew(self):
        """It got the day it was made; three weeks later that day is stale."""
        for values in ({}, {"order_date": date(2026, 11, 26)}):
            order = self._create_order(self.product, **values)
            self.assertFalse(order.continuity_date_entered)
            with freeze_time("2026-12-17 12:00:00"):
                # Changing it does not make its date a date that was entered
                order.order_line.product_uom_qty = 2
                order.action_continuity_complete()
                order.order_line.product_uom_qty = 3
                self._confirm(order)
            self.assertEqual(self._get_days(order)[0], date(2026, 12, 17))

    def test_a_copy_is_a_quotation_of_today(self):
        copy = self._import().copy()
        self.assertFalse(copy.continuity_date_entered)
        self.assertEqual(self._get_days(copy)[0], date(2026, 11, 26))

    def test_a_date_set_back_to_today(self):
        order = self._import()
        order.date_order = datetime(2026, 11, 26, 12)
        self.assertFalse(order.continuity_date_entered)

    def test_the_day_is_the_companys(self):
        """03:00 UTC on the 26th is still the 25th in Los Angeles, and so is today."""
        self.company.partner_id.tz = "America/Los_Angeles"
        with freeze_time("2026-11-26 05:00:00"):
            order = self._create_order(
                self.product, order_date=datetime(2026, 11, 26, 3)
            )
        self.assertFalse(order.continuity_date_entered)

    def test_ordinary_orders(self):
        """They cost no query more, and nothing depends on their date."""
        order = self._create_order(self.goods_b, order_date=date(2026, 7, 1))
        order.action_confirm()
        self.assertEqual(order.state, "sale")

    # === A VALUE BESIDE THE STATE === #

    def _import_again(self, order, **values):
        """Correct an exported order: the list that comes back has its status."""
        state = dict(order._fields["state"]._description_selection(self.env))
        result = order.load(
            [".id", "state", *values],
            [[str(order.id), state[order.state], *values.values()]],
        )
        return [m["message"] for m in result["messages"] if m["type"] == "error"]

    def test_customer_of_a_running_program(self):
        """It is refused with the status in the list as it is without."""
        order = self._import()
        self._confirm(order)
        other = self._create_partner(name="Berg & Co")
        errors = self._import_again(order, **{"partner_id/.id": str(other.id)})
        self.assertEqual(len(errors), 1)
        self.assertIn("running continuity program", errors[0])
        self.assertEqual(order.partner_id, self.customer)

    def test_quotation_follows(self):
        """Karen's card does not pay what is Berg's by now."""
        order = self._import()
        continuity = order.continuity_order_ids
        continuity.write(
            {"payment_method": "card", "payment_token_id": self._create_token().id}
        )
        other = self._create_partner(name="Berg & Co")
        errors = self._import_again(order, **{"partner_id/.id": str(other.id)})
        self.assertFalse(errors)
        self.assertRecordValues(
            continuity,
            [
                {
                    "partner_id": other.id,
                    "payment_method": False,
                    "payment_token_id": False,
                }
            ],
        )
        pricelist = self.env["product.pricelist"].create({"name": "Members"})
        seller = self._create_user("another_seller", SELLER)
        order.write(
            {"state": "sent", "pricelist_id": pricelist.id, "user_id": seller.id}
        )
        self.assertEqual(continuity.pricelist_id, pricelist)
        self.assertEqual(continuity.user_id, seller)
        order.write({"state": "sent", "user_id": self.env.user.id})
        self.assertEqual(continuity.user_id, self.env.user)
        self._import_again(order, date_order="2026-12-01 10:00:00")
        self.assertEqual(continuity.order_date, date(2026, 12, 1))

    def test_cancelled_quotation_for_another_customer(self):
        order = self._import()
        continuity = order.continuity_order_ids
        order.action_cancel()
        other = self._create_partner(name="Berg & Co")
        order.write({"state": "draft", "partner_id": other.id})
        self.assertRecordValues(
            continuity, [{"state": "draft", "partner_id": other.id}]
        )
        self.assertEqual(set(continuity.shipment_ids.mapped("state")), {"planned"})

    def test_stamp_of_the_confirmation(self):
        """Odoo writes the day with the state: the order counts from its own."""
        order = self._import("2026-12-10 10:00:00")
        self._confirm(order)
        self.assertEqual(order.date_order, datetime(2026, 11, 26, 12))
        self.assertEqual(order.continuity_order_ids.order_date, date(2026, 12, 10))
