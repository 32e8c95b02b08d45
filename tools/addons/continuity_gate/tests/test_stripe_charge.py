# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, datetime

from odoo.tests import freeze_time, tagged

from tools.gate.client import ASKS, REFUSED

from .common import NOBODY, StripeCase

PAUSED = "continuity_program.mail_activity_provider_paused"
NO_KEY = {"error": {"type": "invalid_request_error", "message": "Invalid API Key"}}
TOO_MANY = {"error": {"type": "invalid_request_error", "code": "rate_limit"}}


@tagged("post_install", "-at_install")
class TestStripeCharge(StripeCase):
    """A stored card is charged in the night; every answer Stripe has for that."""

    # === YES AND NO === #

    def test_c01_charge(self):
        self._night()
        tx = self.row.transaction_id
        self.assertRecordValues(
            self.row, [{"state": "paid", "amount": 14.94, "attempts": 0}]
        )
        self.assertEqual(self.gate.get_money(), [(tx.reference, 1494)])
        charge = self.gate.get_charges()[0]
        self.assertEqual(tx.provider_reference, charge["intent"])
        self.assertEqual(charge["currency"], "eur")
        self.assertEqual(self.order.child_order_ids.state, "sale")
        # Nothing is asked for again
        self._night("2027-09-11")
        self.assertEqual(self._get_cents(), [1494])
        self._night("2027-10-01")
        self.assertEqual(self._get_cents(), [1494, 2232])

    def _decline(self, word):
        self._use_card(REFUSED)
        self.gate.trick(decline=word)
        self._night()
        self.assertEqual(self._get_cents(), [])

    def test_c03_soft_decline(self):
        mails = self._count_mails()
        self._decline("insufficient_funds")
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
        self.assertEqual(self.order.state, "running")
        self.assertEqual(self._count_mails(), mails + 1)
        tx = self.row.transaction_id
        self.assertEqual(tx.continuity_decline_code, "insufficient_funds")
        # Not on the same day, and with another reference on the next
        self._night("2027-09-10 20:00:00")
        self.assertEqual(len(self.gate.get_seen()), 1)
        self.gate.trick(decline="do_not_honor")
        self._night("2027-09-11")
        self.assertRecordValues(self.row, [{"state": "declined", "attempts": 2}])
        first, second = (seen["key"] for seen in self.gate.get_seen())
        self.assertNotEqual(first, second)

    def test_c04_hard_decline(self):
        self._decline("lost_card")
        self.assertRecordValues(
            self.row,
            [
                {
                    "state": "declined",
                    "decline_kind": "hard",
                    "attempts": 1,
                    "next_attempt_date": False,
                }
            ],
        )
        self.assertRecordValues(
            self.order, [{"state": "on_hold", "hold_payment": True}]
        )
        self._night("2027-09-11")
        self.assertEqual(len(self.gate.get_seen()), 1)

    def test_c05_bank_wants_to_see_the_customer(self):
        self._use_card(ASKS)
        self._night()
        self.assertRecordValues(
            self.row,
            [
                {
                    "state": "declined",
                    "decline_kind": "authenticate",
                    "attempts": 1,
                    "next_attempt_date": False,
                    "authenticate_until": date(2027, 9, 17),
                }
            ],
        )
        self.assertEqual(self.order.state, "running")
        self.assertEqual(self._get_cents(), [])

    # === NOT ASKED === #

    def _check_untouched(self, kind):
        self.assertRecordValues(
            self.row,
            [{"state": "scheduled", "attempts": 0, "decline_kind": kind}],
        )
        self.assertEqual(self._get_cents(), [])

    def test_c09_nobody_is_there(self):
        mails = self._count_mails()
        with self._go_to(NOBODY):
            self._night()
        self._check_untouched("not_sent")
        self.assertEqual(self._count_mails(), mails)
        self._night()
        self.assertEqual(self.row.state, "paid")
        self.assertEqual(self._get_cents(), [1494])

    def test_c10_too_many_requests(self):
        mails = self._count_mails()
        self.gate.trick(status=429, headers={"Retry-After": "3"}, body=TOO_MANY)
        self._night("2027-09-10 12:00:00")
        self._check_untouched("not_sent")
        self.assertEqual(
            self.provider.continuity_paused_until, datetime(2027, 9, 10, 12, 0, 3)
        )
        self._night("2027-09-10 12:00:02")
        self.assertEqual(len(self.gate.get_seen()), 1)
        self.assertEqual(self._count_mails(), mails)
        self._night("2027-09-10 12:00:03")
        self.assertEqual(self.row.state, "paid")
        self.assertEqual(self._get_cents(), [1494])

    def test_c11_wrong_key(self):
        token = self.order.payment_token_id
        orders = self.order
        with freeze_time("2027-09-10 12:00:00"):
            for _number in range(11):
                order = self._quote(self.club, token)
                order.action_confirm()
                orders |= order.continuity_order_ids
        mails = self._count_mails()
        self.gate.trick(status=401, body=NO_KEY, times=99)
        self._night()
        rows = orders.payment_ids
        self.assertEqual(len(self.gate.get_seen()), 10)
        self.assertEqual(set(rows.mapped("state")), {"scheduled"})
        self.assertEqual(set(rows.mapped("attempts")), {0})
        self.assertIn("configuration", rows.mapped("decline_kind"))
        self.assertEqual(self._count_mails(), mails)
        self.assertEqual(
            self.provider.continuity_paused_until, datetime(2027, 9, 10, 12, 10)
        )
        self.assertEqual(len(self.company.partner_id.activity_search([PAUSED])), 1)
        self.assertEqual(self._get_cents(), [])

    def test_c25_card_that_stripe_no_longer_has(self):
        """The seller has taken it away at Stripe: only a new card helps."""
        self.gate.detach(self.order.payment_token_id.stripe_payment_method)
        self._night()
        self.assertRecordValues(
            self.row,
            [
                {
                    "state": "declined",
                    "decline_kind": "hard",
                    "attempts": 1,
                    "next_attempt_date": False,
                }
            ],
        )
        self.assertEqual(self.order.state, "on_hold")
        self.assertFalse(self.provider.continuity_paused_until)
        self._use_card("4242424242424242")
        self._night("2027-09-11")
        self.assertEqual(self.row.state, "paid")
        self.assertEqual(self._get_cents(), [1494])

    # === AMOUNTS === #

    def test_c22_refund_of_a_part(self):
        self._night()
        tx = self.row.transaction_id
        payment = tx.payment_id
        with freeze_time("2027-09-11 12:00:00"):
            wizard = self.env["payment.refund.wizard"].with_context(
                active_model="account.payment", active_id=payment.id
            )
            wizard.create(
                {"payment_id": payment.id, "amount_to_refund": 5.0}
            ).action_refund()
            tx.child_transaction_ids._post_process()
        self.assertRecordValues(
            tx.child_transaction_ids, [{"amount": -5.0, "state": "done"}]
        )
        self.assertRecordValues(
            self.row, [{"state": "paid", "amount": 14.94, "amount_refunded": 5.0}]
        )
        self.assertEqual(self._get_cents(), [994])

    def _charge_in(self, name):
        """Charge the first parcel in another currency; what Stripe was asked for."""
        self.gate.reset()
        # Cents of it are none
        self.is_counted = False
        with freeze_time("2027-09-10 12:00:00"):
            self._set_currency(name)
            club = self._create_club(f"CLUB{name}")
            order = self._sell_club(product=club)
            self._execute("create_child_orders", sale_order=order.sale_order_id)
        self.assertEqual(order.payment_ids.state, "paid")
        seen = self.gate.get_seen()
        return seen[0]["amount"], seen[0]["currency"], self._get_cents()

    def test_c24_currency_without_decimals(self):
        self.assertEqual(self._charge_in("JPY"), ("1494", "jpy", [1494]))

    def test_c24_currency_with_three_decimals(self):
        self.assertEqual(self._charge_in("KWD"), ("14945", "kwd", [14945]))

    def test_c27_other_amount_than_asked_for(self):
        self.gate.trick(edit={"amount": 1000})
        self._night()
        self.assertRecordValues(
            self.row, [{"state": "unknown", "attempts": 0, "next_attempt_date": False}]
        )
        self.assertEqual(self._get_cents(), [1494])
        self.assertEqual(self.order.state, "running")
