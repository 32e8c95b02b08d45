# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from freezegun import freeze_time

from odoo.tests import tagged

from ..cases.parts import FIGURES, PartsCase


@tagged("post_install", "-at_install")
class TestBillingParts(PartsCase):
    """Part invoices fill the plan from the front; each charge pays its own part."""

    def _check_terms(self, currency):
        figures = FIGURES[currency]
        _order, child = self._sell_parts(currency)
        self.assertEqual(self.rows.mapped("amount"), figures["plan"])
        first = self._send_and_bill(child)
        self.assertEqual(self._get_terms(first), figures["first"])
        second = self._send_and_bill(child)
        self.assertEqual(self._get_terms(second), figures["second"])
        return first, second

    def test_terms_eur(self):
        self._check_terms("EUR")

    def test_terms_jpy(self):
        self._check_terms("JPY")

    def test_terms_kwd(self):
        """What is beyond the plan is due with the invoice."""
        self._check_terms("KWD")

    def test_price_of_the_second(self):
        """An invoice that asks for more than the plan has left."""
        _order, child = self._sell_parts()
        self._send_and_bill(child)
        self._send(child)
        second = self._bill(child, price=16.53)
        self.assertEqual(second.amount_total, 20.0)
        self.assertEqual(
            self._get_terms(second),
            [("2027-09-20", 5.05), ("2027-10-10", 4.98), ("2027-11-10", 9.97)],
        )

    def test_drafts_side_by_side(self):
        """Both drafts were made before one was posted: the second is cut anew."""
        _order, child = self._sell_parts()
        self._send(child)
        first = child._create_invoices()
        self._send(child)
        second = child._create_invoices()
        with freeze_time("2027-09-20 12:00:00"):
            second.action_post()
            first.action_post()
        self.assertEqual(self._get_terms(second), FIGURES["EUR"]["first"])
        self.assertEqual(self._get_terms(first), FIGURES["EUR"]["second"])
        # And what is reset gives its part of the plan back
        second.button_draft()
        first.button_draft()
        with freeze_time("2027-09-20 12:00:00"):
            first.action_post()
        self.assertEqual(self._get_terms(first), FIGURES["EUR"]["first"])

    def test_first_reversed(self):
        """What a note took back is free again for the next invoice."""
        _order, child = self._sell_parts()
        first = self._send_and_bill(child)
        self._credit_by_wizard(first)
        second = self._send_and_bill(child)
        self.assertEqual(self._get_terms(second), FIGURES["EUR"]["first"])
        # The money of row 1 pays its part anew; the other part is what row 2 asks
        self.assertEqual(self._get_residuals(second), [0.0, 4.98])
        self.assertEqual(self.rows.mapped("amount"), [9.96, 4.98, 9.97])
        self.assertEqual(self.rows.mapped("state"), ["paid", "scheduled", "cancelled"])

    def test_written_off_stays_in_the_plan(self):
        _order, child = self._sell_parts(quantity=1)
        self.assertEqual(self.rows.mapped("amount"), [4.98, 4.98, 4.98])
        self.rows[1].with_user(self.accountant).action_write_off("gone")
        invoice = self._send_and_bill(child)
        self.assertEqual(
            self._get_terms(invoice),
            [("2027-09-10", 4.98), ("2027-10-10", 4.98), ("2027-11-10", 4.98)],
        )

    def test_charged_before_the_invoice(self):
        """Each charge is matched with the part of the invoice it falls on."""
        _order, child = self._sell_parts(quantity=1)
        self.rows[1].with_user(self.accountant).action_write_off("gone")
        self._pay_due("2027-11-10")
        self.assertEqual(self.rows.mapped("state"), ["paid", "cancelled", "paid"])
        self._send(child)
        invoice = self._bill(child, day="2027-11-12")
        self.assertEqual(self._get_residuals(invoice), [0.0, 4.98, 0.0])

    def test_two_charged_before_two_invoices(self):
        _order, child = self._sell_parts()
        self._pay_due("2027-10-10")
        self.assertEqual(self.rows.mapped("state"), ["paid", "paid", "scheduled"])
        first = self._send_and_bill(child, day="2027-10-12")
        self.assertEqual(self._get_residuals(first), [0.0, 0.0])
        second = self._send_and_bill(child, day="2027-10-12")
        self.assertEqual(self._get_residuals(second), [0.0, 9.96])
        self.assertEqual(self.rows[1]._get_own_lines().move_id, first | second)

    def test_charged_after_both(self):
        """The second charge pays what both invoices have of its day."""
        _order, child = self._sell_parts()
        first = self._send_and_bill(child)
        second = self._send_and_bill(child)
        self.assertEqual(self._get_residuals(first), [0.0, 4.98])
        self._pay_due("2027-10-10")
        self.assertEqual(self.rows[1].amount, 9.96)
        self.assertEqual(self._get_residuals(first), [0.0, 0.0])
        self.assertEqual(self._get_residuals(second), [0.0, 9.96])

    def test_children_are_never_merged(self):
        """Two children of one order, one selection: an invoice each."""
        order, child = self._sell_parts(quantity=1)
        with freeze_time("2027-10-01 12:00:00"):
            other = self._create_child(order, 2, date(2027, 10, 1))
        children = child | other
        children.order_line.product_id.invoice_policy = "order"
        invoices = children._create_invoices()
        self.assertEqual(len(invoices), 2)
        for invoice in invoices:
            self.assertEqual(len(invoice._get_continuity_children()), 1)
