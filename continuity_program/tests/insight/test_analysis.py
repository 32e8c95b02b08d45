# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from freezegun import freeze_time
from lxml import etree

from odoo.tests import tagged
from odoo.tools.safe_eval import safe_eval

from ..common import ContinuityCommon

MODELS = {
    "continuity.order": ("pivot", "graph"),
    "continuity.shipment": ("calendar", "pivot", "graph"),
    "continuity.payment": ("calendar", "pivot", "graph"),
    "continuity.shipment.line": ("list", "pivot", "graph", "search"),
}


@tagged("post_install", "-at_install")
class TestAnalysis(ContinuityCommon):
    """Orders, shipments, goods and payments can be counted, by those who read them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.seller, cls.other_seller = (
            cls._create_user(login, "sales_team.group_sale_salesman")
            for login in ("maya", "otto")
        )
        cls.program = cls._create_program()
        product = cls._create_parent_product(cls.program)
        with freeze_time("2027-09-10 10:00:00"):
            sale_order = cls._create_sold_order(product, user_id=cls.seller.id)
        cls.order = sale_order.continuity_order_ids

    def test_views_have_fields_that_can_be_grouped(self):
        for model, kinds in MODELS.items():
            views = self.env[model].get_views([(False, kind) for kind in kinds])
            self.assertEqual({*kinds}, {*views["views"]})
        fields = self.env["continuity.shipment.line"].fields_get()
        for name in ("planned_date", "program_id", "partner_id", "shipment_state"):
            self.assertTrue(fields[name]["groupable"], name)

    def test_list_of_orders(self):
        """End and reason are columns; Enter finds order, parent order and customer."""
        views = self.order.get_views([(False, "list"), (False, "search")])["views"]
        columns = etree.fromstring(views["list"]["arch"]).xpath("field/@name")
        self.assertLessEqual({"ended_date", "end_reason_id"}, {*columns})
        first = etree.fromstring(views["search"]["arch"]).find("field")
        for typed in (
            self.order.name,
            self.order.sale_order_id.name,
            self.order.partner_id.name.upper(),
        ):
            domain = safe_eval(first.get("filter_domain"), {"self": typed})
            self.assertIn(self.order, self.order.search(domain), typed)
        domain = safe_eval(first.get("filter_domain"), {"self": "Nobody of this name"})
        self.assertFalse(self.order.search(domain))

    def test_goods_by_month(self):
        # 10 September, and 30 days later twice
        found = self.env["continuity.shipment.line"]._read_group(
            [("continuity_order_id", "=", self.order.id)],
            ["planned_date:month"],
            ["quantity:sum", "__count"],
        )
        self.assertEqual(
            [(day.isoformat(), quantity, count) for day, quantity, count in found],
            [("2027-09-01", 1.0, 1), ("2027-10-01", 1.0, 1), ("2027-11-01", 1.0, 1)],
        )
        products = self.env["continuity.shipment.line"]._read_group(
            [("program_id", "=", self.program.id), ("shipment_state", "=", "planned")],
            ["product_id"],
            ["quantity:sum"],
        )
        self.assertEqual(
            products,
            [(self.goods_a, 1.0), (self.goods_b, 1.0), (self.goods_c, 1.0)],
        )

    def test_seller_counts_his_own_alone(self):
        goods = self.env["continuity.shipment.line"]
        domain = [("continuity_order_id", "=", self.order.id)]
        for user, number in ((self.seller, 3), (self.other_seller, 0)):
            self.assertEqual(goods.with_user(user).search_count(domain), number)
            groups = goods.with_user(user)._read_group(
                domain, ["program_id"], ["quantity:sum"]
            )
            self.assertEqual(len(groups), bool(number))

    def test_phone(self):
        """A pivot is wider than a phone: what opens with it opens otherwise there."""
        names = self.env["ir.model.data"].search(
            [
                ("module", "=like", "continuity_program%"),
                ("model", "=", "ir.actions.act_window"),
            ]
        )
        actions = self.env["ir.actions.act_window"].browse(names.mapped("res_id"))
        pivots = actions.filtered(lambda action: action.view_mode.startswith("pivot"))
        self.assertGreaterEqual(len(pivots), 9)
        for action in pivots:
            others = action.view_mode.split(",")[1:]
            self.assertIn(action.mobile_view_mode, others, action.name)
