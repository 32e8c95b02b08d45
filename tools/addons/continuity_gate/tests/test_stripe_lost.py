# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from unittest.mock import patch

from psycopg2 import errors

from odoo.tests import tagged

from .common import StripeCase

RESULTS = "odoo.addons.continuity_program.models.payments.payment_transaction_answer"


@tagged("post_install", "-at_install")
class TestStripeLost(StripeCase):
    """The answer never comes: nobody is charged twice, and no money is lost."""

    def _check_lost(self, cents):
        self.assertRecordValues(
            self.row, [{"state": "unknown", "attempts": 0, "next_attempt_date": False}]
        )
        self.assertEqual(self._get_cents(), cents)

    def _check_found(self, requests):
        self.assertRecordValues(self.row, [{"state": "paid", "attempts": 0}])
        self.assertEqual(
            self.gate.get_money(), [(self.row.transaction_id.reference, 1494)]
        )
        self.assertEqual(self.order.child_order_ids.state, "sale")
        seen = self.gate.get_seen()
        self.assertEqual(len(seen), requests)
        self.assertEqual(len({one["key"] for one in seen}), 1)
        self.assertEqual(len(self.row.transaction_ids), 1)

    def test_c07_money_was_taken(self):
        self.gate.trick(drop="after")
        self._night()
        self._check_lost([1494])
        # No process charges it anew
        self._night("2027-09-10 12:01:00")
        self._check_lost([1494])
        self._resolve("2027-09-10 12:05:00")
        self._check_found(requests=2)

    def test_c08_money_was_not_taken(self):
        self.gate.trick(drop="before")
        self._night()
        self._check_lost([])
        self._resolve("2027-09-10 12:05:00")
        self._check_found(requests=2)

    def test_c12_server_error(self):
        """Stripe keeps this answer for its key: it says the same a day long."""
        self.gate.trick(status=500, body={"error": {"type": "api_error"}})
        self._night()
        self._check_lost([])
        for moment in ("2027-09-10 12:05:00", "2027-09-10 13:00:00"):
            self._resolve(moment)
            self._check_lost([])
        self._resolve("2027-09-11 00:00:00")
        self._night("2027-09-11")
        self._check_lost([])
        self.assertEqual(len(self.gate.get_seen()), 4)
        # A person has looked at Stripe
        self.row.action_was_not_paid()
        self._night("2027-09-11 12:00:00")
        self.assertEqual(self.row.state, "paid")
        self.assertEqual(self._get_cents(), [1494])
        self.assertEqual(len({seen["key"] for seen in self.gate.get_seen()}), 2)

    def test_c13_same_request_again_and_again(self):
        self.gate.trick(drop="after", times=3)
        self._night()
        for moment in ("2027-09-10 12:05:00", "2027-09-10 13:00:00"):
            self._resolve(moment)
            self._check_lost([1494])
        self._resolve("2027-09-11 00:00:00")
        self._check_found(requests=4)

    def test_c13_same_key_and_another_address(self):
        """Stripe refuses it for the key alone: that says nothing of the first one."""
        self.gate.trick(drop="after")
        self._night()
        self.customer.street = "Another street 5"
        self.order.child_order_ids.partner_shipping_id.city = "Elsewhere"
        self._resolve("2027-09-10 12:05:00")
        statuses = [seen["status"] for seen in self.gate.get_seen()]
        self.assertEqual(statuses, [0, 400])
        self._check_lost([1494])

    def test_c16_serialization_failure_after_the_answer(self):
        """Odoo begins the call again, and asks with the same key."""
        transactions = self.env.registry["payment.transaction"]
        failing = patch.object(
            transactions,
            "_set_done",
            side_effect=errors.SerializationFailure("somebody else was faster"),
        )
        with (
            failing,
            self.assertRaises(errors.SerializationFailure),
            self.env.cr.savepoint(),
        ):
            self._night()
        self.env.invalidate_all()
        self.assertEqual(self._get_cents(), [1494])
        self._night()
        self._check_found(requests=2)
