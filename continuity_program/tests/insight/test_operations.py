# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, datetime

from odoo.exceptions import AccessError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from ...models.runs.continuity_run_cron import NIGHT
from ..common import ACCOUNTANT, MANAGER, SELLER_ALL, ContinuityCommon

AUDITOR = "account.group_account_readonly"


@tagged("post_install", "-at_install")
class TestOperations(ContinuityCommon):
    """*Operations* and *Late work*: what the night left out, why, and since when."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.report = cls.env["continuity.run.report"]
        cls.late = cls.env["continuity.late.report"]
        coffee = cls._create_program(
            "COFFEE",
            [
                cls._event_vals(cls.goods_a, price=12.0),
                cls._event_vals(cls.goods_b, days=28, price=12.0),
                cls._event_vals(cls.goods_c, days=28, price=12.0, action="end"),
            ],
        )
        product = cls._create_parent_product(coffee)
        cls.coffee = coffee
        with freeze_time("2027-08-02 12:00:00"):
            cls.orders = cls.env["continuity.order"].union(
                *(cls._create_sold_order(product).continuity_order_ids for _ in "1234")
            )
            cls.c03, cls.c05, cls.c07, cls.c08 = cls.orders
            cls._execute("create_child_orders", program=coffee)
        with freeze_time("2027-08-20 12:00:00"):
            cls.c07.action_pause()
            cls.c05.sudo().payment_token_id = cls._create_token("error")

    def _sum(self, *names, report=None, groups=(), domain=()):
        self.env.flush_all()
        report = self.report if report is None else report
        domain = [*domain, ("program_id", "=", self.coffee.id)]
        rows = report.formatted_read_group(domain, list(groups), list(names))
        return [tuple(row[name] for name in (*groups, *names)) for row in rows]

    def _search_late(self, *domain):
        self.env.flush_all()
        self.late.invalidate_model()
        return self.late.search([("program_id", "=", self.coffee.id), *domain])

    # === OPERATIONS === #

    @freeze_time("2027-08-30 12:00:00")
    def test_night(self):
        """4 due, 3 created, 1 left out, which is a quarter; one was declined."""
        run = self._execute("create_child_orders", program=self.coffee)
        counts = ("due_count:sum", "done_count:sum", "skipped_count:sum")
        self.assertEqual(
            self._sum(
                *counts,
                "failed_count:sum",
                "remaining_count:sum",
                "left_out_rate:avg",
                "run_count:sum",
                domain=[("run_id", "=", run.id)],
            ),
            [(4, 3, 1, 0, 0, 0.25, 1)],
        )
        self.assertEqual(
            self._sum(*counts, groups=["reason"], domain=[("run_id", "=", run.id)]),
            [
                ("created", 2, 2, 0),
                ("declined", 1, 1, 0),
                ("paused", 1, 0, 1),
                ("run", 0, 0, 0),
            ],
        )
        rows = self.report.search([("run_id", "=", run.id)])
        of_order = rows.grouped("continuity_order_id")
        self.assertEqual(of_order[self.c05].reason, "declined")
        child = of_order[self.c05].child_order_id
        self.assertEqual(of_order[self.c05].action_open_record()["res_id"], child.id)
        own = rows.filtered(lambda row: row.reason == "run")
        self.assertEqual(own.action_open_record()["res_id"], run.id)
        # The next night: left out since the first one, and what was done stays done
        with freeze_time("2027-08-31 12:00:00"):
            again = self._execute("create_child_orders", program=self.coffee)
            self.env.flush_all()
            [row] = self.report.search(
                [("run_id", "=", again.id), ("outcome", "=", "skipped")]
            )
            self.assertEqual(
                (row.continuity_order_id, row.since_date),
                (self.c07, date(2027, 8, 30)),
            )
            # 25 % of four, then 100 % of one: two of five, not the mean of both
            self.assertEqual(
                self._sum(
                    *("due_count:sum", "left_out_rate:avg"),
                    domain=[("run_id", "in", (run | again).ids)],
                ),
                [(5, 0.4)],
            )
            # What a run counts without a line is done, too
            checked = self._execute("check_balances", program=self.coffee)
            self.env.flush_all()
            [total] = self.report.formatted_read_group(
                [("run_id", "in", (run | again | checked).ids)],
                [],
                ["left_out_rate:avg", "done_count:sum"],
            )
            self.assertAlmostEqual(
                total["left_out_rate:avg"], 2 / (2 + total["done_count:sum"])
            )
            self.assertGreater(total["done_count:sum"], 3)
            # A preview is no run
            preview = self._execute(
                "create_child_orders", program=self.coffee, dry_run=True
            )
            self.env.flush_all()
            self.assertTrue(preview.line_ids)
            self.assertFalse(self.report.search([("run_id", "=", preview.id)]))

    @freeze_time("2027-08-30 12:00:00")
    def test_what_a_run_says(self):
        """The rows of a run add up to its counts, whatever it lists besides."""
        runs = self.env["continuity.run"].union(
            *(self._execute(job, program=self.coffee) for job in NIGHT)
        )
        # Counts what it has no line for
        self.assertTrue(runs[-1].done_count)
        runs[0].sudo().write({"remaining_count": 7, "state": "stopped"})
        runs[1].sudo().write(
            {
                "started_at": datetime(2027, 8, 30, 1, 0),
                "finished_at": datetime(2027, 8, 30, 1, 2, 5),
            }
        )
        runs[2]._log(
            "done",
            [{"continuity_order_id": self.c03.id, "reason": "card_warning"}],
            is_counted=False,
        )
        self.env.flush_all()
        names = ("done_count", "skipped_count", "failed_count", "remaining_count")
        sums = self.report._read_group(
            [("run_id", "in", runs.ids)],
            ["run_id"],
            [f"{name}:sum" for name in (*names, "due_count", "seconds", "run_count")],
        )
        self.assertEqual(len(sums), len(NIGHT))
        for run, *values in sums:
            with self.subTest(job=run.job):
                said = [run[name] for name in names]
                seconds = 125 if run == runs[1] else 0
                self.assertEqual(values, [*said, sum(said), seconds, 1])
        listed = self.report.search(
            [("run_id", "=", runs[2].id), ("reason", "=", "card_warning")]
        )
        self.assertEqual((listed.done_count, listed.due_count), (0, 0))

    # === LATE WORK === #

    @freeze_time("2027-09-08 12:00:00")
    def test_ageing(self):
        """Days late and reason of shipments, payments, drafts and credit notes."""
        for day in ("2027-08-30", "2027-08-31"):
            with freeze_time(f"{day} 12:00:00"):
                self._execute("create_child_orders", program=self.coffee)
        with freeze_time("2027-09-01 12:00:00"):
            note = self.env["account.move"].create(
                {
                    "move_type": "out_refund",
                    "partner_id": self.customer.id,
                    "continuity_order_id": self.c08.id,
                }
            )
            note.flush_recordset()
            self.env.cr.execute(
                "UPDATE account_move SET create_date = '2027-09-01' WHERE id = %s",
                note.ids,
            )
        declined = self.c05.shipment_ids.filtered(lambda s: s.number == 2)
        paused = self.c07.shipment_ids.filtered(lambda s: s.number == 2)
        rows = self._search_late().grouped("kind")
        self.assertEqual(
            {
                kind: (row.days_late, row.bucket, row.reason, row.amount)
                for kind, row in rows.items()
            },
            {
                "shipment": (9, "08", "paused", 12.0),
                "payment": (9, "08", "declined", 12.0),
                "child": (9, "08", "declined", 12.0),
                "credit": (7, "04", "draft_credit", 0.0),
            },
        )
        self.assertEqual(rows["shipment"].tried_date, date(2027, 8, 31))
        for kind, record in (
            ("shipment", paused),
            ("payment", declined.child_order_id and self.c05.payment_ids[-1:]),
            ("child", declined.child_order_id),
            ("credit", note),
        ):
            with self.subTest(kind=kind):
                self.assertEqual(rows[kind].display_name, record.display_name)
                self.assertEqual(rows[kind].action_open_record()["res_id"], record.id)
        self.assertEqual(
            self._sum(
                "late_count:sum", report=self.late, groups=["kind", "reason", "bucket"]
            ),
            [
                ("child", "declined", "08", 1),
                ("credit", "draft_credit", "04", 1),
                ("payment", "declined", "08", 1),
                ("shipment", "paused", "08", 1),
            ],
        )
        # Nobody has looked at what falls due from here on
        with freeze_time("2027-09-28 12:00:00"):
            third = self._search_late(("kind", "=", "shipment"), ("days_late", "=", 1))
            self.assertEqual(
                third.shipment_id,
                self.orders.shipment_ids.filtered(lambda s: s.number == 3),
            )
            self.assertEqual(set(third.mapped("reason")), {"not_reached"})
            self.assertEqual(set(third.mapped("bucket")), {"01"})
        # Nothing is late on its day
        with freeze_time("2027-08-30 23:00:00"):
            self.assertFalse(self._search_late())

    @freeze_time("2027-09-08 12:00:00")
    def test_buckets(self):
        """The first and the last day of each; the days are the company's."""
        [row] = self.c07.shipment_ids.filtered(lambda s: s.number == 2)
        for day, days, bucket in (
            ("2027-09-02", 3, "01"),
            ("2027-09-03", 4, "04"),
            ("2027-09-06", 7, "04"),
            ("2027-09-07", 8, "08"),
            ("2027-09-13", 14, "08"),
            ("2027-09-14", 15, "15"),
            ("2027-09-29", 30, "15"),
            ("2027-09-30", 31, "31"),
        ):
            with self.subTest(day=day), freeze_time(f"{day} 12:00:00"):
                late = self._search_late(("shipment_id", "=", row.id))
                self.assertEqual((late.days_late, late.bucket), (days, bucket))
        self.company.partner_id.tz = "Pacific/Auckland"
        with freeze_time("2027-08-30 13:00:00"):
            late = self._search_late(("shipment_id", "=", row.id))
            self.assertEqual(late.days_late, 1)

    @freeze_time("2027-09-10 12:00:00")
    def test_processes(self):
        """Not finished for 26 hours, switched off, or in a copy; nothing else."""
        crons = {
            job: self.env.ref(f"continuity_program.{name}")
            for job, name in NIGHT.items()
        }
        for cron in crons.values():
            cron.active = True
        runs = {job: self._execute(job) for job in NIGHT}
        mine = [("kind", "=", "process"), ("company_id", "=", self.company.id)]

        def read():
            self.env.flush_all()
            self.late.invalidate_model()
            return [(row.job, row.reason) for row in self.late.search(mine)]

        self.assertEqual(read(), [])
        with freeze_time("2027-09-11 14:00:00"):
            self.assertEqual(read(), [])
        with freeze_time("2027-09-11 14:00:01"):
            self.assertEqual(
                sorted(read()), sorted((job, "not_finished") for job in NIGHT)
            )
        # One that was narrowed, limited, stopped or only a preview is not the night's
        run = runs["extend_lines"].sudo()
        for values in (
            {"program_id": self.coffee.id},
            {"limit": 3},
            {"state": "stopped"},
            {"dry_run": True},
        ):
            with self.subTest(values=values):
                before = {name: run[name] for name in values}
                run.write(values)
                self.assertEqual(read(), [("extend_lines", "not_finished")])
                run.write(before)
        crons["close_orders"].active = False
        self.assertEqual(read(), [("close_orders", "inactive")])
        [row] = self.late.search(mine)
        self.assertEqual(row.action_open_record()["res_id"], runs["close_orders"].id)
        self.assertIn("Close continuity", row.display_name)
        crons["close_orders"].active = True
        self.env["ir.config_parameter"].sudo().set_param("database.uuid", "copy")
        self.assertEqual(
            sorted(read()),
            [("create_child_orders", "copy"), ("process_payments", "copy")],
        )

    # === RIGHTS === #

    @freeze_time("2027-09-08 12:00:00")
    def test_who_may_read(self):
        """Managers, accountants and auditors, of their companies; nobody else."""
        with freeze_time("2027-08-30 12:00:00"):
            self._execute("create_child_orders", program=self.coffee)
        self.env.flush_all()
        menus = [
            self.env.ref(f"continuity_program.continuity_{name}_report_menu")
            for name in ("run", "late")
        ]
        views = [(False, name) for name in ("pivot", "list", "graph", "search")]
        domain = [("program_id", "=", self.coffee.id)]
        for group in (MANAGER, ACCOUNTANT, AUDITOR):
            user = self._create_user(f"operations_{group}", group)
            visible = self.env["ir.ui.menu"].with_user(user)._visible_menu_ids()
            for menu, report in zip(menus, (self.report, self.late), strict=True):
                report = report.with_user(user)
                report.get_views(views)
                found = report.search(domain)
                self.assertTrue(found)
                for row in found:
                    row.read(["display_name", "reason", "message"])
                    self.assertTrue(row.action_open_record())
                self.assertFalse(found.has_access("write"))
                self.assertIn(menu.id, visible)
        seller = self._create_user("operations_seller", SELLER_ALL)
        other = self.env["res.company"].create({"name": "Another company"})
        stranger = self._create_user("operations_stranger", MANAGER)
        stranger.write(
            {"company_ids": [Command.set(other.ids)], "company_id": other.id}
        )
        for report in (self.report, self.late):
            with self.assertRaises(AccessError):
                report.with_user(seller).search([])
            there = report.with_user(stranger).with_company(other)
            self.assertFalse(there.search([]))
