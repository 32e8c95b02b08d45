# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from freezegun import freeze_time

from odoo.tests import tagged

from ..cases.credit import InvoicedCase


@tagged("post_install", "-at_install")
class TestConfirmedAgain(InvoicedCase):
    """A child that was cancelled by its own dialog, and is confirmed after all."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.continuity_invoice_children = "delivered"
        cls.club_a = cls._create_club(code="CLUBA")

    def _cancel_child(self, child, day="2027-09-11"):
        with freeze_time(f"{day} 12:00:00"):
            action = child.with_user(self.seller).action_open_continuity_cancel()
            wizard = self.env[action["res_model"]].browse(action["res_id"])
            wizard = wizard.with_user(self.seller)
            wizard.reason = "wrong colour"
            wizard.action_apply()

    def _confirm_again(self, child, day):
        with freeze_time(f"{day} 12:00:00"):
            child.with_user(self.seller).action_draft()
            child.with_user(self.seller).action_confirm()

    def _get_balance(self, child):
        scope = ("child", child.id)
        return self.env["continuity.balance"]._find_stored([scope])[scope]

    def test_given_back_between(self):
        """Charged, cancelled, given back, confirmed: charged and billed once more."""
        order = self._submit(self.club_a)
        with freeze_time("2027-09-10 12:00:00"):
            child = self._create_child(order)
        self.assertEqual(self._get_rows(order), [(14.94, "paid")])
        self._cancel_child(child)
        self.assertEqual(
            (child.state, child.continuity_cancel_reason), ("cancel", "wrong colour")
        )
        self.assertEqual(self._get_balance(child).amount_claim, 0.0)
        self._refund(order, "2027-09-11")
        self._confirm_again(child, "2027-09-13")
        self.assertFalse(child.continuity_cancel_reason)
        self.assertEqual(f"{child.continuity_reopened_at}", "2027-09-13 12:00:00")
        account = self._get_balance(child)
        self.assertEqual((account.amount_claim, account.amount_open), (14.94, 14.94))
        self._pay_due("2027-09-13")
        self.assertEqual(self._get_rows(order), [(14.94, "paid"), (14.94, "paid")])
        self._deliver(child)
        self._run("2027-09-14")
        self.assertEqual(self._count_invoices(child), 1)
        self.assertEqual(child.invoice_ids.amount_residual, 0.0)
        self.assertEqual(order.shipment_ids[0].state, "done")
        self.assertEqual(order.amount_to_refund, 0.0)

    def test_what_may_be_invoiced(self):
        """Nothing while it waits or is cancelled, all of it when it is confirmed."""
        order = self._submit(self.club_a)
        with freeze_time("2027-09-10 12:00:00"):
            child = self._create_child(order)
        child.order_line.product_id.invoice_policy = "order"
        self._cancel_child(child)
        self.assertEqual(child.order_line[0].qty_to_invoice, 0.0)
        self._confirm_again(child, "2027-09-13")
        self.assertEqual(child.order_line[0].qty_to_invoice, 1.0)
        self.assertEqual(child.invoice_status, "to invoice")
        # It can be cancelled again, for another reason
        self._cancel_child(child, "2027-09-14")
        self.assertEqual(child.state, "cancel")

    def test_credited_before(self):
        """What was invoiced and credited is not invoiced again by itself."""
        order = self._submit(self.club_a)
        with freeze_time("2027-09-10 12:00:00"):
            child = self._create_child(order)
        self._invoice(child, "2027-09-10")
        self._cancel_child(child)
        self.assertEqual(
            (child.state, child.continuity_cancel_reason), ("sale", "wrong colour")
        )
        self._post(self._get_note(order), "2027-09-12")
        self.assertEqual(child.state, "cancel")
        self._confirm_again(child, "2027-09-13")
        self.assertFalse(child.continuity_cancel_reason)
        self.assertEqual(child.order_line[0].qty_to_invoice, 0.0)
        self.assertEqual(self._get_balance(child).amount_claim, 0.0)
