# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from ..cases.credit import CancelCase


@tagged("post_install", "-at_install")
class TestPrepaidChange(CancelCase):
    """Rows of C5: skip, end, substitution, fewer, and children edited by hand."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.env["product.product"].create(
            cls._goods_vals("Goods Z", 22.0, taxes_id=[Command.set(cls.vat.ids)])
        )
        cls.other.property_account_income_id = cls.revenue_account

    def _act(self, method, day="2027-09-20"):
        with freeze_time(f"{day} 12:00:00"):
            return method()

    # === SKIP, END === #

    def test_skip_credits(self):
        """MC3: K 18.45 + 3.87 = 22.32, refund the same."""
        order = self._submit(self.club)
        shipment = order.shipment_ids[1].with_user(self.seller)
        drop = self.env["continuity.shipment.drop"].browse(
            self._act(shipment.action_open_skip)["res_id"]
        )
        text = str(drop.effect_html)
        for figure in ("22.32", "18.45", "3.87", "back to the customer"):
            self.assertIn(figure, text)
        done = self._act(drop.action_apply)["params"]
        self.assertRegex(done["message"], r"A credit note of 22\.32.€ was proposed")
        self.assertEqual(shipment.state, "skipped")
        note = self._get_note(order)
        self.assertEqual(
            (note.amount_untaxed, note.amount_tax, note.amount_total),
            (18.45, 3.87, 22.32),
        )
        with self.assertRaisesRegex(UserError, "credit note is proposed"):
            self._act(shipment.action_unskip)
        self._post(note)
        self._refund(order)
        self.assertEqual(order.payment_ids.amount_refunded, 22.32)
        # MC12: cancelled later, 32.85 more: two notes are 55.17
        self._ship(order, 1, "2027-09-20")
        self._run("2027-09-20")
        self._cancel(order, "2027-09-25")
        note = self._get_note(order)
        self.assertEqual(note.amount_total, 32.85)
        self._post(note)
        self._run("2027-09-25")
        self.assertEqual(order.state, "closed")
        self.assertEqual(self._get_prepayment(order), 0.0)

    def test_skip_by_schedule(self):
        """MD8: row 3 becomes 1.06."""
        order = self._submit(self.club_by_schedule)
        self._pay_due("2027-09-10")
        self._act(order.shipment_ids[1].action_skip)
        self._post(self._get_note(order))
        self.assertEqual(
            self._get_rows(order),
            [(23.37, "paid"), (23.37, "scheduled"), (1.06, "scheduled")],
        )
        self._check_ledger(order)

    def test_skip_postpones(self):
        """MC4: its date moves behind the last one; no entry."""
        order = self._submit(self.club)
        shipment = order.shipment_ids[1].with_user(self.seller)
        drop = self.env["continuity.shipment.drop"].browse(
            self._act(shipment.action_open_skip)["res_id"]
        )
        self.assertTrue(drop.is_prepaid)
        drop.choice = "postpone"
        self.assertIn("12", str(drop.effect_html))
        self._act(drop.action_apply)
        self.assertEqual(shipment.state, "planned")
        self.assertEqual(shipment.planned_date, date(2027, 11, 12))
        self.assertFalse(self._get_note(order))

    def test_end_credits(self):
        """MC15: End on shipment 1 credits the two others."""
        order = self._submit(self.club)
        shipment = order.shipment_ids[0].with_user(self.seller)
        drop = self.env["continuity.shipment.drop"].browse(
            self._act(shipment.action_open_end)["res_id"]
        )
        done = self._act(drop.action_apply)["params"]
        self.assertRegex(done["message"], r"A credit note of 55\.18.€ was proposed")
        self.assertEqual(self._get_note(order).amount_total, 55.18)

    def test_fewer(self):
        """C5: 2 → 1: K 14.94; more is refused."""
        order = self._submit(self.club, quantity=2)
        line = order.shipment_ids[0].line_ids.with_user(self.seller)
        self.assertEqual(line.quantity, 2.0)
        with self.assertRaisesRegex(UserError, "paid in advance, and no more"):
            line.quantity = 3.0
        line.quantity = 1.0
        note = self._get_note(order)
        self.assertEqual(note.amount_total, 14.94)
        self._post(note)
        self._ship(order, 1, "2027-09-10")
        self._run("2027-09-10")
        self.assertEqual(
            self._entry(self._get_zero_invoices(order)),
            {self.prepayment_account: 12.35, self.revenue_account: -12.35},
        )
        self._check_ledger(order)

    # === SUBSTITUTION === #

    def _swap(self, order, price=None):
        line = order.shipment_ids[1].line_ids.with_user(self.seller)
        vals = {"product_id": self.other.id}
        if price is not None:
            vals.update(price_unit=price, price_reason="Karen wants it")
        with freeze_time("2027-09-20 12:00:00"):
            line.write(vals)
        return line

    def test_price_kept(self):
        """MC6: Z2 with product Z at 18.45."""
        order = self._submit(self.club)
        self.assertIn("The price stays", self._swap_by_dialog(order))
        self._live(order)
        zero = self._get_zero_invoices(order)[1]
        self.assertEqual(zero.amount_total, 0.0)
        self.assertEqual(zero.invoice_line_ids[0].product_id, self.other)
        self.assertEqual(zero.invoice_line_ids[0].price_unit, 18.45)
        self.assertEqual(order.state, "closed")
        self.assertEqual(self._get_prepayment(order), 0.0)

    def _swap_by_dialog(self, order, **values):
        with freeze_time("2027-09-20 12:00:00"):
            action = order.shipment_ids[1].with_user(self.seller).action_open_swap()
            swap = self.env["continuity.shipment.swap"].browse(action["res_id"])
            swap = swap.with_user(self.seller)
            swap.write({"product_id": self.other.id, **values})
            text = str(swap.effect_html)
            swap.action_apply()
        return text

    def test_dearer(self):
        """MC7: a row of 4.30 on shipment 2, due when its child is created."""
        order = self._submit(self.club)
        text = self._swap_by_dialog(
            order, choice="new", price=22.0, reason="Karen wants it"
        )
        for figure in ("4.30", "3.55", "0.75"):
            self.assertIn(figure, text)
        self.assertFalse(self._get_note(order))
        self._ship(order, 1, "2027-09-10")
        self._run("2027-09-10")
        child = self._ship(order, 2, "2027-10-01")
        row = order.payment_ids.filtered("shipment_id")
        self.assertRecordValues(
            row,
            [
                {
                    "amount": 4.30,
                    "state": "paid",
                    "due_date": date(2027, 10, 1),
                    "shipment_id": order.shipment_ids[1].id,
                }
            ],
        )
        self.assertEqual(child.state, "sale")
        self.assertEqual(row.transaction_id.sale_order_ids, child)
        self._run("2027-10-01")
        invoice = self._get_zero_invoices(order)[1]
        self.assertEqual(
            self._entry(invoice),
            {
                self.receivable: 4.30,
                self.prepayment_account: 18.45,
                self.revenue_account: -22.00,
                self.vat_account: -0.75,
            },
        )
        self.assertEqual(invoice.amount_residual, 0.0)
        self.assertEqual(row.invoice_id, invoice)
        self.assertEqual(order.shipment_ids[1].state, "done")
        self._check_ledger(order)

    def test_cheaper(self):
        """MC8: K 3.45 + 0.72 = 4.17, Z2 releases 15.00."""
        order = self._submit(self.club)
        text = self._swap_by_dialog(order, choice="new", price=15.0, reason="Fair")
        for figure in ("4.17", "3.45", "0.72", "back to the customer"):
            self.assertIn(figure, text)
        note = self._get_note(order)
        self.assertEqual(
            (note.amount_untaxed, note.amount_tax, note.amount_total),
            (3.45, 0.72, 4.17),
        )
        self._post(note)
        self.assertEqual(order.amount_to_refund, 4.17)
        self._check_ledger(order)
        self._live(order)
        self.assertEqual(
            self._entry(self._get_zero_invoices(order)[1]),
            {self.prepayment_account: 15.00, self.revenue_account: -15.00},
        )
        self.assertEqual(order.state, "closed")
        self.assertEqual(self._get_prepayment(order), 0.0)

    def test_fewer_then_cheaper(self):
        """A unit that a draft note credits whole is not credited once more in part."""
        order = self._submit(self.club, quantity=2)
        self._act(
            lambda: setattr(
                order.shipment_ids[1].line_ids.with_user(self.seller), "quantity", 1.0
            )
        )
        # Posted it is credited at 18.45, deleted at 15.00: nobody knows yet
        with self.assertRaisesRegex(UserError, "Ask an accountant to post or delete"):
            self._swap_by_dialog(order, choice="new", price=15.0, reason="Fair")
        note = self._get_note(order)
        self.assertEqual(note.amount_total, 22.32)
        self._post(note)
        text = self._swap_by_dialog(order, choice="new", price=15.0, reason="Fair")
        self.assertIn("4.17", text)
        note = self._get_note(order)
        self.assertEqual(note.amount_total, 4.17)
        self._post(note)
        self.assertEqual(order.amount_to_refund, 26.49)
        self._check_ledger(order)
        self._live(order)
        self.assertEqual(
            self._entry(self._get_zero_invoices(order)[1]),
            {self.prepayment_account: 15.00, self.revenue_account: -15.00},
        )
        self.assertEqual(order.state, "closed")
        self.assertEqual(self._get_prepayment(order), 0.0)

    def test_cheaper_note_deleted(self):
        """A difference that is not credited is in the price again."""
        order = self._submit(self.club)
        line = self._swap(order, 15.0)
        self.assertEqual((line.price_unit, line.prepaid_price_unit), (15.0, 15.0))
        self._get_note(order).unlink()
        self.assertEqual((line.price_unit, line.prepaid_price_unit), (18.45, 18.45))
        self._swap(order, 15.0)
        self._ship(order, 1, "2027-09-10")
        self._ship(order, 2, "2027-10-01")
        with self.assertRaisesRegex(UserError, "Post the note"):
            self._get_note(order).unlink()

    def test_price_of_the_same_product(self):
        order = self._submit(self.club)
        line = order.shipment_ids[1].line_ids.with_user(self.seller)
        with self.assertRaisesRegex(UserError, "paid in advance at its price"):
            line.write({"price_unit": 10.0, "price_reason": "Fair"})

    # === THE CHILD, EDITED BY HAND (F7) === #

    def test_prepaid_child_keeps_its_total(self):
        order = self._submit(self.club)
        with freeze_time("2027-09-10 12:00:00"):
            child = self._create_child(order).with_user(self.seller)
        goods, paid = child.order_line
        for vals in (
            {"price_unit": 20.0},
            {"discount": 10.0},
            {"product_id": self.other.id},
            {"tax_ids": [Command.clear()]},
            {"product_uom_qty": 2.0},
        ):
            with self.assertRaisesRegex(UserError, "is paid in advance"):
                goods.write(vals)
        with self.assertRaisesRegex(UserError, "follows its goods"):
            paid.write({"price_unit": -1.0})
        # What the form sends back unchanged is no change
        goods.write({"price_unit": 12.35, "tax_ids": [Command.set(self.vat.ids)]})
        self.assertEqual(child.amount_total, 0.0)

    def test_fewer_on_the_child(self):
        order = self._submit(self.club, quantity=2)
        with freeze_time("2027-09-10 12:00:00"):
            child = self._create_child(order)
        child.with_user(self.seller).order_line[0].product_uom_qty = 1.0
        self.assertEqual(child.order_line.mapped("product_uom_qty"), [1.0, 1.0])
        self.assertEqual(child.order_line[0].price_unit, 12.35)
        self.assertEqual(child.amount_total, 0.0)

    def test_goods_on_top(self):
        """F7: extra lines of a prepaid child are charged as a top-up."""
        order = self._submit(self.club)
        with freeze_time("2027-09-10 12:00:00"):
            child = self._create_child(order)
            child.with_user(self.seller).order_line = [
                Command.create(
                    {"product_id": self.other.id, "price_unit": 10.0, "tax_ids": False}
                )
            ]
            self._deliver(child)
        self._run("2027-09-10")
        invoice = self._get_zero_invoices(order)
        self.assertEqual(invoice.amount_total, 10.0)
        row = order.payment_ids.filtered("shipment_id")
        self.assertRecordValues(row, [{"amount": 10.0, "state": "scheduled"}])
        self._pay_due("2027-09-10")
        self.assertEqual((row.state, invoice.amount_residual), ("paid", 0.0))

    def test_rest_of_a_delivery(self):
        """MC16: the back-order is called off, its unit is credited."""
        order = self._submit(self.club, quantity=2)
        with freeze_time("2027-09-10 12:00:00"):
            child = self._create_child(order)
            if "picking_ids" not in child._fields:
                return
            self._deliver(child, quantity=1)
            left = child.picking_ids.filtered(lambda p: p.state != "done")
            left.action_cancel()
        self._run("2027-09-10")
        self.assertEqual(order.shipment_ids[0].state, "done")
        self.assertTrue(order.has_units_to_credit)
        self._act(order.with_user(self.seller).action_credit_open)
        note = self._get_note(order)
        self.assertEqual(note.amount_total, 14.94)
        self._post(note)
        self.assertFalse(order.has_units_to_credit)
        self._check_ledger(order)

    # === STATES THAT ARE TYPED === #

    def test_quotation_cancelled_and_reset_by_rpc(self):
        """N14: whatever the door, the continuity order is planned afresh."""
        order = self._quote(self.club).with_user(self.seller)
        continuity = order.continuity_order_ids
        order.write({"state": "cancel"})
        self.assertEqual(continuity.state, "cancelled")
        order.write({"state": "draft"})
        self.assertEqual(continuity.state, "draft")
        self.assertEqual(set(continuity.shipment_ids.mapped("state")), {"planned"})
