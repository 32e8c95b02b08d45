# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from ..cases.credit import CancelCase
from ..common import MANAGER, SELLER


@tagged("post_install", "-at_install")
class TestCancelUpfront(CancelCase):
    """Cancelling what is paid in advance: MC9–MC12, MD6, MD7, F1, H10."""

    def test_before_the_first_shipment(self):
        """MC9: a note over everything, the order is cancelled at once."""
        order = self._submit(self.club)
        text = self._cancel(order)
        for figure in ("70.12", "57.95", "12.17"):
            self.assertIn(figure, text)
        self.assertEqual(self._get_states(order), ["cancelled"] * 3)
        self.assertRecordValues(
            order, [{"state": "cancelled", "end_reason": "moved abroad"}]
        )
        self.assertEqual(order.sale_order_id.state, "cancel")
        note = self._get_note(order)
        self.assertEqual(note.amount_total, 70.12)
        self.assertIn("moved abroad", note.ref)
        # Nothing has happened to the money, and everything does when it is posted
        self.assertEqual(order.amount_to_refund, 0.0)
        self._post(note)
        self.assertEqual(order.amount_to_refund, 70.12)
        self._check_ledger(order)

    def test_after_two_shipments(self):
        """MC11: 32.85, not 32.86; the order closes when the note is posted."""
        order = self._submit(self.club)
        for number, day in ((1, "2027-09-10"), (2, "2027-10-01")):
            self._ship(order, number, day)
            self._run(day)
        text = self._cancel(order, "2027-10-05")
        self.assertIn("32.85", text)
        self.assertNotIn("32.86", text)
        self.assertEqual(self._get_states(order), ["done", "done", "cancelled"])
        self.assertEqual(order.state, "running")
        run = self._run("2027-10-05")
        self.assertEqual(order.state, "running")
        # Who read of the units again would credit them again
        self.assertEqual(run.line_ids.mapped("reason"), ["draft_credit"])
        self._post(self._get_note(order), "2027-10-06")
        self.assertEqual(order.amount_to_refund, 32.85)
        self._run("2027-10-06")
        self.assertEqual(order.state, "closed")
        self.assertEqual(self._get_prepayment(order), 0.0)

    def test_draft_zero_invoice(self):
        """What was delivered is not given back, whoever has begun to invoice it."""
        order = self._submit(self.club)
        child = self._ship(order, 1, "2027-09-10")
        with freeze_time("2027-09-11 12:00:00"):
            draft = child._create_invoices()
        self._cancel(order)
        self.assertEqual(self._get_note(order).amount_total, 55.18)
        self._post(self._get_note(order))
        draft.action_post()
        self.assertEqual(self._get_prepayment(order), 0.0)

    def test_by_schedule(self):
        """MD6, H10: which instalments fall away, and 8.43 back; then the figures."""
        order = self._submit(self.club_by_schedule)
        self._pay_due("2027-09-10")
        self._ship(order, 1, "2027-09-10")
        self._run("2027-09-10")
        text = self._cancel(order)
        for figure in ("55.18", "45.60", "9.58", "23.37", "23.38", "8.43"):
            self.assertIn(figure, text)
        self.assertIn("back to the customer", text)
        self.assertIn("when an accountant posts", text)
        self._post(self._get_note(order))
        self.assertEqual(
            [row.state for row in order.payment_ids], ["paid", "cancelled", "cancelled"]
        )
        self.assertEqual(order.amount_to_refund, 8.43)

    def test_still_owed(self):
        """MD7, H10: 13.90 still due on 10 October, nothing back."""
        order = self._submit(self.club_by_schedule)
        self._pay_due("2027-09-10")
        for number, day in ((1, "2027-09-10"), (2, "2027-10-01")):
            self._ship(order, number, day)
            self._run(day)
        text = self._cancel(order, "2027-10-05")
        self.assertIn("13.90", text)
        self.assertIn("still due", text)
        self.assertNotIn("back to the customer", text)
        self._post(self._get_note(order), "2027-10-05")
        self.assertEqual(order.payment_ids[1].amount, 13.90)

    def test_after_the_next(self):
        """The next one is sent, nothing after it."""
        order = self._submit(self.club)
        text = self._cancel(order, "2027-09-15", when="next")
        self.assertIn("55.18", text)
        self.assertEqual(self._get_states(order), ["planned", "cancelled", "cancelled"])
        self.assertEqual((order.state, order.end_reason), ("running", "moved abroad"))
        self._post(self._get_note(order))
        self._ship(order, 1, "2027-09-15")
        self._run("2027-09-15")
        self.assertEqual(order.state, "closed")
        self.assertEqual(self._get_prepayment(order), 0.0)

    def test_child_that_has_not_left(self):
        """It is cancelled with the order, and its units are credited, too."""
        order = self._submit(self.club)
        with freeze_time("2027-09-10 12:00:00"):
            child = self._create_child(order)
        wizard = self._open_cancel(order)
        if "picking_ids" in child._fields:
            self.assertEqual(wizard.child_ids, child)
        wizard.child_ids = child
        self.assertIn("70.12", str(wizard.effect_html))
        self.assertIn("is cancelled", str(wizard.effect_html))
        with freeze_time("2027-09-15 12:00:00"):
            wizard.action_apply()
        self.assertEqual((child.state, order.state), ("cancel", "cancelled"))
        self.assertEqual(self._get_note(order).amount_total, 70.12)

    def test_child_that_is_kept(self):
        order = self._submit(self.club)
        with freeze_time("2027-09-10 12:00:00"):
            child = self._create_child(order)
        text = self._cancel(order, child_ids=[Command.clear()])
        self.assertIn("stays", text)
        self.assertEqual((child.state, order.state), ("sale", "running"))
        self.assertEqual(self._get_note(order).amount_total, 55.18)

    def test_rounding_of_a_cancelled_order(self):
        """BR11: the last note books what rounding leaves, no run is waited for."""
        self.vat.price_include_override = "tax_included"
        self.goods.list_price = 9.99
        order = self._submit(self._create_club(code="CLUBI", bill_upfront=True))
        self.assertEqual(order.upfront_invoice_id.amount_untaxed, 24.77)
        for shipment in order.shipment_ids[:2]:
            with freeze_time("2027-09-12 12:00:00"):
                shipment.action_skip()
            self._post(self._get_note(order))
        self._cancel(order)
        self.assertEqual(order.state, "cancelled")
        self._post(self._get_note(order))
        self.assertEqual(self._get_prepayment(order), 0.0)
        entry = order.move_ids.filtered(lambda move: move.move_type == "entry")
        self.assertEqual(
            self._entry(entry),
            {self.prepayment_account: -0.01, self.revenue_account: 0.01},
        )

    def test_invoice_at_the_first_shipment(self):
        """D-1: the invoice that was waited for is made, and credited."""
        self.company.continuity_upfront_invoicing = "shipment"
        order = self._submit(self.club)
        self.assertFalse(order.upfront_invoice_id)
        text = self._open_cancel(order).effect_html
        self.assertIn("70.12", str(text))
        with freeze_time("2027-09-12 12:00:00"):
            order.shipment_ids[1].with_user(self.seller).action_skip()
        self.assertEqual(order.upfront_invoice_id.amount_total, 70.12)
        note = self._get_note(order)
        self.assertEqual(note.amount_total, 22.32)
        self._post(note)
        self._check_ledger(order)

    def test_on_account_with_terms(self):
        """N65, C7: a row per maturity, and the last is reduced first."""
        self.customer.continuity_allow_on_account = True
        term = self.env["account.payment.term"].create(
            {
                "name": "Half and half",
                "line_ids": [
                    Command.create(
                        {"value": "percent", "value_amount": 50.0, "nb_days": days}
                    )
                    for days in (15, 30)
                ],
            }
        )
        with freeze_time("2027-09-10 12:00:00"):
            sale_order = self._create_order(
                self.club, order_date=date(2027, 9, 10), payment_term_id=term.id
            )
            order = sale_order.continuity_order_ids
            order.payment_method = "on_account"
            sale_order.action_confirm()
        halves = [(35.06, "billed"), (35.06, "billed")]
        self.assertEqual(self._get_rows(order), halves)
        self._post(self._credit(order, (2, 3)))
        rows = order.payment_ids.sorted("due_date")
        self.assertEqual(
            [(f"{row.due_date:%m-%d}", row.amount, row.state) for row in rows],
            [("09-25", 14.94, "billed"), ("10-10", 35.06, "cancelled")],
        )
        self.assertEqual(order.upfront_invoice_id.amount_residual, 14.94)
        order.move_ids.filtered(lambda m: m.move_type == "out_refund").button_draft()
        self.assertEqual(self._get_rows(order), halves)

    def test_several_orders_at_once(self):
        orders = self._submit(self.club) | self._submit(self.club_by_schedule)
        self._cancel(orders)
        self.assertEqual(set(orders.mapped("state")), {"cancelled"})
        self.assertEqual(
            [self._get_note(order).amount_total for order in orders], [70.12, 70.12]
        )

    def test_refused_while_it_is_charged(self):
        order = self._submit(self.club_by_schedule)
        for state in ("processing", "unknown"):
            order.payment_ids[0].state = state
            with self.assertRaisesRegex(UserError, "is being charged"):
                order.with_user(self.seller).action_open_cancel()
        order.payment_ids[0].state = "scheduled"
        wizard = self._open_cancel(order)
        order.payment_ids[0].state = "processing"
        with self.assertRaisesRegex(UserError, "is being charged"):
            wizard.action_apply()
        self.assertEqual(self._get_states(order), ["planned"] * 3)

    def test_refused_twice(self):
        order = self._submit(self.club)
        self._cancel(order)
        with self.assertRaisesRegex(UserError, "is Cancelled"):
            order.with_user(self.seller).action_open_cancel()

    def test_the_standard_cancel(self):
        """By any other door the same happens; the child orders stay."""
        order = self._submit(self.club)
        with freeze_time("2027-09-15 12:00:00"):
            order.sale_order_id.action_cancel()
        self.assertEqual(order.state, "cancelled")
        self.assertEqual(self._get_note(order).amount_total, 70.12)

    def test_another_seller(self):
        """Sellers cancel their own orders."""
        order = self._submit(self.club)
        order.sale_order_id.user_id = order.user_id = self.seller
        other = self._create_user("cancel_other", SELLER)
        with self.assertRaises(AccessError):
            order.with_user(other).action_open_cancel()

    def test_handed_over(self):
        """What has not left goes with the series: who has it now can cancel both."""
        order = self._submit(self.club)
        sent = self._ship(order, 1, "2027-09-10")
        with freeze_time("2027-10-01 12:00:00"):
            child = self._create_child(order, 2, date(2027, 10, 1))
        former, new = (self._create_user(f"cancel_{n}", SELLER) for n in ("a", "b"))
        for record in (order, order.sale_order_id, child, sent):
            record.user_id = former
        manager = self._create_user("cancel_manager", MANAGER)
        order.with_user(manager).user_id = new
        self.assertEqual((sent.user_id, child.user_id), (former, new))
        action = order.with_user(new).action_open_cancel()
        wizard = self.env[action["res_model"]].with_user(new).browse(action["res_id"])
        self.assertEqual(wizard.child_ids, child)


@tagged("post_install", "-at_install")
class TestCancelPerShipment(CancelCase):
    """Modes A and B: MA8, MB7, and child orders that are cancelled (N50, N51)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.per_shipment = cls._create_club(code="CLUBA")
        cls.in_parts = cls._create_club(
            code="CLUBB", payment_schedule_id=cls.monthly.id
        )

    def test_after_the_first_child(self):
        """MA8: planned ones are cancelled, nothing back, no entry."""
        order = self._submit(self.per_shipment)
        child = self._ship(order, 1, "2027-09-10")
        self._invoice(child, "2027-09-10")
        self._run("2027-09-10")
        text = self._cancel(order)
        self.assertIn("nothing comes back", text)
        self.assertEqual(self._get_states(order), ["done", "cancelled", "cancelled"])
        self.assertFalse(self._get_note(order))
        self._run("2027-09-15")
        self.assertEqual(order.state, "closed")

    def test_instalments_of_what_was_sent_stay(self):
        """MB7: the goods are delivered, so their rows stay due."""
        order = self._submit(self.in_parts)
        child = self._ship(order, 1, "2027-09-10")
        self._invoice(child, "2027-09-10")
        self._run("2027-09-10")
        wizard = self._open_cancel(order, child_ids=[Command.clear()])
        # Said before, as it is asked afterwards
        text = str(wizard.effect_html)
        self.assertRegex(text, r"4\.98\D+ still due on Sun 10 Oct 2027")
        self.assertRegex(text, r"4\.98\D+ still due on Wed 10 Nov 2027")
        self.assertNotIn("Nothing is owed", text)
        with freeze_time("2027-09-15 12:00:00"):
            action = wizard.action_apply()
        self.assertIn(f"{order.name} ends.", action["params"]["message"])
        self.assertEqual(
            self._get_rows(order),
            [(4.98, "paid"), (4.98, "scheduled"), (4.98, "scheduled")],
        )

    def test_paid_child(self):
        """F2: paid and not invoiced: the refund is proposed, and made once."""
        order = self._submit(self.per_shipment)
        with freeze_time("2027-09-10 12:00:00"):
            child = self._create_child(order)
        row = order.payment_ids
        self.assertEqual((row.amount, row.state), (14.94, "paid"))
        with freeze_time("2027-09-11 12:00:00"):
            child.with_user(self.seller)._action_cancel()
        self.assertEqual(order.shipment_ids[0].state, "cancelled")
        self.assertEqual((order.amount_to_refund, row.amount_to_refund), (14.94, 14.94))
        self.assertIn("14.94", order.activity_ids.note)
        self._refund(order)
        self.assertEqual((row.amount_refunded, order.amount_to_refund), (14.94, 0.0))
        payments = row.transaction_id | row.transaction_id.child_transaction_ids
        receivable = payments.payment_id.move_id.line_ids.filtered(
            lambda line: line.account_id == self.receivable
        )
        self.assertEqual(set(receivable.mapped("reconciled")), {True})
        self._refund(order)
        self.assertEqual(len(row.transaction_id.child_transaction_ids), 1)

    def test_planned_again(self):
        """F2: a new child order with a payment of its own; the old one is not its."""
        order = self._submit(self.per_shipment)
        with freeze_time("2027-09-10 12:00:00"):
            child = self._create_child(order)
            child._action_cancel()
        shipment = order.shipment_ids[0]
        with freeze_time("2027-09-12 12:00:00"):
            shipment.with_user(self.seller).action_replan()
        self.assertRecordValues(
            shipment,
            [
                {
                    "state": "planned",
                    "planned_date": date(2027, 9, 12),
                    "child_order_id": False,
                }
            ],
        )
        self.assertEqual(child.continuity_order_id, order)
        with freeze_time("2027-09-12 12:00:00"):
            second = self._create_child(order, 1, date(2027, 9, 12))
        self.assertNotEqual(second, child)
        self.assertEqual(
            [(row.sequence, row.amount, row.state) for row in order.payment_ids],
            [(1, 14.94, "paid"), (2, 14.94, "paid")],
        )
        self.assertEqual(len(set(order.payment_ids.transaction_id.ids)), 2)
        self.assertEqual(order.amount_to_refund, 14.94)
        # The old child is history now
        child.action_draft()
        with self.assertRaisesRegex(UserError, "was planned again"):
            child.action_confirm()

    def test_confirmed_again(self):
        """N51: the cancelled child goes on, and nothing is to be given back."""
        order = self._submit(self.per_shipment)
        with freeze_time("2027-09-10 12:00:00"):
            child = self._create_child(order)
            child._action_cancel()
            self.assertEqual(order.amount_to_refund, 14.94)
            child.action_draft()
            child.action_confirm()
        self.assertEqual(order.shipment_ids[0].state, "ordered")
        self.assertEqual(order.amount_to_refund, 0.0)
        self.assertEqual(len(order.payment_ids), 1)

    def test_deleted_child(self):
        """N51: the shipment of a deleted child is cancelled, and can be planned."""
        order = self._submit(self.per_shipment, token=self._create_token("cancel"))
        with freeze_time("2027-09-10 12:00:00"):
            child = self._create_child(order)
        self.assertEqual((child.state, order.payment_ids.state), ("draft", "declined"))
        child.with_user(self._create_user("delete_manager", MANAGER)).unlink()
        shipment = order.shipment_ids[0]
        self.assertEqual((shipment.state, order.payment_ids.state), ("cancelled",) * 2)
        with freeze_time("2027-09-12 12:00:00"):
            shipment.action_replan()
        self.assertEqual(shipment.state, "planned")

    def test_deleted_child_with_money(self):
        """N51: 14.94 would pay nothing any more: the child is kept, if cancelled."""
        order = self._submit(self.per_shipment)
        with freeze_time("2027-09-10 12:00:00"):
            child = self._create_child(order)
            child._action_cancel()
        self.assertEqual((child.state, order.payment_ids.state), ("cancel", "paid"))
        child = child.with_user(self._create_user("delete_paid", MANAGER))
        with self.assertRaisesRegex(UserError, f"{child.name} cannot be deleted"):
            child.unlink()
        self.assertEqual(order.payment_ids.child_order_id, child)
        self.assertEqual(order.amount_to_refund, 14.94)

    def test_invoiced_child(self):
        """N50: a draft note is proposed; the child is cancelled when it is posted."""
        order = self._submit(self.per_shipment)
        with freeze_time("2027-09-10 12:00:00"):
            child = self._create_child(order)
        invoice = self._invoice(child, "2027-09-10")
        with self.assertRaisesRegex(UserError, "is invoiced"):
            child._action_cancel()
        with freeze_time("2027-09-11 12:00:00"):
            action = child.with_user(self.seller).action_open_continuity_cancel()
            wizard = self.env[action["res_model"]].browse(action["res_id"])
            wizard = wizard.with_user(self.seller)
            self.assertIn(invoice.name, str(wizard.effect_html))
            wizard.reason = "wrong colour"
            wizard.action_apply()
        self.assertEqual(
            (child.state, order.shipment_ids[0].state), ("sale", "ordered")
        )
        note = self._get_note(order)
        self.assertEqual(note.amount_total, 14.94)
        self._post(note)
        self.assertEqual(child.state, "cancel")
        self.assertEqual(order.shipment_ids[0].state, "cancelled")
        self.assertEqual(order.amount_to_refund, 14.94)
        self._refund(order)
        self.assertEqual((note.amount_residual, order.amount_to_refund), (0.0, 0.0))

    def test_invoiced_child_that_was_done(self):
        """N50: so it is when the shipment was done: no goods go through a warehouse."""
        for goods in self.per_shipment.continuity_program_id.event_ids.product_id:
            goods.type = "service"
        order = self._submit(self.per_shipment)
        with freeze_time("2027-09-10 12:00:00"):
            child = self._create_child(order)
        order.shipment_ids[1:].sudo().state = "cancelled"
        self._invoice(child, "2027-09-10")
        self._run("2027-09-10")
        first = order.shipment_ids[0]
        self.assertEqual((first.state, order.state), ("done", "closed"))
        self.assertFalse(order.ended_date)
        with freeze_time("2027-09-11 12:00:00"):
            action = child.with_user(self.seller).action_open_continuity_cancel()
            wizard = self.env[action["res_model"]].browse(action["res_id"])
            wizard = wizard.with_user(self.seller)
            wizard.reason = "wrong colour"
            wizard.action_apply()
        self._post(self._get_note(order))
        self.assertEqual((child.state, order.amount_to_refund), ("cancel", 14.94))
        self.assertRecordValues(first, [{"state": "cancelled", "actual_date": False}])
        # Nothing is left of it: he is no member any more, until it is planned again
        self.assertTrue(order.ended_date)
        self._refund(order)
        with freeze_time("2027-09-16 12:00:00"):
            first.action_replan()
        self.assertEqual((first.state, order.state), ("planned", "running"))
        self.assertFalse(order.ended_date)

    def test_only_a_manager_opens_a_closed_order(self):
        order = self._submit(self.per_shipment)
        order.shipment_ids[1:].action_skip()
        with freeze_time("2027-09-10 12:00:00"):
            child = self._create_child(order)
            child._action_cancel()
        self._run("2027-09-10")
        self.assertEqual(order.state, "cancelled")
        with self.assertRaisesRegex(UserError, "Sell the program again"):
            order.shipment_ids[0].action_replan()
        order.state = "closed"
        manager = self._create_user("replan_manager", MANAGER)
        with self.assertRaisesRegex(AccessError, "Only a manager"):
            order.shipment_ids[0].with_user(self.seller).action_replan()
        order.shipment_ids[0].with_user(manager).action_replan()
        self.assertEqual(order.state, "running")


@tagged("post_install", "-at_install")
class TestUpfrontChild(CancelCase):
    """Zero invoices that are undone (F2, MC17)."""

    def test_invoice_reset_and_reversed(self):
        """F2: done → ordered; the next run puts it right again."""
        order = self._submit(self.club)
        child = self._ship(order, 1, "2027-09-10")
        self._run("2027-09-10")
        zero = self._get_zero_invoices(order)
        shipment = order.shipment_ids[0]
        self.assertEqual(shipment.state, "done")
        zero.button_draft()
        self.assertEqual((shipment.state, shipment.actual_date), ("ordered", False))
        self.assertEqual(shipment.line_ids.open_quantity, 1.0)
        zero.action_post()
        self._run("2027-09-11")
        self.assertEqual(shipment.state, "done")
        zero._reverse_continuity_zero()
        self.assertEqual(shipment.state, "ordered")
        self._run("2027-09-12")
        self.assertEqual(shipment.state, "done")
        self.assertEqual(self._get_prepayment(order), -45.60)
        self.assertEqual(child.state, "sale")

    def test_closed_order(self):
        """F2: what a closed order has released is settled."""
        order = self._submit(self.club)
        self._live(order)
        self.assertEqual(order.state, "closed")
        zero = self._get_zero_invoices(order)[0]
        with self.assertRaisesRegex(UserError, "Use Return"):
            zero.button_draft()
        note = zero._reverse_moves()
        with self.assertRaisesRegex(UserError, "Use Return"):
            note.action_post()

    def test_child_cancelled_after_its_zero_invoice(self):
        """MC17: Z1 is reversed, 12.35 is open: planned again, or credited."""
        self.goods.type = "service"
        order = self._submit(self.club)
        child = self._ship(order, 1, "2027-09-10")
        self._run("2027-09-10")
        shipment = order.shipment_ids[0]
        self.assertEqual(shipment.state, "done")
        with self.assertRaisesRegex(UserError, "is invoiced"):
            child.action_cancel()
        with freeze_time("2027-09-12 12:00:00"):
            child._undo_continuity_children("never sent")
        self.assertEqual((child.state, shipment.state), ("cancel", "cancelled"))
        self.assertEqual(self._get_prepayment(order), -57.95)
        with freeze_time("2027-09-13 12:00:00"):
            order.with_user(self.seller).action_credit_open()
        note = self._get_note(order)
        self.assertEqual(note.amount_total, 14.94)
        with self.assertRaisesRegex(UserError, "credit note is proposed"):
            shipment.action_replan()
        note.unlink()
        with freeze_time("2027-09-13 12:00:00"):
            shipment.action_replan()
            second = self._create_child(order, 1, date(2027, 9, 13))
        self._run("2027-09-13")
        self.assertEqual(shipment.state, "done")
        self.assertEqual(shipment.child_order_id, second)
        self.assertEqual(self._get_prepayment(order), -45.60)
        self._check_ledger(order)
