# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from unittest.mock import patch

import requests
from psycopg2 import errors

from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from odoo.addons.payment_demo.models.payment_transaction import PaymentTransaction

from ..cases.payment import PaymentCase

PROVIDER = "odoo.addons.payment.models.payment_provider"


@tagged("post_install", "-at_install")
@freeze_time("2027-09-10 12:00:00")
class TestGatewayRepeat(PaymentCase):
    """A gateway with books of its own: real charges are always one per row.

    Like a real one it knows a request by its reference, and its books are not rolled
    back with our transaction.
    """

    def setUp(self):
        super().setUp()
        self.books = {}
        self.answers = []
        books, answers = self.books, self.answers

        def send(transaction):
            """Charge a new reference, answer as told."""
            books.setdefault(transaction.reference, transaction.amount)
            answer = answers.pop(0) if answers else "done"
            if isinstance(answer, Exception):
                with patch("requests.request", side_effect=answer):
                    transaction._send_api_request("POST", "charge", json={})
            if callable(answer):
                answer()
            transaction._process("demo", {"simulated_state": answer})

        self.startPatcher(
            patch.object(PaymentTransaction, "_send_payment_request", send)
        )
        self.order = self._sell()
        self.row = self._rows(self.order)[0]

    def _conflict(self):
        raise errors.SerializationFailure("somebody else wrote the same row")

    def test_serialisation_failure_after_the_call(self):
        """Odoo repeats the whole call; the gateway knows the reference."""
        self.answers.append(self._conflict)
        with (
            self.assertRaises(errors.SerializationFailure),
            self.env.cr.savepoint(),
        ):
            self._execute("process_payments")
        self.env.invalidate_all()
        self.assertEqual(self.row.state, "scheduled", "rolled back")
        self.assertEqual(len(self.books), 1, "but charged")
        self._execute("process_payments")
        self.assertEqual(self.row.state, "paid")
        self.assertEqual(self._short(self.books), [f"CP{self.order.id}-1"])
        self.assertEqual(list(self.books.values()), [23.37])

    @mute_logger(PROVIDER)
    def test_no_answer_for_days(self):
        """15, 16: never charged anew, whatever runs; the answer of a person ends it."""
        self.answers += [requests.exceptions.ReadTimeout()] * 9
        self._run("2027-09-10")
        for day in ("2027-09-11", "2027-09-12", "2027-09-20"):
            self._run(day)
            with freeze_time(f"{day} 23:00:00"):
                self._execute("resolve_payments")
        self.assertEqual(self.row.state, "unknown")
        self.assertEqual(self._short(self.books), [f"CP{self.order.id}-1"])
        self.assertEqual(list(self.books.values()), [23.37])
        self.row.action_was_paid("pi_1")
        self.assertRecordValues(self.row, [{"state": "paid", "attempts": 0}])
        self.assertEqual(self.row.receivable_line_id.amount_residual, 0.0)
        self.assertEqual(len(self.books), 1)

    @mute_logger(PROVIDER)
    def test_answer_twice_and_late(self):
        """17: pending, done, done again: one payment."""
        self.answers.append("pending")
        self._run("2027-09-10")
        transaction = self.row.transaction_id
        self.assertEqual(self.row.state, "pending")
        for _time in range(2):
            transaction._process("demo", {"simulated_state": "done"})
            transaction._post_process()
        self.assertEqual(self.row.state, "paid")
        self.assertEqual(
            self.env["account.payment"].search_count(
                [("payment_transaction_id", "=", transaction.id)]
            ),
            1,
        )
        self._run("2027-09-12")
        self.assertEqual(len(self.books), 1)

    @mute_logger(PROVIDER)
    def test_old_card_is_refused_late(self):
        """F1: a new card is stored, then the old one refused: the new one is asked."""
        for answer, state in (
            (requests.exceptions.ReadTimeout(), "unknown"),
            ("pending", "pending"),
        ):
            with self.subTest(state):
                order = self._sell()
                row = self._rows(order)[0]
                self.answers.append(answer)
                self._run("2027-09-10", sale_order=order.sale_order_id)
                self.assertEqual(row.state, state)
                old = row.transaction_id
                order._set_payment_token(self._create_token())
                old._process("demo", {"simulated_state": "error"})
                old._post_process()
                self.assertRecordValues(
                    row,
                    [{"state": "scheduled", "attempts": 0, "next_attempt_date": False}],
                )
                self.assertEqual((order.state, order.hold_payment), ("running", False))
                self._run("2027-09-11")
                self.assertEqual(row.state, "paid")
                self.assertEqual(row.transaction_id.token_id, order.payment_token_id)
                self.assertEqual(len(row.transaction_ids), 2)

    @mute_logger(PROVIDER)
    def test_card_is_refused_when_on_account(self):
        """F3: put on account, then the card is refused: the row is billed."""
        self.customer.continuity_allow_on_account = True
        self.answers.append("pending")
        self._run("2027-09-10", sale_order=self.order.sale_order_id)
        old = self.row.transaction_id
        self.assertEqual(self.row.state, "pending")
        self.order.write({"payment_method": "on_account", "payment_token_id": False})
        old._process("demo", {"simulated_state": "error"})
        old._post_process()
        self.assertRecordValues(self.row, [{"state": "scheduled", "attempts": 0}])
        self.assertEqual(
            (self.order.state, self.order.hold_payment), ("running", False)
        )
        self._run("2027-09-11", sale_order=self.order.sale_order_id)
        self.assertEqual(self.row.state, "billed")
        self.assertEqual(self.row.transaction_ids, old)

    def test_bank_debit_that_comes_back(self):
        """F3: pending, then failed: declined, and not tried again alone."""
        self.answers.append("pending")
        self._run("2027-09-10")
        self.row.transaction_id._process("demo", {"simulated_state": "error"})
        self.row.transaction_id._post_process()
        self.assertRecordValues(
            self.row, [{"state": "declined", "next_attempt_date": False}]
        )
        self.assertEqual(self.order.state, "on_hold")
