# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""A life that fails is made smaller, and the book of what was moved adds up."""

import unittest

from . import wild_draw
from .wild_book import Book

LIFE = "B KWD incl 3 created: night 0; ship 0 1; card done; night 1; refund; night 31"
CHILD, OTHER = ("child", 1), ("child", 2)


class TestWildDraw(unittest.TestCase):
    """Lives as lines."""

    def test_the_same_seed_gives_the_same_life(self):
        self.assertEqual(wild_draw.draw(7), wild_draw.draw(7))
        self.assertNotEqual(wild_draw.draw(7), wild_draw.draw(8))

    def test_a_line_is_read_as_it_was_written(self):
        setting, steps = wild_draw.read(LIFE)
        self.assertEqual(setting, ["B", "KWD", "incl", "3", "created"])
        self.assertEqual(steps[1:3], ["ship 0 1", "card done"])
        self.assertEqual(wild_draw.write(" ".join(setting), steps), LIFE)

    def test_only_what_is_needed_is_left(self):
        def fails(life):
            steps = wild_draw.read(life)[1]
            return "ship 0 1" in steps and "night 31" in steps

        self.assertEqual(
            wild_draw.shrink(LIFE, fails),
            "B EUR none 1 delivered: ship 0 1; night 31",
        )

    def test_a_setting_that_is_needed_stays(self):
        self.assertEqual(
            wild_draw.shrink(LIFE, lambda life: "KWD" in life and "refund" in life),
            "B KWD none 1 delivered: refund",
        )

    def test_so_often_and_no_more(self):
        played = []

        def fails(life):
            played.append(life)
            return False

        self.assertEqual(wild_draw.shrink(LIFE, fails, tries=4), LIFE)
        self.assertEqual(len(played), 4)
        self.assertEqual(wild_draw.shrink(LIFE, fails, tries=0), LIFE)


class TestWildBook(unittest.TestCase):
    """What provider and bank have moved."""

    def test_money_that_comes_and_goes(self):
        book = Book()
        book.come("a", [(CHILD, 1, 1494), (OTHER, 2, 996)])
        book.come("a", [(CHILD, 1, 1494), (OTHER, 2, 996)])
        self.assertEqual((book.gross(), book.gross(CHILD)), (2490, 1494))
        # Of the last part first
        book.go_back("r", "a", 1000)
        self.assertEqual(
            (book.net(OTHER), book.net(CHILD), book.net()), (0, 1490, 1490)
        )
        book.go_back("s", "a", 1490)
        self.assertEqual((book.net(CHILD), book.returned(OTHER)), (0, 996))

    def test_what_nobody_was_told(self):
        book = Book()
        book.begin("a", [(CHILD, 1, 1494)])
        self.assertEqual((book.gross(CHILD), book.under_way(CHILD)), (0, 1494))
        book.come("a", [(CHILD, 1, 1494)], is_told=False)
        self.assertEqual((book.gross(CHILD), book.under_way(CHILD)), (0, 1494))
        self.assertEqual(book.successes(1), 0)
        book.come("a", ())
        self.assertEqual((book.gross(CHILD), book.under_way(CHILD)), (1494, 0))
        self.assertEqual(book.successes(1), 1)
        book.begin("b", [(CHILD, 1, 1494)])
        book.end("b")
        self.assertEqual(book.under_way(CHILD), 0)

    def test_what_came_twice(self):
        book = Book()
        book.come("a", [(CHILD, 1, 1494)])
        book.come("b", [(CHILD, 1, 1494)])
        book.come("c", [(CHILD, None, 500)])
        self.assertEqual(book.doubles(CHILD), (1494, 1494))
        book.go_back("r", "a", 494)
        self.assertEqual(book.doubles(CHILD), (1494, 1000))

    def test_a_chargeback_is_as_if_it_had_never_come(self):
        book = Book()
        book.come("a", [(CHILD, 1, 1494)])
        book.go_back("r", "a", 494)
        book.charge_back("a")
        self.assertEqual((book.gross(), book.returned(), book.successes(1)), (0, 0, 0))

    def test_what_is_kept_does_not_change(self):
        book = Book()
        book.come("a", [(CHILD, 1, 1494)])
        kept = book.keep()
        book.charge_back("a")
        book.match("bank", {CHILD: 5})
        self.assertEqual((kept.gross(), book.gross()), (1494, 5))

    def test_confirmed_anew(self):
        book = Book()
        book.come("a", [(CHILD, 1, 1494)])
        book.go_back("r", "a", 1494)
        self.assertEqual(book.settled_before(CHILD), 0)
        book.reopen(CHILD)
        self.assertEqual(book.settled_before(CHILD), 1494)
