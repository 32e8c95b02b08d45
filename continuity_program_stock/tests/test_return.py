# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.continuity_program.tests.cases.credit import CancelCase


@tagged("post_install", "-at_install")
class TestReturn(CancelCase):
    """Goods that came back: what the warehouse does."""

    def setUp(self):
        super().setUp()
        self.order = self._submit(self._create_club(code="CLUBA"))
        self.child = self._ship(self.order, 1, "2027-09-10")
        self.first = self.child.picking_ids

    def _return(self, **values):
        with freeze_time("2027-09-20 12:00:00"):
            action = self.child.with_user(self.seller).action_open_continuity_return()
            wizard = self.env["continuity.return"].browse(action["res_id"])
            wizard = wizard.with_user(self.seller)
            wizard.write({"reason": "broken", **values})
            return wizard.action_apply()

    def _receive(self, receipts):
        for move in receipts.move_ids:
            move.quantity = move.product_uom_qty
            move.picked = True
        receipts.button_validate()

    def _take_back(self, child, quantity=1.0, day="2027-09-11"):
        """The warehouse takes goods back by Odoo's own dialog."""
        with freeze_time(f"{day} 12:00:00"):
            wizard = self.env["stock.return.picking"].create(
                {"picking_id": child.picking_ids[:1].id}
            )
            wizard.product_return_moves.quantity = quantity
            receipt = wizard._create_return()
            receipt.move_ids.quantity = quantity
            receipt.move_ids.picked = True
            receipt.button_validate()

    def test_replace(self):
        """A second delivery to the same address; the agent reads its number."""
        action = self._return(kind="replace")
        second = self.child.picking_ids - self.first
        self.assertEqual(second.picking_type_id.code, "outgoing")
        self.assertEqual(second.partner_id, self.first.partner_id)
        self.assertEqual(second.move_ids.product_uom_qty, 1.0)
        self.assertIn(second.name, action["params"]["message"])
        for record in (self.child, self.order.sale_order_id):
            self.assertIn(second.name, record.message_ids[0].body)
        self._deliver(self.child)
        self.assertEqual(second.state, "done")
        self.assertEqual(self.child.amount_total, 14.94)
        invoice = self._invoice(self.child, "2027-09-21")
        self.assertEqual(invoice.amount_total, 14.94)
        self.assertEqual(self.child.invoice_status, "invoiced")

    def test_replace_twice(self):
        """What is replaced came back: only the replacement can come back after it."""
        self._return(kind="replace")
        with self.assertRaisesRegex(UserError, "could come back"):
            self._return(kind="replace")
        goods = self.child.order_line[0]
        for method in ("_replace_continuity_goods", "_credit_continuity_return"):
            with self.assertRaisesRegex(UserError, "0 × Goods A"):
                getattr(self.child, method)({goods: 1.0}, "pressed twice")
        self._deliver(self.child)
        self.assertEqual(self.child._get_continuity_returnable(), {goods: 1.0})
        self._return(kind="replace")
        second, third = self.child.order_line[1:]
        self.assertEqual((second.qty_delivered, third.product_uom_qty), (1.0, 1.0))

    def test_replace_with_receipt(self):
        """Both numbers; what comes back neither credits nor charges anything."""
        action = self._return(kind="replace", is_receipt_wanted=True)
        others = self.child.picking_ids - self.first
        receipt = others.filtered(lambda p: p.picking_type_id.code == "incoming")
        second = others - receipt
        self.assertEqual(receipt.return_id, self.first)
        for name in (second.name, receipt.name):
            self.assertIn(name, action["params"]["message"])
        self._receive(receipt)
        self._deliver(self.child)
        goods = self.child.order_line[0]
        self.assertEqual((goods.qty_delivered, goods.qty_to_invoice), (1.0, 1.0))
        self.assertEqual(self._invoice(self.child, "2027-09-21").amount_total, 14.94)

    def test_held_order(self):
        """A replacement waits like any parcel."""
        self.child.write(
            {"continuity_hold": True, "continuity_hold_reason": "asks for his lawyer"}
        )
        self._return(kind="replace")
        second = self.child.picking_ids - self.first
        self.assertTrue(second.is_continuity_blocked)

    def test_credit_with_receipt(self):
        """The note and the receipt; no second receipt for the same goods."""
        action = self._return(kind="credit", is_receipt_wanted=True)
        receipt = self.child.picking_ids - self.first
        self.assertEqual(receipt.move_ids.product_uom_qty, 1.0)
        self.assertIn(receipt.name, action["params"]["message"])
        self.assertIn("14.94", action["params"]["message"])
        self._receive(receipt)
        self.assertEqual(self.child.order_line[0].qty_to_invoice, 0.0)
        quantities = {self.child.order_line[0]: 1.0}
        self.assertFalse(self.child._receive_continuity_goods(quantities))

    def test_after_a_return_of_the_warehouse(self):
        """What the warehouse has taken back by itself can still be credited."""
        self._take_back(self.child)
        self.assertEqual(self.child.order_line[0].qty_delivered, 0.0)
        self.assertTrue(self.child.is_continuity_returnable)
        self.assertEqual(
            self.child._get_continuity_returnable(), {self.child.order_line[0]: 1.0}
        )

    def test_taken_back_before_the_invoice(self):
        """One of two came back by itself: two are invoiced, one may be credited."""
        self.company.continuity_invoice_children = "delivered"
        order = self._submit(self._create_club(code="CLUBT"), quantity=2.0)
        child = self._ship(order, 1, "2027-09-10")
        self._take_back(child)
        goods = child.order_line[0]
        self.assertEqual((goods.qty_delivered, goods.qty_to_invoice), (1.0, 2.0))
        run = self._run("2027-09-12")
        self.assertFalse(run.failed_count, run.line_ids.mapped("message"))
        self.assertEqual(child.invoice_ids.mapped("amount_total"), [29.89])
        self.assertEqual(order.shipment_ids[0].state, "done")
        self.assertEqual(child._get_continuity_returnable(), {goods: 2.0})
        # All of it came back before anything was invoiced: the same
        self._take_back(self.child)
        self._run("2027-09-12")
        self.assertEqual(self.child.invoice_ids.mapped("amount_total"), [14.94])

    def test_taken_back_before_the_release(self):
        """Paid in advance: it is released as it left, and credited when asked."""
        order = self._submit(self.club)
        child = self._ship(order, 1, "2027-09-10")
        self._take_back(child)
        with freeze_time("2027-09-20 12:00:00"):
            goods = child.order_line[0]
            self.assertEqual(child._get_continuity_returnable(), {goods: 1.0})
            child._credit_continuity_return({goods: 1.0}, "not wanted")
        self.assertEqual(self._get_note(order).amount_total, 14.94)
        self.assertEqual(
            sorted(child.invoice_ids.mapped("move_type")), ["out_invoice", "out_refund"]
        )
        second = self._ship(order, 2, "2027-10-01")
        self._take_back(second)
        run = self._run("2027-10-01")
        self.assertFalse(run.failed_count, run.line_ids.mapped("message"))
        self.assertEqual(second.invoice_ids.mapped("amount_total"), [0.0])
        self.assertEqual(order.shipment_ids[1].state, "done")

    def test_day_of_the_delivery(self):
        """Came back before it was invoiced: the day is that on which it left."""
        self.company.continuity_invoice_children = "delivered"
        self._take_back(self.child, day="2027-10-05")
        self._run("2027-10-05")
        self.assertEqual(str(self.child.invoice_ids.invoice_date), "2027-09-10")
        self.assertEqual(str(self.order.shipment_ids[0].actual_date), "2027-09-10")

    def test_day_of_the_delivery_when_it_is_credited(self):
        """The invoice that the credit note needs bears that day, too."""
        self._take_back(self.child, day="2027-09-15")
        self._return(kind="credit")
        invoice = self.child.invoice_ids.filtered(
            lambda move: move.move_type == "out_invoice"
        )
        self.assertEqual(str(invoice.invoice_date), "2027-09-10")

    def test_day_of_the_delivery_with_a_replacement(self):
        """What is sent again is on no invoice."""
        self.company.continuity_invoice_children = "delivered"
        self._return(kind="replace")
        with freeze_time("2027-09-25 12:00:00"):
            self._deliver(self.child)
        self._run("2027-09-25")
        self.assertEqual(str(self.child.invoice_ids.invoice_date), "2027-09-10")
        self.assertEqual(str(self.order.shipment_ids[0].actual_date), "2027-09-10")

    def test_replacement_called_off(self):
        """No goods left to send: what came back can be credited."""
        self._return(kind="replace")
        second = self.child.picking_ids - self.first
        goods = self.child.order_line[0]
        self.assertFalse(self.child._get_continuity_returnable())
        second.action_cancel()
        self.assertEqual(self.child._get_continuity_returnable(), {goods: 1.0})
        self._return(kind="credit")
        self.assertEqual(self._get_note(self.order).amount_total, 14.94)
        self.assertFalse(self.child._get_continuity_returnable())

    def test_replacement_called_off_in_part(self):
        """Two came back, one is sent again: the rest waits for nothing."""
        order = self._submit(self._create_club(code="CLUBR"), quantity=2.0)
        self.child = self._ship(order, 1, "2027-09-10")
        first = self.child.picking_ids
        goods = self.child.order_line[0]
        with freeze_time("2027-09-20 12:00:00"):
            self.child._replace_continuity_goods({goods: 2.0}, "broken")
            second = self.child.picking_ids - first
            second.move_ids.write({"quantity": 1.0, "picked": True})
            action = second.button_validate()
            wizard = self.env[action["res_model"]].with_context(**action["context"])
            wizard.create({}).process()
        rest = self.child.picking_ids - first - second
        self.assertEqual(self.child._get_continuity_returnable(), {goods: 1.0})
        rest.action_cancel()
        self.assertEqual(self.child._get_continuity_returnable(), {goods: 2.0})
