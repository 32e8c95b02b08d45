# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""In the books the money of a child order pays its invoices, by whatever door."""

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from ..cases.flow import FlowCase

DAY = "2027-09-20"


@tagged("post_install", "-at_install")
class TestMatchMoney(FlowCase):
    """*Reverse and create*, links and registered payments."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.club_b = cls._create_club(code="CLUBB", payment_schedule_id=cls.monthly.id)

    def _modify(self, invoice):
        """Reverse and create; the new one is posted."""
        order = invoice.continuity_order_id
        new = self._credit_by_wizard(invoice, modify=True, post=False)
        self.assertEqual(new.continuity_order_id, order)
        with freeze_time(f"{DAY} 12:00:00"):
            new.action_post()
        note = invoice.reversal_move_ids
        self.assertEqual(note.continuity_order_id, order)
        self.assertEqual(
            [invoice.amount_residual, note.amount_residual], [0.0, 0.0], "old ones"
        )
        return new

    def _invoice_other(self, amount):
        """Something else the customer has bought."""
        with freeze_time(f"{DAY} 12:00:00"):
            other = self.env["account.move"].create(
                {
                    "move_type": "out_invoice",
                    "partner_id": self.customer.id,
                    "invoice_date": DAY,
                    "invoice_line_ids": [
                        Command.create(
                            {"name": "x", "price_unit": amount, "tax_ids": []}
                        )
                    ],
                }
            )
            other.action_post()
        return other

    def test_reverse_and_create(self):
        """A child order charged at once: its charge pays the new invoice, and anew."""
        order, child = self._sell_child()
        self._send(child)
        new = self._modify(self._bill(child))
        self.assertEqual(new.amount_residual, 0.0)
        self.assertEqual(new.reconciled_payment_ids, self._get_payment(order))
        self._check(
            self._child(child), claim=14.94, received=14.94, rows=[(14.94, "paid")]
        )
        again = self._modify(new)
        self.assertEqual((again.amount_total, again.amount_residual), (14.94, 0.0))
        self.assertEqual(order.amount_to_refund, 0.0)
        self.assertEqual(order.child_order_ids.invoice_status, "invoiced")

    def test_by_instalments(self):
        """One of three is charged: it pays its own instalment of the new invoice."""
        order, child = self._sell_child(self.club_b)
        self._pay_due("2027-09-10")
        self._send(child)
        old = self._bill(child)
        days = sorted(
            (str(line.date_maturity), line.amount_residual)
            for line in self._get_receivable(old)
        )
        self.assertEqual([left for _day, left in days], [0.0, 4.98, 4.98])
        new = self._modify(old)
        self.assertEqual(
            sorted(
                (str(line.date_maturity), line.amount_residual)
                for line in self._get_receivable(new)
            ),
            days,
        )
        self._pay_due("2027-10-30")
        self._pay_due("2027-11-30")
        self.assertEqual(new.amount_residual, 0.0)
        self.assertEqual(set(order.payment_ids.mapped("state")), {"paid"})

    def test_link_before_the_invoice(self):
        """Two links have paid the child order; the new invoice has them again."""
        order, child = self._sell_child(token=self._create_token("error"))
        self._pay_online(child, 10.0)
        self._pay_online(child, 4.94)
        with freeze_time(f"{DAY} 12:00:00"):
            self._execute("create_child_orders")
        self._send(child)
        new = self._modify(self._bill(child))
        self.assertEqual(new.amount_residual, 0.0)
        self.assertEqual(len(new.reconciled_payment_ids), 2)
        self._check(
            self._child(child), claim=14.94, received=14.94, rows=[(14.94, "otherwise")]
        )
        self.assertEqual(order.amount_to_refund, 0.0)

    def test_on_account(self):
        """A transfer that was registered, a link after the invoice, and both freed.

        What a person has un-matched stays so when other money comes.
        """
        order = self._sell_on_account(self.club_a)
        with freeze_time("2027-09-10 12:00:00"):
            child = self._create_child(order)
        self._send(child)
        old = self._bill(child)
        loose = self._register(old, 2.0, day=DAY)
        lines = self._get_receivable(loose.move_id)
        lines.remove_move_reconcile()
        self._register(old, 4.0, day=DAY)
        self._pay_online(child, 3.0)
        self.assertEqual(old.amount_residual, 7.94)
        self.assertFalse(lines.reconciled)
        self._pay_online(old, 5.94)
        self.assertEqual(old.amount_residual, 2.0)
        new = self._modify(old)
        self.assertEqual(new.amount_residual, 0.0)
        self.assertTrue(lines.reconciled)

    def test_paid_together_with_something_else(self):
        """Of such a payment nobody can say what of it is whose: a person matches it."""
        order = self._sell_on_account(self.club_a)
        with freeze_time("2027-09-10 12:00:00"):
            child = self._create_child(order)
        self._send(child)
        old, other = self._bill(child), self._invoice_other(5.0)
        payment = self._register(old | other, 19.94, day=DAY, group_payment=True)
        new = self._modify(old)
        self.assertEqual((new.amount_residual, other.amount_residual), (14.94, 0.0))
        left = self._get_receivable(payment.move_id)
        self.assertEqual(left.amount_residual, -14.94)

    def test_up_front(self):
        """What is paid up front is not written anew: the ways out are named."""
        order = self._submit(self.club_two)
        with self.assertRaisesRegex(UserError, "Skip, Cancel or Credit"):
            self._credit_by_wizard(order.upfront_invoice_id, modify=True)
