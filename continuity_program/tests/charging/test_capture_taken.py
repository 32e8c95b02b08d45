# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A provider that takes a capture, and tells later what became of it; and a request
that is out while Odoo looks after its transactions."""

from unittest.mock import patch

from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from odoo.addons.payment_demo.models.payment_transaction import PaymentTransaction

from ..cases.flow import FlowCase


@tagged("post_install", "-at_install")
@freeze_time("2027-09-10 12:00:00")
class TestCaptureTaken(FlowCase):
    """A child order of two pieces, 29.89, authorised when it is made."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.provider.capture_manually = True

    def setUp(self):
        super().setUp()
        self.order, self.child = self._sell_child(quantity=2)
        self.row = self.order.payment_ids
        self.asked = []

        def take(tx):
            """It is given a name, and has no end yet."""
            self.asked.append((tx.continuity_settle_kind, tx.amount))
            tx.provider_reference = f"psp_{len(self.asked)}"

        for name in ("_send_capture_request", "_send_void_request"):
            self.startPatcher(patch.object(PaymentTransaction, name, take))

    def _at(self, moment, *jobs):
        with freeze_time(moment):
            for job in jobs or ("resolve_payments",):
                self._execute(job)
        self.env.invalidate_all()

    def _capture(self, pieces):
        self.child.order_line.qty_delivered += pieces
        self.child._create_invoices().action_post()
        self._at("2027-09-10 12:05:00")
        return self.row.settle_transaction_ids.sorted("id")[-1]

    def test_part(self):
        """It is on its way, and asked by nobody; its message takes it."""
        part = self._capture(1)
        self.assertEqual(self.asked, [("capture", 14.94)])
        self.assertRecordValues(
            part, [{"state": "draft", "continuity_decline_kind": False}]
        )
        self._at("2027-09-10 13:06:00")
        self._at("2027-09-11 02:00:00", "process_payments", "resolve_payments")
        self.row.action_charge_now()
        self.assertRecordValues(self.row, [{"state": "processing", "attention": False}])
        self.assertFalse(self.order.activity_ids)
        self.assertFalse(
            self.env["continuity.exception"]._get_processing_reason(self.row)
        )
        part._set_done()
        part._post_process()
        self.assertRecordValues(
            self.row, [{"state": "authorized", "amount_captured": 14.94}]
        )
        self.assertEqual(self.child.invoice_ids.amount_residual, 0.0)
        self.assertEqual(len(self.asked), 1)

    def test_told_by_the_payment(self):
        """The message of a whole capture is about the payment."""
        part = self._capture(2)
        self.assertEqual(self.asked, [("capture", 29.89)])
        source = part.source_transaction_id
        source._set_done()
        (part | source)._post_process()
        self.assertRecordValues(self.row, [{"state": "paid", "amount": 29.89}])
        self.assertEqual(self.child.invoice_ids.amount_residual, 0.0)

    def test_never_told(self):
        """After the days a payment may be pending a person asks the provider."""
        self.company.continuity_pending_days = 3
        self._capture(1)
        self._at("2027-09-12 02:00:00", "process_payments")
        self.assertEqual(self.row.state, "processing")
        self._at("2027-09-13 02:00:00", "process_payments")
        self.assertRecordValues(
            self.row, [{"state": "unknown", "attention": "unknown"}]
        )
        self.assertEqual(len(self.asked), 1)

    def test_void(self):
        """Nobody has to give it back by hand."""
        self.child._action_cancel()
        self._at("2027-09-10 12:05:00")
        void = self.row.settle_transaction_ids
        self.assertEqual(self.asked, [("void", 29.89)])
        self.assertRecordValues(void, [{"state": "draft", "state_message": False}])
        self.assertFalse(self.order.activity_ids)
        void._set_canceled()
        void._post_process()
        self.assertEqual(void.source_transaction_id.state, "cancel")
        self.assertEqual(self.row.state, "cancelled")

    # === OUT === #

    def test_odoo_leaves_alone_what_is_out(self):
        """Odoo's own action writes on no request that has no answer yet."""
        part = self.row._create_settle_transaction("capture", 14.94)
        source = self.row.transaction_id
        draft = {"state": "draft", "is_post_processed": False}
        charge = source.copy({"reference": "CP-OUT", **draft})
        charge.continuity_asked_at = "2027-09-10 12:00:00"
        out = part | charge
        page = source.copy({"reference": "PAGE", **draft})
        page.sale_order_ids = [Command.set(self.child.ids)]
        (out | page)._post_process()
        self.assertEqual(set(out.mapped("is_post_processed")), {False})
        self.assertTrue(page.is_post_processed)
        for tx in out:
            tx._set_done()
        out._post_process()
        self.assertEqual(set(out.mapped("is_post_processed")), {True})
