# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date
from unittest.mock import patch

from odoo import api
from odoo.exceptions import AccessError
from odoo.tests import Form, freeze_time, tagged

from ..common import ACCOUNTANT, MANAGER, SELLER, ContinuityCommon


@tagged("post_install", "-at_install")
@freeze_time("2027-09-10 12:00:00")
class TestRunCron(ContinuityCommon):
    """The run as the scheduler and the dialog start it, with commits."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.program = cls._create_program()
        cls.product = cls._create_parent_product(cls.program)
        cls.cron = cls.env.ref("continuity_program.ir_cron_create_child_orders")

    def _sell(self, count=1):
        orders = self.env["continuity.order"]
        for _number in range(count):
            orders |= self._create_sold_order(self.product).continuity_order_ids
        return orders

    def _get_runs(self, origin="scheduled"):
        return self.env["continuity.run"].search([("origin", "=", origin)])

    def _trigger(self, cron=None):
        with self.enter_registry_test_mode():
            (cron or self.cron).method_direct_trigger()

    def test_scheduled_actions(self):
        """Eight processes in order and two more; those that exist are on."""
        crons = (
            self.env["ir.cron"]
            .with_context(active_test=False)
            .search([("model_id.model", "=", "continuity.run")], order="priority, id")
        )
        self.assertEqual(len(crons), 10)
        for cron in crons:
            job = cron.code.partition('"')[2].partition('"')[0]
            if job:
                self.assertEqual(cron.active, f"continuity.job.{job}" in self.env, job)

    def test_nightly_run(self):
        order = self._sell()
        self._trigger()
        self.assertEqual(order.child_order_ids.state, "sale")
        self.assertEqual(order.payment_ids.state, "paid")
        run = self._get_runs()
        self.assertRecordValues(
            run,
            [
                {
                    "company_id": self.company.id,
                    "date": date(2027, 9, 10),
                    "state": "done",
                    "done_count": 1,
                    "user_id": self.env.ref("base.user_root").id,
                }
            ],
        )

    def test_today_of_each_company(self):
        """One scheduled action, two companies, two dates."""
        other = self.env["res.company"].create({"name": "Other company"})
        self.env.user.company_ids |= other
        self.env["continuity.program"].create(
            {"name": "Theirs", "code": "THEIRS", "company_id": other.id}
        )
        self.company.partner_id.tz = "America/Los_Angeles"
        other.partner_id.tz = "Pacific/Auckland"
        with freeze_time("2027-09-11 02:00:00"):
            self._trigger()
        dates = {run.company_id: run.date for run in self._get_runs()}
        self.assertEqual(
            dates, {self.company: date(2027, 9, 10), other: date(2027, 9, 11)}
        )

    def test_unfinished_run_is_continued(self):
        """The run of the night spans calls, one record once."""
        orders = self._sell(3)
        job = type(self.env["continuity.job.create_child_orders"])
        get_phases = job._get_phases
        runs = type(self.env["continuity.run"])
        checkpoint = runs._checkpoint

        def one_by_one(self_job, run):
            return [
                type(phase)(**{**phase.__dict__, "size": 1})
                for phase in get_phases(self_job, run)[1:2]
            ]

        def no_time_left(run, processed=0, remaining=None):
            checkpoint(run, processed, remaining)
            return 0.0

        self.patch(job, "_get_phases", one_by_one)
        self.patch(runs, "_checkpoint", no_time_left)
        self._work_scheduled()
        run = self._get_runs()
        self.assertRecordValues(
            run, [{"state": "running", "done_count": 1, "remaining_count": 2}]
        )
        self._work_scheduled()
        self.assertEqual(self._get_runs(), run)
        self.assertEqual(run.done_count, 2)
        self.patch(runs, "_checkpoint", checkpoint)
        self._work_scheduled()
        self.assertEqual(self._get_runs(), run)
        self.assertRecordValues(run, [{"state": "done", "done_count": 3}])
        self.assertEqual(len(orders.child_order_ids), 3)

    def _work_scheduled(self, **context):
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            env = api.Environment(cr, self.env.uid, context)
            env["continuity.run"]._cron_run("create_child_orders")

    def test_unfinished_run_wakes_the_scheduler(self):
        """The next slice need not wait for Odoo's poll; one that did nothing waits."""
        self.patch(
            type(self.env["continuity.run"]), "_work", lambda *_args, **_options: False
        )
        woken = []
        self.patch(
            type(self.env["ir.cron"]), "_notifydb", lambda cron: woken.append(cron)
        )
        for done, times in ((0, 0), (7, 1)):
            with self.subTest(done=done):
                woken.clear()
                self._work_slice(done)
                self.assertEqual(len(woken), times)

    def _work_slice(self, done):
        """One call of the scheduled action, which says that it did some records."""
        progress = self.env["ir.cron.progress"].create(
            {"cron_id": self.cron.id, "done": done}
        )
        self._work_scheduled(cron_id=self.cron.id, ir_cron_progress_id=progress.id)

    def test_unfinished_run_of_yesterday_is_closed(self):
        order = self._sell()
        self.env["continuity.run"]._create_run(
            "create_child_orders",
            {"date": date(2027, 9, 9)},
            origin="scheduled",
            state="running",
        )
        self._trigger()
        self.assertEqual(
            self._get_runs().sorted("id").mapped("state"), ["stopped", "done"]
        )
        self.assertEqual(len(order.child_order_ids), 1)

    def test_next_process_is_triggered(self):
        payments = self.env.ref("continuity_program.ir_cron_process_payments")
        triggers = self.env["ir.cron.trigger"]
        triggers.search([]).unlink()
        self._trigger(payments)
        self.assertIn(self.cron, triggers.search([]).cron_id)

    # === DIALOG === #

    def _open_dialog(self, env, **values):
        return env["continuity.run.wizard"].create(
            {"job": "create_child_orders", **values}
        )

    def test_dialog_proposes(self):
        self.company.continuity_max_child_orders = 7
        wizard = self._open_dialog(self.env)
        self.assertRecordValues(wizard, [{"date": date(2027, 9, 10), "limit": 7}])

    def test_dialog_of_the_accountant(self):
        """Payments are run by accountants, too, from the same dialog."""
        accountant = self._create_user("dialog_accountant", ACCOUNTANT)
        dialogs = self.env["continuity.run.wizard"].with_user(accountant)
        with Form(dialogs.with_context(default_job="process_payments")) as form:
            form.product_id = self.product
        action = form.record.action_preview()
        run = self.env["continuity.run"].browse(action["res_id"])
        self.assertEqual((run.user_id, run.dry_run), (accountant, True))

    def test_dialog_of_a_seller(self):
        seller = self._create_user("dialog_seller", SELLER)
        with self.assertRaises(AccessError):
            self._open_dialog(self.env(user=seller))

    def test_dialog_preview(self):
        order = self._sell()
        action = self._open_dialog(
            self.env, product_id=self.product.id
        ).action_preview()
        run = self.env["continuity.run"].browse(action["res_id"])
        self.assertTrue(run.dry_run)
        self.assertEqual(run.done_count, 1)
        self.assertFalse(order.child_order_ids)

    def test_dialog_run_now(self):
        order, other = self._sell(2)
        manager = self._create_user("dialog_manager", MANAGER)
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            env = api.Environment(cr, manager.id, {})
            wizard = self._open_dialog(env, sale_order_id=order.sale_order_id.id)
            run_id = wizard.action_run()["res_id"]
        run = self.env["continuity.run"].browse(run_id)
        self.assertRecordValues(run, [{"state": "done", "done_count": 1}])
        self.assertEqual(run.user_id, manager)
        self.assertEqual(order.child_order_ids.state, "sale")
        self.assertFalse(other.child_order_ids)

    def test_dialog_run_in_background(self):
        order = self._sell()
        self._open_dialog(self.env).action_run_in_background()
        run = self._get_runs("background")
        self.assertEqual(run.state, "queued")
        self.assertFalse(order.child_order_ids)
        self._trigger(self.env.ref("continuity_program.ir_cron_background_runs"))
        self.assertRecordValues(run, [{"state": "done", "done_count": 1}])
        self.assertEqual(len(order.child_order_ids), 1)

    def test_old_runs_are_deleted(self):
        """The log is kept as long as the company wants."""
        run = self._execute("create_child_orders")
        with freeze_time("2028-09-08 12:00:00"):
            self.env["continuity.run"]._gc_runs()
            self.assertTrue(run.exists())
        with freeze_time("2028-09-10 12:00:00"):
            self.env["continuity.run"]._gc_runs()
            self.assertFalse(run.exists())

    def test_old_runs_are_deleted_in_slices(self):
        """Three lines, two at a time; then the run, and one run at a time."""
        self._sell(3)
        first = self._execute("create_child_orders")
        second = self._execute("create_child_orders")
        self.assertEqual(len(first.line_ids), 3)
        runs, lines = self.env["continuity.run"], first.line_ids
        where = "odoo.addons.continuity_program.models.runs.continuity_run_cron"
        with (
            freeze_time("2028-09-10 12:00:00"),
            patch(f"{where}.VACUUMED_RUNS", 1),
            patch(f"{where}.VACUUMED_LINES", 2),
        ):
            self.assertEqual(runs._gc_runs(), (2, 1))
            self.assertEqual(len(lines.exists()), 1)
            self.assertTrue(first.exists())
            self.assertEqual(runs._gc_runs(), (2, 1))
            self.assertEqual((first | second).exists(), second)
            self.assertEqual(runs._gc_runs(), (1, 0))
            self.assertFalse(second.exists())
            self.assertEqual(runs._gc_runs(), (0, 0))

    def test_the_owner_leaves(self):
        """Odoo runs nothing for a user who is archived: OdooBot goes on."""
        owner, other = (self._create_user(n, MANAGER) for n in ("owner", "other"))
        background = self.env.ref("continuity_program.ir_cron_background_runs")
        foreign = self.env.ref("base.autovacuum_job")
        (self.cron | foreign).user_id = owner
        background.user_id = other
        owner.name = "Somebody"
        self.assertEqual(self.cron.user_id, owner)
        owner.action_archive()
        self.assertEqual(self.cron.user_id, self.env.ref("base.user_root"))
        self.assertEqual(background.user_id, other)
        self.assertEqual(foreign.user_id, owner)
