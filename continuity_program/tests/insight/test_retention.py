# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.fields import Command
from odoo.sql_db import db_connect
from odoo.tests import freeze_time, tagged

from ...models.insight.continuity_retention_refresh import FIGURES_LOCK
from ..common import ACCOUNTANT, MANAGER, SELLER, SELLER_ALL
from .insight_world import DAY, InsightCase

COUNTS = ("due", "shipped", "kept", "skipped", "gone", "open")


@tagged("post_install", "-at_install")
class TestRetention(InsightCase):
    """*Stick rate* and *Break-even*: figures counted by hand."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.retention = cls.env["continuity.retention"]
        cls.programs = cls.book | cls.coffee | cls.tea
        cls._compute()

    @classmethod
    def _compute(cls, day=DAY, is_full=False):
        with freeze_time(f"{day} 12:00:00"):
            cls.retention._refresh_company(cls.company, is_full)

    def _read(self, program, names, groups=("turn",), domain=()):
        rows = self.retention.formatted_read_group(
            [("program_id", "=", program.id), *domain], list(groups), list(names)
        )
        return [[round(row[name] or 0, 4) for name in names] for row in rows]

    # === THE TABLE === #

    def test_counts(self):
        """Due, shipped, kept, skipped, gone, open: three programs, turn by turn."""
        names = [f"{name}_count:sum" for name in COUNTS]
        self.assertEqual(
            self._read(self.book, names),
            [
                [12, 12, 12, 0, 0, 0],
                [11, 9, 8, 1, 1, 0],
                [10, 7, 7, 0, 3, 0],
                [9, 5, 5, 0, 4, 0],
                [8, 4, 4, 0, 4, 0],
                [7, 3, 3, 0, 4, 0],
            ],
        )
        coffee = self._read(self.coffee, names)
        self.assertEqual(
            coffee[:6],
            [
                [8, 8, 8, 0, 0, 0],
                [8, 8, 8, 0, 0, 0],
                [7, 4, 4, 1, 2, 0],
                [7, 3, 3, 0, 3, 1],
                [6, 3, 3, 0, 3, 0],
                [5, 2, 2, 0, 2, 1],
            ],
        )
        self.assertEqual([row[:2] for row in coffee[6:]], [[4, 2], [3, 2], [2, 1]])
        self.assertEqual(
            self._read(self.tea, names),
            [
                [6, 6, 6, 0, 0, 0],
                [5, 5, 4, 0, 0, 0],
                [4, 3, 3, 0, 1, 0],
                [4, 3, 3, 0, 1, 0],
            ],
        )

    def test_rates(self):
        """A total is the ratio of sums, never the mean of ratios."""
        rates = ["stick_rate:avg", "kept_rate:avg"]
        self.assertEqual(
            self._read(self.book, rates),
            [
                [1.0, 1.0],
                [0.8182, 0.7273],
                [0.7, 0.7],
                [0.5556, 0.5556],
                [0.5, 0.5],
                [0.4286, 0.4286],
            ],
        )
        self.assertEqual(
            [row[0] for row in self._read(self.coffee, rates)],
            [1.0, 1.0, 0.5714, 0.4286, 0.5, 0.4, 0.5, 0.6667, 0.5],
        )
        self.assertEqual(
            self._read(self.tea, rates),
            [[1.0, 1.0], [1.0, 0.8], [0.75, 0.75], [0.75, 0.75]],
        )
        # 21 ÷ 23
        self.assertEqual(
            self._read(self.book, rates[:1], (), [("turn", "<=", 2)]), [[0.913]]
        )
        # January: A03 skipped turn 2, A02 left with turn 3
        january = [("start_month", "=", "2027-01-01"), ("turn", "in", (2, 3))]
        self.assertEqual(
            self._read(
                self.book, ["shipped_count:sum", "due_count:sum"], domain=january
            ),
            [[2, 3], [2, 3]],
        )
        # T06 has not paid
        self.assertEqual(
            self._read(self.tea, ["paid_count:sum", "paid_rate:avg"])[0], [5, 0.8333]
        )
        self.assertEqual(self._read(self.book, ["paid_rate:avg"]), [[1.0]] * 6)
        # Turn 3 of those who are due and got turn 2: A01 A02 A05 … A10, of whom A02 and
        # A07 left; A03, who skipped turn 2, is not one of them
        steps = ["stepped_count:sum", "previous_count:sum", "step_rate:avg"]
        self.assertEqual(self._read(self.book, steps)[2], [6, 8, 0.75])
        # Nobody got a shipment before the first one: no ratio, and not 0 %
        (total,) = self.retention.formatted_read_group(
            [("program_id", "=", self.book.id), ("turn", "=", 1)], [], steps
        )
        self.assertNotIsInstance(total["step_rate:avg"], float)
        # Turn 3 went to K01 K02 K05 K07; K01 and K05 got turn 4, and K03 did, who had
        # skipped turn 3
        self.assertEqual(self._read(self.coffee, steps)[3], [2, 4, 0.5])
        # 9 + 6 + 5 + 4 + 3 of 11 + 8 + 6 + 4 + 3: the first one follows none
        self.assertEqual(self._read(self.book, steps, ()), [[27, 32, 0.8438]])

    def test_starters(self):
        """Who started is one member at every turn; of starters says what is final."""
        names = ["started_count:sum", "starter_rate:avg"]
        # 12 + 9 + 7 + 5 + 4 + 3 of 12 + 11 + 10 + 9 + 8 + 7
        self.assertEqual(self._read(self.book, names, ()), [[12, 0.7018]])
        self.assertEqual(self._read(self.book, names)[1], [11, 0.8182])
        # On 20 February: January is due for turn 1 as a whole (3 of 3), and for turn 2
        # in part (A03 is not yet); February is due for turn 1 in part (A06 is not yet)
        self._compute(date(2027, 2, 20), is_full=True)
        names = ["started_count:sum", "due_count:sum", "starter_rate:avg"]
        self.assertEqual(self._read(self.book, names), [[6, 5, 1.0], [3, 2, 0.0]])
        self.assertEqual(self._read(self.book, names, ()), [[6, 7, 1.0]])
        february = self.retention.search(
            [("program_id", "=", self.book.id), ("start_month", "=", "2027-02-01")]
        )
        self.assertFalse(february.is_mature)
        self.assertEqual(february.starter_rate, 0.0)

    def test_all_rate(self):
        """Beside the rate of a segment stands that of everybody."""
        row = self.retention.search(
            [("program_id", "=", self.book.id), ("turn", "=", 2)], limit=1
        )
        self.assertAlmostEqual(row.all_rate, 9 / 11)

    def test_rows_open(self):
        """A click opens the members of the row."""
        (row,) = self.retention.search(
            [
                ("program_id", "=", self.tea.id),
                ("start_month", "=", "2027-08-01"),
                ("turn", "=", 1),
            ]
        )
        self.assertRecordValues(
            row,
            [
                {
                    "mode": "D",
                    "payment_method": "on_account",
                    "offer_price": 14.99,
                    "started_count": 1,
                    "is_mature": True,
                    "first_user_id": self.members["T06"].user_id.id,
                }
            ],
        )
        action = row.action_view_orders()
        self.assertEqual(
            self.env["continuity.order"].search(action["domain"]), self.members["T06"]
        )
        # Who pays each shipment by instalments is in a row of his own
        self.env.cr.execute(
            """UPDATE continuity_shipment SET payment_schedule_id = %s
                WHERE continuity_order_id = %s""",
            [self.three.id, self.members["A03"].id],
        )
        self.env.invalidate_all()
        self._compute()
        opened = {
            row.mode: self.env["continuity.order"].search(
                row.action_view_orders()["domain"]
            )
            for row in self.retention.search(
                [
                    ("program_id", "=", self.book.id),
                    ("start_month", "=", "2027-01-01"),
                    ("turn", "=", 1),
                ]
            )
        }
        members = self.members
        self.assertEqual(
            opened, {"A": members["A01"] | members["A02"], "B": members["A03"]}
        )
        # Those of the whole table are the members
        rows = self.retention.search([("program_id", "in", self.programs.ids)])
        found = self.env["continuity.order"]
        for one in rows.filtered(lambda r: r.turn == 1):
            orders = found.search(one.action_view_orders()["domain"])
            self.assertEqual(len(orders), one.started_count)
            self.assertFalse(orders & found)
            found |= orders
        self.assertEqual(len(found), 26)

    def test_again(self):
        """Made twice, it is the same; nobody's hand is in it; a draft leaves it."""
        names = [name for name in self.retention._fields if name.endswith("_count")]
        before = self._snapshot(names)
        self._compute()
        self.assertEqual(self._snapshot(names), before)
        self._compute(is_full=True)
        self.assertEqual(self._snapshot(names), before)
        self.members["A12"].sudo().state = "draft"
        self._compute()
        self.assertEqual(self._read(self.book, ["due_count:sum"])[0], [11])

    def _snapshot(self, names):
        rows = self.retention.search([("program_id", "in", self.programs.ids)])
        return [
            (row.program_id, row.start_month, row.turn, [row[name] for name in names])
            for row in rows.sorted(
                lambda r: (
                    *(r.program_id.id, r.start_month, r.turn, r.mode),
                    *(r.payment_method, r.offer_price),
                )
            )
        ]

    def test_long_ago(self):
        """Who started more than 36 months ago is told apart by the month only."""
        self._compute(date(2030, 3, 4), is_full=True)
        january = self.retention.search(
            [
                ("program_id", "=", self.book.id),
                ("start_month", "<=", "2027-02-01"),
                ("turn", "=", 1),
            ]
        )
        self.assertEqual(sorted(january.mapped("started_count")), [3, 3])
        self.assertTrue(all(row.is_merged and not row.mode for row in january))
        april = self.retention.search(
            [("program_id", "=", self.book.id), ("start_month", "=", "2027-04-01")]
        )
        self.assertEqual(set(april.mapped("mode")), {"A"})

    # === WORTH === #

    def test_worth(self):
        """Contribution by the members due: 12 parcels of which one of two books …"""
        self.assertEqual(
            self._read(self.book, ["contribution:sum", "contribution_per_due:avg"]),
            [
                [132.0, 11.0],
                [82.0, 7.4545],
                [70.0, 7.0],
                [50.0, 5.5556],
                [40.0, 5.0],
                [30.0, 4.2857],
            ],
        )
        self.assertEqual(
            [row[0] for row in self._read(self.coffee, ["contribution:sum"])][:5],
            [40.0, 40.0, 20.0, 15.0, 15.0],
        )
        self.assertEqual(
            self._read(self.tea, ["contribution:sum", "revenue:sum"]),
            [
                [53.94, 89.94],
                # One of five came back: its price is gone, its cost is not
                [29.96, 59.96],
                [26.97, 44.97],
                [26.97, 44.97],
            ],
        )
        self.assertEqual(self._read(self.book, ["uninvoiced_count:sum"], ()), [[0]])
        self.assertEqual(self._read(self.book, ["uncosted_count:sum"], ()), [[0]])

    def test_break_even(self):
        """What was brought so far, what a new member will bring, and when it pays."""
        values = self.env["continuity.value"].search(
            [("program_id", "in", self.programs.ids)]
        )
        values = values.grouped("program_id")
        book = values[self.book]
        self.assertEqual(
            [round(row.value, 2) for row in book],
            [11.0, 18.45, 25.45, 31.01, 36.01, 40.3],
        )
        self.assertEqual(
            [round(row.expected_value, 2) for row in book],
            [9.05, 17.37, 23.88, 29.63, 34.91, 39.36],
        )
        self.assertEqual(
            [round(row.hazard, 6) for row in book],
            [0.026042, 0.079696, 0.218391, 0.115385, 0.083333, 0.156493],
        )
        self.assertEqual(book.filtered("is_break_even").turn, 3)
        self.assertEqual(book.filtered("is_expected_break_even").turn, 4)
        self.assertEqual(
            book[0].verdict,
            "Paid back by shipment 3. A new member is expected to pay it back by"
            " shipment 4.",
        )
        # It stands on whatever row a filter leaves
        self.assertEqual(set(book.mapped("verdict")), {book[0].verdict})
        coffee = values[self.coffee]
        self.assertEqual(
            [round(row.value, 2) for row in coffee][:5], [5.0, 10.0, 12.86, 15.0, 17.5]
        )
        # As dear as that: equal is enough
        self.assertEqual(coffee.filtered("is_break_even").turn, 4)
        self.assertEqual(len(coffee), 24)
        self.assertFalse(coffee[9:].filtered("has_value"))
        tea = values[self.tea]
        self.assertEqual(
            [round(row.value, 2) for row in tea], [8.99, 14.98, 21.72, 28.47]
        )
        self.assertEqual(tea.filtered("is_break_even").turn, 3)
        # The same members are due for one turn after the other
        self.assertFalse(book._fields["due_count"].aggregator)
        action = book[2].action_view_retention()
        rows = self.retention.search(action["domain"])
        self.assertEqual(sum(rows.mapped("due_count")), 10)
        # A dearer member is not paid back; an unknown cost is asked for
        self.book.acquisition_cost = 50.0
        self.tea.acquisition_cost = 0.0
        self._compute()
        values = self.env["continuity.value"].search([("turn", "=", 1)])
        verdicts = {row.program_id: row.verdict for row in values}
        short = self.company.currency_id.format(9.7)
        self.assertEqual(
            verdicts[self.book],
            f"Not yet: {short} short after shipment 6."
            " A new member is not expected to pay it back.",
        )
        self.assertIn("Enter what a new member costs", verdicts[self.tea])

    def test_costs(self):
        """A fee of each charge, and what goods that came back are still worth."""
        self.company.continuity_payment_fee_percent = 5
        self.book.resale_percent = 50
        self._compute()
        self.assertEqual(
            [row[0] for row in self._read(self.book, ["contribution:sum"])][:2],
            # 13 books at 20: 13.00; 10 books at 20 of which one came back: 10.00 less 4
            [119.0, 76.0],
        )
        self.assertEqual(
            [row[0] for row in self._read(self.tea, ["fee:sum"])][:1],
            # T06 is on account and has not paid: 5 × 14.99 × 5 %
            [3.7475],
        )
        # A new member costs the fees that were charged, also for what comes back
        values = self.env["continuity.value"].search([("turn", "=", 1)])
        values = values.grouped("program_id")
        self.assertEqual(
            [round(values[one].expected_value, 2) for one in (self.book, self.tea)],
            [8.19, 7.35],
        )

    def test_nobody_asked(self):
        """Without a payment nobody has asked yet: not paid, and no fee of a card."""
        self.company.continuity_payment_fee_percent = 5
        names = ["paid_count:sum", "fee:sum"]
        self._compute()
        # 13 and 10 books at 20: 5 %
        self.assertEqual(self._read(self.book, names)[:2], [[12, 13.0], [9, 10.0]])
        asked = self.members["A12"].shipment_ids.sorted("number")[0]
        # A06 has sent the second one back: of what was not asked nothing is owed
        back = self.members["A06"].shipment_ids.sorted("number")[1]
        self.env.flush_all()
        self.env.cr.execute(
            "DELETE FROM continuity_payment WHERE shipment_id IN %s",
            [(asked.id, back.id)],
        )
        self.env.invalidate_all()
        self._compute()
        self.assertEqual(self._read(self.book, names)[:2], [[11, 12.0], [9, 10.0]])

    def test_acquisition(self):
        """What fits best counts; money that brought nobody is lost."""
        costs = self.env["continuity.acquisition.cost"]
        self.assertEqual(
            self._read(self.book, ["acquisition_cost:sum"], ()), [[12 * 25.0]]
        )
        source = self.env["utm.source"].create({"name": "Magazine"})
        self.members["A01"].sale_order_id.sudo().source_id = source
        every = costs.create({"amount": 10.0})
        spent = {"program_id": self.book.id, "month": "2027-01-20", "kind": "spent"}
        january = costs.create({**spent, "amount": 90.0})
        magazine = costs.create(
            {
                "program_id": self.book.id,
                "month": "2027-01-01",
                "source_id": source.id,
                "amount": 70.0,
            }
        )
        lost = costs.create({"month": "2026-01-01", "kind": "spent", "amount": 500.0})
        # For A01 of three in January the magazine counts: 90.00 are those of the others
        self.assertEqual(january.member_count, 2)
        self.assertEqual(january.amount_per_member, 45.0)
        self.assertEqual(magazine.member_count, 1)
        self.assertEqual(lost.member_count, 0)
        self.assertEqual(every.member_count, 23)
        self._compute()
        self.assertEqual(
            self._read(self.book, ["acquisition_cost:sum"], ("start_month:month",))[:2],
            # A01 by the magazine, A02 and A03 by the money of January; others 10 each
            # what was spent is charged to the cent
            [[70.0 + 90.0], [3 * 10.0]],
        )
        # A second bill of the same is added, whatever day of the month stands there
        again = costs.create({**spent, "month": "2027-01-31", "amount": 60.0})
        self.env.invalidate_all()
        self.assertEqual([january.member_count, again.member_count], [2, 2])
        self.assertEqual(again.amount_per_member, 30.0)
        # So is what each of them has cost besides
        each = costs.create({**spent, "kind": "member", "amount": 5.0})
        self.assertEqual(each.member_count, 2)
        self._compute()
        self.assertEqual(
            self._read(self.book, ["acquisition_cost:sum"], ("start_month:month",))[0],
            [70.0 + 90.0 + 60.0 + 2 * 5.0],
        )
        # Twice per member would say two things
        with self.assertRaisesRegex(ValidationError, "already"), self.cr.savepoint():
            costs.create({**spent, "kind": "member", "amount": 6.0})
        with self.assertRaisesRegex(ValidationError, "already"), self.cr.savepoint():
            again.kind = "member"
        # One of before that is double: the newest counts
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE continuity_acquisition_cost SET kind = 'member' WHERE id = %s",
            [again.id],
        )
        self.env.invalidate_all()
        self.assertEqual([again.member_count, each.member_count], [0, 2])
        with self.assertRaises(UserError):
            every.amount = -1.0

    def test_acquisition_queries(self):
        """Opened with many costs, the list asks as often as with one."""
        costs = self.env["continuity.acquisition.cost"]
        months = [f"2027-{month:02}-01" for month in range(1, 9)]
        rows = costs.create([{"month": month, "amount": 1.0} for month in months])
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(4):
            counts = rows.mapped("member_count")
        # Who joined, month by month
        self.assertEqual(counts, [5, 5, 3, 3, 3, 2, 2, 3])
        # Nor do the figures, which tell apart what the costs say of a member
        rows.kind = "spent"
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(7):
            costs._get_best_sql(self.book)

    def test_ranking(self):
        """Few members are drawn to the rate of their program: 3 of 3 win nothing."""
        source = self.env["utm.source"].create({"name": "Magazine"})
        self.members["A01"].sale_order_id.sudo().source_id = source
        self._compute(is_full=True)
        third = [("turn", "=", 3), ("source_id", "=", source.id)]
        self.assertEqual(
            self._read(self.book, ["stick_rate:avg", "ranking_rate:avg"], (), third),
            # (1 + 20 × 7 ÷ 10) ÷ (1 + 20)
            [[1.0, 0.7143]],
        )
        row = self.retention.search([("program_id", "=", self.book.id), *third])
        self.assertEqual(round(row.ranking_rate, 4), 0.7143)
        # All together are what they are
        self.assertEqual(
            self._read(self.book, ["ranking_rate:avg"], (), [("turn", "=", 3)]), [[0.7]]
        )
        self.company.continuity_forecast_strength = 10
        self._compute(is_full=True)
        self.assertEqual(
            self._read(self.book, ["ranking_rate:avg"], (), third), [[0.7273]]
        )
        # Rows that are not made anew follow as well, as after an upgrade
        self.env.cr.execute("UPDATE continuity_retention SET ranking_rate = NULL")
        self.retention._write_all_rates(self.company)
        self.assertEqual(
            self._read(self.book, ["ranking_rate:avg"], (), third), [[0.7273]]
        )

    def test_lost_value(self):
        """What a leaver would still have brought, by what those who stay bring."""
        values = self.env["continuity.value"].search(
            [("program_id", "=", self.book.id)]
        )
        self.assertAlmostEqual(values[0].ahead_value, values[-1].expected_value, 6)
        leavers = self.env["continuity.churn.report"].search(
            [("program_id", "=", self.book.id)]
        )
        lost = {row.continuity_order_id: row.lost_value for row in leavers}
        # A02 left with the third: (39.36 − 17.37) ÷ (0.973958 × 0.920304)
        self.assertAlmostEqual(lost[self.members["A02"]], 24.53, 1)
        # A04 with the second: (39.36 − 9.05) ÷ 0.973958
        self.assertAlmostEqual(lost[self.members["A04"]], 31.12, 1)
        self.assertEqual(leavers.company_currency_id, self.company.currency_id)
        moved = self.env.ref("continuity_program.continuity_end_reason_other_program")
        self.members["A02"].sudo().end_reason_id = moved
        self.env.invalidate_all()
        (row,) = leavers.filtered(
            lambda row: row.continuity_order_id == self.members["A02"]
        )
        self.assertEqual(row.lost_value, 0.0)

    # === WHO, WHERE === #

    def test_by_night(self):
        """The nightly process makes it; a preview leaves nothing behind."""
        self.env.cr.execute("DELETE FROM continuity_retention")
        with freeze_time(f"{DAY} 12:00:00"):
            self._execute("refresh_insight", dry_run=True)
            self.assertFalse(self.retention.search([]))
            run = self._execute("refresh_insight")
        self.assertFalse(run.failed_count, run.message)
        self.assertEqual(self._read(self.book, ["due_count:sum"])[0], [12])

    def test_compute_now(self):
        """The button leaves it to the scheduler, once; two at a time make one."""
        manager = self._create_user("stick_now", MANAGER)
        self.env.cr.execute("DELETE FROM continuity_retention")
        rows = self.retention.with_user(manager).browse()
        runs = self.env["continuity.run"]
        asked = [("job", "=", "refresh_insight"), ("company_id", "=", self.company.id)]
        before = runs.search(asked)
        with freeze_time(f"{DAY} 12:00:00"):
            action = rows.action_compute_now()
            rows.action_compute_now()
        self.assertEqual(action["tag"], "display_notification")
        run = runs.search(asked) - before
        self.assertRecordValues(run, [{"state": "queued", "user_id": manager.id}])
        self.assertFalse(self.retention.search([]))
        # Somebody else makes them at this moment
        with patch.object(type(self.retention), "_lock_company", return_value=False):
            self._compute()
        self.assertFalse(self.retention.search([]))
        # Where there is nothing yet, all start months are made
        self._compute()
        self.assertEqual(self._read(self.book, ["due_count:sum"])[0], [12])

    def test_lock(self):
        """One at a time makes the figures of a company, others those of theirs."""
        free = self.env["res.company"].create({"name": "Nobody makes its figures"})
        query = "SELECT pg_try_advisory_xact_lock(%s, %s)"
        with db_connect(self.env.cr.dbname).cursor() as other:
            other.execute(query, [FIGURES_LOCK, self.company.id])
            self.assertEqual(other.fetchall(), [(False,)])
            other.execute(query, [FIGURES_LOCK, free.id])
            self.assertEqual(other.fetchall(), [(True,)])
            self.assertFalse(self.retention._lock_company(free))
        self.assertTrue(self.retention._lock_company(free))

    def test_roles(self):
        """Sellers see how their own members stick, and no money."""
        seller = self._create_user("stick_seller", SELLER)
        self.members["A01"].sudo().first_user_id = seller
        self._compute()
        mine = self.retention.with_user(seller)
        self.assertEqual(mine.search([]).first_user_id, seller)
        self.assertEqual(
            [
                (row["turn"], row["due_count:sum"], round(row["all_rate:max"], 4))
                for row in mine.formatted_read_group(
                    [], ["turn"], ["due_count:sum", "all_rate:max"]
                )
            ][:2],
            [(1, 1, 1.0), (2, 1, 0.8182)],
        )
        for name in ("contribution:sum", "contribution_per_due:avg"):
            with self.assertRaises(AccessError):
                mine.formatted_read_group([], [], [name])
        with self.assertRaises(AccessError):
            mine.browse().action_compute_now()
        everybody = self.retention.with_user(self._create_user("stick_all", SELLER_ALL))
        self.assertGreater(len(everybody.search([])), len(mine.search([])))
        with self.assertRaises(AccessError):
            self.retention.with_user(
                self._create_user("stick_books", ACCOUNTANT)
            ).search([])
        # A seller opens his members, without a look at what anything costs
        self.assertEqual(
            self.env["continuity.order"].search(
                mine.search([], limit=1).action_view_orders()["domain"]
            ),
            self.members["A01"],
        )
        with self.assertRaises(AccessError):
            mine.search([], limit=1).due_count = 100

    def test_other_company(self):
        """Another company's members are in no figure of ours, and the other way."""
        other = self.env["res.company"].create({"name": "Another company"})
        user = self._create_user("stick_other", MANAGER)
        user.write({"company_ids": [Command.set(other.ids)], "company_id": other.id})
        self.assertFalse(self.retention.with_user(user).search([]))

    def test_currency(self):
        """Another currency counts at its rate; without one it is refused."""
        dollar = self.env["res.currency"].create(
            {"name": "XTS", "symbol": "x", "rate_ids": [Command.create({"rate": 2.0})]}
        )
        order = self.members["A12"]
        self.env.flush_all()
        # What is not invoiced yet is led over
        self.env.cr.execute(
            "UPDATE continuity_order SET currency_id = %s WHERE id = %s",
            [dollar.id, order.id],
        )
        self.env.cr.execute(
            """UPDATE account_move_line SET parent_state = 'draft'
                WHERE move_id IN (SELECT id FROM account_move
                                   WHERE continuity_order_id = %s)""",
            [order.id],
        )
        self.env.invalidate_all()
        self._compute()
        august = [("start_month", "=", "2027-08-01")]
        self.assertEqual(
            self._read(self.book, ["revenue:sum", "uninvoiced_count:sum"], (), august),
            [[10.0, 1]],
        )
        dollar.rate_ids.unlink()
        with self.assertRaisesRegex(UserError, "XTS"):
            self._compute()
