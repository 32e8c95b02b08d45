# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What somebody else holds, and the night with two threads: with real connections.

On a copy of the database, with processes of their own.
"""

import unittest
from itertools import pairwise

from odoo.tests import BaseCase, tagged

from .worker_scripts import SET_UP

try:
    from tools import testdb
except ImportError:  # installed without the development environment
    testdb = None

#: A person has the first shipment open in a transaction of his own
HOLD = """
from odoo.addons.continuity_program.jobs import continuity_job
from odoo.modules.registry import Registry
lets_go = arguments[0] == "soon"
person = Registry(env.cr.dbname).cursor()
person.execute(
    "SELECT id FROM continuity_shipment WHERE state = 'planned' AND planned_date <="
    " now() ORDER BY planned_date, id LIMIT 1 FOR UPDATE"
)
waited = []

def sleep(seconds):
    waited.append(seconds)
    if lets_go:
        person.rollback()

continuity_job.time.sleep = sleep
run = env["continuity.run"].execute("create_child_orders", commit=True)
print(waited, run.state, run.done_count, run.remaining_count, run.held_count)
print(run.message)
person.rollback()
"""

#: The scheduler, a little later
COME_BACK = """
run = env["continuity.run"].search([], limit=1)
trigger = env["ir.cron.trigger"].search(
    [("cron_id", "=", env.ref("continuity_program.ir_cron_background_runs").id)],
    order="id desc",
    limit=1,
)
print(trigger.call_at == run.again_at, run.again_at > run.finished_at)
env["continuity.run"]._cron_background()
print(run.state, run.done_count)
env.cr.execute(
    "UPDATE continuity_run"
    " SET again_at = now() at time zone 'utc' - interval '1 minute'"
)
env.cr.commit()
env.invalidate_all()
env["continuity.run"]._cron_background()
env.invalidate_all()
print(run.state, run.done_count, run.remaining_count, run.held_count, run.again_at)
print(run.message)
"""

#: A worker begins with what a person stops in the same moment
STOP = """
from odoo.modules.registry import Registry
from odoo.addons.continuity_program.models.runs.continuity_run_progress import (
    WORKER_LOCK,
)
run = env["continuity.run"].search([], limit=1)
worker = Registry(env.cr.dbname).cursor()
worker.execute("SELECT pg_advisory_lock(%s, %s)", [WORKER_LOCK, run.id])
run.action_stop()
env.cr.commit()
print(run.state, bool(run.again_at), run.signal_ids.mapped("action"))
worker.execute("SELECT pg_advisory_unlock_all()")
worker.close()
env.cr.execute(
    "UPDATE continuity_run"
    " SET again_at = now() at time zone 'utc' - interval '1 minute'"
)
env.cr.commit()
env.invalidate_all()
env["continuity.run"]._cron_background()
env.invalidate_all()
print(run.state, bool(run.again_at), run.done_count)
"""

#: A thread for scheduled actions of a server; the first processes take their time
CRON_THREAD = """
import time
from odoo.addons.base.models.ir_cron import IrCron
jobs = ("update_current_event", "update_orders", "extend_lines")

def make_slow(model):
    original = model._get_phases

    def get_phases(self, run):
        time.sleep(1)
        return original(self, run)

    model._get_phases = get_phases

for job in jobs:
    make_slow(type(env[f"continuity.job.{job}"]))
end = time.monotonic() + 90
ended = 0
while ended < 8 and time.monotonic() < end:
    IrCron._process_jobs(env.cr.dbname)
    env.cr.rollback()
    env.cr.execute("SELECT count(*) FROM continuity_run WHERE state = 'done'")
    ended = env.cr.fetchone()[0]
    time.sleep(0.2)
print(ended)
"""


@tagged("post_install", "-at_install")
@unittest.skipUnless(testdb, "needs the development environment")
class TestRunHeld(BaseCase):
    """What a person is working on is not forgotten until the next night."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ground = cls.enterClassContext(testdb.copied())
        testdb.run(cls.ground, SET_UP, 3)

    def setUp(self):
        super().setUp()
        self.database = self.enterContext(testdb.copied(self.ground))

    def _count_children(self):
        sql = "SELECT count(*) FROM sale_order WHERE continuity_order_id > 0"
        return testdb.query(self.database, sql)[0][0]

    def test_held_for_long(self):
        lines = testdb.run(self.database, HOLD, "never").stdout.splitlines()
        self.assertEqual(lines[0], "[3] done 2 1 1")
        self.assertIn("1 remain. Somebody is working on 1 of them", lines[1])
        self.assertIn("looked at again at", lines[1])
        self.assertRegex(lines[1], r"In use: CO\d+ / 1\.")
        self.assertNotIn("Finished", lines[1])
        self.assertEqual(self._count_children(), 2)
        lines = testdb.run(self.database, COME_BACK).stdout.splitlines()
        self.assertEqual(lines[:3], ["True True", "done 2", "done 3 0 0 False"], lines)
        self.assertIn("3 child orders created.", lines[3])
        self.assertIn("Finished.", lines[3])
        self.assertEqual(self._count_children(), 3)

    def test_stopped_when_it_comes_back(self):
        testdb.run(self.database, HOLD, "never")
        lines = testdb.run(self.database, STOP).stdout.splitlines()
        self.assertEqual(lines, ["done True ['stop']", "stopped False 2"])
        self.assertEqual(self._count_children(), 2)

    def test_held_for_a_moment(self):
        lines = testdb.run(self.database, HOLD, "soon").stdout.splitlines()
        self.assertEqual(lines[0], "[3] done 3 0 0")
        self.assertNotIn("Somebody", lines[1])
        self.assertEqual(self._count_children(), 3)

    def test_night_with_two_threads(self):
        """Missed while the server was down; then each process after the other."""
        testdb.query(
            self.database,
            """UPDATE ir_cron SET active = false WHERE id NOT IN (
                   SELECT res_id FROM ir_model_data
                    WHERE module = 'continuity_program' AND model = 'ir.cron')""",
        )
        testdb.query(
            self.database,
            """UPDATE ir_cron SET nextcall = now() at time zone 'utc' - INTERVAL '5 h'
                WHERE id IN (SELECT res_id FROM ir_model_data
                              WHERE name = 'ir_cron_update_current_event')""",
        )
        threads = [testdb.start(self.database, CRON_THREAD) for _number in range(2)]
        for thread in threads:
            stdout, stderr = thread.communicate(timeout=200)
            self.assertEqual(thread.returncode, 0, stderr)
            self.assertEqual(stdout, "8\n", stderr)
        runs = testdb.query(
            self.database,
            "SELECT job, started_at, finished_at FROM continuity_run ORDER BY id",
        )
        self.assertEqual(
            [job for job, _started, _finished in runs],
            [
                "update_current_event",
                "update_orders",
                "extend_lines",
                "process_payments",
                "create_child_orders",
                "close_orders",
                "check_balances",
                "refresh_insight",
            ],
        )
        for before, after in pairwise(runs):
            self.assertGreaterEqual(after[1], before[2], (before, after))
        self.assertEqual(self._count_children(), 3)
