# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..cases.credit import CancelCase


@tagged("post_install", "-at_install")
class TestReturn(CancelCase):
    """Goods that came back: MA9, MB8, MC13, MC14, MD9 (N49)."""

    def _return(self, child, day="2027-09-20", **values):
        with freeze_time(f"{day} 12:00:00"):
            action = child.with_user(self.seller).action_open_continuity_return()
            wizard = self.env["continuity.return"].browse(action["res_id"])
            wizard = wizard.with_user(self.seller)
            wizard.write({"reason": "broken", **values})
            text = wizard.effect
            wizard.action_apply()
        return text

    def test_upfront(self):
        """MC13: Z1 is reversed, K 14.94, refund; never invoiced again."""
        order = self._submit(self.club)
        child = self._ship(order, 1, "2027-09-10")
        self._run("2027-09-10")
        zero = self._get_zero_invoices(order)
        text = self._return(child)
        self.assertIn("14.94", text)
        reversal = order.move_ids.filtered(lambda m: m.reversed_entry_id == zero)
        self.assertEqual(reversal.state, "posted")
        self.assertEqual(
            self._entry(reversal),
            {self.revenue_account: 12.35, self.prepayment_account: -12.35},
        )
        note = self._get_note(order)
        self._post(note, "2027-09-21")
        self.assertEqual(
            self._entry(note),
            {
                self.prepayment_account: 12.35,
                self.vat_account: 2.59,
                self.receivable: -14.94,
            },
        )
        self._refund(order, "2027-09-21")
        self.assertEqual(order.payment_ids.amount_refunded, 14.94)
        # It was delivered all the same, and is not invoiced a second time
        self.assertEqual(order.shipment_ids[0].state, "done")
        run = self._run("2027-09-22")
        self.assertEqual(run.done_count, 0)
        self.assertEqual(order.shipment_ids[0].line_ids.credited_quantity, 1.0)
        self.assertEqual(order.shipment_ids[0].line_ids.released_quantity, 0.0)
        self.assertNotEqual(child.invoice_status, "to invoice")
        self._check_ledger(order)
        for number, day in ((2, "2027-10-01"), (3, "2027-10-22")):
            self._ship(order, number, day)
            self._run(day)
        self.assertEqual(order.state, "closed")
        self.assertEqual(self._get_prepayment(order), 0.0)

    def test_closed_order(self):
        """F1: documents only, the order stays closed."""
        order = self._submit(self.club)
        self._live(order)
        self._return(order.shipment_ids[2].child_order_id, "2027-11-01")
        note = self._get_note(order)
        self.assertEqual(note.amount_total, 32.85)
        self._post(note, "2027-11-01")
        self.assertEqual((order.state, order.amount_to_refund), ("closed", 32.85))
        self.assertEqual(order.shipment_ids.mapped("state"), ["done"] * 3)
        self.assertEqual(self._get_prepayment(order), 0.0)

    def test_by_schedule(self):
        """MD9: rows 1 and 2 are paid, row 3 becomes 8.44."""
        order = self._submit(self.club_by_schedule)
        self._pay_due("2027-09-10")
        child = self._ship(order, 1, "2027-09-10")
        self._run("2027-09-10")
        self._pay_due("2027-10-10")
        self._return(child, "2027-10-12")
        self._post(self._get_note(order), "2027-10-12")
        self.assertEqual(
            self._get_rows(order),
            [(23.37, "paid"), (23.37, "paid"), (8.44, "scheduled")],
        )

    def test_part(self):
        """One of two came back; no more than was invoiced."""
        order = self._submit(self.club, quantity=2)
        child = self._ship(order, 1, "2027-09-10")
        self._run("2027-09-10")
        goods = child.order_line[0]
        with self.assertRaisesRegex(UserError, "can come back"):
            child._credit_continuity_return({goods: 3.0}, "x")
        with freeze_time("2027-09-20 12:00:00"):
            child._credit_continuity_return({goods: 1.0}, "x")
        self._post(self._get_note(order))
        line = order.shipment_ids[0].line_ids
        self.assertEqual((line.released_quantity, line.credited_quantity), (1.0, 1.0))
        self._run("2027-09-21")
        self.assertEqual(line.released_quantity, 1.0)
        self._check_ledger(order)

    def test_replace(self):
        """MC14: the same again at price 0, no entry and no ledger row."""
        order = self._submit(self.club)
        child = self._ship(order, 1, "2027-09-10")
        self._run("2027-09-10")
        before = order.move_ids
        text = self._return(child, kind="replace")
        self.assertIn("Nothing is charged", text)
        self.assertEqual(order.move_ids, before)
        self.assertEqual(len(order.shipment_ids), 3)
        line = child.order_line.filtered("is_continuity_replacement")
        self.assertRecordValues(
            line,
            [
                {
                    "product_id": child.order_line[0].product_id.id,
                    "product_uom_qty": 1.0,
                    "price_unit": 0.0,
                    "price_total": 0.0,
                    "qty_to_invoice": 0.0,
                }
            ],
        )
        self._deliver(child)
        self._live_on(order, child)

    def _live_on(self, order, child):
        """The replacement costs nothing, now or later, and the order ends as ever."""
        self._run("2027-09-25")
        self.assertEqual(child.invoice_status, "invoiced")
        self.assertEqual(len(self._get_zero_invoices(order)), 1)
        line = child.order_line.filtered("is_continuity_replacement")
        line.product_uom_qty = 2.0
        self.assertEqual((line.price_unit, line.qty_to_invoice), (0.0, 0.0))
        self._deliver(child)
        for number, day in ((2, "2027-10-01"), (3, "2027-10-22")):
            self._ship(order, number, day)
            self._run(day)
        self.assertEqual(order.state, "closed")
        self.assertEqual(sum(order.payment_ids.mapped("amount")), 70.12)
        self.assertEqual(self._get_prepayment(order), 0.0)

    def test_replace_on_a_locked_order(self):
        """The lock of confirmed orders is no reason to send nothing."""
        order = self._submit(self.club)
        child = self._ship(order, 1, "2027-09-10")
        child.action_lock()
        self._return(child, "2027-09-12", kind="replace")
        self.assertTrue(child.order_line.filtered("is_continuity_replacement"))
        self.assertTrue(child.locked)

    def test_before_the_delivery(self):
        """What has not left is cancelled, invoiced or not."""
        order = self._submit(self._create_club(code="CLUBA"))
        with freeze_time("2027-09-10 12:00:00"):
            child = self._create_child(order, 1, date(2027, 9, 10))
            if "picking_ids" in child._fields:
                self.assertFalse(child.is_continuity_returnable)
                with self.assertRaisesRegex(UserError, "cancel it instead"):
                    child.action_open_continuity_return()
            self._deliver(child)
            self.assertTrue(child.is_continuity_returnable)
            self.assertTrue(order.shipment_ids[0].is_returnable)

    def test_credit_before_the_invoice(self):
        """Delivered, not invoiced, came back: it is invoiced first, then credited."""
        order = self._submit(self._create_club(code="CLUBA"))
        child = self._ship(order, 1, "2027-09-10")
        self.assertFalse(child.invoice_ids)
        self.assertIn("14.94", self._return(child))
        invoice = child.invoice_ids.filtered(lambda m: m.move_type == "out_invoice")
        self.assertEqual((invoice.state, invoice.amount_total), ("posted", 14.94))
        note = self._get_note(order)
        self.assertEqual(note.amount_total, 14.94)
        self._post(note)
        self._refund(order)
        self.assertEqual(order.payment_ids.amount_refunded, 14.94)
        with self.assertRaisesRegex(UserError, "could come back"):
            child.action_open_continuity_return()

    def test_credit_before_the_zero_invoice(self):
        """The same of what is paid up front: its value is released, then given back."""
        order = self._submit(self.club)
        child = self._ship(order, 1, "2027-09-10")
        self._return(child)
        self.assertEqual(len(self._get_zero_invoices(order)), 1)
        self._post(self._get_note(order))
        self._refund(order)
        self.assertEqual(order.payment_ids.amount_refunded, 14.94)
        self._check_ledger(order)

    def test_credit_with_a_draft_invoice(self):
        """An accountant's draft is neither doubled nor passed over."""
        order = self._submit(self._create_club(code="CLUBA"))
        child = self._ship(order, 1, "2027-09-10")
        draft = child._create_invoices()
        with self.assertRaisesRegex(UserError, "draft invoices"):
            self._return(child)
        self.assertEqual(child.invoice_ids, draft)

    def test_twice_before_posting(self):
        """What is on a draft note has come back already."""
        order = self._submit(self.club)
        child = self._ship(order, 1, "2027-09-10")
        self._run("2027-09-10")
        self._return(child)
        with self.assertRaisesRegex(UserError, "could come back"):
            self._return(child)
        self.assertEqual(len(self._get_note(order)), 1)

    def test_per_shipment(self):
        """MA9: a note of 14.94 on the child's invoice; it is not to invoice again."""
        order = self._submit(self._create_club(code="CLUBA"))
        child = self._ship(order, 1, "2027-09-10")
        self._invoice(child, "2027-09-10")
        self._run("2027-09-10")
        self.assertIn("14.94", self._return(child))
        note = self._get_note(order)
        self._post(note)
        self.assertEqual(
            self._entry(note),
            {
                self.revenue_account: 12.35,
                self.vat_account: 2.59,
                self.receivable: -14.94,
            },
        )
        self.assertNotEqual(child.invoice_status, "to invoice")
        self.assertEqual(order.shipment_ids[0].state, "done")
        self._refund(order)
        self.assertEqual(order.payment_ids.amount_refunded, 14.94)
        self.assertEqual(note.amount_residual, 0.0)
        with self.assertRaisesRegex(UserError, "could come back"):
            child.action_open_continuity_return()

    def test_in_parts(self):
        """MB8: rows 3 and 2 are cancelled, 4.98 goes back."""
        order = self._submit(
            self._create_club(code="CLUBB", payment_schedule_id=self.monthly.id)
        )
        child = self._ship(order, 1, "2027-09-10")
        self._invoice(child, "2027-09-10")
        self._run("2027-09-10")
        self.assertEqual(
            self._get_rows(order),
            [(4.98, "paid"), (4.98, "scheduled"), (4.98, "scheduled")],
        )
        self._return(child)
        self._post(self._get_note(order))
        self.assertEqual(
            [row.state for row in order.payment_ids], ["paid", "cancelled", "cancelled"]
        )
        self.assertEqual(order.amount_to_refund, 4.98)
        self._refund(order)
        self.assertEqual(order.payment_ids[0].amount_refunded, 4.98)

    def test_one_after_the_other(self):
        """Two of one invoice come back in two calls: each is credited."""
        order = self._submit(self._create_club(code="CLUBA"), quantity=2)
        child = self._ship(order, 1, "2027-09-10")
        self._invoice(child, "2027-09-10")
        self._run("2027-09-10")
        for day in ("2027-09-20", "2027-09-21"):
            with freeze_time(f"{day} 12:00:00"):
                note = child._credit_continuity_return({child.order_line[0]: 1.0}, "x")
            self.assertEqual(note.amount_total, 14.94)
            self._post(note, day)
        self._refund(order, "2027-09-21")
        self.assertEqual(order.payment_ids.amount_refunded, 29.88)

    def test_one_after_the_other_before_posting(self):
        """The draft of the first call takes its piece, and no more."""
        order = self._submit(self._create_club(code="CLUBA"), quantity=2)
        child = self._ship(order, 1, "2027-09-10")
        self._invoice(child, "2027-09-10")
        with freeze_time("2027-09-20 12:00:00"):
            for _time in range(2):
                child._credit_continuity_return({child.order_line[0]: 1.0}, "x")
        notes = self._get_note(order)
        self.assertEqual(notes.mapped("amount_total"), [14.94, 14.94])
        self._post(notes)

    def test_one_after_the_other_upfront(self):
        """Each call gives its piece back to the prepayment."""
        order = self._submit(self.club, quantity=2)
        child = self._ship(order, 1, "2027-09-10")
        self._run("2027-09-10")
        line = order.shipment_ids[0].line_ids
        for number, day in ((1.0, "2027-09-20"), (2.0, "2027-09-21")):
            with freeze_time(f"{day} 12:00:00"):
                note = child._credit_continuity_return({child.order_line[0]: 1.0}, "x")
            self._post(note, day)
            self.assertEqual(line.credited_quantity, number)
            self.assertEqual(line.released_quantity, 2.0 - number)
            self._check_ledger(order)
