# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from unittest.mock import patch

import requests
from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.payment_demo.models.payment_transaction import PaymentTransaction

from ..cases.billing import BillingCase
from ..common import MANAGER, SELLER

PROVIDER = "odoo.addons.payment.models.payment_provider"


@tagged("post_install", "-at_install")
class TestResolvePayments(BillingCase):
    """Rules N15, N86: asked again after 5 minutes, 1 hour, 12 hours, then a person.

    The gateway is the one thing that cannot be had; the network answers as told.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with freeze_time("2027-09-10 12:00:00"):
            cls._set_currency("EUR")
            cls.upfront = cls._create_club("UPFRONT", bill_upfront=True)

    def setUp(self):
        super().setUp()
        self.asked = asked = []
        self.answer = requests.exceptions.ReadTimeout()

        def send(transaction):
            """Send a request like a real provider does."""
            asked.append(transaction.reference)
            transaction._send_api_request("POST", "charge", json={})
            transaction._process("demo", {"simulated_state": "done"})

        self.startPatcher(
            patch.object(PaymentTransaction, "_send_payment_request", send)
        )
        self.startPatcher(patch("requests.request", self._request))
        self.enterContext(mute_logger(PROVIDER))
        self.order = self._submit()
        self.continuity = self.order.continuity_order_ids
        self.row = self.continuity.payment_ids

    def _request(self, *args, **kwargs):
        if isinstance(self.answer, Exception):
            raise self.answer
        response = requests.Response()
        response.status_code = self.answer
        response._content = b"{}"
        return response

    def _submit(self):
        with freeze_time("2027-09-10 12:00:00"):
            order = self._quote(self.upfront)
            order.action_confirm()
        self.assertEqual(order.continuity_order_ids.payment_ids.state, "unknown")
        return order

    def _run(self, moment, **values):
        with freeze_time(moment):
            return self._execute("resolve_payments", **values)

    # === ANSWERED, NOT BOOKED === #

    def test_answer_that_was_not_booked(self):
        """The worker died behind the commit of the answer: booked once, asked never."""
        self.answer = 200
        rows = type(self.row)
        with patch.object(rows, "_post_process"):
            self._run("2027-09-10 12:05:00")
        self.assertEqual(self.row.state, "paid")
        self.assertFalse(self.row.transaction_id.payment_id)
        # The seller's Submit goes on with it
        self._run("2027-09-10 12:10:00")
        self.assertFalse(self.row.transaction_id.payment_id)
        with (
            freeze_time("2027-09-10 12:11:00"),
            patch.object(type(self.row.transaction_id), "_post_process"),
        ):
            self.order.action_confirm()
        self.assertEqual(self.order.state, "sale")
        asked = len(self.asked)
        run = self._run("2027-09-10 12:15:00")
        self.assertEqual(
            run.message,
            "Payments asked about: 0. Answers booked late: 1. Finished.",
        )
        self.assertRecordValues(
            run.line_ids,
            [{"payment_id": self.row.id, "outcome": "done", "reason": "booked"}],
        )
        payment = self.row.transaction_id.payment_id
        self.assertEqual(payment.amount, self.row.amount)
        self.assertEqual(self.continuity.upfront_invoice_id.amount_residual, 0.0)
        run = self._run("2027-09-10 12:20:00")
        self.assertFalse(run.line_ids)
        self.assertEqual(self.row.transaction_id.payment_id, payment)
        self.assertEqual(len(self.asked), asked)

    # === WHEN === #

    def test_three_questions(self):
        """Always the same reference, then nobody asks any more."""
        for moment, count in (
            ("2027-09-10 12:04:00", 1),
            ("2027-09-10 12:05:00", 2),
            ("2027-09-10 12:10:00", 2),
            ("2027-09-10 12:59:00", 2),
            ("2027-09-10 13:00:00", 3),
            ("2027-09-10 23:55:00", 3),
            ("2027-09-11 00:00:00", 4),
            ("2027-09-11 00:05:00", 4),
            ("2027-09-12 12:00:00", 4),
        ):
            with self.subTest(moment=moment):
                self._run(moment)
                self.assertEqual(len(self.asked), count)
        self.assertEqual(self._short(set(self.asked)), [f"CP{self.continuity.id}-1"])
        self.assertEqual(self.row.state, "unknown")
        self.assertEqual(self.row.resolve_count, 3)
        self.assertEqual(len(self.row.transaction_ids), 1)

    def test_asked_again_by_hand(self):
        """Manager and accountant may, with the same request; it is not counted."""
        seller = self._create_user("asks_not", SELLER)
        manager = self._create_user("asks_again", MANAGER)
        with freeze_time("2027-09-10 12:02:00"):
            with self.assertRaises(UserError):
                self.row.with_user(seller).action_ask_again()
            action = self.row.with_user(manager).action_ask_again()
            self.assertIn("Answered: 0", action["params"]["message"])
            self.assertEqual((self.row.state, len(self.asked)), ("unknown", 2))
            self.answer = 200
            action = self.row.with_user(manager).action_ask_again()
        self.assertIn("Asked again: 1. Answered: 1.", action["params"]["message"])
        self.assertRecordValues(self.row, [{"state": "paid", "resolve_count": 0}])
        self.assertEqual(len(set(self.asked)), 1)
        with self.assertRaisesRegex(UserError, "Paid.: it is paid"):
            self.row.with_user(manager).action_ask_again()

    def test_not_asked_again_by_hand_after_a_day(self):
        """Nobody knows what a forgotten reference would do."""
        manager = self._create_user("asks_late", MANAGER)
        with (
            freeze_time("2027-09-11 12:00:00"),
            self.assertRaisesRegex(UserError, "does not know the request"),
        ):
            self.row.with_user(manager).action_ask_again()
        self.assertEqual(len(self.asked), 1)

    def test_left_to_a_person(self):
        self._run("2027-09-10 12:05:00")
        self._run("2027-09-10 13:00:00")
        run = self._run("2027-09-11 00:00:00")
        self.assertEqual(
            run.message,
            "Payments asked about: 1. Left to a person: 1. Finished.",
        )
        self.assertRecordValues(
            run.line_ids,
            [
                {
                    "payment_id": self.row.id,
                    "outcome": "skipped",
                    "reason": "unknown",
                    "amount": 70.12,
                }
            ],
        )
        self.assertEqual(len(self.continuity.activity_ids), 1)

    def test_answered(self):
        """N15: paid, so the rest of Submit is done."""
        self.answer = 200
        run = self._run("2027-09-10 12:05:00")
        self.assertEqual(self.row.state, "paid")
        self.assertEqual(self.order.state, "sale")
        self.assertEqual(self.continuity.upfront_invoice_id.amount_residual, 0.0)
        self.assertEqual(run.message, "Payments asked about: 1. Answered: 1. Finished.")
        self.assertEqual(run.line_ids.reason, "paid")
        self.assertFalse(self._run("2027-09-10 13:00:00").line_ids)
        self.assertEqual(len(self.asked), 2)

    def test_declined(self):
        """N15: not paid, so the quotation is free again."""
        self.answer = 402
        self._run("2027-09-10 12:05:00")
        self.assertEqual(self.row.state, "declined")
        self.assertEqual(self.order.state, "draft")

    def test_new_request_is_asked_about_anew(self):
        """The next attempt has its own three questions."""
        self._run("2027-09-10 12:05:00")
        self._run("2027-09-10 13:00:00")
        self.row.action_was_not_paid()
        with freeze_time("2027-09-10 14:00:00"):
            self.order.action_confirm()
        self.assertEqual(self.row.resolve_count, 0)
        count = len(self.asked)
        self._run("2027-09-10 14:04:00")
        self.assertEqual(len(self.asked), count)
        self._run("2027-09-10 14:05:00")
        self.assertEqual(len(self.asked), count + 1)

    def test_provider_that_would_charge_twice(self):
        """Without an idempotency key it is for a person at once."""
        transactions = type(self.env["payment.transaction"])
        with patch.object(
            transactions, "_CONTINUITY_IDEMPOTENT_PROVIDERS", frozenset()
        ):
            run = self._run("2027-09-10 12:05:00")
            self.assertEqual(run.skipped_count, 1)
            self.assertFalse(self._run("2027-09-10 13:00:00").line_ids)
        self.assertEqual(len(self.asked), 1)
        self.assertEqual(self.row.state, "unknown")

    def test_worker_died(self):
        """A row left between claim and answer is taken up, with the same reference."""
        self.row.state = "processing"
        self.row.transaction_id.write({"state": "draft", "continuity_no_answer": False})
        self._run("2027-09-10 12:04:00")
        self.assertEqual(self.row.state, "processing", "its worker may be alive")
        self.answer = 200
        self._run("2027-09-10 12:05:00")
        self.assertEqual(self.row.state, "paid")
        self.assertEqual(self._short(set(self.asked)), [f"CP{self.continuity.id}-1"])

    # === A QUESTION THAT WAS NOT ASKED TO ITS END === #

    def test_answered_by_others(self):
        """Whoever brings the answer: nobody is asking any more."""
        tx = self.row.transaction_id

        def tell():
            tx._process("demo", {"simulated_state": "done"})
            tx._post_process()

        doors = {
            "the provider's message": (tell, "paid"),
            "a person says no": (lambda: self.row.action_was_not_paid(), "declined"),
            "a person says yes": (lambda: self.row.action_was_paid(), "paid"),
        }
        for door, (answer, state) in doors.items():
            with self.subTest(door), self.env.cr.savepoint() as savepoint:
                self.row.sudo().is_being_resolved = True
                answer()
                self.assertRecordValues(
                    self.row, [{"state": state, "is_being_resolved": False}]
                )
                savepoint.rollback()
                self.env.invalidate_all()

    def test_cannot_be_asked_any_more(self):
        """Killed, and a day later it is too late to ask: three questions, no more."""
        self.row.sudo().is_being_resolved = True
        self._run("2027-09-12 12:00:00")
        self.assertRecordValues(
            self.row, [{"resolve_count": 3, "is_being_resolved": False}]
        )
        self.assertEqual(len(self.asked), 1)

    def test_somebody_else_has_the_row(self):
        """Nothing was asked: no question counts, and none is under way."""
        rows = type(self.row)
        lock = rows._lock
        self.patch(
            rows,
            "_lock",
            lambda row, *states: (
                row.browse() if states == ("unknown",) else lock(row, *states)
            ),
        )
        self._run("2027-09-10 12:05:00")
        self.assertRecordValues(
            self.row, [{"resolve_count": 0, "is_being_resolved": False}]
        )
        self.assertEqual(len(self.asked), 1)

    # === THE ENGINE === #

    def test_preview_asks_nobody(self):
        preview = self._run("2027-09-10 12:05:00", dry_run=True)
        self.assertEqual(len(self.asked), 1)
        self.assertEqual(self.row.resolve_count, 0)
        self.assertEqual(
            preview.message, "Payments that would be asked about: 1. Finished."
        )
        self.assertEqual(preview.line_ids.payment_id, self.row)

    def test_other_company(self):
        other = self.env["res.company"].create({"name": "Other company"})
        self.env.user.company_ids |= other
        run = self._run("2027-09-10 12:05:00", company=other)
        self.assertFalse(run.line_ids)
        self.assertEqual(len(self.asked), 1)

    @mute_logger("odoo.addons.continuity_program.jobs.continuity_job_failure")
    def test_poison(self):
        """One row that breaks stops no other one."""
        other = self._submit().continuity_order_ids.payment_ids
        self.answer = 200
        model = type(self.row)
        original = model._ask_same_transaction

        def ask(rows):
            if rows == self.row.sudo():
                raise IndexError("broken")
            return original(rows)

        self.patch(model, "_ask_same_transaction", ask)
        run = self._run("2027-09-10 12:05:00")
        self.assertEqual(other.state, "paid")
        self.assertEqual(self.row.state, "unknown")
        self.assertRecordValues(run, [{"done_count": 1, "failed_count": 1}])

    def test_scheduled_action(self):
        """Every five minutes, and no run where there is nothing to ask."""
        cron = self.env.ref("continuity_program.ir_cron_resolve_payments")
        self.assertEqual((cron.interval_number, cron.interval_type), (5, "minutes"))
        self.answer = 200
        runs = self.env["continuity.run"]
        domain = [("job", "=", "resolve_payments")]
        for moment, count in (
            ("2027-09-10 12:04:00", 0),
            ("2027-09-10 12:05:00", 1),
            ("2027-09-10 12:10:00", 1),
        ):
            with freeze_time(moment), self.enter_registry_test_mode():
                cron.method_direct_trigger()
            self.assertEqual(runs.search_count(domain), count, moment)
        self.assertEqual(self.row.state, "paid")
