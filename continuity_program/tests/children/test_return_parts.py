# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..cases.credit import InvoicedCase


@tagged("post_install", "-at_install")
class TestReturnParts(InvoicedCase):
    """Goods that come back in parts, and after documents made by hand."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.continuity_invoice_children = "delivered"
        cls.club_a = cls._create_club(code="CLUBA")

    def _sell_two(self, product=None):
        order = self._submit(product or self.club_a, quantity=2)
        child = self._ship(order, 1, "2027-09-10")
        self._run("2027-09-10")
        return order, child

    def _take_back(self, child, quantity=1.0, day="2027-09-20"):
        with freeze_time(f"{day} 12:00:00"):
            return child.with_user(self.seller)._credit_continuity_return(
                {child.order_line[0].with_user(self.seller): quantity}, "broken"
            )

    def _get_returnable(self, child, day="2027-09-20"):
        with freeze_time(f"{day} 12:00:00"):
            return sum(child._get_continuity_returnable().values())

    def _deliver_one(self, child, day="2027-09-10"):
        """One piece, the rest later."""
        with freeze_time(f"{day} 12:00:00"):
            picking = child.picking_ids.filtered(lambda p: p.state != "done")
            picking.move_ids.write({"quantity": 1.0, "picked": True})
            action = picking.button_validate()
            wizard = self.env[action["res_model"]].with_context(**action["context"])
            wizard.create({}).process()

    def test_second_part_after_the_first_was_posted(self):
        """14.94 and 14.94 go back, each by a note on the one invoice."""
        order, child = self._sell_two()
        for day in ("2027-09-20", "2027-09-22"):
            note = self._take_back(child, day=day)
            self.assertEqual(note.reversed_entry_id.move_type, "out_invoice")
            self.assertEqual(note.amount_total, 14.94)
            self._post(note, day)
            self._refund(order, day)
        self.assertEqual(order.payment_ids[0].amount_refunded, 29.88)
        self.assertFalse(self._get_returnable(child))

    def test_second_part_while_the_first_is_a_draft(self):
        _order, child = self._sell_two()
        notes = self._take_back(child) | self._take_back(child, day="2027-09-21")
        self.assertEqual(notes.mapped("amount_total"), [14.94, 14.94])
        for note in notes:
            self._post(note, "2027-09-22")
        self.assertEqual(notes.mapped("state"), ["posted", "posted"])

    def test_second_part_up_front(self):
        """The zero invoice of two is reversed one by one."""
        order, child = self._sell_two(self.club)
        line = order.shipment_ids[0].line_ids
        for number, day in enumerate(("2027-09-20", "2027-09-22"), start=1):
            self._take_back(child, day=day)
            self.assertEqual(line.released_quantity, 2.0 - number)
            self._post(self._get_note(order), day)
            self.assertEqual(line.credited_quantity, number)
        self._check_ledger(order)

    def test_each_invoice_is_credited_once(self):
        """Two invoices over one piece each: the second note is not on the first one's
        invoice."""
        order = self._submit(self.club_a, quantity=2)
        child = self._ship(order, 1, "2027-09-10")
        with freeze_time("2027-09-10 12:00:00"):
            first = child._create_invoices()
            first.invoice_line_ids.quantity = 1.0
            first.action_post()
        second = self._invoice(child, "2027-09-11")
        self.assertEqual(second.amount_total, 14.94)
        notes = self._take_back(child)
        notes |= self._take_back(child, day="2027-09-21")
        self.assertEqual(notes.reversed_entry_id, first | second)

    def test_returned_before_the_rest_is_invoiced(self):
        """One of two delivered, invoiced and back; the other one is invoiced before it
        is credited, though the first note is a draft."""
        order = self._submit(self.club_a, quantity=2)
        with freeze_time("2027-09-10 12:00:00"):
            child = self._create_child(order)
        if "picking_ids" not in child._fields:
            return
        child.order_line.product_id.invoice_policy = "delivery"
        self._deliver_one(child)
        self._invoice(child, "2027-09-10")
        notes = self._take_back(child)
        self._deliver(child)
        notes |= self._take_back(child, day="2027-09-21")
        self.assertEqual(self._count_invoices(child), 2)
        self.assertEqual(len(notes.reversed_entry_id), 2)
        for note in notes:
            self._post(note, "2027-09-22")
        self.assertEqual(notes.mapped("state"), ["posted", "posted"])

    def test_credited_before_the_rest_was_delivered(self):
        """One of three delivered, invoiced and credited, then another one: the rest is
        invoiced when all of it has left."""
        order = self._submit(self.club_a, quantity=3)
        with freeze_time("2027-09-10 12:00:00"):
            child = self._create_child(order)
        if "picking_ids" not in child._fields:
            return
        child.order_line.product_id.invoice_policy = "order"
        self._deliver_one(child)
        with freeze_time("2027-09-10 12:00:00"):
            invoice = child._create_invoices()
            invoice.invoice_line_ids.quantity = 1.0
            invoice.action_post()
        self._post(self._credit_by_wizard(invoice), "2027-09-12")
        self._deliver_one(child, "2027-09-13")
        self._run("2027-09-13")
        self.assertEqual(self._count_invoices(child), 1)
        self._deliver(child)
        self._run("2027-09-14")
        self.assertEqual(self._count_invoices(child), 2)
        self.assertEqual(child.order_line.qty_to_invoice, 0.0)

    def test_after_the_invoice_was_written_again(self):
        """*Reverse and create* takes no goods back: they can still come back."""
        _order, child = self._sell_two()
        new = self._credit_by_wizard(child.invoice_ids, modify=True)
        with freeze_time("2027-09-12 12:00:00"):
            new.with_user(self.accountant).action_post()
        self.assertEqual(self._get_returnable(child), 2.0)
        note = self._take_back(child, 2.0)
        self.assertEqual(note.reversed_entry_id, new)
        self.assertEqual(note.amount_total, 29.89)
        self.assertFalse(self._get_returnable(child))

    def test_notes_that_are_posted_together(self):
        """Two notes over all of it in one click: none is posted."""
        _order, child = self._sell_two()
        invoice = child.invoice_ids
        notes = self._credit_by_wizard(invoice) | self._credit_by_wizard(invoice)
        with self.assertRaisesRegex(UserError, "are invoiced and not credited yet"):
            self._post(notes)
        self.assertEqual(notes.mapped("state"), ["draft", "draft"])

    def test_a_replacement_is_no_invoice(self):
        """The invoice is reset after a replacement: what was delivered is open again,
        and invoiced by the next run."""
        order, child = self._sell_two()
        shipment = order.shipment_ids[0]
        self.assertEqual(shipment.state, "done")
        with freeze_time("2027-09-20 12:00:00"):
            child.with_user(self.seller)._replace_continuity_goods(
                {child.order_line[0].with_user(self.seller): 1.0}, "broken"
            )
        self._deliver(child)
        invoice = child.invoice_ids
        invoice.button_draft()
        invoice.button_cancel()
        self.assertEqual(shipment.state, "ordered")
        self._run("2027-09-21")
        self.assertEqual(self._count_invoices(child), 2)
        self.assertEqual(shipment.state, "done")

    def test_returned_before_the_night(self):
        """Credited and given back before the close job comes by: not given back again
        because less is invoiced than was charged."""
        order = self._submit(self.club_a)
        child = self._ship(order, 1, "2027-09-10")
        self._post(self._take_back(child, day="2027-09-12"), "2027-09-12")
        self._refund(order, "2027-09-12")
        row = order.payment_ids[0]
        self.assertEqual(row.amount_refunded, 14.94)
        self._run("2027-09-13")
        self.assertEqual(order.shipment_ids[0].state, "done")
        self.assertEqual(row.amount_overpaid, 0.0)
        self.assertEqual(order.amount_to_refund, 0.0)
        self._refund(order, "2027-09-13")
        self.assertEqual(row.amount_refunded, 14.94)

    def test_posted_after_the_night(self):
        """The note is a draft while the close job comes by: one refund of it."""
        order = self._submit(self.club_a)
        child = self._ship(order, 1, "2027-09-10")
        note = self._take_back(child, day="2027-09-12")
        self._run("2027-09-13")
        row = order.payment_ids[0]
        self.assertEqual(row.amount_overpaid, 0.0)
        self._post(note, "2027-09-14")
        self._run("2027-09-15")
        self._refund(order, "2027-09-15")
        self._refund(order, "2027-09-16")
        self.assertEqual(row.amount_refunded, 14.94)
        self.assertEqual(row.amount_overpaid, 0.0)

    def test_replaced_before_the_night(self):
        """A replacement is not short of an invoice."""
        order = self._submit(self.club_a)
        child = self._ship(order, 1, "2027-09-10")
        with freeze_time("2027-09-12 12:00:00"):
            child.with_user(self.seller)._replace_continuity_goods(
                {child.order_line[0].with_user(self.seller): 1.0}, "broken"
            )
        self._deliver(child)
        self._run("2027-09-13")
        self.assertEqual(order.shipment_ids[0].state, "done")
        row = order.payment_ids[0]
        self.assertEqual((row.amount, row.amount_overpaid), (14.94, 0.0))
        self.assertEqual(len(order.payment_ids), 1)

    def test_refunded_after_the_night(self):
        order = self._submit(self.club_a)
        child = self._ship(order, 1, "2027-09-10")
        note = self._take_back(child, day="2027-09-12")
        self._post(note, "2027-09-12")
        self._run("2027-09-13")
        row = order.payment_ids[0]
        self.assertEqual((order.amount_to_refund, row.amount_to_refund), (14.94, 14.94))
        self._refund(order, "2027-09-14")
        self.assertEqual((row.amount_refunded, row.amount_overpaid), (14.94, 0.0))
        self._refund(order, "2027-09-15")
        self.assertEqual(row.amount_refunded, 14.94)
        self.assertEqual(note.amount_residual, 0.0)
