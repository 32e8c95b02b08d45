# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import re
from unittest.mock import patch

from odoo.fields import Command
from odoo.tests import freeze_time, tagged
from odoo.tools import SQL

from ...models.runs.continuity_run_progress import WORKER_LOCK
from ..cases.billing import BillingCase

#: Numbers are given in another order, moments and secrets differ anyway
UNLIKE = {
    "access_token",
    "create_date",
    "made_sequence_gap",
    "matching_number",
    "name",
    "payment_reference",
    "sequence_number",
    "write_date",
}


class Undone(Exception):
    """Everything is tried a second time, from where it began."""


class BookingCase(BillingCase):
    """Orders that pay two instalments by card: on 10 September and 10 October 2027."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.schedule = cls.env["continuity.payment.schedule"].create(
            {"name": "Halves", "code": "2M", "unit": "months", "number_of_payments": 2}
        )

    @classmethod
    def _sell(cls, currency="EUR", count=2, **values):
        cls._set_currency(currency)
        return cls._sell_more(cls._create_halves(), count, **values)

    @classmethod
    def _create_halves(cls):
        return cls._create_club(
            "HALVES",
            bill_upfront=True,
            payment_schedule_id=cls.schedule.id,
        )

    @classmethod
    def _sell_more(cls, product, count, **values):
        orders = cls.env["continuity.order"]
        for _number in range(count):
            quotation = cls._quote(product, **values)
            quotation.action_confirm()
            orders |= quotation.continuity_order_ids
        return orders

    def _charge(self, rows):
        """Ask for everything that is due, and book nothing."""
        asked = rows._charge(post_process=False, by_hand=True)
        self.env.flush_all()
        return asked

    # === BOTH WAYS === #

    def _check_same(self, rows, together):
        """Book answers together and one by one: the books are the same.

        :param continuity.payment rows: were answered
        :param list[int] together: sizes of what is created at once
        """
        books, sizes = self._book(rows, is_known=True)
        self.assertEqual(sizes, together)
        others, sizes = self._book(rows, is_known=False)
        self.assertEqual(sizes, [1] * sum(together))
        self.assertEqual(books.keys(), others.keys())
        for key in books:
            self.assertEqual(books[key], others[key], key)

    def _book(self, rows, is_known):
        """Book answers, read the books, and undo it.

        :param bool is_known: whether all addons do for several what they do for one
        :return: the books, and how many payments were created at once
        """
        sizes = []
        create = self.registry["account.payment"].create

        def count(payments, vals_list):
            sizes.append(len(vals_list) if isinstance(vals_list, list) else 1)
            return create(payments, vals_list)

        with (
            self.assertRaises(Undone),
            self.env.cr.savepoint(),
            patch.object(self.registry["account.payment"], "create", count),
            patch.object(
                self.registry["payment.transaction"],
                "_continuity_is_known",
                lambda _tx, _name: is_known,
            ),
        ):
            rows._post_process()
            self.env.flush_all()
            books = self._read_books(rows)
            raise Undone
        return books, sizes

    def _read_books(self, rows):
        transactions = rows.sudo().transaction_id.sorted("id")
        payments = transactions.payment_id
        moves = payments.move_id
        lines = moves.line_ids | transactions.invoice_ids.line_ids
        partials = lines.matched_debit_ids | lines.matched_credit_ids
        moves |= partials.exchange_move_id
        fulls = lines.full_reconcile_id
        self.labels = {}
        for records in (payments, moves, moves.line_ids, partials, fulls):
            for number, record in enumerate(self._sort(records)):
                self.labels[record] = f"{record._name} {number}"
        books = {"numbers": sorted(moves.mapped("name"))}
        for records in (
            *(transactions, payments, moves, lines, partials, fulls),
            transactions.invoice_ids,
            rows,
            rows.continuity_order_id.balance_ids,
        ):
            for record in records:
                label = self.labels.get(record, str(record))
                books[label] = self._read(record)
        for record in (
            *(transactions.invoice_ids | moves),
            *payments,
            *rows.continuity_order_id,
            *rows.child_order_id,
        ):
            label = self.labels.get(record, str(record))
            books[label, "messages"] = sorted(
                (re.sub(r"\d+|P\w+/[\d/]+", "#", body), subtype.id, author.id)
                for body, subtype, author in record.message_ids.mapped(
                    lambda message: (
                        str(message.body or ""),
                        message.subtype_id,
                        message.author_id,
                    )
                )
            )
        return books

    def _sort(self, records):
        """Sort by the charge they belong to, whatever number they have."""
        payment_of = {
            "account.payment": lambda r: r.memo,
            "account.move": lambda r: (r.ref or "", r.amount_total_signed),
            "account.move.line": lambda r: (
                *(r.move_id.ref or "", r.account_id.id),
                *(r.balance, r.amount_currency, r.name or ""),
            ),
            "account.partial.reconcile": lambda r: (
                *(r.debit_move_id.id, r.credit_move_id.move_id.ref or ""),
                r.amount,
            ),
            "account.full.reconcile": lambda r: min(r.reconciled_line_ids.ids),
        }
        return records.sorted(payment_of[records._name])

    def _read(self, record):
        names = [
            name
            for name, field in record._fields.items()
            if field.store and name not in UNLIKE and name != "id"
        ]
        (values,) = record.read(names, load=None)
        return {name: self._label(record, name, values[name]) for name in names}

    def _label(self, record, name, value):
        field = record._fields[name]
        if field.type == "many2one":
            linked = record[name]
            return self.labels.get(linked, value)
        if field.type in ("one2many", "many2many"):
            if field.comodel_name.startswith("mail."):
                return None
            return sorted(
                self.labels.get(linked, str(linked)) for linked in record[name]
            )
        if isinstance(value, str):
            return re.sub(r"P\w+/[\d/]+", "#", value)
        return value


@tagged("post_install", "-at_install")
class TestBookTogether(BookingCase):
    """What many charges bring to the books is made at once, and is the same."""

    @freeze_time("2027-09-10 12:00:00")
    def test_with_tax_and_its_instalment(self):
        """Each pays its own day of its own invoice."""
        rows = self._charge(self._sell(count=3).payment_ids)
        self.assertEqual(rows.mapped("state"), ["paid"] * 3)
        self._check_same(rows, [3])
        rows._post_process()
        for row in rows:
            first, second = row.invoice_id.line_ids.filtered(
                lambda line: line.display_type == "payment_term"
            ).sorted("date_maturity")
            self.assertTrue(first.reconciled)
            self.assertEqual(second.amount_residual, second.balance)
            payment = row.transaction_id.payment_id
            self.assertRecordValues(
                payment, [{"amount": row.amount, "is_reconciled": True}]
            )
        # Repeating it changes nothing
        before = self.env["account.payment"].search_count([])
        rows._post_process()
        self.assertEqual(self.env["account.payment"].search_count([]), before)

    def test_two_of_one_order(self):
        """What is about the same invoice is booked one after the other."""
        with freeze_time("2027-09-10 12:00:00"):
            orders = self._sell(count=2)
        with freeze_time("2027-10-10 12:00:00"):
            rows = self._charge(orders.payment_ids)
            self.assertEqual(len(rows), 4)
            self._check_same(rows, [2, 2])

    def test_in_another_currency(self):
        """Its rate has changed since the invoice: a difference is booked, too."""
        with freeze_time("2027-09-10 12:00:00"):
            self._set_currency("EUR")
            pricelist = self._create_foreign_pricelist(self.env.ref("base.USD"))
            halves = self._create_halves()
            orders = self._sell_more(halves, 2, pricelist_id=pricelist.id)
            self.assertEqual(orders.currency_id, self.env.ref("base.USD"))
        with freeze_time("2027-10-10 12:00:00"):
            rows = self._charge(orders.payment_ids.filtered(lambda r: r.sequence == 1))
            self._check_same(rows, [2])
            rows._post_process()
            partials = rows.transaction_id.payment_id.move_id.line_ids.matched_debit_ids
            self.assertEqual(len(partials.exchange_move_id), 2)

    @freeze_time("2027-09-10 12:00:00")
    def test_with_three_decimals(self):
        rows = self._charge(self._sell("KWD").payment_ids)
        self._check_same(rows, [2])

    @freeze_time("2027-09-10 12:00:00")
    def test_of_child_orders(self):
        """No invoice yet: the money waits for it."""
        self._set_currency("EUR")
        orders = self._sell_more(self._create_club("ALONE"), 2)
        self._execute("create_child_orders")
        rows = orders.payment_ids.filtered("transaction_id")
        rows.transaction_id.payment_id.action_draft()
        rows.transaction_id.payment_id.unlink()
        rows.transaction_id.is_post_processed = False
        self.assertEqual(len(rows), 2)
        self._check_same(rows, [2])

    # === WHAT IS LEFT TO ODOO === #

    @freeze_time("2027-09-10 12:00:00")
    def test_discount_for_paying_early(self):
        """It has lines of its own."""
        rows = self._charge(self._sell(count=3).payment_ids)
        term = self.env["account.payment.term"].create(
            {"name": "2 % in 10 days", "early_discount": True}
        )
        self.env.cr.execute(
            "UPDATE account_move SET invoice_payment_term_id = %s WHERE id = %s",
            [term.id, rows[0].invoice_id.id],
        )
        self.env.invalidate_all()
        plain = rows.transaction_id.filtered(lambda tx: tx._continuity_is_plain())
        self.assertEqual(plain, rows[1:].transaction_id)
        self._check_same(rows, [2, 1])

    @freeze_time("2027-09-10 12:00:00")
    def test_an_addon_we_do_not_know(self):
        """What it adds to Odoo's payment is respected: one by one."""
        rows = self._charge(self._sell(count=2).payment_ids)
        transactions = self.registry["payment.transaction"]
        for name in ("_create_payment", "_post_process"):
            self.assertTrue(rows.transaction_id._continuity_is_known(name))
        create, seen = transactions._create_payment, []

        def create_payment(tx, **values):
            seen.append(tx)
            return create(tx, memo=f"Ours: {tx.reference}", **values)

        self.patch(transactions, "_create_payment", create_payment)
        self.assertFalse(rows.transaction_id._continuity_is_known("_create_payment"))
        rows._post_process()
        self.assertEqual(seen, list(rows.transaction_id))
        for tx in rows.transaction_id:
            self.assertEqual(tx.payment_id.memo, f"Ours: {tx.reference}")


@tagged("post_install", "-at_install")
@freeze_time("2027-09-10 12:00:00")
class TestBookTwoCompanies(BookingCase):
    """Each in its own books, with its own provider."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.goods.taxes_id = False
        cls.vat = cls.env["account.tax"]
        cls.first = cls.company
        with freeze_time("2027-09-10 12:00:00"):
            cls.orders = cls._sell()
            cls._move_to(cls.env["res.company"].create({"name": "Other company"}))
            cls.orders |= cls._sell()

    @classmethod
    def _move_to(cls, company):
        """Sell in another company from now on."""
        cls.env.user.company_ids = [Command.link(company.id)]
        cls.env = cls.env(context={"allowed_company_ids": [company.id, cls.first.id]})
        cls.company = company.with_env(cls.env)
        cls._setup_accounting()
        cls.schedule = cls.schedule.with_env(cls.env).copy({"company_id": company.id})
        cls.provider = cls.provider.copy(
            {
                "company_id": company.id,
                "state": "test",
                "journal_id": cls.env["account.journal"]
                .search([("type", "=", "bank"), ("company_id", "=", company.id)])
                .id,
            }
        )
        cls.provider.journal_id.inbound_payment_method_line_ids.filtered(
            lambda line: line.payment_provider_id == cls.provider
        ).payment_account_id = cls.outstanding_account

    def test_in_two_companies(self):
        orders = self.orders.with_env(self.env)
        rows = self._charge(orders.payment_ids)
        companies = self.first | self.company
        self.assertEqual(len(rows), 4)
        self.assertEqual(rows.company_id, companies)
        self._check_same(rows, [2, 2])
        rows._post_process()
        self.assertEqual(rows.transaction_id.payment_id.move_id.company_id, companies)


@tagged("post_install", "-at_install")
@freeze_time("2027-09-10 12:00:00")
class TestBookTogetherInARun(BookingCase):
    """The run charges one after the other and books what was answered at once."""

    def setUp(self):
        super().setUp()
        self.orders = self._sell(count=4)

    @property
    def rows(self):
        return self.orders.payment_ids.filtered(lambda row: row.sequence == 1)

    def _poison(self, order):
        """Archive the account the invoice of an order is to be paid on."""
        lines = order.upfront_invoice_id.line_ids.filtered(
            lambda line: line.display_type == "payment_term"
        )
        account = self._create_account("Poisoned", "CPOI01", "asset_receivable")
        self.env.flush_all()
        self.env.execute_query(
            SQL(
                "UPDATE account_move_line SET account_id = %s WHERE id IN %s"
                " RETURNING id",
                account.id,
                tuple(lines.ids),
            )
        )
        self.env.invalidate_all()
        account.active = False
        return account

    def test_one_that_cannot_be_booked(self):
        """It stops no other, is named, and is booked when it can be."""
        account = self._poison(self.orders[1])
        run = self._execute("process_payments")
        self.assertEqual(self.rows.mapped("state"), ["paid"] * 4)
        transactions = self.rows.transaction_id
        good = transactions - self.rows[1].transaction_id
        self.assertEqual(len(good.payment_id), 3)
        self.assertTrue(all(good.mapped("is_post_processed")))
        bad = self.rows[1].transaction_id
        self.assertRecordValues(
            bad, [{"payment_id": False, "is_post_processed": False}]
        )
        self.assertRecordValues(run, [{"done_count": 4, "failed_count": 1}])
        line = run.line_ids.filtered(lambda line: line.outcome == "failed")
        self.assertEqual(line.payment_id, self.rows[1])
        self.assertTrue(line.message)
        # Its account knows that it was paid
        self.assertEqual(
            self.orders.balance_ids.mapped("amount_received"),
            self.rows.mapped("amount"),
        )
        # It can be booked again: nothing is asked, and it is told
        account.active = True
        run = self._execute("process_payments")
        self.assertEqual(run.line_ids.mapped("reason"), ["booked"])
        self.assertEqual(bad.payment_id.amount, self.rows[1].amount)
        self.assertEqual(self.rows[1].transaction_ids, bad)

    def test_accounts_are_made_once(self):
        """With the entries, for all of them; a decline makes its own at once."""
        self.orders[0].payment_token_id.demo_simulated_state = "error"
        billing = self.registry["continuity.billing"]
        settle, sizes = billing._settle, []

        def count(model, scopes, **values):
            sizes.append(len(scopes))
            return settle(model, scopes, **values)

        self.patch(billing, "_settle", count)
        self._execute("process_payments")
        self.assertEqual(self.rows.mapped("state"), ["declined", *["paid"] * 3])
        self.assertEqual(sizes, [1, 3])
        self.assertEqual(
            self.orders.balance_ids.mapped("amount_received"),
            [0.0, *self.rows[1:].mapped("amount")],
        )

    def test_the_time_is_up(self):
        """What was answered is booked all the same, before the call ends."""
        runs = self.registry["continuity.run"]

        self.patch(
            runs,
            "_checkpoint",
            lambda _run, processed=0, **_values: 0 if processed else float("inf"),
        )
        self._execute("process_payments")
        answered = self.rows.filtered("transaction_id")
        self.assertEqual(answered, self.rows[:1])
        self.assertTrue(answered.transaction_id.payment_id)

    def test_whose_answer_it_is(self):
        """What a run that lives has charged is left to it; who is dead leaves it."""
        rows = self._charge(self.rows)
        run = self.env["continuity.run"].create(
            {
                "job": "process_payments",
                "company_id": self.company.id,
                "date": "2027-09-10",
                "state": "running",
            }
        )
        run._log("done", [row._prepare_run_line(reason="paid") for row in rows])
        keys = SQL("%s, %s", WORKER_LOCK, run.id)
        self.env.execute_query(SQL("SELECT pg_advisory_lock(%s)", keys))
        self.addCleanup(
            lambda: self.env.cr.execute(
                "SELECT pg_advisory_unlock(%s, %s)", [WORKER_LOCK, run.id]
            )
        )
        self.assertEqual(self._execute("resolve_payments").done_count, 0)
        self.env.execute_query(SQL("SELECT pg_advisory_unlock(%s)", keys))
        found = self._execute("resolve_payments")
        self.assertEqual(found.line_ids.mapped("reason"), ["booked"] * 4)
        self.assertEqual(len(rows.transaction_id.payment_id), 4)
