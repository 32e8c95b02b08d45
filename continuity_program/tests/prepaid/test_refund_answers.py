# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a provider says about a refund is kept, and what has gone back is booked."""

from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..cases.refund import RefundCase

ASKING = "odoo.addons.continuity_program.models.payments.payment_transaction_answer"
BOOKING = "odoo.addons.continuity_program.models.prepaid.payment_transaction_refund"


@tagged("post_install", "-at_install")
class TestRefundAnswers(RefundCase):
    """An order of 14.94 that was paid by card and credited."""

    def setUp(self):
        super().setUp()
        self.order, child = self._sell_child()
        self.payment = self.order.payment_ids.transaction_id
        self._send(child)
        self.note = self._credit_by_wizard(self._bill(child))
        self.transactions = type(self.env["payment.transaction"])

    def _get_refund(self):
        return self.payment.child_transaction_ids

    def _lose_answer(self, error=TimeoutError):
        def lose(_transaction):
            raise error

        with (
            patch.object(self.transactions, "_send_refund_request", lose),
            self.assertLogs(ASKING, "ERROR"),
        ):
            return self._refund(self.order)

    # === KEPT === #

    def test_committed_before_it_is_booked(self):
        """The answer is a step of its own, and so is booking it."""
        seen = []

        def take_note(_run, *_args, **_kwargs):
            refund = self._get_refund()
            seen.append((refund.state, bool(refund.payment_id)))
            return float("inf")

        self.patch(type(self.env["continuity.run"]), "_checkpoint", take_note)
        self._refund(self.order)
        self.assertEqual(seen, [("draft", False), ("done", False), ("done", True)])

    def test_not_booked(self):
        """What cannot be booked has gone back all the same, and is booked later."""

        def refuse(_transaction, **_values):
            raise UserError("The books are closed.")

        with (
            patch.object(self.transactions, "_create_payment", refuse),
            self.assertLogs(BOOKING, "ERROR") as logs,
        ):
            message = self._refund(self.order)
        self.assertIn("The books are closed.", logs.output[0])
        self.assertRegex(message, r"Refunded: \D*14\.94\D")
        self.assertIn("is not booked yet", message)
        self.assertNotIn("No answer", message)
        refund = self._get_refund()
        self.assertRecordValues(
            refund, [{"state": "done", "is_post_processed": False, "amount": -14.94}]
        )
        self.assertEqual(self.order.amount_to_refund, 0.0)
        self.assertEqual(self._refund(self.order), "Nothing is left to give back.")
        self.assertEqual(self._get_refunds(self.order), [(self.payment, 14.94)])
        refund._post_process()
        self.assertEqual(self.note.amount_residual, 0.0)
        self.assertFalse(self._check_books(self.order))

    def test_message_without_answer(self):
        """What nobody has answered was not given back, as far as anybody knows."""
        message = self._lose_answer()
        self.assertRegex(message, r"Refunded: \D*0\.00\D")
        self.assertRegex(message, r"No answer: \D*14\.94\D* Ask the provider")

    # === MESSAGES OF THE PROVIDER === #

    def test_message_about_a_lost_refund(self):
        """The refund without an answer is the one the provider tells of."""
        self._lose_answer()
        lost = self._get_refund()
        refund = self.payment._create_child_transaction(
            14.94, is_refund=True, provider_reference="re_1"
        )
        self.assertEqual(refund, lost)
        refund._process("demo", {"simulated_state": "done"})
        refund._post_process()
        self.assertEqual(self._get_refunds(self.order), [(self.payment, 14.94)])
        self.assertRecordValues(
            refund, [{"state": "done", "continuity_no_answer": False}]
        )
        self.assertEqual(self.order.payment_ids.amount_refunded, 14.94)
        self.assertEqual(self.note.amount_residual, 0.0)
        self.assertFalse(self._check_books(self.order))

    def test_message_about_another_amount(self):
        """It has gone back, whatever else is under way: it is booked beside it."""
        self._lose_answer()
        refund = self.payment._create_child_transaction(5.0, is_refund=True)
        refund._process("demo", {"simulated_state": "done"})
        refund._post_process()
        self.assertEqual(
            self._get_refunds(self.order), [(self.payment, 14.94), (self.payment, 5.0)]
        )
        self.assertRecordValues(refund, [{"state": "done", "is_post_processed": True}])
        self.assertEqual(refund.payment_id.amount, 5.0)

    def test_message_about_a_second_refund(self):
        """What went back twice is booked twice."""
        self._refund(self.order)
        refund = self.payment._create_child_transaction(14.94, is_refund=True)
        refund._process("demo", {"simulated_state": "done"})
        self.assertEqual(
            self._get_refunds(self.order),
            [(self.payment, 14.94), (self.payment, 14.94)],
        )

    def test_dialog_after_a_lost_refund(self):
        """Whoever is about to ask is refused; nothing is taken over."""
        self._lose_answer()
        with self.assertRaisesRegex(UserError, "is on its way"):
            self._refund_by_wizard(self.payment.payment_id, 14.94)
        self.assertTrue(self._get_refund().continuity_no_answer)

    def test_dialog_of_the_same_amount(self):
        """The answer about one piece is lost; the other one is another refund."""
        order, child = self._sell_child(quantity=2)
        payment = order.payment_ids.transaction_id
        self._send(child)
        self._credit_by_wizard(self._bill(child))
        self.order = order
        self._lose_answer()
        self._refund_by_wizard(payment.payment_id, 14.94)
        self.assertEqual(self._get_refunds(order), [(payment, 14.94), (payment, 14.94)])
