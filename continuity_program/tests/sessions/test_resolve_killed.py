# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A resolver that is killed before it asks: the question did not count.

On a copy of the database, with processes of its own.
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

RESOLVE = """
env["continuity.run"].execute("resolve_payments", commit=True)
"""


@tagged("post_install", "-at_install")
@unittest.skipUnless(testdb, "needs the development environment")
class TestResolveKilled(BaseCase):
    """Asked 5 minutes, 1 hour, 12 hours after the request, whoever is killed."""

    def setUp(self):
        super().setUp()
        self.database = self.enterContext(testdb.copied())
        folder = Path(self.enterContext(tempfile.TemporaryDirectory()))
        self.books = folder / "books.json"
        testdb.run(self.database, SET_UP, timeout=300)
        # Claimed, and killed before the provider was asked
        self._work(NIGHT, "before", -9)

    def _work(self, work, dies, code=0):
        worker = testdb.start(self.database, GATEWAY + work, self.books, dies)
        _stdout, stderr = worker.communicate(timeout=300)
        self.assertEqual(worker.returncode, code, stderr)

    def _resolve(self, minutes, dies="never"):
        """Let the resolver work so many minutes after the request."""
        testdb.query(
            self.database,
            "UPDATE continuity_payment SET requested_at"
            " = now() at time zone 'utc' - %s * INTERVAL '1 minute'",
            [minutes],
        )
        self._work(RESOLVE, dies, 0 if dies == "never" else -9)
        return testdb.query(
            self.database,
            "SELECT state, resolve_count, is_being_resolved FROM continuity_payment",
        )[0]

    def test_killed_before_it_asks(self):
        """Asked again at once, not an hour later."""
        self.assertEqual(self._resolve(6, "before"), ("processing", 0, True))
        self.assertEqual(self._resolve(7), ("paid", 1, False))
        entry = {"charged": 30.0, "requests": 1}
        self.assertEqual(list(json.loads(self.books.read_text()).values()), [entry])

    def test_killed_again_and_again(self):
        """A provider that ends our workers is asked twice per question, no more."""
        self.assertEqual(self._resolve(6, "after"), ("processing", 0, True))
        self.assertEqual(self._resolve(7, "after"), ("processing", 1, False))
        # Not due any more: nobody dies
        self.assertEqual(self._resolve(8), ("processing", 1, False))
        self.assertEqual(self._resolve(61, "after"), ("processing", 1, True))
        self.assertEqual(self._resolve(62, "after"), ("processing", 2, False))
        self.assertEqual(self._resolve(721), ("paid", 3, False))
        entry = {"charged": 30.0, "requests": 5}
        self.assertEqual(list(json.loads(self.books.read_text()).values()), [entry])
