# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, datetime

from odoo.fields import Command
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from ..common import MANAGER
from .run_case import CRON, RunCase


@tagged("post_install", "-at_install")
@freeze_time("2027-09-10 12:00:00")
class TestRunBroken(RunCase):
    """One company's trouble is told, tried again, and stops nobody else."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls.env["res.company"].create({"name": "Other company"})
        cls.env.user.company_ids |= cls.other
        cls.env["continuity.program"].create(
            {"name": "Theirs", "code": "THEIRS", "company_id": cls.other.id}
        )
        cls.manager = cls._create_user("broken_manager", MANAGER)
        cls.manager.write({"company_ids": cls.other.ids, "company_id": cls.other.id})

    def setUp(self):
        super().setUp()
        job = type(self.env["continuity.job.create_child_orders"])
        get_phases = job._get_phases
        self.broken = {self.other.id}

        def break_down(self_job, run):
            if run.company_id.id in self.broken:
                raise OverflowError("date value out of range")
            return get_phases(self_job, run)

        self.patch(job, "_get_phases", break_down)
        self.enterContext(mute_logger(CRON))
        self.enterContext(
            mute_logger(
                "odoo.addons.continuity_program.models.runs.continuity_run_again"
            )
        )

    def _get_activities(self):
        broken = self.env.ref("continuity_program.mail_activity_run_broken")
        return self.other.partner_id.activity_ids.filtered(
            lambda activity: activity.activity_type_id == broken
        )

    def _get_troubles(self):
        runs = self.env["continuity.run"].with_user(self.manager)
        return runs.with_context(allowed_company_ids=self.other.ids).get_troubles()

    def test_told_and_tried_again(self):
        order = self._sell()
        self._trigger()
        self.assertEqual(order.child_order_ids.state, "sale")
        self.assertEqual(self.cron.failure_count, 0)
        run = self._get_runs(company_id=self.other.id)
        self.assertRecordValues(
            run,
            [
                {
                    "state": "failed",
                    "try_count": 1,
                    "again_at": datetime(2027, 9, 10, 12, 20),
                }
            ],
        )
        self.assertIn("Broken off: date value out of range", run.message)
        self.assertIn("It is begun again at", run.message)
        activity = self._get_activities()
        self.assertEqual(activity.user_id, self.manager)
        self.assertIn("date value out of range", activity.note)
        self.assertEqual([t["id"] for t in self._get_troubles()], run.ids)
        # Somebody mends it: the next try is a good one
        self.broken.clear()
        with freeze_time("2027-09-10 12:19:00"):
            self._trigger(self.background)
        self.assertEqual(run.state, "failed")
        with freeze_time("2027-09-10 12:20:00"):
            self._trigger(self.background)
        self.assertRecordValues(
            run, [{"state": "done", "try_count": 0, "again_at": False}]
        )
        self.assertFalse(self._get_activities())
        self.assertFalse(self._get_troubles())
        self.assertEqual(self._get_runs(company_id=self.other.id), run)

    def test_comes_back_after_midnight(self):
        """It broke off at 23:50 of its company: it comes back at 0:10, as it says."""
        self.other.partner_id.tz = "America/Sao_Paulo"
        with freeze_time("2027-09-11 02:50:00"):
            self._trigger()
        run = self._get_runs(company_id=self.other.id)
        self.assertEqual((run.state, run.date), ("failed", date(2027, 9, 10)))
        self.broken.clear()
        with freeze_time("2027-09-11 03:10:00"):
            self._trigger(self.background)
        self.assertRecordValues(
            run, [{"state": "done", "date": date(2027, 9, 10), "again_at": False}]
        )
        self.assertFalse(self._get_activities())

    def test_killed_before_midnight(self):
        """Its worker was killed at 23:50: its action is called after midnight, too."""
        self.other.partner_id.tz = "America/Sao_Paulo"
        with freeze_time("2027-09-11 02:50:00"):
            run = self.env["continuity.run"]._create_run(
                "create_child_orders",
                {"company": self.other},
                origin="scheduled",
                state="running",
                try_count=1,
            )
        triggers = self.env["ir.cron.trigger"].search([("cron_id", "=", self.cron.id)])
        triggers.unlink()
        with freeze_time("2027-09-11 03:10:00"):
            self._trigger(self.background)
        self.assertTrue(triggers.search([("cron_id", "=", self.cron.id)]))
        self.broken.clear()
        with freeze_time("2027-09-11 03:11:00"):
            self._trigger()
        self.assertEqual(run.state, "stopped")
        again = self._get_runs(company_id=self.other.id, state="done")
        self.assertEqual(again.date, date(2027, 9, 11))

    def test_three_tries_a_night(self):
        self._trigger()
        run = self._get_runs(company_id=self.other.id)
        for moment, tries, again in (
            ("2027-09-10 12:20:00", 2, datetime(2027, 9, 10, 12, 40)),
            ("2027-09-10 12:40:00", 3, False),
            ("2027-09-10 13:00:00", 3, False),
        ):
            with freeze_time(moment):
                self._trigger(self.background)
            self.assertRecordValues(
                run, [{"state": "failed", "try_count": tries, "again_at": again}]
            )
        self.assertIn("press Continue", run.message)
        self.assertEqual(len(self._get_activities()), 1)
        # A person mends it and presses Continue
        self.broken.clear()
        run.with_user(self.manager).action_continue()
        self._trigger(self.background)
        self.assertEqual(run.state, "done")
        self.assertFalse(self._get_activities())

    def test_next_night_begins_anew(self):
        self._trigger()
        with freeze_time("2027-09-11 12:00:00"):
            self._trigger(self.background)
            self.assertEqual(len(self._get_runs(company_id=self.other.id)), 1)
            self._trigger()
        runs = self._get_runs(company_id=self.other.id).sorted("id")
        self.assertEqual(runs.mapped("try_count"), [1, 1])
        over = runs.filtered(lambda run: run.date == date(2027, 9, 10))
        self.assertFalse(over.again_at, "its day is over")
        self.assertIn("Not finished on its day; the next run goes on.", over.message)
        self.assertNotIn("It is begun again", over.message)
        self.assertEqual(len(self._get_activities()), 1)
        # Another process does not do the work of this one
        with freeze_time("2027-09-12 12:00:00"):
            self._trigger(self.env.ref("continuity_program.ir_cron_close_orders"))
            self.assertEqual(len(self._get_activities()), 1)
            self.broken.clear()
            self._trigger()
            self.assertEqual(self._get_runs(company_id=self.other.id)[0].state, "done")
        self.assertFalse(self._get_activities())

    def test_worker_that_is_killed_again_and_again(self):
        """Whoever ends the server is not begun for ever, and lets others go first."""
        order = self._sell()
        runs = self.env["continuity.run"]
        killed = runs._create_run(
            "create_child_orders",
            {"company": self.other},
            origin="scheduled",
            state="running",
            try_count=3,
        )
        fresh = runs._create_run(
            "create_child_orders", {}, origin="scheduled", state="queued"
        )
        self.broken.clear()
        self._trigger()
        self.assertEqual(fresh.state, "done")
        self.assertEqual(order.child_order_ids.state, "sale")
        self.assertRecordValues(killed, [{"state": "failed", "again_at": False}])
        self.assertIn("The server went down while it worked, 3 times", killed.message)
        self.assertEqual(self._get_activities().user_id, self.manager)

    def test_background_run(self):
        """What a person left to the scheduler makes no action fail, either."""
        run = self.env["continuity.run"].queue(
            "create_child_orders", company=self.other
        )
        self._trigger(self.background)
        self.assertRecordValues(
            run, [{"state": "failed", "again_at": datetime(2027, 9, 10, 12, 20)}]
        )
        self.assertEqual(self._get_activities().user_id, self.manager)

    def test_broken_before_it_begins(self):
        """Also what breaks outside of the work counts as a try, and stops nobody."""
        order = self._sell()
        runs = type(self.env["continuity.run"])
        work = runs._work

        def break_down(run, commit=False):
            if run.company_id == self.other:
                run.env.cr.execute("SELECT 1 / 0")
            return work(run, commit=commit)

        self.patch(runs, "_work", break_down)
        with mute_logger("odoo.sql_db"):
            self._trigger()
        self.assertEqual(order.child_order_ids.state, "sale")
        run = self._get_runs(company_id=self.other.id)
        self.assertRecordValues(
            run,
            [
                {
                    "state": "failed",
                    "try_count": 1,
                    "again_at": datetime(2027, 9, 10, 12, 20),
                }
            ],
        )
        self.assertIn("Broken off: division by zero", run.message)

    def test_nobody_of_the_company_to_tell(self):
        """Then an administrator of the system is told, who can do something."""
        self.manager.active = False
        others = self.env["res.users"].search([("company_ids", "in", self.other.id)])
        others.company_ids -= self.other
        self._trigger()
        self.assertEqual(self._get_runs(company_id=self.other.id).state, "failed")
        told = self._get_activities().user_id
        self.assertTrue(told.has_group("base.group_system"))


@tagged("post_install", "-at_install")
@freeze_time("2027-09-10 12:00:00")
class TestRunInterrupted(RunCase):
    """An interrupted run says what is half-done, by step."""

    def _stop_after(self, method, count):
        job = type(self.env["continuity.job.create_child_orders"])
        original, done = getattr(job, method), []

        def work(self_job, run, records):
            original(self_job, run, records)
            done.append(records)
            if len(done) == count:
                run.with_user(self.env.user).action_stop()

        self.patch(job, method, work)

    def test_stopped_between_payments(self):
        orders = self._sell(3)
        self._stop_after("_charge", 1)
        run = self.env["continuity.run"].queue("create_child_orders")
        self._trigger(self.background)
        self.assertRecordValues(
            run, [{"state": "stopped", "done_count": 3, "remaining_count": 3}]
        )
        self.assertIn("3 child orders created.", run.message)
        self.assertIn("Still to do – payments: 2; confirmation: 1.", run.message)
        run.action_continue()
        self._trigger(self.background)
        self.assertRecordValues(run, [{"state": "done", "remaining_count": 0}])
        self.assertNotIn("Still to do", run.message)
        self.assertEqual(set(orders.child_order_ids.mapped("state")), {"sale"})

    @mute_logger(CRON)
    def test_broken_before_confirmation(self):
        self._sell(3)
        job = type(self.env["continuity.job.create_child_orders"])
        lock = job._lock_due

        def break_down(self_job, run, phase, size, ids=None):
            if phase.model == "sale.order":
                raise IndexError("broken")
            return lock(self_job, run, phase, size, ids)

        self.patch(job, "_lock_due", break_down)
        run = self.env["continuity.run"].queue("create_child_orders")
        self._trigger(self.background)
        self.assertRecordValues(run, [{"state": "failed", "remaining_count": 3}])
        self.assertIn("Broken off: broken Still to do – confirmation: 3.", run.message)


@tagged("post_install", "-at_install")
@freeze_time("2027-09-10 12:00:00")
class TestRunArchived(RunCase):
    """Nothing is due in an archived company; money that is under way is."""

    def _archive(self):
        """As it may have been archived before anybody was asked."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE res_company SET active = false WHERE id = %s", [self.company.id]
        )
        self.env.invalidate_all()

    def test_archiving_is_refused(self):
        other = self.env["res.company"].create({"name": "Other company"})
        self.env["continuity.program"].create(
            {"name": "Theirs", "code": "THEIRS", "company_id": other.id}
        )
        other.action_archive()
        self.assertFalse(other.active)
        order = self._sell()
        order.action_hold("Customer is abroad")
        # Odoo itself refuses what is the default company of somebody
        self.env["res.users"].with_context(active_test=False).search(
            [("company_id", "=", self.company.id)]
        ).write({"company_ids": [Command.link(other.id)], "company_id": other.id})
        other.action_unarchive()
        with self.assertRaisesRegex(
            Exception, "1 running continuity orders.*End or cancel them first"
        ):
            self.company.active = False
            self.company.flush_recordset()

    def test_nothing_is_due(self):
        order = self._sell()
        self._archive()
        for job in (
            "update_current_event",
            "update_orders",
            "extend_lines",
            "process_payments",
            "create_child_orders",
            "close_orders",
        ):
            run = self._execute(job, company=self.company)
            self.assertRecordValues(
                run.line_ids, [{"outcome": "skipped", "reason": "company_archived"}]
            )
            self.assertRecordValues(
                run, [{"state": "done", "skipped_count": 0, "remaining_count": 0}]
            )
            self.assertIn("is archived: nothing is due", run.message)
        self.assertFalse(order.child_order_ids)
        self._trigger()
        self.assertFalse(self._get_runs(origin="scheduled"))

    def test_no_charge_and_no_notice(self):
        order = self._sell()
        job = type(self.env["continuity.job.create_child_orders"])
        phases = job._get_phases
        self.patch(job, "_get_phases", lambda jobs, run: phases(jobs, run)[:2])
        self._execute("create_child_orders")
        self.patch(job, "_get_phases", phases)
        self._archive()
        row = order.payment_ids
        self.assertEqual(row.state, "scheduled")
        row.action_charge_now()
        self.assertEqual(row.state, "scheduled")
        mails = self.env["mail.mail"].search_count([])
        row._send_continuity_notice("payment_declined")
        self.assertEqual(self.env["mail.mail"].search_count([]), mails)

    def test_money_under_way_is_resolved(self):
        order = self._sell()
        payments = type(self.env["continuity.payment"])
        with self.subTest("charged, not booked"):
            post_process = payments._post_process
            self.patch(payments, "_post_process", lambda _rows: None)
            self._execute("create_child_orders")
            self.patch(payments, "_post_process", post_process)
            self.assertEqual(order.payment_ids.state, "paid")
            self.assertFalse(order.payment_ids.transaction_id.payment_id)
            self._archive()
            self._trigger(self.env.ref("continuity_program.ir_cron_resolve_payments"))
            self.assertEqual(order.payment_ids.transaction_id.payment_id.amount, 30.0)
