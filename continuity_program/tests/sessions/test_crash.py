# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""kill -9 in the middle of a charge, and the work again: one charge.

A `TransactionCase` never commits, so these tests work on a copy of the database with
processes of their own. The gateway keeps its books in a file, as a real one keeps them
outside of our transaction: a request with a reference it knows is answered again and
charges nothing.
"""

import json
import tempfile
import unittest
from pathlib import Path

from odoo.tests import BaseCase, tagged

from .crash_scripts import GATEWAY, NIGHT, SET_UP

try:
    from tools import testdb
except ImportError:  # installed without the development environment
    testdb = None


#: The seller presses Submit.
SUBMIT = """
order = env["continuity.order"].search([("program_id.code", "=", "UPFRONT")])
recap = env["continuity.recap"].create({"sale_order_id": order.sale_order_id.id})
recap.action_submit()
env.cr.commit()
"""

#: Instalments: nothing is charged at Submit, the job charges what is due
INSTALMENTS = """
order = env["continuity.order"].search([("program_id.code", "=", "INSTALMENTS")])
if order.state == "draft":
    order.sale_order_id.action_confirm()
    env.cr.commit()
env["continuity.run"].execute("process_payments", commit=True)
"""


@tagged("post_install", "-at_install")
@unittest.skipUnless(testdb, "needs the development environment")
class TestCrash(BaseCase):
    """A worker killed anywhere in a charge: run again, nothing twice, nothing lost."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.ground = cls.enterClassContext(testdb.copied())
        testdb.run(cls.ground, SET_UP, timeout=300)

    def _run_killed_and_again(self, work, dies, left=("processing",)):
        """Let a worker die, then another one do the work, twice.

        :param str work: what both do
        :param str dies: where the first one dies, see ``GATEWAY``
        :param tuple[str] left: states of the payment rows it leaves
        :return: books of the gateway, rows as (state, amount, transactions), states of
            the orders, number of payments booked
        """
        with (
            testdb.copied(self.ground) as database,
            tempfile.TemporaryDirectory() as folder,
        ):
            books = Path(folder) / "books.json"
            worker = testdb.start(database, GATEWAY + work, books, dies)
            _stdout, stderr = worker.communicate(timeout=300)
            self.assertEqual(worker.returncode, 0 if dies == "conflict" else -9, stderr)
            interrupted = testdb.query(
                database, "SELECT state FROM continuity_payment ORDER BY sequence"
            )
            self.assertEqual(interrupted, [(state,) for state in left])
            again = GATEWAY + work + work
            testdb.run(database, again, books, "never", timeout=300)
            return (
                json.loads(books.read_text()),
                testdb.query(
                    database,
                    """SELECT p.state, p.amount, count(r.transaction_id)
                         FROM continuity_payment p
                         LEFT JOIN continuity_payment_transaction_rel r
                           ON r.payment_id = p.id
                        GROUP BY p.id
                        ORDER BY p.sequence""",
                ),
                testdb.query(
                    database,
                    """SELECT state, count(*) FROM sale_order
                        GROUP BY state ORDER BY state""",
                ),
                testdb.query(database, "SELECT count(*) FROM account_payment")[0][0],
            )

    def _check_child(self, dies, requests, left="processing"):
        """The first child of an order that pays per shipment: 30.00, once."""
        books, rows, orders, payments = self._run_killed_and_again(NIGHT, dies, (left,))
        self.assertEqual(
            list(books.values()), [{"charged": 30.0, "requests": requests}]
        )
        self.assertEqual(rows, [("paid", 30, 1)])
        # The parent order and its child are confirmed, the quotations are not
        self.assertEqual(orders, [("draft", 2), ("sale", 2)])
        self.assertEqual(payments, 1)

    def _check_submit(self, dies, requests, left="processing"):
        """Two shipments paid at Submit: 60.00, once."""
        books, rows, orders, payments = self._run_killed_and_again(
            SUBMIT, dies, (left,)
        )
        self.assertEqual(
            list(books.values()), [{"charged": 60.0, "requests": requests}]
        )
        self.assertEqual(rows, [("paid", 60, 1)])
        self.assertEqual(orders, [("draft", 1), ("sale", 2)])
        self.assertEqual(payments, 1)

    def _check_instalment(self, dies):
        """The first of two instalments: 30.00, once; the other one waits."""
        books, rows, orders, payments = self._run_killed_and_again(
            INSTALMENTS, dies, ("paid", "scheduled")
        )
        entry = {"charged": 30.0, "requests": 1}
        self.assertEqual(list(books.values()), [entry])
        self.assertEqual(rows, [("paid", 30, 1), ("scheduled", 30, 0)])
        self.assertEqual(orders, [("draft", 1), ("sale", 2)])
        self.assertEqual(payments, 1)

    def test_killed_after_the_charge_of_a_child(self):
        """The job asks again with the same reference; the bank charges once."""
        self._check_child("after", requests=2)

    def test_killed_between_claim_and_charge_of_a_child(self):
        self._check_child("before", requests=1)

    def test_killed_between_charge_and_booking_of_a_child(self):
        """The answer was committed: nobody is asked again, and it is booked once."""
        self._check_child("answered", requests=1, left="paid")

    def test_killed_after_the_charge_of_submit(self):
        """The next Submit takes up the same charge and goes on from there."""
        self._check_submit("after", requests=2)

    def test_killed_between_claim_and_charge_of_submit(self):
        self._check_submit("before", requests=1)

    def test_killed_between_charge_and_confirmation_of_submit(self):
        """The next Submit asks nobody: it confirms, invoices and books (N15)."""
        self._check_submit("answered", requests=1, left="paid")

    def test_killed_between_charge_and_booking_of_an_instalment(self):
        self._check_instalment("answered")

    def test_conflict_after_the_charge_of_an_instalment(self):
        """Somebody writes the order while the charge is booked: booked again."""
        self._check_instalment("conflict")
