# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.sale.models.sale_order import SaleOrder as StandardOrder

from ..cases.credit import InvoicedCase


class PartCreditCase(InvoicedCase):
    """Child orders that were invoiced, credited in part by hand, and then cancelled.

    A piece is 12.35, 14.94 with tax; two are 29.89, three 44.83.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.club_a = cls._create_club(code="CLUBA")

    def _sell(self, quantity=2):
        """Sold, charged and invoiced, and still in the house."""
        order = self._submit(self.club_a, quantity=quantity)
        with freeze_time("2027-09-10 12:00:00"):
            child = self._create_child(order)
            child.order_line.product_id.invoice_policy = "order"
            child._create_invoices().action_post()
        return order, child

    def _credit_part(self, invoice, post=True, **values):
        """Odoo's own dialog; the accountant changes the line before he posts."""
        note = self._credit_by_wizard(invoice)
        note.invoice_line_ids.write(values)
        if post:
            self._post(note, "2027-09-12")
        return note

    def _open_cancel_child(self, child, day="2027-09-15"):
        """The button of the child order, as the seller presses it."""
        with freeze_time(f"{day} 12:00:00"):
            action = child.with_user(self.seller).action_open_continuity_cancel()
            wizard = self.env[action["res_model"]].with_user(self.seller)
            return wizard.browse(action["res_id"])

    def _cancel_child(self, child, day="2027-09-15"):
        """Return what the dialog showed, and the notes it proposed."""
        before = child.invoice_ids
        wizard = self._open_cancel_child(child, day)
        wizard.reason = "moved abroad"
        text = str(wizard.effect_html)
        with freeze_time(f"{day} 12:00:00"):
            wizard.action_apply()
        child.invalidate_recordset()
        return text, child.invoice_ids - before

    def _count(self, child, kind="out_refund"):
        notes = child.invoice_ids.filtered(lambda m: m.move_type == kind)
        lines = notes.filtered(lambda m: m.state == "posted").invoice_line_ids
        return sum(lines.mapped("quantity"))

    def _check_settled(self, order, child, total):
        """The whole invoice was credited and given back, once."""
        self.assertEqual(child.state, "cancel")
        for day in ("2027-09-20", "2027-09-21"):
            self._refund(order, day)
            self._run(day)
        row = order.payment_ids.filtered(lambda r: r.child_order_id == child)
        self.assertEqual((row.amount, row.amount_refunded), (total, total))
        self.assertEqual(order.amount_to_refund, 0.0)
        self.assertEqual(row.amount_overpaid, 0.0)
        invoice = child.invoice_ids.filtered(lambda m: m.move_type == "out_invoice")
        self.assertEqual(len(invoice), 1)
        notes = invoice.reversal_move_ids.filtered(lambda m: m.state == "posted")
        self.assertAlmostEqual(sum(notes.mapped("amount_total")), total)
        self.assertEqual(invoice.amount_residual, 0.0)


@tagged("post_install", "-at_install")
class TestPartCredit(PartCreditCase):
    def test_part_then_cancel(self):
        """29.89 less 14.94: the rest of 14.95 is proposed, and only the rest."""
        order, child = self._sell()
        self._credit_part(child.invoice_ids, quantity=1.0)
        self._refund(order, "2027-09-13")
        with self.assertRaisesRegex(UserError, "is invoiced"):
            child.with_user(self.seller).action_cancel()
        text, rest = self._cancel_child(child)
        self.assertIn("14.95", text)
        self.assertNotIn("29.89", text)
        self.assertRecordValues(
            rest,
            [
                {
                    "state": "draft",
                    "move_type": "out_refund",
                    "amount_untaxed": 12.35,
                    "amount_total": 14.95,
                }
            ],
        )
        self.assertIn("moved abroad", rest.ref)
        self.assertEqual(child.state, "sale")
        self._post(rest, "2027-09-16")
        self.assertEqual(self._count(child), 2.0)
        self.assertEqual(order.shipment_ids[0].state, "cancelled")
        self.assertEqual(order.amount_to_refund, 14.95)
        self._check_settled(order, child, 29.89)

    def test_two_parts_then_cancel(self):
        """44.83 less 14.94 and 14.94."""
        order, child = self._sell(3)
        for _number in range(2):
            self._credit_part(child.invoice_ids[-1], quantity=1.0)
        _text, rest = self._cancel_child(child)
        self.assertEqual(rest.amount_total, 14.95)
        self._post(rest, "2027-09-16")
        self._check_settled(order, child, 44.83)

    def test_all_of_it_in_parts(self):
        """Nothing is left but a cent of rounding: cancelled at once, no more notes."""
        order, child = self._sell()
        for _number in range(2):
            self._credit_part(child.invoice_ids[-1], quantity=1.0)
        _text, rest = self._cancel_child(child)
        self.assertFalse(rest)
        self.assertEqual(child.state, "cancel")
        self.assertEqual(order.amount_to_refund, 29.88)

    def test_all_of_it(self):
        order, child = self._sell()
        self._post(self._credit_by_wizard(child.invoice_ids), "2027-09-12")
        _text, rest = self._cancel_child(child)
        self.assertFalse(rest)
        self._check_settled(order, child, 29.89)

    def test_untouched(self):
        """No part was credited: the whole is, by the reversal Odoo makes."""
        order, child = self._sell()
        text, note = self._cancel_child(child)
        self.assertIn("29.89", text)
        self.assertEqual(note.amount_total, 29.89)
        self._post(note, "2027-09-16")
        self._check_settled(order, child, 29.89)

    def test_draft_part(self):
        """A draft will take its part: the rest is proposed, and both are waited for."""
        order, child = self._sell()
        part = self._credit_part(child.invoice_ids, post=False, quantity=1.0)
        _text, rest = self._cancel_child(child)
        self.assertEqual(rest.amount_total, 14.95)
        # Pressed once more: all of it is on a note
        self.assertFalse(self._cancel_child(child)[1])
        self._post(rest, "2027-09-16")
        self.assertEqual(child.state, "sale")
        self._post(part, "2027-09-17")
        self._check_settled(order, child, 29.89)

    def test_draft_part_that_is_deleted(self):
        """What it was about is open again: Cancel proposes it."""
        order, child = self._sell()
        part = self._credit_part(child.invoice_ids, post=False, quantity=1.0)
        _text, rest = self._cancel_child(child)
        part.unlink()
        self._post(rest, "2027-09-16")
        self.assertEqual(child.state, "sale")
        _text, last = self._cancel_child(child, "2027-09-17")
        self.assertEqual(last.amount_total, 14.94)
        self._post(last, "2027-09-18")
        self._check_settled(order, child, 29.89)

    def test_draft_over_all(self):
        order, child = self._sell()
        note = self._credit_by_wizard(child.invoice_ids)
        self.assertFalse(self._cancel_child(child)[1])
        self._post(note, "2027-09-16")
        self._check_settled(order, child, 29.89)

    def test_rest_that_is_lowered(self):
        """The accountant posts less than was proposed: the child waits for the rest."""
        order, child = self._sell(3)
        _text, note = self._cancel_child(child)
        note.invoice_line_ids.quantity = 1.0
        self._post(note, "2027-09-16")
        self.assertEqual(child.state, "sale")
        _text, rest = self._cancel_child(child, "2027-09-17")
        self.assertEqual(rest.amount_total, 29.89)
        self._post(rest, "2027-09-18")
        self._check_settled(order, child, 44.83)

    def test_part_of_the_price(self):
        """One piece credited at 5.00, 6.05 with tax: 8.89 of 14.94 are left, and its
        quantity is on a note already."""
        order, child = self._sell(1)
        self._credit_part(child.invoice_ids, price_unit=5.0)
        with self.assertRaisesRegex(UserError, "is invoiced"):
            child.with_user(self.seller).action_cancel()
        _text, rest = self._cancel_child(child)
        self.assertEqual(rest.amount_total, 8.89)
        self._post(rest, "2027-09-16")
        self.assertEqual(self._count(child), 1.0)
        self._check_settled(order, child, 14.94)

    def test_part_by_a_line_of_its_own(self):
        """6.05 as a favour, on a line that names no goods: 23.84 are left."""
        order, child = self._sell()
        note = self._credit_by_wizard(child.invoice_ids)
        item = note.invoice_line_ids
        note.write(
            {
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": "A favour",
                            "quantity": 1.0,
                            "price_unit": 5.0,
                            "account_id": item.account_id.id,
                            "tax_ids": [Command.set(item.tax_ids.ids)],
                        }
                    ),
                    Command.delete(item.id),
                ]
            }
        )
        self._post(note, "2027-09-12")
        _text, rest = self._cancel_child(child)
        self.assertEqual(rest.amount_total, 23.84)
        self._post(rest, "2027-09-16")
        self._check_settled(order, child, 29.89)

    def test_favour_that_is_posted_last(self):
        """The draft that names no goods is the one that was waited for."""
        order, child = self._sell()
        note = self._credit_by_wizard(child.invoice_ids)
        note.invoice_line_ids.write({"sale_line_ids": [Command.clear()], "quantity": 1})
        _text, rest = self._cancel_child(child)
        self._post(rest, "2027-09-16")
        self.assertEqual(child.state, "sale")
        self._post(note, "2027-09-17")
        self._check_settled(order, child, 29.89)

    def test_part_that_is_undone(self):
        """The posted part is reset and cancelled: it counts no more."""
        order, child = self._sell()
        part = self._credit_part(child.invoice_ids, quantity=1.0)
        part.button_draft()
        part.button_cancel()
        text, rest = self._cancel_child(child)
        self.assertIn("29.89", text)
        self.assertEqual(rest.amount_total, 29.89)
        self._post(rest, "2027-09-16")
        self._check_settled(order, child, 29.89)

    def test_delivered(self):
        """Goods that have left: told to use a return, credited in part or not."""
        self.company.continuity_invoice_children = "delivered"
        order = self._submit(self.club_a, quantity=2)
        child = self._ship(order, 1, "2027-09-10")
        self._run("2027-09-10")
        if "picking_ids" not in child._fields:
            return
        self._credit_part(child.invoice_ids, quantity=1.0)
        with self.assertRaisesRegex(UserError, "Use a return"):
            self._open_cancel_child(child)

    def test_one_invoice_over_two_children(self):
        """Cancelling one credits its own goods; the other one stays invoiced."""
        order = self._submit(self.club_a)
        with freeze_time("2027-10-01 12:00:00"):
            first, second = (
                self._create_child(order, number, date(2027, 10, 1))
                for number in (1, 2)
            )
            children = first | second
            children.order_line.product_id.invoice_policy = "order"
            # As earlier versions merged them
            invoice = StandardOrder._create_invoices(children)
            self.assertEqual(len(invoice), 1)
            invoice.action_post()
        self.assertEqual(invoice.amount_total, 37.27)
        text, note = self._cancel_child(first, "2027-10-02")
        self.assertIn("14.94", text)
        self.assertNotIn("37.27", text)
        self.assertEqual(note.amount_total, 14.94)
        self._post(note, "2027-10-02")
        self.assertEqual(children.mapped("state"), ["cancel", "sale"])
        _text, rest = self._cancel_child(second, "2027-10-03")
        self.assertEqual(rest.amount_total, 22.33)
        self._post(rest, "2027-10-03")
        self.assertEqual(children.mapped("state"), ["cancel", "cancel"])


@tagged("post_install", "-at_install")
class TestPartReturned(PartCreditCase):
    """Goods no warehouse knows: taken back in part, and the rest cancelled."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.continuity_invoice_children = "delivered"
        for product in (cls.club_a, cls.club):
            program = product.continuity_program_id
            program.event_ids.line_ids.product_id.write({"type": "service"})

    def _take_back(self, child, quantity=1.0, day="2027-09-12"):
        line = child.order_line[0].with_user(self.seller)
        with freeze_time(f"{day} 12:00:00"):
            return child.with_user(self.seller)._credit_continuity_return(
                {line: quantity}, "broken"
            )

    def test_returned_and_cancelled(self):
        order = self._submit(self.club_a, quantity=2)
        with freeze_time("2027-09-10 12:00:00"):
            child = self._create_child(order)
        self._run("2027-09-10")
        self.assertEqual(self._count(child, "out_invoice"), 2.0)
        back = self._take_back(child)
        self.assertEqual(back.amount_total, 14.94)
        # The return is a draft still; the rest is proposed, the return is not repeated
        _text, rest = self._cancel_child(child)
        self.assertEqual(rest.amount_total, 14.95)
        self._post(back | rest, "2027-09-16")
        self._check_settled(order, child, 29.89)

    def test_up_front(self):
        """The zero invoice of two, of which one came back: the rest is reversed, and
        the unit that was not credited is open."""
        order = self._submit(self.club, quantity=2)
        with freeze_time("2027-09-10 12:00:00"):
            child = self._create_child(order)
        self._run("2027-09-10")
        line = order.shipment_ids[0].line_ids
        self.assertEqual(line.released_quantity, 2.0)
        self._take_back(child)
        self._post(self._get_note(order), "2027-09-12")
        self.assertEqual((line.released_quantity, line.credited_quantity), (1.0, 1.0))
        self._cancel_child(child)
        self.assertEqual(child.state, "cancel")
        self.assertEqual((line.released_quantity, line.credited_quantity), (0.0, 1.0))
        self.assertEqual(line.open_quantity, 1.0)
        self._check_ledger(order)
