# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Two workers at once, and a worker that is in the way: with real connections.

A `TransactionCase` has one connection and never commits, so these tests work on a copy
of the database, with processes of their own.
"""

import time
import unittest

import psycopg2

from odoo.tests import BaseCase, tagged

from .worker_scripts import SET_UP

try:
    from tools import testdb
except ImportError:  # installed without the development environment
    testdb = None


#: Waits until both workers are there, then runs the process with commits
WORK = """
env.cr.execute("SELECT pg_advisory_lock_shared(4711)")
env.cr.rollback()
run = env["continuity.run"].execute("create_child_orders", commit=True)
print(run.done_count, run.failed_count, run.skipped_count, run.state)
"""

#: Takes the orders of a run by surprise: they change between its snapshot and its lock
COLLIDE = """
from odoo.addons.continuity_program.jobs.continuity_job import CONFLICT_TRIES
from odoo.modules.registry import Registry
collisions = int(arguments[0])
job = type(env["continuity.job.create_child_orders"])
original = job._create_documents
tries = []

def create_documents(self, run, heads):
    tries.append(len(heads))
    if len(tries) <= collisions:
        # Somebody else writes the order of a line this chunk is going to write, too
        with Registry(self.env.cr.dbname).cursor() as other:
            other.execute(
                "UPDATE sale_order SET client_order_ref = 'Changed' WHERE id = %s",
                [heads[0].sale_order_id.id],
            )
        heads[0].sale_order_id.write({"client_order_ref": "By the chunk"})
        self.env.flush_all()
    return original(self, run, heads)

job._create_documents = create_documents
run = env["continuity.run"].execute("create_child_orders", commit=True)
print(tries[0], len(tries), run.done_count, run.failed_count, run.state)
"""

#: The first chunk of two is settled by somebody else: nothing is left of it
OVERTAKE = """
from dataclasses import replace
from odoo.modules.registry import Registry
job = type(env["continuity.job.create_child_orders"])
get_phases, original = job._get_phases, job._create_documents
chunks = []

def create_documents(self, run, heads):
    chunks.append(heads)
    if len(chunks) == 1:
        with Registry(self.env.cr.dbname).cursor() as other:
            other.execute(
                "UPDATE sale_order SET client_order_ref = 'Changed' WHERE id IN %s",
                [tuple(heads.sale_order_id.ids)],
            )
            other.execute(
                "INSERT INTO continuity_run_line"
                " (run_id, continuity_order_id, shipment_id, outcome)"
                " SELECT %s, continuity_order_id, id, 'skipped'"
                " FROM continuity_shipment WHERE id IN %s",
                [run.id, tuple(heads.ids)],
            )
        heads.sale_order_id.write({"client_order_ref": "By the chunk"})
        self.env.flush_all()
    return original(self, run, heads)

job._create_documents = create_documents
job._get_phases = lambda self, run: [
    replace(phase, size=2) for phase in get_phases(self, run)
]
run = env["continuity.run"].execute("create_child_orders", commit=True)
print(run.done_count, run.failed_count, run.state)
"""

#: Dies without a word in the middle of a pass, as a worker does that is killed
DIE = """
import os
import signal
from dataclasses import replace
pass_number, chunk_number = int(arguments[0]), int(arguments[1])
job = type(env["continuity.job.create_child_orders"])
original = job._get_phases

def get_phases(self, run):
    phases = [replace(phase, size=2) for phase in original(self, run)]
    victim, chunks = phases[pass_number], []

    def process(records):
        chunks.append(records)
        victim.process(records)
        self.env.flush_all()
        if len(chunks) == chunk_number:
            os.kill(os.getpid(), signal.SIGKILL)

    phases[pass_number] = replace(victim, process=process)
    return phases

job._get_phases = get_phases
env["continuity.run"].execute("create_child_orders", commit=True)
"""

#: Work for the other processes: children to be invoiced, plans to be topped up and
#: calendars to be moved, as many of each
SET_UP_OTHERS = """
from odoo.fields import Command, Date
count = int(arguments[0])
company = env.company
if not company.chart_template:
    env["account.chart.template"].try_loading(
        "generic_coa", company=company, install_demo=False
    )
company.account_sale_tax_id = False
company.write(
    {"continuity_repeat_threshold": 1, "continuity_invoice_children": "created"}
)
env["continuity.run"].execute("create_child_orders")
goods = env["product.product"].search([("name", "=", "Goods")])
line = [Command.create({"product_id": goods.id})]
endless = env["continuity.program"].create(
    {
        "name": "Endless",
        "code": "ENDLESS",
        "order_start": "first",
        "event_ids": [
            Command.create(
                {"days_from_last": 30, "repeat_count": -1, "line_ids": line}
            )
        ],
    }
)
clubs = env["continuity.program"].create(
    [
        {
            "name": f"Club {n}",
            "code": f"CLUB{n}",
            "order_start": "current",
            "event_ids": [
                Command.create({"start_order_date": Date.today(), "line_ids": line}),
                Command.create({"days_from_last": 30, "line_ids": line}),
            ],
        }
        for n in range(count)
    ]
)
(endless | clubs).action_open()
product = env["product.product"].create(
    {
        "name": "Endless series",
        "type": "service",
        "taxes_id": [Command.clear()],
        "continuity_program_id": endless.id,
    }
)
partner = env["res.partner"].search(
    [("continuity_allow_on_account", "=", True)], limit=1
)
orders = env["sale.order"].create(
    [
        {
            "partner_id": partner.id,
            "order_line": [Command.create({"product_id": product.id})],
        }
        for _n in range(count)
    ]
)
continuity = orders.continuity_order_ids
continuity.write({"payment_method": "on_account"})
orders.action_confirm()
continuity.shipment_ids.write({"state": "skipped"})
env.flush_all()
# As if the calendars had been checked for the last time before they began
env.cr.execute(
    "UPDATE continuity_program SET current_event_id = NULL, last_checked_date = NULL"
    " WHERE id IN %s",
    [tuple(clubs.ids)],
)
env.cr.commit()
"""

#: Waits for the other worker, then runs these processes in chunks of three
WORK_OTHERS = """
from dataclasses import replace
env.cr.execute("SELECT pg_advisory_lock_shared(4711)")
env.cr.rollback()
for name in arguments:
    job = type(env[f"continuity.job.{name}"])
    get_phases = job._get_phases
    job._get_phases = lambda self, run, get_phases=get_phases: [
        replace(phase, size=3) for phase in get_phases(self, run)
    ]
    run = env["continuity.run"].execute(name, commit=True)
    print(run.done_count, run.failed_count)
"""

#: In the caller's transaction nothing is rolled back: the conflict goes up
COLLIDE_UNCOMMITTED = COLLIDE.replace("commit=True", "commit=False")


@tagged("post_install", "-at_install")
@unittest.skipUnless(testdb, "needs the development environment")
class TestTwoWorkers(BaseCase):
    """Each record once, whoever works and however many."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.six_orders = cls.enterClassContext(testdb.copied())
        testdb.run(cls.six_orders, SET_UP, 6)

    def _count(self, database, sql):
        return testdb.query(database, sql)[0][0]

    def test_two_processes_create_each_child_once(self):
        """Two processes at once on the same 200 due shipments make exactly 200."""
        with testdb.copied() as database:
            testdb.run(database, SET_UP, 200, timeout=300)
            with _Gate(database) as open_gate:
                workers = [testdb.start(database, WORK) for _number in range(2)]
                open_gate(workers)
                results = [worker.communicate(timeout=300) for worker in workers]
            for worker, (_stdout, stderr) in zip(workers, results, strict=True):
                self.assertEqual(worker.returncode, 0, stderr)
            done = [int(stdout.split()[0]) for stdout, _stderr in results]
            self.assertEqual(sum(done), 200)
            # Both had a share: one did not merely wait for the other.
            self.assertTrue(all(done), done)
            children = "SELECT count(*) FROM sale_order WHERE continuity_order_id > 0"
            self.assertEqual(self._count(database, children), 200)
            self.assertEqual(
                self._count(database, f"{children} AND state = 'sale'"), 200
            )
            self.assertEqual(
                self._count(
                    database,
                    "SELECT count(DISTINCT child_order_id) FROM continuity_shipment",
                ),
                200,
            )
            self.assertEqual(
                self._count(
                    database,
                    "SELECT count(*) FROM continuity_run_line WHERE outcome != 'done'",
                ),
                0,
            )

    def test_two_processes_do_everything_else_once(self):
        """Invoices, appended shipments and calendars: each once, too."""
        jobs = ("close_orders", "extend_lines", "update_current_event")
        with testdb.copied() as database:
            testdb.run(database, SET_UP, 24, timeout=300)
            testdb.run(database, SET_UP_OTHERS, 24, timeout=300)
            with _Gate(database) as open_gate:
                workers = [
                    testdb.start(database, WORK_OTHERS, *jobs) for _number in range(2)
                ]
                open_gate(workers)
                results = [worker.communicate(timeout=300) for worker in workers]
            for worker, (_stdout, stderr) in zip(workers, results, strict=True):
                self.assertEqual(worker.returncode, 0, stderr)
            self.assertEqual(
                testdb.query(
                    database,
                    "SELECT count(*), count(DISTINCT continuity_order_id)"
                    " FROM account_move WHERE continuity_order_id IS NOT NULL"
                    " AND state = 'posted'",
                ),
                [(24, 24)],
            )
            self.assertEqual(
                testdb.query(
                    database,
                    "SELECT count(*), count(DISTINCT continuity_order_id)"
                    " FROM continuity_shipment s"
                    " JOIN continuity_program g ON g.id = s.program_id"
                    " WHERE g.code = 'ENDLESS' AND s.state = 'planned'",
                ),
                [(24, 24)],
            )
            self.assertEqual(
                testdb.query(
                    database,
                    "SELECT count(*), count(DISTINCT program_id)"
                    " FROM continuity_run_line WHERE reason = 'event_moved'",
                ),
                [(24, 24)],
            )
            self.assertEqual(
                self._count(
                    database,
                    "SELECT count(*) FROM continuity_run_line WHERE outcome = 'failed'",
                ),
                0,
            )

    def test_conflict_is_tried_again(self):
        """The chunk begins again with a new snapshot, once done."""
        with testdb.copied(self.six_orders) as database:
            result = testdb.run(database, COLLIDE, 2)
            self.assertEqual(result.stdout.split(), ["6", "3", "6", "0", "done"])
            self.assertEqual(
                self._count(
                    database,
                    "SELECT count(*) FROM sale_order WHERE continuity_order_id > 0",
                ),
                6,
            )

    def test_conflict_without_end_is_halved(self):
        """After three more tries the chunk is halved; nobody is lost."""
        with testdb.copied(self.six_orders) as database:
            # 4 tries of all six; then two of three.
            result = testdb.run(database, COLLIDE, 4)
            self.assertEqual(result.stdout.split(), ["6", "6", "6", "0", "done"])

    def test_chunk_that_was_overtaken(self):
        """Nothing is left of a chunk when it begins again: the next ones are done."""
        with testdb.copied(self.six_orders) as database:
            result = testdb.run(database, OVERTAKE)
            self.assertEqual(result.stdout.split(), ["4", "0", "done"])

    def test_conflict_in_the_transaction_of_a_caller(self):
        """Without commit the conflict goes on to who can repeat the whole call."""
        with testdb.copied(self.six_orders) as database:
            process = testdb.start(database, COLLIDE_UNCOMMITTED, 1)
            _stdout, stderr = process.communicate(timeout=120)
            self.assertEqual(process.returncode, 1)
            self.assertIn("could not serialize access", stderr)

    def test_killed_worker(self):
        """Killed in the second chunk of documents, then of confirmations: run again,
        nothing twice, nothing lost."""
        with testdb.copied(self.six_orders) as database:
            states = (
                "SELECT state, count(*) FROM sale_order WHERE continuity_order_id > 0"
                " GROUP BY state ORDER BY state"
            )
            self._kill(database, 1, 2)
            # Two were committed; what was made in the chunk that died is gone.
            self.assertEqual(testdb.query(database, states), [("draft", 2)])
            self._kill(database, 3, 2)
            self.assertEqual(
                testdb.query(database, states), [("draft", 4), ("sale", 2)]
            )
            result = testdb.run(database, WORK)
            self.assertEqual(result.stdout.split(), ["0", "0", "0", "done"])
            self.assertEqual(testdb.query(database, states), [("sale", 6)])

    def _kill(self, database, pass_number, chunk_number):
        process = testdb.start(database, DIE, pass_number, chunk_number)
        process.communicate(timeout=120)
        self.assertEqual(process.returncode, -9)


class _Gate:
    """Holds the workers back until all of them are ready."""

    def __init__(self, database):
        self.database = database

    def __enter__(self):
        self.connection = psycopg2.connect(dbname=self.database)
        self.connection.autocommit = True
        self.cursor = self.connection.cursor()
        self.cursor.execute("SELECT pg_advisory_lock(4711)")
        return self.open

    def open(self, workers):
        """Wait until every worker stands at the gate, then open it."""
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            self.cursor.execute(
                "SELECT count(*) FROM pg_locks"
                " WHERE locktype = 'advisory' AND NOT granted"
            )
            if self.cursor.fetchone()[0] == len(workers):
                break
            time.sleep(0.2)
        self.cursor.execute("SELECT pg_advisory_unlock(4711)")

    def __exit__(self, *args):
        self.connection.close()
