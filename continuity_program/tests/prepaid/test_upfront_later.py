# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The up-front invoice comes with the first shipment (D-1); before that the rows of
the order have changed."""

from odoo.tests import tagged

from ..cases.flow import ReasonCase


@tagged("post_install", "-at_install")
class TestUpfrontLater(ReasonCase):
    """70.12 were paid at Submit; the first parcel leaves later."""

    def setUp(self):
        super().setUp()
        self.company.continuity_upfront_invoicing = "shipment"
        self.order = self._submit(self.club)
        self.row = self.order.payment_ids
        self.assertEqual((self.row.amount, self.row.state), (70.12, "paid"))
        self.assertFalse(self.order.upfront_invoice_id)

    def _ask_again(self):
        """5.00 went back, and are owed all the same."""
        self._give_back(self._get_payment(self.order), 5.0)
        account = self._get_account(self._upfront(self.order))
        self.assertEqual(account.amount_held, 5.0)
        self._press(account, "action_ask_again")
        self._pay_due("2027-09-21")
        self.assertEqual(self._get_rows(self.order), [(70.12, "paid"), (5.0, "paid")])

    def _write_off(self):
        """The bank took all of it back, and nobody pays it again."""
        self.row.with_user(self.books).action_chargeback("fraud")
        self.row.with_user(self.books).action_write_off("gone abroad")
        self.assertEqual(self._get_rows(self.order), [(70.12, "cancelled")])

    def test_asked_again_then_sent(self):
        self._ask_again()
        child = self._ship(self.order, 1, "2027-09-22")
        self.assertEqual(child.state, "sale")
        invoice = self.order.upfront_invoice_id
        self.assertEqual((invoice.state, invoice.amount_total), ("posted", 70.12))
        self.assertEqual(invoice.amount_residual, 0.0)
        self.assertEqual(self.order.payment_ids.invoice_id, invoice)
        self._check(
            self._upfront(self.order),
            claim=70.12,
            received=75.12,
            returned=5.0,
            rows=[(70.12, "paid"), (5.0, "paid")],
        )

    def test_asked_again_then_cancelled(self):
        self._ask_again()
        self._cancel(self.order, "2027-09-22")
        self.assertEqual(self.order.state, "cancelled")
        note = self._get_note(self.order)
        self.assertEqual(note.amount_total, 70.12)
        self._post(note, "2027-09-22")
        self.assertEqual(self.order.amount_to_refund, 70.12)

    def test_charged_back_then_skipped(self):
        """What the bank took back does not pay the invoice that comes later."""
        self.row.with_user(self.books).action_chargeback("fraud")
        self.order.shipment_ids[0].with_user(self.seller).action_skip()
        invoice = self.order.upfront_invoice_id
        self.assertEqual((invoice.state, invoice.amount_residual), ("posted", 70.12))
        self.assertEqual((self.row.state, self.row.amount), ("declined", 70.12))

    def test_written_off_then_cancelled(self):
        self._write_off()
        self._cancel(self.order, "2027-09-22")
        self.assertEqual(self.order.state, "cancelled")
        self.assertEqual(self.order.upfront_invoice_id.amount_total, 70.12)
        note = self._get_note(self.order)
        self.assertEqual(note.amount_total, 70.12)
        self._post(note, "2027-09-22")
        self.assertEqual(self.order.amount_to_refund, 0.0)
        self.assertEqual(self.order.upfront_invoice_id.amount_residual, 0.0)

    def test_written_off_then_skipped(self):
        self._write_off()
        self.order.shipment_ids[0].with_user(self.seller).action_skip()
        self.assertEqual(
            self._get_states(self.order), ["skipped", "planned", "planned"]
        )
        self.assertEqual(self._get_note(self.order).amount_total, 14.94)
