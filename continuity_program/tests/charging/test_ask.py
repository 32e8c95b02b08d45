# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A card is asked only for what no other money pays: every door beside the night."""

from datetime import date, timedelta
from random import Random

from freezegun import freeze_time
from psycopg2.errors import CheckViolation

from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged
from odoo.tests.common import JsonRpcException
from odoo.tools import SQL, mute_logger

from ...billing import RowResult, may_confirm
from ...models.agreement.close_check import CloseCheck
from ..cases.flow import TRANSACTION, FlowCase
from ..common import ACCOUNTANT


class AskCase(FlowCase):
    """Rows that are due, and a customer who pays by himself."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.single = cls._create_single(25.0, "CP-25")

    def _sell_declined(self):
        """A child of 25.00 whose card was declined; the card is good again."""
        token = self._create_token("error")
        order, child = self._sell_child(self.single, token=token)
        self.assertEqual(order.payment_ids.state, "declined")
        token.demo_simulated_state = "done"
        return order.payment_ids, child

    def _open_page(self, record, amount, minutes=1, day="2027-09-11"):
        """The customer has opened a page so many minutes before noon."""
        tx = self._pay_online(record, amount, answer=None, day=day)
        self.env.cr.execute(
            "UPDATE payment_transaction SET create_date = %s::timestamp"
            " - %s * INTERVAL '1 minute' WHERE id = %s",
            (f"{day} 12:00:00", minutes, tx.id),
        )
        self.env.invalidate_all()
        return tx

    def _get_bank(self, order):
        """What the provider has moved, by whatever door."""
        parents = order.sale_order_id | order.child_order_ids
        transactions = parents.transaction_ids | order.payment_ids.transaction_ids
        transactions |= parents.invoice_ids.transaction_ids
        return sum(
            transactions.filtered(lambda tx: tx.state == "done").mapped("amount")
        )

    def _refuse_page(self, record, amount, text, day="2027-09-11"):
        """The page says why nothing is taken."""
        before = self.env["payment.transaction"].search_count([])
        with (
            self.assertLogs("odoo.http", "WARNING") as logged,
            self.assertRaises(JsonRpcException),
        ):
            self._pay_online(record, amount, day=day)
        self.assertRegex(logged.output[0], text)
        self.assertEqual(self.env["payment.transaction"].search_count([]), before)


@tagged("post_install", "-at_install")
class TestAskNight(AskCase):
    """The night looks at all the money there is."""

    def test_paid_by_link_before_the_next_attempt(self):
        """Declined, paid by link, the day of the retry, invoiced: 25.00 in all."""
        row, child = self._sell_declined()
        day = str(row.next_attempt_date)
        self._pay_online(child, 25.0)
        self.assertRecordValues(row, [{"state": "paid", "is_paid_otherwise": True}])
        self.assertFalse(self._pay_due(day).line_ids)
        self.assertEqual(self._get_bank(row.continuity_order_id), 25.0)
        with freeze_time("2027-09-12 12:00:00"):
            self._execute("create_child_orders")
        self.assertEqual(child.state, "sale")
        self._send(child)
        invoice = self._bill(child)
        self.assertEqual(invoice.amount_residual, 0.0)
        self._pay_due("2027-10-30")
        self.assertEqual(self._get_bank(row.continuity_order_id), 25.0)

    def test_part_is_paid_by_link(self):
        """10.00 of 25.00: the card is asked for 15.00."""
        row, child = self._sell_declined()
        day = str(row.next_attempt_date)
        self._pay_online(child, 10.0)
        self.assertRecordValues(row, [{"state": "declined", "amount": 15.0}])
        self._pay_due(day)
        self.assertRecordValues(row, [{"state": "paid", "amount": 15.0}])
        self.assertEqual(self._get_bank(row.continuity_order_id), 25.0)
        bodies = " ".join(row.message_ids.mapped("body"))
        self.assertIn("To pay", bodies)

    def test_account_differs(self):
        """Nobody is asked before an accountant has had the account settled again."""
        row, child = self._sell_declined()
        day = str(row.next_attempt_date)
        scope = self._child(child)
        balance = self.env["continuity.balance"]._find_stored([scope])[scope]
        balance.sudo().differs = True
        run = self._pay_due(day)
        self.assertEqual(run.line_ids.reason, "balance_differs")
        self.assertEqual(row.state, "declined")
        self.assertEqual(
            CloseCheck(row.continuity_order_id).get_payment_refusal()[0],
            "balance_differs",
        )
        balance.with_user(self.accountant).action_settle_again()
        self.assertFalse(balance.differs)
        self._pay_due(day)
        self.assertEqual(row.state, "paid")

    def test_link_is_pending(self):
        """Nobody is asked twice; it fails, and the card is asked."""
        row, child = self._sell_declined()
        tx = self._pay_online(child, 25.0, answer="pending")
        day = str(row.next_attempt_date)
        run = self._pay_due(day)
        self.assertRecordValues(
            run.line_ids,
            [{"outcome": "skipped", "reason": "not_now", "payment_id": row.id}],
        )
        self.assertIn("under way", run.line_ids.message)
        tx._set_canceled()
        self._pay_due(day)
        self.assertEqual(row.state, "paid")

    def test_page_is_open(self):
        """59 minutes long the customer may be paying, then the card is asked."""
        row, child = self._sell_declined()
        day = str(row.next_attempt_date)
        tx = self._open_page(child, 25.0, 59, day)
        run = self._pay_due(day)
        self.assertEqual(run.line_ids.reason, "customer_is_paying")
        self.assertEqual(row.state, "declined")
        self.env.cr.execute(
            "UPDATE payment_transaction SET create_date = create_date"
            " - INTERVAL '1 minute' WHERE id = %s",
            (tx.id,),
        )
        self.env.invalidate_all()
        self._pay_due(day)
        self.assertEqual(row.state, "paid")

    def test_preview_says_the_same(self):
        row, child = self._sell_declined()
        self._pay_online(child, 25.0, answer="pending")
        with freeze_time(f"{row.next_attempt_date} 12:00:00"):
            run = self._execute("process_payments", dry_run=True)
        self.assertEqual(run.line_ids.mapped("reason"), ["not_now"])
        self.assertEqual(row.state, "declined")

    def test_rest_is_paid_on_the_portal(self):
        """Three instalments of 70.12, the first charged: 46.75 pay the other two."""
        order = self._submit(self.club_by_schedule)
        self._pay_due("2027-09-10")
        self._pay_online(order.upfront_invoice_id, 46.75)
        self._pay_due("2027-12-01")
        self.assertRecordValues(
            order.payment_ids.sorted("sequence"),
            [
                {"state": "paid", "amount": 23.37, "is_paid_otherwise": False},
                {"state": "paid", "amount": 23.37, "is_paid_otherwise": True},
                {"state": "paid", "amount": 23.38, "is_paid_otherwise": True},
            ],
        )
        self.assertEqual(order.upfront_invoice_id.amount_residual, 0.0)
        self.assertEqual(self._get_bank(order), 70.12)

    def test_child_leaves_when_it_is_paid_by_link(self):
        row, child = self._sell_declined()
        day = str(row.next_attempt_date)
        self._pay_online(child, 25.0)
        with freeze_time(f"{day} 13:00:00"):
            self._execute("create_child_orders")
        self.assertEqual(child.state, "sale")
        self.assertEqual(self._get_bank(row.continuity_order_id), 25.0)


@tagged("post_install", "-at_install")
class TestAskByHand(AskCase):
    """A person asks: neither the next attempt nor a payment hold is in the way."""

    def test_charge_now(self):
        row, _child = self._sell_declined()
        row.continuity_order_id._hold_for_payment("declined")
        books = self._create_user("ask_books", ACCOUNTANT)
        with freeze_time("2027-09-10 13:00:00"):
            action = row.with_user(books).action_charge_now()
        self.assertEqual(action["params"]["message"], "Charged.")
        self.assertEqual(row.state, "paid")

    def test_charge_now_says_why_not(self):
        row, child = self._sell_declined()
        self._pay_online(child, 25.0, answer="pending")
        with freeze_time("2027-09-11 13:00:00"):
            action = row.action_charge_now()
        self.assertIn("Nothing was charged.", action["params"]["message"])
        self.assertIn("under way", action["params"]["message"])
        self.assertEqual(row.state, "declined")

    def test_manual_hold_and_pause(self):
        """A hold by a person, and a pause, are in the way of everybody."""
        row, _child = self._sell_declined()
        order = row.continuity_order_id
        with freeze_time("2027-09-11 13:00:00"):
            order.action_hold("fraud")
            self.assertIn("On hold", row.action_charge_now()["params"]["message"])
            order.action_release()
            order.action_pause()
            order._hold_for_payment("declined")
            self.assertEqual(order.state, "on_hold")
            row.action_charge_now()
        self.assertEqual(row.state, "declined")

    def test_pay_now_offers_what_may_be_asked(self):
        row, child = self._sell_declined()
        order = row.continuity_order_id
        with freeze_time("2027-09-12 12:00:00"):
            self.assertEqual(order._get_rows_to_pay_now(), row)
        self._pay_online(child, 25.0, answer="pending", day="2027-09-12")
        with freeze_time("2027-09-12 12:00:00"):
            self.assertFalse(order._get_rows_to_pay_now())


@tagged("post_install", "-at_install")
class TestAskPage(AskCase):
    """A page takes what is open, and nothing while it is charged."""

    def test_child(self):
        """25.00 are open: not 25.01; then nothing."""
        _row, child = self._sell_declined()
        self._refuse_page(child, 25.01, r"Only .?25.00.* of .* is left to pay")
        self._pay_online(child, 10.0)
        self._refuse_page(child, 15.01, r"Only .?15.00.* of .* is left to pay")
        self._pay_online(child, 15.0)
        self._refuse_page(child, 0.01, "Nothing is left to pay")

    def test_child_that_is_charged(self):
        order, child = self._sell_child(self.single)
        self.assertEqual(order.payment_ids.state, "paid")
        self._refuse_page(child, 25.0, "Nothing is left to pay")

    def test_charge_is_pending(self):
        _order, child = self._sell_child(
            self.single, token=self._create_token("pending")
        )
        self._refuse_page(child, 25.0, "under way already")

    def test_charge_has_no_answer(self):
        with (
            self._lose(),
            mute_logger(TRANSACTION),
        ):
            order, child = self._sell_child(self.single)
        self.assertEqual(order.payment_ids.state, "unknown")
        self._refuse_page(child, 25.0, "under way already")

    def test_claimed_just_now(self):
        """The night has claimed the row, and asks the provider next."""
        row, child = self._sell_declined()
        with freeze_time(f"{row.next_attempt_date} 12:00:00"):
            row._claim(row.next_attempt_date)
        self._refuse_page(child, 25.0, "under way already")

    def test_page_that_is_opened_again(self):
        """He has changed his mind how he pays: his own page is no obstacle."""
        _row, child = self._sell_declined()
        self._open_page(child, 25.0)
        self._pay_online(child, 25.0, day="2027-09-11")
        self.assertEqual(self._get_bank(child.continuity_order_id), 25.0)

    def test_pending_payment_counts(self):
        """What a provider is going to answer is not paid once more."""
        _row, child = self._sell_declined()
        self._pay_online(child, 20.0, answer="pending")
        self._refuse_page(child, 5.01, r"Only .?5.00.* of .* is left to pay")

    def test_invoice(self):
        order = self._submit(self.club_by_schedule)
        invoice = order.upfront_invoice_id
        self._pay_due("2027-09-10")
        self._refuse_page(invoice, 46.76, r"Only .?46.75.* of .* is left to pay")
        self._pay_online(invoice, 46.75)
        self._refuse_page(invoice, 1.0, "Nothing is left to pay")

    def test_quotation(self):
        """Ordinary goods of 50.00 and 70.12 up front."""
        sale_order = self._quote_with(self.club, ordinary=50.0)
        self._refuse_page(sale_order, 120.13, r"Only .?120.12.* of .* is left to pay")
        self._pay_online(sale_order, 100.0)
        self._refuse_page(sale_order, 20.13, r"Only .?20.12.* of .* is left to pay")

    def test_other_orders_are_left_alone(self):
        """What sells no program is paid as ever, more than once."""
        goods = self.env["product.product"].create(self._goods_vals("Pen", 10.0))
        order = self._create_order(goods)
        order.state = "sent"
        for _time in range(2):
            self._pay_online(order, 10.0)
        self.assertEqual(len(order.transaction_ids), 2)


@tagged("post_install", "-at_install")
class TestAskSubmit(AskCase):
    """Submit asks for what has not come by any door."""

    def test_page_is_open(self):
        sale_order = self._quote_with(self.club, ordinary=50.0)
        self._open_page(sale_order, 120.12, 59, "2027-09-10")
        with freeze_time("2027-09-10 12:00:00"):
            with self.assertRaisesRegex(UserError, "may be paying just now"):
                sale_order.action_confirm()
            self.assertFalse(sale_order.continuity_order_ids.payment_ids.transaction_id)
        with freeze_time("2027-09-10 12:01:00"):
            sale_order.action_confirm()
        self.assertEqual(sale_order.state, "sale")
        self.assertEqual(self._get_bank(sale_order.continuity_order_ids), 120.12)

    def test_page_of_nothing_due(self):
        """Paid on one page while a second one is open: nothing is asked any more."""
        sale_order = self._quote_with(self.club)
        self._open_page(sale_order, 70.12, 59, "2027-09-10")
        self._pay_online(sale_order, 70.12, day="2027-09-10", process=False)
        with freeze_time("2027-09-10 12:00:00"):
            sale_order.action_confirm()
        self.assertEqual(sale_order.state, "sale")
        self.assertEqual(self._get_bank(sale_order.continuity_order_ids), 70.12)

    def test_goods_are_asked_for_the_rest(self):
        """20.00 of 50.00 came by a page: the card is asked for 30.00."""
        sale_order = self._quote_with(self.club_a, ordinary=50.0)
        self._pay_online(sale_order, 20.0, day="2027-09-10", process=False)
        with freeze_time("2027-09-10 12:00:00"):
            sale_order.action_confirm()
        self.assertEqual(sale_order.state, "sale")
        self.assertEqual(
            sorted(sale_order.transaction_ids.mapped("amount")), [20.0, 30.0]
        )


@tagged("post_install", "-at_install")
class TestAskLittle(AskCase):
    """What is too little for a card waits for the next payment of its order."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.continuity_smallest_charge = 20.0
        cls.books = cls._create_user("little_books", ACCOUNTANT)

    def _check_balance(self, order):
        self.env["continuity.balance"]._check_orders(order)
        return self.env["continuity.balance"].search(
            [("continuity_order_id", "=", order.id), ("kind", "=", "upfront")]
        )

    def test_waits_for_the_next(self):
        """16.74 is left of the first row: charged with the second one, 40.11."""
        order = self._submit(self.club_by_schedule)
        first, second, third = order.payment_ids.sorted("sequence")
        self._pay_online(order.upfront_invoice_id, 6.63, day="2027-09-10")
        run = self._pay_due("2027-09-10")
        self.assertEqual(run.line_ids.mapped("reason"), ["small_amount"])
        self.assertEqual(first.state, "scheduled")
        run = self._pay_due("2027-10-10")
        self.assertEqual((first | second).mapped("state"), ["paid", "paid"])
        self.assertEqual(first.transaction_id, second.transaction_id)
        self.assertEqual(first.transaction_id.amount, 40.11)
        self.assertEqual(run.line_ids.mapped("reason"), ["paid", "paid"])
        self.assertEqual(run.line_ids.payment_id, first | second)
        self.assertEqual(third.state, "scheduled")

    def test_declined_and_paid_but_for_a_rest(self):
        """The tries are used up, 6.63 of it come by link: 16.74 go with the next."""
        order = self._submit(self.club_by_schedule)
        token = order.payment_token_id
        token.demo_simulated_state = "error"
        first, second, _third = order.payment_ids.sorted("sequence")
        self._pay_due("2027-09-10")
        self.assertEqual(first.state, "declined")
        first.next_attempt_date = False
        order._hold_for_payment("Declined for the last time")
        self._pay_online(order.upfront_invoice_id, 6.63, day="2027-09-11")
        self.assertRecordValues(first, [{"amount": 16.74, "state": "declined"}])
        self.assertEqual(order.state, "running")
        token.demo_simulated_state = "done"
        self._pay_due("2027-10-10")
        self.assertEqual((first | second).mapped("state"), ["paid", "paid"])
        self.assertEqual((first | second).transaction_id.mapped("amount"), [40.11])

    def test_a_worker_goes_on_with_the_order(self):
        """What was charged together is done: the third row is asked in the same run."""
        order = self._submit(self.club_by_schedule)
        rows = order.payment_ids.sorted("sequence")
        self._pay_online(order.upfront_invoice_id, 6.63, day="2027-09-10")
        with freeze_time("2027-11-10 12:00:00"):
            run = self.env["continuity.run"].create(
                {
                    "job": "process_payments",
                    "company_id": self.company.id,
                    "date": "2027-11-10",
                    "origin": "scheduled",
                    "state": "running",
                }
            )
            run = run._in_company()
            chunk = self.env["continuity.charge.chunk"].create(
                {
                    "run_id": run.id,
                    "record_ids": rows.ids,
                    "record_count": 3,
                    "provider_id": self.provider.id,
                }
            )
            job = run.env["continuity.job.process_payments"]
            self.assertTrue(job._charge_chunk(run, chunk))
        self.assertEqual(rows.mapped("state"), ["paid", "paid", "paid"])
        self.assertEqual(
            [tx.amount for tx in rows.transaction_id.sorted("id")], [40.11, 23.38]
        )

    def test_rest_is_written_off(self):
        """Nothing follows the last row: the list offers to give it up."""
        order = self._submit(self.club_by_schedule)
        self._pay_due("2027-09-10")
        self._pay_due("2027-10-10")
        self._pay_online(order.upfront_invoice_id, 13.38, day="2027-11-01")
        run = self._pay_due("2027-11-10")
        last = order.payment_ids.sorted("sequence")[2]
        self.assertEqual(run.line_ids.mapped("reason"), ["small_amount"])
        with freeze_time("2027-11-10 12:00:00"):
            balance = self._check_balance(order)
            self.assertIn("small_rest", balance.reasons)
            self.assertRegex(balance.reason_text, "10.00.* is too little")
            with self.assertRaisesRegex(UserError, "accountant"):
                balance.with_user(self.seller).action_write_off_rest()
            balance.with_user(self.books).action_write_off_rest()
            self.assertEqual(last.cancel_kind, "written_off")
            with self.assertRaisesRegex(UserError, "no rest that is too small"):
                balance.with_user(self.books).action_write_off_rest()
        self.assertFalse(self._pay_due("2027-11-11").line_ids)

    def test_exactly_as_much_is_charged(self):
        self.company.continuity_smallest_charge = 23.37
        order = self._submit(self.club_by_schedule)
        self._pay_due("2027-09-10")
        self.assertEqual(order.payment_ids.sorted("sequence")[0].state, "paid")

    def test_none(self):
        self.company.continuity_smallest_charge = 0.0
        row, child = self._sell_declined()
        self._pay_online(child, 24.99)
        self._pay_due(str(row.next_attempt_date))
        self.assertEqual(row.transaction_id.amount, 0.01)

    def test_another_currency(self):
        """0.50 of the company's are 75 yen at 150."""
        self.company.continuity_smallest_charge = 0.5
        self._set_rate("JPY", 150.0)
        yen = self.env.ref("base.JPY")
        [scope] = self.billing._read_scopes(
            [self._upfront(self._submit(self.club_by_schedule))]
        )
        self.assertEqual(self.billing._get_smallest_charge(scope), 50)
        scope = scope._replace(currency_id=yen.id)
        self.assertEqual(self.billing._get_smallest_charge(scope), 75)

    def test_never_negative(self):
        with (
            self.assertRaisesRegex(ValidationError, "Smallest charge"),
            self.env.cr.savepoint(),
        ):
            self.company.continuity_smallest_charge = -1.0
        with (
            mute_logger("odoo.sql_db"),
            self.assertRaises(CheckViolation),
            self.env.cr.savepoint(),
        ):
            self.env.cr.execute(
                "UPDATE res_company SET continuity_smallest_charge = -1 WHERE id = %s",
                (self.company.id,),
            )


@tagged("post_install", "-at_install")
class TestMayConfirm(AskCase):
    """One condition for the night, and one for one child: they say the same."""

    STATES = (
        "scheduled",
        "billed",
        "processing",
        "pending",
        "authorized",
        "paid",
        "declined",
        "unknown",
        "cancelled",
    )

    def test_both_say_the_same(self):
        order, child = self._sell_child(
            self._create_club(code="CLUBB", payment_schedule_id=self.monthly.id),
            token=self._create_token("pending"),
        )
        first, second, third = order.payment_ids.sorted("sequence")
        self.assertIn(child.state, ("draft", "sent"))
        day = date(2027, 9, 15)
        job = self.env["continuity.job.create_child_orders"]
        # Three of 0.20 are asked together, two are too little for a card
        self.company.continuity_smallest_charge = 0.5
        condition = SQL(
            """SELECT NOT EXISTS (
                   SELECT FROM continuity_payment p
                     JOIN continuity_order o ON o.id = p.continuity_order_id
                    WHERE o.id = %s AND %s
               )""",
            order.id,
            job._get_blocking_sql(self.company, day),
        )
        pick = Random(20270915)
        cases = [(state, "paid", "paid") for state in self.STATES]
        cases += [tuple(pick.choices(self.STATES, k=3)) for _time in range(80)]
        for states in cases:
            for method in ("card", "on_account"):
                dues = [day + timedelta(days=pick.choice((-1, 0, 1))) for _s in states]
                cents = pick.choices((20, 50, 498), weights=(3, 1, 1), k=3)
                # What the plan has asked: more where a part was paid by a link
                bases = [pick.choice((amount, 498)) for amount in cents]
                self.env.execute_query(
                    SQL(
                        "UPDATE continuity_order SET payment_method = %s WHERE id = %s"
                        " RETURNING id",
                        method,
                        order.id,
                    )
                )
                for row, state, due, amount, base in zip(
                    first | second | third, states, dues, cents, bases, strict=True
                ):
                    self.env.execute_query(
                        SQL(
                            "UPDATE continuity_payment SET state = %s, due_date = %s,"
                            " amount = %s, amount_planned = %s WHERE id = %s"
                            " RETURNING id",
                            state,
                            due,
                            amount / 100,
                            base / 100,
                            row.id,
                        )
                    )
                rows = [
                    RowResult(
                        number,
                        number,
                        due,
                        base,
                        amount,
                        state,
                        method="card" if method == "card" else "account",
                    )
                    for number, (state, due, amount, base) in enumerate(
                        zip(states, dues, cents, bases, strict=True), 1
                    )
                ]
                with self.subTest(states, dues=dues, cents=cents, method=method):
                    [[found]] = self.env.execute_query(condition)
                    self.assertEqual(found, may_confirm(rows, day, 50))
        self.env.invalidate_all()

    def test_run_of_an_earlier_day(self):
        """Declined later than the day of the run: nothing is confirmed."""
        order, child = self._sell_child(self.single, token=self._create_token("error"))
        self.assertEqual(order.payment_ids.state, "declined")
        with freeze_time("2027-09-12 12:00:00"):
            self._execute("create_child_orders", date=date(2027, 9, 9))
        self.assertIn(child.state, ("draft", "sent"))
        order.payment_token_id.demo_simulated_state = "done"
        self._pay_due(str(order.payment_ids.next_attempt_date))
        with freeze_time("2027-09-12 12:00:00"):
            self._execute("create_child_orders", date=date(2027, 9, 9))
        self.assertEqual(child.state, "sale")
