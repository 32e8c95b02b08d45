# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date
from unittest.mock import patch

from freezegun import freeze_time

from odoo.tests import tagged

from ..cases.parts import FIGURES, PartsCase
from .billing_read import DAY


class RowsCase(PartsCase):
    """The rows of the ledger, as they stand after each door."""

    def _check_rows(self, order, *expected):
        """Amount and state of every row by its number; looked at twice.

        :param tuple expected: amount and state of each; *otherwise*, or what
            cancelled it, stands for the state
        """
        found = self._get_written(order)
        self.assertEqual(found, list(expected))
        # Settled again, nothing is written
        rows = type(self.env["continuity.payment"])
        with freeze_time(f"{DAY} 12:00:00"), patch.object(rows, "write") as write:
            self.billing._settle(self.billing._get_scopes(order))
        self.assertFalse(write.call_args_list)
        self.assertEqual(self._get_written(order), found)

    def _get_written(self, order):
        return [
            (row.amount, self._write_row(row))
            for row in order.payment_ids.sorted("sequence")
        ]

    def _write_row(self, row):
        if row.state == "cancelled":
            return row.cancel_kind
        return "otherwise" if row.is_paid_otherwise else row.state


@tagged("post_install", "-at_install")
class TestBillingRowsChild(RowsCase):
    """Rows of child orders."""

    def test_more_is_invoiced_and_put_right(self):
        """Posted at 100.00: an extra row; put right: it is not needed any more."""
        order, child = self._sell_child()
        self._send(child)
        invoice = self._bill(child, price=100.0)
        self._check_rows(order, (14.94, "paid"), (106.06, "scheduled"))
        extra = order.payment_ids.sorted("sequence")[1]
        self.assertRecordValues(
            extra,
            [{"kind": "extra", "amount_planned": 106.06, "invoice_id": invoice.id}],
        )
        note = self._credit_by_wizard(invoice, post=False)
        note.invoice_line_ids.price_unit = 50.0
        with freeze_time(f"{DAY} 12:00:00"):
            note.action_post()
        # It shrinks and grows, and there is one of it at most
        self._check_rows(order, (14.94, "paid"), (45.56, "scheduled"))
        with freeze_time(f"{DAY} 12:00:00"):
            note.button_draft()
        self._check_rows(order, (14.94, "paid"), (106.06, "scheduled"))
        note.unlink()
        with freeze_time(f"{DAY} 12:00:00"):
            invoice.button_draft()
            invoice.invoice_line_ids.price_unit = 12.35
            invoice.action_post()
        self._check_rows(order, (14.94, "paid"), (106.06, "corrected"))
        self.assertIn("documents do not ask", str(extra.message_ids[:1].body))
        with freeze_time(f"{DAY} 12:00:00"):
            invoice.button_draft()
            invoice.invoice_line_ids.price_unit = 14.0
            invoice.action_post()
        # What was given up is not asked anew under its number
        self.assertEqual(invoice.amount_total, 16.94)
        self._check_rows(
            order, (14.94, "paid"), (106.06, "corrected"), (2.0, "scheduled")
        )

    def test_put_right_after_it_was_charged(self):
        order, child = self._sell_child()
        self._send(child)
        invoice = self._bill(child, price=100.0)
        self._pay_due(DAY)
        self._check_rows(order, (14.94, "paid"), (106.06, "paid"))
        with freeze_time(f"{DAY} 12:00:00"):
            invoice.button_draft()
            invoice.invoice_line_ids.price_unit = 12.35
            invoice.action_post()
        self._check_rows(order, (14.94, "paid"), (106.06, "paid"))

    def test_price_of_the_draft(self):
        """Posted at 10.00, reset, posted right: the row was paid and stays."""
        order, child = self._sell_child()
        self._send(child)
        invoice = self._bill(child, price=10.0)
        self._check_rows(order, (14.94, "paid"))
        invoice.button_draft()
        self._check_rows(order, (14.94, "paid"))

    def test_parts(self):
        """The last row asks what the two invoices ask; then each is charged."""
        order, child = self._sell_parts()
        first = self._send_and_bill(child)
        self._check_rows(
            order, (9.96, "paid"), (9.96, "scheduled"), (9.97, "scheduled")
        )
        second = self._send_and_bill(child)
        self._check_rows(
            order, (9.96, "paid"), (9.96, "scheduled"), (9.96, "scheduled")
        )
        for day in ("2027-10-10", "2027-11-10"):
            self._pay_due(day)
        self.assertEqual(self._get_residuals(first | second), [0.0] * 4)

    def _check_life(self, currency):
        """Delivered in parts over the months: bank, invoices and rows agree."""
        figures = FIGURES[currency]
        order, child = self._sell_parts(currency)
        self._pay_due("2027-09-10")
        first = self._send_and_bill(child)
        self._pay_due("2027-10-10")
        second = self._send_and_bill(child, day="2027-10-12")
        self._pay_due("2027-11-10")
        rows = order.payment_ids.sorted("sequence")
        self.assertEqual(rows.mapped("amount"), figures["charged"])
        self.assertEqual(set(rows.mapped("state")), {"paid"})
        bank = sum(rows.transaction_id.mapped("amount"))
        self.assertAlmostEqual(bank, figures["total"])
        self.assertAlmostEqual(
            sum((first | second).mapped("amount_total")), figures["total"]
        )
        self.assertFalse(any(self._get_residuals(first | second)))

    def test_life_eur(self):
        self._check_life("EUR")

    def test_life_jpy(self):
        self._check_life("JPY")

    def test_life_kwd(self):
        self._check_life("KWD")

    def test_first_part_comes_back(self):
        order, child = self._sell_parts()
        self._pay_due("2027-09-10")
        first = self._send_and_bill(child)
        self._credit_by_wizard(first)
        self._check_rows(order, (9.96, "paid"), (4.99, "scheduled"), (9.97, "credited"))
        self._send_and_bill(child)
        self._check_rows(order, (9.96, "paid"), (4.98, "scheduled"), (9.97, "credited"))

    def test_written_off_then_a_note(self):
        """A note takes from the open rows first, and never from what is given up."""
        order, child = self._sell_parts(quantity=1)
        self._pay_due("2027-09-10")
        self._send(child)
        invoice = self._bill(child)
        rows = order.payment_ids.sorted("sequence")
        rows[1].with_user(self.accountant).action_write_off("gone")
        self._check_rows(
            order, (4.98, "paid"), (4.98, "written_off"), (4.98, "scheduled")
        )
        note = self._credit_by_wizard(invoice, post=False)
        note.invoice_line_ids.price_unit = 4.12
        with freeze_time(f"{DAY} 12:00:00"):
            note.action_post()
        self.assertEqual(note.amount_total, 4.99)
        self._check_rows(
            order, (4.98, "paid"), (4.98, "written_off"), (4.98, "credited")
        )
        with freeze_time(f"{DAY} 12:00:00"):
            note.button_draft()
        self._check_rows(
            order, (4.98, "paid"), (4.98, "written_off"), (4.98, "scheduled")
        )

    def test_rest_is_charged_all_the_same(self):
        """The middle row is written off, the others are charged."""
        order, child = self._sell_parts(quantity=1)
        self._send(child)
        invoice = self._bill(child)
        rows = order.payment_ids.sorted("sequence")
        rows[1].with_user(self.accountant).action_write_off("gone")
        self._pay_due("2027-11-10")
        self._check_rows(order, (4.98, "paid"), (4.98, "written_off"), (4.98, "paid"))
        self.assertEqual(self._get_residuals(invoice), [0.0, 4.98, 0.0])

    def test_settled_in_the_books(self):
        """The accountant writes the receivable off: nobody has paid the rows."""
        order, child = self._sell_parts(quantity=1)
        self._pay_due("2027-09-10")
        self._send(child)
        invoice = self._bill(child)
        entry = self._book(self.revenue_account, self.receivable, 9.96)
        self._match(entry, invoice)
        self._check_rows(order, (4.98, "paid"), (4.98, "books"), (4.98, "books"))
        self._unmatch(entry)
        self._check_rows(
            order, (4.98, "paid"), (4.98, "scheduled"), (4.98, "scheduled")
        )

    def test_paid_by_link_before_the_invoice(self):
        """Two of three rows are paid by link, and none is asked again."""
        order, child = self._sell_parts(quantity=1)
        self._pay_online(child, 9.96)
        self._check_rows(
            order, (4.98, "paid"), (4.98, "otherwise"), (4.98, "otherwise")
        )

    def test_cancelled_and_confirmed_again(self):
        """Rows fall away with the child, and come back with it by themselves."""
        order, child = self._sell_parts(quantity=1)
        self._pay_due("2027-09-10")
        with freeze_time(f"{DAY} 12:00:00"):
            child._action_cancel()
        self._check_rows(order, (4.98, "paid"), (4.98, "child"), (4.98, "child"))
        with freeze_time(f"{DAY} 13:00:00"):
            child.action_draft()
        self._check_rows(order, (4.98, "paid"), (4.98, "child"), (4.98, "child"))
        with freeze_time(f"{DAY} 13:00:00"):
            child.action_confirm()
        self.assertTrue(child.continuity_reopened_at)
        self._check_rows(
            order, (4.98, "paid"), (4.98, "scheduled"), (4.98, "scheduled")
        )

    def test_planned_again(self):
        """What a link has paid of the child that was cancelled, or a person has given
        up, is no payment of the next one: its plan is counted from its own day."""
        order, child = self._sell_parts(quantity=1)
        self._pay_online(child, 4.98, day="2027-09-10")
        rows = order.payment_ids.sorted("sequence")
        rows[2].with_user(self.accountant).action_write_off("gone")
        self._check_rows(
            order, (4.98, "paid"), (4.98, "otherwise"), (4.98, "written_off")
        )
        with freeze_time(f"{DAY} 12:00:00"):
            child._action_cancel()
            order.shipment_ids[0].with_user(self.seller).action_replan()
            again = self._create_child(order, 1, date.fromisoformat(DAY))
        self.assertNotEqual(again, child)
        plan = [(4.98, "paid"), (4.98, "scheduled"), (4.98, "scheduled")]
        before = [(4.98, "paid"), (4.98, "otherwise"), (4.98, "written_off")]
        self._check_rows(order, *before, *plan)
        self.assertEqual(
            [
                f"{row.due_date}"
                for row in (order.payment_ids - rows).sorted("sequence")
            ],
            ["2027-09-20", "2027-10-20", "2027-11-20"],
        )
        self._check(
            self._child(child),
            received=9.96,
            credit=9.96,
            to_refund=9.96,
            rows=before,
        )
        self._check(
            self._child(again), claim=14.94, received=4.98, open=9.96, rows=plan
        )

    def test_refunded_and_confirmed_again(self):
        """What was given back is owed again, and the bank has 25.00 in the end."""
        order, child = self._sell_child(self._create_single(25.0, "CP-25"))
        with freeze_time(f"{DAY} 12:00:00"):
            child._action_cancel()
        self._refund(order, DAY)
        with freeze_time("2027-09-21 12:00:00"):
            child.action_draft()
            child.action_confirm()
        self._check_rows(order, (25.0, "paid"), (25.0, "scheduled"))
        self._pay_due("2027-09-21")
        self._check_rows(order, (25.0, "paid"), (25.0, "paid"))
        moved = order.payment_ids.transaction_ids
        moved |= moved.child_transaction_ids
        self.assertAlmostEqual(sum(moved.mapped("amount")), 25.0)


@tagged("post_install", "-at_install")
class TestBillingRowsUpfront(RowsCase):
    """Rows of what is billed up front, by a schedule."""

    def test_transfer(self):
        """30.00 by transfer pay the first row and a part of the second."""
        order = self._submit(self.club_by_schedule)
        line = self._transfer(30.0, order.upfront_invoice_id)
        part = [(23.37, "otherwise"), (16.74, "scheduled"), (23.38, "scheduled")]
        self._check_rows(order, *part)
        self._unmatch(line.move_id)
        self._check_rows(
            order, (23.37, "scheduled"), (23.37, "scheduled"), (23.38, "scheduled")
        )
        dates = order.payment_ids.sorted("sequence").mapped("due_date")
        self.assertEqual(
            [f"{day}" for day in dates], ["2027-09-10", "2027-10-10", "2027-11-10"]
        )

    def test_transfer_then_a_charge(self):
        """30.00 by transfer, two charges: 70.12 in all, nothing on the account."""
        order = self._submit(self.club_by_schedule)
        self._transfer(30.0, order.upfront_invoice_id)
        self._pay_due("2027-10-10")
        self._check_rows(
            order, (23.37, "otherwise"), (16.74, "paid"), (23.38, "scheduled")
        )
        self._pay_due("2027-11-10")
        self._check_rows(order, (23.37, "otherwise"), (16.74, "paid"), (23.38, "paid"))
        self.assertEqual(order.upfront_invoice_id.amount_residual, 0.0)

    def test_note_and_back(self):
        """A note cuts the last rows; reset, and all come back."""
        order = self._submit(self.club_by_schedule)
        self._pay_due("2027-09-10")
        note = self._credit(order, (3,))
        plan = [(23.37, "paid"), (23.37, "scheduled"), (23.38, "scheduled")]
        self._check_rows(order, *plan)
        self._post(note)
        self._check_rows(
            order, (23.37, "paid"), (13.90, "scheduled"), (23.38, "credited")
        )
        with freeze_time("2027-09-16 12:00:00"):
            note.button_draft()
        self._check_rows(order, *plan)

    def test_transfer_then_a_note(self):
        """What was paid by transfer stays paid, though the claim went away."""
        order = self._submit(self.club_by_schedule)
        self._transfer(30.0, order.upfront_invoice_id)
        self._post(self._credit(order, (2, 3)))
        self._check_rows(
            order, (23.37, "otherwise"), (16.74, "credited"), (23.38, "credited")
        )


@tagged("post_install", "-at_install")
class TestBillingRowsInvoices(RowsCase):
    """Rows that follow invoices: on account, and cards charged when invoiced."""

    def test_half_now(self):
        """Two maturities are two rows; the first is paid by transfer."""
        self.customer.property_payment_term_id = self.env[
            "account.payment.term"
        ].create(
            {
                "name": "Half now, half in 60 days",
                "line_ids": [
                    (0, 0, {"value": "percent", "value_amount": 50, "nb_days": days})
                    for days in (0, 60)
                ],
            }
        )
        order = self._sell_on_account(self._create_single(200.0, "CP-200"))
        with freeze_time("2027-09-10 12:00:00"):
            child = self._create_child(order)
        child.order_line.product_id.invoice_policy = "delivery"
        self._send(child)
        invoice = self._bill(child)
        self._check_rows(order, (100.0, "billed"), (100.0, "billed"))
        rows = order.payment_ids.sorted("sequence")
        self.assertEqual(
            [f"{row.due_date}" for row in rows], ["2027-09-20", "2027-11-19"]
        )
        self._transfer(100.0, invoice)
        self._check_rows(order, (100.0, "otherwise"), (100.0, "billed"))

    def test_charged_when_invoiced(self):
        """5.00 came before: the invoice asks for the rest."""
        self.company.continuity_authorize_child = False
        order, child = self._sell_child(quantity=2)
        self.assertFalse(order.payment_ids)
        self._send(child)
        invoice = self._bill(child)
        self._check_rows(order, (14.94, "scheduled"))
        self._transfer(5.0, invoice)
        self._check_rows(order, (9.94, "scheduled"))
