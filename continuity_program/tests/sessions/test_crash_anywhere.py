# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""kill -9 before any SQL statement of any process, and the work again: the same end.

On copies of one database that has work for every process, with processes of their own.
A worker counts its SQL statements and kills itself before a given one. What the next
ones make of it is compared with what an undisturbed worker leaves: everything that is
business, without numbers and moments. `./dev test` kills each process once, `--all` a
hundred times besides.
"""

import json
import re
import tempfile
import time
import unittest
from collections import Counter
from datetime import date
from pathlib import Path
from typing import NamedTuple

from odoo.tests import BaseCase, tagged

from .crash_ground import OWNERS, SET_UP, SOME
from .crash_scripts import GATEWAY

try:
    from tools import testdb
except ImportError:  # installed without the development environment
    testdb = None

#: Works in chunks of one, on a given day, and dies before its n-th SQL statement. It
#: marks the statements that come first after a commit, or after a request to the bank:
#: between two marks, dying leaves the same behind.
WORKER = (
    GATEWAY
    + """
from dataclasses import replace
from datetime import date
from odoo.sql_db import Cursor

job, today, last = arguments[2], date.fromisoformat(arguments[3]), int(arguments[4])
others = arguments[5:]
type(env["res.company"])._continuity_today = lambda company: today
model = type(env[f"continuity.job.{job}"])
get_phases = model._get_phases
model._get_phases = lambda self, run: [
    replace(phase, size=1) for phase in get_phases(self, run)
]
count, marks = 0, []
execute, commit = Cursor.execute, Cursor.commit
ask = PaymentTransaction._send_payment_request

def count_and_execute(self, *args, **kwargs):
    global count
    count += 1
    if count == last:
        os.kill(os.getpid(), signal.SIGKILL)
    return execute(self, *args, **kwargs)

def commit_and_mark(self):
    commit(self)
    marks.append(count + 1)

def mark_and_ask(transaction):
    marks.append(count + 1)
    return ask(transaction)

Cursor.execute, Cursor.commit = count_and_execute, commit_and_mark
PaymentTransaction._send_payment_request = mark_and_ask
runs = env["continuity.run"]
"""
)
WORK = """
runs.execute(job, commit=True)
marks = sorted({mark for mark in marks if mark <= count})
print(json.dumps([count, marks]))
for name in others:
    runs.execute(name, commit=True)
"""
#: What finds the run of a worker that died; then the processes of the next night
AGAIN = """
runs._cron_background()
env.cr.commit()
for name in (*others, job):
    runs.execute(name, commit=True)
assert not runs.search_count([("state", "in", ("queued", "running"))])
assert not env["continuity.run.line"].search([("outcome", "=", "failed")])
"""

#: What the last run has done
LINES = """SELECT reason, count(*) FROM continuity_run_line
            WHERE run_id = (SELECT max(id) FROM continuity_run WHERE job = %s)
            GROUP BY reason"""
#: Of the same kind in every record, or another one with each attempt
NOISE = ("access_token", "sequence_prefix", "sequence_number", "message_id")


class End(NamedTuple):
    """What a worker, or those who went on for it, have done and left."""

    statements: list
    business: dict
    charges: list
    lines: dict


class Crashes:
    """Whatever a worker was doing when it died: nothing twice, nothing lost."""

    #: Each process is killed once, or so often as its test says
    is_thorough = False

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.today = date.today().isoformat()
        cls.ground = cls.enterClassContext(testdb.copied())
        testdb.run(cls.ground, SET_UP, cls.today, timeout=600)

    # === KILLED AND AGAIN === #

    def _check(self, job, *others, kills, lines, charges=()):
        """Kill the process at places spread over its run; the end is always the same.

        :param str job: the process
        :param str others: processes that go on with what it has begun
        :param int kills: how often, of a hundred
        :param dict lines: what an undisturbed run does: number of its lines by reason
        :param tuple charges: amounts that it charges
        """
        undisturbed = self._work(job, *others)
        with self.subTest(job=job):
            self.assertEqual(undisturbed.lines, lines)
            self.assertEqual(undisturbed.charges, list(charges))
        count, marks = undisturbed.statements
        for number in self._get_places(kills if self.is_thorough else 1, count, marks):
            with self.subTest(job=job, statement=number, of=count):
                killed = self._work(job, *others, number=number)
                self.assertEqual(killed.charges, list(charges))
                self._compare(killed.business, undisturbed.business)

    def _get_places(self, kills, count, marks):
        """Return the statements to die before: two of three are marked ones."""
        others = [number for number in range(1, count + 1) if number not in marks]
        marked = min(len(marks), kills - kills // 3)
        return sorted([*self._pick(marks, marked), *self._pick(others, kills - marked)])

    def _pick(self, numbers, times):
        """Pick numbers at equal distances."""
        return (numbers[int(len(numbers) * (n + 0.5) / times)] for n in range(times))

    def _work(self, job, *others, number=0):
        """Let a worker do the process, in a copy of its own.

        :param str job: the process
        :param str others: see :meth:`_check`
        :param int number: the worker dies before this SQL statement, and another one
            goes on; 0 = it is not disturbed
        :rtype: End
        """
        with (
            testdb.copied(self.ground) as database,
            tempfile.TemporaryDirectory() as folder,
        ):
            books = Path(folder) / "books.json"
            arguments = (books, "never", job, self.today)
            worker = testdb.start(database, WORKER + WORK, *arguments, number, *others)
            stdout, stderr = worker.communicate(timeout=300)
            self.assertEqual(worker.returncode, -9 if number else 0, stderr)
            if number:
                self._wait_for_end(database)
                testdb.run(
                    *(database, WORKER + AGAIN, *arguments, 0, *others), timeout=300
                )
            entries = json.loads(books.read_text()) if books.exists() else {}
            return End(
                json.loads(stdout or "[]"),
                self._read(database),
                sorted(entry["charged"] for entry in entries.values()),
                dict(testdb.query(database, LINES, [job])),
            )

    def _wait_for_end(self, database):
        """Wait until PostgreSQL has noticed that the worker is gone."""
        deadline = time.monotonic() + 60
        sql = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s"
        while testdb.query("postgres", sql, [database])[0][0]:
            assert time.monotonic() < deadline
            time.sleep(0.05)

    # === THE END === #

    def _read(self, database):
        """Return what is business: per table how often each row is there."""
        columns = testdb.query(
            database,
            """SELECT table_name, column_name FROM information_schema.columns
                WHERE table_name = ANY(%s)
                  AND NOT column_name = ANY(%s)
                  AND (
                      data_type IN ('numeric', 'double precision', 'boolean', 'date',
                          'character varying', 'text', 'jsonb')
                      OR column_name IN ('number', 'sequence', 'attempts', 'occurrence')
                  )
                ORDER BY table_name, column_name""",
            [list(OWNERS), list(NOISE)],
        )
        result = {}
        for table, owner in OWNERS.items():
            names = [column for name, column in columns if name == table]
            if not names:  # no warehouse here
                continue
            quoted = ", ".join(f't."{name}"' for name in names)
            condition = SOME.get(table, "TRUE")
            sql = f"SELECT {owner}, {quoted} FROM {table} t WHERE {condition}"
            rows = testdb.query(database, sql)
            result[table] = Counter(
                tuple(map(self._clean, ("owner", *names), row)) for row in rows
            )
        return result

    def _clean(self, name, value):
        """Leave out what is another one in each copy; nothing is written as NULL.

        Numbers inside of texts are those of records, and references of charges hold
        something of their database.
        """
        if isinstance(value, dict | list):
            value = json.dumps(value, sort_keys=True)
        if isinstance(value, str) and name != "owner":
            value = re.sub(r"CP\d+-\w+-|[0-9a-f]{8,}|\d+", "#", value)
        return name, value or None

    def _compare(self, end, undisturbed):
        for table, rows in undisturbed.items():
            more, less = end[table] - rows, rows - end[table]
            self.assertFalse(
                more or less,
                f"{table}: {self._tell(more)} instead of {self._tell(less)}",
            )

    def _tell(self, rows):
        return [
            [f"{name}={value}" for name, value in row if value]
            for row in rows.elements()
        ]

    # === PROCESSES === #

    def test_update_current_event(self):
        self._check("update_current_event", kills=6, lines={"event_moved": 7})

    def test_update_orders(self):
        self._check("update_orders", kills=8, lines={"updated": 1})

    def test_extend_lines(self):
        self._check("extend_lines", kills=6, lines={"extended": 1})

    def test_process_payments(self):
        """A second instalment of an order of 90.00, and of a parcel of 30.00."""
        self._check(
            "process_payments",
            kills=20,
            lines={"paid": 2, "earlier_open": 2},
            charges=(10.0, 30.0),
        )

    def test_create_child_orders(self):
        """Seven parcels that leave, four of them paid now, one of these in thirds; two
        that wait for the answer to their first instalment. A charge that was begun is
        taken up by the process of the payments, which charges 10.00 and 30.00, too."""
        self._check(
            *("create_child_orders", "process_payments"),
            kills=26,
            lines={"created": 9},
            charges=(10.0, 10.0, 30.0, 30.0, 30.0, 30.0, 30.0),
        )

    def test_close_orders(self):
        self._check("close_orders", kills=16, lines={"invoiced": 7, "closed": 1})

    def test_resolve_payments(self):
        """Two answers that were lost, thirds of 30.00."""
        self._check(
            "resolve_payments", kills=20, lines={"paid": 2}, charges=(10.0, 10.0)
        )


@tagged("post_install", "-at_install")
@unittest.skipUnless(testdb, "needs the development environment")
class TestCrashAnywhere(Crashes, BaseCase):
    """Each process is killed in the middle."""


@tagged("post_install", "-at_install", "-standard", "heavy")
@unittest.skipUnless(testdb, "needs the development environment")
class TestCrashEverywhere(Crashes, BaseCase):
    """A hundred kills."""

    is_thorough = True
