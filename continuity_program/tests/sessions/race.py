# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Scripts of several sessions that go on at the same moment."""

import time

import psycopg2

from odoo.tests import BaseCase

try:
    from tools import testdb
except ImportError:  # installed without the development environment
    testdb = None


class RaceCase(BaseCase):
    """Works on copies of the database, with processes of their own."""

    def _race(self, database, script, *names):
        """Let scripts begin together, which wait for the advisory lock 4711.

        :param str database: a copy
        :param str script: knows its name as `arguments[0]`
        :param str names: one for each session
        :return: what each has said
        :rtype: list[str]
        """
        connection = psycopg2.connect(dbname=database)
        connection.autocommit = True
        try:
            cursor = connection.cursor()
            cursor.execute("SELECT pg_advisory_lock(4711)")
            workers = [testdb.start(database, script, name) for name in names]
            deadline = time.monotonic() + 120
            waiting = 0
            while waiting < len(workers) and time.monotonic() < deadline:
                cursor.execute(
                    "SELECT count(*) FROM pg_locks"
                    " WHERE locktype = 'advisory' AND NOT granted"
                )
                waiting = cursor.fetchone()[0]
                time.sleep(0.2)
            cursor.execute("SELECT pg_advisory_unlock(4711)")
            results = [worker.communicate(timeout=300) for worker in workers]
        finally:
            connection.close()
        for worker, (_stdout, stderr) in zip(workers, results, strict=True):
            self.assertEqual(worker.returncode, 0, stderr)
        return [stdout.strip() for stdout, _stderr in results]
