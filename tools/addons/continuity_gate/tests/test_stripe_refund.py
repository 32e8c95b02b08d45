# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .common import StripeCase

REFUNDED = "charge.refunded"
ANSWERS = "odoo.addons.continuity_program.models.payments.payment_transaction_answer"


@tagged("post_install", "-at_install")
class TestStripeRefund(StripeCase):
    """Money that goes back, or is captured later: Stripe gets no key for either."""

    def setUp(self):
        super().setUp()
        self.enterContext(mute_logger(ANSWERS))

    def _pay(self):
        self._night()
        self.assertEqual(self.row.state, "paid")
        return self.row.transaction_id

    def _refund(self, tx, amount):
        """What an accountant does in Odoo's own dialog."""
        wizard = self.env["payment.refund.wizard"].with_context(
            active_model="account.payment", active_id=tx.payment_id.id
        )
        with freeze_time("2027-09-11 12:00:00"):
            wizard.create(
                {"payment_id": tx.payment_id.id, "amount_to_refund": amount}
            ).action_refund()
        return tx.child_transaction_ids

    def _tell_of_refund(self, moment="2027-09-11 12:10:00", **values):
        """Stripe tells of all that was given back of the charge."""
        charges = self.gate.call("GET", "charges", limit=10)["data"]
        answers = self._tell(charges[-1]["id"], REFUNDED, moment, **values)
        self._book("2027-09-11 12:30:00")
        return answers

    def _check_refunded(self, tx, amounts, left):
        refunds = tx.child_transaction_ids.filtered(lambda t: t.operation == "refund")
        self.assertEqual(refunds.mapped("amount"), [-amount for amount in amounts])
        self.assertEqual(set(refunds.mapped("state")), {"done"})
        self.assertRecordValues(
            self.row, [{"state": "paid", "amount_refunded": sum(amounts)}]
        )
        self.assertEqual(self._get_cents(), [left])

    def test_given_back_at_stripe(self):
        """The seller does it in Stripe's own pages; Stripe tells it twice."""
        tx = self._pay()
        self.gate.call(
            "POST", "refunds", payment_intent=tx.provider_reference, amount=500
        )
        self.assertEqual(self._tell_of_refund(times=2), [200, 200])
        self._check_refunded(tx, [5.0], 994)

    def test_answer_to_a_refund_is_lost(self):
        """Nobody asks for it again: Stripe would give it back twice."""
        tx = self._pay()
        self.gate.trick(on="POST /refunds", drop="after")
        lost = self._refund(tx, 5.0)
        self.assertEqual(lost.continuity_decline_kind, "no_answer")
        self.is_counted = False
        self.assertEqual(self._get_cents(), [994])
        self._night("2027-09-11 12:05:00", "process_payments", "resolve_payments")
        self.assertEqual(len(self.gate.get_seen("/refunds")), 1)
        # Its message is taken for the refund that nobody knew of
        self._tell_of_refund()
        self.assertEqual(tx.child_transaction_ids, lost)
        self._check_refunded(tx, [5.0], 994)
        self.is_counted = True

    def test_refund_that_stripe_refuses(self):
        tx = self._pay()
        error = {"type": "invalid_request_error", "code": "charge_already_refunded"}
        self.gate.trick(on="POST /refunds", status=400, body={"error": error})
        refund = self._refund(tx, 5.0)
        self.assertIn(refund.state, ("error", "cancel"))
        self.assertRecordValues(self.row, [{"state": "paid", "amount_refunded": 0.0}])
        self.assertEqual(self._get_cents(), [1494])

    def test_answer_to_a_capture_is_lost(self):
        """It is not captured twice; the message of Stripe says that it is paid."""
        self.provider.payment_method_ids.filtered(
            lambda method: method.support_manual_capture == "none"
        ).active = False
        self.provider.capture_manually = True
        self.goods.invoice_policy = "delivery"
        self._night()
        self.assertEqual(self.row.state, "authorized")
        with freeze_time("2027-09-11 12:00:00"):
            child = self.order.child_order_ids
            child.order_line.qty_delivered = 1.0
            child._create_invoices().action_post()
        self.gate.trick(on="POST /capture", drop="after")
        self._resolve("2027-09-11 12:05:00")
        self.assertEqual(self.row.state, "unknown")
        self._resolve("2027-09-11 12:15:00")
        self.assertEqual(len(self.gate.get_seen("/capture")), 1)
        self.assertEqual(self._get_cents(), [1494])
        self._tell(
            self._get_intent(), "payment_intent.succeeded", "2027-09-11 12:20:00"
        )
        self._book("2027-09-11 12:30:00")
        self.assertEqual(self.row.state, "paid")
        self.assertEqual(len(self.gate.get_seen("/capture")), 1)
