# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime

from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from ...models.runs.continuity_run_progress import WORKER_LOCK
from ..common import MANAGER, SELLER
from .run_case import CRON, RunCase


@tagged("post_install", "-at_install")
@freeze_time("2027-09-10 12:00:00")
class TestRunSilent(RunCase):
    """A run nobody works on says so to whoever opens a screen, and can be stopped."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company = cls.env.company
        cls.manager = cls._create_user("silent_manager", MANAGER)
        cls.manager.name = "Mary Manager"
        cls.company.continuity_responsible_id = cls.manager
        cls.seller = cls._create_user("silent_seller", SELLER)

    def _kill(self, tries=1):
        """A run of the night as a killed worker leaves it, in its second step."""
        run = self.env["continuity.run"]._create_run(
            "create_child_orders",
            {},
            origin="scheduled",
            state="running",
            try_count=tries,
            step_number=2,
            step_count=3,
            step_name="payments",
            step_done=1,
            step_total=4,
            step_started_at=datetime(2027, 9, 10, 11, 55),
            done_count=2,
        )
        return run.sudo()

    def _hold(self, run):
        """Take the lock of its worker until the test ends."""
        keys = (WORKER_LOCK, run.id)
        self.env.cr.execute("SELECT pg_advisory_lock(%s, %s)", keys)
        unlock = "SELECT pg_advisory_unlock(%s, %s)"
        self.addCleanup(self.env.cr.execute, unlock, keys)

    def _get_troubles(self, user):
        return self.env["continuity.run"].with_user(user).get_troubles()

    def _get_activities(self):
        broken = self.env.ref("continuity_program.mail_activity_run_broken")
        return self.company.partner_id.activity_ids.filtered(
            lambda activity: activity.activity_type_id == broken
        )

    def _see(self, run, moment):
        run.invalidate_recordset()
        with freeze_time(moment):
            return run.progress_text

    def test_no_scheduler(self):
        run = self.env["continuity.run"].with_user(self.manager)
        run = run.queue("create_child_orders")
        self.assertFalse(run.is_at_work)
        waiting = "Waiting for the scheduler; it starts within a minute."
        self.assertEqual(self._see(run, "2027-09-10 12:01:59"), waiting)
        self.assertIn(
            "Nothing has begun it for 2 min: no scheduler is running",
            self._see(run, "2027-09-10 12:02:00"),
        )
        with freeze_time("2027-09-10 12:14:00"):
            self.assertFalse(self._get_troubles(self.seller))
        with freeze_time("2027-09-10 12:15:00"):
            (trouble,) = self._get_troubles(self.seller)
        self.assertEqual(trouble["id"], run.id)
        self.assertIn("Nothing has begun it for 15 min", trouble["text"])
        # Its turn has not come, where others were worked off a moment ago
        self._kill().write({"state": "done", "heard_at": "2027-09-10 12:14:00"})
        with freeze_time("2027-09-10 12:15:00"):
            self.assertFalse(self._get_troubles(self.seller))
        self.assertEqual(self._see(run, "2027-09-10 12:15:00"), waiting)
        # A scheduler that is busy is one that runs
        busy = self._kill()
        self._hold(busy)
        self.assertEqual(
            self._see(run, "2027-09-10 13:00:00"),
            "The scheduler works on something else first: “Create continuity child"
            " orders”.",
        )
        with freeze_time("2027-09-10 13:00:00"):
            self.assertFalse(self._get_troubles(self.seller))

    def test_what_was_stopped_and_goes_on_is_waited_for_anew(self):
        run = self.env["continuity.run"].with_user(self.manager)
        run = run.queue("create_child_orders")
        run.action_stop()
        with freeze_time("2027-09-10 13:00:00"):
            run.action_continue()
            self.assertIn("Waiting for the scheduler", run.progress_text)
        self.assertIn("for 3 min", self._see(run, "2027-09-10 13:03:00"))

    def test_killed(self):
        """Told at once on the screens, and to a manager as soon as it goes on."""
        self._sell()
        run = self._kill()
        self.assertIn("Step 2 of 3", self._see(run, "2027-09-10 12:01:00"))
        self.assertIn(
            "Its server went down 2 min ago while it worked. The scheduler goes on",
            self._see(run, "2027-09-10 12:02:00"),
        )
        self.assertIn(
            "no scheduler is running to go on with it",
            self._see(run, "2027-09-10 12:15:00"),
        )
        with freeze_time("2027-09-10 12:02:00"):
            (trouble,) = self._get_troubles(self.seller)
        self.assertEqual(trouble["id"], run.id)
        told = []
        job = type(self.env["continuity.job.create_child_orders"])
        get_phases = job._get_phases

        def look(self_job, worker_run):
            told.append((worker_run.message, self._get_activities().user_id))
            return get_phases(self_job, worker_run)

        self.patch(job, "_get_phases", look)
        with freeze_time("2027-09-10 12:10:00"):
            self._trigger()
            self.assertFalse(self._get_troubles(self.seller))
        message, user = told[0]
        self.assertEqual(user, self.manager)
        self.assertIn("Its server went down at 12:00", message.replace("\u202f", " "))
        self.assertIn("It goes on now: attempt 2 of 3.", message)
        self.assertRecordValues(run, [{"state": "done", "try_count": 0}])
        self.assertFalse(self._get_activities(), "mended: nobody is asked")

    @mute_logger(CRON)
    def test_killed_too_often(self):
        run = self._kill(tries=3)
        self._trigger()
        self.assertRecordValues(run, [{"state": "failed", "again_at": False}])
        self.assertEqual(self._get_activities().user_id, self.manager)
        (trouble,) = self._get_troubles(self.seller)
        self.assertIn("3 times", trouble["text"])

    def test_stop(self):
        """At once where nobody works on it; else its worker is asked."""
        self._sell(2)
        held, killed = self._kill(), self._kill()
        self._hold(held)
        (held | killed).with_user(self.manager).action_stop()
        self.assertRecordValues(
            held | killed,
            [
                {"state": "running", "is_stopping": True, "is_at_work": True},
                {"state": "stopped", "is_stopping": False, "is_at_work": False},
            ],
        )
        self.assertEqual(held.progress_text, "Stops after this chunk.")
        self.assertEqual(killed.remaining_count, 2)
        self.assertRegex(
            killed.message, r"Stopped by Mary Manager\. Still to do – orders: 2\.$"
        )

    def test_night_that_does_not_begin(self):
        first = self.env.ref("continuity_program.ir_cron_update_current_event")
        first.nextcall = datetime(2027, 9, 10, 11, 0)
        with freeze_time("2027-09-10 11:59:59"):
            self.assertFalse(self._get_troubles(self.seller))
        (trouble,) = self._get_troubles(self.seller)
        self.assertFalse(trouble["id"])
        self.assertIn("were due at", trouble["text"])
        self.assertIn("no scheduler is running", trouble["text"])
        # Switched off on purpose: said by the check list
        first.active = False
        self.assertFalse(self._get_troubles(self.seller))
