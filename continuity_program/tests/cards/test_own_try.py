# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a customer tries by himself is no attempt of ours."""

from datetime import date

from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from ..cases.gate import GateCase

ANSWER = "odoo.addons.continuity_program.models.payments.payment_transaction_answer"


@tagged("post_install", "-at_install")
@freeze_time("2027-09-10 02:00:00")
class TestOwnTry(GateCase):
    """*Pay now* of the portal, and the attempts and dates of the night (BR16)."""

    def setUp(self):
        super().setUp()
        self._answer("error")
        self.public = self.env.ref("base.public_user")

    def _answer(self, state):
        self.gate.answer = lambda _number, _content: (200, {}, {"state": state})

    def _pay_now_at(self, moment, row):
        """What the page does: in sudo, and the user stays who he is."""
        with freeze_time(moment):
            row.with_user(self.public).sudo().continuity_order_id._pay_now()

    def _check(self, row, state, attempts, day):
        self.assertRecordValues(
            row,
            [{"state": state, "attempts": attempts, "next_attempt_date": day}],
        )

    def test_between_two_attempts(self):
        """Limit 1, so two attempts: both are the night's, on the days that were set."""
        self.company.write(
            {"continuity_retry_limit": 1, "continuity_retry_days": "1, 3"}
        )
        row = self._first(self._sell_many(1))
        order = row.continuity_order_id
        self._run_at("2027-09-10 02:00:00")
        self._check(row, "declined", 1, date(2027, 9, 11))
        self._pay_now_at("2027-09-10 18:00:00", row)
        self.assertEqual(len(self.gate.asked), 2)
        self._check(row, "declined", 1, date(2027, 9, 11))
        self.assertEqual(order.state, "running")
        # On the day of its own the night asks; it is the last attempt
        self._run_at("2027-09-11 02:00:00")
        self._check(row, "declined", 2, False)
        self.assertEqual(order.state, "on_hold")
        # He may try on another day; that neither frees the order nor counts
        self._pay_now_at("2027-09-12 18:00:00", row)
        self.assertEqual(len(self.gate.asked), 4)
        self._check(row, "declined", 2, False)
        self._answer("done")
        self._pay_now_at("2027-09-13 18:00:00", row)
        self._check(row, "paid", 2, False)
        self.assertEqual(order.state, "running")

    def test_between_two_attempts_and_no_answer(self):
        """Nobody knows, then the bank says no: the night's own attempt stands."""
        self.company.write(
            {"continuity_retry_limit": 1, "continuity_retry_days": "3, 3"}
        )
        row = self._first(self._sell_many(1))
        self._run_at("2027-09-10 02:00:00")
        self._check(row, "declined", 1, date(2027, 9, 13))
        self.gate.answer = lambda _number, _content: None
        with mute_logger(ANSWER):
            self._pay_now_at("2027-09-11 18:00:00", row)
        self._check(row, "unknown", 1, date(2027, 9, 13))
        self._answer("error")
        self._run_at("2027-09-11 18:05:00", "resolve_payments")
        self._check(row, "declined", 1, date(2027, 9, 13))
        self.assertEqual(row.continuity_order_id.state, "running")
        self._run_at("2027-09-13 02:00:00")
        self._check(row, "declined", 2, False)

    def test_before_the_first_attempt(self):
        """The card is left in peace that day; then the night has all its attempts."""
        row = self._first(self._sell_many(1))
        self._pay_now_at("2027-09-10 01:00:00", row)
        self._check(row, "declined", 0, date(2027, 9, 10))
        self.assertEqual(row.continuity_order_id.state, "running")
        run = self._run_at("2027-09-10 02:00:00")
        self.assertEqual(run.line_ids.reason, "card_tried")
        self.assertEqual(len(self.gate.asked), 1)
        self._run_at("2027-09-11 02:00:00")
        self._check(row, "declined", 1, date(2027, 9, 12))

    def test_lost_card(self):
        """A card that is lost is lost, whoever asks it: the order waits for another."""
        row = self._first(self._sell_many(1))
        self.patch(
            type(row.transaction_ids), "_continuity_classify", lambda _tx: "hard"
        )
        self._pay_now_at("2027-09-10 01:00:00", row)
        self._check(row, "declined", 1, False)
        self.assertEqual(row.continuity_order_id.state, "on_hold")
