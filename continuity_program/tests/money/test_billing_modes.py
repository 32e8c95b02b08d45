# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from freezegun import freeze_time

from odoo.tests import tagged

from ..cases.billing import BillingCase


@tagged("post_install", "-at_install")
@freeze_time("2027-09-10 12:00:00")
class TestBillingModes(BillingCase):
    """Instalments, and children that are charged when they are invoiced (C4, N46)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with freeze_time("2027-09-10 12:00:00"):
            cls._set_currency("EUR")
            cls.club = cls._create_club("CLUB")

    def _create_schedule(self, **values):
        return self.env["continuity.payment.schedule"].create(
            {
                "name": "3 monthly",
                "code": "3M",
                "allocation": "fixed_quantity",
                "unit": "months",
                "number_of_payments": 3,
                **values,
            }
        )

    def test_mode_d(self):
        """MD1, MD2: three rows, three receivable lines; the job charges what is due."""
        schedule = self._create_schedule()
        product = self._create_club(
            "INSTAL", bill_upfront=True, payment_schedule_id=schedule.id
        )
        order = self._quote(product)
        order.action_confirm()
        continuity = order.continuity_order_ids
        upfront = continuity.upfront_invoice_id
        rows = continuity.payment_ids.sorted("sequence")
        expected = [
            (date(2027, 9, 10), 23.37),
            (date(2027, 10, 10), 23.37),
            (date(2027, 11, 10), 23.38),
        ]
        self.assertEqual(rows.mapped(lambda r: (r.due_date, r.amount)), expected)
        self.assertEqual(set(rows.mapped("state")), {"scheduled"})
        terms = upfront.line_ids.filtered(lambda x: x.display_type == "payment_term")
        self.assertEqual(
            terms.sorted("date_maturity").mapped(
                lambda x: (x.date_maturity, x.balance)
            ),
            expected,
        )
        self.assertEqual(rows.receivable_line_id, terms)
        self._execute("process_payments", date=date(2027, 9, 10))
        self.assertEqual(rows.mapped("state"), ["paid", "scheduled", "scheduled"])
        self.assertEqual(rows[0].receivable_line_id.amount_residual, 0.0)
        self.assertEqual(rows[1].receivable_line_id.amount_residual, 23.37)

    def test_mode_d_first_at_submit(self):
        """BR8: the setting charges the first instalment like mode C."""
        self.company.continuity_charge_first_at_submit = True
        schedule = self._create_schedule()
        product = self._create_club(
            "INSTAL", bill_upfront=True, payment_schedule_id=schedule.id
        )
        order = self._quote(product)
        order.action_confirm()
        rows = order.continuity_order_ids.payment_ids.sorted("sequence")
        self.assertEqual(order.state, "sale")
        self.assertEqual(rows.mapped("state"), ["paid", "scheduled", "scheduled"])
        self.assertEqual(rows[0].receivable_line_id.amount_residual, 0.0)
        declined = self._quote(product, self._create_token("cancel"))
        declined.action_confirm()
        self.assertEqual(declined.state, "draft")

    def test_mode_b(self):
        """MB2, MB3: the child has three rows, the first charged at creation."""
        schedule = self._create_schedule()
        product = self._create_club("CLUBB", payment_schedule_id=schedule.id)
        order = self._quote(product)
        order.action_confirm()
        child = self._create_child(order.continuity_order_ids)
        rows = order.continuity_order_ids.payment_ids.sorted("sequence")
        expected = [
            (date(2027, 9, 10), 4.98),
            (date(2027, 10, 10), 4.98),
            (date(2027, 11, 10), 4.98),
        ]
        self.assertEqual(rows.mapped(lambda r: (r.due_date, r.amount)), expected)
        self.assertEqual(rows.mapped("state"), ["paid", "scheduled", "scheduled"])
        self.assertEqual(child.state, "sale")
        invoice = child._create_invoices()
        invoice.action_post()
        terms = invoice.line_ids.filtered(lambda x: x.display_type == "payment_term")
        self.assertEqual(
            terms.sorted("date_maturity").mapped(
                lambda x: (x.date_maturity, x.balance, x.amount_residual)
            ),
            [
                (date(2027, 9, 10), 4.98, 0.0),
                (date(2027, 10, 10), 4.98, 4.98),
                (date(2027, 11, 10), 4.98, 4.98),
            ],
        )
        self.assertEqual(rows.receivable_line_id, terms)

    def test_row_paid_another_way_is_not_charged(self):
        """11: the customer paid by transfer."""
        schedule = self._create_schedule()
        product = self._create_club(
            "INSTAL", bill_upfront=True, payment_schedule_id=schedule.id
        )
        order = self._quote(product)
        order.action_confirm()
        continuity = order.continuity_order_ids
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=continuity.upfront_invoice_id.ids
        ).create({"amount": 23.37})._create_payments()
        self._execute("process_payments", date=date(2027, 9, 10))
        first = continuity.payment_ids.sorted("sequence")[0]
        self.assertEqual(first.state, "paid")
        self.assertFalse(first.transaction_ids)

    def test_charged_when_invoiced(self):
        """N46: without *authorize child* the row is born with the invoice."""
        self.company.continuity_authorize_child = False
        order = self._quote(self.club)
        order.action_confirm()
        continuity = order.continuity_order_ids
        child = self._create_child(continuity)
        self.assertEqual(child.state, "sale")
        self.assertFalse(continuity.payment_ids)
        invoice = child._create_invoices()
        invoice.invoice_date = date(2027, 9, 10)
        invoice.action_post()
        self.assertRecordValues(
            continuity.payment_ids,
            [{"amount": 14.94, "state": "scheduled", "due_date": date(2027, 9, 10)}],
        )
        self._execute("process_payments", date=date(2027, 9, 10))
        self.assertEqual(continuity.payment_ids.state, "paid")
        self.assertEqual(invoice.amount_residual, 0.0)
        transaction = continuity.payment_ids.transaction_id
        self.assertEqual(transaction.invoice_ids, invoice)
        self.assertFalse(transaction.sale_order_ids)
