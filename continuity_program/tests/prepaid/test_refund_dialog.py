# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What becomes of a refund of Odoo's own dialog: lost, refused, or answered late."""

from datetime import timedelta
from unittest.mock import patch

import requests
from freezegun import freeze_time

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from ...billing.providers import PROVIDERS
from ..cases.refund import WayOutCase

UNREADABLE = {"response": {"x_response_code": None}, "simulated_state": "error"}


@tagged("post_install", "-at_install")
class TestRefundDialog(WayOutCase):
    """14.94 are to be given back, and the accountant does it on the payment."""

    def setUp(self):
        super().setUp()
        self.order, child = self._sell_child()
        self.row = self.order.payment_ids
        self.payment = self.row.transaction_id
        self._send(child)
        self.note = self._credit_by_wizard(self._bill(child))

    def _give_back(self, send, provider="demo"):
        """Press Odoo's button at a provider whose module does the given thing."""
        transactions = type(self.env["payment.transaction"])
        with (
            patch.object(transactions, "_send_refund_request", send),
            patch.dict(PROVIDERS, demo=PROVIDERS[provider]),
        ):
            return self._refund_by_wizard(self.payment.payment_id, 14.94)

    def _tell(self, refund, message, provider):
        """A message of the provider comes."""
        with patch.dict(PROVIDERS, demo=PROVIDERS[provider]):
            refund._process("demo", message)
        refund._post_process()

    def _check_listed(self, refund, attention):
        """The list of payments has the row for this, and leads to the refund."""
        self.env.invalidate_all()
        self.assertEqual(self.row.attention, attention)
        rows = self.env["continuity.payment"].search([("attention", "=", attention)])
        self.assertIn(self.row, rows)
        if attention == "lost_refund":
            action = self._press(self.books, self.row, "action_open_lost_refund")
            self.assertEqual(action["res_id"], refund.id)

    def _check_refused(self, refund):
        self.assertRecordValues(
            refund,
            [
                {
                    "state": "error",
                    "continuity_no_answer": False,
                    "continuity_decline_kind": "soft",
                    "continuity_wait": False,
                }
            ],
        )
        self.assertEqual(self.order.amount_to_refund, 14.94)
        self._check_listed(refund, "refund")

    def test_lost(self):
        """It stands on the list until an accountant says what became of it."""
        errors = (ValidationError("No connection"), requests.ReadTimeout("Too late"))
        for error in errors:

            def lose(_transaction, error=error):
                raise error

            refund = self._give_back(lose)
            self.assertRecordValues(
                refund, [{"state": "error", "continuity_decline_kind": "no_answer"}]
            )
            self.assertIn(str(error), refund.state_message)
            self.assertEqual(self.order.amount_to_refund, 0.0)
            self.assertFalse(self._get_activity(self.order))
            self._check_listed(refund, "lost_refund")
            self._answer(self.books, refund, "action_continuity_open_not_gone_back")
            self.assertEqual(self.order.amount_to_refund, 14.94)
            self._check_listed(refund, "refund")
        # The provider says it once more, in words nobody knows: it was answered
        self._tell(refund, UNREADABLE, "authorize")
        self.assertFalse(refund.continuity_wait)

    def test_lost_of_a_link(self):
        """It pays no row: the account says that nobody knows, and leads to it."""
        order, child = self._sell_child(token=self._create_token("error"))
        self.row = order.payment_ids
        self.payment = self._pay_online(child, 14.94)
        self.assertNotIn(self.payment, self.row.transaction_ids)
        scope = self._child(child)

        def get_account():
            self.env.invalidate_all()
            found = self.env["continuity.balance"]._find_stored([scope])
            return found[scope].with_user(self.books)

        def lose(_transaction):
            raise requests.ReadTimeout("Too late")

        refund = self._give_back(lose)
        self.assertFalse(self.row.attention)
        account = get_account()
        self.assertEqual(account.reason, "lost_refund")
        self.assertIn("Ask the provider", account.reason_text)
        listed = self.env["continuity.balance"].search([("reason", "!=", False)])
        self.assertIn(account, listed)
        action = self._press(self.books, account, "action_open_transactions")
        found = self.env["payment.transaction"].search(action["domain"])
        self.assertIn(refund, found)
        self._answer(self.books, refund, "action_continuity_open_not_gone_back")
        self.assertFalse(get_account().reason)
        # It was taken by the provider, who tells later; a week later nobody waits
        refund = self._give_back(lambda tx: tx.write({"provider_reference": "8836"}))
        self.assertFalse(refund.continuity_wait)
        self.assertFalse(self.billing._answer([scope])[scope].reasons)
        days = self.company.continuity_pending_days
        with freeze_time(refund.create_date + timedelta(days=days)):
            self.env.invalidate_all()
            self.assertEqual(refund.continuity_wait, "refund")
            answer = self.billing._answer([scope])[scope]
            self.assertEqual(answer.reasons, ("lost_refund",))
            self._answer(self.books, refund, "action_continuity_open_gone_back")
        self.assertEqual(get_account().reason, "given_back_without_credit")

    def test_lost_of_a_capture(self):
        """It is of what the captured payment pays."""
        capture = self.payment._create_child_transaction(14.94)
        refund = capture._create_child_transaction(14.94, is_refund=True)
        capture.state = "done"
        refund.write({"state": "error", "continuity_no_answer": True})
        self.assertEqual(refund.continuity_wait, "refund")
        self._check_listed(refund, "lost_refund")

    def test_refused(self):
        """What a module of a provider refuses is none without an answer."""

        def read(transaction):
            transaction._set_error("Could not retrieve the transaction details.")

        def answer(**message):
            message["simulated_state"] = "error"
            return lambda tx: tx._process("demo", message)

        code = {"x_response_code": "3", "x_response_reason_text": "Nobody knows it."}
        for provider, send in (
            ("authorize", read),
            ("authorize", answer(response=code)),
            ("stripe", answer(refund={"id": "re_1", "status": "failed"})),
        ):
            self._check_refused(self._give_back(send, provider))

        def break_down(transaction):
            try:
                raise requests.ReadTimeout
            except requests.ReadTimeout:
                transaction._set_error("Something went wrong.")

        refund = self._give_back(break_down, "authorize")
        self._check_listed(refund, "lost_refund")
        self._answer(self.books, refund, "action_continuity_open_not_gone_back")
        refund = self._give_back(answer(response={}), "authorize")
        self._check_listed(refund, "lost_refund")

    def test_answered_late(self):
        """It was received, and is waited for; its message says what became of it."""

        def receive(transaction):
            transaction.provider_reference = "8836"

        messages = (
            {"resultCode": "Error", "reason": "Too late", "simulated_state": "error"},
            {"resultCode": "Authorised", "simulated_state": "done"},
        )
        for message in messages:
            refund = self._give_back(receive, "adyen")
            self.assertRecordValues(
                refund,
                [
                    {
                        "state": "draft",
                        "continuity_no_answer": False,
                        "continuity_decline_kind": False,
                        "continuity_wait": False,
                    }
                ],
            )
            self.assertEqual(self.order.amount_to_refund, 0.0)
            self.assertFalse(self.row.attention)
            self._tell(refund, message, "adyen")
            if message["simulated_state"] == "error":
                self._check_refused(refund)
        self.assertRecordValues(
            refund,
            [
                {
                    "state": "done",
                    "continuity_no_answer": False,
                    "continuity_decline_kind": False,
                }
            ],
        )
        self.assertEqual(self.row.amount_refunded, 14.94)
        self.assertFalse(self._check_books(self.order))
