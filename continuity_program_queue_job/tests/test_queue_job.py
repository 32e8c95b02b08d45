# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A run worked off by OCA's job runner: a real server, on a database of its own.

The addon is not installed where the other tests run: there a run is worked off as
without it.
"""

import os
import subprocess
import sys
import time
import unittest

from odoo.tests import BaseCase, tagged

from odoo.addons.continuity_program.tests.sessions.worker_scripts import SET_UP

try:
    from tools import testdb
    from tools.server import free_port
except ImportError:  # installed without the development environment
    testdb = None

RC = os.environ.get("CONTINUITY_APART_RC")
ENVIRONMENT = {
    "CONTINUITY_ODOO_RC": RC or "",
    "PYTHONPATH": os.environ.get("CONTINUITY_APART_PATH", ""),
    "ODOO_QUEUE_JOB_CHANNELS": "root:4,root.continuity:2",
    "ODOO_QUEUE_JOB_HOST": "127.0.0.1",
}
SECONDS = 120

#: One of the orders cannot be made, its address is gone; then the press of the button
QUEUE = """
order = env["continuity.order"].search([], order="id", limit=1)
gone = order.partner_id.copy({"parent_id": order.partner_id.id, "type": "delivery"})
order.partner_shipping_id = gone
gone.active = False
env["continuity.run"].queue("create_child_orders")
env.cr.commit()
"""

#: A job is cancelled, the other one never begins: nobody waits for them
WITHOUT_JOBS = """
runs = env["continuity.run"]
run = runs.search([("state", "=", "queued")])
runs._cron_background()
env.invalidate_all()
chunks = run.chunk_ids
print(run.state, chunks.mapped("record_count"), set(chunks.mapped("state")))
# The scheduler comes by again, and waits
runs._cron_background()
env.invalidate_all()
print(run.state, run.done_count, set(chunks.mapped("state")))
jobs = env["queue.job"].search([("uuid", "in", chunks.mapped("job_uuid"))])
env.cr.execute("UPDATE queue_job SET state = 'cancelled' WHERE id = %s", [jobs[0].id])
env.cr.execute("UPDATE queue_job SET state = 'failed' WHERE id = %s", [jobs[1].id])
env.cr.commit()
env.invalidate_all()
runs._cron_background()
env.invalidate_all()
print(run.state, run.done_count, run.skipped_count, set(chunks.mapped("state")))
"""

#: Who goes on with a run of the night, with one that comes back, with an ended one
CALLED = """
run = env["continuity.run"].search([("state", "=", "queued")])
triggers = env["ir.cron.trigger"]
for state, again_at in (
    ("running", False),
    ("running", "2027-01-10 02:20:00"),
    ("failed", "2999-01-10 02:20:00"),
    ("done", False),
):
    run.write({"origin": "scheduled", "state": state, "again_at": again_at})
    before = triggers.search([])
    run._trigger_cron()
    new = triggers.search([]) - before
    print(*new.cron_id.get_external_id().values(), *map(str, new.mapped("call_at")))
"""

#: A run waits for its jobs; another one comes back meanwhile
BEHIND = """
runs = env["continuity.run"]
first = runs.search([("state", "=", "queued")])
company = env["res.company"].create({"name": "Other company"})
env.user.company_ids |= company
env["continuity.program"].create(
    {"name": "Theirs", "code": "THEIRS", "company_id": company.id}
)
behind = runs.queue("close_orders", company=company)
behind.write({"state": "failed", "try_count": 1, "again_at": "2020-01-10 02:20:00"})
env.cr.commit()
for _call in range(2):
    runs._cron_background()
    env.invalidate_all()
    print(first.state, behind.state, behind.again_at)
"""


def _prepare_command(database, *arguments):
    return [
        *(sys.executable, "-m", "odoo", "--config", RC, "--log-level=warn"),
        *("--database", database, *arguments),
    ]


@tagged("post_install", "-at_install")
@unittest.skipUnless(testdb and RC, "needs the development environment")
class TestQueueJob(BaseCase):
    """Chunks in a channel, one log, the rest by the scheduled action."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.installed = cls.enterClassContext(testdb.copied())
        done = subprocess.run(
            [
                *_prepare_command(cls.installed, "--no-http", "--stop-after-init"),
                *("--init", "continuity_program_queue_job"),
            ],
            env={**os.environ, **ENVIRONMENT},
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        assert done.returncode == 0, done.stderr
        testdb.run(cls.installed, SET_UP + QUEUE, 101, timeout=300, **ENVIRONMENT)

    def setUp(self):
        super().setUp()
        self.database = self.enterContext(testdb.copied(self.installed))

    def _serve(self):
        """Start a server with the job runner and a thread for scheduled actions."""
        port = free_port()
        server = subprocess.Popen(
            _prepare_command(
                self.database,
                *("--load", "base,web,queue_job", "--workers", "0"),
                *("--http-port", str(port), "--max-cron-threads", "1"),
                *("--db-filter", f"^{self.database}$"),
            ),
            env={**os.environ, **ENVIRONMENT, "ODOO_QUEUE_JOB_PORT": str(port)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        self.addCleanup(server.wait, 30)
        self.addCleanup(server.terminate)

    def _query(self, sql):
        return testdb.query(self.database, sql)

    def _wait_for(self, sql, expected):
        end = time.monotonic() + SECONDS
        while time.monotonic() < end:
            if self._query(sql) == expected:
                return
            # What was triggered before the server listened waits a minute else
            notify = "SELECT pg_notify('cron_trigger', %s)"
            testdb.query("postgres", notify, [self.database])
            time.sleep(0.5)
        self.assertEqual(self._query(sql), expected)

    def test_a_run_in_the_background(self):
        """101 shipments, two jobs; one is left out, each other is made once."""
        self._serve()
        self._wait_for("SELECT state FROM continuity_run", [("done",)])
        self.assertEqual(
            self._query(
                """SELECT done_count, skipped_count, COALESCE(failed_count, 0),
                          step_number
                     FROM continuity_run"""
            ),
            [(100, 1, 0, 3)],
        )
        self.assertEqual(
            self._query(
                """SELECT record_count, done_count, COALESCE(skipped_count, 0), state
                     FROM continuity_run_chunk ORDER BY id"""
            ),
            [(100, 99, 1, "counted"), (1, 1, 0, "counted")],
        )
        self.assertEqual(
            self._query(
                """SELECT channel, state, count(*) FROM queue_job
                    GROUP BY channel, state"""
            ),
            [("root.continuity", "done", 2)],
        )
        self.assertEqual(
            self._query(
                """SELECT outcome, reason, count(*), count(DISTINCT shipment_id)
                     FROM continuity_run_line GROUP BY outcome, reason
                    ORDER BY outcome"""
            ),
            [("done", "created", 100, 100), ("skipped", "address", 1, 1)],
        )
        self.assertEqual(
            self._query(
                """SELECT state, count(*) FROM sale_order
                    WHERE continuity_type = 'child' GROUP BY state"""
            ),
            [("sale", 100)],
        )

    def test_jobs_that_never_worked(self):
        """Cancelled, or failed for good: the run makes what they have not made."""
        done = testdb.run(self.database, WITHOUT_JOBS, timeout=300, **ENVIRONMENT)
        self.assertEqual(
            done.stdout.splitlines(),
            [
                "running [100, 1] {'waiting'}",
                "running 0 {'waiting'}",
                "done 100 1 {'left'}",
            ],
        )

    def test_who_goes_on(self):
        """The action of its process, or the background runs, at the time they said."""
        done = testdb.run(self.database, CALLED, timeout=300, **ENVIRONMENT)
        lines = done.stdout.splitlines()
        self.assertRegex(lines[0], r"^continuity_program\.ir_cron_create_child_orders ")
        self.assertEqual(
            lines[1:],
            [
                "continuity_program.ir_cron_background_runs 2027-01-10 02:20:00",
                "continuity_program.ir_cron_background_runs 2999-01-10 02:20:00",
                "",
            ],
        )

    def test_nobody_waits_for_the_jobs_of_another_run(self):
        done = testdb.run(self.database, BEHIND, timeout=300, **ENVIRONMENT)
        self.assertEqual(done.stdout.splitlines(), ["running done False"] * 2)
