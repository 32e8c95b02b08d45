# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.tests import freeze_time, new_test_user, tagged

from ..common import ACCOUNTANT, MANAGER
from .typed_case import SAMPLES, TypedCase


@tagged("post_install", "-at_install")
@freeze_time("2027-09-15 12:00:00")
class TestTypedComputed(TypedCase):
    """What Odoo computes is read-only on screen, and taken by RPC."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.upfront = cls._create_parent_product(
            cls._create_program("UPFRONT", bill_upfront=True)
        )
        cls.quotation = cls._create_order(cls.upfront)
        cls.ordinary = cls._create_order(cls.goods_a)
        cls.invoice = cls.child._create_invoices()
        cls.invoice.action_post()
        cls.everybody = cls._create_user(
            "computed_all", f"{MANAGER},account.group_account_manager"
        )

    def _get_asked(self):
        """What the customer will be charged at Submit."""
        today = self.company._continuity_today()
        rows = self.env["continuity.payment"]._get_order_payments(
            self.quotation.continuity_order_ids, today
        )
        return [row["amount"] for row in rows]

    def _get_sample(self, field):
        if field.type == "selection":
            return field.get_values(self.env)[-1]
        if field.type == "many2one":
            return self.env[field.comodel_name].sudo().search([], limit=1).id
        return SAMPLES.get(field.type)

    def test_price_of_a_program(self):
        """A seller made a whole program cost 0.01."""
        self.assertEqual(self._get_asked(), [90.0])
        line = self.quotation.order_line.with_user(self.seller)
        forged = {"price_total": 0.01, "price_subtotal": 0.01}
        with self._refused("cannot be typed: it is computed"):
            line.write(forged)
        with self._refused("cannot be typed: it is computed"):
            line.order_id.write({"order_line": [Command.update(line.id, forged)]})
        self.assertEqual(self._get_asked(), [90.0])

    def test_every_computed_field(self):
        """Of orders, documents and their lines, by who may write them all."""
        receivable = self.invoice.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
        )
        count = 0
        for records in (
            self.order,
            self.child,
            self.quotation,
            self.order.order_line,
            self.child.order_line,
            self.quotation.order_line,
            self.invoice,
            receivable,
        ):
            record = records[:1].with_user(self.everybody)
            for name in record._get_continuity_computed(record._fields):
                field = record._fields[name]
                value = self._get_sample(field)
                if field.inherited or not record._is_other(name, value):
                    continue
                with (
                    self.subTest(str(field), record=record.display_name),
                    self._refused("cannot be typed|cannot modify"),
                    self.env.cr.savepoint(),
                ):
                    record.write({name: value})
                count += 1
        self.assertGreater(count, 80)

    def test_what_says_that_it_is_paid(self):
        """By an accountant, of a document of a continuity order, which is paid."""
        mine = self.invoice.with_user(self.accountant)
        for name, value in (
            ("payment_state", "reversed"),
            ("amount_residual", 7.0),
            ("amount_total", 0.01),
        ):
            with self.subTest(name), self._refused():
                mine.write({name: value})
        for name, value in (("amount_residual", 7.0), ("reconciled", False)):
            with self.subTest(name), self._refused():
                mine.line_ids.filtered("reconciled").write({name: value})

    def test_payment_that_is_blocked(self):
        """Odoo's own action writes what is computed, for who may write the document."""
        self.invoice.line_ids.remove_move_reconcile()
        mine = self.invoice.with_user(self.accountant)
        mine.action_toggle_block_payment()
        self.assertEqual(self.invoice.payment_state, "blocked")
        mine.action_toggle_block_payment()
        self.assertEqual(self.invoice.payment_state, "not_paid")
        with self.assertRaises(AccessError):
            self.invoice.with_user(self.seller).action_toggle_block_payment()
        self.assertEqual(self.invoice.payment_state, "not_paid")

    def test_created_with_it(self):
        """A new line, or order, is computed whatever was sent along."""
        forged = {"price_total": 0.01, "price_subtotal": 0.01, "price_tax": 0.01}
        goods = {"product_id": self.goods_b.id, "price_unit": 20.0, "tax_ids": False}
        child = self.child.with_user(self.seller)
        child.write({"order_line": [Command.create({**goods, **forged})]})
        self.assertEqual(child.order_line[-1].price_total, 20.0)
        order = child.create(
            {
                "partner_id": self.customer.id,
                "amount_total": 0.01,
                "order_line": [
                    Command.create({"product_id": self.upfront.id, **forged})
                ],
            }
        )
        self.assertEqual(order.order_line.price_total, 90.0)
        self.assertEqual(order.amount_total, 90.0)

    def test_what_stays_possible(self):
        """Forms send back what they show; other orders are Odoo's."""
        line = self.child.order_line.with_user(self.seller)
        line.write(
            {"price_total": line.price_total, "currency_id": line.currency_id.id}
        )
        ordinary = self.ordinary.order_line.with_user(self.seller)
        ordinary.write({"price_total": 0.01})

    # === COMPANIES === #

    def test_handed_over_to_a_foreign_company(self):
        other = self.env["res.company"].create({"name": "Other"})
        manager = self.manager
        schedule = self.env["continuity.payment.schedule"].create(
            {"name": "Twice", "code": "2X", "number_of_payments": 2}
        )
        interval = self.env["continuity.date.interval"].create(
            {"name": "Nine days", "count": 9, "unit": "day"}
        )
        program = self._create_program("FREE")
        for record in (program, schedule, interval):
            mine = record.with_user(manager)
            with self.subTest(record._name), self.assertRaises(AccessError):
                mine.write({"company_id": other.id})
            with self.subTest(record._name), self.assertRaises(AccessError):
                mine.copy({"company_id": other.id})
        both = new_test_user(
            self.env,
            login="computed_both",
            groups=f"{MANAGER},{ACCOUNTANT}",
            company_id=self.company.id,
            company_ids=[Command.set((self.company | other).ids)],
        )
        interval.with_user(both).company_id = other
        self.assertEqual(interval.company_id, other)

    def test_what_is_used_stays_in_its_company(self):
        other = self.env["res.company"].create({"name": "Other"})
        schedule = self.env["continuity.payment.schedule"].create(
            {"name": "Twice", "code": "2X", "number_of_payments": 2}
        )
        self._create_program("BOUGHT", payment_schedule_id=schedule.id)
        interval = self.program.event_ids.date_interval_id[:1]
        if not interval:
            interval = self.env["continuity.date.interval"].create(
                {"name": "Nine days", "count": 9, "unit": "day"}
            )
            self.program.event_ids[1].write(
                {"days_from_last": 0, "date_interval_id": interval.id}
            )
        for record in (self.program, schedule, interval):
            with (
                self.subTest(record._name),
                self.assertRaisesRegex(ValidationError, "Copy it"),
                self.env.cr.savepoint(),
            ):
                record.company_id = other
        with self.assertRaises(UserError):
            interval.company_id = other
