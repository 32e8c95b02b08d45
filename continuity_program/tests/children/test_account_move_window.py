# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, tagged

from ..cases.billing import BillingCase
from ..common import ACCOUNTANT, MANAGER, SELLER_ALL


@tagged("post_install", "-at_install")
@freeze_time("2027-09-10 12:00:00")
class TestAccountMoveWindow(BillingCase):
    """Invoices that come too early, or unpaid, are not posted (N38, N39, BR9)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with freeze_time("2027-09-10 12:00:00"):
            cls._set_currency("EUR")
            cls.company.continuity_delivery_days = 5
            cls.monthly = cls.env["continuity.payment.schedule"].create(
                {
                    "name": "3 monthly",
                    "code": "M3",
                    "unit": "months",
                    "interval": 1,
                    "number_of_payments": 3,
                }
            )

    def _sell(self, **values):
        order = self._quote(self._create_club(**values))
        order.action_confirm()
        return order.continuity_order_ids

    def _invoice(self, child, day=None):
        move = child._create_invoices()
        move.invoice_date = day
        return move

    # === THE WINDOW (N38) === #

    def test_window(self):
        """Planned 10-01, five days: refused on 09-25, posted on 09-26."""
        order = self._sell()
        with freeze_time("2027-09-26 12:00:00"):
            child = self._create_child(order, 2, date(2027, 9, 26))
            move = self._invoice(child, date(2027, 9, 25))
            with self.assertRaisesRegex(
                UserError,
                f"{child.name} may be invoiced from 09/26/2027, and this invoice is"
                " dated 09/25/2027",
            ):
                move.action_post()
            self.assertEqual(move.state, "draft")
            move.invoice_date = date(2027, 9, 26)
            self.assertFalse(move.continuity_window_warning)
            move.action_post()
        self.assertEqual(move.state, "posted")

    def test_without_date(self):
        """The date that posting would write counts: today."""
        order = self._sell()
        with freeze_time("2027-09-26 12:00:00"):
            child = self._create_child(order, 2, date(2027, 9, 26))
            move = self._invoice(child)
        with freeze_time("2027-09-25 12:00:00"):
            self.assertFalse(move.invoice_date)
            with self.assertRaisesRegex(UserError, "may be invoiced from"):
                move.action_post()
        with freeze_time("2027-09-26 12:00:00"):
            move.action_post()
        self.assertEqual(move.invoice_date, date(2027, 9, 26))

    def test_delivered_is_always_invoiced(self):
        """The tax is due: no window once something has left."""
        order = self._sell()
        with freeze_time("2027-09-26 12:00:00"):
            child = self._create_child(order, 2, date(2027, 9, 26))
            child.order_line.qty_delivered = 1
            move = self._invoice(child, date(2027, 9, 20))
            move.action_post()
        self.assertEqual(move.state, "posted")

    def test_credit_note(self):
        """Not for credit notes, whatever their date."""
        order = self._sell()
        with freeze_time("2027-09-26 12:00:00"):
            child = self._create_child(order, 2, date(2027, 9, 26))
            move = self._invoice(child, date(2027, 9, 26))
            move.action_post()
            credit = move._reverse_moves([{"invoice_date": date(2027, 9, 20)}])
            credit.action_post()
        self.assertEqual((credit.state, credit.move_type), ("posted", "out_refund"))

    def test_ordinary_invoice(self):
        """Ordinary orders have no window."""
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "order_line": [Command.create({"product_id": self.goods_a.id})],
            }
        )
        order.action_confirm()
        move = self._invoice(order, date(2027, 1, 1))
        move.action_post()
        self.assertEqual(move.state, "posted")

    def test_override(self):
        """A manager may, with a reason, which is logged; nobody else."""
        order = self._sell()
        with freeze_time("2027-09-26 12:00:00"):
            child = self._create_child(order, 2, date(2027, 9, 26))
            move = self._invoice(child, date(2027, 9, 25))
            accountant = self._create_user("window_accountant", ACCOUNTANT)
            with self.assertRaisesRegex(AccessError, "sales administrator"):
                move.with_user(accountant)._continuity_override("in a hurry")
            seller = self._create_user("window_seller", SELLER_ALL)
            with self.assertRaises(AccessError):
                self.env["continuity.override"].with_user(seller).create(
                    {"res_model": "account.move", "res_ids": move.ids, "reason": "x"}
                )
            manager = self._create_user("window_manager", MANAGER)
            action = move.with_user(manager).action_continuity_override()
            # However many there are, the client gets one number
            self.assertNotIn("context", action)
            overrides = self.env["continuity.override"].with_user(manager)
            opened = overrides.browse(action["res_id"])
            with self.assertRaisesRegex(UserError, "Enter the reason"):
                opened.action_apply()
            dialog = Form(opened)
            self.assertIn("may be invoiced from 09/26/2027", dialog.text)
            dialog.reason = "the customer closes the books"
            dialog.save().action_apply()
            self.assertEqual(
                move.continuity_override_reason, "the customer closes the books"
            )
            note = move.message_ids[0]
            self.assertEqual(note.author_id, manager.partner_id)
            self.assertIn("Reason: the customer closes the books", note.body)
            move.with_user(accountant).action_post()
        self.assertEqual(move.state, "posted")

    def test_override_of_many(self):
        """The dialog shows the first ones, and counts the others."""
        overrides = self.env["continuity.override"]
        lines = [f"document {number}" for number in range(200)]
        shown = overrides._shorten("\n".join(lines)).splitlines()
        self.assertEqual(shown[:80], lines[:80])
        self.assertEqual(shown[80:], ["… and 120 more."])
        self.assertEqual(overrides._shorten("one"), "one")

    def test_override_of_one_child(self):
        """Another early child comes onto the invoice later: it was not allowed."""
        order = self._sell()
        manager = self._create_user("window_manager", MANAGER)
        with freeze_time("2027-09-26 12:00:00"):
            child = self._create_child(order, 2, date(2027, 9, 26))
            move = self._invoice(child, date(2027, 9, 25))
            move.with_user(manager)._continuity_override("closes the books")
            self.assertFalse(move.continuity_window_warning)
            other = self._create_child(self._sell(code="OTHER"), 2, date(2027, 9, 26))
            lines = other._create_invoices().invoice_line_ids
            for line in lines:
                sold = [Command.set(line.sale_line_ids.ids)]
                line.copy({"move_id": move.id, "sale_line_ids": sold})
            self.assertIn(other.name, move.continuity_window_warning)
            with self.assertRaisesRegex(UserError, f"{other.name} may be invoiced"):
                move.action_post()
            move.with_user(manager)._continuity_override("this one, too")
            self.assertFalse(move.continuity_window_warning)
            with self.assertRaisesRegex(UserError, "comes too early"):
                move.with_user(manager)._continuity_override("again")

    def test_override_only_what_is_made_for_it(self):
        """The dialog calls no method of another model."""
        with self.assertRaisesRegex(UserError, "Nothing of Contact can be set aside"):
            self.env["continuity.override"].create(
                {
                    "res_model": "res.partner",
                    "res_ids": self.customer.ids,
                    "reason": "x",
                }
            )

    # === UNPAID (N39, BR9) === #

    def _sell_by_schedule(self, **values):
        """Mode B or D, child 2 made five days before its date."""
        order = self._sell(payment_schedule_id=self.monthly.id, **values)
        with freeze_time("2027-09-26 12:00:00"):
            child = self._create_child(order, 2, date(2027, 9, 26))
        return order, child

    def _get_block(self, child, day="2027-09-26"):
        with freeze_time(f"{day} 12:00:00"):
            return child._get_continuity_blocks().get(child)

    def test_states_that_block(self):
        """B: every due row of the child has to be paid or authorised (N18)."""
        order, child = self._sell_by_schedule()
        rows = order.payment_ids.filtered(lambda row: row.child_order_id == child)
        self.assertEqual(rows.mapped("amount"), [7.44, 7.44, 7.44])
        self.assertEqual(rows[1].due_date, date(2027, 11, 1))
        rows[0].state = "paid"
        for state, label in (
            ("scheduled", "Scheduled"),
            ("declined", "Declined"),
            ("unknown", "No answer"),
            ("pending", "Pending"),
            ("processing", "Processing"),
        ):
            rows[1].state = state
            self.assertEqual(
                self._get_block(child, "2027-11-01"),
                f"payment {rows[1].display_name} of 7.44\xa0€, due on 11/01/2027, is"
                f" not secured ({label})",
            )
            # Who was asked and has not paid is not sent anything the day before either
            self.assertEqual(
                bool(self._get_block(child, "2027-10-31")), state != "scheduled", state
            )
        for state in ("paid", "cancelled", "billed"):
            rows[1].state = state
            self.assertFalse(self._get_block(child, "2027-11-01"), state)

    def test_authorisation(self):
        """An authorised row is secured until its authorisation lapses."""
        order, child = self._sell_by_schedule()
        child = order.shipment_ids[0].child_order_id
        row = order.payment_ids.filtered(lambda row: row.child_order_id == child)[0]
        transaction = row.transaction_id
        self.assertEqual(row.state, "paid")
        row.state = "authorized"
        transaction.state = "authorized"
        self.assertFalse(self._get_block(child))
        transaction.state = "cancel"
        self.assertIn("4.98", self._get_block(child))

    def test_other_child(self):
        """B: a row of another child does not block this one; D: of the order does."""
        order, child = self._sell_by_schedule()
        others = order.payment_ids.filtered(lambda row: row.child_order_id != child)
        others[:1].state = "declined"
        self.assertFalse(self._get_block(child))
        first = order.shipment_ids[0].child_order_id
        self.assertIn("Declined", self._get_block(first))
        order, child = self._sell_by_schedule(code="D", bill_upfront=True)
        self.assertEqual(order.payment_ids.mapped("amount"), [23.37, 23.37, 23.38])
        order.payment_ids[0].state = "paid"
        self.assertFalse(self._get_block(child))
        self.assertIn("23.37", self._get_block(child, "2027-10-10"))

    def test_on_account(self):
        """Whoever pays on account is never blocked."""
        order, child = self._sell_by_schedule()
        order.payment_ids.state = "declined"
        self.assertTrue(self._get_block(child, "2027-11-01"))
        self.customer.continuity_allow_on_account = True
        order.payment_method = "on_account"
        self.assertFalse(self._get_block(child, "2027-11-01"))

    def test_hold(self):
        """*Do not process* keeps the goods in the house, of child and parent."""
        order, child = self._sell_by_schedule()
        order.sale_order_id.action_continuity_hold("wrong address")
        self.assertEqual(
            self._get_block(child),
            f"{order.sale_order_id.name} is on hold (do not process): wrong address",
        )
        order.sale_order_id.action_continuity_release()
        self.assertFalse(self._get_block(child))

    def test_unpaid_is_not_invoiced(self):
        """N39: refused while nothing has left; afterwards always invoiced."""
        order, child = self._sell_by_schedule()
        row = order.payment_ids.filtered(lambda row: row.child_order_id == child)[0]
        row.write({"state": "declined", "due_date": date(2027, 9, 26)})
        with freeze_time("2027-09-26 12:00:00"):
            move = self._invoice(child, date(2027, 9, 26))
            with self.assertRaisesRegex(
                UserError,
                f"{child.name} cannot be invoiced before it is paid or delivered:"
                f" payment {row.display_name}",
            ):
                move.action_post()
            self.assertEqual(move.state, "draft")
            child.order_line.qty_delivered = 1
            move.action_post()
        self.assertEqual(move.state, "posted")

    def test_other_company(self):
        """The day and the window are those of the order's company."""
        order, child = self._sell_by_schedule()
        other = self.env["res.company"].create({"name": "Other"})
        other.continuity_delivery_days = 90
        row = order.payment_ids.filtered(lambda row: row.child_order_id == child)[0]
        row.write({"state": "declined", "due_date": date(2027, 9, 27)})
        # 23:00 in UTC is the next day already in Tokyo
        self.company.partner_id.tz = "Asia/Tokyo"
        with freeze_time("2027-09-26 23:00:00"):
            self.assertIn(
                "Declined",
                child.with_company(other)._get_continuity_blocks()[child],
            )
            self.assertEqual(
                child.with_company(other)._get_continuity_window_start(),
                date(2027, 9, 26),
            )
