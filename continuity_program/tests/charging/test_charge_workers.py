# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Many cards at once: several workers charge for one run, each card once.

On copies of the database, with processes of their own; the provider is a server that
keeps its own books.
"""

import logging
import os
import unittest

from odoo.tests import BaseCase, tagged

from ..providers.gate import Gate
from ..script_kit import KIT

try:
    from tools import testdb
except ImportError:  # installed without the development environment
    testdb = None

_logger = logging.getLogger(__name__)

#: So many orders that pay in two instalments by card, the first one due today
SET_UP = (
    KIT
    + """
from odoo.fields import Datetime
sell_upfront()
take_cards()
goods = create_goods()
halves = env["continuity.payment.schedule"].create(
    {"name": "Halves", "code": "2M", "unit": "months", "number_of_payments": 2}
)
program = create_program(
    "HALVES",
    [send(goods), send(goods, days_from_last=30, action="end")],
    bill_upfront=True, payment_schedule_id=halves.id,
)
customers = env["res.partner"].create(
    [{"name": f"Customer {n}"} for n in range(int(arguments[0]))]
)
orders = quote(customers, create_series(program))
for order in orders.continuity_order_ids:
    order._set_payment_token(create_card(order.partner_id))
orders.action_confirm()
env.ref("payment.payment_provider_demo").continuity_max_per_second = 0
env["ir.config_parameter"].set_param("continuity_program.charge_workers", "8")
env.cr.commit()
"""
)

#: The module of a provider that is asked over the network; `dies` = at which request
#: the process ends before it has the answer
PROVIDER = """
import os, signal
from odoo.addons.payment_demo.models.payment_transaction import PaymentTransaction
url, dies = arguments[0], int(arguments[1])
requests_sent = []

def send(transaction):
    requests_sent.append(transaction.reference)
    answer = transaction._send_api_request(
        "POST", "charge",
        json={"reference": transaction.reference, "amount": transaction.amount},
    )
    if len(requests_sent) == dies:
        os.kill(os.getpid(), signal.SIGKILL)
    transaction._process("demo", {"simulated_state": answer["state"]})

PaymentTransaction._send_payment_request = send
providers = type(env["payment.provider"])
providers._build_request_url = lambda provider, *_args, **_values: url
"""

#: The scheduled action of a worker, again and again, until the run has ended
WORKER = (
    PROVIDER
    + """
import time
chunks = env["continuity.charge.chunk"]
deadline = time.monotonic() + 200
while time.monotonic() < deadline:
    env.cr.rollback()
    env.cr.execute("SELECT state FROM continuity_run")
    states = {row[0] for row in env.cr.fetchall()}
    env.cr.rollback()
    if states and not states & {"queued", "running"}:
        break
    env.invalidate_all()
    chunks._cron_charge()
    time.sleep(0.05)
print(len(requests_sent))
"""
)

#: The action of the background runs
RUN = (
    PROVIDER
    + """
runs = env["continuity.run"]
if "books" in arguments:
    # Only books: charging is left to the workers
    import time
    jobs = type(env["continuity.job"])
    jobs._lend_a_hand = lambda self, run, left: (run._checkpoint(), time.sleep(0.1))
if "dies booking" in arguments:
    ProcessPayments = type(env["continuity.job.process_payments"])
    book = ProcessPayments._book_together

    def book_and_die(self, run, payments):
        book(self, run, payments)
        if payments:
            self.env.flush_all()
            os.kill(os.getpid(), signal.SIGKILL)

    ProcessPayments._book_together = book_and_die
if "dies answered" in arguments:
    # All of them have their answers, and nothing is made of one
    type(env["continuity.job.process_payments"])._book_together = (
        lambda self, run, payments: os.kill(os.getpid(), signal.SIGKILL)
    )
if not runs.search([]):
    runs.queue("process_payments")
    env.cr.commit()
runs._cron_background()
env.invalidate_all()
run = runs.search([])
print(run.state, run.done_count, run.skipped_count, run.failed_count)
"""
)

#: What has been charged and booked in the end
RESULT = """
SELECT count(*) FILTER (WHERE p.state = 'paid'),
       count(DISTINCT t.id), count(DISTINCT t.payment_id),
       count(*) FILTER (WHERE t.is_post_processed IS NOT TRUE)
  FROM continuity_payment p
  JOIN continuity_payment_transaction_rel r ON r.payment_id = p.id
  JOIN payment_transaction t ON t.id = r.transaction_id
"""


class WorkersCase(BaseCase):
    """Works on copies of a database with orders whose first instalment is due."""

    COUNT = 30

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ground = cls.enterClassContext(testdb.copied())
        testdb.run(cls.ground, SET_UP, cls.COUNT, timeout=300)

    def setUp(self):
        super().setUp()
        self.database = self.enterContext(testdb.copied(self.ground))
        self.gate = Gate(delay=0.05)
        self.addCleanup(self.gate.close)

    def _start(self, source, *arguments):
        process = testdb.start(self.database, source, self.gate.url, *arguments)
        self.addCleanup(process.kill)
        return process

    def _end(self, process, code=0):
        stdout, stderr = process.communicate(timeout=300)
        self.assertEqual(process.returncode, code, stderr)
        return stdout.strip()

    def _assert_all_once(self, run):
        self.assertEqual(run, f"done {self.COUNT} 0 0")
        self.assertEqual(len(self.gate.taken), self.COUNT)
        self.assertEqual(set(self.gate.taken.values()), {30.0})
        count = self.COUNT
        rows = testdb.query(self.database, RESULT)
        self.assertEqual(rows, [(count, count, count, 0)])
        # The accounts follow, whoever has died
        received = "SELECT amount_received, count(*) FROM continuity_balance GROUP BY 1"
        self.assertEqual(testdb.query(self.database, received), [(30.0, count)])


@tagged("post_install", "-at_install")
@unittest.skipUnless(testdb, "needs the development environment")
class TestChargeWorkers(WorkersCase):
    """Two workers ask, the run books: each card once, whoever dies."""

    def test_two_workers(self):
        """Both have their share; everything is booked by the run, and counted once."""
        workers = [self._start(WORKER, 0) for _number in range(2)]
        run = self._end(self._start(RUN, 0, "books"))
        asked = [int(self._end(worker)) for worker in workers]
        self._assert_all_once(run)
        self.assertEqual(sum(asked), self.COUNT)
        self.assertTrue(all(asked), asked)
        self.assertLessEqual(self.gate.most_under_way, 2)
        self.assertEqual(
            testdb.query(
                self.database,
                """SELECT state, record_count, worked_count, done_count, is_counted
                     FROM continuity_charge_chunk ORDER BY position""",
            ),
            [("done", n, n, n, True) for n in (25, 5)],
        )
        lines = "SELECT reason, count(*), count(DISTINCT payment_id) FROM {} GROUP BY 1"
        self.assertEqual(
            testdb.query(self.database, lines.format("continuity_run_line")),
            [("paid", self.COUNT, self.COUNT)],
        )

    def test_worker_is_killed(self):
        """Killed between the request and its answer: asked again with the same
        reference, by who takes its chunk. Its slot is free as well."""
        testdb.query(
            self.database, "UPDATE payment_provider SET continuity_max_parallel = 1"
        )
        victim = self._start(WORKER, 3)
        heir = self._start(WORKER, 0)
        run = self._end(self._start(RUN, 0, "books"))
        self._end(victim, -9)
        self._end(heir)
        self._assert_all_once(run)
        self.assertEqual(len(self.gate.asked), self.COUNT + 1)
        # One slot: never two at a time
        self.assertEqual(self.gate.most_under_way, 1)

    def test_nobody_comes(self):
        """No worker is there: the run charges by itself, in the same way."""
        self._assert_all_once(self._end(self._start(RUN, 0)))

    def test_the_run_is_killed(self):
        """Workers go on; who takes the run up books and counts what they have done."""
        worker = self._start(WORKER, 0)
        self._end(self._start(RUN, 3), -9)
        self._assert_all_once(self._end(self._start(RUN, 0, "books")))
        self._end(worker)

    def test_the_run_is_killed_while_it_books(self):
        """What was not committed is booked by who takes it up, once."""
        workers = [self._start(WORKER, 0) for _number in range(2)]
        self._end(self._start(RUN, 0, "books", "dies booking"), -9)
        self._assert_all_once(self._end(self._start(RUN, 0, "books")))
        for worker in workers:
            self._end(worker)

    def test_the_run_is_killed_where_it_charges_alone(self):
        """Without workers: between the answers of a chunk and its booking, and while
        it is booked. Nothing is asked again, everything is booked once."""
        testdb.query(
            self.database,
            "UPDATE ir_cron SET active = FALSE"
            " WHERE cron_name LIKE 'Continuity: charge cards%'",
        )
        self._end(self._start(RUN, 0, "dies answered"), -9)
        answered = len(self.gate.taken)
        self.assertEqual(answered, 25)
        self.assertEqual(testdb.query(self.database, RESULT), [(25, 25, 0, 25)])
        self._end(self._start(RUN, 0, "dies booking"), -9)
        self.assertEqual(testdb.query(self.database, RESULT)[0][2], 0)
        self._assert_all_once(self._end(self._start(RUN, 0)))
        self.assertEqual(len(self.gate.asked), self.COUNT)


@tagged("post_install", "-at_install", "-standard", "heavy")
@unittest.skipUnless(testdb, "needs the development environment")
class TestManyWorkers(WorkersCase):
    """Eight workers, a slow provider, and some of them die."""

    COUNT = int(os.environ.get("CONTINUITY_CARDS", "400"))
    #: Seconds of work for a payment beside the waiting, on a machine with four cores
    WORK = 0.06
    DELAY = 0.8

    def setUp(self):
        super().setUp()
        self.gate.delay = self.DELAY

    def test_eight_workers(self):
        """As fast as the waiting allows, and each card once."""
        workers = [self._start(WORKER, 0) for _number in range(8)]
        run = self._end(self._start(RUN, 0, "books"))
        asked = [int(self._end(worker)) for worker in workers]
        self._assert_all_once(run)
        self.assertEqual(sum(asked), self.COUNT)
        self.assertTrue(all(asked), asked)
        self.assertLessEqual(self.gate.most_under_way, 8)
        seconds = self.gate.last_at - self.gate.first_at
        _logger.info("%s cards in %.0f s", self.COUNT, seconds)
        if (os.cpu_count() or 1) >= 4:
            alone = self.COUNT * (self.DELAY + self.WORK)
            self.assertLess(seconds, alone / 8 / 0.8)

    def test_workers_and_the_run_die(self):
        """Three workers and the run; those who are left, and a new run, do it all."""
        victims = [self._start(WORKER, dies) for dies in (2, 5, 9)]
        workers = [self._start(WORKER, 0) for _number in range(3)]
        self._end(self._start(RUN, 4), -9)
        run = self._end(self._start(RUN, 0, "books"))
        for victim in victims:
            self._end(victim, -9)
        for worker in workers:
            self._end(worker)
        self._assert_all_once(run)
        self.assertEqual(len(self.gate.asked), self.COUNT + 4)
