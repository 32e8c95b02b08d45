# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from ..cases.payment import PaymentCase


@tagged("post_install", "-at_install")
@freeze_time("2027-09-10 12:00:00")
class TestNegativeOrdinary(PaymentCase):
    """Discount lines lower other goods: the total and the charge never differ."""

    def setUp(self):
        super().setUp()
        self.order = self._quote(self._create_club("UPFRONT", bill_upfront=True))

    def _add(self, name, price):
        product = self.env["product.product"].create(
            self._goods_vals(name, price=price)
        )
        self.order.order_line = [Command.create({"product_id": product.id})]

    def _get_charged(self):
        rows = self.order.continuity_order_ids.payment_ids
        transactions = self.order.transaction_ids | rows.transaction_ids
        return sum(transactions.mapped("amount"))

    def test_below_nothing_is_refused(self):
        self._add("Discount", -0.01)
        with self.assertRaisesRegex(UserError, "never the price of a continuity"):
            self.order.action_confirm()
        self.assertEqual(self.order.state, "draft")
        self.assertFalse(self._get_charged())

    def test_down_to_nothing_is_sold(self):
        self._add("Mug", 10.0)
        self._add("Discount", -10.0)
        self.order.action_confirm()
        self.assertEqual(self.order.state, "sale")
        self.assertEqual(self._get_charged(), 70.12)
        self.assertEqual(self.order.amount_total, 70.12)

    def test_discount_on_other_goods_is_sold(self):
        self._add("Mug", 10.0)
        self._add("Discount", -1.0)
        self.order.action_confirm()
        self.assertEqual(self.order.state, "sale")
        self.assertEqual(self._get_charged(), 79.12)
