# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date
from unittest.mock import patch

from freezegun import freeze_time

from odoo.tests import tagged

from ...models.agreement.guard_facts import read_facts
from ..cases.credit import InvoicedCase


@tagged("post_install", "-at_install")
class TestPlannedAgain(InvoicedCase):
    """A child that was cancelled, and the next one of the same shipment: each has
    money, rows and dates of its own."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.club_a = cls._create_club(code="CLUBA")
        cls.club_b = cls._create_club(code="CLUBB", payment_schedule_id=cls.monthly.id)

    def _cancel_child(self, order, day):
        """By the button of its shipment; a note is posted where there is one."""
        child = order.shipment_ids[0].child_order_id
        with freeze_time(f"{day} 12:00:00"):
            action = child.with_user(self.seller).action_open_continuity_cancel()
            wizard = self.env[action["res_model"]].browse(action["res_id"])
            wizard = wizard.with_user(self.seller)
            wizard.reason = "wrong colour"
            wizard.action_apply()
        if note := self._get_note(order):
            self._post(note, day)
        self.assertEqual(child.state, "cancel")

    def _plan_again(self, order, day):
        with freeze_time(f"{day} 12:00:00"):
            order.shipment_ids[0].with_user(self.seller).action_replan()
            return self._create_child(order, 1, date.fromisoformat(day))

    def _get_account(self, child):
        scope = ("child", child.id)
        return self.env["continuity.balance"]._find_stored([scope])[scope]

    def _get_block(self, child, day):
        with freeze_time(f"{day} 12:00:00"):
            return child._get_continuity_blocks().get(child)

    def _check_may_leave(self, order, child, day):
        """Nothing keeps a child that is paid from leaving."""
        self.assertEqual(child.state, "sale")
        self.assertFalse(self._get_block(child, day))
        self.assertEqual(order.state, "running")

    # === CHARGED WHEN INVOICED === #

    def test_charged_by_its_invoice(self):
        """What the first invoice was charged is the first child's; the second pays."""
        self.company.write(
            {
                "continuity_authorize_child": False,
                "continuity_invoice_children": "created",
            }
        )
        order = self._submit(self.club_a)
        with freeze_time("2027-09-10 12:00:00"):
            first = self._create_child(order)
        self._run("2027-09-10")
        self._pay_due("2027-09-10")
        self.assertEqual(self._get_rows(order), [(14.94, "paid")])
        self.assertFalse(order.payment_ids.transaction_ids.sale_order_ids)
        self._cancel_child(order, "2027-09-11")
        second = self._plan_again(order, "2027-09-12")
        self._run("2027-09-12")
        self._pay_due("2027-09-12")
        self.assertEqual(self._get_rows(order), [(14.94, "paid"), (14.94, "paid")])
        self.assertEqual(self._get_account(second).amount_received, 14.94)
        for child in (first, second):
            self.assertFalse(self._get_account(child).differs)
        self.assertEqual(order.amount_to_refund, 14.94)
        self._check_may_leave(order, second, "2027-09-12")
        self._refund(order)
        self.assertEqual(order.amount_to_refund, 0.0)

    # === BY SCHEDULE === #

    def test_dates_of_the_new_plan(self):
        """The invoice of the second child falls due by its own three rows."""
        order = self._submit(self.club_b)
        with freeze_time("2027-09-10 12:00:00"):
            self._create_child(order)
        self._cancel_child(order, "2027-09-11")
        second = self._plan_again(order, "2027-12-01")
        invoice = self._invoice(second, "2027-12-01")
        lines = invoice.line_ids.filtered("date_maturity").sorted("date_maturity")
        self.assertEqual(
            [(f"{line.date_maturity}", line.balance) for line in lines],
            [("2027-12-01", 4.98), ("2028-01-01", 4.98), ("2028-02-01", 4.98)],
        )
        rows = order.payment_ids.filtered(lambda r: r.sequence > 3)
        self.assertEqual(rows.invoice_id, invoice)

    def test_credited_before_it_was_cancelled(self):
        """What was credited of the first child is no part of the second one's plan."""
        order = self._submit(self.club_b)
        with freeze_time("2027-09-10 12:00:00"):
            first = self._create_child(order)
        self._pay_due("2027-09-10")
        note = self._credit_by_wizard(self._invoice(first, "2027-09-10"), "2027-09-10")
        self._post(note, "2027-09-10")
        old = order.payment_ids.sorted("sequence")
        self.assertEqual(old.mapped("state"), ["paid", "cancelled", "cancelled"])
        self.assertEqual(old[1:].mapped("cancel_kind"), ["credited"] * 2)
        self._cancel_child(order, "2027-09-11")
        self._plan_again(order, "2027-12-01")
        self._pay_due("2027-12-01")
        self.assertEqual(old.mapped("state"), ["paid", "cancelled", "cancelled"])
        rows = order.shipment_ids[0]._get_payment_rows() - old
        self.assertEqual(
            [
                (f"{row.due_date}", row.amount, row.state)
                for row in rows.sorted("sequence")
            ],
            [
                ("2027-12-01", 4.98, "paid"),
                ("2028-01-01", 4.98, "scheduled"),
                ("2028-02-01", 4.98, "scheduled"),
            ],
        )

    # === A DEBIT THAT COMES BACK LATE === #

    def test_old_debit_comes_back(self):
        """The debit of the first child fails: nobody owes it, nothing stops."""
        order = self._submit(self.club_a, token=self._create_token("pending"))
        with freeze_time("2027-09-10 12:00:00"):
            self._create_child(order)
        old = order.payment_ids
        self.assertEqual(old.state, "pending")
        self._cancel_child(order, "2027-09-11")
        order.payment_token_id.demo_simulated_state = "done"
        second = self._plan_again(order, "2027-09-12")
        self.assertEqual(self._get_rows(order), [(14.94, "pending"), (14.94, "paid")])
        self._check_may_leave(order, second, "2027-09-12")
        with freeze_time("2027-09-14 12:00:00"):
            old.transaction_id._process("demo", {"simulated_state": "error"})
            old.transaction_id._post_process()
        self.assertEqual((old.state, old.cancel_kind), ("cancelled", "child"))
        self.assertFalse(order.hold_payment)
        self._check_may_leave(order, second, "2027-09-14")

    # === A DEBIT THAT IS UNDER WAY STILL === #

    def _replan_while_pending(self):
        """The debit of the first child has no answer, the second is paid by a card.

        The child of the shipment is made by a company that invoices it at once.
        """
        self.company.continuity_invoice_children = "created"
        order = self._submit(self.club_a, token=self._create_token("pending"))
        with freeze_time("2027-09-10 12:00:00"):
            first = self._create_child(order)
        self._cancel_child(order, "2027-09-11")
        return order, first

    def test_old_debit_keeps_no_invoice(self):
        """Nothing that is due is unpaid: the second child is invoiced in the night."""
        order, first = self._replan_while_pending()
        order.payment_token_id.demo_simulated_state = "done"
        second = self._plan_again(order, "2027-09-12")
        old, new = order.payment_ids.sorted("sequence")
        self.assertEqual((old.state, new.state), ("pending", "paid"))
        self.assertEqual((old.child_order_id, new.child_order_id), (first, second))
        self._run("2027-09-12")
        invoice = second.invoice_ids
        self.assertEqual((invoice.amount_total, invoice.amount_residual), (14.94, 0.0))
        self.assertEqual(new._get_documents(), invoice)
        self.assertFalse(old._get_documents())

    def test_old_debit_stops_nothing(self):
        """Nobody owes what was asked for a child that is gone."""
        order, _first = self._replan_while_pending()
        facts = read_facts(order, date(2027, 10, 20))[order.id]
        self.assertEqual((facts.unpaid, facts.balance), (0, 0))
        self.assertFalse(facts.oldest_due)
        order.payment_token_id.demo_simulated_state = "done"
        self._plan_again(order, "2027-09-12")
        self.assertEqual(self._get_rows(order), [(14.94, "pending"), (14.94, "paid")])
        facts = read_facts(order, date(2027, 10, 20))[order.id]
        self.assertEqual((facts.shipped_count, facts.unpaid, facts.balance), (1, 0, 0))
        self.assertFalse(facts.oldest_due)

    def test_old_debit_is_no_reason(self):
        """The second child waits for a new card, and is told so."""
        order, _first = self._replan_while_pending()
        order.payment_token_id.demo_simulated_state = "error"
        second = self._plan_again(order, "2027-09-12")
        self.assertEqual(second.state, "draft")
        old, new = order.payment_ids.sorted("sequence")
        self.assertEqual((old.state, new.state), ("pending", "declined"))
        with freeze_time("2027-09-14 12:00:00"):
            self._execute("refresh_insight")
            found = self.env["continuity.exception"].search(
                [
                    ("continuity_order_id", "=", order.id),
                    ("shipment_id", "!=", False),
                    ("closed_on", "=", False),
                ]
            )
            self.assertEqual(found.payment_id, new)
            self.env.flush_all()
            late = self.env["continuity.late.report"].search(
                [
                    ("child_order_id", "=", second.id),
                    ("continuity_order_id", "=", order.id),
                ]
            )
            self.assertEqual(late.mapped("reason"), ["declined"])
            self.assertEqual(late.payment_id, new)

    # === THE FORMER CHILD, TOUCHED AGAIN === #

    def test_former_child_is_a_quotation_again(self):
        """It asks for nothing, for it gets no shipment any more."""
        order = self._submit(self.club_b)
        with freeze_time("2027-09-10 12:00:00"):
            first = self._create_child(order)
        self._cancel_child(order, "2027-09-11")
        self._plan_again(order, "2027-12-01")
        rows = self._get_rows(order)
        first.action_draft()
        self.assertEqual(first.state, "draft")
        self.assertEqual(self._get_account(first).amount_open, 0.0)
        self.assertEqual(self._get_rows(order), rows)

    def test_second_child_confirmed_again(self):
        """Its own rows come back, those of the first child do not."""
        order = self._submit(self.club_b)
        with freeze_time("2027-09-10 12:00:00"):
            self._create_child(order)
        old = order.payment_ids
        self._cancel_child(order, "2027-09-11")
        second = self._plan_again(order, "2027-12-01")
        new = order.shipment_ids[0]._get_payment_rows() - old
        self._cancel_child(order, "2027-12-02")
        self.assertEqual(set(new.mapped("state")), {"paid", "cancelled"})
        states = old.mapped("state")
        with freeze_time("2027-12-03 12:00:00"):
            second.action_draft()
            second.action_confirm()
        self.assertEqual(old.mapped("state"), states)
        self.assertEqual(
            new.sorted("sequence").mapped("state"), ["paid", "scheduled", "scheduled"]
        )
        self.assertEqual(order.shipment_ids[0]._get_payment_rows(), old | new)

    # === A REFUND THAT IS UNDER WAY === #

    def test_refund_under_way(self):
        """What goes back to the customer does not pay the next invoice first."""
        order = self._submit(self.club_a)
        with freeze_time("2027-09-10 12:00:00"):
            first = self._create_child(order)
        self._cancel_child(order, "2027-09-11")
        charge = order.payment_ids.transaction_id
        transactions = self.env.registry["payment.transaction"]
        with patch.object(
            transactions, "_send_refund_request", lambda tx: tx._set_pending()
        ):
            self._refund(order, "2027-09-11")
        second = self._plan_again(order, "2027-09-12")
        self.assertEqual(self._get_rows(order), [(14.94, "paid"), (14.94, "paid")])
        invoice = self._invoice(second, "2027-09-12")
        old, new = order.payment_ids.sorted("sequence")
        self.assertFalse(old.invoice_id)
        self.assertEqual(new.invoice_id, invoice)
        paid_by = invoice.line_ids.matched_credit_ids.credit_move_id.payment_id
        self.assertEqual(paid_by, new.transaction_id.payment_id)
        with freeze_time("2027-09-14 12:00:00"):
            refund = charge.child_transaction_ids
            refund._set_done()
            refund._post_process()
        self.assertEqual(order.amount_to_refund, 0.0)
        for child in (first, second):
            self.assertFalse(self._get_account(child).differs)
        self.assertEqual(self._get_account(second).amount_received, 14.94)
        self.assertEqual(invoice.amount_residual, 0.0)
