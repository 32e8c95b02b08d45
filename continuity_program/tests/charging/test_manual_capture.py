# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date
from unittest.mock import patch

import requests

from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import freeze_time, new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.payment_demo.models.payment_transaction import PaymentTransaction

from ..common import ContinuityCommon

TRANSACTION = (
    "odoo.addons.continuity_program.models.payments.payment_transaction_answer"
)


@tagged("post_install", "-at_install")
@freeze_time("2027-09-10 12:00:00")
class TestManualCapture(ContinuityCommon):
    """Authorised at creation, captured by a triggered run, void, lapsed (F3)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.provider.capture_manually = True
        cls.product = cls._create_parent_product(cls._create_program("CP-A"))
        cls.goods.invoice_policy = "delivery"

    def setUp(self):
        super().setUp()
        self.captures, self.voids = [], []
        self.answer = None
        capture = PaymentTransaction._send_capture_request
        void = PaymentTransaction._send_void_request

        def send_capture(transaction):
            """Count what reaches the gateway, and answer as told."""
            if isinstance(self.answer, requests.exceptions.RequestException):
                with patch("requests.request", side_effect=self.answer):
                    transaction._send_api_request("POST", "capture", json={})
            self.captures.append(transaction.amount)
            if isinstance(self.answer, dict):
                transaction._process("demo", self.answer)
                return
            if self.answer:
                raise self.answer
            capture(transaction)

        def send_void(transaction):
            """Count what reaches the gateway, and answer as told."""
            self.voids.append(transaction.amount)
            if self.answer:
                raise self.answer
            void(transaction)

        self.startPatcher(
            patch.object(PaymentTransaction, "_send_capture_request", send_capture)
        )
        self.startPatcher(
            patch.object(PaymentTransaction, "_send_void_request", send_void)
        )

    def _sell(self, quantity=1.0):
        """The first child of a series in mode A, authorised and confirmed."""
        order = self._create_sold_order(
            self.product, quantity=quantity
        ).continuity_order_ids
        self._execute("create_child_orders", sale_order=order.sale_order_id)
        return order, order.child_order_ids, order.payment_ids

    def _invoice(self, child, quantity):
        child.order_line.qty_delivered += quantity
        invoice = child._create_invoices()
        invoice.action_post()
        return invoice

    def _settle(self, **values):
        return self._execute("resolve_payments", **values)

    # === AUTHORISE, CAPTURE === #

    def test_authorized_until_invoiced(self):
        """13: nothing is captured by the invoice itself, but by the run it triggers."""
        _order, child, row = self._sell()
        self.assertEqual(row.state, "authorized")
        self.assertEqual(child.state, "sale")
        self.assertFalse(self._settle().line_ids)
        cron = self.env.ref("continuity_program.ir_cron_resolve_payments")
        triggers = self.env["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)])
        invoice = self._invoice(child, 1)
        self.assertEqual(row.state, "authorized")
        self.assertEqual(self.captures, [])
        self.assertEqual(
            self.env["ir.cron.trigger"].search_count([("cron_id", "=", cron.id)]),
            triggers + 1,
        )
        run = self._settle()
        self.assertEqual(self.captures, [30.0])
        self.assertRecordValues(row, [{"state": "paid", "amount_captured": 30.0}])
        self.assertEqual(row.transaction_id.state, "done")
        self.assertEqual(invoice.amount_residual, 0.0)
        self.assertEqual(
            run.message,
            "Payments asked about: 0. Captured: 1. Finished.",
        )
        self._settle()
        self.assertEqual(self.captures, [30.0], "captured once")

    def test_captured_with_the_delivery(self):
        """F3: the delivery alone makes it due; Process payments captures as well."""
        _order, child, row = self._sell()
        child.order_line.qty_delivered = 1
        child._mark_continuity_capture()
        self.assertEqual(row.amount_to_capture, 30.0)
        run = self._execute("process_payments")
        self.assertEqual(row.state, "paid")
        self.assertIn("Captured: 1.", run.message)

    def test_partial_captures(self):
        """N46: authorised in full, captured per invoice."""
        _order, child, row = self._sell(quantity=2)
        self.assertEqual(row.amount, 60.0)
        first = self._invoice(child, 1)
        self._settle()
        self.assertRecordValues(row, [{"state": "authorized", "amount_captured": 30.0}])
        self.assertEqual(first.amount_residual, 0.0)
        second = self._invoice(child, 1)
        self._settle()
        self.assertRecordValues(row, [{"state": "paid", "amount_captured": 60.0}])
        self.assertEqual(second.amount_residual, 0.0)
        self.assertEqual((self.captures, self.voids), ([30.0, 30.0], []))

    def test_rest_is_given_back(self):
        """N46: what is never invoiced is void, the row is what was captured."""
        _order, child, row = self._sell(quantity=2)
        self._invoice(child, 1)
        child.order_line.product_uom_qty = 1
        child.order_line.qty_delivered = 1
        child._mark_continuity_capture()
        self._settle()
        self.assertEqual((self.captures, self.voids), ([30.0], [30.0]))
        self.assertRecordValues(
            row, [{"state": "paid", "amount": 30.0, "amount_to_void": 0.0}]
        )
        self.assertEqual(row.transaction_id.state, "done")

    def test_provider_that_captures_once(self):
        """Without partial captures the last document decides."""
        _order, child, row = self._sell(quantity=2)
        provider = type(self.provider)
        with patch.object(
            provider,
            "support_manual_capture",
            property(lambda _provider: "full_only"),
        ):
            self._invoice(child, 1)
            self._settle()
            self.assertEqual(self.captures, [])
            self._invoice(child, 1)
            self._settle()
        self.assertEqual(self.captures, [60.0])
        self.assertEqual(row.state, "paid")

    def test_up_front_is_captured_by_its_invoice(self):
        """C: the up-front invoice makes everything due."""
        product = self._create_parent_product(
            self._create_program("CP-C", bill_upfront=True)
        )
        order = self._create_sold_order(product).continuity_order_ids
        self.assertEqual(order.state, "running")
        row = order.payment_ids
        self.assertRecordValues(row, [{"state": "authorized", "amount": 90.0}])
        self._settle()
        self.assertEqual(row.state, "paid")
        self.assertEqual(order.upfront_invoice_id.amount_residual, 0.0)

    # === VOID === #

    def test_void(self):
        """F3: cancelled at once, the provider is told by the run, once."""
        _order, child, row = self._sell()
        child._action_cancel()
        self.assertRecordValues(
            row,
            [{"state": "cancelled", "cancel_reason": "the child order was cancelled"}],
        )
        self.assertEqual(self.voids, [])
        row.transaction_id._post_process()
        self.assertEqual(row.state, "cancelled", "a late message changes nothing")
        run = self._settle()
        self.assertEqual(self.voids, [30.0])
        self.assertEqual(row.transaction_id.state, "cancel")
        self.assertEqual(row.state, "cancelled")
        self.assertEqual(run.line_ids.reason, "voided")
        row._void_authorization("again")
        self._settle()
        self.assertEqual(self.voids, [30.0])

    def test_void_keeps_what_was_captured(self):
        _order, child, row = self._sell(quantity=2)
        self._invoice(child, 1)
        self._settle()
        row._void_authorization("the rest was cancelled")
        self._settle()
        self.assertRecordValues(row, [{"state": "paid", "amount": 30.0}])
        self.assertEqual((self.captures, self.voids), ([30.0], [30.0]))

    def test_void_told_by_the_payment(self):
        """30.00 of 60.00 were captured; that the rest is free is said of all of it."""
        for state in ("cancel", "error"):
            _order, child, row = self._sell(quantity=2)
            self._invoice(child, 1)
            self._settle()
            row._void_authorization("the rest was cancelled")
            source = row.transaction_id
            getattr(source, "_set_canceled" if state == "cancel" else "_set_error")("")
            for _time in range(2):
                source._post_process()
                self.assertEqual(source.state, state)
                self.assertRecordValues(row, [{"state": "paid", "amount": 30.0}])
            self._settle()
            self.assertEqual(row.state, "paid")
        self.assertEqual(self.captures, [30.0, 30.0])

    def test_void_by_odoos_own_button(self):
        """30.00 of 60.00 were captured, the rest was let go: nobody paid 60.00."""
        order, child, row = self._sell(quantity=2)
        self._invoice(child, 1)
        self._settle()
        tx = row.transaction_id
        tx.action_void()
        (tx | tx.child_transaction_ids)._post_process()
        self.assertEqual(tx.state, "done")
        self.assertEqual((self.captures, self.voids), ([30.0], [30.0]))
        rows = order.payment_ids.filtered(lambda r: r.state != "cancelled")
        self.assertRecordValues(
            rows,
            [
                {"state": "paid", "amount": 30.0},
                {"state": "scheduled", "amount": 30.0},
            ],
        )
        self.assertEqual(row.amount_captured, 30.0)

    def test_two_rows_of_one_authorization(self):
        """Of 30.00 + 30.00 were 40.00 taken: the first, and 10.00 of the second."""
        _order, _child, row = self._sell()
        tx = row.transaction_id
        second = row.copy({"sequence": row.sequence + 1, "transaction_id": tx.id})
        second.transaction_ids = tx
        tx.amount = 60.0
        for amount, state in ((40.0, "done"), (20.0, "cancel")):
            tx._create_child_transaction(amount).state = state
        tx.state = "done"
        self.assertEqual((row._get_taken(tx), second._get_taken(tx)), (30.0, 10.0))
        # What we have captured ourselves is its row's, whatever is due before it; what
        # is more than the row was taken for the others, too
        tx.child_transaction_ids.continuity_settle_payment_id = second
        self.assertEqual((row._get_taken(tx), second._get_taken(tx)), (10.0, 30.0))
        tx.child_transaction_ids.amount = 30.0
        self.assertEqual((row._get_taken(tx), second._get_taken(tx)), (0.0, 30.0))
        self.assertEqual(row._get_state_of(tx), "scheduled")
        row.state = "cancelled"
        self.assertEqual(row._get_state_of(tx), "cancelled")
        self.assertEqual(second._get_state_of(tx), "paid")

    @mute_logger(TRANSACTION)
    def test_told_whole_after_a_capture_without_an_answer(self):
        """The provider tells that the payment has come: it is paid, not asked anew."""
        _order, child, row = self._sell()
        invoice = self._invoice(child, 1)
        self.answer = ZeroDivisionError("in the middle of the answer")
        self._settle()
        self.assertEqual(row.state, "unknown")
        tx = row.transaction_id
        tx._set_done()
        tx._post_process()
        self.assertRecordValues(row, [{"state": "paid", "amount": 30.0}])
        self.assertEqual(row.transaction_id, tx)
        self.assertEqual(invoice.amount_residual, 0.0)
        self._settle()
        self._execute("process_payments", date=date(2027, 9, 11))
        self.assertEqual((row.state, self.captures), ("paid", [30.0]))

    def test_two_rows_told_whole(self):
        """One authorisation of two, and parts that were refused: both have come."""
        _order, _child, row = self._sell()
        tx = row.transaction_id
        second = row.copy({"sequence": row.sequence + 1, "transaction_id": tx.id})
        second.transaction_ids = tx
        tx.amount = 60.0
        part = tx._create_child_transaction(30.0)
        tx.state = "done"
        for state in ("draft", "error"):
            part.state = state
            self.assertEqual(row._get_taken(tx), None)
            self.assertEqual(
                [one._get_state_of(tx) for one in row | second], ["paid", "paid"]
            )

    def test_demo_provider_says_no_later(self):
        """Its own buttons, pressed by an administrator, on a charge under way."""
        admin = new_test_user(
            self.env,
            "payments",
            groups="base.group_system,account.group_account_manager",
        )
        for button in ("action_demo_set_canceled", "action_demo_set_error"):
            token = self._create_token("pending")
            order = self._create_sold_order(self.product, token).continuity_order_ids
            self._execute("create_child_orders", sale_order=order.sale_order_id)
            row = order.payment_ids
            self.assertEqual(row.state, "pending")
            getattr(row.transaction_id.with_user(admin), button)()
            row.transaction_id._post_process()
            self.assertEqual((row.state, row.attempts), ("declined", 1))

    def test_void_is_refused_by_the_provider(self):
        """The hold ends by itself; a person is told once, nobody asks again."""
        order, child, row = self._sell()
        child._action_cancel()
        self.answer = ValidationError("too late")
        run = self._settle()
        self.assertRecordValues(
            row, [{"state": "cancelled", "amount_to_void": 0.0, "amount": 30.0}]
        )
        self.assertIn("too late", row.state_message)
        self.assertEqual(len(order.activity_ids), 1)
        self.assertEqual(run.failed_count, 1)
        self.assertFalse(self._settle().line_ids)

    # === NO, AND NO ANSWER === #

    def test_capture_is_refused(self):
        """A clear no counts as an attempt; the next one authorises anew."""
        _order, child, row = self._sell()
        self._invoice(child, 1)
        self.answer = {"simulated_state": "error"}
        self._settle()
        self.assertRecordValues(
            row,
            [
                {
                    "state": "declined",
                    "attempts": 1,
                    "next_attempt_date": date(2027, 9, 11),
                }
            ],
        )
        self.answer = None
        self._execute("process_payments", date=date(2027, 9, 11))
        self.assertEqual(row.state, "authorized")
        self._settle()
        self.assertEqual(row.state, "paid")
        self.assertEqual(len(row.transaction_ids), 2)

    @mute_logger("odoo.addons.payment.models.payment_provider")
    def test_capture_that_was_not_sent(self):
        """Nobody was there: the authorisation stands, the next run captures it."""
        _order, child, row = self._sell()
        self._invoice(child, 1)
        self.answer = requests.exceptions.ConnectTimeout()
        self._settle()
        self.assertRecordValues(row, [{"state": "authorized", "attempts": 0}])
        self.assertEqual(row.transaction_id.state, "authorized")
        self.assertFalse(self.captures)
        self.answer = None
        self._settle()
        self.assertEqual(row.state, "paid")
        self.assertEqual(self.captures, [30.0])

    @mute_logger(TRANSACTION)
    def test_an_error_that_says_nothing_is_no_refusal_of_a_capture(self):
        """Without the provider's word nobody knows whether it was captured."""
        _order, child, row = self._sell()
        self._invoice(child, 1)
        self.answer = ValidationError("expired")
        self._settle()
        self.assertRecordValues(row, [{"state": "unknown", "attempts": 0}])

    @mute_logger(TRANSACTION)
    def test_no_answer_to_a_capture_is_for_a_person(self):
        """Nobody knows whether it was captured: it is never captured again alone."""
        _order, child, row = self._sell()
        invoice = self._invoice(child, 1)
        self.answer = ZeroDivisionError("in the middle of the answer")
        self._settle()
        self.assertEqual(row.state, "unknown")
        with self.assertRaises(UserError):
            row._void_authorization("cancelled")
        self.answer = None
        for moment in ("12:06:00", "13:01:00", "23:59:00"):
            with freeze_time(f"2027-09-10 {moment}"):
                self._settle()
                self._execute("process_payments")
        self.assertEqual(self.captures, [30.0])
        self.assertEqual(row.state, "unknown")
        row.action_was_paid()
        self.assertEqual(row.state, "paid")
        self.assertEqual(invoice.amount_residual, 0.0)

    def test_worker_died_in_a_capture(self):
        """Found in *processing* with an open capture: left to a person."""
        _order, child, row = self._sell()
        self._invoice(child, 1)
        row._create_settle_transaction("capture", 30.0)
        row.state = "processing"
        with freeze_time("2027-09-10 12:06:00"):
            self._settle()
        self.assertEqual(row.state, "unknown")
        self.assertEqual(self.captures, [])

    # === LAPSED === #

    def test_lapsed(self):
        """N86: too old to be captured; the next run authorises anew."""
        _order, _child, row = self._sell()
        with freeze_time("2027-09-17 11:59:00"):
            self.assertFalse(self._execute("process_payments").line_ids)
        with freeze_time("2027-09-17 12:00:00"):
            run = self._execute("process_payments")
            self.assertEqual(run.line_ids.reason, "lapsed")
            self.assertRecordValues(row, [{"state": "scheduled", "attempts": 0}])
            self._execute("process_payments")
        self.assertEqual(row.state, "authorized")
        self.assertEqual(
            row.transaction_ids.sorted("id").mapped("state"), ["cancel", "authorized"]
        )

    def test_provider_says_it_lapsed(self):
        """A message of the provider does the same, and counts no attempt."""
        _order, _child, row = self._sell()
        row.transaction_id._set_canceled()
        row.transaction_ids._post_process()
        self.assertRecordValues(row, [{"state": "scheduled", "attempts": 0}])

    def test_lapsed_after_a_part(self):
        """What was captured stays; the rest is a row of its own, authorised anew."""
        order, child, row = self._sell(quantity=2)
        self._invoice(child, 1)
        self._settle()
        with freeze_time("2027-09-17 12:00:00"):
            self._execute("process_payments")
        self.assertRecordValues(
            order.payment_ids.sorted("sequence"),
            [
                {"sequence": 1, "amount": 30.0, "state": "paid"},
                {"sequence": 2, "amount": 30.0, "state": "authorized"},
            ],
        )
        rest = order.payment_ids.sorted("sequence")[1]
        self.assertNotEqual(rest.transaction_id, row.transaction_id)
        self.assertEqual(rest.transaction_id.amount, 30.0)

    def test_other_company(self):
        _order, child, row = self._sell()
        self._invoice(child, 1)
        other = self.env["res.company"].create({"name": "Other company"})
        self.env.user.company_ids = [Command.link(other.id)]
        self._settle(company=other)
        self.assertEqual(row.state, "authorized")
