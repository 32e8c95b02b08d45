# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from odoo.tests import tagged
from odoo.tools import mute_logger

from tools.gate.client import REFUSED

from .common import StripeCase

CARD_HOOK = "/payment/continuity/card_update/stripe"
SUCCEEDED = "payment_intent.succeeded"
FAILED = "payment_intent.payment_failed"


@tagged("post_install", "-at_install")
class TestStripeMessage(StripeCase):
    """What Stripe tells by itself: late, twice, in the wrong order."""

    def _check_paid_once(self, reference=None):
        self.assertRecordValues(self.row, [{"state": "paid", "decline_kind": False}])
        tx = self.row.transaction_id
        self.assertEqual(
            self.env["account.payment"].search_count(
                [("payment_transaction_id", "=", tx.id)]
            ),
            1,
        )
        self.assertEqual(self.order.child_order_ids.state, "sale")

    def test_c18_twice_and_in_reversed_order(self):
        self.gate.trick(drop="after")
        self._night()
        self.assertEqual(self.row.state, "unknown")
        intent = self._get_intent()
        answers = self._tell(intent, SUCCEEDED, times=2)
        self.assertEqual(answers, [200, 200])
        self._book()
        self._check_paid_once()
        # An old message that says it failed arrives last
        failed = {"status": "requires_payment_method"}
        with mute_logger("odoo.addons.payment.models.payment_transaction"):
            self._tell(intent, FAILED, "2027-09-10 12:30:00", edit=failed)
        self._tell(intent, SUCCEEDED, "2027-09-10 12:31:00")
        self._book("2027-09-10 12:40:00")
        self._check_paid_once()
        self._resolve("2027-09-10 13:30:00")
        self._check_paid_once()
        self.assertEqual(self._get_cents(), [1494])
        self.assertEqual(len(self.gate.get_seen()), 1)

    def test_c19_done_after_declined(self):
        """A person gave it up, it was charged anew, and the first one had worked."""
        self.gate.trick(drop="after")
        self._night()
        first = self.row.transaction_id
        self.row.action_was_not_paid()
        self.assertEqual(self.row.state, "declined")
        intent = self._get_intent()
        self._tell(intent, SUCCEEDED)
        self._book()
        self._check_paid_once()
        self.assertEqual(self.row.transaction_id, first)
        self.assertEqual(self._get_cents(), [1494])

    def test_c19_done_after_it_was_paid_anew(self):
        """The second payment is offered back; nothing goes back by itself."""
        self.gate.trick(drop="after")
        self._night()
        first = self.row.transaction_id
        self.row.action_was_not_paid()
        self._night("2027-09-10 12:01:00")
        self.assertEqual(self.row.state, "paid")
        self.assertNotEqual(self.row.transaction_id, first)
        self._tell(self._get_intent(0), SUCCEEDED)
        self._book()
        self.assertEqual(self.row.state, "paid")
        self.assertEqual(first.state, "done")
        self.assertEqual(self._get_cents(), [1494, 1494])
        self.paid_twice = 1494
        self._night("2027-09-11", "check_balances")
        self.assertEqual(self.order.amount_to_refund, 14.94)

    def test_c20_pending_and_then_done(self):
        self.gate.trick(edit={"status": "processing"})
        self._night()
        child = self.order.child_order_ids
        self.assertEqual(self.row.state, "pending")
        before = child.state
        for day in (11, 12, 13):
            self._night(f"2027-09-{day}", "process_payments", "resolve_payments")
        self.assertEqual((self.row.state, child.state), ("pending", before))
        self._tell(self._get_intent(), SUCCEEDED, "2027-09-13 10:00:00")
        self._book("2027-09-13 10:10:00")
        self._check_paid_once()
        self.assertEqual(len(self.gate.get_seen()), 1)

    def test_c20_pending_and_then_failed(self):
        self.gate.trick(edit={"status": "processing"})
        self._night()
        # It was pretended that the money is on its way: there is none
        self.is_counted = False
        error = {"code": "card_declined", "decline_code": "insufficient_funds"}
        failed = {"status": "requires_payment_method", "last_payment_error": error}
        self._tell(self._get_intent(), FAILED, "2027-09-13 10:00:00", edit=failed)
        self._book("2027-09-13 10:10:00")
        self.assertRecordValues(
            self.row, [{"state": "declined", "next_attempt_date": False}]
        )
        self.assertEqual(self.order.state, "on_hold")

    def test_failed_message_after_the_decline(self):
        """Stripe tells of a refusal that was answered already: it counts once."""
        self._use_card(REFUSED)
        self.gate.trick(decline="insufficient_funds")
        self._night()
        self.assertRecordValues(self.row, [{"state": "declined", "attempts": 1}])
        intent = self.gate.call("GET", "payment_intents")["data"][-1]["id"]
        answers = self._tell(intent, FAILED, times=2)
        self.assertEqual(answers, [200, 200])
        self._book()
        self.assertRecordValues(
            self.row,
            [
                {
                    "state": "declined",
                    "decline_kind": "soft",
                    "attempts": 1,
                    "next_attempt_date": date(2027, 9, 11),
                }
            ],
        )

    @mute_logger("odoo.addons.payment_stripe.controllers.main", "odoo.http")
    def test_wrong_signature(self):
        """Nobody but Stripe can say that it was paid."""
        self.gate.trick(drop="after")
        self._night()
        answers = self._tell(self._get_intent(), SUCCEEDED, secret="whsec_other")
        self.assertEqual(answers, [403])
        self._book()
        self.assertEqual(self.row.state, "unknown")

    def test_card_that_was_renewed(self):
        """The bank has given out a new one: Stripe says so, and charges it."""
        token = self.order.payment_token_id
        token.expiry_date = date(2027, 9, 30)
        self._tell(
            token.stripe_payment_method,
            "payment_method.automatically_updated",
            hook=CARD_HOOK,
        )
        self.assertRecordValues(token, [{"expiry_date": date(2034, 12, 31)}])
        self.gate.detach(token.stripe_payment_method)
        self._tell(
            token.stripe_payment_method, "payment_method.detached", hook=CARD_HOOK
        )
        self.assertFalse(token.active)
