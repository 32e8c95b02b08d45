# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from ..cases.payment import PaymentCase
from ..common import ACCOUNTANT, MANAGER, SELLER


@tagged("post_install", "-at_install")
@freeze_time("2027-09-10 12:00:00")
class TestOnAccount(PaymentCase):
    """Bills before the due date, once; paid when the receivable is matched (N65)."""

    def test_bills_of_an_order_paid_by_schedule(self):
        """MD11: bill days 7: 09-10 (not before Submit), 10-03, 11-03."""
        self.company.continuity_bill_days = 7
        order = self._sell_on_account()
        rows = self._rows(order)
        self.assertEqual(rows.mapped("state"), ["scheduled"] * 3)
        for day, states in (
            ("2027-09-10", ["billed", "scheduled", "scheduled"]),
            ("2027-10-02", ["billed", "scheduled", "scheduled"]),
            ("2027-10-03", ["billed", "billed", "scheduled"]),
            ("2027-11-03", ["billed", "billed", "billed"]),
        ):
            self._run(day)
            self.assertEqual(rows.mapped("state"), states, day)
        self.assertEqual(
            rows.mapped("billed_date"),
            [date(2027, 9, 10), date(2027, 10, 3), date(2027, 11, 3)],
        )
        self.assertFalse(self._run("2027-11-04").line_ids, "billed once")
        mails = self.env["mail.mail"].search([("subject", "like", "your bill for")])
        self.assertEqual(len(mails), 3)
        self.assertIn("23.38", mails.sorted("id")[-1].body_html)

    def test_bill_carries_the_invoice(self):
        """The PDF when a renderer is there, the mail alone without one."""
        order = self._sell_on_account()
        reports = type(self.env["ir.actions.report"])
        self.patch(reports, "get_wkhtmltopdf_state", lambda _report: "ok")
        self.patch(reports, "_render_qweb_pdf", lambda *_args: (b"%PDF-1.7", "pdf"))
        run = self._run("2027-09-10")
        mail = self.env["mail.mail"].search([("subject", "like", "your bill for")])
        self.assertRecordValues(
            mail.attachment_ids,
            [
                {
                    "name": order.upfront_invoice_id.name.replace("/", "_") + ".pdf",
                    "raw": b"%PDF-1.7",
                }
            ],
        )
        self.assertFalse(run.line_ids.filtered("message"))
        # By hand it is printed for those who may read the invoice
        bill = self.env.ref("continuity_program.mail_template_payment_billed")
        row = self._rows(order)[0]
        own = self._create_user("own_seller", SELLER)
        order.sale_order_id.user_id = own
        invoice = order.upfront_invoice_id
        invoice.invoice_user_id = self._create_user("colleague", MANAGER)
        accountant = self._create_user("printer", ACCOUNTANT)
        for user, has_pdf in ((own, False), (accountant, True)):
            printed = row.with_user(user)._process_attachments_for_template_post(bill)
            self.assertEqual(bool(printed), has_pdf, user.name)
        # Without one, the run says so
        self.patch(reports, "get_wkhtmltopdf_state", lambda _report: "install")
        run = self._run("2027-10-10")
        self.assertEqual(
            run.line_ids.filtered(lambda line: line.reason == "billed").message,
            "Mailed without the PDF: this server prints none.",
        )

    def test_paid_when_matched_and_open_again(self):
        """N65, F3: the transfer pays the row, undoing it opens the row."""
        order = self._sell_on_account()
        self._run("2027-09-10")
        first, second, _third = self._rows(order)
        payment = self._pay(order.upfront_invoice_id, 23.37)
        self.assertRecordValues(first, [{"state": "paid", "is_paid_otherwise": True}])
        self.assertEqual(second.state, "scheduled")
        # Matched or not, it has come; cancelled, it has not
        payment.action_draft()
        self.assertRecordValues(
            first, [{"state": "billed", "is_paid_otherwise": False}]
        )

    def test_part_of_it_pays_nothing(self):
        order = self._sell_on_account()
        self._run("2027-09-10")
        self._pay(order.upfront_invoice_id, 23.36)
        self.assertEqual(self._rows(order)[0].state, "billed")

    def test_children_by_schedule_are_invoiced_with_their_first_bill(self):
        """38: no other job invoices them; never blocked, never charged."""
        product = self._create_club("CLUBB", payment_schedule_id=self.schedule.id)
        order = self._sell_on_account(product)
        child = self._create_child(order)
        self.assertEqual(child.state, "sale")
        self.assertFalse(child.invoice_ids)
        run = self._run("2027-09-10", dry_run=True)
        self.assertEqual(run.line_ids.reason, "billed")
        self.assertFalse(child.invoice_ids, "a preview bills nothing")
        self._run("2027-09-10")
        rows = self._rows(order)
        self.assertEqual(rows.mapped("state"), ["billed", "scheduled", "scheduled"])
        self.assertRecordValues(
            child.invoice_ids, [{"state": "posted", "amount_total": 14.94}]
        )
        self.assertEqual(len(rows.receivable_line_id), 3)
        self._run("2027-10-10")
        self.assertEqual(rows.mapped("state"), ["billed", "billed", "scheduled"])
        self.assertEqual(len(child.invoice_ids), 1)

    def test_not_billed_while_held_or_nothing_to_invoice(self):
        self.goods.invoice_policy = "delivery"
        product = self._create_club("CLUBB", payment_schedule_id=self.schedule.id)
        order = self._sell_on_account(product)
        child = self._create_child(order)
        self.assertEqual(self._run("2027-09-10").line_ids.reason, "nothing_done")
        order.action_hold("Wait")
        self.assertEqual(self._run("2027-09-10").line_ids.reason, "on_hold")
        order.action_release()
        child.order_line.qty_delivered = 1
        self._run("2027-09-10")
        self.assertEqual(self._rows(order)[0].state, "billed")

    def test_a_card_instead_of_the_bill_and_back(self):
        """F3: billed, then charged on the due date; back on account it stays billed."""
        self.company.continuity_bill_days = 7
        order = self._sell_on_account()
        self._run("2027-10-03")
        rows = self._rows(order)
        order._set_payment_token(self._create_token())
        self.assertEqual(rows.mapped("state"), ["scheduled"] * 3)
        self._run("2027-10-03")
        self.assertEqual(rows.mapped("state"), ["paid", "scheduled", "scheduled"])
        order.payment_method = "on_account"
        self.assertEqual(rows.mapped("state"), ["paid", "billed", "scheduled"])
        self.assertFalse(self._run("2027-10-10").line_ids)

    def test_on_account_is_refused_where_it_is_not_allowed(self):
        order = self._sell()
        with self.assertRaisesRegex(UserError, "may not pay on account"):
            order.payment_method = "on_account"

    def test_credit_limit_counts_everything_on_account(self):
        """F5, 60: 70.12 fits twice, but not together; refused at Submit."""
        self.company.account_use_credit_limit = True
        self.customer.write(
            {"credit_limit": 140.23, "continuity_allow_on_account": True}
        )
        product = self._create_club("UPFRONT", bill_upfront=True)
        order = self._create_order(product, date(2027, 9, 10))
        order.order_line = [Command.create({"product_id": product.id})]
        order.continuity_order_ids.payment_method = "on_account"
        with self.assertRaisesRegex(UserError, "would pass the credit limit"):
            order.action_confirm()
        self.assertEqual(order.state, "draft")
        self.customer.credit_limit = 140.24
        order.action_confirm()
        self.assertEqual(order.state, "sale")

    def test_another_invoice_customer(self):
        """F7: drafts and later charges follow; what is posted stays."""
        product = self._create_club("CLUB")
        order = self._sell(product=product)
        child = self._create_child(order)
        draft = child._create_invoices()
        payer = self._create_partner(name="Parents of Karen")
        order.sale_order_id.partner_invoice_id = payer
        self.assertEqual(order.partner_invoice_id, payer)
        self.assertEqual(child.partner_invoice_id, payer)
        self.assertEqual(draft.partner_id, payer)
        draft.action_post()
        order.partner_invoice_id = self.customer
        self.assertEqual(draft.partner_id, payer)
        second = self._create_child(order, 2, date(2027, 10, 1))
        self.assertEqual(second.partner_invoice_id, self.customer)

    def test_another_invoice_customer_and_instalments(self):
        """F7: unpaid instalments are charged for whoever gets the invoice of them."""
        schedule = self.env["continuity.payment.schedule"].create(
            {"name": "Halves", "code": "2M", "unit": "months", "number_of_payments": 2}
        )
        payer = self._create_partner(name="Parents of Karen")
        by_shipment = self._sell(
            product=self._create_club("CLUB-B", payment_schedule_id=schedule.id)
        )
        upfront = self._sell(
            product=self._create_club(
                "CLUB-D", bill_upfront=True, payment_schedule_id=schedule.id
            )
        )
        child = self._create_child(by_shipment)
        self._execute("process_payments", sale_order=upfront.sale_order_id)
        (by_shipment | upfront).partner_invoice_id = payer
        invoice = child._create_invoices()
        invoice.action_post()
        self.assertEqual(invoice.partner_id, payer)
        for order in (by_shipment, upfront):
            self._execute(
                "process_payments",
                date=date(2027, 10, 10),
                sale_order=order.sale_order_id,
            )
            self.assertEqual(order.payment_ids.mapped("state"), ["paid", "paid"])
        transactions = by_shipment.payment_ids.transaction_id.sorted("id")
        self.assertEqual(
            transactions.mapped("partner_id.id"), [self.customer.id, payer.id]
        )
        # The up-front invoice was posted for Karen: what pays it is hers
        self.assertEqual(upfront.payment_ids.transaction_id.partner_id, self.customer)
        for posted in (invoice, upfront.upfront_invoice_id):
            self.assertEqual(posted.amount_residual, 0.0)


@tagged("post_install", "-at_install")
@freeze_time("2027-09-10 12:00:00")
class TestPaymentAnswers(PaymentCase):
    """What a transfer, a bank and a person make of a row (rules F3, N63)."""

    # === PAID ANOTHER WAY, PAID TWICE === #

    def test_paid_by_transfer_is_not_charged(self):
        """11: at once, not only when the next run looks."""
        order = self._sell()
        self._pay(order.upfront_invoice_id, 46.74)
        rows = self._rows(order)
        self.assertEqual(rows.mapped("state"), ["paid", "paid", "scheduled"])
        self._run("2027-10-10")
        self.assertFalse(rows[:2].transaction_ids)

    def test_less_owed_than_the_row_says(self):
        order = self._sell()
        self._pay(order.upfront_invoice_id, 20.00)
        self._run("2027-09-10")
        first = self._rows(order)[0]
        self.assertRecordValues(first, [{"state": "paid", "amount": 3.37}])
        self.assertEqual(first.transaction_id.amount, 3.37)

    def test_second_success_is_to_be_refunded(self):
        """5: an old request worked after all; the money goes back by a person."""
        order = self._sell(self._create_token("error"))
        self._run("2027-09-10")
        row = self._rows(order)[0]
        first = row.transaction_id
        order.payment_token_id.demo_simulated_state = "done"
        self._run("2027-09-11")
        self.assertRecordValues(row, [{"state": "paid", "amount_overpaid": 0.0}])
        with freeze_time("2027-09-12 12:00:00"):
            for _time in range(2):
                first._set_done()
                first._post_process()
        self.assertRecordValues(row, [{"state": "paid", "amount_overpaid": 23.37}])
        self.assertEqual(row.attention, "refund")
        self.assertEqual(len(order.activity_ids), 1)
        row.action_refund()
        self.assertRecordValues(
            first.child_transaction_ids | row.transaction_id.child_transaction_ids,
            [{"source_transaction_id": first.id, "amount": -23.37, "state": "done"}],
        )
        self.assertRecordValues(row, [{"amount_overpaid": 0.0, "amount_refunded": 0.0}])
        self.assertFalse(row.attention or order.activity_ids)

    def test_success_after_a_transfer_pays_the_next(self):
        """The transfer was for no row of its own: it pays the second one now."""
        order = self._sell(self._create_token("error"))
        self._run("2027-09-10")
        row = self._rows(order)[0]
        transaction = row.transaction_id
        self._pay(order.upfront_invoice_id, 23.37)
        self.assertEqual(row.state, "paid")
        transaction._set_done()
        transaction._post_process()
        self.assertEqual(row.amount_overpaid, 0.0)
        self.assertRecordValues(
            order.balance_ids,
            [{"amount_received": 46.74, "amount_open": 23.38, "amount_to_refund": 0.0}],
        )

    def test_refund_is_counted(self):
        """N63: fully refunded is still paid."""
        order = self._sell()
        self._run("2027-09-10")
        row = self._rows(order)[0]
        row.transaction_id._refund(10.00)._post_process()
        self.assertRecordValues(row, [{"state": "paid", "amount_refunded": 10.0}])
        row.transaction_id._refund(13.37)._post_process()
        self.assertRecordValues(
            row,
            [{"state": "paid", "amount_refunded": 23.37, "amount_overpaid": 0.0}],
        )

    # === CHARGE NOW === #

    def test_charge_now(self):
        """G: manager and accountant, also on payment hold; nobody on a manual hold."""
        self.company.continuity_retry_limit = 0
        order = self._sell(self._create_token("error"))
        self._run("2027-09-10")
        row = self._rows(order)[0]
        self.assertEqual(order.state, "on_hold")
        seller = self._create_user("now_seller", SELLER)
        with self.assertRaises(UserError):
            row.with_user(seller).action_charge_now()
        order.payment_token_id.demo_simulated_state = "done"
        order.action_hold("Wait")
        row.action_charge_now()
        self.assertEqual(row.state, "declined")
        order.action_release()
        manager = self._create_user("now_manager", MANAGER)
        row.with_user(manager).action_charge_now()
        self.assertEqual(row.state, "paid")
        self.assertEqual(order.state, "running")

    def test_charge_now_keeps_the_order_of_due_dates(self):
        order = self._sell()
        with freeze_time("2027-10-10 12:00:00"):
            self._rows(order)[1].action_charge_now()
        self.assertEqual(self._rows(order).mapped("state"), ["scheduled"] * 3)

    # === DECLINED AT SUBMIT === #

    def test_retry_on_submit(self):
        """Tried once more right away, and it counts."""
        product = self._create_club("UPFRONT", bill_upfront=True)
        for retry, attempts in ((False, 1), (True, 2)):
            self.company.continuity_retry_on_submit = retry
            order = self._sell(self._create_token("error"), product)
            self.assertRecordValues(
                order.payment_ids, [{"state": "declined", "attempts": attempts}]
            )
            self.assertEqual(len(order.payment_ids.transaction_ids), attempts)

    def test_hard_decline_is_never_tried_again(self):
        """BR16: no next date, the hold at once."""
        order = self._sell(self._create_token("error"))
        row = self._rows(order)[0]
        transactions = type(row.transaction_id)
        apply_updates = transactions._apply_updates

        def apply_and_say(transaction, data):
            """The provider gives its reason in a word."""
            error = {"decline_code": "stolen_card"}
            return apply_updates(
                transaction, {**data, "payment_intent": {"last_payment_error": error}}
            )

        self.patch(transactions, "_apply_updates", apply_and_say)
        self._run("2027-09-10")
        self.assertRecordValues(
            row, [{"state": "declined", "attempts": 1, "next_attempt_date": False}]
        )
        self.assertEqual(row.transaction_id.continuity_decline_code, "stolen_card")
        self.assertEqual(order.state, "on_hold")
        self.assertFalse(self._run("2027-09-20").done_count)

    def test_new_card_after_a_hard_decline(self):
        """F1, F3: hold off, attempts 0, charged next; a manual hold stays."""
        self.company.continuity_retry_limit = 0
        order = self._sell(self._create_token("error"))
        self._run("2027-09-10")
        order.action_hold("Wait")
        order._set_payment_token(self._create_token())
        self.assertRecordValues(
            order,
            [{"state": "on_hold", "hold_payment": False, "hold_manual": True}],
        )
        order.action_release()
        self._run("2027-09-10")
        self.assertRecordValues(
            self._rows(order)[0], [{"state": "paid", "attempts": 0}]
        )

    # === WRITE OFF, CHARGEBACK === #

    def test_write_off_needs_a_reason(self):
        order = self._sell(self._create_token("error"))
        self._run("2027-09-10")
        row = self._rows(order)[0]
        with self.assertRaisesRegex(UserError, "Enter the reason"):
            row.action_write_off(" ")
        self.assertEqual(row.state, "declined")

    def test_charge_pays_its_own_instalment(self):
        """11: an instalment that was written off takes no money of the next one."""
        order = self._sell(self._create_token("error"))
        self._run("2027-09-10")
        first, second, _third = self._rows(order)
        first.action_write_off("moved away")
        order.payment_token_id.demo_simulated_state = "done"
        self._run("2027-10-10")
        self.assertEqual(second.state, "paid")
        self.assertEqual(second.receivable_line_id.amount_residual, 0.0)
        self.assertEqual(first.receivable_line_id.amount_residual, 23.37)

    def test_chargeback(self):
        """N63: open again, on hold, never retried; a new card pays it."""
        order = self._sell()
        self._run("2027-09-10")
        row = self._rows(order)[0]
        first = row.transaction_id
        manager = self._create_user("no_books", MANAGER)
        with self.assertRaisesRegex(UserError, "Only an accountant"):
            row.with_user(manager).action_chargeback("fraud")
        books = self._create_user("books", ACCOUNTANT)
        row.with_user(books).action_chargeback("fraud")
        self.assertRecordValues(
            row,
            [
                {
                    "state": "declined",
                    "state_message": "Chargeback: fraud",
                    "next_attempt_date": False,
                }
            ],
        )
        self.assertEqual(row.receivable_line_id.amount_residual, 23.37)
        self.assertEqual(order.state, "on_hold")
        first._post_process()
        self.assertEqual(row.state, "declined", "the old success does not come back")
        self._run("2027-09-20")
        self.assertEqual(row.state, "declined")
        order._set_payment_token(self._create_token())
        self._run("2027-09-20")
        self.assertRecordValues(row, [{"state": "paid", "amount_overpaid": 0.0}])
        self.assertEqual(row.receivable_line_id.amount_residual, 0.0)
        with self.assertRaisesRegex(UserError, "the card was not asked yet"):
            self._rows(order)[2].action_chargeback("fraud")

    def test_dialog(self):
        """The dialog passes reference and reason on, and needs them."""
        order = self._sell()
        self._run("2027-09-10")
        row = self._rows(order)[0]
        action = row.action_open_chargeback()
        dialog = self.env[action["res_model"]].browse(action["res_id"])
        self.assertEqual(action["name"], "Chargeback")
        dialog.reason = "fraud"
        dialog.action_answer()
        self.assertEqual(row.state_message, "Chargeback: fraud")

    def test_ledger_is_not_typed(self):
        """Nobody writes the ledger from outside."""
        order = self._sell()
        seller = self._create_user("typing", SELLER)
        with self.assertRaises(AccessError):
            self._rows(order)[0].with_user(seller).write({"state": "paid"})


@tagged("post_install", "-at_install")
@freeze_time("2027-09-10 12:00:00")
class TestPaymentsToLookAfter(PaymentCase):
    """The work list: one reason per row, by today of its company."""

    def _search(self, kind):
        return self.env["continuity.payment"].search([("attention", "=", kind)])

    def _assert_kind(self, row, kind):
        row.invalidate_recordset()
        self.assertEqual(row.attention, kind)
        self.assertIn(row, self._search(kind))
        self.assertIn(
            row, self.env["continuity.payment"].search([("attention", "!=", False)])
        )

    def test_nothing_to_do(self):
        order = self._sell()
        self.assertEqual(order.payment_ids.mapped("attention"), [False] * 3)
        self.assertFalse(self._search("declined"))
        self.assertEqual(
            self.env["continuity.payment"].search([("attention", "=", False)]),
            order.payment_ids.sorted(lambda row: (row.due_date, row.id)),
        )

    def test_reasons(self):
        order = self._sell()
        first, second, third = self._rows(order)
        first.state = "unknown"
        self._assert_kind(first, "unknown")
        first.state = "declined"
        self._assert_kind(first, "declined")
        first.write({"state": "authorized", "requested_at": "2027-09-04 12:00:01"})
        self.assertFalse(first.attention)
        first.requested_at = "2027-09-04 12:00:00"
        self._assert_kind(first, "lapsed")
        first.write({"state": "pending", "requested_at": "2027-09-03 00:00:00"})
        self.env.invalidate_all()
        self.assertFalse(first.attention, "seven days are allowed")
        first.requested_at = "2027-09-02 23:59:59"
        self._assert_kind(first, "pending")
        first.write({"state": "billed", "due_date": date(2027, 9, 9)})
        self._assert_kind(first, "overdue")
        order.payment_token_id.expiry_date = date(2027, 10, 9)
        self._assert_kind(second, "card_expiring")
        third.invalidate_recordset()
        self.assertFalse(third.attention, "more than 30 days ahead")
        order.payment_token_id.expiry_date = date(2027, 9, 9)
        self._assert_kind(third, "card_expired")
        order.payment_token_id.active = False
        self._assert_kind(third, "no_method")

    def test_groups(self):
        order = self._sell()
        self._rows(order)[0].state = "unknown"
        groups = self.env["continuity.payment"].formatted_read_group(
            [("attention", "!=", False)], ["attention"], ["__count"]
        )
        self.assertEqual(
            [(g["attention"], g["__count"]) for g in groups], [("unknown", 1)]
        )

    def test_other_company_and_other_seller(self):
        order = self._sell()
        row = self._rows(order)[0]
        row.state = "unknown"
        other = self.env["res.company"].create({"name": "Other company"})
        stranger = self._create_user("stranger", MANAGER)
        stranger.write({"company_ids": other.ids, "company_id": other.id})
        self.assertFalse(
            row.with_user(stranger).search([("attention", "=", "unknown")])
        )
        seller = self._create_user("own", SELLER)
        self.assertFalse(row.with_user(seller).search([("attention", "=", "unknown")]))
        books = self._create_user("list_books", ACCOUNTANT)
        self.assertEqual(
            row.with_user(books).search([("attention", "=", "unknown")]), row
        )
