# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A server is stopped, or its database, while a run is under way."""

import threading
import time
import unittest
from datetime import datetime

from odoo.service.server import CommonServer
from odoo.tests import BaseCase, freeze_time, tagged

from ...models.runs import shutdown
from ..common import ContinuityCommon
from .crash_scripts import SET_UP

try:
    from tools import testdb
except ImportError:  # installed without the development environment
    testdb = None

#: The connection is closed between the orders and their payments, as a server that
#: stops closes it.
CLOSED = """
from odoo.addons.continuity_program.jobs.create_child_orders import CreateChildOrders

def close(self, *args):
    self.env.cr._cnx.close()
    self.env.cr.execute("SELECT 1")

CreateChildOrders.METHOD = close
runs = env["continuity.run"]
try:
    runs._cron_run("create_child_orders")
except Exception as error:
    print(type(error).__name__)
"""
#: … or the database closes it, when it is restarted itself.
TERMINATED = CLOSED.replace(
    "self.env.cr._cnx.close()",
    """other = odoo.sql_db.db_connect("postgres").cursor()
    other.execute(
        "SELECT pg_terminate_backend(%s)", [self.env.cr._cnx.get_backend_pid()]
    )""",
)


@tagged("post_install", "-at_install")
@unittest.skipUnless(testdb, "needs the development environment")
class TestRunCutOff(BaseCase):
    """A closed connection is no failure of the run: the next call goes on with it."""

    def test_connection_is_closed(self):
        with testdb.copied() as ground:
            testdb.run(ground, SET_UP, timeout=300)
            for source, method in (
                (CLOSED, "_create_documents"),
                (TERMINATED, "_charge"),
            ):
                with self.subTest(method), testdb.copied(ground) as database:
                    self._check(database, source.replace("METHOD", method))

    def _check(self, database, source):
        process = testdb.start(database, source)
        stdout, stderr = process.communicate(timeout=300)
        self.assertIn(
            stdout, ("InterfaceError\n", "OperationalError\n", "AdminShutdown\n")
        )
        # The statement itself is logged by Odoo; nothing of ours is an error
        self.assertNotIn("odoo.addons.continuity_program", stderr)
        state = "SELECT state, done_count FROM continuity_run"
        self.assertEqual(testdb.query(database, state)[0][0], "running")
        testdb.run(database, "env['continuity.run']._cron_run('create_child_orders')")
        self.assertEqual(testdb.query(database, state), [("done", 1)])
        children = testdb.query(
            database, "SELECT state FROM sale_order WHERE continuity_parent_id > 0"
        )
        self.assertEqual(children, [("sale",)])


@tagged("post_install", "-at_install")
@freeze_time("2027-09-10 12:00:00")
class TestServerStops(ContinuityCommon):
    """A run whose server is about to stop ends with its chunk."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product = cls._create_parent_product(cls._create_program())
        cls.cron = cls.env.ref("continuity_program.ir_cron_create_child_orders")

    def setUp(self):
        super().setUp()
        self.addCleanup(shutdown._stopping.clear)

    def _trigger(self):
        with self.enter_registry_test_mode():
            self.cron.method_direct_trigger()
        self.env.invalidate_all()

    def test_stops_after_the_chunk(self):
        """What is under way is finished, the rest waits for the next server."""
        orders = self.env["continuity.order"]
        for _number in range(2):
            orders |= self._create_sold_order(self.product).continuity_order_ids
        job = type(self.env["continuity.job.create_child_orders"])
        create_documents = job._create_documents

        def stop(self_job, *args):
            shutdown._stopping.set()
            return create_documents(self_job, *args)

        self.patch(job, "_create_documents", stop)
        self._trigger()
        run = self.env["continuity.run"].search([("origin", "=", "scheduled")])
        self.assertEqual(run.state, "running")
        self.assertEqual(set(orders.child_order_ids.mapped("state")), {"draft"})
        # Called once more by a scheduler that does not know it yet
        triggers = self.env["ir.cron.trigger"].search([("cron_id", "=", self.cron.id)])
        self._trigger()
        self.assertEqual(run.state, "running")
        again = self.env["ir.cron.trigger"].search([("cron_id", "=", self.cron.id)])
        self.assertEqual(
            (again - triggers).mapped("call_at"), [datetime(2027, 9, 10, 12, 1)]
        )
        shutdown._stopping.clear()
        self._trigger()
        self.assertEqual((run.state, run.done_count), ("done", 2))
        self.assertEqual(set(orders.child_order_ids.mapped("state")), {"sale"})
        self.assertEqual(len(orders.payment_ids.transaction_ids), 2)


@tagged("post_install", "-at_install")
class TestServerWaits(BaseCase):
    """What the server itself does at its end; by the real clock."""

    def setUp(self):
        super().setUp()
        self.addCleanup(shutdown._stopping.clear)

    def test_server_waits(self):
        """The server's own list of what to do at its end waits for the worker."""
        self.assertIn(shutdown._stop_runs, CommonServer._on_stop_funcs)
        release, began, order = threading.Event(), threading.Event(), []

        def work():
            with shutdown.at_work():
                began.set()
                release.wait(10)
                order.append("worked")

        worker = threading.Thread(target=work)
        worker.start()
        began.wait(10)
        threading.Timer(0.2, release.set).start()
        shutdown._stop_runs()
        order.append("stopped")
        worker.join()
        self.assertEqual(order, ["worked", "stopped"])
        self.assertTrue(shutdown._stopping.is_set())

    def test_server_waits_with_an_end(self):
        """A worker that hangs does not keep a server from stopping."""
        self.patch(shutdown, "GRACE", 0.2)
        began = time.monotonic()
        with shutdown.at_work():
            shutdown._stop_runs()
        self.assertLess(time.monotonic() - began, 2)
