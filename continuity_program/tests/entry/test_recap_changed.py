# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, datetime, timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo.exceptions import AccessError, ValidationError
from odoo.fields import Command
from odoo.tests import tagged

from ..cases.billing import BillingCase
from ..common import MANAGER, SELLER, SELLER_ALL


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

    # === WHO HAS READ IT, AND WHAT === #

    def _read_and_decline(self):
        """Maya reads 70.12 at 10:02, and the card is declined."""
        self.maya = self._create_user("recap_maya", SELLER_ALL)
        self.ben = self._create_user("recap_ben", SELLER_ALL)
        order = self._quote(self.upfront, self._create_token(answer="error"))
        with freeze_time("2027-09-10 10:02:00"):
            self.recap = self._submit_as(order, self.maya, is_read=True)
        self._assert_read(order, self.maya, "2027-09-10 10:02:00")
        return order

    def _submit_as(self, order, user, is_read):
        recap = self._recap(order.with_user(user)).with_user(user)
        recap.is_read = is_read
        recap.action_submit()
        return recap

    def _assert_read(self, order, user, moment):
        self.assertRecordValues(
            order,
            [
                {
                    "continuity_read_uid": user and user.id,
                    "continuity_read_at": moment and datetime.fromisoformat(moment),
                }
            ],
        )

    def test_read_anew(self):
        """Three, on another card, and read by Ben: it was he, and then."""
        order = self._read_and_decline()
        order.order_line.product_uom_qty = 3
        order.continuity_order_ids._set_payment_token(self._create_token())
        with freeze_time("2027-09-10 16:40:00"):
            self._submit_as(order, self.ben, is_read=True)
        self.assertEqual(order.state, "sale")
        self._assert_read(order, self.ben, "2027-09-10 16:40:00")

    def test_not_read_anew(self):
        """What was read is not what is sold: nothing was read."""
        order = self._read_and_decline()
        order.order_line.product_uom_qty = 3
        order.continuity_order_ids._set_payment_token(self._create_token())
        self._submit_as(order, self.ben, is_read=False)
        self.assertEqual(order.state, "sale")
        self._assert_read(order, False, False)

    def test_read_before_and_nothing_changed(self):
        """The bank is asked once more for the same: it was read."""
        order = self._read_and_decline()
        row = order.continuity_order_ids.payment_ids
        self.assertEqual(row.attempts, 1)
        # The next one may be made at once
        row.next_attempt_date = date(2027, 9, 10)
        with freeze_time("2027-09-10 16:40:00"):
            self.recap.action_submit()
        self.assertEqual(row.attempts, 2)
        self._assert_read(order, self.maya, "2027-09-10 10:02:00")
        texts = order.message_ids.mapped("body")
        self.assertEqual(sum("was read to the customer" in text for text in texts), 1)

    def test_read_and_accepted_by_himself(self):
        """He accepts days later: other days than were read to him."""
        order = self._read_and_decline()
        order.continuity_order_ids._set_payment_token(self._create_token())
        order.action_quotation_sent()
        with freeze_time("2027-09-20 12:00:00"):
            order._validate_order()
        self.assertEqual(order.state, "sale")
        self._assert_read(order, False, False)

    def test_read_before_it_was_cancelled(self):
        """In spring it is another sale."""
        order = self._read_and_decline()
        order.action_cancel()
        order.action_draft()
        self._assert_read(order, False, False)


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
