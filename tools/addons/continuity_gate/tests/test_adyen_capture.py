# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from odoo.addons.payment_adyen.controllers.main import AdyenController

from . import test_recorded
from .common import ProviderCase

ADYEN = "odoo.addons.payment_adyen.models.payment_transaction"
HOOK = "/payment/adyen/notification"


@tagged("post_install", "-at_install")
class TestAdyenCapture(ProviderCase):
    """Adyen takes captures and voids, and tells minutes later what became of them."""

    code = "adyen"
    provider_values = {
        **test_recorded.TestAdyen.provider_values,
        "capture_manually": True,
    }
    token_values = test_recorded.TestAdyen.token_values
    # The gate counts what was authorised
    is_counted = False

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.goods.invoice_policy = "delivery"

    def setUp(self):
        self.enterContext(mute_logger(ADYEN))
        super().setUp()
        self._night()
        self.assertEqual(self.row.state, "authorized")
        self.child = self.order.child_order_ids

    def _deliver(self):
        with freeze_time("2027-09-11 12:00:00"):
            self.child.order_line.qty_delivered = 1.0
            self.child._create_invoices().action_post()

    def _tell(self, part, kind, cents, success="true", reason=""):
        """The message of Adyen about a capture or a void, by its own address."""
        source = part.source_transaction_id
        item = {
            "pspReference": part.provider_reference,
            "originalReference": source.provider_reference,
            "merchantAccountCode": "Gate",
            "merchantReference": part.reference,
            "amount": {"value": cents, "currency": source.currency_id.name},
            "eventCode": kind,
            "success": success,
            "paymentMethod": "visa",
            "reason": reason,
        }
        signature = AdyenController._compute_signature(
            item, self.provider.adyen_hmac_key
        )
        item["additionalData"] = {"hmacSignature": signature}
        self.env.flush_all()
        with freeze_time("2027-09-11 12:20:00"):
            answer = self.url_open(
                HOOK, json={"notificationItems": [{"NotificationRequestItem": item}]}
            )
        self.assertEqual(answer.status_code, 200)
        self.env.invalidate_all()
        with freeze_time("2027-09-11 12:30:00"):
            (part | source)._post_process()
        self.env.invalidate_all()

    def _count(self, end):
        return len(self.gate.get_seen(end))

    def test_whole_capture(self):
        """Nobody is told that Adyen did not answer; its message says *paid*."""
        self._deliver()
        self._resolve("2027-09-11 12:05:00")
        part = self.row.settle_transaction_ids
        [seen] = self.gate.get_seen("/captures")
        source = self.row.transaction_id.provider_reference
        self.assertIn(f"/payments/{source}/captures", seen["path"])
        self.assertEqual(part.state, "draft")
        self.assertTrue(part.provider_reference)
        self.assertEqual(self.row.state, "processing")
        for moment in ("12:10:00", "13:10:00", "23:59:00"):
            self._resolve(f"2027-09-11 {moment}")
        self._night("2027-09-12", "process_payments")
        self.row.action_charge_now()
        self.assertEqual((self.row.state, self._count("/captures")), ("processing", 1))
        self.assertFalse(self.order.activity_ids)
        self._tell(part, "CAPTURE", 1494)
        self.assertRecordValues(self.row, [{"state": "paid", "amount": 14.94}])
        self.assertEqual(self.child.invoice_ids.amount_residual, 0.0)
        self._night("2027-09-13", "process_payments", "resolve_payments")
        self.assertEqual((self.row.state, self._count("/captures")), ("paid", 1))

    def test_capture_that_is_refused(self):
        """What was authorised is worth nothing; the next attempt authorises anew."""
        self._deliver()
        self._resolve("2027-09-11 12:05:00")
        part = self.row.settle_transaction_ids
        source = part.source_transaction_id
        self._tell(part, "CAPTURE", 1494, "false", "Insufficient balance")
        self.assertRecordValues(
            part | source,
            [
                {"state": "error", "continuity_decline_kind": "soft"},
                {"state": "cancel", "continuity_decline_kind": "soft"},
            ],
        )
        self.assertRecordValues(self.row, [{"state": "declined", "attempts": 1}])
        self.assertTrue(self.row.next_attempt_date)

    def test_void_that_is_refused(self):
        """Adyen had taken it: a person lets it go there."""
        self.child._action_cancel()
        self._resolve("2027-09-11 12:05:00")
        part = self.row.settle_transaction_ids
        self.assertFalse(self.order.activity_ids)
        self._tell(part, "CANCELLATION", 1494, "false", "Transaction not found")
        self.assertEqual((part.state, self.row.state), ("error", "cancelled"))
        [activity] = self.order.activity_ids
        self.assertIn("14.94", activity.note)
        self.assertIn("Transaction not found", activity.note)
        self.assertIn("Void it at the provider", activity.note)

    def test_capture_that_is_never_told(self):
        """After the days a payment may be pending it is for a person."""
        self._deliver()
        self._resolve("2027-09-11 12:05:00")
        days = self.company.continuity_pending_days
        self._night(f"2027-09-{11 + days - 1:02}", "process_payments")
        self.assertEqual(self.row.state, "processing")
        self._night(f"2027-09-{11 + days:02}", "process_payments")
        self.assertEqual((self.row.state, self._count("/captures")), ("unknown", 1))

    def test_void(self):
        """The hold is on its way back: nobody has to do it at Adyen."""
        self.child._action_cancel()
        [run] = self._resolve("2027-09-11 12:05:00")
        self.assertEqual(run.line_ids.reason, "voided")
        part = self.row.settle_transaction_ids
        self.assertEqual((part.state, part.state_message), ("draft", False))
        self.assertFalse(self.order.activity_ids)
        self._tell(part, "CANCELLATION", 1494)
        self.assertEqual(part.source_transaction_id.state, "cancel")
        self.assertEqual((self.row.state, self._count("/cancels")), ("cancelled", 1))
