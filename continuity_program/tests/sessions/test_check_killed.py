# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A check whose worker is killed between two chunks goes on after the last one.

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

#: Submits the orders that are paid up front: each has an account then
SUBMIT = """
orders = env["sale.order"].search([("state", "=", "draft")], order="id")
orders.action_confirm()
env["continuity.run"].execute("process_payments")
env.cr.commit()
"""

#: One order a chunk; sleeps in the third one until it is killed
CHECK = """
import time

from odoo.addons.continuity_program.jobs.check_balances import CheckBalances

type(env["continuity.job.check_balances"])._look_size = 1
look = CheckBalances._look

def sleep(self, run, orders):
    if run.done_count == 2:
        print("checking", flush=True)
        time.sleep(300)
    look(self, run, orders)

CheckBalances._look = sleep
env["continuity.run"].execute("check_balances", commit=True)
"""

#: What the first worker has left, and the scheduler
GO_ON = (
    """
run = env["continuity.run"].search([("job", "=", "check_balances")])
balances = env["continuity.balance"].search([], order="id")
print(run.state, run.done_count, len(balances))
"""
    + KILL_WORKER
    + """
before = [balance.read() for balance in balances]
env["continuity.run"]._cron_background()
env.invalidate_all()
print(run.state, run.done_count, run.failed_count)
print([balance.read() for balance in balances] == before)
print(env["continuity.balance"].search_count([]))
"""
)


@tagged("post_install", "-at_install")
@unittest.skipUnless(testdb, "needs the development environment")
class TestCheckKilled(BaseCase):
    """Each chunk is kept, and none is done twice."""

    def test_killed_between_chunks(self):
        with testdb.copied() as database:
            testdb.run(database, SET_UP, timeout=300)
            testdb.run(database, SUBMIT, timeout=300)
            worker = testdb.start(database, CHECK)
            try:
                worker.wait_for("checking\n")
                done = testdb.run(database, GO_ON, worker.pid, timeout=300)
            finally:
                worker.kill()
                worker.communicate()
            self.assertEqual(
                done.stdout.splitlines(),
                # Two have an account since Submit; one has shipped nothing yet
                ["running 2 2", "done 3 0", "True", "2"],
            )
