# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Lives nobody thought of, against a book that knows only what was moved.

``CONTINUITY_WILD_LIVES=300`` plays so many, ``CONTINUITY_WILD_SEED=17`` begins with
that seed, ``CONTINUITY_WILD_LIFE="B EUR incl 2 delivered: …"`` plays one again.
``CONTINUITY_WILD_LOG=/tmp/wild.txt`` writes down what happened in each.
"""

import os
import traceback
from pathlib import Path

from odoo.tests import tagged

from . import wild_draw
from .wild_laws import SUBJECTS as ALL
from .wild_laws import Broken
from .wild_play import WildCase

#: Whose laws are looked at
SUBJECTS = tuple(os.environ.get("CONTINUITY_WILD_SUBJECTS", ",".join(ALL)).split(","))
LIVES = int(os.environ.get("CONTINUITY_WILD_LIVES", "5"))
SEED = int(os.environ.get("CONTINUITY_WILD_SEED", "1"))
#: So many lives are played to make one that fails smaller
TRIES = int(os.environ.get("CONTINUITY_WILD_TRIES", "60"))
LIFE = os.environ.get("CONTINUITY_WILD_LIFE")
LOG = os.environ.get("CONTINUITY_WILD_LOG")
#: Lives that were thought of: each is a way money was lost, or asked for twice
KNOWN = {
    "declined, paid by the link": "A EUR none 1 delivered: card error; night 0;"
    " link 0 1 done; card done; night 3; ship 0 *; night 1",
    "charged, and paid by the link": "A EUR excl 1 delivered: night 0; link 0 1 done;"
    " night 1; refund; night 1",
    "instalments, delivered in parts": "B EUR excl 2 delivered: night 0; ship 0 1;"
    " night 1; ship 0 1; night 31; night 31; night 1",
    "the first of two comes back": "A EUR excl 2 delivered: night 0; ship 0 1; night 1;"
    " reverse 0; refund; ship 0 1; night 1; refund",
    "the provider had taken it": "D EUR excl 1 delivered: lose taken; night 31;"
    " person 0 wrong; night 1; late 0; refund; refund; night 31",
    "reverse and create": "A EUR excl 1 delivered: night 0; ship 0 *; night 1;"
    " modify 0; refund; night 3",
    "captured in parts": "M EUR excl 2 delivered: night 0; ship 0 1; night 1;"
    " calloff 0; night 1; reverse 0; refund",
    "transfer, then instalments": "D EUR excl 1 delivered: bank 0 0.5; night 0;"
    " night 31; night 31",
    "charged back": "A EUR excl 1 delivered: night 0; ship 0 *; night 1; chargeback 0;"
    " newcard; night 1",
    "cancelled and confirmed anew": "A EUR none 1 manual: night 0; undo 0; refund;"
    " reopen 0; night 1",
    "posted too dear, put right": "A EUR excl 1 delivered: night 0; ship 0 *; night 1;"
    " reset 0 2; night 3; reset 0 0.5; refund",
    "one instalment given up": "B EUR excl 1 delivered: night 0; writeoff 0; night 31;"
    " night 31; night 31",
    "the rest on the portal": "D EUR excl 1 delivered: night 0; invoicelink 0 1 done;"
    " night 31; night 31",
    "note, given back by Odoo": "A EUR excl 1 delivered: night 0; ship 0 *; night 1;"
    " note 0 0.5; odoorefund 0 0.5; refund; night 3",
    "given back without a note": "A EUR excl 1 delivered: night 0; ship 0 *; night 1;"
    " odoorefund 0 0.3; night 3; night 3",
    "pending, then cancelled": "A EUR excl 1 delivered: card pending; night 0; cancel;"
    " undo 0; answer 0 done; refund",
    "cancelled after its invoice": "A EUR excl 1 created: night 0; undo 0; night 1;"
    " post; refund; night 1; night 1",
    "credited, given back": "A EUR excl 1 delivered: night 0; ship 0 *; night 1;"
    " reverse 0; refund; night 1; night 1",
    "up front, credited by hand": "C EUR excl 1 delivered: night 0; ship 0 *;"
    " reverse 0; night 1; cancel; post; refund; night 31",
    "taxes are paid abroad": "D EUR abroad 2 delivered: night 0; ship 0 1; night 31;"
    " return 0 credit; post; refund; night 31; night 31",
    "up front, made anew": "C EUR excl 2 delivered: night 0; modify 0; ship 0 1;"
    " night 1; night 31",
}


class WildLives(WildCase):
    """Plays lives, and makes those that fail smaller."""

    def _play_seeds(self, seeds):
        failed = []
        for seed in seeds:
            life = wild_draw.draw(seed)
            error = self._why(life)
            self._note(seed, life, error or "as it should be")
            if error:
                failed.append(self._explain(seed, life, error))
                self._note(seed, "smaller", failed[-1])
        self.assertFalse(failed, "\n\n".join(failed))

    def _note(self, seed, life, text):
        if LOG:
            with Path(LOG).open("a", encoding="utf-8") as file:
                file.write(f"{seed} {life}\n  {text}\n")
                file.writelines(f"    {step}\n" for step in self.history)

    def _why(self, life, subjects=SUBJECTS):
        """Say why a life fails; None = it does not."""
        try:
            self.live(life, subjects)
        except Broken as error:
            return str(error)
        except Exception:  # noqa: BLE001 -- a traceback is a failure, too
            return "\n".join(traceback.format_exc().splitlines()[-7:])
        return None

    def _explain(self, seed, life, error):
        kind = self._kind(error)

        def fails(shorter):
            found = self._why(shorter)
            return bool(found) and self._kind(found) == kind

        small = wild_draw.shrink(life, fails, TRIES)
        if small != life:
            error = self._why(small) or error
        history = "\n    ".join(self.history)
        return f"seed {seed}: {small}\n  {error}\n    {history}"

    def _kind(self, error):
        """The same law, whatever the figures; of a traceback its last line."""
        text = error.strip().splitlines()[-1]
        return "".join(c for c in text if not c.isdigit())[:60]


@tagged("post_install", "-at_install", "-standard", "heavy")
class TestWildLives(WildLives):
    """A few of them, always the same."""

    def test_lives(self):
        if LIFE:
            error = self._why(LIFE)
            self.assertFalse(error, "\n".join([f"{error}", *self.history]))
            return
        self._play_seeds(range(SEED, SEED + LIVES))


@tagged("post_install", "-at_install", "-standard", "heavy")
class TestManyWildLives(WildLives):
    """So many that most of what can stand beside each other does."""

    def test_lives(self):
        count = int(os.environ.get("CONTINUITY_WILD_LIVES", "300"))
        self._play_seeds(range(SEED + 1000, SEED + 1000 + count))

    def test_known(self):
        for name, life in KNOWN.items():
            with self.subTest(name):
                error = self._why(life)
                self._note(name, life, error or "as it should be")
                self.assertFalse(error, "\n".join([life, f"{error}", *self.history]))
