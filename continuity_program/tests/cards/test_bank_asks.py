# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from odoo.tests import freeze_time, tagged

from .authenticate_case import AuthenticateCase


@tagged("post_install", "-at_install")
class TestBankAsks(AuthenticateCase):
    """The bank waits for the customer, and something else happens meanwhile."""

    def _assert_asked(self, row):
        """The customer may still come, by the link of his mails."""
        self.assertRecordValues(
            row,
            [
                {
                    "state": "declined",
                    "decline_kind": "authenticate",
                    "attempts": 1,
                    "authenticate_until": date(2027, 10, 8),
                }
            ],
        )
        self.assertEqual(
            row.transaction_id.continuity_decline_kind, "authenticate", "what refused"
        )
        self.assertTrue(self.order.is_authentication_open)
        page = self._open("2027-10-03 13:00:00")
        self.assertIn('id="o_payment_form"', page.text)

    def test_provider_is_down_meanwhile(self):
        """Nobody was asked: the bank still wants to see the customer."""
        row = self._ask()
        self.gate.answer = lambda _number, _content: (401, {}, {})
        with freeze_time("2027-10-03 12:00:00"):
            row.action_charge_now()
        last = row.transaction_ids.sorted("id")[-1]
        self.assertEqual(last.continuity_decline_kind, "configuration")
        job = self.env["continuity.job.process_payments"]
        self.assertEqual(job._get_answer_reason(row), "configuration")
        self._assert_asked(row)

    def test_no_answer_meanwhile(self):
        """A person has found out that nothing was paid."""
        row = self._ask()
        self.gate.answer = lambda _number, _content: (500, {}, {})
        with freeze_time("2027-10-03 12:00:00"):
            row.action_charge_now()
            self.assertEqual(row.state, "unknown")
            row.action_was_not_paid()
        self._assert_asked(row)

    def test_withdrawn_meanwhile(self):
        """Freed before anybody was asked: what has refused it is still known."""
        row = self._ask()
        with freeze_time("2027-10-03 12:00:00"):
            row._claim(date(2027, 10, 3), by_hand=True)
            self.assertEqual(row.state, "processing")
            row._withdraw_claim("The card has changed.")
        self._assert_asked(row)

    def test_paused_meanwhile(self):
        """Who comes may pay: the pause keeps parcels in, and nobody from paying."""
        row = self._ask()
        with freeze_time("2027-10-02 12:00:00"):
            self.order.action_pause("2027-12-01")
            row.action_charge_now()
        self.assertEqual(self.order.state, "paused")
        self._assert_asked(row)
        tx = self._press_pay("2027-10-03 14:00:00")
        self._answer(tx, "2027-10-03 14:01:00")
        self.assertRecordValues(row, [{"state": "paid", "transaction_id": tx.id}])
        self._night("2027-10-09")
        self.assertEqual(self.order.state, "paused")
