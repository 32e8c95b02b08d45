# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The mutex of an order's money: who has it, and what becomes of the second."""

import unittest

from odoo.fields import Command
from odoo.tests import BaseCase, freeze_time, tagged

from ..common import ContinuityCommon
from ..script_kit import KIT

try:
    from tools import testdb
except ImportError:  # installed without the development environment
    testdb = None

SET_UP = (
    KIT
    + """
customers = env["res.partner"].create(
    [{"name": name, "continuity_allow_on_account": True} for name in ("Anna", "Bert")]
)
quote(customers, create_series(create_program("LOCK", [send(create_goods())])))
env.cr.commit()
"""
)

#: Two connections in one process: what one has, and what the other gets
TWO = """
import threading
from psycopg2 import errors

def get_orders(cursor):
    mine = env(cr=cursor)
    return mine["continuity.billing"], mine["continuity.order"].search([], order="id")

first, second = env.registry.cursor(), env.registry.cursor()
billing, orders = get_orders(first)
late, same = get_orders(second)
# Both have their snapshot now
print(len(billing._lock(orders[0])), late._lock(same).ids == same[1:].ids)
first.commit()
try:
    late._lock(same)
    print("taken")
except errors.SerializationFailure:
    second.rollback()
    print("too late")
print(len(late._lock(same)))
second.rollback()

# Who waits has his old snapshot, too
billing._lock(orders)
same.mapped("name")

def wait():
    try:
        late._lock(same, wait=True)
        print("waited for nothing")
    except errors.SerializationFailure:
        print("waited, too late")

thread = threading.Thread(target=wait)
thread.start()
waiting = 0
while not waiting:
    env.cr.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
    waiting = env.cr.fetchone()[0]
    env.cr.rollback()
first.commit()
thread.join()
second.rollback()
print(len(late._lock(same, wait=True)))
second.rollback()

# Nothing was decided: whoever comes later reads on
billing._lock(orders)
same.mapped("name")
first.rollback()
print(len(late._lock(same)))
second.close()
first.close()
"""


@tagged("post_install", "-at_install")
@unittest.skipUnless(testdb, "needs the development environment")
class TestTwoCursors(BaseCase):
    """The mutex with real connections."""

    def test_second_is_too_late(self):
        with testdb.copied() as database:
            testdb.run(database, SET_UP, timeout=300)
            said = testdb.run(database, TWO, timeout=120).stdout.split("\n")
        self.assertEqual(
            said[:6], ["1 True", "too late", "2", "waited, too late", "2", "2"]
        )


@tagged("post_install", "-at_install")
@freeze_time("2027-09-10 12:00:00")
class TestMutex(ContinuityCommon):
    """Which order is the mutex of what, and what taking it changes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        product = cls._create_parent_product(cls._create_program())
        line = {"product_id": product.id}
        cls.order = cls.env["sale.order"].create(
            {
                "partner_id": cls.customer.id,
                "order_line": [Command.create(line), Command.create(line)],
            }
        )
        cls.first, cls.second = cls.order.continuity_order_ids.sorted("id")
        cls.billing = cls.env["continuity.billing"]

    def _get_sequences(self):
        return [self.first.settle_seq, self.second.settle_seq]

    def test_orders(self):
        self.assertEqual(self._get_sequences(), [0, 0])
        orders = self.second | self.first
        self.assertEqual(self.billing._lock(orders), orders)
        self.assertEqual(self._get_sequences(), [1, 1])
        self.assertEqual(self.billing._lock(self.second, wait=True), self.second)
        self.assertEqual(self._get_sequences(), [1, 2])

    def test_nothing(self):
        none = self.env["continuity.order"]
        self.assertEqual(self.billing._lock(none), none)
        self.assertEqual(self.billing._lock([]), [])

    def test_scopes(self):
        child = self._create_child_of(self.second)
        scopes = [("child", child.id), ("upfront", self.second.id)]
        self.assertEqual(self.billing._lock(scopes), scopes)
        self.assertEqual(self._get_sequences(), [0, 1])

    def test_ordinary_has_the_first(self):
        scopes = [("ordinary", self.order.id)]
        self.assertEqual(self.billing._lock(scopes), scopes)
        self.assertEqual(self._get_sequences(), [1, 0])

    def test_gone_and_foreign(self):
        other = self.env["sale.order"].create({"partner_id": self.customer.id})
        scopes = [("child", other.id), ("ordinary", other.id), ("upfront", 2**31 - 1)]
        self.assertEqual(self.billing._lock(scopes), [])

    def test_nobody_has_changed_the_order(self):
        self.env.flush_all()
        before = self.first.read(["write_date", "write_uid", "message_ids"])
        self.billing._lock(self.first)
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(
            self.first.read(["write_date", "write_uid", "message_ids"]), before
        )

    def test_one_statement(self):
        orders = self.order.continuity_order_ids
        self.env.flush_all()
        with self.assertQueryCount(1):
            self.billing._lock(orders)

    def _create_child_of(self, order):
        return self.env["sale.order"].create(
            {"partner_id": self.customer.id, "continuity_order_id": order.id}
        )
