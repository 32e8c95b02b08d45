# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from freezegun import freeze_time

from odoo.tests import tagged

from ..cases.close import DAYS
from ..cases.credit import CreditCase


@tagged("post_install", "-at_install")
class TestFreeUpfront(CreditCase):
    """Billed up front and free: nothing is paid in advance, and it ends normally."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dear = cls.env["product.product"].create(
            cls._goods_vals("Dear", price=5.0, taxes_id=cls.goods[0].taxes_id.ids)
        )
        cls.goods.list_price = 0.0

    def _get_amounts(self, order):
        moves = self.env["account.move"].search(
            [("continuity_order_id", "=", order.id), ("state", "=", "posted")]
        )
        return {amount for amount in moves.line_ids.mapped("balance") if amount}

    def test_three_parcels(self):
        """Paid at once or in parts: no invoice, no row, nothing in the books."""
        for product in (self.club, self.club_by_schedule):
            order = self._submit(product)
            self.assertFalse(order.upfront_invoice_id)
            self.assertFalse(order.payment_ids)
            self._live(order)
            children = order.child_order_ids
            self.assertEqual(len(children), 3)
            self.assertEqual(len(children.order_line), 3, "no Paid in advance")
            self.assertEqual(set(children.mapped("amount_total")), {0.0})
            lines = order.shipment_ids.line_ids
            self.assertEqual(set(lines.mapped("prepaid_quantity")), {0.0})
            self.assertEqual(self._get_amounts(order), set())
            self.assertFalse(order.payment_ids)
            self.assertEqual(order.state, "closed")

    def test_at_the_first_shipment(self):
        self.company.continuity_upfront_invoicing = "shipment"
        order = self._submit(self.club)
        self._live(order)
        self.assertFalse(order.upfront_invoice_id)
        self.assertFalse(order.child_order_ids.order_line.continuity_prepaid_line_id)
        self.assertEqual(order.state, "closed")

    def test_what_gets_dearer(self):
        """A substitute of 5.00 + 1.05 is billed by its child, and charged once."""
        order = self._submit(self.club)
        line = order.shipment_ids[1].line_ids
        with freeze_time("2027-09-15 12:00:00"):
            action = order.shipment_ids[1].action_open_swap()
            swap = self.env[action["res_model"]].browse(action["res_id"])
            swap.write({"line_id": line.id, "product_id": self.dear.id})
            swap.write({"choice": "new", "reason": "a dearer one"})
            self.assertIn("5.00", swap.effect_html)
            swap.action_apply()
        self.assertFalse(order.move_ids)
        self._live(order)
        child = order.shipment_ids[1].child_order_id
        self.assertEqual(child.amount_total, 6.05)
        self.assertEqual(len(child.order_line), 1)
        self.assertEqual(child.invoice_ids.amount_total, 6.05)
        self.assertEqual(child.invoice_ids.amount_residual, 0.0)
        self.assertRecordValues(order.payment_ids, [{"amount": 6.05, "state": "paid"}])
        self.assertEqual(order.state, "closed")

    def test_more_pieces(self):
        """What costs nothing may become more: nothing of it was paid."""
        order = self._submit(self.club)
        line = order.shipment_ids[1].line_ids
        with freeze_time("2027-09-15 12:00:00"):
            line._check_prepaid_quantity(line.quantity + 1)

    def test_skipped_and_cancelled(self):
        """Nothing is credited that nobody paid."""
        order = self._submit(self.club)
        self._ship(order, 1, DAYS[0])
        self._run(DAYS[0])
        with freeze_time("2027-09-15 12:00:00"):
            order._cancel_orders("moved abroad")
        self.assertFalse(order.move_ids.filtered(lambda m: m.move_type == "out_refund"))
        self.assertFalse(order.amount_to_refund)
        self._run("2027-09-16")
        self.assertEqual(order.state, "closed")
