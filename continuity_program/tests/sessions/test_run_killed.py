# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A run by hand whose worker is killed: found, finished, nothing twice.

On a copy of the database, with processes of its own.
"""

import unittest

from odoo.tests import BaseCase, tagged

from ..script_kit import KILL_WORKER
from .crash_scripts import SET_UP

try:
    from tools import testdb
except ImportError:  # installed without the development environment
    testdb = None

#: *Run now*: dies, or rather sleeps until it is killed, between orders and payments.
RUN_NOW = """
import time
from odoo.addons.continuity_program.jobs.create_child_orders import CreateChildOrders

def sleep(self, run, payment):
    print("charging", flush=True)
    time.sleep(300)

CreateChildOrders._charge = sleep
env["continuity.run"].execute("create_child_orders", commit=True)
"""

#: The scheduler, twice: while the worker lives, and after it was killed.
SCHEDULER = (
    """
run = env["continuity.run"].search([])
runs = env["continuity.run"]
runs._cron_background()
env.cr.commit()
print(run.state, run.step_number, run.is_at_work)
"""
    + KILL_WORKER
    + """
from odoo import fields
env.invalidate_all()
print(run.state, run.origin, run.is_at_work)
run.heard_at = fields.Datetime.subtract(fields.Datetime.now(), minutes=3)
env.cr.commit()
(trouble,) = [trouble for trouble in runs.get_troubles() if trouble["id"]]
print(trouble["id"] == run.id, trouble["text"].endswith(run.progress_text))
print(run.progress_text[:55])
for _time in range(2):
    runs._cron_background()
env.invalidate_all()
print(run.state, run.origin, run.done_count)
print(run.line_ids.mapped("reason"))
"""
)


@tagged("post_install", "-at_install")
@unittest.skipUnless(testdb, "needs the development environment")
class TestRunKilled(BaseCase):
    """Only the connection of a worker says that it lives."""

    def test_run_now_is_killed(self):
        with testdb.copied() as database:
            testdb.run(database, SET_UP, timeout=300)
            worker = testdb.start(database, RUN_NOW)
            try:
                worker.wait_for("charging\n")
                done = testdb.run(database, SCHEDULER, worker.pid, timeout=300)
            finally:
                worker.kill()
                worker.communicate()
            self.assertEqual(
                done.stdout.splitlines(),
                [
                    # Left to the worker that holds it, in the pass of the payments
                    "running 2 True",
                    "running manual False",
                    # Told to whoever opens a screen meanwhile
                    "True True",
                    "Its server went down 3 min ago while it worked. The sch",
                    "done manual 1",
                    "['created']",
                ],
            )
            rows = testdb.query(
                database,
                "SELECT p.state, (SELECT count(*) FROM payment_transaction)"
                " FROM continuity_payment p",
            )
            self.assertEqual(rows, [("paid", 1)])
            children = testdb.query(
                database,
                "SELECT state FROM sale_order WHERE continuity_parent_id IS NOT NULL",
            )
            self.assertEqual(children, [("sale",)])
