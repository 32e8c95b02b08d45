# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from freezegun import freeze_time

from odoo.tests import new_test_user, tagged

from odoo.addons.continuity_program.models.forecasts.continuity_forecast_fact import (
    Look,
)
from odoo.addons.continuity_program.tests.common import MANAGER, SELLER_ALL
from odoo.addons.continuity_program.tests.insight.insight_world import DAY

from .stock_demand_case import OCT_11, StockDemandCase
from .transfer_case import TransferCase

SHORT = "continuity_program_stock.mail_activity_stock_short"


@tagged("post_install", "-at_install")
class TestStockShort(StockDemandCase):
    """Who orders goods is told what is going to be short, once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.coffee_pack.responsible_id = cls.buyer
        # Enough of everything else
        for product in cls.books | cls.teas:
            cls._stock_up(1000, product)

    def _look(self, day=DAY):
        self._refresh(day)
        return self.env["continuity.exception"].search(
            [("reason", "=", "stock_short"), ("closed_on", "=", False)]
        )

    def _get_activities(self):
        return self.env["mail.activity"].search(
            [("activity_type_id", "=", self.env.ref(SHORT).id)]
        )

    def test_told(self):
        """Fourteen days before it has to be ordered, with the figures of that day."""
        # It breaks early on 27 September, new packs are there the same day
        self.assertFalse(self._look())
        day = date(2027, 9, 13)
        row = self._look(day)
        self.assertEqual(row.product_id, self.coffee_pack)
        self.assertEqual(row.severity, "warning")
        self.assertEqual(row.owner_id, self.buyer)
        self.assertEqual(row.first_seen, day)
        self.assertIn("needed, up to", row.message)
        activity = self._get_activities()
        self.assertEqual(activity.user_id, self.buyer)
        self.assertEqual(activity.res_id, self.coffee_pack.id)
        self.assertEqual(activity.date_deadline, row.due_date)
        # Twice is once, and the note follows the figures
        self._stock_up(1, day=day)
        self.assertEqual(self._look(day), row)
        self.assertEqual(self._get_activities(), activity)
        self.assertIn("1.0 in stock", str(activity.note))
        # Goods have come
        self._stock_up(1000, day=day)
        self.assertFalse(self._look(day))
        self.assertEqual(row.closed_as, "mended")
        self.assertFalse(self._get_activities())

    def test_two_companies(self):
        """Each company tells its own buyer, and takes back what it has told."""
        row = self._look(date(2027, 9, 13))
        activity = self._get_activities()
        other = self.env["res.company"].create({"name": "Other"})
        stranger = new_test_user(
            self.env,
            "short_stranger",
            groups="stock.group_stock_user",
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )
        theirs = row.copy(
            {
                "key": "test/other",
                "company_id": other.id,
                "owner_id": stranger.id,
                "message": "None there.",
                "due_date": date(2027, 9, 20),
            }
        )
        for _twice in range(2):
            row._tell_buyers()
            activities = self._get_activities().sorted("id")
            self.assertEqual(activities[0], activity)
            self.assertEqual(activities.mapped("res_id"), [self.coffee_pack.id] * 2)
            self.assertEqual(activities.user_id, self.buyer | stranger)
            self.assertEqual(
                activities.mapped("continuity_company_id"), self.company | other
            )
            self.assertNotIn("None there.", str(activity.note))
        theirs.closed_on = date(2027, 9, 14)
        row._tell_buyers()
        self.assertEqual(self._get_activities(), activity)

    def test_overview(self):
        """The tile counts goods that break, and opens them."""
        self._look()
        row = self._get_overview()
        self.assertEqual((row.break_count, row.sure_break_count), (1, 1))
        action = row.action_open("breaks")
        line = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(line.product_id, self.coffee_pack)
        self.assertEqual(line.warehouse_id, self.warehouse)
        # Four there, 4.4 needed on 11 October
        self.assertEqual((line.week, line.break_date), (OCT_11, OCT_11))

    def _get_overview(self):
        overview = self.env["continuity.overview"]
        with freeze_time(f"{DAY} 12:00:00"):
            overview._refresh_company(self.company)
        return overview.search(
            [("company_id", "=", self.company.id), ("program_id", "=", False)]
        )

    def test_lead_time(self):
        """The longer new goods need, the earlier it is told."""
        self.assertFalse(self._look())
        self.company.horizon_days = 0
        self.env["stock.rule"].search(
            [("location_dest_id", "=", self.warehouse.lot_stock_id.id)]
        ).delay = 0
        rule = self.env["stock.rule"].create(
            {
                "name": "From far",
                "action": "pull",
                "delay": 12,
                "picking_type_id": self.warehouse.int_type_id.id,
                "location_src_id": self.env["stock.location"]
                .create({"name": "Far", "usage": "internal"})
                .id,
                "location_dest_id": self.warehouse.lot_stock_id.id,
                "route_id": self.env["stock.route"]
                .create({"name": "Far", "product_selectable": True})
                .id,
            }
        )
        self.coffee_pack.route_ids = rule.route_id
        self.assertEqual(self._look().product_id, self.coffee_pack)

    def test_mends(self):
        """A buyer orders; a manager decides that it is late."""
        row = self._look(date(2027, 9, 13))
        manager = row.with_user(self.manager)
        self.assertEqual(manager.mends, "|late_item|")
        both = new_test_user(
            self.env, "short_both", groups=f"{MANAGER},stock.group_stock_user"
        )
        mine = row.with_user(both)
        self.assertEqual(mine.mends, "|replenish|late_item|")
        self.assertEqual(
            mine.action_mend("replenish")["res_model"], "stock.warehouse.orderpoint"
        )
        action = mine.action_mend("late_item")
        self.assertEqual(action["res_model"], "continuity.late.item")
        self.assertEqual(action["context"], {"default_product_id": self.coffee_pack.id})
        self.assertEqual(row.action_open()["res_id"], self.coffee_pack.id)


@tagged("post_install", "-at_install")
@freeze_time("2027-09-10 12:00:00")
class TestTransferBlocked(TransferCase):
    """A transfer that must not leave stands in the inbox until it may."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls._create_user("blocked_manager", MANAGER)

    def _look(self):
        self._execute("refresh_insight", sale_order=self.sale_order)
        return self.env["continuity.exception"].search(
            [
                ("continuity_order_id", "=", self.order.id),
                ("reason", "=", "transfer_blocked"),
                ("closed_on", "=", False),
            ]
        )

    def test_blocked(self):
        row = self._look()
        self.assertEqual(
            (row.severity, row.picking_id, row.message),
            ("blocks", self.picking, self.picking.continuity_block),
        )
        self.assertEqual(row.shipment_id, self.order.shipment_ids[0])
        self.assertEqual(row.amount, self.order.shipment_ids[0].amount_total)
        # The same transfers as the warehouse sees
        blocked = self.env["stock.picking"].search(
            [
                ("continuity_order_id", "=", self.order.id),
                ("is_continuity_blocked", "=", True),
            ]
        )
        self.assertEqual(row.picking_id, blocked)
        self.assertEqual(self._look(), row)
        self.row.state = "paid"
        self.assertFalse(self._look())
        self.assertEqual(row.closed_as, "mended")

    def test_other_transfer(self):
        """The row is about a transfer that waits now."""
        row = self._look()
        backorder = self.picking.copy({"backorder_id": self.picking.id})
        row.picking_id = backorder
        self.assertEqual(self._look(), row)
        self.assertEqual(row.picking_id, self.picking)

    def test_next_parcel_is_expected(self):
        """A parcel that is ordered keeps the next one back in no forecast."""
        self.assertTrue(self._look())
        facts = self.env["continuity.forecast.fact"]
        self.assertEqual(facts._get_not_blocking(), ("paused", "transfer_blocked"))
        look = Look(self.company, date(2027, 9, 11), 13)
        rows = self.env["continuity.exception"].search(
            [
                ("continuity_order_id", "=", self.order.id),
                ("closed_on", "=", False),
                ("severity", "=", "blocks"),
                ("reason", "!=", "transfer_blocked"),
            ]
        )
        rows.closed_on = date(2027, 9, 10)
        self.env.flush_all()
        groups, _paused = facts._get_members(look)
        (group,) = (g for g in groups if g.program == self.order.program_id.id)
        self.assertFalse(group.block)

    def test_mends(self):
        row = self._look()
        mine = row.with_user(self.manager)
        self.assertIn("|allow_transfer|", mine.mends)
        action = mine.action_mend("allow_transfer")
        self.assertEqual(action["target"], "new")
        seller = self._create_user("blocked_seller", SELLER_ALL)
        self.assertNotIn("allow_transfer", row.with_user(seller).mends)
