# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import HOOK, StripeCase

CARD_HOOK = "/payment/continuity/card_update/stripe"
ACTIVITY = "continuity_program_stripe.mail_activity_dispute"
FAILED = "continuity_program.mail_activity_payment_failed"
CREATED = "charge.dispute.created"
WITHDRAWN = "charge.dispute.funds_withdrawn"
REINSTATED = "charge.dispute.funds_reinstated"
LOG = "odoo.addons.continuity_program.models.cards.payment_token_update"


@tagged("post_install", "-at_install")
class TestStripeDispute(StripeCase):
    """Case 23: the bank takes a charge back, and Stripe tells of it."""

    def setUp(self):
        super().setUp()
        self._night()
        self.assertEqual(self.row.state, "paid")
        self.tx = self.row.transaction_id

    def _get_open(self):
        lines = self.row._get_own_lines()
        return sum(lines.mapped("amount_residual"))

    def _check_charged_back(self):
        self.assertRecordValues(
            self.row,
            [
                {
                    "state": "declined",
                    "next_attempt_date": False,
                    "transaction_id": False,
                }
            ],
        )
        self.assertTrue(self.tx.continuity_charged_back)
        self.assertEqual(self.order.state, "on_hold")
        self.assertIn("product not received", self.order.hold_payment_reason)
        self.assertEqual(len(self.order.activity_search([FAILED])), 1)
        notes = self.row.message_ids.filtered(lambda m: "Chargeback" in (m.body or ""))
        self.assertEqual(len(notes), 1)
        self.assertEqual(self._get_cents(), [0])

    def test_taken_back(self):
        """As by the button: open again, on hold, and nobody asks the card."""
        self.assertEqual(self._get_open(), 0.0)
        dispute = self.gate.dispute(self._get_intent())
        self._tell(dispute, CREATED)
        self._check_charged_back()
        for kind, times in ((WITHDRAWN, 2), (CREATED, 2)):
            self.assertEqual(self._tell(dispute, kind, times=times), [200] * times)
        self._check_charged_back()
        self._night("2027-09-12")
        self.assertEqual(self.row.state, "declined")
        self.assertEqual(len(self.gate.get_seen()), 1)
        self.assertFalse(self.order.activity_search([ACTIVITY]))

    def test_told_to_our_own_address(self):
        self._tell(self.gate.dispute(self._get_intent()), WITHDRAWN, hook=CARD_HOOK)
        self._check_charged_back()

    def test_bank_only_asks(self):
        dispute = self.gate.dispute(self._get_intent(), "warning_needs_response")
        self._tell(dispute, CREATED, times=2)
        self.assertEqual((self.row.state, self.order.state), ("paid", "running"))
        (activity,) = self.order.activity_search([ACTIVITY])
        self.assertIn("14.94", activity.note)
        self.assertIn("No money was taken yet", activity.note)
        self.assertFalse(self.tx.continuity_charged_back)

    def test_a_part(self):
        """A person decides: an accountant enters what is to be entered."""
        self.is_counted = False
        self._tell(self.gate.dispute(self._get_intent(), amount=500), WITHDRAWN)
        self.assertEqual((self.row.state, self.order.state), ("paid", "running"))
        (activity,) = self.order.activity_search([ACTIVITY])
        self.assertIn("5.00", activity.note)

    def test_seller_has_won(self):
        dispute = self.gate.dispute(self._get_intent())
        self._tell(dispute, WITHDRAWN)
        self._check_charged_back()
        self._tell(dispute, REINSTATED, times=2)
        (activity,) = self.order.activity_search([ACTIVITY])
        self.assertIn("given", activity.note)
        self.assertEqual(self.row.state, "declined", "nobody knows whether it is paid")

    def test_wrong_order(self):
        """What was taken has come again, and is told of first: it stays paid."""
        dispute = self.gate.dispute(self._get_intent(), "won")
        self._tell(dispute, REINSTATED)
        self._tell(dispute, WITHDRAWN)
        self.assertEqual(self.row.state, "paid")
        self.assertFalse(self.tx.continuity_charged_back)

    def test_person_was_first(self):
        """The button was pressed before Stripe told: nothing twice."""
        self.row._charge_back("the accountant has seen it: product not received")
        self._tell(self.gate.dispute(self._get_intent()), WITHDRAWN)
        self._check_charged_back()

    @mute_logger("odoo.addons.payment_stripe.controllers.main", LOG)
    def test_wrong_signature(self):
        dispute = self.gate.dispute(self._get_intent(), "won")
        for hook in (HOOK, CARD_HOOK):
            self._tell(dispute, WITHDRAWN, hook=hook, secret="whsec_other")
        self.assertEqual(self.row.state, "paid")
        self.provider.stripe_webhook_secret = False
        self._tell(dispute, WITHDRAWN)
        self.assertEqual(self.row.state, "paid", "without a secret nobody is believed")

    def test_payment_of_something_else(self):
        """An order of ordinary goods: nothing of ours is touched."""
        self.tx.sale_order_ids = False
        self.row.sudo().transaction_ids = False
        self.is_counted = False
        self._tell(self.gate.dispute(self._get_intent()), WITHDRAWN)
        self.assertEqual(self.order.state, "running")
        self.assertFalse(self.order.activity_search([ACTIVITY]))

    def test_card_messages_by_the_webhook_of_odoo(self):
        """One webhook is enough."""
        token = self.order.payment_token_id
        self.gate.detach(token.stripe_payment_method)
        self._tell(token.stripe_payment_method, "payment_method.detached")
        self.assertFalse(token.active)
