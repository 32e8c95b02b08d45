# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.continuity_program.tests.cases.credit import CancelCase


@tagged("post_install", "-at_install")
class TestNeverLeft(CancelCase):
    """A parcel of 14.94 of which nothing leaves is not done, and not forgotten."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.per_shipment = cls._create_club(code="CLUBA")
        cls.packer = cls._create_user("never_left_packer", "stock.group_stock_manager")

    def setUp(self):
        super().setUp()
        self.order, self.child = self._sell_one(self.per_shipment)

    def _sell_one(self, product):
        order = self._submit(product)
        with freeze_time("2027-09-10 12:00:00"):
            child = self._create_child(order)
        child.order_line.product_id.invoice_policy = "delivery"
        return order, child

    def _check_waits(self, order, child):
        """Ordered still, and the run says of which parcel nothing is on its way."""
        run = self._run("2027-09-12", sale_order=order.sale_order_id)
        self.assertEqual(order.shipment_ids[0].state, "ordered")
        line = run.line_ids.filtered(lambda line: line.reason == "not_delivered")
        self.assertEqual(line.child_order_id, child)
        self.assertIn("no transfer of it is open", line.message)
        self.assertIn("09/10/2027", line.message)

    def test_whole_transfer_cancelled(self):
        """The child is cancelled then, and its shipment can be planned again."""
        self.child.picking_ids.with_user(self.packer).action_cancel()
        self._check_waits(self.order, self.child)
        with freeze_time("2027-09-12 12:00:00"):
            self.child._action_cancel()
            first = self.order.shipment_ids[0]
            self.assertEqual(first.state, "cancelled")
            first.action_replan()
        self.assertEqual(first.state, "planned")

    def test_whole_transfer_cancelled_upfront(self):
        """Its units are neither delivered nor to be credited yet: somebody decides."""
        order, child = self._sell_one(self.club)
        child.picking_ids.action_cancel()
        self._check_waits(order, child)
        # Sent anew, it is as if nothing had been
        with freeze_time("2027-09-12 12:00:00"):
            transfer = child.picking_ids.copy()
            transfer.move_ids.sale_line_id = child.order_line.filtered("product_id")[0]
            transfer.action_confirm()
            self._deliver(child)
        self._run("2027-09-12", sale_order=order.sale_order_id)
        self.assertEqual(order.shipment_ids[0].state, "done")

    def test_whole_transfer_deleted(self):
        """Nothing of it is left in the warehouse: its goods are owed all the same."""
        self.child.picking_ids.sudo().move_ids._action_cancel()
        self.child.picking_ids.sudo().move_ids.unlink()
        self._check_waits(self.order, self.child)

    def test_part_of_a_kit_left(self):
        """The rest of its parts is called off: it is none that never left."""
        goods = self.child.order_line.filtered("product_id")[0]
        part = self.env["product.product"].create(self._goods_vals("Part of a kit"))
        whole = self.child.picking_ids
        with freeze_time("2027-09-10 12:00:00"):
            parts = whole.copy()
            whole.action_cancel()
            # As a kit has it: its moves are of its line, and of other products
            parts.move_ids.product_id = part
            parts.move_ids.sale_line_id = goods
            parts.action_confirm()
            parts.move_ids.write({"quantity": 1.0, "picked": True})
            parts.button_validate()
        self.assertEqual((parts.state, goods.qty_delivered), ("done", 0.0))
        self.assertEqual(parts.move_ids.sale_line_id, goods)
        self._run("2027-09-12", sale_order=self.order.sale_order_id)
        self.assertEqual(self.order.shipment_ids[0].state, "done")

    def test_nobody_deletes_a_transfer(self):
        """Waiting or cancelled: what was paid would follow nothing any more."""
        transfer = self.child.picking_ids.with_user(self.packer)
        for state in ("assigned", "cancel"):
            with self.subTest(state):
                with self.assertRaisesRegex(UserError, f"{transfer.name}.*Cancel it"):
                    transfer.unlink()
                self.assertTrue(transfer.exists())
                transfer.action_cancel()
        # Of a child that is cancelled nothing is claimed
        self.child._action_cancel()
        transfer.unlink()
        self.assertFalse(transfer.exists())
