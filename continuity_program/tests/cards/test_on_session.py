# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import JsonRpcException, freeze_time, tagged
from odoo.tools import SQL, mute_logger

from .authenticate_case import ASKS, AuthenticateCase


@tagged("post_install", "-at_install")
class TestOnSession(AuthenticateCase):
    """G12, G14: one customer, several windows, and the night in between."""

    def setUp(self):
        super().setUp()
        self.row = self._ask()

    def _check_refused(self, moment, text):
        """The form is refused, and says why; nothing has changed."""
        before = self.row.state, self.row.transaction_id
        with self.assertRaises(JsonRpcException):
            self._press_pay(moment)
        self.env.invalidate_all()
        with freeze_time(moment), self.assertRaisesRegex(UserError, text):
            self.row._begin_on_session()
        self.assertEqual((self.row.state, self.row.transaction_id), before)

    def test_it_fails_and_he_tries_again(self):
        """Kind and link stay, nothing is counted; the failed card is not kept."""
        tx = self._press_pay("2027-10-04 10:00:00")
        self._answer(tx, "2027-10-04 10:01:00", "error")
        self.assertRecordValues(
            self.row,
            [
                {
                    "state": "declined",
                    "decline_kind": "authenticate",
                    "attempts": 1,
                    "authenticate_until": date(2027, 10, 8),
                    "transaction_id": False,
                }
            ],
        )
        self.assertEqual(len(self._get_mails()), 1)
        self.assertFalse(tx.token_id.active)
        self.assertNotEqual(self.order.payment_token_id, tx.token_id)
        page = self._open("2027-10-04 10:02:00", tx.landing_route)
        self.assertIn("o_continuity_not_paid", page.text)
        self.assertIn("Try again", page.text)
        second = self._press_pay("2027-10-04 10:02:00")
        self.assertNotEqual(second.reference, tx.reference)
        self._answer(second, "2027-10-04 10:03:00")
        self.assertEqual(self.row.state, "paid")

    def test_he_leaves_the_page(self):
        """Half an hour, then the row is free; what comes later all the same counts."""
        tx = self._press_pay("2027-10-04 10:00:00")
        self._night("2027-10-04", "resolve_payments", hour=10)
        self.assertEqual(self.row.state, "processing")
        with freeze_time("2027-10-04 10:29:59"):
            self._execute("resolve_payments")
        self.assertEqual(self.row.state, "processing")
        with freeze_time("2027-10-04 10:30:00"):
            run = self._execute("resolve_payments")
        self.assertRecordValues(
            self.row,
            [
                {
                    "state": "declined",
                    "decline_kind": "authenticate",
                    "attempts": 1,
                    "authenticate_until": date(2027, 10, 8),
                }
            ],
        )
        self.assertEqual(run.line_ids.reason, "customer_left")
        self.assertIn(tx, self.row.transaction_ids)
        self._answer(tx, "2027-10-04 12:00:00", is_looked_at=False)
        with freeze_time("2027-10-04 12:20:00"):
            tx._post_process()
        self.assertRecordValues(self.row, [{"state": "paid", "transaction_id": tx.id}])
        self.assertEqual(self.child.state, "sale")

    def test_another_card_while_he_is_on_the_page(self):
        """It is asked when he has left; the bank of the old one is not waited for."""
        self._press_pay("2027-10-04 10:00:00")
        with freeze_time("2027-10-04 10:10:00"):
            self.order._set_payment_token(self._create_token())
        self.assertEqual(self.row.state, "processing")
        with freeze_time("2027-10-04 10:30:00"):
            self._execute("resolve_payments")
        self.assertRecordValues(
            self.row,
            [
                {
                    "state": "scheduled",
                    "attempts": 0,
                    "decline_kind": False,
                    "authenticate_until": False,
                }
            ],
        )
        self._night("2027-10-05")
        self.assertEqual((self.row.state, self.child.state), ("paid", "sale"))
        self.assertEqual(len(self._get_mails()), 1)

    def test_on_account_while_he_is_on_the_page(self):
        """His page fails before his eyes; it is billed like the others."""
        tx = self._press_pay("2027-10-04 10:00:00")
        self.customer.continuity_allow_on_account = True
        with freeze_time("2027-10-04 10:10:00"):
            self.order.write(
                {"payment_method": "on_account", "payment_token_id": False}
            )
        self._answer(tx, "2027-10-04 10:11:00", "error")
        self.assertRecordValues(
            self.row, [{"state": "scheduled", "authenticate_until": False}]
        )

    def test_the_night_runs_meanwhile(self):
        """No process asks, resumes or confirms what the customer is paying."""
        tx = self._press_pay("2027-10-05 01:55:00")
        asked = len(self.gate.asked)
        for job in ("process_payments", "create_child_orders", "resolve_payments"):
            self._night("2027-10-05", job)
            self.assertRecordValues(
                self.row, [{"state": "processing", "transaction_id": tx.id}]
            )
        self.row._resume_interrupted()
        self.row._charge(by_hand=True)
        self.assertEqual(len(self.gate.asked), asked)
        self.assertEqual((tx.state, self.child.state), ("draft", "draft"))
        self._answer(tx, "2027-10-05 02:10:00")
        self.assertEqual((self.row.state, self.child.state), ("paid", "sale"))

    def test_capture_under_way(self):
        """What is paid and being captured is no page that a customer has left, and
        what is let go later leaves the card as it is."""
        tx = self._press_pay("2027-10-04 10:00:00")
        token = self.order.payment_token_id
        tx.write({"state": "authorized", "token_id": token.id})
        condition = self.row._get_ended_page_sql()
        query = SQL(
            "SELECT p.id FROM continuity_payment p WHERE p.id = %s AND %s",
            self.row.id,
            condition,
        )
        self.env.flush_all()
        self.assertEqual(self.env.execute_query(query), [(self.row.id,)])
        self.row._create_settle_transaction("capture", 10.0)
        self.env.flush_all()
        self.assertFalse(self.row._is_on_session())
        self.assertFalse(self.env.execute_query(query))
        tx._update_state(("authorized",), "cancel", "")
        self.assertTrue(token.active)

    @mute_logger("odoo.http")
    def test_two_windows(self):
        """The second waits a minute; paid in both, the second is offered back."""
        first = self._press_pay("2027-10-04 10:00:00")
        self._check_refused("2027-10-04 10:00:30", "under way already")
        self.assertEqual(self.row.transaction_id, first)
        second = self._press_pay("2027-10-04 10:01:00")
        self.assertEqual(self.row.transaction_id, second)
        self._answer(second, "2027-10-04 10:02:00")
        self.assertRecordValues(
            self.row, [{"state": "paid", "transaction_id": second.id}]
        )
        self._check_refused("2027-10-04 10:03:00", "Nothing is left")
        self._answer(first, "2027-10-04 10:04:00", is_looked_at=False)
        with freeze_time("2027-10-04 10:20:00"):
            first._post_process()
        self.assertRecordValues(
            self.row,
            [{"state": "paid", "amount_overpaid": 22.32, "attention": "refund"}],
        )
        self.assertEqual(self.order.amount_to_refund, 22.32)

    def test_answer_after_the_window(self):
        tx = self._press_pay("2027-10-08 23:50:00")
        self._night("2027-10-09", "resolve_payments", "process_payments")
        self.assertEqual(self.order.state, "on_hold")
        self._answer(tx, "2027-10-09 10:00:00", is_looked_at=False)
        with freeze_time("2027-10-09 10:20:00"):
            tx._post_process()
        self.assertEqual((self.row.state, self.child.state), ("paid", "sale"))
        self.assertEqual(self.order.state, "running")
        self.assertEqual(self.order.payment_token_id, tx.token_id)

    def _cancel(self, moment):
        with freeze_time(moment):
            action = self.order.action_open_cancel()
            wizard = self.env[action["res_model"]].browse(action["res_id"])
            wizard.reason = "moved abroad"
            wizard.action_apply()

    def test_order_is_cancelled_meanwhile(self):
        """Not while he pays; what comes after the page was left is offered back."""
        tx = self._press_pay("2027-10-04 10:00:00")
        with self.assertRaises(UserError):
            self._cancel("2027-10-04 10:01:00")
        self.assertEqual(self.row.state, "processing")
        with freeze_time("2027-10-04 10:31:00"):
            self._execute("resolve_payments")
        self._cancel("2027-10-04 10:31:00")
        self.assertEqual(self.row.state, "cancelled")
        # Of the first parcel, which is paid and has not left
        self.assertEqual(self.order.amount_to_refund, 14.94)
        self._answer(tx, "2027-10-04 12:00:00", is_looked_at=False)
        with freeze_time("2027-10-04 12:20:00"):
            tx._post_process()
        self.assertEqual(self.order.amount_to_refund, 37.26)
        self.assertEqual(self.child.state, "cancel")

    @mute_logger("odoo.http")
    def test_paid_by_bank_transfer_meanwhile(self):
        """Before the form: nothing is left. Under it: one of them is offered back."""
        with freeze_time("2027-09-10 12:00:00"):
            before, meanwhile = self._sell(), self._sell()
        rows = {order: self._rows(order)[1] for order in (before, meanwhile)}
        self._night("2027-09-10", "process_payments")
        self.gate.answer = lambda _number, _content: ASKS
        self._night("2027-10-10", "process_payments")
        self.order, self.row = before, rows[before]
        with freeze_time("2027-10-11 10:00:00"):
            self._pay(before.upfront_invoice_id, 46.75)
        self.assertRecordValues(
            self.row, [{"state": "paid", "is_paid_otherwise": True}]
        )
        self._check_refused("2027-10-11 10:01:00", "Nothing is left")
        self.order, self.row = meanwhile, rows[meanwhile]
        tx = self._press_pay("2027-10-11 10:02:00")
        with freeze_time("2027-10-11 10:03:00"):
            self._pay(meanwhile.upfront_invoice_id, 46.75)
        self._answer(tx, "2027-10-11 10:04:00")
        self.assertEqual(
            self._rows(meanwhile).mapped("state"), ["paid", "paid", "paid"]
        )
        self.assertEqual(meanwhile.upfront_invoice_id.amount_residual, 0.0)
        self.assertEqual(meanwhile.amount_to_refund, 23.37)

    @mute_logger("odoo.http")
    def test_as_many_cards_as_may_be_tried(self):
        self.company.continuity_card_failures_order = 2
        for minute in (0, 2):
            tx = self._press_pay(f"2027-10-04 10:0{minute}:00")
            self._answer(tx, f"2027-10-04 10:0{minute}:30", "error")
        with self.assertRaises(JsonRpcException):
            self._press_pay("2027-10-04 10:05:00")
        self.assertIn("no more cards", self._open("2027-10-04 10:05:00").text)
        self._press_pay("2027-10-05 10:00:00")

    def test_provider_refuses_its_page(self):
        """Some are asked for their page first: the row is free at once."""
        transactions = self.env.registry["payment.transaction"]

        def refuse(tx):
            tx._set_error("No page today")
            return {}

        with patch.object(
            transactions, "_get_specific_processing_values", lambda tx, _v: refuse(tx)
        ):
            self._press_pay("2027-10-04 10:00:00")
        self.assertEqual(self.row.state, "declined")
        self.assertEqual(self.row.decline_kind, "authenticate")
