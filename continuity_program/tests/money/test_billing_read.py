# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from freezegun import freeze_time

from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from .billing_read import DAY, ReadCase

TRANSACTION = (
    "odoo.addons.continuity_program.models.payments.payment_transaction_answer"
)


@tagged("post_install", "-at_install")
class TestBillingReadDoors(ReadCase):
    """Money of every door belongs to who asked for it, once."""

    def _sell_child(self):
        """The first child in mode A, charged and invoiced."""
        order = self._submit(self.club_a)
        child = self._ship(order, 1, "2027-09-10")
        return order, child, self._invoice(child, "2027-09-10")

    def _bill_child(self):
        """The first child on account, invoiced."""
        order = self._sell_on_account(self.club_a)
        child = self._ship(order, 1, "2027-09-10")
        return order, child, self._invoice(child, "2027-09-10")

    def test_charge(self):
        """What was charged for a row is the row's, before and after its invoice."""
        order = self._submit(self.club)
        self._check(
            self._upfront(order), claim=70.12, received=70.12, rows=[(70.12, "paid")]
        )

    def test_two_charges_for_two_orders(self):
        """The first answer was lost and came late: 140.24 twice, nothing invented."""
        sale_order = self._quote_with(self.club, others=[self.club_two])
        orders = sale_order.continuity_order_ids
        with freeze_time("2027-09-10 12:00:00"):
            with self._lose(), mute_logger(TRANSACTION):
                sale_order.action_confirm()
            first = orders.payment_ids.transaction_id
            self.assertEqual((first.amount, len(first)), (140.24, 1))
            self._check(
                self._upfront(orders[0]), claim=70.12, in_flight=70.12, day="2027-09-10"
            )
            orders.payment_ids.with_user(self.accountant).action_was_not_paid()
            sale_order.action_confirm()
            second = orders.payment_ids.transaction_id
            self.assertNotEqual(first, second)
            first.action_demo_set_done()
            first._post_process()
        for order in orders:
            self.assertEqual(order.upfront_invoice_id.amount_residual, 0.0)
            self._check(
                self._upfront(order),
                claim=70.12,
                received=140.24,
                aside=70.12,
                to_refund=70.12,
                reasons=["charged_twice"],
                rows=[(70.12, "paid")],
            )

    def test_used_for_another_invoice(self):
        """The accountant matched the charge with another debt: held, not asked."""
        order, child, invoice = self._sell_child()
        scope = self._child(child)
        self._check(scope, claim=14.94, received=14.94, rows=[(14.94, "paid")])
        other = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.customer.id,
                "invoice_date": "2027-09-10",
                "invoice_line_ids": [
                    Command.create({"name": "x", "price_unit": 14.94, "tax_ids": []})
                ],
            }
        )
        other.action_post()
        payment = order.payment_ids.transaction_id.payment_id
        self._unmatch(invoice)
        self._match(payment, other)
        facts, _settlement = self._check(
            scope,
            claim=14.94,
            held=14.94,
            reasons=["used_elsewhere"],
            rows=[(14.94, "paid")],
        )
        self.assertEqual([(m.here, m.elsewhere) for m in facts.money], [(0, 1494)])

    def test_paid_in_another_currency(self):
        """18.00 USD are 14.94 EUR of the invoice: what Odoo made of it counts."""
        self._set_rate("USD", 1.204819)
        order = self._sell_on_account(self.club)
        self._register(
            order.upfront_invoice_id,
            18.0,
            currency_id=self.env.ref("base.USD").id,
        )
        self._check(
            self._upfront(order),
            claim=70.12,
            received=14.94,
            open=55.18,
            rows=[(55.18, "billed")],
        )

    def test_payment_without_an_entry(self):
        """14.94 are registered; the bank line that is them counts in their place."""
        _order, child, invoice = self._bill_child()
        self.startPatcher(self._pay_by_bank_alone())
        payment = self._register(invoice)
        self.assertFalse(payment.move_id)
        paid = {"claim": 14.94, "received": 14.94, "rows": [(14.94, "otherwise")]}
        self._check(self._child(child), **paid)
        self._transfer(14.94, invoice)
        self.assertEqual(payment.state, "paid")
        facts, _settlement = self._check(self._child(child), **paid)
        self.assertEqual([m.here for m in facts.money if m.here], [1494])

    def test_payment_without_an_entry_in_part(self):
        """5.00 by transfer are not the 14.94 that were registered."""
        _order, child, invoice = self._bill_child()
        self.startPatcher(self._pay_by_bank_alone())
        self._register(invoice)
        self._transfer(5.0, invoice)
        self._check(
            self._child(child),
            claim=14.94,
            received=19.94,
            credit=5.0,
            to_refund=5.0,
            reasons=["refund_by_hand"],
        )

    def test_payments_without_an_entry_and_the_line_of_the_second(self):
        """5.00 and 9.94 are registered, the bank has the 9.94: 14.94 have come."""
        _order, child, invoice = self._bill_child()
        self.startPatcher(self._pay_by_bank_alone())
        self._register(invoice, 5.0)
        self._register(invoice, 9.94)
        self._transfer(9.94, invoice)
        self._check(
            self._child(child),
            claim=14.94,
            received=14.94,
            rows=[(14.94, "otherwise")],
        )

    def test_refund_of_a_shared_charge(self):
        """Odoo's own refund of 30.00: it goes to whom money is due."""
        sale_order = self._quote_with(self.club, others=[self.club_two])
        with freeze_time("2027-09-10 12:00:00"):
            sale_order.action_confirm()
        first, second = sale_order.continuity_order_ids
        self._post(self._credit(first, (2, 3)))
        payment = first.payment_ids.transaction_id.payment_id
        self._refund_by_wizard(payment, 30.0)
        self._check(
            self._upfront(first),
            claim=14.94,
            received=70.12,
            returned=30.0,
            credit=25.18,
            to_refund=25.18,
            refunds=[(25.18, False)],
        )
        self._check(self._upfront(second), claim=70.12, received=70.12)

    def test_one_transfer_for_two_documents(self):
        """100.00: 70.12 are the up-front invoice's, 29.88 the ordinary goods'."""
        sale_order = self._quote_with(self.club, ordinary=29.88)
        sale_order.continuity_order_ids.payment_method = "on_account"
        with freeze_time("2027-09-10 12:00:00"):
            sale_order.action_confirm()
            ordinary = sale_order._create_invoices()
            ordinary.action_post()
        order = sale_order.continuity_order_ids
        self._transfer(100.0, order.upfront_invoice_id, ordinary)
        self._check(
            self._upfront(order),
            claim=70.12,
            received=70.12,
            rows=[(70.12, "otherwise")],
        )
        facts, _settlement = self._check(
            self._ordinary(sale_order), claim=29.88, received=29.88
        )
        self.assertEqual([m.door for m in facts.money], ["bank"])

    def test_taken_back_by_the_bank(self):
        """The accountant matches it with the payment: held, nothing is charged."""
        order, child, invoice = self._sell_child()
        payment = order.payment_ids.transaction_id.payment_id
        line = self._create_statement_line(-14.94)
        self._unmatch(payment.move_id)
        self._match(line, payment)
        self.assertEqual(invoice.amount_residual, 14.94)
        self._check(
            self._child(child),
            claim=14.94,
            received=14.94,
            returned=14.94,
            held=14.94,
            reasons=["given_back_without_credit"],
            rows=[(14.94, "paid")],
        )
        order.payment_ids.with_user(self.accountant).action_chargeback("fraud")
        self._check(
            self._child(child), claim=14.94, open=14.94, rows=[(14.94, "declined")]
        )

    def test_written_off_in_the_payment(self):
        """98.00 settle 100.00: two are no money."""
        order = self._sell_on_account(
            self._create_single(100.0, "CP-100", bill_upfront=True)
        )
        self._register(
            order.upfront_invoice_id,
            98.0,
            payment_difference_handling="reconcile",
            writeoff_account_id=self.revenue_account.id,
        )
        self.assertEqual(order.upfront_invoice_id.amount_residual, 0.0)
        self._check(
            self._upfront(order),
            claim=100.0,
            received=98.0,
            adjusted=2.0,
            rows=[(100.0, "otherwise")],
        )

    def test_kept_by_the_bank(self):
        """A bank line of 98.00 with 2.00 of costs in the same entry."""
        order = self._sell_on_account(
            self._create_single(100.0, "CP-100", bill_upfront=True)
        )
        line = self._create_statement_line(98.0)
        line.move_id.with_context(skip_readonly_check=True).write(
            {
                "line_ids": [
                    Command.update(
                        self._get_receivable(line.move_id).id, {"credit": 100.0}
                    ),
                    Command.create(
                        {"account_id": self.revenue_account.id, "debit": 2.0}
                    ),
                ]
            }
        )
        self._match(line, order.upfront_invoice_id)
        self._check(self._upfront(order), claim=100.0, received=98.0, adjusted=2.0)

    def test_paid_at_the_till(self):
        """An entry over cash is money; the row is paid, not settled in the books."""
        _order, child, invoice = self._bill_child()
        till = self._create_journal("Till", "CTIL", "cash")
        self._match(
            self._book(till.default_account_id, self.receivable, 14.94), invoice
        )
        self._check(
            self._child(child),
            claim=14.94,
            received=14.94,
            rows=[(14.94, "otherwise")],
        )

    def test_settled_without_money(self):
        """An entry over no money settles all the same."""
        _order, child, invoice = self._bill_child()
        self._match(self._book(self.revenue_account, self.receivable, 14.94), invoice)
        self._check(
            self._child(child), claim=14.94, adjusted=14.94, rows=[(14.94, "books")]
        )


@tagged("post_install", "-at_install")
class TestBillingReadCurrencies(ReadCase):
    """Orders in another currency than the company's."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.usd = cls._set_currency_of_company("USD")
        cls.eur = cls.env.ref("base.EUR")
        cls._set_rate("EUR", 0.80)
        cls._set_rate("GBP", 0.79)
        cls.pricelist = cls.env["product.pricelist"].create(
            {"name": "EUR", "currency_id": cls.eur.id}
        )
        cls.goods_a.list_price = 87.65
        cls.one = cls._create_single(87.65, "CP-FX", bill_upfront=True)

    @classmethod
    def _set_currency_of_company(cls, name):
        currency = cls.env["res.currency"].with_context(active_test=False)
        currency = currency.search([("name", "=", name)])
        currency.active = True
        cls.company.currency_id = currency
        cls.env["product.pricelist"].search([]).currency_id = currency
        return currency

    def _sell(self):
        order = self._sell_on_account(self.one, pricelist_id=self.pricelist.id)
        self.assertEqual(order.currency_id, self.eur)
        self.assertEqual(order.upfront_invoice_id.amount_total, 70.12)
        self.assertEqual(order.upfront_invoice_id.amount_total_signed, 87.65)
        return order

    def test_paid_in_a_third_currency(self):
        """70.00 GBP are 88.61 USD for 87.65: the rest is no money of the order."""
        order = self._sell()
        payment = self._register(
            order.upfront_invoice_id, 70.0, currency_id=self.env.ref("base.GBP").id
        )
        self.assertEqual(order.upfront_invoice_id.amount_residual, 0.0)
        self.assertAlmostEqual(
            self._get_receivable(payment.move_id).amount_residual, -0.96
        )
        self._check(
            self._upfront(order),
            claim=70.12,
            received=70.12,
            reasons=["loose_credit"],
            rows=[(70.12, "otherwise")],
        )

    def test_rate_has_changed(self):
        """An exchange difference settles nothing: 70.12 are paid, no cent more."""
        order = self._sell()
        self._set_rate("EUR", 0.88, DAY)
        self._register(order.upfront_invoice_id, 70.12, currency_id=self.eur.id)
        partials = self._get_receivable(order.upfront_invoice_id).matched_credit_ids
        self.assertTrue(partials.exchange_move_id)
        self._check(
            self._upfront(order),
            claim=70.12,
            received=70.12,
            rows=[(70.12, "otherwise")],
        )

    def test_not_matched(self):
        """87.65 USD on a page of the quotation: converted, and never given back."""
        order = self._sell()
        with freeze_time(f"{DAY} 12:00:00"):
            tx = self.env["payment.transaction"].create(
                {
                    "provider_id": self.provider.id,
                    "payment_method_id": self.card_method.id,
                    "reference": "OTHER-1",
                    "amount": 87.65,
                    "currency_id": self.usd.id,
                    "partner_id": self.customer.id,
                    "operation": "online_direct",
                    "invoice_ids": [Command.set(order.upfront_invoice_id.ids)],
                }
            )
            tx._set_done()
        self._check(
            self._upfront(order),
            claim=70.12,
            received=70.12,
            reasons=["currency_differs"],
            rows=[(70.12, "otherwise")],
        )


@tagged("post_install", "-at_install")
class TestBillingReadQuotations(ReadCase):
    """Money for a whole order: ordinary goods first, then what is billed up front."""

    def _check_both(self, sale_order, ordinary, upfront):
        self._check(self._ordinary(sale_order), **ordinary)
        for order in sale_order.continuity_order_ids:
            self._check(self._upfront(order), **upfront)

    def test_paid_in_full(self):
        """120.12 are 50.00 and 70.12: Submit asks nothing."""
        sale_order = self._quote_with(self.club, ordinary=50.0)
        self._pay_online(sale_order, 120.12)
        self.assertEqual(sale_order.state, "sale")
        self._check_both(
            sale_order,
            {"claim": 50.0, "received": 50.0},
            {"claim": 70.12, "received": 70.12, "rows": [(70.12, "paid")]},
        )

    def test_paid_in_part(self):
        """100.00 are 50.00 and 50.00: 20.12 are left to ask."""
        sale_order = self._quote_with(self.club, ordinary=50.0)
        self._pay_online(sale_order, 100.0)
        self._check_both(
            sale_order,
            {"claim": 50.0, "received": 50.0},
            {"claim": 70.12, "received": 50.0, "open": 20.12},
        )

    def test_two_programs(self):
        """140.24 are 70.12 and 70.12."""
        sale_order = self._quote_with(self.club, others=[self.club_two])
        self._pay_online(sale_order, 140.24)
        self._check_both(sale_order, {}, {"claim": 70.12, "received": 70.12})

    def test_too_much(self):
        """130.00: what is left stays with the ordinary goods, and goes back.

        The goods became cheaper while the customer was on the page.
        """
        sale_order = self._quote_with(self.club, ordinary=59.88)
        tx = self._pay_online(sale_order, 130.0, answer=None)
        sale_order.order_line[-1].price_unit = 50.0
        self._answer_page(tx)
        self._check_both(
            sale_order,
            {"claim": 50.0, "received": 59.88, "credit": 9.88, "to_refund": 9.88},
            {"claim": 70.12, "received": 70.12},
        )

    def test_not_processed_yet(self):
        """Done, and nobody has booked it: it counts all the same."""
        single = self._create_single(90.0, "CP-90", bill_upfront=True)
        sale_order = self._quote_with(single)
        self._pay_online(sale_order, 90.0, process=False)
        self.assertEqual(sale_order.state, "sent")
        order = sale_order.continuity_order_ids
        self.assertFalse(order.payment_ids)
        self._check(self._upfront(order), claim=90.0, received=90.0)

    def test_pending(self):
        """It may still come: other money before it is booked, then its row's."""
        single = self._create_single(90.0, "CP-90", bill_upfront=True)
        sale_order = self._quote_with(single)
        self._pay_online(sale_order, 90.0, answer="pending", process=False)
        order = sale_order.continuity_order_ids
        self._check(self._upfront(order), claim=90.0, open=90.0, other_under_way=90.0)
        self.make_jsonrpc_request("/payment/status/poll", {})
        self.env.invalidate_all()
        self._check(
            self._upfront(order),
            claim=90.0,
            in_flight=90.0,
            rows=[(90.0, "pending")],
        )

    def test_page_is_open(self):
        """A page that was opened may bring money for an hour."""
        single = self._create_single(90.0, "CP-90", bill_upfront=True)
        sale_order = self._quote_with(single)
        tx = self._pay_online(sale_order, 90.0, answer=None)
        order = sale_order.continuity_order_ids
        for minutes, terms in ((59, {"other_under_way": 90.0}), (60, {})):
            self.env.cr.execute(
                "UPDATE payment_transaction SET create_date = %s::timestamp"
                " - %s * INTERVAL '1 minute' WHERE id = %s",
                (f"{DAY} 12:00:00", minutes, tx.id),
            )
            self._check(self._upfront(order), claim=90.0, open=90.0, **terms)

    def test_yen(self):
        """5000 and 7012 of 12012."""
        self._set_currency("JPY")
        sale_order = self._quote_with(
            self._create_club("CLUBJ", bill_upfront=True), ordinary=5000.0
        )
        self._pay_online(sale_order, 12012.0)
        self._check_both(
            sale_order,
            {"claim": 5000.0, "received": 5000.0},
            {"claim": 7012.0, "received": 7012.0},
        )

    def test_charged_for_ordinary_goods(self):
        """Our own charge of the ordinary goods is theirs."""
        sale_order = self._quote_with(self.club, ordinary=50.0)
        with freeze_time("2027-09-10 12:00:00"):
            sale_order.action_confirm()
        self._check_both(
            sale_order,
            {"claim": 50.0, "received": 50.0},
            {"claim": 70.12, "received": 70.12, "rows": [(70.12, "paid")]},
        )
