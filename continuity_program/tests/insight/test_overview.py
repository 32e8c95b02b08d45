# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json
from datetime import date, timedelta

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import freeze_time, new_test_user, tagged

from ...models.overview.continuity_overview import PROCESS_REASONS
from ..common import ACCOUNTANT, MANAGER, SELLER_ALL
from .insight_world import DAY, InsightCase

#: Who is kept back, by what, with what at stake
EXCEPTIONS = (
    ("A10", "card_expired", "blocks", 20.0, date(2027, 8, 15)),
    ("K05", "declined", "blocks", 12.0, date(2027, 8, 30)),
    ("T05", "address", "blocks", 14.99, date(2027, 8, 31)),
    ("K07", "paused", "blocks", 12.0, DAY),
    ("T06", "overdue", "money", 19.98, date(2027, 8, 10)),
)
#: What each figure is of the list that it opens: a field that is summed up, or a count
MEASURES = {
    "members": {"member_count": None},
    "joined": {"joined_count": None},
    "left": {"left_count": None},
    "due": {"due_count": None},
    "late": {"late_count": None},
    "blocked": {"blocked_count": None, "blocked_amount": "amount"},
    "exceptions": {"exception_count": None},
}


class OverviewCase(InsightCase):
    """26 members, and what keeps some of them back, on the day of the figures."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.overview = cls.env["continuity.overview"]
        cls.manager = new_test_user(cls.env, "overview_manager", groups=MANAGER)
        cls.accountant = new_test_user(cls.env, "overview_books", groups=ACCOUNTANT)
        cls.seller = new_test_user(cls.env, "overview_seller", groups=SELLER_ALL)
        cls.env["continuity.exception"].search([]).unlink()
        cls.env["continuity.exception"].create(
            [cls._exception_vals(*row) for row in EXCEPTIONS]
        )

    @classmethod
    def _exception_vals(cls, name, reason, severity, amount, since):
        order = cls.members[name]
        return {
            "key": f"test/{name}/{reason}",
            "company_id": cls.company.id,
            "continuity_order_id": order.id,
            "program_id": order.program_id.id,
            "currency_id": order.currency_id.id,
            "amount": amount,
            "reason": reason,
            "severity": severity,
            "first_seen": since,
            "last_seen": DAY,
        }


@tagged("post_install", "-at_install")
class TestOverview(OverviewCase):
    """*Overview*: each figure is the sum of the list it opens."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with freeze_time(f"{DAY} 12:00:00"):
            cls.env["continuity.retention"]._refresh_company(cls.company)
            cls.env["continuity.forecast"]._refresh_company(cls.company)
        # The nights of this world were never worked off: that is none of its figures
        cls.env["continuity.exception"].search(
            [("company_id", "=", cls.company.id), ("reason", "in", PROCESS_REASONS)]
        ).unlink()
        cls.rows = cls._refresh()

    @classmethod
    def _refresh(cls, day=DAY):
        with freeze_time(f"{day} 12:00:00"):
            cls.overview._refresh_company(cls.company)
        return cls.overview.search([("company_id", "=", cls.company.id)])

    def _get(self, program=None):
        return self.rows.filtered(
            lambda row: row.program_id == (program or self.env["continuity.program"])
        )

    def _find(self, row, key):
        """What a figure opens, for the manager."""
        action = row.with_user(self.manager).action_open(key)
        model = self.env[action["res_model"]].with_user(self.manager)
        return model.search(action["domain"])

    # === FIGURES === #

    def test_figures(self):
        """Counted by hand."""
        self.assertRecordValues(
            self._get(),
            [
                {
                    "member_count": 12,
                    # T06 has joined on 9 August
                    "member_change": 1,
                    "joined_count": 1,
                    "left_count": 0,
                    "finished_count": 0,
                    "churn_rate": 0.0,
                    # A12 on 2 September, T05 on the 5th
                    "due_count": 2,
                    # K07 is on pause since 20 August
                    "late_count": 1,
                    "blocked_count": 4,
                    "blocked_amount": 58.99,
                    "exception_count": 5,
                    "process_count": 0,
                    "date": DAY,
                }
            ],
        )
        programs = [self._get(one) for one in (self.book, self.coffee, self.tea)]
        for name, figures in {
            "member_count": [5, 5, 2],
            "due_count": [1, 0, 1],
            "late_count": [0, 1, 0],
            "blocked_count": [1, 2, 1],
            "exception_count": [1, 2, 2],
            "stick_rate": [0.7, 0.571429, 0.75],
            "stick_due_count": [10, 7, 4],
            "acquisition_cost": [25.0, 15.0, 20.0],
            "break_even_turn": [3, 4, 3],
        }.items():
            self.assertEqual([round(row[name], 6) for row in programs], figures, name)
        self.assertEqual(round(programs[0].expected_value, 2), 39.36)
        # The company first, then who has most members
        self.assertFalse(self.rows[0].program_id)
        self._create_program("CP-NOBODY")
        self.rows = self._refresh()
        counts = self.rows.mapped("member_count")[1:]
        self.assertEqual(counts, sorted(counts, reverse=True))
        self.assertEqual(counts[-1], 0)

    def test_lists(self):
        """Each figure equals the list it opens, for the company and each program."""
        with freeze_time(f"{DAY} 13:00:00"):
            for row in self.rows:
                for key, names in MEASURES.items():
                    found = self._find(row, key)
                    for name, field in names.items():
                        with self.subTest(row.display_name, figure=name):
                            count = sum(found.mapped(field)) if field else len(found)
                            self.assertAlmostEqual(row[name], count, 6)
                self._check_money(row)
                self._check_worth(row)

    def _check_money(self, row):
        cash = self._find(row, "cash")
        monday = DAY - timedelta(days=DAY.weekday())
        weeks = {False: 0.0, True: 0.0}
        for line in cash:
            weeks[line.week == monday] += line.expected
        self.assertAlmostEqual(row.cash_week, weeks[True], 2)
        self.assertAlmostEqual(row.cash_next_week, weeks[False], 2)
        self.assertTrue(cash or row.program_id)
        if not row.program_id:
            accounts = self._find(row, "deferred")
            self.assertTrue(accounts)
            self.assertAlmostEqual(
                row.deferred_amount, sum(accounts.mapped("amount_closing")), 2
            )

    def _check_worth(self, row):
        if not row.program_id:
            return
        stick = self._find(row, "stick")
        due = sum(stick.mapped("due_count"))
        self.assertEqual(row.stick_due_count, due)
        if due:
            shipped = sum(stick.mapped("shipped_count"))
            self.assertAlmostEqual(row.stick_rate, shipped / due, 6)
        value = self._find(row, "value")
        self.assertAlmostEqual(row.expected_value, value[-1:].expected_value, 6)
        weeks = {}
        for line in self._find(row, "demand"):
            week = str(line.week)
            weeks[week] = weeks.get(week, 0.0) + line.expected
        self.assertEqual({week for week, _units in row.demand or ()}, set(weeks))
        for week, units in row.demand or ():
            self.assertAlmostEqual(units, weeks[week], 6)
        (graph,) = json.loads(row.graph)
        # A week in which nothing is needed has its place
        self.assertEqual(len(graph["values"]), 8 if weeks else 0)
        self.assertEqual(
            [bar["value"] for bar in graph["values"] if bar["value"]],
            [round(weeks[week], 1) for week in sorted(weeks) if weeks[week] >= 0.05],
        )

    def test_months(self):
        """The members are those of *Members by month*; May adds up day by day."""
        months = self.env["continuity.churn.month"]
        with freeze_time(f"{DAY} 12:00:00"):
            (row,) = months.formatted_read_group(
                [("company_id", "=", self.company.id), ("month", "=", DAY)],
                [],
                ["closing_count:sum"],
            )
        self.assertEqual(row["closing_count:sum"], self._get().member_count)
        moves = months._count_moves(self.company, date(2027, 4, 30), date(2027, 5, 31))
        self.assertEqual(
            [sum(one[place] for one in moves) for place in range(1, 7)],
            # Members, before, joined, left, changed the program, finished
            [12, 13, 3, 3, 0, 1],
        )

    def test_members(self):
        """A member stays one until the end, or the day of the last shipment."""
        orders = self.env["continuity.order"].union(*self.members.values())
        with freeze_time(f"{DAY} 12:00:00"):
            members = orders.filtered("is_member")
            others = orders.search(
                [("id", "in", orders.ids), ("is_member", "=", False)]
            )
        self.assertEqual(len(members), 12)
        self.assertEqual(others, orders - members)
        # K05 waits for his payment, K07 is on pause; A01 has got all, A02 has left
        for name, is_member in (("K05", 1), ("K07", 1), ("A01", 0), ("A02", 0)):
            self.assertEqual(self.members[name] in members, is_member, name)

    def test_unknown(self):
        """What is no figure opens nothing."""
        with self.assertRaisesRegex(UserError, "nothing here"):
            self._get().with_user(self.manager).action_open("_refresh_company")

    # === AGAIN, LATER, ELSEWHERE === #

    def test_twice(self):
        """Twice is once; the next day says that it is of the day before."""
        names = [
            name
            for name, field in self.overview._fields.items()
            if field.store and name not in ("id", "create_date", "write_date")
        ]
        before = self.rows.read(names)
        for row in before:
            del row["id"]
        again = self._refresh()
        self.assertFalse(self.rows.exists())
        after = again.read(names)
        for row in after:
            del row["id"]
        self.assertEqual(before, after)
        with freeze_time(f"{DAY} 23:00:00"):
            self.assertFalse(again[0].is_outdated)
        self.env.invalidate_all()
        with freeze_time("2027-09-02 01:00:00"):
            self.assertTrue(again[0].is_outdated)

    def test_process(self):
        """A process that has not finished is told at once, by the company's row."""
        self.env["continuity.exception"].create(
            {
                "key": "test/process",
                "company_id": self.company.id,
                "reason": "not_finished",
                "severity": "blocks",
                "first_seen": DAY,
                "last_seen": DAY,
            }
        )
        self.env.invalidate_all()
        self.assertEqual(self._get().with_user(self.manager).process_count, 1)
        self.assertEqual(self._get(self.book).process_count, 0)
        self.assertEqual(len(self._find(self._get(), "processes")), 1)

    def test_currency(self):
        """Another currency counts at its rate; without one it is refused by name."""
        dollar = self.env["res.currency"].create(
            {"name": "XTS", "symbol": "x", "rate_ids": [Command.create({"rate": 2.0})]}
        )
        row = self.env["continuity.exception"].search(
            [("continuity_order_id", "=", self.members["A10"].id)]
        )
        row.currency_id = dollar
        self.rows = self._refresh()
        # 20.00 at 2 per unit are 10.00
        self.assertEqual(round(self._get().blocked_amount, 2), 48.99)
        dollar.rate_ids.unlink()
        with self.assertRaisesRegex(UserError, "no rate of XTS"), self.cr.savepoint():
            self._refresh()
        self.assertTrue(self.rows.exists())

    def test_programs(self):
        """A program that is closed has no card, and its members count all the same."""
        self.tea.sudo().state = "closed"
        self.rows = self._refresh()
        self.assertFalse(self._get(self.tea))
        self.assertEqual(self._get().member_count, 12)

    def test_who_may(self):
        """It is for those who lead the sale; another company sees its own."""
        self.rows.with_user(self.manager).read(["member_count", "graph"])
        for user in (self.seller, self.accountant):
            with self.assertRaises(AccessError):
                self.rows.with_user(user).read(["member_count"])
        with self.assertRaises(AccessError):
            self._get().with_user(self.manager).member_count = 100
        other = self.env["res.company"].create({"name": "Another company"})
        self.overview._refresh_company(other)
        self.manager.write(
            {"company_ids": [Command.set(other.ids)], "company_id": other.id}
        )
        self.assertFalse(self.overview.with_user(self.manager).search([]))

    def test_night(self):
        """The nightly process makes it after all others, and the menu opens it."""
        self.rows.unlink()
        with freeze_time(f"{DAY} 12:00:00"):
            run = self._execute("refresh_insight")
            self.assertFalse(run.failed_count, run.message)
            action = self.overview.with_user(self.manager).action_open_overview()
        self.assertIn("12:00", action["name"])
        rows = self.overview.search([("company_id", "=", self.company.id)])
        self.assertEqual(rows[0].member_count, 12)
        with self.assertRaises(AccessError):
            self.overview.with_user(self.seller).browse().action_compute_now()


@tagged("post_install", "-at_install")
class TestDigest(OverviewCase):
    """Odoo's digest tells our figures, period by period."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.digest = cls.env["digest.digest"].create(
            {
                "name": "Mine",
                "company_id": cls.company.id,
                "kpi_continuity_members": True,
                "kpi_continuity_left": True,
                "kpi_continuity_blocked": True,
                "kpi_continuity_cash": True,
            }
        )
        cls._write_paid()

    @classmethod
    def _write_paid(cls):
        """Two payments of 20.00: the day before, and ten days before that."""
        payments = cls.members["A05"].payment_ids.sorted("due_date")[:2]
        for payment, moment in zip(
            payments, ("2027-08-31 12:00:00", "2027-08-21 12:00:00"), strict=True
        ):
            payment.transaction_ids = [
                Command.create(
                    {
                        "provider_id": cls.provider.id,
                        "payment_method_id": cls.card_method.id,
                        "reference": moment,
                        "amount": 20.0,
                        "currency_id": cls.company.currency_id.id,
                        "partner_id": cls.customer.id,
                        "operation": "offline",
                        "state": "done",
                        "last_state_change": moment,
                    }
                )
            ]

    def _tell(self, user, day=DAY):
        with freeze_time(f"{day} 07:00:00"):
            kpis = self.digest._compute_kpis(self.company, user)
        return {
            kpi["kpi_name"]: [kpi[f"kpi_col{number}"]["value"] for number in (1, 2, 3)]
            for kpi in kpis
            if kpi["kpi_name"].startswith("kpi_continuity")
        }

    def test_periods(self):
        """A day, a week, a month: what lasts as of now, what happens in whole days."""
        told = self._tell(self.manager)
        self.assertEqual(told["kpi_continuity_members"], [12, 12, 12])
        self.assertEqual(told["kpi_continuity_blocked"], [4, 4, 4])
        self.assertEqual(told["kpi_continuity_left"], [0, 0, 0])
        self.assertEqual(
            [value.replace("\xa0", " ") for value in told["kpi_continuity_cash"]],
            [self._format(20.0), self._format(20.0), self._format(40.0)],
        )
        # 16 July: K06 was ended that day
        told = self._tell(self.manager, date(2027, 7, 17))
        self.assertEqual(told["kpi_continuity_left"], [1, 1, 2])

    def _format(self, amount):
        currency = self.company.currency_id
        text = f"{amount:.1f}".removesuffix(".0")
        if currency.position == "before":
            return f"{currency.symbol}{text}"
        return f"{text}{currency.symbol}"

    def test_margin(self):
        """The period before is counted by dates, not by what is blocked now."""
        with freeze_time(f"{DAY} 07:00:00"):
            kpis = self.digest._compute_kpis(self.company, self.manager)
        (blocked,) = (k for k in kpis if k["kpi_name"] == "kpi_continuity_blocked")
        # Yesterday three, a week ago one
        self.assertEqual(round(blocked["kpi_col1"]["margin"], 2), 33.33)
        self.assertEqual(round(blocked["kpi_col2"]["margin"], 2), 300.0)
        self.assertIn("continuity_exception_action", blocked["kpi_action"])

    def test_who_is_told(self):
        """Managers and accountants; nobody of another company."""
        self.assertFalse(self._tell(self.seller))
        told = self._tell(self.accountant)
        self.assertEqual(told["kpi_continuity_members"], [12, 12, 12])
        with freeze_time(f"{DAY} 07:00:00"):
            actions = self.digest._compute_kpis_actions(self.company, self.accountant)
        # No door that is closed to him
        self.assertNotIn("kpi_continuity_members", actions)
        self.assertIn("kpi_continuity_cash", actions)
        other = self.env["res.company"].create({"name": "Another company"})
        self.manager.write(
            {"company_ids": [Command.set(other.ids)], "company_id": other.id}
        )
        self.assertFalse(self._tell(self.manager))

    def test_no_rate(self):
        """Money without a rate is left out of the mail, the rest is told."""
        foreign = self.env["res.currency"].create({"name": "NOR", "symbol": "N"})
        payment = self.members["A05"].payment_ids.sorted("due_date")[:1]
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE continuity_payment SET currency_id = %s WHERE id = %s",
            [foreign.id, payment.id],
        )
        self.env.invalidate_all()
        told = self._tell(self.manager)
        self.assertNotIn("kpi_continuity_cash", told)
        self.assertIn("kpi_continuity_members", told)

    def test_mail(self):
        """The mail is sent with them."""
        self.digest.user_ids = self.manager
        before = self.env["mail.mail"].search([])
        with freeze_time(f"{DAY} 07:00:00"):
            self.digest.action_send_manual()
        mail = self.env["mail.mail"].search([]) - before
        self.assertIn("Continuity Members", mail.body_html)
        self.assertIn("Continuity Cash Received", mail.body_html)
