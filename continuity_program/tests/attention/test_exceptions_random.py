# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The inbox of an evening is what the next run leaves out: on worlds nobody chose.

``CONTINUITY_INBOX_SEED=17`` begins with that seed, ``CONTINUITY_INBOX_WORLDS=50`` plays
so many.
"""

import os

from odoo.tests import tagged

from ..cases.inbox import InboxCase, InboxLaws
from ..lives import wild_draw
from ..lives.wild_play import WildCase

SEED = int(os.environ.get("CONTINUITY_INBOX_SEED", "1"))
WORLDS = int(os.environ.get("CONTINUITY_INBOX_WORLDS", "2"))


class WildInboxCase(InboxLaws, WildCase):
    """Lives of one order that were made for its money: its inbox after every step."""

    def _look(self):
        result = super()._look()
        only = {"sale_order": self.order.sale_order_id}
        run = self._execute("refresh_insight", **only)
        self.assertFalse(run.failed_count, run.line_ids.mapped("message"))
        rows = self.env["continuity.exception"].search(
            [("continuity_order_id", "=", self.order.id), ("closed_on", "=", False)]
        )
        self._check_parcels(
            rows, self._execute("create_child_orders", dry_run=True, **only)
        )
        return result

    def _play_seeds(self, seeds):
        for seed in seeds:
            life = wild_draw.draw(seed)
            with self.subTest(seed=seed, life=life):
                self.live(life, ())


@tagged("post_install", "-at_install")
class TestExceptionsRandom(InboxCase):
    """A few worlds, always the same."""

    def test_worlds(self):
        """What is told in the evening is what the next run leaves out."""
        for seed in range(SEED, SEED + WORLDS):
            with self.subTest(seed=seed):
                self._play(seed)


@tagged("post_install", "-at_install", "-standard", "heavy")
class TestExceptionsManyWorlds(InboxCase):
    """Many worlds."""

    def test_worlds(self):
        """What is told in the evening is what the next run leaves out."""
        for seed in range(
            1000, 1000 + int(os.environ.get("CONTINUITY_INBOX_WORLDS", "60"))
        ):
            with self.subTest(seed=seed):
                self._play(seed)


@tagged("post_install", "-at_install")
class TestExceptionsWild(WildInboxCase):
    """A few lives, always the same."""

    def test_lives(self):
        """After every step the inbox is what the next run leaves out."""
        self._play_seeds(range(SEED, SEED + WORLDS))


@tagged("post_install", "-at_install", "-standard", "heavy")
class TestExceptionsManyWild(WildInboxCase):
    """Many lives."""

    def test_lives(self):
        """After every step the inbox is what the next run leaves out."""
        self._play_seeds(range(2000, 2060))
