# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A run worked off by OCA's job runner: a real server, on a database of its own.

The addon is not installed where the other tests run: there a run is worked off as
without it.
"""

import os
import socket
import subprocess
import sys
import time
import unittest

from odoo.tests import BaseCase, tagged

try:
    from tools import testdb
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

#: Orders on account, each with one shipment due; then the press of the button
SET_UP = """
from odoo.fields import Command
env["continuity.database"]._store_current()
env.company.account_sale_tax_id = False
goods = env["product.product"].create(
    {"name": "Goods", "type": "service", "list_price": 30.0,
     "taxes_id": [Command.clear()]}
)
line = {"line_ids": [Command.create({"product_id": goods.id})]}
program = env["continuity.program"].create(
    {"name": "Queue", "code": arguments[1], "order_start": "first",
     "event_ids": [
         Command.create(dict(line)),
         Command.create({**line, "days_from_last": 30, "action": "end"}),
     ]}
)
program.action_open()
product = env["product.product"].create(
    {"name": "Series", "type": "service", "taxes_id": [Command.clear()],
     "continuity_program_id": program.id}
)
partners = env["res.partner"].create(
    [{"name": f"Customer {n}", "continuity_allow_on_account": True}
     for n in range(int(arguments[0]))]
)
orders = env["sale.order"].create(
    [{"partner_id": partner.id,
      "order_line": [Command.create({"product_id": product.id})]}
     for partner in partners]
)
orders.continuity_order_ids.write({"payment_method": "on_account"})
orders.action_confirm()
# One of them cannot be made: its address is gone
gone = partners[7].copy({"parent_id": partners[7].id, "type": "delivery"})
orders[7].continuity_order_ids.partner_shipping_id = gone
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


def _prepare_command(database, *arguments):
    return [
        *(sys.executable, "-m", "odoo", "--config", RC, "--log-level=warn"),
        *("--database", database, *arguments),
    ]


def _free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


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

    def setUp(self):
        super().setUp()
        self.database = self.enterContext(testdb.copied(self.installed))

    def _serve(self):
        """Start a server with the job runner and a thread for scheduled actions."""
        port = _free_port()
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
        testdb.run(self.database, SET_UP, 101, "QUEUE", timeout=300, **ENVIRONMENT)
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
        testdb.run(self.database, SET_UP, 101, "LEFT", timeout=300, **ENVIRONMENT)
        done = testdb.run(self.database, WITHOUT_JOBS, timeout=300, **ENVIRONMENT)
        self.assertEqual(
            done.stdout.splitlines(),
            [
                "running [100, 1] {'waiting'}",
                "running 0 {'waiting'}",
                "done 100 1 {'left'}",
            ],
        )
