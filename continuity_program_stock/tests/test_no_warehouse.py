# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from freezegun import freeze_time

from odoo.exceptions import RedirectWarning
from odoo.tests import tagged

from odoo.addons.continuity_program.tests.common import SELLER_ALL, ContinuityCommon


@tagged("post_install", "-at_install")
@freeze_time("2027-09-10 12:00:00")
class TestNoWarehouse(ContinuityCommon):
    """A company without a warehouse sends no goods, and takes no money for them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.warehouses = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.company.id)]
        )
        cls.product = cls._create_parent_product(cls._create_program())
        cls.order = cls._sell()

    @classmethod
    def _sell(cls, product=None):
        order = cls._create_sold_order(
            product or cls.product, order_date=date(2027, 9, 10)
        )
        return order.continuity_order_ids

    def _run(self, order):
        self.env.invalidate_all()
        return self._execute("create_child_orders", sale_order=order.sale_order_id)

    def _archive_warehouses(self):
        self.warehouses.active = False

    def test_left_out_with_a_sentence(self):
        """Nothing is made or charged; a person is told, once, and goes on."""
        self._archive_warehouses()
        for _night in range(2):
            run = self._run(self.order)
            self.assertRecordValues(
                run, [{"done_count": 0, "skipped_count": 1, "failed_count": 0}]
            )
            self.assertRecordValues(
                run.line_ids, [{"outcome": "skipped", "reason": "no_warehouse"}]
            )
            self.assertIn("has no warehouse", run.line_ids.message)
            self.assertIn(self.order.name, run.line_ids.message)
        self.assertFalse(self.order.child_order_ids)
        self.assertFalse(self.order.payment_ids.transaction_ids)
        self.assertEqual(
            self.order.activity_ids.mapped("summary"), ["Check the shipments"]
        )
        self.assertIn("has no warehouse", self.order.activity_ids.note)
        self.warehouses.active = True
        self._run(self.order)
        self.assertEqual(self.order.child_order_ids.state, "sale")
        self.assertEqual(
            self.order.child_order_ids.warehouse_id, self.warehouses.sorted()[:1]
        )
        self.assertFalse(self.order.activity_ids, "nothing to do any more")

    def test_others_go_on(self):
        """Services leave no house; another company has a warehouse of its own."""
        self.goods.type = "service"
        service = self.order
        self._archive_warehouses()
        goods = self._sell(self._create_goods_club())
        self.env.invalidate_all()
        run = self._execute("create_child_orders")
        self.assertEqual(service.child_order_ids.state, "sale")
        self.assertFalse(goods.child_order_ids)
        lines = run.line_ids.filtered(lambda line: line.outcome == "skipped")
        self.assertEqual(lines.mapped("reason"), ["no_warehouse"])
        self.assertEqual(lines.continuity_order_id, goods)

    def _create_goods_club(self):
        goods = self.env["product.product"].create(self._goods_vals("Goods of a house"))
        program = self._create_program("GOODS")
        program.event_ids.line_ids.product_id = goods
        return self._create_parent_product(program)

    def test_warehouse_of_the_order_is_gone(self):
        """Another one of the company sends what is left."""
        other = self.env["stock.warehouse"].create(
            {"name": "New house", "code": "NEW", "company_id": self.company.id}
        )
        self._archive_warehouses()
        self._run(self.order)
        child = self.order.child_order_ids
        self.assertEqual((child.state, child.warehouse_id), ("sale", other))
        self.assertEqual(child.picking_ids.location_id, other.lot_stock_id)

    def _move_house(self):
        """The seller's own default is the old house, which is archived."""
        seller = self._create_user("old_house_seller", SELLER_ALL)
        seller.with_company(self.company).property_warehouse_id = self.warehouses[0]
        self.order.sudo().user_id = seller
        self.order.sale_order_id.warehouse_id = self.warehouses[0]
        return self.env["stock.warehouse"].create(
            {"name": "New house", "code": "NEW", "company_id": self.company.id}
        )

    def test_default_of_the_seller_is_gone(self):
        """Odoo would take it all the same, and never confirm what was paid."""
        other = self._move_house()
        self._archive_warehouses()
        run = self._run(self.order)
        self.assertFalse(run.failed_count, run.line_ids.mapped("message"))
        child = self.order.child_order_ids
        self.assertEqual((child.state, child.warehouse_id), ("sale", other))
        self.assertEqual(child.picking_ids.location_id, other.lot_stock_id)

    def test_archived_while_it_waits_for_its_money(self):
        """What is to be charged leaves the house that is there then."""
        card = self.order.payment_token_id
        card.demo_simulated_state = "cancel"
        other = self._move_house()
        self._run(self.order)
        child = self.order.child_order_ids
        self.assertEqual((child.state, child.warehouse_id.active), ("draft", True))
        self.assertEqual(child.warehouse_id, self.warehouses[0])
        self._archive_warehouses()
        card.demo_simulated_state = "done"
        with freeze_time("2027-09-25 12:00:00"):
            self._execute("process_payments")
            self.assertEqual(self.order.payment_ids[0].state, "paid")
            run = self._run(self.order)
        self.assertFalse(run.failed_count, run.line_ids.mapped("message"))
        self.assertEqual((child.state, child.warehouse_id), ("sale", other))
        self.assertEqual(child.picking_ids.location_id, other.lot_stock_id)

    def test_odoo_leads_somewhere(self):
        """A warning with a button is a sentence, too: no traceback, nobody stopped."""
        second = self._sell()
        job = type(self.env["continuity.job.create_child_orders"])
        confirm = job._confirm

        def lead(self_job, run, children):
            if children & self.order.child_order_ids:
                raise RedirectWarning("Please create a warehouse", 1, "Go there")
            return confirm(self_job, run, children)

        self.patch(job, "_confirm", lead)
        run = self._execute("create_child_orders")
        failed = run.line_ids.filtered(lambda line: line.outcome == "failed")
        self.assertEqual(failed.mapped("message"), ["Please create a warehouse"])
        self.assertEqual(second.child_order_ids.state, "sale")
