# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from unittest.mock import patch

import requests
import urllib3
from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.payment_demo.models.payment_transaction import PaymentTransaction

from ..cases.billing import BillingCase
from ..common import MANAGER, SELLER


@tagged("post_install", "-at_install")
@freeze_time("2027-09-10 12:00:00")
class TestGateway(BillingCase):
    """No answer is not an error: unknown, frozen, resolved, never charged twice.

    The gateway is the one thing that cannot be had: the demo provider is made to send
    its request through Odoo's own HTTP helper, and the network answers as told.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with freeze_time("2027-09-10 12:00:00"):
            cls._set_currency("EUR")
            cls.upfront = cls._create_club("UPFRONT", bill_upfront=True)

    def setUp(self):
        super().setUp()
        self.order = self._quote(self.upfront)
        self.continuity = self.order.continuity_order_ids
        self.asked = []
        self.answer = None
        self.startPatcher(
            patch.object(
                PaymentTransaction, "_send_payment_request", self._get_sender()
            )
        )
        self.startPatcher(patch("requests.request", self._request))

    def _get_sender(self):
        asked = self.asked

        def send(transaction):
            """Send a request like a real provider does."""
            asked.append(transaction.reference)
            transaction._send_api_request("POST", "charge", json={})
            transaction._process("demo", {"simulated_state": "done"})

        return send

    def _request(self, *args, **kwargs):
        if isinstance(self.answer, Exception):
            raise self.answer
        response = requests.Response()
        response.status_code = self.answer or 200
        response._content = b"{}"
        return response

    @property
    def row(self):
        return self.continuity.payment_ids

    # === WHAT IS NO ANSWER === #

    @mute_logger("odoo.addons.payment.models.payment_provider")
    def test_no_answer_is_unknown(self):
        """4: time-out, broken connection and 5xx leave the question open."""
        for answer in (
            requests.exceptions.ReadTimeout(),
            requests.exceptions.ConnectionError("reset by peer"),
            500,
            503,
        ):
            with self.subTest(answer=answer):
                self.answer = answer
                order = self._quote(self.upfront)
                order.action_confirm()
                row = order.continuity_order_ids.payment_ids
                self.assertEqual(row.state, "unknown")
                self.assertEqual(row.attempts, 0)
                self.assertEqual(order.state, "draft")

    @mute_logger("odoo.addons.payment.models.payment_provider")
    def test_a_clear_no_is_a_decline(self):
        """Payment required: the bank was asked, and said no."""
        self.answer = 402
        order = self._quote(self.upfront)
        order.action_confirm()
        self.assertRecordValues(
            order.continuity_order_ids.payment_ids,
            [{"state": "declined", "attempts": 1, "decline_kind": "soft"}],
        )

    @mute_logger("odoo.addons.payment.models.payment_provider")
    def test_who_was_not_asked_has_not_declined(self):
        """No connection, a wrong key, too many requests: counted and told nobody."""
        refused = requests.exceptions.ConnectionError(
            urllib3.exceptions.MaxRetryError(
                None, "/", urllib3.exceptions.NewConnectionError(None, "refused")
            )
        )
        mails = self.env["mail.mail"]
        for answer, kind in (
            (refused, "not_sent"),
            (requests.exceptions.ConnectTimeout(), "not_sent"),
            (429, "not_sent"),
            (400, "configuration"),
            (401, "configuration"),
            (404, "configuration"),
            (422, "configuration"),
        ):
            with self.subTest(answer=answer):
                self.answer = answer
                order = self._quote(self.upfront)
                before = mails.search_count([])
                notice = order.action_confirm()
                self.assertEqual(mails.search_count([]), before)
                row = order.continuity_order_ids.payment_ids
                self.assertRecordValues(
                    row,
                    [
                        {
                            "state": "scheduled",
                            "attempts": 0,
                            "decline_kind": kind,
                            "transaction_id": False,
                        }
                    ],
                )
                self.assertEqual(row.transaction_ids.state, "cancel")
                self.assertEqual(order.state, "draft")
                self.assertIn("could not be asked", notice["params"]["message"])
                self.answer = 200
                order.action_confirm()
                self.assertRecordValues(row, [{"state": "paid", "decline_kind": False}])
                self.assertEqual(order.state, "sale")

    @mute_logger("odoo.addons.payment.models.payment_provider")
    def test_conflict_and_timeouts_of_the_400s_prove_nothing(self):
        for answer in (408, 409, 425):
            with self.subTest(answer=answer):
                self.answer = answer
                order = self._quote(self.upfront)
                order.action_confirm()
                row = order.continuity_order_ids.payment_ids
                self.assertRecordValues(row, [{"state": "unknown", "attempts": 0}])

    @mute_logger(
        "odoo.addons.continuity_program.models.payments.payment_transaction_answer",
    )
    def test_a_crash_of_the_provider_code_is_unknown(self):
        self.answer = ZeroDivisionError("in the middle of the answer")
        self.order.action_confirm()
        self.assertEqual(self.row.state, "unknown")
        self.assertEqual(self.order.state, "draft")

    # === FROZEN, AND FREE AGAIN === #

    def _make_unknown(self):
        self.answer = requests.exceptions.ReadTimeout()
        answer = self.order.action_confirm()
        self.assertIn("is being checked", answer["params"]["message"])

    def test_unknown_freezes_the_quotation(self):
        """MC1u, N15: no second charge, no editing, no cancelling, no deleting."""
        self._make_unknown()
        refused = [
            self.order.action_confirm,
            lambda: self.order.write({"partner_id": self.company.partner_id.id}),
            lambda: self.order.order_line.write({"product_uom_qty": 2}),
            self.order._action_cancel,
            self.order.unlink,
            self.order.order_line.unlink,
        ]
        for call in refused:
            with self.subTest(call=call), self.assertRaises(UserError):
                call()
        self.assertEqual(len(self.asked), 1)
        self.assertEqual(len(self.continuity.activity_ids), 1)
        self.row._charge(submitting=True)
        self.assertEqual(len(self.asked), 1, "never charged again by a job")

    def test_recap_says_do_not_take_another_card(self):
        self.answer = requests.exceptions.ReadTimeout()
        action = self.order.action_continuity_complete()
        recap = self.env["continuity.recap"].browse(action["res_id"])
        recap.action_submit()
        self.assertEqual(recap.result, "unknown")
        self.assertIn("Do not take another card", recap.message)

    def test_asked_again_with_the_same_reference(self):
        """5: one transaction, one reference, one confirmation."""
        self._make_unknown()
        self.row._ask_again()
        self.assertEqual(self.row.state, "unknown", "still no answer")
        self.answer = 200
        answered = self.row._ask_again()
        self.assertEqual(answered, self.row)
        self.assertEqual(self.row.state, "paid")
        self.assertEqual(self._short(set(self.asked)), [f"CP{self.continuity.id}-1"])
        self.assertEqual(len(self.row.transaction_ids), 1)
        self.assertEqual(self.order.state, "sale")
        self.assertEqual(self.continuity.upfront_invoice_id.amount_residual, 0.0)

    def test_not_asked_again_where_it_would_charge_twice(self):
        """5: a provider without idempotency key, and an old request, are for people."""
        self._make_unknown()
        self.answer = 200
        keep = type(self.env["payment.transaction"])
        with patch.object(keep, "_CONTINUITY_IDEMPOTENT_PROVIDERS", frozenset()):
            self.row._ask_again()
        self.assertEqual(self.row.state, "unknown")
        with freeze_time("2027-09-11 06:01:00"):
            self.row._ask_again()
        self.assertEqual(self.row.state, "unknown")
        self.assertEqual(len(self.asked), 1)

    def test_late_message_of_the_provider(self):
        """17: done arrives late, then once more: one payment, one confirmation."""
        self._make_unknown()
        transaction = self.row.transaction_id
        for _time in range(2):
            transaction._process("demo", {"simulated_state": "done"})
            transaction._post_process()
        self.assertEqual(self.row.state, "paid")
        self.assertEqual(self.order.state, "sale")
        self.assertEqual(
            self.env["account.payment"].search_count(
                [("payment_transaction_id", "=", transaction.id)]
            ),
            1,
        )

    @mute_logger("odoo.addons.payment.models.payment_provider")
    def test_late_message_after_a_new_attempt(self):
        """5: the first charge turns out to have worked; its money counts."""
        self._make_unknown()
        first = self.row.transaction_id
        manager = self._create_user("resolver", MANAGER)
        self.row.with_user(manager).action_was_not_paid()
        self.assertRecordValues(self.row, [{"state": "declined", "attempts": 0}])
        self.answer = 402
        self.order.action_confirm()
        self.assertEqual(self.row.state, "declined")
        first._process("demo", {"simulated_state": "done"})
        first._post_process()
        self.assertRecordValues(
            self.row, [{"state": "paid", "transaction_id": first.id}]
        )
        self.assertEqual(self.order.state, "sale")

    def test_a_person_says_it_was_paid(self):
        self._make_unknown()
        seller = self._create_user("no_resolver", SELLER)
        with self.assertRaises(UserError):
            self.row.with_user(seller).action_was_paid()
        manager = self._create_user("resolver", MANAGER)
        self.row.with_user(manager).action_was_paid()
        self.assertEqual(self.row.state, "paid")
        self.assertEqual(self.order.state, "sale")
        self.assertEqual(len(self.asked), 1)

    def test_a_person_says_it_was_not_paid(self):
        self._make_unknown()
        manager = self._create_user("resolver", MANAGER)
        self.row.with_user(manager).action_was_not_paid()
        self.answer = 200
        self.order.action_confirm()
        self.assertEqual(self.row.state, "paid")
        self.assertEqual(
            self._short(self.asked),
            [f"CP{self.continuity.id}-1", f"CP{self.continuity.id}-2"],
        )

    # === INTERRUPTED === #

    def test_interrupted_between_claim_and_charge(self):
        """Found by its state and asked with the same transaction."""
        rows = self.env["continuity.payment"]._sync_order_rows(
            self.continuity, self.company._continuity_today()
        )
        claimed = rows._claim(self.company._continuity_today(), submitting=True)
        self.assertEqual(claimed.state, "processing")
        self.assertFalse(self.asked)
        self.answer = 200
        rows._charge()
        self.assertEqual(rows.state, "paid")
        self.assertEqual(self._short(self.asked), [f"CP{self.continuity.id}-1"])
        self.assertEqual(len(rows.transaction_ids), 1)
        self.assertEqual(self.order.state, "sale")

    def test_no_answer_about_the_ordinary_goods(self):
        """The ordinary goods are asked again with their own reference, too."""
        product = self.env["product.product"].create(self._goods_vals("Bookmark"))
        order = self._create_order(self._create_club("CLUB"))
        order.continuity_order_ids._set_payment_token(self._create_token())
        order.order_line = [(0, 0, {"product_id": product.id})]
        self.answer = requests.exceptions.ReadTimeout()
        order.action_confirm()
        self.assertEqual(order.state, "draft")
        self.answer = 200
        order.action_confirm()
        self.assertEqual(order.state, "sale")
        self.assertEqual(self._short(self.asked), [f"CPS{order.id}-1"] * 2)
