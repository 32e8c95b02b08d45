# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..cases.billing import BillingCase


@tagged("post_install", "-at_install")
class TestBillingLives(BillingCase):
    """Lives MA1–MA4 and MC1–MC2 of rules C4, in three currencies."""

    # === MODE A === #

    def _check_mode_a(self, currency, planned, child_total, net, tax):
        self._set_currency(currency)
        order = self._quote(self._create_club())
        order.action_confirm()
        continuity = order.continuity_order_ids
        # MA1: nothing is charged, nothing is booked
        self.assertEqual(continuity.state, "running")
        self.assertEqual(continuity.submit_date, date(2027, 9, 10))
        self.assertFalse(continuity.payment_ids)
        self.assertFalse(continuity.upfront_invoice_id)
        self.assertEqual(order.amount_total, 0.0)
        self.assertAlmostEqual(
            sum(continuity.shipment_ids.mapped("amount_untaxed")), planned, places=6
        )
        # MA2: the child is charged when it is created
        child = self._create_child(continuity)
        row = continuity.payment_ids
        self.assertRecordValues(
            row,
            [
                {
                    "amount": child_total,
                    "state": "paid",
                    "due_date": date(2027, 9, 10),
                    "shipment_id": continuity.shipment_ids[0].id,
                    "sequence": 1,
                    "attempts": 0,
                }
            ],
        )
        transaction = row.transaction_id
        self.assertEqual(transaction.sale_order_ids, child)
        self.assertEqual(self._short([transaction.reference]), [f"CP{continuity.id}-1"])
        self.assertEqual(
            self._entry(transaction.payment_id.move_id),
            {self.outstanding_account: child_total, self.receivable: -child_total},
        )
        self.assertEqual(child.state, "sale")
        # MA3: the invoice of the child takes the payment
        invoice = child._create_invoices()
        invoice.action_post()
        self.assertEqual(
            self._entry(invoice),
            {
                self.receivable: child_total,
                self.revenue_account: -net,
                self.vat_account: -tax,
            },
        )
        self.assertEqual(invoice.amount_residual, 0.0)
        self.assertIn(invoice.payment_state, ("paid", "in_payment"))
        self.assertEqual(row.invoice_id, invoice)

    @freeze_time("2027-09-10 12:00:00")
    def test_mode_a_eur(self):
        self._check_mode_a("EUR", 57.95, 14.94, 12.35, 2.59)

    @freeze_time("2027-09-10 12:00:00")
    def test_mode_a_jpy(self):
        self._check_mode_a("JPY", 5795, 1494, 1235, 259)

    @freeze_time("2027-09-10 12:00:00")
    def test_mode_a_kwd(self):
        self._check_mode_a("KWD", 57.958, 14.945, 12.351, 2.594)

    def test_mode_a_declined_and_tried_again(self):
        """MA4: declined on 10-01 and 10-02, paid on 10-05."""
        self._set_currency("EUR")
        with freeze_time("2027-09-10 12:00:00"):
            order = self._quote(self._create_club())
            order.action_confirm()
            continuity = order.continuity_order_ids
            self._create_child(continuity)
            continuity.payment_token_id.demo_simulated_state = "cancel"
        with freeze_time("2027-10-01 12:00:00"):
            child = self._create_child(continuity, 2, date(2027, 10, 1))
        row = continuity.payment_ids.filtered(lambda r: r.child_order_id == child)
        self.assertRecordValues(
            row,
            [
                {
                    "amount": 22.32,
                    "state": "declined",
                    "attempts": 1,
                    "next_attempt_date": date(2027, 10, 2),
                }
            ],
        )
        self.assertEqual(child.state, "draft")
        with freeze_time("2027-10-02 12:00:00"):
            self._execute("process_payments", date=date(2027, 10, 2))
        self.assertRecordValues(
            row,
            [
                {
                    "state": "declined",
                    "attempts": 2,
                    "next_attempt_date": date(2027, 10, 5),
                }
            ],
        )
        self.assertFalse(continuity.hold_payment)
        continuity.payment_token_id.demo_simulated_state = "done"
        with freeze_time("2027-10-04 12:00:00"):
            self._execute("process_payments", date=date(2027, 10, 4))
        self.assertEqual(row.state, "declined", "not before its day")
        with freeze_time("2027-10-05 12:00:00"):
            self._execute("process_payments", date=date(2027, 10, 5))
        self.assertEqual(row.state, "paid")
        self.assertEqual(len(row.transaction_ids), 3)
        self.assertEqual(
            sorted(self._short(row.transaction_ids.mapped("reference"))),
            [f"CP{continuity.id}-{attempt}" for attempt in (1, 2, 3)],
        )
        self.assertEqual(child.state, "sale")
        self.assertEqual(
            self._entry(row.transaction_id.payment_id.move_id),
            {self.outstanding_account: 22.32, self.receivable: -22.32},
        )

    def test_mode_a_third_decline_holds(self):
        """MA4: limit 2 = three attempts; a third decline is a payment hold."""
        self._set_currency("EUR")
        with freeze_time("2027-09-10 12:00:00"):
            order = self._quote(self._create_club(), self._create_token("done"))
            order.action_confirm()
            continuity = order.continuity_order_ids
            continuity.payment_token_id.demo_simulated_state = "cancel"
            child = self._create_child(continuity)
        for day in (date(2027, 9, 11), date(2027, 9, 14)):
            with freeze_time(f"{day} 12:00:00"):
                self._execute("process_payments", date=day)
        self.assertRecordValues(
            continuity.payment_ids,
            [{"state": "declined", "attempts": 3, "next_attempt_date": False}],
        )
        self.assertRecordValues(
            continuity,
            [{"state": "on_hold", "hold_payment": True, "hold_manual": False}],
        )
        self.assertEqual(len(continuity.activity_ids), 1)
        with freeze_time("2027-09-30 12:00:00"):
            self._execute("process_payments", date=date(2027, 9, 30))
            self.assertEqual(continuity.payment_ids.attempts, 3, "no fourth attempt")
            # A new card lifts the payment hold and is charged at once
            continuity._set_payment_token(self._create_token("done"))
            self.assertEqual(continuity.state, "running")
            self.assertFalse(continuity.activity_ids)
            self._execute("process_payments", date=date(2027, 9, 30))
        self.assertEqual(continuity.payment_ids.state, "paid")
        self.assertEqual(child.state, "sale")

    # === MODE C === #

    def _check_mode_c(self, currency, total, net, tax, first):
        self._set_currency(currency)
        order = self._quote(self._create_club(bill_upfront=True))
        self.assertEqual(order.amount_total, total)
        order.action_confirm()
        continuity = order.continuity_order_ids
        # MC1: one row paid, document U, matched
        row = continuity.payment_ids
        self.assertRecordValues(
            row,
            [
                {
                    "amount": total,
                    "state": "paid",
                    "due_date": date(2027, 9, 10),
                    "shipment_id": False,
                    "sequence": 1,
                }
            ],
        )
        upfront = continuity.upfront_invoice_id
        self.assertRecordValues(
            upfront,
            [
                {
                    "state": "posted",
                    "amount_untaxed": net,
                    "amount_tax": tax,
                    "amount_total": total,
                    "amount_residual": 0.0,
                    "invoice_date": date(2027, 9, 10),
                }
            ],
        )
        self.assertEqual(
            self._entry(upfront),
            {
                self.receivable: total,
                self.prepayment_account: -net,
                self.vat_account: -tax,
            },
        )
        transaction = row.transaction_id
        self.assertEqual(transaction.invoice_ids, upfront)
        self.assertFalse(transaction.sale_order_ids, "never on the parent order")
        self.assertEqual(self._short([transaction.reference]), [f"CP{continuity.id}-1"])
        self.assertEqual(
            self._entry(transaction.payment_id.move_id),
            {self.outstanding_account: total, self.receivable: -total},
        )
        self.assertEqual(row.invoice_id, upfront)
        self.assertEqual(row.receivable_line_id.account_id, self.receivable)
        self.assertEqual(
            continuity.shipment_ids.line_ids.mapped("prepaid_quantity"), [1, 1, 1]
        )
        # MC2: the child totals zero and moves its share to revenue
        child = self._create_child(continuity)
        self.assertEqual(child.amount_total, 0.0)
        self.assertEqual(len(continuity.payment_ids), 1, "no row for the child")
        zero = child._create_continuity_zero_invoices(date(2027, 9, 10))
        self.assertRecordValues(
            zero,
            [
                {
                    "state": "posted",
                    "amount_total": 0.0,
                    "amount_tax": 0.0,
                    "payment_state": "paid",
                    "journal_id": self.revenue_journal.id,
                    "invoice_date": date(2027, 9, 10),
                }
            ],
        )
        self.assertEqual(
            self._entry(zero),
            {self.prepayment_account: first, self.revenue_account: -first},
        )
        lines = continuity.shipment_ids.line_ids
        self.assertEqual(lines.mapped("released_quantity"), [1, 0, 0])
        self.assertEqual(lines.mapped("open_quantity"), [0, 1, 1])

    @freeze_time("2027-09-10 12:00:00")
    def test_mode_c_eur(self):
        self._check_mode_c("EUR", 70.12, 57.95, 12.17, 12.35)

    @freeze_time("2027-09-10 12:00:00")
    def test_mode_c_jpy(self):
        self._check_mode_c("JPY", 7012, 5795, 1217, 1235)

    @freeze_time("2027-09-10 12:00:00")
    def test_mode_c_kwd(self):
        self._check_mode_c("KWD", 70.129, 57.958, 12.171, 12.351)

    @freeze_time("2027-09-10 12:00:00")
    def test_mode_c_declined(self):
        """MC1d: the quotation stays, nothing is posted, the trace remains."""
        self._set_currency("EUR")
        order = self._quote(
            self._create_club(bill_upfront=True), self._create_token("cancel")
        )
        answer = order.action_confirm()
        continuity = order.continuity_order_ids
        self.assertEqual(answer["tag"], "display_notification")
        self.assertEqual(order.state, "draft")
        self.assertEqual(continuity.state, "draft")
        self.assertRecordValues(
            continuity.payment_ids, [{"state": "declined", "attempts": 1}]
        )
        self.assertFalse(continuity.upfront_invoice_id)
        self.assertFalse(continuity.hold_payment)
        # The same card again is refused, another one is taken
        with self.assertRaisesRegex(UserError, "was declined"):
            order.action_confirm()
        self.assertEqual(len(continuity.payment_ids.transaction_ids), 1)
        continuity._set_payment_token(self._create_token("done"))
        order.action_confirm()
        self.assertEqual(order.state, "sale")
        self.assertEqual(continuity.payment_ids.state, "paid")
        self.assertEqual(
            self._short([continuity.payment_ids.transaction_id.reference]),
            [f"CP{continuity.id}-2"],
        )

    @freeze_time("2027-09-10 12:00:00")
    def test_mode_c_pending(self):
        """MC1p: confirmed and billed; the money comes, or the order is held."""
        self._set_currency("EUR")
        product = self._create_club(bill_upfront=True)
        orders = self.env["sale.order"]
        for _number in range(2):
            orders |= self._quote(product, self._create_token("pending"))
        for order in orders:
            order.action_confirm()
        good, bad = orders.continuity_order_ids.sorted("id")
        self.assertEqual(set(orders.mapped("state")), {"sale"})
        self.assertEqual(good.payment_ids.state, "pending")
        self.assertEqual(good.upfront_invoice_id.state, "posted")
        self.assertEqual(good.upfront_invoice_id.amount_residual, 70.12)
        transaction = good.payment_ids.transaction_id
        transaction._set_done()
        transaction._post_process()
        self.assertEqual(good.payment_ids.state, "paid")
        self.assertEqual(good.upfront_invoice_id.amount_residual, 0.0)
        transaction = bad.payment_ids.transaction_id
        transaction._process("demo", {"simulated_state": "cancel"})
        transaction._post_process()
        self.assertRecordValues(
            bad.payment_ids, [{"state": "declined", "next_attempt_date": False}]
        )
        self.assertEqual(bad.state, "on_hold")
