# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import importlib.util
from datetime import date
from pathlib import Path
from unittest.mock import patch

from freezegun import freeze_time
from psycopg2.errors import CheckViolation, UniqueViolation

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..cases.billing import BillingCase
from ..common import ACCOUNTANT, MANAGER, SELLER

MIGRATION = Path(__file__).parents[2] / "migrations" / "19.0.1.1.0" / "post-shares.py"


@tagged("post_install", "-at_install")
@freeze_time("2027-09-10 12:00:00")
class TestPaymentShare(BillingCase):
    """What each payment was made for is written with its claim, or when it comes in."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with freeze_time("2027-09-10 12:00:00"):
            cls._set_currency("EUR")
            schedule = cls.env["continuity.payment.schedule"].create(
                {"name": "Three", "code": "3M", "unit": "months"}
            )
            schedule.number_of_payments = 3
            cls.club = cls._create_club("CLUB")
            cls.upfront = cls._create_club("UPFRONT", bill_upfront=True)
            cls.instalments = cls._create_club(
                "INSTALMENTS", bill_upfront=True, payment_schedule_id=schedule.id
            )

    def _add_ordinary(self, order, price=20.0):
        product = self.env["product.product"].create(
            self._goods_vals("Bookmark", price=price)
        )
        order.write({"order_line": [Command.create({"product_id": product.id})]})
        return order

    def _pay_on_the_portal(self, order, amount, **values):
        """What the customer pays on the page of the quotation."""
        transaction = self.env["payment.transaction"].create(
            {
                "provider_id": self.provider.id,
                "payment_method_id": self.card_method.id,
                "reference": f"PORTAL-{order.ids}-{amount}",
                "amount": amount,
                "currency_id": order[:1].currency_id.id,
                "partner_id": self.customer.id,
                "operation": "online_direct",
                "sale_order_ids": [Command.set(order.ids)],
                **values,
            }
        )
        transaction._set_done()
        transaction._post_process()
        return transaction

    def _get_shares(self, transactions):
        return self.env["continuity.payment.share"].search(
            [("transaction_id", "in", transactions.ids)], order="id"
        )

    def _describe(self, transactions):
        """Kind, record, row and amount of each share."""
        return [
            (*share._get_scope(), share.continuity_payment_id, share.amount)
            for share in self._get_shares(transactions)
        ]

    # === OUR OWN CHARGES === #

    def test_child_order(self):
        """A: one share of the child, for its row; a repetition writes none."""
        order = self._quote(self.club)
        order.action_confirm()
        for _time in range(2):
            self._execute("create_child_orders", sale_order=order)
        continuity = order.continuity_order_ids
        row, child = continuity.payment_ids, continuity.child_order_ids
        shares = self._get_shares(row.transaction_ids)
        self.assertEqual(
            self._describe(row.transaction_ids), [("child", child.id, row, 14.94)]
        )
        self.assertEqual(shares.continuity_order_id, continuity)
        self.assertEqual(shares.company_id, self.company)
        self.assertEqual(shares.currency_id.name, "EUR")

    def test_each_attempt_has_its_own(self):
        """A decline, then a charge by hand: two payments, two shares."""
        order = self._quote(self.club, self._create_token("error"))
        order.action_confirm()
        self._execute("create_child_orders", sale_order=order)
        row = order.continuity_order_ids.payment_ids
        self.assertEqual(row.state, "declined")
        order.continuity_order_ids._set_payment_token(self._create_token())
        if row.state != "paid":
            row.action_charge_now()
        self.assertEqual(row.state, "paid")
        self.assertEqual(len(row.transaction_ids), 2)
        self.assertEqual(
            self._describe(row.transaction_ids),
            [("child", row.child_order_id.id, row, 14.94)] * 2,
        )

    def test_instalments(self):
        """D: each instalment is a share of what is billed up front."""
        order = self._quote(self.instalments)
        order.action_confirm()
        continuity = order.continuity_order_ids
        self._execute("process_payments", sale_order=order)
        self._execute("process_payments", sale_order=order, date="2027-10-10")
        rows = continuity.payment_ids.sorted("sequence")
        self.assertEqual(rows.mapped("state"), ["paid", "paid", "scheduled"])
        self.assertEqual(
            self._describe(rows.transaction_ids),
            [
                ("upfront", continuity.id, rows[0], 23.37),
                ("upfront", continuity.id, rows[1], 23.37),
            ],
        )

    def test_submit_of_two_programs_and_goods(self):
        """One payment for two rows has two shares; the goods have a payment apart."""
        order = self._create_order(self.upfront)
        order.write({"order_line": [Command.create({"product_id": self.upfront.id})]})
        self._add_ordinary(order)
        order.continuity_order_ids._set_payment_token(self._create_token())
        order.action_confirm()
        first, second = order.continuity_order_ids.sorted("id")
        both = first.payment_ids.transaction_ids
        self.assertEqual(both, second.payment_ids.transaction_ids)
        self.assertEqual(both.amount, 140.24)
        self.assertEqual(
            sorted(self._describe(both), key=lambda share: share[1]),
            [
                ("upfront", first.id, first.payment_ids, 70.12),
                ("upfront", second.id, second.payment_ids, 70.12),
            ],
        )
        none = self.env["continuity.payment"]
        self.assertEqual(
            self._describe(order.transaction_ids),
            [("ordinary", order.id, none, 20.0)],
        )

    def test_before_the_provider_is_asked(self):
        """Whoever dies between claim and answer leaves the share behind."""
        order = self._quote(self.instalments)
        order.action_confirm()
        row = order.continuity_order_ids.payment_ids.sorted("sequence")[0]
        row._claim(self.company._continuity_today())
        self.assertEqual(row.state, "processing")
        shares = self._describe(row.transaction_id)
        self.assertEqual(
            shares, [("upfront", order.continuity_order_ids.id, row, 23.37)]
        )
        # Asked again with the same payment
        row._charge()
        self.assertEqual(row.state, "paid")
        self.assertEqual(self._describe(row.transaction_ids), shares)

    # === WHAT CUSTOMERS PAID FOR AN ORDER === #

    def test_goods_first_then_rows(self):
        order = self._add_ordinary(self._create_order(self.upfront))
        order.state = "sent"
        paid = self._pay_on_the_portal(order, 90.12)
        continuity = order.continuity_order_ids
        self.assertEqual(continuity.payment_ids.state, "paid")
        none = self.env["continuity.payment"]
        shares = [
            ("upfront", continuity.id, continuity.payment_ids, 70.12),
            ("ordinary", order.id, none, 20.0),
        ]
        self.assertEqual(self._describe(paid), shares)
        # Written once
        paid._post_process()
        self.assertEqual(self._describe(paid), shares)

    def test_a_part_pays_a_row_of_its_own(self):
        """A part of the price pays a row of its own; the rest is still to be paid."""
        order = self._add_ordinary(self._create_order(self.upfront))
        order.state = "sent"
        paid = self._pay_on_the_portal(order, 50.0)
        continuity = order.continuity_order_ids
        rows = continuity.payment_ids.sorted("sequence")
        self.assertRecordValues(
            rows,
            [
                {"amount": 30.0, "state": "paid"},
                {"amount": 40.12, "state": "scheduled"},
            ],
        )
        none = self.env["continuity.payment"]
        self.assertEqual(
            self._describe(paid),
            [
                ("upfront", continuity.id, rows[0], 30.0),
                ("ordinary", order.id, none, 20.0),
            ],
        )

    def test_too_much_stays_with_the_goods(self):
        order = self._add_ordinary(self._create_order(self.upfront))
        order.state = "sent"
        paid = self._pay_on_the_portal(order, 100.0)
        continuity = order.continuity_order_ids
        none = self.env["continuity.payment"]
        self.assertEqual(
            self._describe(paid),
            [
                ("upfront", continuity.id, continuity.payment_ids, 70.12),
                ("ordinary", order.id, none, 29.88),
            ],
        )

    def test_twice_in_parts(self):
        """The second payment knows what the first one has paid of the goods."""
        order = self._add_ordinary(self._create_order(self.upfront))
        order.state = "sent"
        self._pay_on_the_portal(order, 15.0)
        paid = self._pay_on_the_portal(order, 25.0)
        row = order.continuity_order_ids.payment_ids.sorted("sequence")[0]
        none = self.env["continuity.payment"]
        self.assertEqual(
            self._describe(paid),
            [
                ("upfront", row.continuity_order_id.id, row, 20.0),
                ("ordinary", order.id, none, 5.0),
            ],
        )

    def test_what_belongs_to_no_parent_order(self):
        """A card that is stored, and a payment of a child order, have no share."""
        order = self._quote(self.club)
        order.action_confirm()
        self._execute("create_child_orders", sale_order=order)
        child = order.continuity_order_ids.child_order_ids
        self.assertFalse(self._describe(self._pay_on_the_portal(child, 5.0)))
        quotation = self._create_order(self.club)
        stored = self._pay_on_the_portal(
            quotation, 0.0, operation="validation", reference="STORED"
        )
        self.assertFalse(self._describe(stored))

    # === WHO MAY DO WHAT === #

    def test_nobody_writes_shares(self):
        order = self._quote(self.instalments)
        order.action_confirm()
        self._execute("process_payments", sale_order=order)
        share = self._get_shares(order.continuity_order_ids.payment_ids.transaction_ids)
        everything = self._create_user(
            "share_everything", f"{MANAGER},account.group_account_manager"
        )
        for call in (
            lambda share: share.write({"amount": 1.0}),
            lambda share: share.copy(),
            lambda share: share.unlink(),
        ):
            with self.assertRaises(UserError):
                call(share.with_user(everything))
        self.assertEqual(share.with_user(everything).amount, 23.37)
        self.assertTrue(
            share.with_user(self._create_user("share_accountant", ACCOUNTANT)).amount
        )
        with self.assertRaises(AccessError):
            share.with_user(self._create_user("share_seller", SELLER)).read(["amount"])

    def test_other_company(self):
        order = self._quote(self.instalments)
        order.action_confirm()
        self._execute("process_payments", sale_order=order)
        share = self._get_shares(order.continuity_order_ids.payment_ids.transaction_ids)
        other = self.env["res.company"].create({"name": "Other company"})
        user = self._create_user("share_other", f"{MANAGER},{ACCOUNTANT}")
        user.write({"company_ids": [Command.set(other.ids)], "company_id": other.id})
        shares = self.env["continuity.payment.share"].with_user(user)
        self.assertNotIn(share, shares.search([]))

    @mute_logger("odoo.sql_db")
    def test_one_claim_once(self):
        """The database refuses a second share of the same row, or of two claims."""
        order = self._quote(self.instalments)
        order.action_confirm()
        self._execute("process_payments", sale_order=order)
        share = self._get_shares(order.continuity_order_ids.payment_ids.transaction_ids)
        for vals, error in (
            ({}, UniqueViolation),
            ({"kind": "ordinary"}, CheckViolation),
            ({"ordinary_order_id": order.id}, CheckViolation),
            ({"amount": 0.0, "continuity_payment_id": False}, CheckViolation),
        ):
            with (
                self.subTest(vals),
                self.assertRaises(error),
                self.env.cr.savepoint(),
            ):
                share.sudo().copy(vals)
                self.env.flush_all()

    # === EXISTING DATABASES === #

    def _migrate(self):
        spec = importlib.util.spec_from_file_location("post_shares", MIGRATION)
        script = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(script)
        self.env.flush_all()
        with patch.object(self.env.cr, "execute", wraps=self.env.cr.execute) as spy:
            script.migrate(self.env.cr, "19.0.1.0.0")
        self.env.invalidate_all()
        return spy.call_count

    def test_existing_databases(self):
        """The shares are those the claims would have written; in two statements."""
        child_order = self._quote(self.club)
        instalments = self._quote(self.instalments)
        mixed = self._add_ordinary(self._quote(self.upfront))
        (child_order | instalments | mixed).action_confirm()
        portal = self._add_ordinary(self._create_order(self.upfront))
        portal.state = "sent"
        self._pay_on_the_portal(portal, 90.12)
        for job in ("create_child_orders", "process_payments"):
            self._execute(job, date=date(2027, 10, 10))
        shares = self.env["continuity.payment.share"]

        def read():
            values = shares.search([], order="id").read(
                [
                    *("transaction_id", "kind", "continuity_order_id", "company_id"),
                    *("child_order_id", "ordinary_order_id", "continuity_payment_id"),
                    *("amount", "currency_id"),
                ]
            )
            for one in values:
                del one["id"]
            return sorted(values, key=str)

        written = read()
        self.assertEqual(len(written), 8)
        shares.search([]).sudo().unlink()
        # A repetition changes nothing
        for _time in range(2):
            self.assertEqual(self._migrate(), 2)
            self.assertEqual(read(), written)

    def test_the_last_row_takes_the_rest(self):
        """What was charged for two rows is theirs, whatever they ask since."""
        order = self._create_order(self.upfront)
        order.write({"order_line": [Command.create({"product_id": self.upfront.id})]})
        order.continuity_order_ids._set_payment_token(self._create_token())
        order.action_confirm()
        rows = order.continuity_order_ids.payment_ids.sorted("id")
        self._get_shares(rows.transaction_ids).sudo().unlink()
        rows[1].amount = 60.0
        self._migrate()
        shares = self._get_shares(rows.transaction_ids)
        self.assertEqual(shares.continuity_payment_id, rows)
        self.assertEqual(shares.mapped("amount"), [70.12, 70.12])

    def test_a_shipment_that_was_planned_again(self):
        """An old payment belongs to the child order it was made for."""
        order = self._quote(self.club)
        order.action_confirm()
        self._execute("create_child_orders", sale_order=order)
        shipment = order.continuity_order_ids.shipment_ids[0]
        first = shipment.child_order_id
        transaction = shipment._get_payment_rows().transaction_ids
        first.action_cancel()
        shipment.action_replan()
        self._execute("create_child_orders", sale_order=order)
        self.assertNotEqual(shipment.child_order_id, first)
        written = self._describe(transaction)
        self._get_shares(transaction).sudo().unlink()
        self._migrate()
        self.assertEqual(self._describe(transaction), written)
        self.assertEqual(written[0][:2], ("child", first.id))
