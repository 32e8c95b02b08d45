# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""An upgrade finds payments that say something else than their accounts."""

import importlib.util
from pathlib import Path

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.service.model import call_kw
from odoo.tests import Form, tagged
from odoo.tools import SQL

from ...models.balances import continuity_balance_again
from ..cases.balance import BalanceCase
from ..common import ACCOUNTANT, MANAGER, SELLER

LOGGER = "odoo.addons.continuity_program.models.balances.continuity_balance_differ"
SCRIPT = Path(__file__).parents[2] / "migrations" / "19.0.1.1.0" / "end-to-refund.py"


class UpgradeCase(BalanceCase):
    """Four orders of 70.12 in three instalments; the first one is charged.

    One agrees. Of one the second instalment says *paid*, and no money has come. Of one
    the second asks 30.00. Of one the first is still to be paid, though it was charged.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.accountant = cls._create_user("upgrade_accountant", ACCOUNTANT)
        cls.seller = cls._create_user("upgrade_seller", SELLER)

    def setUp(self):
        super().setUp()
        self.good = self._sell(self.instalments)
        self.unpaid = self._sell(self.instalments)
        self.dear = self._sell(self.instalments)
        self.forgotten = self._sell(self.instalments)
        self.orders = self.good | self.unpaid | self.dear | self.forgotten
        self._write_row(self.unpaid, 1, "state = 'paid'")
        self._write_row(self.dear, 1, "amount = 30.00, amount_planned = 30.00")
        self._write_row(self.forgotten, 0, "state = 'scheduled'")
        self.env.cr.execute("DELETE FROM continuity_balance")
        self.env.invalidate_all()

    def _get_row(self, order, place):
        return order.payment_ids.sorted("sequence")[place]

    def _write_row(self, order, place, values):
        """Write what an earlier version would have left."""
        row = self._get_row(order, place)
        self.env.flush_all()
        self.env.cr.execute(
            SQL("UPDATE continuity_payment SET %s WHERE id = %s", SQL(values), row.id)
        )
        self.env.invalidate_all()

    def _upgrade(self):
        spec = importlib.util.spec_from_file_location("to_refund", SCRIPT)
        script = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(script)
        with self.assertLogs(LOGGER, "WARNING") as logged:
            script.migrate(self.env.cr, "19.0.1.0.0")
        self.env.invalidate_all()
        return logged.output

    def _read_rows(self, order):
        rows = order.payment_ids.sorted("sequence")
        return [(row.state, row.amount) for row in rows]

    def _troubles(self, user):
        self.env.flush_all()
        troubles = self.env["continuity.run"].with_user(user).get_troubles()
        return [trouble for trouble in troubles if trouble.get("action")]

    def _settle_all(self, trouble, user=None):
        """Open what the banner leads to, choose all of it, and press the button."""
        action = trouble["action"]
        self.assertEqual(action["res_model"], "continuity.balance")
        balances = self.env["continuity.balance"].with_user(user or self.accountant)
        ids = call_kw(balances, "search", [action["domain"]], {})
        result = call_kw(balances, "action_settle_again", [ids], {"context": {}})
        self.env.invalidate_all()
        return result["params"]


@tagged("post_install", "-at_install")
@freeze_time("2027-09-10 12:00:00")
class TestUpgradeByRow(UpgradeCase):
    """The sums are right, and the rows are not: each row is compared."""

    def _swap(self, order):
        """The second instalment says *paid*, for which no money has come; the first,
        which was charged, says that it is to be paid."""
        self._write_row(order, 0, "state = 'scheduled'")
        self._write_row(order, 1, "state = 'paid'")

    def setUp(self):
        super().setUp()
        self.swapped = self._sell(self.instalments)
        self._swap(self.swapped)
        self.shifted = self._sell(self.instalments)
        # 0.37 from the second instalment to the third, whose plan is as it was
        self._write_row(self.shifted, 1, "amount = 23.00")
        self._write_row(self.shifted, 2, "amount = 23.75")
        self.env.cr.execute("DELETE FROM continuity_balance")
        self.env.invalidate_all()

    def test_listed(self):
        before = {o: self._read_rows(o) for o in self.swapped | self.shifted}
        self.assertIn(
            "asks too much 1, right in total, not payment by payment 2.",
            self._upgrade()[0],
        )
        balances = self._get_balances(self.swapped | self.shifted)
        self.assertEqual(balances.mapped("difference"), ["rows_differ", "rows_differ"])
        self.assertEqual(balances.mapped("since_upgrade"), [True, True])
        first, second = self.swapped.payment_ids.sorted("sequence")[:2]
        amount = self.swapped.currency_id.format(23.37)
        text = f"%s: %s, {amount}; according to the account: %s, {amount}."
        self.assertEqual(
            balances[0].difference_text.splitlines(),
            [
                text % (first.display_name, "Scheduled", "Paid"),
                text % (second.display_name, "Paid", "Scheduled"),
            ],
        )
        # Nothing is asked: the card would pay the first instalment a second time
        run = self._execute("process_payments", date="2027-11-10")
        lines = run.line_ids.filtered(
            lambda line: line.continuity_order_id in self.swapped | self.shifted
        )
        self.assertEqual(
            set(lines.mapped("reason")), {"balance_differs", "earlier_open"}
        )
        self.assertEqual(before, {order: self._read_rows(order) for order in before})
        self.assertEqual(len(balances.filtered("since_upgrade")), 2)

    def test_settled(self):
        """The amounts follow at once; what no money paid, a person opens again."""
        self._upgrade()
        (trouble,) = [
            one
            for one in self._troubles(self.accountant)
            if "Right in total" in one["text"]
        ]
        self.assertIn("1 still differ", self._settle_all(trouble)["message"])
        self.assertEqual(
            self._read_rows(self.shifted),
            [("paid", 23.37), ("scheduled", 23.37), ("scheduled", 23.38)],
        )
        balance = self._get_balances(self.swapped)
        self.assertEqual(balance.difference, "paid_without_money")
        self._get_row(self.swapped, 1).with_user(self.accountant).action_chargeback(
            "It never came"
        )
        self.env.invalidate_all()
        self.assertFalse(balance.differs)
        states = [state for state, _amount in self._read_rows(self.swapped)]
        self.assertEqual(states, ["paid", "declined", "scheduled"])

    def test_quotation(self):
        """What a quotation is paid in follows from Submit: it does not differ."""
        order = self._quote(self.instalments).continuity_order_ids
        self.env["continuity.payment"]._sync_order_rows(
            order, self.company._continuity_today()
        )
        self._write_row(order, 1, "amount = 23.00")
        self._write_row(order, 2, "amount = 23.75")
        self._upgrade()
        self.assertFalse(self._get_balances(order).filtered("differs"))


@tagged("post_install", "-at_install")
@freeze_time("2027-09-10 12:00:00")
class TestUpgrade(UpgradeCase):
    """What differs is listed, asked nothing, and settled again by an accountant."""

    def test_listed_and_asked_nothing(self):
        before = {order: self._read_rows(order) for order in self.orders}
        logged = self._upgrade()
        self.assertEqual(len(logged), 1)
        self.assertIn(
            "differ: paid without money 1, money not noted 1, asks too much 1.",
            logged[0],
        )
        balances = self._get_balances(self.orders)
        self.assertEqual(
            {one.continuity_order_id: one.difference for one in balances},
            {
                self.good: False,
                self.unpaid: "paid_without_money",
                self.dear: "asks_too_much",
                self.forgotten: "money_not_noted",
            },
        )
        self.assertEqual(
            balances.filtered("since_upgrade"), balances.filtered("differs")
        )
        self.assertEqual(before, {o: self._read_rows(o) for o in self.orders})
        self._check_night(before)
        # A fact changes, by whatever door: they are compared, and not written
        self.orders.sale_order_id.user_id = self.seller
        self.env["continuity.billing"]._touch_records(self.orders)
        self.env["continuity.billing"]._settle_touched()
        del before[self.good]
        self.assertEqual(before, {order: self._read_rows(order) for order in before})
        self.assertEqual(len(balances.filtered("since_upgrade")), 3)
        # Nor by the check of the night, nor by being looked at
        self._check()
        self.dear.action_view_account()
        self.assertEqual(len(balances.filtered("since_upgrade")), 3)
        self.assertEqual(before, {order: self._read_rows(order) for order in before})

    def _check_night(self, before):
        """A month later one is charged; the others are not, and say why."""
        run = self._execute("process_payments", date="2027-10-10")
        self.assertEqual(
            self._read_rows(self.good),
            [("paid", 23.37), ("paid", 23.37), ("scheduled", 23.38)],
        )
        for order in self.unpaid | self.dear | self.forgotten:
            self.assertEqual(self._read_rows(order), before[order])
        mine = run.line_ids.filtered(
            lambda line: line.continuity_order_id == self.forgotten
        )
        self.assertEqual(set(mine.mapped("reason")), {"balance_differs"})

    def test_settled_by_kind(self):
        """The banner counts by kind, leads to the list, and goes when it is empty."""
        self.assertFalse(self._troubles(self.accountant))
        self._upgrade()
        manager = self._create_user("upgrade_manager", MANAGER)
        self.assertFalse(self._troubles(self.seller))
        self.assertEqual(len(self._troubles(manager)), 3)
        troubles = self._troubles(self.accountant)
        self.assertEqual(
            [trouble["text"].partition(".")[0] for trouble in troubles],
            [
                "Accounts that differ, Paid without money: 1",
                "Accounts that differ, Money not noted: 1",
                "Accounts that differ, Asks too much: 1",
            ],
        )
        settings = self.env["res.config.settings"].create({})
        with Form(settings) as form:
            self.assertIn("Money not noted: 1", form.continuity_differing_text)
        action = settings.action_continuity_differing()
        self.assertEqual(
            self.env["continuity.balance"].search_count(action["domain"]), 3
        )
        unpaid, forgotten, dear = troubles
        with self.assertRaisesRegex(UserError, "Only an accountant"):
            self._settle_all(dear, manager)
        self.assertEqual(self._settle_all(dear)["type"], "success")
        self.assertEqual(
            self._read_rows(self.dear),
            [("paid", 23.37), ("scheduled", 30.0), ("scheduled", 16.75)],
        )
        self.assertEqual(self._settle_all(forgotten)["type"], "success")
        self.assertEqual(self._read_rows(self.forgotten)[0], ("paid", 23.37))
        # What was never paid does not become unpaid by itself: a person knows
        said = self._settle_all(unpaid)
        self.assertEqual(said["type"], "warning")
        self.assertIn("1 still differ", said["message"])
        balance = self._get_balances(self.unpaid)
        self.assertTrue(balance.differs and not balance.since_upgrade)
        self.assertIn("Chargeback", balance.difference_hint)
        self.assertEqual(len(self._troubles(self.accountant)), 1)
        row = self._get_row(self.unpaid, 1)
        row.with_user(self.accountant).action_chargeback("It never came")
        self.assertFalse(self._troubles(self.accountant))
        self.assertFalse(
            Form(self.env["res.config.settings"]).continuity_differing_text
        )

    def test_in_chunks(self):
        """A whole list goes chunk by chunk; what there is no time for is said."""
        more = self._sell(self.instalments) | self._sell(self.instalments)
        for order in more:
            self._write_row(order, 1, "amount = 30.00, amount_planned = 30.00")
        self.env.cr.execute("DELETE FROM continuity_balance")
        self.env.invalidate_all()
        self._upgrade()
        self.patch(continuity_balance_again, "CHUNK", 1)
        self.patch(continuity_balance_again, "SECONDS", 0)
        trouble = self._troubles(self.accountant)[-1]
        self.assertIn("Asks too much: 3", trouble["text"])
        said = self._settle_all(trouble)
        self.assertEqual(said["type"], "warning")
        self.assertIn("2 are left", said["message"])
        self.patch(continuity_balance_again, "SECONDS", 30)
        self.assertEqual(self._settle_all(trouble)["type"], "success")
        self.assertEqual(len(self._troubles(self.accountant)), 2)

    def test_they_agree_again(self):
        """What a person has put right by another door is followed from then on."""
        self._upgrade()
        self._write_row(self.dear, 1, "amount = 23.37, amount_planned = 23.37")
        self._check()
        balance = self._get_balances(self.dear)
        self.assertFalse(balance.differs or balance.since_upgrade)
        self.assertEqual(len(self._troubles(self.accountant)), 2)

    def test_other_company(self):
        """Each company is told about its own."""
        self._upgrade()
        other = self.env["res.company"].create({"name": "Other company"})
        self.accountant.write(
            {"company_ids": [Command.set(other.ids)], "company_id": other.id}
        )
        self.assertFalse(self._troubles(self.accountant))

    def test_contradiction(self):
        """What cannot be made is listed as well, and changes nothing."""
        compare = type(self.env["continuity.billing"])._answer_each

        def answer(model, scopes):
            answers = compare(model, scopes)
            bad = ("upfront", self.good.id)
            return {s: None if s == bad else answers[s] for s in answers}

        self.patch(type(self.env["continuity.billing"]), "_answer_each", answer)
        self.assertIn("contradicts itself 1,", self._upgrade()[0])
        balance = self._get_balances(self.good)
        self.assertTrue(balance.since_upgrade)
        self.assertEqual(balance.difference, "broken")
        self.assertIn(
            "Contradicts itself: 1", self._troubles(self.accountant)[0]["text"]
        )

    def test_bill_on_account(self):
        """A bill is asking, too."""
        self.customer.continuity_allow_on_account = True
        sale_order = self._create_order(self.instalments)
        order = sale_order.continuity_order_ids
        order.payment_method = "on_account"
        sale_order.action_confirm()
        self._execute("process_payments", sale_order=sale_order)
        self._write_row(order, 1, "amount = 30.00, amount_planned = 30.00")
        self._upgrade()
        day = str(self._get_row(order, 1).due_date)
        run = self._execute("process_payments", date=day, sale_order=sale_order)
        self.assertEqual(set(run.line_ids.mapped("reason")), {"balance_differs"})
        (trouble,) = [
            trouble
            for trouble in self._troubles(self.accountant)
            if "too much" in trouble["text"]
        ]
        self._settle_all(trouble)
        self._execute("process_payments", date=day, sale_order=sale_order)
        self.assertEqual(self._get_row(order, 1).state, "billed")
