# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from freezegun import freeze_time

from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.continuity_program.tests.cases.credit import CancelCase


@tagged("post_install", "-at_install")
class TestDropshipDone(CancelCase):
    """A shipment that a vendor sends is done when he has sent it, not before.

    One of each is paid in advance: 14.94 + 22.32 + 32.86. The vendor sends the second.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        vendor = cls.env["res.partner"].create({"name": "Printer"})
        route = cls.env.ref("stock_dropshipping.route_drop_shipping")
        cls.goods_b.write(
            {
                "route_ids": [Command.link(route.id)],
                "seller_ids": [Command.create({"partner_id": vendor.id, "price": 4.0})],
            }
        )
        cls.per_shipment = cls._create_club(code="CLUBA")

    def _sell_two(self, product):
        """The first has left; of the second the vendor knows nothing yet."""
        order = self._submit(product)
        self._ship(order, 1, "2027-09-10")
        self._run("2027-09-10")
        with freeze_time("2027-10-01 12:00:00"):
            child = self._create_child(order, 2, date(2027, 10, 1))
        second = order.shipment_ids.filtered(lambda s: s.number == 2)
        purchase = child.order_line.purchase_line_ids.order_id
        return second, child, purchase

    def _check_waits(self, second, child, day="2027-10-03"):
        run = self._run(day, sale_order=second.continuity_order_id.sale_order_id)
        self.assertEqual(second.state, "ordered")
        late = run.line_ids.filtered(lambda line: line.reason == "not_delivered")
        self.assertEqual(late.child_order_id, child)
        self.assertIn("no transfer of it is open", late.message)

    def test_before_the_purchase_order(self):
        """Not done the night it is made; the late vendor is listed."""
        second, child, purchase = self._sell_two(self.club)
        self.assertEqual(purchase.state, "draft")
        self._run("2027-10-01")
        self.assertEqual(second.state, "ordered")
        self._check_waits(second, child)
        with freeze_time("2027-10-03 12:00:00"):
            purchase.button_confirm()
        self._run("2027-10-03")
        self.assertEqual(second.state, "ordered")
        with freeze_time("2027-10-04 12:00:00"):
            self._deliver(child)
        self._run("2027-10-04")
        self.assertRecordValues(
            second, [{"state": "done", "actual_date": date(2027, 10, 4)}]
        )
        self.assertEqual(second.delivery_text, "Sent on Mon 4 Oct 2027")

    def test_cancelled_before_the_purchase_order(self):
        """The parcel that is on its way is not given back; the third one is: 32.86."""
        second, child, _purchase = self._sell_two(self.club)
        order = second.continuity_order_id
        self._run("2027-10-01")
        wizard = self._open_cancel(order, "2027-10-02")
        self.assertEqual(wizard.available_child_ids, child)
        wizard.child_ids = False
        with freeze_time("2027-10-02 12:00:00"):
            wizard.action_apply()
        self.assertAlmostEqual(self._get_note(order).amount_total, 32.86, delta=0.011)
        self.assertEqual(self._get_states(order), ["done", "ordered", "cancelled"])

    def test_per_shipment(self):
        """Charged one by one, the last one is not done, nor its order closed."""
        second, child, purchase = self._sell_two(self.per_shipment)
        child.order_line.product_id.invoice_policy = "delivery"
        second._get_later().action_skip()
        self._check_waits(second, child)
        self.assertEqual(second.continuity_order_id.state, "running")
        with freeze_time("2027-10-03 12:00:00"):
            purchase.button_cancel()
        # Nobody sends it: that is for a person to decide
        self._check_waits(second, child, "2027-10-04")

    def test_part_of_it_called_off(self):
        """What the vendor never sends keeps a parcel open no longer than that."""
        second, child, purchase = self._sell_two(self.per_shipment)
        wrapping = self.env["product.product"].create(
            self._goods_vals("Bookmark", 0.0, taxes_id=[Command.set(self.vat.ids)])
        )
        child.order_line = [
            Command.create({"product_id": wrapping.id, "price_unit": 0.0})
        ]
        with freeze_time("2027-10-01 12:00:00"):
            self._deliver(child)
        self._invoice(child, "2027-10-01")
        self._run("2027-10-01")
        self.assertEqual(second.state, "ordered")
        purchase.button_cancel()
        self._run("2027-10-01")
        self.assertEqual(second.state, "done")

    def test_parcel_is_told(self):
        """The seller on the telephone sees what the vendor sends, too."""
        second, _child, purchase = self._sell_two(self.per_shipment)
        self.assertFalse(second.delivery_text)
        with freeze_time("2027-10-01 12:00:00"):
            purchase.button_confirm()
        self.assertIn("planned for Fri 1 Oct 2027", second.delivery_text)
