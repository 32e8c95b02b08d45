# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from ..cases.billing import BillingCase
from ..common import MANAGER, SELLER


@tagged("post_install", "-at_install")
@freeze_time("2027-09-10 12:00:00")
class TestRecapChanged(BillingCase):
    """What is submitted is what was read to the customer, and what it took is said."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with freeze_time("2027-09-10 12:00:00"):
            cls._set_currency("EUR")
            cls.club = cls._create_club("CLUB")
            cls.upfront = cls._create_club("UPFRONT", bill_upfront=True)

    def _recap(self, order):
        action = order.action_continuity_complete()
        return self.env[action["res_model"]].browse(action["res_id"])

    def _assert_shown_anew(self, recap, amount):
        """Submit shows the order as it is now, and charges nothing."""
        order = recap.sale_order_id
        recap.is_read = True
        action = recap.action_submit()
        self.assertEqual(action["res_id"], recap.id)
        self.assertEqual(recap.result, "changed")
        self.assertIn(f"{order.name} has changed since", recap.message)
        self.assertEqual(recap.amount_today, amount)
        self.assertFalse(recap.is_read, "it has to be read anew")
        self.assertFalse(order.continuity_read_at)
        self.assertFalse(order.continuity_order_ids.payment_ids.transaction_ids)
        self.assertEqual(order.state, "draft")

    def test_quantity(self):
        order = self._quote(self.upfront)
        recap = self._recap(order)
        self.assertEqual(recap.amount_today, 70.12)
        order.order_line.product_uom_qty = 3
        self._assert_shown_anew(recap, 210.36)
        recap.action_submit()
        self.assertEqual(order.state, "sale")
        rows = order.continuity_order_ids.payment_ids
        self.assertEqual(rows.mapped("amount"), [210.36])

    def test_goods_are_added(self):
        order = self._quote(self.upfront)
        recap = self._recap(order)
        mug = self.env["product.product"].create(self._goods_vals("Mug", price=20.0))
        order.write({"order_line": [Command.create({"product_id": mug.id})]})
        self._assert_shown_anew(recap, 90.12)

    def test_another_card(self):
        order = self._quote(self.upfront)
        recap = self._recap(order)
        order.continuity_order_ids._set_payment_token(self._create_token())
        self._assert_shown_anew(recap, 70.12)

    def test_date(self):
        order = self._quote(self.club)
        recap = self._recap(order)
        order.continuity_order_ids.shipment_ids[-1].planned_date += timedelta(days=7)
        self._assert_shown_anew(recap, 14.94)

    def test_next_day(self):
        """The plan begins a day later than what was read."""
        order = self._quote(self.club)
        recap = self._recap(order)
        with freeze_time("2027-09-11 12:00:00"):
            self._assert_shown_anew(recap, 14.94)
            recap.action_submit()
            self.assertEqual(order.state, "sale")

    def test_changed_in_the_dialog(self):
        """What the seller changes in the dialog he sees there."""
        order = self._quote(self.upfront)
        mug = self.env["product.product"].create(self._goods_vals("Mug", price=20.0))
        order.write({"order_line": [Command.create({"product_id": mug.id})]})
        self.customer.continuity_allow_on_account = True
        recap = self._recap(order)
        recap.write({"ordinary_method": "on_account", "is_read": True})
        self.assertEqual(recap.action_submit()["tag"], "continuity_submitted")
        self.assertTrue(order.continuity_read_at)

    def test_changed_in_the_dialog_and_elsewhere(self):
        order = self._quote(self.upfront)
        mug = self.env["product.product"].create(self._goods_vals("Mug", price=20.0))
        order.write({"order_line": [Command.create({"product_id": mug.id})]})
        self.customer.continuity_allow_on_account = True
        recap = self._recap(order)
        order.order_line[0].product_uom_qty = 2
        recap.ordinary_method = "on_account"
        self._assert_shown_anew(recap, 140.24)

    def test_the_fingerprint_is_not_typed(self):
        seller = self._create_user("recap_typist", SELLER)
        order = self._quote(self.upfront)
        order.user_id = seller
        recap = self._recap(order.with_user(seller)).with_user(seller)
        with self.assertRaises(ValidationError):
            recap.shown = "as I like it"
        with self.assertRaises(ValidationError):
            recap.create({"sale_order_id": order.id, "shown": "as I like it"})

    def test_what_was_charged_is_said_whenever_it_was_confirmed(self):
        """A provider takes seconds: the confirmation is written down after it."""
        order = self._quote(self.upfront)
        recap = self._recap(order)
        payments = self.env.registry["continuity.payment"]
        charge = payments._charge
        with freeze_time("2027-09-10 12:00:00") as frozen:

            def slowly(rows, *args, **kwargs):
                asked = charge(rows, *args, **kwargs)
                frozen.tick(3)
                return asked

            with patch.object(payments, "_charge", slowly):
                message = recap.action_submit()["params"]["message"]
        self.assertIn("70.12\N{NO-BREAK SPACE}€ charged to ", message)
        self.assertNotIn("nothing charged", message)


@tagged("post_install", "-at_install")
class TestDialogElsewhere(BillingCase):
    """A dialog whose records are out of sight refuses, it does not do nothing."""

    def test_company_is_switched_before_cancelling(self):
        with freeze_time("2027-09-10 12:00:00"):
            sale = self._quote(self._create_club("CLUB"))
            sale.action_confirm()
        order = sale.continuity_order_ids
        other = self.env["res.company"].create({"name": "Elsewhere"})
        manager = self._create_user("switching", MANAGER)
        manager.company_ids |= other
        dialogs = self.env["continuity.cancel"].with_user(manager)
        dialog = dialogs.browse(dialogs._open_on(order)["res_id"])
        self.env.invalidate_all()
        with self.assertRaises(AccessError):
            dialog.with_context(allowed_company_ids=other.ids).action_apply()
        self.assertEqual(order.state, "running")
