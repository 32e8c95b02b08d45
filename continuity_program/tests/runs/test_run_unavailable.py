# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import errno
from datetime import datetime

from psycopg2 import InterfaceError, OperationalError, errors

from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import SQL, mute_logger

from ...conflicts import is_unavailable
from ...jobs.continuity_job import Phase
from .run_case import CRON, RunCase

#: What no record is to blame for
MACHINE = (
    errors.DiskFull("could not extend file: No space left on device"),
    errors.OutOfMemory("out of memory"),
    errors.AdminShutdown("terminating connection due to administrator command"),
    OperationalError("server closed the connection unexpectedly"),
    InterfaceError("connection already closed"),
    OSError(errno.ENOSPC, "No space left on device"),
)
#: What a record may be to blame for, and another one may not meet
RECORD = (
    errors.QueryCanceled("canceling statement due to statement timeout"),
    errors.NumericValueOutOfRange("integer out of range"),
    OSError(errno.ENOENT, "No such file or directory"),
    ConnectionError("the provider does not answer"),
    UserError("The goods are gone"),
)


@tagged("post_install", "-at_install")
@freeze_time("2027-09-10 12:00:00")
class TestRunUnavailable(RunCase):
    """A database that cannot work: the run stops at once, and is told once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.records = cls.env["res.partner.category"].create(
            [{"name": f"Record {number}"} for number in range(5)]
        )

    def _break_down(self, job, error, **values):
        """Have a process meet an error with each of five records it finds due.

        :param str job: the process
        :param Exception error: what it meets
        :param values: more values of its pass
        :return: what was tried so far
        :rtype: list
        """
        tried = []

        def process(records):
            tried.append(records)
            raise error

        phase = Phase(
            model=self.records._name,
            due=SQL(
                "SELECT id FROM res_partner_category c WHERE c.id IN %s",
                tuple(self.records.ids),
            ),
            order=SQL("c.id"),
            locks=("c",),
            process=process,
            **values,
        )
        model = type(self.env[f"continuity.job.{job}"])
        self.patch(model, "_get_phases", lambda _job, _run: [phase])
        return tried

    def _get_jobs(self):
        return [
            name for name, _label in self.env["continuity.run"]._fields["job"].selection
        ]

    def test_what_is_whose(self):
        for error in MACHINE:
            with self.subTest(error=repr(error)):
                self.assertTrue(is_unavailable(error))
        for error in RECORD:
            with self.subTest(error=repr(error)):
                self.assertFalse(is_unavailable(error))

    def test_wrapped_by_a_template(self):
        wrapped = ValueError("Error while rendering the template")
        self.assertFalse(is_unavailable(wrapped))
        wrapped.__cause__ = MACHINE[0]
        self.assertTrue(is_unavailable(wrapped))

    def _check_stopped(self, job, error, **way):
        tried = self._break_down(job, error, **way)
        with self.assertRaises(type(error)), self.env.cr.savepoint():
            self.env["continuity.run"].execute(job)
        self.assertEqual(len(tried), 1)

    def test_each_process_stops_at_once(self):
        """Together, one at a time, and where money moves: one attempt, no line."""
        ways = ({}, {"size": 1}, {"size": 1, "is_repeatable": False})
        for job in self._get_jobs():
            for way in ways:
                with self.subTest(job=job, **way):
                    self._check_stopped(job, MACHINE[0], **way)

    def test_each_error_stops_it(self):
        for error in MACHINE:
            with self.subTest(error=repr(error)):
                self._check_stopped("create_child_orders", error)

    def test_each_process_goes_on_after_a_bad_record(self):
        """What is a record's own is written down for each of the five."""
        for job in self._get_jobs():
            tried = self._break_down(job, RECORD[0], size=1)
            model = type(self.env[f"continuity.job.{job}"])
            self.patch(model, "_describe_failure", lambda *_args: {})
            with (
                self.subTest(job=job),
                mute_logger("odoo.addons.continuity_program.jobs"),
            ):
                run = self.env["continuity.run"].execute(job, limit=5)
                self.assertEqual(len(tried), 5)
                self.assertEqual(run.failed_count, 5)

    def test_told_once_and_gone_on_with(self):
        order = self._sell()
        job = type(self.env["continuity.job.create_child_orders"])
        get_phases = job._get_phases
        tried = self._break_down("create_child_orders", MACHINE[0])
        with self.assertLogs(CRON, "ERROR") as logs:
            self._trigger()
        self.assertEqual(len(tried), 1)
        run = self._get_runs()
        line = (
            f"Continuity run {run.id} broke off, nothing can be written: could not"
            " extend file: No space left on device"
        )
        self.assertEqual(logs.output, [f"ERROR:{CRON}:{line}"])
        self.assertRecordValues(
            run,
            [
                {
                    "state": "failed",
                    "failed_count": 0,
                    "again_at": datetime(2027, 9, 10, 12, 20),
                }
            ],
        )
        self.assertIn("Broken off: could not extend file", run.message)
        self.assertFalse(run.line_ids)
        self.assertFalse(order.failure_message or order.activity_ids)
        self.assertEqual(self.cron.failure_count, 0)
        broken = self.env.ref("continuity_program.mail_activity_run_broken")
        activities = self.env.company.partner_id.activity_ids
        self.assertEqual(activities.activity_type_id, broken)
        self.assertEqual(len(activities), 1)
        # There is room again
        self.patch(job, "_get_phases", get_phases)
        with freeze_time("2027-09-10 12:20:00"):
            self._trigger(self.background)
        self.assertEqual(run.state, "done")
        self.assertEqual(len(order.child_order_ids), 1)
        self.assertFalse(self.env.company.partner_id.activity_ids)
