# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a bank took back, and a rest no card is asked for: each says its way out."""

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import tagged

from .billing_read import DAY
from .test_ways_out import WayOutCase


@tagged("post_install", "-at_install")
class TestTakenBack(WayOutCase):
    """The bank of the customer takes 14.94 back."""

    def test_not_given_back_on_top(self):
        """Neither the dialog of Odoo gives back what the bank has taken."""
        order, child = self._sell_child()
        row = order.payment_ids
        payment = row.transaction_id
        row.with_user(self.books).action_chargeback("fraud")
        with self.assertRaisesRegex(UserError, "the money twice"):
            self._refund_by_wizard(payment.payment_id, 14.94)
        self.assertFalse(payment.child_transaction_ids)
        self._check(self._child(child), claim=14.94, open=14.94)

    def test_of_a_link(self):
        """A payment by link: its bank line, then *Ask again*, as the refusal says."""
        order, child = self._sell_child(token=self._create_token("error"))
        row = order.payment_ids
        tx = self._pay_online(child, 14.94)
        self.assertTrue(row.is_paid_otherwise)
        with self.assertRaisesRegex(UserError, "press Ask again on the account"):
            row.with_user(self.books).action_chargeback("fraud")
        self._match(self._create_statement_line(-14.94), tx.payment_id)
        scope = self._child(child)
        self._check(
            scope,
            claim=14.94,
            received=14.94,
            returned=14.94,
            held=14.94,
            reasons=["given_back_without_credit"],
        )
        balance = self.env["continuity.balance"]._find_stored([scope])[scope]
        self._press(self.books, balance, "action_ask_again")
        self._check(scope, claim=14.94, received=14.94, returned=14.94, open=14.94)


@tagged("post_install", "-at_install")
class TestSmallRest(WayOutCase):
    """14.94 are paid, then the parcel costs 15.13."""

    def test_says_what_the_parcel_waits_for(self):
        """0.19 are too little for a card: the parcel says who ends that."""
        self.company.continuity_smallest_charge = 0.2
        _order, child = self._sell_child()
        with freeze_time(f"{DAY} 12:00:00"):
            child.order_line.price_unit = 12.5
            self.assertEqual(child.amount_total, 15.13)
            self.env.cr.flush()
            [text] = child._get_continuity_blocks().values()
            self.assertRegex(text, "0.19.* too little .* accountant can write it off")
            self.company.continuity_smallest_charge = 0.19
            [text] = child._get_continuity_blocks().values()
            self.assertRegex(text, "0.19.* is not secured")
            self.company.continuity_smallest_charge = 0.2
            scope = self._child(child)
            balance = self.env["continuity.balance"]._find_stored([scope])[scope]
            self._press(self.books, balance, "action_write_off_rest")
            self.assertFalse(child._get_continuity_blocks())
