# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from ..common import ACCOUNTANT, MANAGER, SELLER, ContinuityCommon


@tagged("post_install", "-at_install")
@freeze_time("2027-09-10 12:00:00")
class TestRunProgress(ContinuityCommon):
    """A run in the background: how far it is, *Stop* and *Continue*."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.program = cls._create_program()
        cls.product = cls._create_parent_product(cls.program)
        cls.orders = cls.env["continuity.order"]
        for _number in range(3):
            cls.orders |= cls._create_sold_order(cls.product).continuity_order_ids
        cls.cron = cls.env.ref("continuity_program.ir_cron_background_runs")
        cls.manager = cls._create_user("progress_manager", MANAGER)

    def _queue(self, user=None):
        runs = self.env["continuity.run"].with_user(user or self.manager)
        return runs.queue("create_child_orders")

    def _trigger(self):
        with self.enter_registry_test_mode():
            self.cron.method_direct_trigger()
        self.env.invalidate_all()

    def _cut(self, size):
        """Let the first step take chunks of another size."""
        job = type(self.env["continuity.job.create_child_orders"])
        get_phases = job._get_phases

        def get_small_phases(self_job, run):
            resume, first, *others = get_phases(self_job, run)
            first = type(first)(**{**first.__dict__, "size": size})
            return [resume, first, *others]

        self.patch(job, "_get_phases", get_small_phases)

    def _watch(self):
        """Note what a person sees each time the worker commits."""
        runs = type(self.env["continuity.run"])
        checkpoint, seen = runs._checkpoint, []

        def watch(run, processed=0, remaining=None):
            if run.step_number:
                seen.append((run.step_number, run.step_done, run.step_total))
            return checkpoint(run, processed, remaining)

        self.patch(runs, "_checkpoint", watch)
        return seen

    # === BAR === #

    def test_bar_moves(self):
        run = self._queue()
        self.assertEqual((run.progress, run.step_number), (0.0, 0))
        self.assertIn("Waiting for the scheduler", run.progress_text)
        self._cut(2)
        seen = self._watch()
        self._trigger()
        self.assertEqual(
            list(dict.fromkeys(seen)),
            [
                (1, 0, 3),
                (1, 2, 3),
                (1, 3, 3),
                (2, 0, 3),
                (2, 1, 3),
                (2, 2, 3),
                (2, 3, 3),
                (3, 0, 3),
                (3, 3, 3),
            ],
        )
        self.assertRecordValues(
            run, [{"state": "done", "progress": 100.0, "done_count": 3}]
        )

    def test_what_the_bar_says(self):
        run = self._queue()
        run.sudo().write(
            {
                "state": "running",
                "step_number": 2,
                "step_count": 3,
                "step_name": "payments",
                "step_done": 30,
                "step_total": 120,
                "step_started_at": datetime(2027, 9, 10, 11, 58),
            }
        )
        self.assertAlmostEqual(run.progress, 100 / 3 * 1.25)
        self.assertEqual(
            run.progress_text,
            "Step 2 of 3, payments: 30 of 120. About 6 min left in this step.",
        )
        run.sudo().write({"step_done": 115})
        run.invalidate_recordset(["progress_text"])
        self.assertIn("Less than a minute left", run.progress_text)

    def test_a_run_of_a_caller_says_nothing(self):
        """Without commits nobody can watch: no counting for nothing."""
        run = self._execute("create_child_orders")
        self.assertRecordValues(run, [{"step_number": 0, "done_count": 3}])

    def test_next_call_goes_on_with_the_bar(self):
        """A slice of the scheduler does not begin the bar anew."""
        run = self._queue()
        self._cut(1)
        runs = type(self.env["continuity.run"])
        checkpoint = runs._checkpoint

        def no_time_left(run, processed=0, remaining=None):
            checkpoint(run, processed, remaining)
            return 0.0

        self.patch(runs, "_checkpoint", no_time_left)
        self._work_background()
        self.assertRecordValues(
            run, [{"state": "running", "step_number": 1, "step_done": 1}]
        )
        self._work_background()
        self.assertRecordValues(run, [{"step_done": 2, "step_total": 3}])

    def _work_background(self):
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            self.env(cr=cr)["continuity.run"]._cron_background()
        self.env.invalidate_all()

    # === STOP === #

    def test_stop_and_continue(self):
        run = self._queue()
        self._cut(1)
        job = type(self.env["continuity.job.create_child_orders"])
        create_documents = job._create_documents

        def stop_in_the_middle(self_job, worker_run, heads):
            create_documents(self_job, worker_run, heads)
            if worker_run.done_count == 2:
                worker_run.with_user(self.manager).action_stop()

        self.patch(job, "_create_documents", stop_in_the_middle)
        self._trigger()
        self.assertRecordValues(
            run, [{"state": "stopped", "done_count": 2, "remaining_count": 3}]
        )
        self.assertIn("Still to do – orders: 1; payments: 2.", run.message)
        self.assertIn("Stopped by progress_manager", run.message)
        self.assertEqual(len(self.orders.child_order_ids), 2)
        self.assertEqual(run.signal_ids.user_id, self.manager)
        self.assertFalse(run.is_stopping)
        # Nothing happens until somebody says so.
        self._trigger()
        self.assertEqual(len(self.orders.child_order_ids), 2)
        run.action_continue()
        self.assertRecordValues(run, [{"state": "queued", "message": False}])
        self._trigger()
        self.assertRecordValues(run, [{"state": "done", "remaining_count": 0}])
        self.assertEqual(len(self.orders.child_order_ids), 3)
        self.assertEqual(set(self.orders.child_order_ids.mapped("state")), {"sale"})
        self.assertEqual(
            len(self.orders.payment_ids.transaction_ids), 3, "each charged once"
        )

    def test_stop_before_it_begins(self):
        """Nobody is asked to do what a person can do himself: no scheduler may come."""
        run = self._queue()
        run.action_stop()
        self.assertRecordValues(
            run,
            [
                {
                    "state": "stopped",
                    "is_stopping": False,
                    "done_count": 0,
                    "remaining_count": 3,
                    "message": f"Stopped by {self.manager.name}. Still to do –"
                    " orders: 3.",
                }
            ],
        )
        self.assertTrue(run.finished_at)
        with self.assertRaisesRegex(UserError, "nothing to stop"):
            run.action_stop()
        self._trigger()
        self.assertRecordValues(run, [{"state": "stopped", "done_count": 0}])
        self.assertFalse(self.orders.child_order_ids)
        run.action_continue()
        self._trigger()
        self.assertRecordValues(run, [{"state": "done", "done_count": 3}])

    def test_stop_is_refused(self):
        run = self._queue()
        self._trigger()
        with self.assertRaisesRegex(UserError, "nothing to stop"):
            run.action_stop()
        with self.assertRaisesRegex(UserError, "was not stopped"):
            run.action_continue()
        self.assertFalse(run.signal_ids)

    def test_who_may_stop(self):
        run = self._queue()
        for role in (SELLER, ACCOUNTANT):
            user = self._create_user(f"stop_{role}", role)
            with self.subTest(role), self.assertRaises(AccessError):
                run.with_user(user).action_stop()
            with self.assertRaises(AccessError):
                self.env["continuity.run.signal"].with_user(user).create(
                    {"run_id": run.id, "user_id": user.id, "action": "stop"}
                )
        self.assertFalse(run.signal_ids)

    def test_another_company(self):
        other = self.env["res.company"].create({"name": "Other company"})
        run = self.env["continuity.run"].queue("create_child_orders", company=other)
        run.action_stop()
        with self.assertRaises(AccessError):
            run.with_user(self.manager).action_continue()
        signals = self.env["continuity.run.signal"].with_user(self.manager)
        self.assertFalse(signals.search([("run_id", "=", run.id)]))
