# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What was given back in the pages of the provider: told by him, or by a person."""

from datetime import timedelta

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..cases.refund import WayOutCase


@tagged("post_install", "-at_install")
class TestGoneBack(WayOutCase):
    """A child of 14.94 was charged; the provider has no message for Odoo."""

    def setUp(self):
        super().setUp()
        self.order, self.child = self._sell_child()
        self.row = self.order.payment_ids
        self.tx = self.row.transaction_id
        self.scope = self._child(self.child)

    def _enter(self, amount, reason="Seen in his pages"):
        self.tx.with_user(self.books).action_continuity_refunded(amount, reason)

    def _tell(self, amount):
        """The message of a provider that tells of a refund."""
        refund = self.tx._create_child_transaction(
            amount, is_refund=True, provider_reference=f"re_{amount}"
        )
        refund._set_done()
        refund._post_process()
        return refund

    def test_without_a_note(self):
        """A part of it: booked, and held until somebody says why."""
        action = self._press(self.books, self.tx, "action_continuity_open_refunded")
        dialog = self.env[action["res_model"]].browse(action["res_id"])
        self.assertEqual((dialog.kind, dialog.amount), ("refunded", 14.94))
        dialog = dialog.with_user(self.books)
        dialog.write({"amount": 5.0, "reason": "Seen in his pages"})
        dialog.action_answer()
        refund = self.tx.child_transaction_ids
        self.assertRecordValues(
            refund,
            [
                {
                    "amount": -5.0,
                    "state": "done",
                    "operation": "refund",
                    "is_post_processed": True,
                    "continuity_answered_uid": self.books.id,
                }
            ],
        )
        self.assertEqual(refund.payment_id.amount, 5.0)
        self._check(
            self.scope,
            claim=14.94,
            received=14.94,
            returned=5.0,
            held=5.0,
            reasons=["given_back_without_credit"],
        )

    def test_with_a_note(self):
        """Nothing is proposed any more, and nothing can be entered twice."""
        self._send(self.child)
        note = self._credit_by_wizard(self._bill(self.child))
        self.assertEqual(self.order.amount_to_refund, 14.94)
        self._enter(14.94)
        self.assertEqual(self.order.amount_to_refund, 0.0)
        self.assertEqual(note.amount_residual, 0.0)
        with self.assertRaisesRegex(UserError, f"{self.tx.reference}: nothing of it"):
            self._press(self.books, self.tx, "action_continuity_open_refunded")

    def test_two_equal_parts(self):
        """The second is another one, also in the days a message may still come."""
        self._enter(5.0)
        self._enter(5.0)
        self.assertEqual(self.tx.child_transaction_ids.mapped("amount"), [-5.0, -5.0])
        self._check(
            self.scope,
            claim=14.94,
            received=14.94,
            returned=10.0,
            held=10.0,
            reasons=["given_back_without_credit"],
        )

    def test_refused(self):
        """Nothing, more than came, without a reason, by somebody else."""
        for amount in (0.0, -1.0, 14.95):
            with self.assertRaisesRegex(UserError, "between .*0.01.* and .*14.94"):
                self._enter(amount)
        with self.assertRaisesRegex(UserError, "Enter what you have found out"):
            self._enter(14.94, " ")
        with self.assertRaises(UserError):
            self._press(self.seller, self.tx, "action_continuity_refunded")
        self.assertFalse(self.tx.child_transaction_ids)

    def test_on_top_of_a_chargeback(self):
        """Given back after the bank took it back: twice, and a person decides."""
        self.row.with_user(self.books).action_chargeback("fraud")
        self._check(self.scope, claim=14.94, open=14.94)
        self._tell(14.94)
        self._check(
            self.scope,
            claim=14.94,
            returned=14.94,
            open=14.94,
            held=14.94,
            reasons=["given_back_without_credit"],
        )
        balance = self.env["continuity.balance"]._find_stored([self.scope])[self.scope]
        self._press(self.books, balance, "action_ask_again")
        self._check(self.scope, claim=14.94, returned=14.94, open=29.88)

    def test_before_a_chargeback(self):
        """5.00 were given back; then the bank took back the rest: once in all."""
        refund = self._tell(5.0)
        # Another day, for the database
        self.env.cr.execute(
            "UPDATE payment_transaction SET create_date = %s WHERE id = %s",
            (self.env.cr.now() - timedelta(days=1), refund.id),
        )
        self.env.invalidate_all()
        self.row.with_user(self.books).action_chargeback("fraud")
        self._check(self.scope, claim=14.94, open=14.94)
