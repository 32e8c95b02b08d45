# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from odoo.tests import freeze_time, tagged

from tools.gate.client import ASKS, GOOD

from .common import StripeCase


@tagged("post_install", "-at_install")
class TestStripeCustomer(StripeCase):
    """The customer is there: he stores a card, and shows his bank that it is he.

    What the form of Stripe does in the browser, the test says to Stripe itself.
    """

    def _press(self, kind, moment, **values):
        """What the form sends when the customer presses its button.

        :param str kind: of the page: *card* or *authenticate*
        """
        with freeze_time(moment):
            processing = self.make_jsonrpc_request(
                f"/my/continuity/{self.order.id}/{kind}/transaction",
                {
                    "provider_id": self.provider.id,
                    "payment_method_id": self.card_method.id,
                    "token_id": None,
                    "amount": None,
                    "flow": "direct",
                    "tokenization_requested": True,
                    "landing_route": "/somewhere",
                    "is_validation": False,
                    "access_token": self.order._get_card_token(),
                    **values,
                },
            )
        self.env.invalidate_all()
        tx = self.env["payment.transaction"].search(
            [("reference", "=", processing["reference"])]
        )
        return tx, processing["client_secret"].partition("_secret_")[0]

    def _return(self, tx, moment, **values):
        """The browser comes back from Stripe, and the page asks what became of it."""
        with freeze_time(moment):
            self.opener.get(
                f"{self.base_url()}/payment/stripe/return",
                params={"reference": tx.reference, **values},
                allow_redirects=False,
            )
            self.make_jsonrpc_request("/payment/status/poll", {})
        self.env.invalidate_all()

    def test_c02_a_card_is_stored(self):
        """Nothing is charged, until when it is valid is known, and it is charged."""
        moment = "2027-09-10 12:10:00"
        tx, intent = self._press("card", moment, is_validation=True)
        self.assertEqual(tx.operation, "validation")
        method = self.gate.set_up(intent)
        self._return(tx, moment, setup_intent=intent)
        self.assertEqual(tx.state, "done")
        token = self.order.payment_token_id
        self.assertEqual(token, tx.token_id)
        self.assertRecordValues(
            token,
            [
                {
                    "stripe_payment_method": method,
                    "payment_details": "4242",
                    "expiry_date": date(2034, 12, 31),
                    "partner_id": self.customer.id,
                }
            ],
        )
        self.assertEqual(self._get_cents(), [])
        self._night("2027-09-10 12:20:00")
        self.assertEqual(self.row.state, "paid")
        self.assertEqual(self._get_cents(), [1494])

    def _ask_for_customer(self):
        self._use_card(ASKS)
        self._night()
        self.assertEqual(self.row.decline_kind, "authenticate")
        return self.order.payment_token_id

    def test_c06_customer_shows_that_it_is_he(self):
        old = self._ask_for_customer()
        moment = "2027-09-11 10:00:00"
        tx, intent = self._press("authenticate", moment)
        self.assertRecordValues(
            tx, [{"operation": "online_direct", "amount": 14.94, "tokenize": True}]
        )
        shown = self.gate.pay(intent, ASKS)
        self.assertEqual(shown["status"], "succeeded")
        self._return(tx, moment, payment_intent=intent)
        self.assertRecordValues(self.row, [{"state": "paid", "attempts": 1}])
        self.assertEqual(self.gate.get_money(), [(tx.reference, 1494)])
        self.assertNotEqual(self.order.payment_token_id, old)
        self.assertEqual(self.order.payment_token_id, tx.token_id)
        self.assertEqual(tx.token_id.expiry_date, date(2034, 12, 31))
        self.assertEqual(self.order.child_order_ids.state, "sale")

    def test_c06_by_message_only(self):
        """He closes the window: Stripe tells that he has paid."""
        self._ask_for_customer()
        tx, intent = self._press("authenticate", "2027-09-11 10:00:00")
        self.gate.pay(intent, GOOD)
        self._tell(intent, "payment_intent.succeeded", "2027-09-11 10:01:00")
        self._book("2027-09-11 10:12:00")
        self.assertRecordValues(self.row, [{"state": "paid", "transaction_id": tx.id}])
        self.assertEqual(self._get_cents(), [1494])

    def test_c06_his_bank_says_no(self):
        """The link stays, and he may try again."""
        self._ask_for_customer()
        tx, intent = self._press("authenticate", "2027-09-11 10:00:00")
        self.gate.pay(intent, ASKS, is_proved=False)
        self._return(tx, "2027-09-11 10:01:00", payment_intent=intent)
        self.assertRecordValues(
            self.row,
            [{"state": "declined", "decline_kind": "authenticate", "attempts": 1}],
        )
        self.assertEqual(self._get_cents(), [])
        second, intent = self._press("authenticate", "2027-09-11 10:05:00")
        self.gate.pay(intent, GOOD)
        self._return(second, "2027-09-11 10:06:00", payment_intent=intent)
        self.assertEqual(self.row.state, "paid")
        self.assertEqual(self.gate.get_money(), [(second.reference, 1494)])

    def test_c21_held_now_and_taken_with_the_parcel(self):
        # Customers do not see them any more: they cannot hold money
        self.provider.payment_method_ids.filtered(
            lambda method: method.support_manual_capture == "none"
        ).active = False
        self.provider.capture_manually = True
        self.goods.invoice_policy = "delivery"
        self._night()
        self.assertRecordValues(self.row, [{"state": "authorized"}])
        self.assertEqual(self._get_cents(), [])
        child = self.order.child_order_ids
        self.assertEqual(child.state, "sale")
        with freeze_time("2027-09-11 12:00:00"):
            child.order_line.qty_delivered = 1.0
            child._create_invoices().action_post()
        self._resolve("2027-09-11 12:05:00")
        self.assertRecordValues(self.row, [{"state": "paid", "amount_captured": 14.94}])
        self.assertEqual(self._get_cents(), [1494])
        self._resolve("2027-09-11 12:10:00")
        self.assertEqual(len(self.gate.get_seen("/capture")), 1)
