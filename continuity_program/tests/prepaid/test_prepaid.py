# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from ..cases.billing import BillingCase
from ..common import SELLER_ALL


@tagged("post_install", "-at_install")
@freeze_time("2027-09-10 12:00:00")
class TestPrepaid(BillingCase):
    """*Paid in advance*: the child totals zero and the prepayment ends (C2, C3, C5)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with freeze_time("2027-09-10 12:00:00"):
            cls._set_currency("EUR")

    def _sell(self, product, **values):
        order = self._quote(product, **values)
        order.action_confirm()
        self.assertEqual(order.state, "sale")
        return order.continuity_order_ids

    def _balance(self, account):
        lines = self.env["account.move.line"].search(
            [("account_id", "=", account.id), ("parent_state", "=", "posted")]
        )
        return self.company.currency_id.round(sum(lines.mapped("balance")))

    def _zero(self, child, day=date(2027, 9, 10)):
        zero = child._create_continuity_zero_invoices(day)
        self.assertEqual(zero.mapped("amount_total"), [0.0] * len(zero))
        self.assertEqual(zero.mapped("amount_tax"), [0.0] * len(zero))
        return zero

    def test_partial_delivery(self):
        """N1 a, MC16: 1 of 2 delivered releases one; the back-order the other."""
        self.goods.invoice_policy = "delivery"
        order = self._sell(self._create_club(bill_upfront=True), quantity=2)
        self.assertEqual(order.upfront_invoice_id.amount_untaxed, 115.90)
        child = self._create_child(order)
        goods, paid = child.order_line
        self.assertEqual(paid.continuity_prepaid_line_id, goods)
        self.assertEqual(paid.product_uom_qty, 2)
        self.assertEqual(paid.price_unit, -12.35)
        self.assertFalse(child._create_continuity_zero_invoices(date(2027, 9, 10)))
        goods.qty_delivered = 1
        self.assertEqual((paid.qty_delivered, paid.qty_to_invoice), (1, 1))
        zero = self._zero(child)
        self.assertEqual(
            self._entry(zero),
            {self.prepayment_account: 12.35, self.revenue_account: -12.35},
        )
        line = order.shipment_ids[0].line_ids
        self.assertEqual((line.released_quantity, line.open_quantity), (1, 1))
        goods.qty_delivered = 2
        self._zero(child)
        self.assertEqual((line.released_quantity, line.open_quantity), (2, 0))
        self.assertEqual(self._balance(self.prepayment_account), -91.20)
        self.assertEqual(child.invoice_status, "invoiced")

    def test_tax_rounded_per_line(self):
        """N1 b: three goods at 10.02 in one shipment, tax rounded per line."""
        self.company.tax_calculation_rounding_method = "round_per_line"
        self.goods.list_price = 10.02
        lines = [
            Command.create({"product_id": p.id, "quantity": 1}) for p in self.goods
        ]
        program = self._create_program(
            "THREE", events=[{"line_ids": lines, "action": "end"}], bill_upfront=True
        )
        product = self._create_parent_product(
            program, taxes_id=[Command.set(self.vat.ids)]
        )
        order = self._sell(product)
        child = self._create_child(order)
        self.assertEqual(child.amount_total, 0.0)
        self.assertEqual(
            child.order_line.mapped("continuity_prepaid_line_id"),
            child.order_line.filtered(lambda x: not x.continuity_prepaid_line_id),
        )
        # each one directly under its goods line
        lines = child.order_line.sorted("sequence")
        for goods, paid in zip(lines[::2], lines[1::2], strict=True):
            self.assertEqual(paid.continuity_prepaid_line_id, goods)
        self._zero(child)
        self.assertEqual(self._balance(self.prepayment_account), 0.0)
        self.assertEqual(self._balance(self.revenue_account), -30.06)

    def test_everything_released(self):
        """MC19: after the last shipment nothing is left on the prepayment account."""
        order = self._sell(self._create_club(bill_upfront=True))
        for number, day in enumerate(
            (date(2027, 9, 10), date(2027, 10, 1), date(2027, 10, 22)), start=1
        ):
            with freeze_time(f"{day} 12:00:00"):
                self._zero(self._create_child(order, number, day), day)
        self.assertEqual(self._balance(self.prepayment_account), 0.0)
        self.assertEqual(self._balance(self.revenue_account), -57.95)
        self.assertEqual(self._balance(self.vat_account), -12.17)
        self.assertEqual(order.shipment_ids.line_ids.mapped("open_quantity"), [0, 0, 0])

    def test_reset_and_reversed(self):
        """F2: what a document released is open again when it is undone."""
        order = self._sell(self._create_club(bill_upfront=True))
        zero = self._zero(self._create_child(order))
        line = order.shipment_ids[0].line_ids
        self.assertEqual(line.released_quantity, 1)
        with self.assertRaisesRegex(UserError, "goods of it were delivered"):
            order.upfront_invoice_id.button_draft()
        zero.button_draft()
        self.assertEqual(line.released_quantity, 0)
        zero.action_post()
        self.assertEqual(line.released_quantity, 1, "counted, not added up")
        reversal = zero._reverse_moves(cancel=True)
        self.assertEqual(reversal.continuity_order_id, order)
        self.assertEqual(line.released_quantity, 0)
        self.assertEqual(self._balance(self.prepayment_account), -57.95)

    def test_children_take_account_and_taxes_of_the_upfront_invoice(self):
        """N4, N16: settings, taxes and address may change; the child totals zero."""
        order = self._sell(self._create_club(bill_upfront=True))
        self.company.continuity_prepayment_account_id = self._create_account(
            "New prepayments", "CPRE02", "liability_current"
        )
        self.goods.taxes_id = self._create_vat("VAT 19", 19.0)
        zero = self._zero(self._create_child(order))
        self.assertEqual(
            self._entry(zero),
            {self.prepayment_account: 12.35, self.revenue_account: -12.35},
        )
        self.assertEqual(zero.invoice_line_ids.tax_ids, self.vat)

    def _create_euro_pricelist(self):
        """Price list in EUR, company in USD, 0.80 then 0.88 EUR per USD."""
        usd, eur = (
            self.env["res.currency"]
            .with_context(active_test=False)
            .search([("name", "=", name)])
            for name in ("USD", "EUR")
        )
        usd.active = True
        self.company.currency_id = usd
        usd.rate_ids.unlink()
        return self._create_foreign_pricelist(eur)

    def test_foreign_currency_keeps_the_rate(self):
        """N12: order in EUR, company in USD, 0.80 then 0.88 EUR per USD."""
        pricelist = self._create_euro_pricelist()
        order = self._sell(
            self._create_club(bill_upfront=True), pricelist_id=pricelist.id
        )
        upfront = order.upfront_invoice_id
        self.assertEqual(upfront.currency_id, pricelist.currency_id)
        self.assertEqual(upfront.amount_total, 70.12)
        self.assertEqual(
            self._entry(upfront),
            {
                self.receivable: 87.65,
                self.prepayment_account: -72.44,
                self.vat_account: -15.21,
            },
        )
        released = []
        for number, day in enumerate(
            (date(2027, 9, 10), date(2027, 10, 1), date(2027, 10, 22)), start=1
        ):
            with freeze_time(f"{day} 12:00:00"):
                zero = self._create_child(order, number, day)
                zero = zero._create_continuity_zero_invoices(day)
            released.append(self._entry(zero)[self.prepayment_account])
        self.assertEqual(released, [15.44, 23.06, 33.94])
        self.assertEqual(self._balance(self.prepayment_account), 0.0)

    def test_foreign_currency_difference_of_a_payment(self):
        """C5: 23.37 EUR owed at 0.80 = 29.21 USD, paid at 0.88 = 26.56 USD: 2.65 lost.

        It stands between the receivable and the payment, never on the prepayment.
        """
        pricelist = self._create_euro_pricelist()
        schedule = self.env["continuity.payment.schedule"].create(
            {
                "name": "3 monthly",
                "code": "3M",
                "allocation": "fixed_quantity",
                "unit": "months",
                "number_of_payments": 3,
            }
        )
        club = self._create_club(bill_upfront=True, payment_schedule_id=schedule.id)
        order = self._sell(club, pricelist_id=pricelist.id)
        known = self.env["account.move"].search([("state", "=", "posted")])
        with freeze_time("2027-10-10 12:00:00"):
            self._execute(
                "process_payments",
                date=date(2027, 10, 10),
                sale_order=order.sale_order_id,
            )
        self.assertEqual(order.payment_ids.mapped("state")[:2], ["paid", "paid"])
        moves = self.env["account.move"].search([("state", "=", "posted")]) - known
        entry = self._entry(moves)
        loss = self.company.expense_currency_exchange_account_id
        self.assertEqual(
            entry,
            {
                self.outstanding_account: 53.12,
                self.receivable: -58.42,
                loss: 5.30,
            },
        )
        self.assertEqual(self._balance(self.prepayment_account), -72.44)

    def test_discount_on_the_shipments(self):
        """C5: 10 % on all: 11.12 + 16.61 + 24.44 = 52.17 is the parent price."""
        order = self._quote(self._create_club(bill_upfront=True))
        continuity = order.continuity_order_ids
        seller = self._create_user("discount_seller", SELLER_ALL)
        for line in continuity.shipment_ids.line_ids:
            line.with_user(seller).write({"discount": 10.0, "price_reason": "Fair"})
        self.assertEqual(order.amount_untaxed, 52.17)
        order.action_confirm()
        self.assertEqual(continuity.upfront_invoice_id.amount_untaxed, 52.17)
        zero = self._zero(self._create_child(continuity))
        self.assertEqual(
            self._entry(zero),
            {self.prepayment_account: 11.12, self.revenue_account: -11.12},
        )

    def test_invoice_at_the_first_shipment(self):
        """D-1: paid at Submit, invoiced with the first child, matched then."""
        self.company.continuity_upfront_invoicing = "shipment"
        order = self._sell(self._create_club(bill_upfront=True))
        row = order.payment_ids
        self.assertEqual(row.state, "paid")
        self.assertFalse(order.upfront_invoice_id)
        self.assertEqual(self._balance(self.receivable), -70.12)
        child = self._create_child(order)
        self.assertEqual(order.upfront_invoice_id.state, "posted")
        self.assertEqual(order.upfront_invoice_id.amount_residual, 0.0)
        self.assertEqual(row.invoice_id, order.upfront_invoice_id)
        self._zero(child)
        self.assertEqual(self._balance(self.prepayment_account), -45.60)
        self.assertEqual(self._balance(self.receivable), 0.0)

    def test_a_gift_needs_no_payment_row(self):
        """N66: nothing to charge, nothing to wait for."""
        self.goods.list_price = 0.0
        order = self._sell(self._create_club(bill_upfront=True))
        self.assertFalse(order.payment_ids)
        self.assertFalse(order.upfront_invoice_id)
        child = self._create_child(order)
        self.assertEqual(child.state, "sale")

    def test_mails_to_the_customer(self):
        """One mail each for submitted, charged, announced, declined; none of Odoo's."""
        mails = self.env["mail.mail"]
        before = mails.search([])
        club = self._sell(self._create_club())
        submitted = mails.search([]) - before
        self.assertEqual(len(submitted), 1)
        self.assertIn(club.sale_order_id.name, submitted.subject)
        self.assertIn("70.11", submitted.body_html)
        self._create_child(club)
        parcel = mails.search([]) - before - submitted
        charged = parcel.filtered(lambda mail: "your payment for" in mail.subject)
        announced = parcel.filtered(lambda mail: "leaves soon" in mail.subject)
        self.assertEqual((len(charged), len(announced), len(parcel)), (1, 1, 2))
        self.assertIn("14.94", charged.body_html)
        self.assertIn("Goods A", charged.body_html)
        self.assertIn("Goods A", announced.body_html)
        club.payment_token_id.demo_simulated_state = "cancel"
        with freeze_time("2027-10-01 12:00:00"):
            self._create_child(club, 2, date(2027, 10, 1))
        declined = mails.search([]) - before - submitted - parcel
        self.assertEqual(len(declined), 1)
        self.assertIn("22.32", declined.body_html)
        self.assertIn("/card", declined.body_html)
        self.assertEqual((submitted | parcel | declined).recipient_ids, self.customer)

    def test_difference_of_the_invoices_of_a_child(self):
        """MA12: 29.89 charged, 14.94 + 14.94 invoiced: 0.01 to give back."""
        self.goods.invoice_policy = "delivery"
        order = self._sell(self._create_club(), quantity=2)
        child = self._create_child(order)
        self.assertEqual(order.payment_ids.amount, 29.89)
        for quantity in (1, 2):
            self.assertFalse(order.activity_ids)
            child.order_line.qty_delivered = quantity
            invoice = child._create_invoices()
            invoice.action_post()
            self.assertEqual(invoice.amount_total, 14.94)
            self.assertEqual(invoice.amount_residual, 0.0)
        self.assertEqual(len(order.activity_ids), 1)
        self.assertIn("0.01", order.activity_ids.note)
        self.assertEqual(len(order.payment_ids), 1)

    def test_more_invoiced_than_charged(self):
        """N46: what was added to the child is a row of its own, due at once."""
        order = self._sell(self._create_club())
        child = self._create_child(order)
        child.write(
            {
                "order_line": [
                    Command.create({"product_id": self.goods_b.id, "price_unit": 18.45})
                ]
            }
        )
        invoice = child._create_invoices()
        # 12.35 + 18.45 = 30.80, tax 6.47: 37.27; charged were 14.94
        self.assertEqual(invoice.amount_total, 37.27)
        with self.assertRaisesRegex(UserError, "P2 of .*22.33.* is not secured"):
            invoice.action_post()
        self.assertRecordValues(
            order.payment_ids.sorted("sequence"),
            [
                {"sequence": 1, "amount": 14.94, "state": "paid"},
                {"sequence": 2, "amount": 22.33, "state": "scheduled"},
            ],
        )
        self._execute("process_payments", date=date(2027, 9, 10))
        self.assertEqual(order.payment_ids.mapped("state"), ["paid", "paid"])
        invoice.action_post()
        self.assertEqual(invoice.amount_residual, 0.0)
