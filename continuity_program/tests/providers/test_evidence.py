# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from unittest.mock import patch

import requests

from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from odoo.addons.payment_demo.models.payment_transaction import PaymentTransaction

from ...billing.providers import PROVIDERS
from ..cases.payment import PaymentCase
from ..common import MANAGER

ANSWER = "odoo.addons.continuity_program.models.payments.payment_transaction_answer"
PROVIDER = "odoo.addons.payment.models.payment_provider"


@tagged("post_install", "-at_install")
@freeze_time("2027-09-10 12:00:00")
class TestEvidence(PaymentCase):
    """A refusal needs evidence: whatever else goes wrong, nobody knows.

    Like a real provider it takes the money first and then says something; its books
    know a request by its reference.
    """

    def setUp(self):
        super().setUp()
        self.books = {}
        self.say = {"simulated_state": "done"}
        self.network = None
        self.startPatcher(
            patch.object(PaymentTransaction, "_send_payment_request", self._get_send())
        )
        self.startPatcher(patch("requests.request", self._request))
        self.enterContext(mute_logger(PROVIDER, ANSWER))
        self.order = self._sell()
        self.row = self._rows(self.order)[0]

    def _get_send(self):
        test = self

        def send(transaction):
            """Send a request like a real provider's module does."""
            transaction._send_api_request("POST", "charge", json={})
            test.books.setdefault(transaction.reference, transaction.amount)
            transaction._process("demo", test.say)

        return send

    def _request(self, *args, **kwargs):
        if isinstance(self.network, Exception):
            raise self.network
        response = requests.Response()
        response.status_code = self.network or 200
        response._content = b"{}"
        return response

    def _check_unknown(self, code="no_answer"):
        """Nobody knows; the same reference is asked again, and then it is paid."""
        self._run("2027-09-10")
        self.assertRecordValues(
            self.row, [{"state": "unknown", "attempts": 0, "decline_kind": code}]
        )
        self.assertTrue(self.row.transaction_id.continuity_no_answer)
        self.assertEqual(self.order.state, "running")
        self.say = {"simulated_state": "done"}
        self.row._ask_again()
        self.assertRecordValues(
            self.row, [{"state": "paid", "attempts": 0, "decline_kind": False}]
        )
        self.assertEqual(self._short(self.books), [f"CP{self.order.id}-1"])
        self.assertEqual(list(self.books.values()), [23.37])
        self.assertFalse(self.row.transaction_id.continuity_no_answer)

    def test_state_nobody_knows(self):
        """It took the money and answers a state Odoo's module cannot read."""
        self.say = {"simulated_state": "odd"}
        self._check_unknown()

    def test_state_is_missing(self):
        """It took the money, and the module breaks on the answer."""
        self.say = {}
        self._check_unknown()

    def test_other_amount(self):
        """It says that it took something else: never declined."""
        amount = {"amount": 1.0, "currency_code": "EUR"}
        with patch.object(
            PaymentTransaction, "_extract_amount_data", return_value=amount
        ):
            self._run("2027-09-10")
        self.assertEqual(self.row.transaction_id.state, "error")
        self.assertRecordValues(self.row, [{"state": "unknown", "attempts": 0}])
        self.row._ask_again()
        self.assertEqual(self.row.state, "paid")
        self.assertEqual(len(self.books), 1)

    def test_second_question_that_is_not_sent_frees_nothing(self):
        """The money may have moved with the first one: it keeps its reference."""
        for network in (
            requests.exceptions.ConnectTimeout(),
            requests.exceptions.ConnectionError(),
            400,
            401,
            429,
            503,
        ):
            with self.subTest(network=network):
                row = self._rows(self._sell())[0]
                self.network = requests.exceptions.ReadTimeout()
                row._charge()
                self.assertEqual(row.state, "unknown")
                transaction = row.transaction_id
                self.network = network
                row._ask_again()
                self.assertRecordValues(
                    row,
                    [
                        {
                            "state": "unknown",
                            "transaction_id": transaction.id,
                            "attempts": 0,
                        }
                    ],
                )
                self.network = None
                row._ask_again()
                self.assertEqual(row.state, "paid")
                self.assertEqual(row.transaction_ids, transaction)

    def test_refusal_after_the_money_moved_is_none(self):
        """A second request breaks when the first one has charged."""
        for network in (401, 404, 500, requests.exceptions.ConnectTimeout()):
            with self.subTest(network=network):
                order = self._sell()
                row = self._rows(order)[0]

                def apply_updates(transaction, _data, network=network):
                    """Read the payment like some modules do."""
                    self.network = network
                    transaction._send_api_request("GET", "payments/1")

                with patch.object(PaymentTransaction, "_apply_updates", apply_updates):
                    row._charge()
                self.network = None
                self.assertRecordValues(row, [{"state": "unknown", "attempts": 0}])

    def test_the_answer_says_no(self):
        self.say = {"simulated_state": "error"}
        self._run("2027-09-10")
        self.assertRecordValues(
            self.row,
            [{"state": "declined", "attempts": 1, "decline_kind": "soft"}],
        )

    def test_a_module_that_says_no_is_believed_without_a_table(self):
        self.say = {"simulated_state": "cancel"}
        tables = {code: table for code, table in PROVIDERS.items() if code != "demo"}
        with patch.dict(PROVIDERS, tables, clear=True):
            self._run("2027-09-10")
        self.assertRecordValues(
            self.row,
            [{"state": "declined", "attempts": 1, "decline_kind": "soft"}],
        )

    def test_what_an_answer_without_state_sets_is_no_refusal_of_the_bank(self):
        """Set by nobody's answer: not even by a table."""
        self.row._charge()
        self.assertEqual(self.row.state, "paid")
        second = self._rows(self.order)[1]
        second._claim(second.due_date)
        second.transaction_id._set_error("somebody's button")
        second._refresh_from_transactions()
        self.assertRecordValues(second, [{"state": "unknown", "attempts": 0}])

    # === MESSAGES === #

    def test_message_says_no_after_no_answer(self):
        """The row is declined as soon as the provider's message has a refusal."""
        self.network = requests.exceptions.ReadTimeout()
        self._run("2027-09-10")
        self.assertEqual(self.row.state, "unknown")
        transaction = self.row.transaction_id
        transaction._process("demo", {"simulated_state": "error"})
        self.assertFalse(transaction.is_post_processed)
        transaction._post_process()
        self.assertRecordValues(
            self.row,
            [{"state": "declined", "attempts": 1, "decline_kind": "soft"}],
        )

    def test_message_that_says_less_changes_nothing(self):
        self.say = {"simulated_state": "error"}
        self._run("2027-09-10")
        transaction = self.row.transaction_id
        with mute_logger("odoo.addons.payment.models.payment_transaction"):
            transaction._process("demo", {"simulated_state": "odd"})
        transaction._post_process()
        self.assertRecordValues(self.row, [{"state": "declined", "attempts": 1}])

    def test_message_with_another_amount_while_pending(self):
        self.say = {"simulated_state": "pending"}
        self._run("2027-09-10")
        self.assertEqual(self.row.state, "pending")
        amount = {"amount": 1.0, "currency_code": "EUR"}
        transaction = self.row.transaction_id
        with patch.object(
            PaymentTransaction, "_extract_amount_data", return_value=amount
        ):
            transaction._process("demo", {"simulated_state": "done"})
        transaction._post_process()
        self.assertRecordValues(self.row, [{"state": "unknown", "attempts": 0}])

    def test_message_done_after_a_refusal(self):
        self.say = {"simulated_state": "error"}
        self._run("2027-09-10")
        transaction = self.row.transaction_id
        transaction._process("demo", {"simulated_state": "done"})
        transaction._post_process()
        self.assertRecordValues(
            self.row, [{"state": "paid", "decline_kind": False, "attempts": 1}]
        )
        self.assertFalse(transaction.continuity_decline_kind)

    # === NOT ASKED === #

    def test_not_asked_is_as_it_was(self):
        """No mail, no count, no date: the next run asks with a new reference."""
        self.network = requests.exceptions.ConnectTimeout()
        mails = self.env["mail.mail"].search_count([])
        self._run("2027-09-10")
        self.assertRecordValues(
            self.row,
            [
                {
                    "state": "scheduled",
                    "attempts": 0,
                    "next_attempt_date": False,
                    "decline_kind": "not_sent",
                }
            ],
        )
        self.assertEqual(self.order.state, "running")
        self.assertEqual(self.env["mail.mail"].search_count([]), mails)
        self.assertFalse(self.books)
        self.network = None
        self._run("2027-09-11")
        self.assertEqual(self.row.state, "paid")
        self.assertEqual(self._short(self.books), [f"CP{self.order.id}-2"])

    def test_it_was_asked_after_all(self):
        """A late yes about what was taken for not sent: the money is taken in."""
        self.network = 429
        self._run("2027-09-10")
        transaction = self.row.transaction_ids
        self.assertEqual(transaction.state, "cancel")
        transaction._process("demo", {"simulated_state": "done"})
        transaction._post_process()
        self.assertEqual(transaction.state, "done")
        self.assertRecordValues(
            self.row, [{"state": "paid", "transaction_id": transaction.id}]
        )
        self.network = None
        self._run("2027-09-11")
        self.assertEqual(len(self.row.transaction_ids), 1)

    def test_not_asked_about_what_was_declined_stays_declined(self):
        """The attempts stand, the date does, and so does what the bank has said."""
        self.say = {"simulated_state": "error"}
        self._run("2027-09-10")
        self.network = 401
        self._run("2027-09-11")
        self.assertRecordValues(
            self.row,
            [
                {
                    "state": "declined",
                    "attempts": 1,
                    "next_attempt_date": self.row.due_date.replace(day=11),
                    "decline_kind": "soft",
                }
            ],
        )
        self.network = None
        self.say = {"simulated_state": "done"}
        self._run("2027-09-12")
        self.assertEqual(self.row.state, "paid")

    def test_declined_for_good_by_hand_is_not_charged_by_itself_afterwards(self):
        self.company.continuity_retry_limit = 0
        self.say = {"simulated_state": "error"}
        self._run("2027-09-10")
        self.assertFalse(self.row.next_attempt_date)
        self.network = 401
        manager = self._create_user("by_hand", MANAGER)
        self.row.with_user(manager).action_charge_now()
        self.assertRecordValues(
            self.row, [{"state": "declined", "attempts": 1, "next_attempt_date": False}]
        )
        self.network = None
        self._run("2027-09-20")
        self.assertEqual(self.row.state, "declined")

    def test_a_module_may_judge_for_itself(self):
        """The override of a provider's module has the last word."""
        self.say = {"simulated_state": "error"}
        transactions = type(self.row.transaction_id)
        with patch.object(
            transactions, "_continuity_classify", return_value="configuration"
        ):
            self._run("2027-09-10")
        self.assertRecordValues(
            self.row, [{"state": "scheduled", "decline_kind": "configuration"}]
        )

    def test_who_has_no_proof_of_his_key_is_not_asked_twice(self):
        providers = self.env["payment.transaction"]._CONTINUITY_IDEMPOTENT_PROVIDERS
        self.assertEqual(providers, {"stripe", "adyen", "worldline", "demo"})
