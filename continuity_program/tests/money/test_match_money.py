# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""In the books the money of a child order pays its invoices, by whatever door."""

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from ...models.prepaid.continuity_order_prepaid import REFUND_ACTIVITY
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

    def test_the_draft_asks_for_what_would_go_back(self):
        """Invoiced at 121.00 by mistake and charged: reversed, the draft says 121.00.

        Nothing goes back before it is put right.
        """
        order, child = self._sell_child()
        self._send(child)
        price = child.order_line.price_unit
        old = self._bill(child, price=100.0)
        self._pay_due("2027-09-21")
        self._check(
            self._child(child),
            claim=121.0,
            received=121.0,
            rows=[(14.94, "paid"), (106.06, "paid")],
        )
        draft = self._credit_by_wizard(old, modify=True, post=False)
        self.assertEqual((draft.state, draft.amount_total), ("draft", 121.0))
        self.assertEqual(order.amount_to_refund, 106.06)
        self._check(
            self._child(child),
            claim=14.94,
            received=121.0,
            credit=106.06,
            to_refund=106.06,
            reasons=["refund_waits_draft"],
            refunds=[],
        )
        with self.assertRaisesRegex(UserError, "106.06.*a draft invoice asks for it"):
            self._refund(order, "2027-09-21")
        self.assertFalse(order.activity_ids.filtered(self._is_refund_activity))
        draft.invoice_line_ids.price_unit = price
        with freeze_time("2027-09-22 12:00:00"):
            draft.action_post()
        self.assertTrue(order.activity_ids.filtered(self._is_refund_activity))
        self._refund(order, "2027-09-22")
        self.assertEqual(order.amount_to_refund, 0.0)
        self.assertEqual(draft.amount_residual, 0.0)

    def _is_refund_activity(self, activity):
        return activity.activity_type_id == self.env.ref(REFUND_ACTIVITY)

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

    # === A PAYMENT THAT IS A DRAFT AGAIN === #

    def _sell_in_three(self):
        """Up front in three rows of 23.37, 23.37 and 23.38, the first one charged."""
        order = self._submit(self.club_by_schedule)
        self._pay_due("2027-09-10")
        invoice = order.upfront_invoice_id
        self.assertEqual(invoice.amount_residual, 46.75)
        return order, invoice

    def test_transfer_is_a_draft_and_posted_again(self):
        """Its instalment is open meanwhile, and paid by it again."""
        order, invoice = self._sell_in_three()
        payment = self._register(invoice, 23.37, day=DAY)
        self.assertEqual(invoice.amount_residual, 23.38)
        with freeze_time(f"{DAY} 12:00:00"):
            payment.with_user(self.accountant).action_draft()
        self.assertEqual(invoice.amount_residual, 46.75)
        self._check(
            self._upfront(order),
            claim=70.12,
            received=23.37,
            open=46.75,
            rows=[(23.37, "paid"), (23.37, "scheduled"), (23.38, "scheduled")],
        )
        with freeze_time(f"{DAY} 12:00:00"):
            payment.with_user(self.accountant).action_post()
        self.assertEqual(invoice.amount_residual, 23.38)
        lines = self._get_receivable(invoice)
        self.assertEqual(lines.mapped("amount_residual"), [0.0, 0.0, 23.38])
        self.assertTrue(self._get_receivable(payment.move_id).reconciled)
        self._check(
            self._upfront(order),
            claim=70.12,
            received=46.74,
            open=23.38,
            rows=[(23.37, "paid"), (23.37, "otherwise"), (23.38, "scheduled")],
        )

    def test_charged_while_it_is_a_draft(self):
        """The charge pays its own instalment; the transfer the next, the rest is too
        much."""
        order, invoice = self._sell_in_three()
        payment = self._register(invoice, 46.75, day=DAY)
        with freeze_time(f"{DAY} 12:00:00"):
            payment.with_user(self.accountant).action_draft()
        self._pay_due("2027-10-10")
        self.assertEqual(invoice.amount_residual, 23.38)
        charge = order.payment_ids.sorted("sequence")[1].transaction_id.payment_id
        self.assertTrue(self._get_receivable(charge.move_id).reconciled)
        with freeze_time("2027-10-11 12:00:00"):
            payment.with_user(self.accountant).action_post()
        self.assertEqual(invoice.amount_residual, 0.0)
        left = self._get_receivable(payment.move_id)
        self.assertEqual(left.amount_residual, -23.37)
        self._check(
            self._upfront(order),
            claim=70.12,
            received=93.49,
            credit=23.37,
            to_refund=23.37,
            rows=[(23.37, "paid"), (23.37, "paid"), (23.38, "otherwise")],
        )

    def test_own_charge_is_a_draft(self):
        """What the provider has answered counts; the next charge pays its own."""
        order, invoice = self._sell_in_three()
        payment = order.payment_ids.sorted("sequence")[0].transaction_id.payment_id
        with freeze_time(f"{DAY} 12:00:00"):
            payment.with_user(self.accountant).action_draft()
        self._pay_due("2027-10-10")
        self._check(
            self._upfront(order),
            claim=70.12,
            received=46.74,
            open=23.38,
            # So it is in the books: its payment is a draft
            reasons=["unmatched_money"],
            rows=[(23.37, "paid"), (23.37, "paid"), (23.38, "scheduled")],
        )
        with freeze_time("2027-10-11 12:00:00"):
            payment.with_user(self.accountant).action_post()
        lines = self._get_receivable(invoice)
        self.assertEqual(lines.mapped("amount_residual"), [0.0, 0.0, 23.38])
        # Cancelled, Odoo matches it with nothing; posted again it pays its own
        with freeze_time("2027-10-12 12:00:00"):
            payment.action_cancel()
            self.assertEqual(invoice.amount_residual, 46.75)
            payment.action_draft()
            payment.action_post()
        self.assertEqual(lines.mapped("amount_residual"), [0.0, 0.0, 23.38])

    def test_refused_after_it_was_matched(self):
        """Of a child order that is billed: open again, and billed no second time."""
        order = self._sell_on_account(self.club_a)
        with freeze_time("2027-09-10 12:00:00"):
            child = self._create_child(order)
        self._send(child)
        invoice = self._bill(child)
        payment = self._register(invoice, day=DAY)
        self.assertEqual(invoice.amount_residual, 0.0)
        with freeze_time(f"{DAY} 12:00:00"):
            payment.action_reject()
        self.assertEqual(invoice.amount_residual, 14.94)
        self._check(
            self._child(child), claim=14.94, open=14.94, rows=[(14.94, "billed")]
        )
        with freeze_time(f"{DAY} 12:00:00"):
            payment.action_draft()
            payment.action_post()
        self.assertEqual(invoice.amount_residual, 0.0)
        self._check(
            self._child(child), claim=14.94, received=14.94, rows=[(14.94, "otherwise")]
        )

    def test_refund_by_hand_is_a_draft(self):
        """The note is open while it is one, and what goes back is owed again."""
        order = self._sell_on_account(self.club_a)
        with freeze_time("2027-09-10 12:00:00"):
            child = self._create_child(order)
        self._send(child)
        invoice = self._bill(child)
        self._register(invoice, day=DAY)
        note = self._credit_by_wizard(invoice)
        back = self._register(note, day=DAY)
        self.assertEqual((back.payment_type, note.amount_residual), ("outbound", 0.0))
        self.assertEqual(order.amount_to_refund, 0.0)
        with freeze_time(f"{DAY} 12:00:00"):
            back.action_draft()
        self.assertEqual(note.amount_residual, 14.94)
        self.assertEqual(order.amount_to_refund, 14.94)
        with freeze_time(f"{DAY} 12:00:00"):
            back.action_post()
        self.assertEqual(note.amount_residual, 0.0)
        self.assertEqual(order.amount_to_refund, 0.0)
