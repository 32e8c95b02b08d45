# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from ...billing.laws import LawBroken
from ...models.balances import continuity_balance_check
from ..cases.balance import BalanceCase
from ..common import ACCOUNTANT, SELLER


@tagged("post_install", "-at_install")
@freeze_time("2027-09-10 12:00:00")
class TestCheckBalances(BalanceCase):
    """The accounts follow documents and money; where the ledgers differ, it is told."""

    # === ACCOUNTS === #

    def test_child_order(self):
        """A: charged, and not invoiced yet; then invoiced."""
        order = self._sell(self.club)
        run = self._check()
        self.assertEqual(
            run.message,
            "Continuity orders checked: 1. Finished.",
        )
        self.assertEqual(run.done_count, 1)
        balance = self._get_balances(order)
        self.assertEqual(balance._get_scope(), ("child", order.child_order_ids.id))
        self.assertEqual(
            self._account(balance),
            {"claim": 14.94, "expected": 14.94, "received": 14.94},
        )
        self.assertEqual(
            (balance.partner_id, balance.sale_order_id, balance.company_id),
            (self.customer, order.sale_order_id, self.company),
        )
        order.child_order_ids._create_invoices().action_post()
        self._check()
        self.assertEqual(self._account(balance), {"claim": 14.94, "received": 14.94})

    def test_instalments(self):
        """D: one instalment is paid, two are open."""
        order = self._sell(self.instalments)
        self._check()
        balance = self._get_balances(order)
        self.assertEqual(balance.kind, "upfront")
        self.assertEqual(
            self._account(balance), {"claim": 70.12, "received": 23.37, "open": 46.75}
        )

    def test_pending(self):
        """What is not answered is under way."""
        order = self._sell(self.instalments, self._create_token("pending"))
        self._check()
        self.assertEqual(
            self._account(self._get_balances(order)),
            {"claim": 70.12, "in_flight": 23.37, "open": 46.75},
        )

    def test_note_and_refund(self):
        """C: all of it is credited, then given back by the accountant."""
        order = self._sell(self.upfront)
        self._check()
        balance = self._get_balances(order)
        self.assertEqual(self._account(balance), {"claim": 70.12, "received": 70.12})
        wizard = self.env["continuity.cancel"].create(
            {"order_ids": [Command.set(order.ids)], "reason": "Moves away"}
        )
        wizard.action_apply()
        order.move_ids.filtered(lambda move: move.state == "draft").action_post()
        self._check(sale_order=order.sale_order_id)
        note = order.move_ids.filtered(lambda move: move.move_type == "out_refund")
        self.assertEqual(note.amount_total, 70.12)
        self.assertEqual(
            self._account(balance),
            {"received": 70.12, "credit": 70.12, "to_refund": 70.12},
        )
        self.assertFalse(balance.differs, balance.difference_text)
        order.action_refund()
        self._check(sale_order=order.sale_order_id)
        self.assertEqual(
            self._account(balance),
            {"received": 70.12, "returned": 70.12},
        )
        self.assertFalse(balance.differs, balance.difference_text)

    def test_ordinary_goods(self):
        """The ordinary goods of a parent order have an account of their own."""
        sale_order = self._quote(self.club)
        product = self.env["product.product"].create(
            self._goods_vals("Bookmark", price=20.0)
        )
        sale_order.write({"order_line": [Command.create({"product_id": product.id})]})
        sale_order.action_confirm()
        order = sale_order.continuity_order_ids
        self._check()
        balance = self._get_balances(order)
        self.assertEqual(balance._get_scope(), ("ordinary", sale_order.id))
        self.assertEqual(
            self._account(balance),
            {"claim": 20.0, "expected": 20.0, "received": 20.0},
        )
        self.assertEqual(balance.display_name, f"{sale_order.name}, ordinary goods")

    def test_quotation_without_payments(self):
        """How it is paid was never said: no payment is planned, and none is missing."""
        with freeze_time("2027-09-10 12:00:00"):
            sale_order = self._create_order(self.upfront)
        order = sale_order.continuity_order_ids
        self.assertFalse(order.payment_ids)
        run = self._check()
        self.assertEqual(run.line_ids.mapped("reason"), [])
        self.assertNotIn(True, self._get_balances(order).mapped("differs"))
        self.assertFalse(self._get_activities())

    def test_nothing_claimed(self):
        """A quotation without goods of its own has no account."""
        sale_order = self._quote(self.club)
        self._check()
        self.assertFalse(self._get_balances(sale_order.continuity_order_ids))

    def test_no_differences(self):
        """Every way of billing, from the quotation to the invoice: nothing differs."""
        self.customer.continuity_allow_on_account = True
        schedule = self.env["continuity.payment.schedule"].search([("code", "=", "3M")])
        products = (
            self.club,
            self._create_club("PARTS", payment_schedule_id=schedule.id),
            self.upfront,
            self.instalments,
        )

        def check(step):
            run = self._check()
            self.assertFalse(run.line_ids.mapped("message"), step)

        orders = self.env["sale.order"].union(
            *(self._quote(product) for product in products),
            *(self._create_order(product) for product in products),
        )
        late = orders[len(products) :]
        late.continuity_order_ids.payment_method = "on_account"
        check("quotation")
        orders.action_confirm()
        check("submitted")
        for job in ("process_payments", "create_child_orders"):
            for order in orders:
                self._execute(job, sale_order=order)
            check(job)
        children = orders.continuity_order_ids.child_order_ids
        self.assertEqual(len(children), 8)
        for child in children:
            child._create_invoices().action_post()
        check("invoiced")
        with freeze_time("2027-10-10 12:00:00"):
            self._execute("process_payments")
            check("a month later")

    # === REPETITION, PREVIEW, SELECTION === #

    def _read_all(self, balances):
        self.env.flush_all()
        self.env.invalidate_all()
        return balances.read()

    def test_repetition_changes_nothing(self):
        orders = self._sell(self.club) | self._sell(self.instalments)
        self._check()
        balances = self._get_balances(orders)
        before = self._read_all(balances)
        with freeze_time("2027-09-11 12:00:00"):
            self._check(date="2027-09-11")
        self.assertEqual(self._get_balances(orders), balances)
        self.assertEqual(self._read_all(balances), before)

    def test_preview(self):
        """It says what it finds, and nothing of it stays."""
        order = self._sell(self.instalments)
        self._pretend_paid(order)
        self.env.cr.flush()
        self._get_balances(order).sudo().unlink()
        run = self._check(dry_run=True)
        self.assertEqual(run.line_ids.reason, "balance_differs")
        self.assertIn("Accounts that differ: 1.", run.message)
        self.assertFalse(self._get_balances(order))
        self.assertFalse(self._get_activities())

    def test_what_is_looked_at(self):
        """Nightly what goes on or has changed; on the first of the month all."""
        running, ended = self._sell(self.instalments), self._sell(self.upfront)
        ended.sudo().state = "closed"
        self.env.flush_all()
        tables = {
            "continuity_order": "id",
            "continuity_payment": "continuity_order_id",
            "account_move": "continuity_order_id",
        }

        def touch(moment, *names):
            for name in names or tables:
                self.env.cr.execute(
                    f"UPDATE {name} SET write_date = %s WHERE {tables[name]} = %s",
                    [moment, ended.id],
                )

        def count(day):
            return self._check(date=day).done_count

        touch("2027-09-10 12:00:00")
        self.assertEqual(count("2027-09-10"), 2)
        touch("2027-08-01 12:00:00")
        self.assertEqual(count("2027-09-10"), 1)
        for name in tables:
            touch("2027-08-06 12:00:00", name)
            self.assertEqual(count("2027-09-10"), 2, name)
            self.assertEqual(count("2027-09-11"), 1, name)
            touch("2027-08-01 12:00:00", name)
        self.assertGreaterEqual(count("2027-10-01"), 2)
        self.assertEqual(
            self._check(sale_order=ended.sale_order_id).done_count, 1, "asked for"
        )
        self.assertEqual(self._get_balances(running).amount_open, 46.75)

    def test_in_chunks(self):
        """Each order once, whatever the size of the chunks and the limit."""
        orders = self.env["continuity.order"].union(
            *(self._sell(self.instalments) for _number in range(5))
        )
        self._pretend_paid(orders[0])
        job = type(self.env["continuity.job.check_balances"])
        self.patch(job, "_look_size", 2)
        run = self._check()
        self.assertEqual(run.done_count, 5)
        self.assertEqual(len(self._get_balances(orders)), 5)
        self.assertEqual(len(run.line_ids), 1)
        limited = self._check(limit=3)
        self.assertEqual((limited.done_count, limited.remaining_count), (3, 2))

    def test_many_claims_at_once(self):
        """The claims of one chunk of orders are read in parts, too."""
        orders = self._sell(self.instalments) | self._sell(self.club)
        self.patch(continuity_balance_check, "CHUNK", 1)
        self._check()
        self.assertEqual(
            sorted(self._get_balances(orders).mapped("amount_claim")), [14.94, 70.12]
        )

    def test_queries(self):
        """So many for a chunk, however many orders are in it."""
        counts = []
        self._sell(self.instalments)
        for more in (1, 4):
            for _number in range(more):
                self._sell(self.instalments)
            self._check()
            with self._counting_queries(counts):
                self._check()
        few, many = counts
        self.assertLessEqual(many - few, 2, counts)
        self.assertLessEqual(many, 90, counts)

    def test_other_company(self):
        """A run is for one company, and for the people of that company."""
        order = self._sell(self.instalments)
        other = self.env["res.company"].create({"name": "Other company"})
        run = self._execute("check_balances", company=other)
        self.assertEqual(run.done_count, 0)
        self._check()
        balance = self._get_balances(order)
        user = self._create_user("balance_other", f"{SELLER},{ACCOUNTANT}")
        user.write({"company_ids": [Command.set(other.ids)], "company_id": other.id})
        self.assertNotIn(
            balance, self.env["continuity.balance"].with_user(user).search([])
        )
        with self.assertRaises(AccessError):
            self.env["continuity.run"].with_user(user).execute(
                "check_balances", company=self.company.id
            )

    def test_who_may_start_it(self):
        accountant = self._create_user("balance_accountant", ACCOUNTANT)
        seller = self._create_user("balance_seller", SELLER)
        runs = self.env["continuity.run"]
        runs.with_user(accountant).execute("check_balances")
        with self.assertRaises(AccessError):
            runs.with_user(seller).execute("check_balances")

    # === DIFFERENCES === #

    def _pretend_paid(self, order):
        """A row that says *paid*, and no money behind it."""
        row = order.payment_ids.filtered(lambda row: row.state == "scheduled")[0]
        row.sudo().state = "paid"
        return row

    def test_paid_without_evidence(self):
        order = self._sell(self.instalments)
        row = self._pretend_paid(order)
        run = self._check()
        balance = self._get_balances(order)
        self.assertTrue(balance.differs)
        self.assertEqual(
            balance.differences, {"open": [23.38, 46.75], "paid": [46.74, 23.37]}
        )
        self.assertEqual(
            balance.difference_text,
            "Open: 23.38\N{NO-BREAK SPACE}€ according to the payments,"
            " 46.75\N{NO-BREAK SPACE}€ according to the account.\n"
            "Paid: 46.74\N{NO-BREAK SPACE}€ according to the payments,"
            " 23.37\N{NO-BREAK SPACE}€ according to the money received.",
        )
        self.assertEqual(run.line_ids.continuity_order_id, order)
        self.assertEqual(run.line_ids.outcome, "done")
        self.assertIn(f"{order.name}, billed up front: Open", run.line_ids.message)
        self.assertEqual(
            run.message,
            "Continuity orders checked: 1. Accounts that differ: 1. Finished.",
        )
        # Nothing else has changed
        self.assertEqual((row.state, row.amount), ("paid", 23.37))
        self.assertFalse(order.hold_payment or order.activity_ids)

    def test_one_activity(self):
        """However many accounts differ, an accountant is told once, until none does."""
        orders = self._sell(self.instalments) | self._sell(self.instalments)
        rows = self.env["continuity.payment"].union(
            *(self._pretend_paid(order) for order in orders)
        )
        self._check()
        activity = self._get_activities()
        self.assertEqual(len(activity), 1)
        self.assertIn("Accounts that differ: 2.", activity.note)
        self.assertIn("/odoo/continuity-balances", activity.note)
        self.assertTrue(activity.user_id.has_group(ACCOUNTANT))
        rows[0].sudo().state = "scheduled"
        self._check()
        self.assertEqual(self._get_activities(), activity)
        self.assertIn("Accounts that differ: 1.", activity.note)
        # A run that is narrowed to another order says nothing of this one
        self._check(sale_order=orders[0].sale_order_id)
        self.assertEqual(self._get_activities(), activity)
        rows.sudo().state = "scheduled"
        self._check()
        self.assertFalse(self._get_activities())
        self.assertFalse(self._get_balances(orders).filtered("differs"))

    @mute_logger("odoo.addons.continuity_program.jobs.continuity_job_failure")
    def test_one_that_cannot_be_settled(self):
        """It stands in the run; the others are checked, and nothing is stopped."""
        good, bad = self._sell(self.instalments), self._sell(self.instalments)
        balances = type(self.env["continuity.balance"])
        check = balances._check_scopes

        def check_scopes(model, scopes, stored):
            if ("upfront", bad.id) in scopes:
                raise LawBroken("the account does not add up")
            return check(model, scopes, stored)

        self.patch(balances, "_check_scopes", check_scopes)
        run = self._check()
        self.assertEqual((run.done_count, run.failed_count), (1, 1))
        failed = run.line_ids.filtered(lambda line: line.outcome == "failed")
        self.assertEqual(failed.continuity_order_id, bad)
        self.assertEqual(failed.message, "the account does not add up")
        self.assertTrue(self._get_balances(good))
        self.assertFalse(bad.failure_message or bad.activity_ids)

    # === WHAT IS GONE === #

    def test_claim_that_is_gone(self):
        """An order that is billed up front no more has no such account."""
        order = self._sell(self.instalments)
        self._check()
        balance = self._get_balances(order)
        scopes = type(self.env["continuity.billing"])._get_scopes
        self.patch(
            type(self.env["continuity.billing"]),
            "_get_scopes",
            lambda model, orders: [
                scope for scope in scopes(model, orders) if scope[0] != "upfront"
            ],
        )
        self._check()
        self.assertFalse(balance.exists())

    def test_nobody_writes_accounts(self):
        order = self._sell(self.instalments)
        self._check()
        balance = self._get_balances(order)
        user = self._create_user(
            "balance_everything",
            "sales_team.group_sale_manager,base.group_system,"
            "account.group_account_manager",
        )
        for call in (
            lambda record: record.write({"amount_open": 1.0}),
            lambda record: record.copy(),
            lambda record: record.unlink(),
            lambda record: record.create({"kind": "upfront"}),
        ):
            with self.assertRaises(UserError):
                call(balance.with_user(user))

    def test_by_night(self):
        """It is the last one of the night."""
        order = self._sell(self.instalments)
        cron = self.env.ref("continuity_program.ir_cron_check_balances")
        self.assertEqual(cron.nextcall.date(), date(2999, 12, 31))
        self.env["continuity.run"]._start_round("check_balances")
        run = self.env["continuity.run"].search(
            [("job", "=", "check_balances"), ("company_id", "=", self.company.id)]
        )
        run.sudo()._in_company()._work()
        self.assertEqual(run.state, "done")
        self.assertEqual(len(self._get_balances(order)), 1)
