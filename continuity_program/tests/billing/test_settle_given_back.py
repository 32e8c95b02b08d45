# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Money that goes back by hand: whatever the books match of it, all of it has gone."""

import unittest

from .settle_world import EUR, ONE, TWO, World


class TestGivenBackByHand(unittest.TestCase):
    """Payments and bank lines that go out, and the notes they are for."""

    def setUp(self):
        """A note of 10.00 for the first scope: what is left of it is said later."""
        super().setUp()
        self.world = World()
        self.world.chunk.add_documents(
            [self.world.document(3, 10.0, EUR, ONE, move_type="out_refund")]
        )

    def give(self, amount, residual=0.0, payment_id=1, matched=0.0, **values):
        """A payment that goes out: so much of it is matched with the note."""
        self.world.pay(amount, payment_id=payment_id, direction="outbound", **values)
        row = self.world.chunk.payments[payment_id]
        if row.has_entry:
            self.world.chunk.payment_lines[payment_id] = [
                self.world.payment_line(
                    row,
                    3 if matched else None,
                    matched,
                    matched,
                    amount=amount,
                    residual=residual,
                    other_type="out_refund" if matched else None,
                    partial_id=payment_id if matched else None,
                )
            ]

    def look(self):
        """What went back of the first scope, and what notes explain."""
        self.world.look()
        found = [
            (back.amount, back.noted)
            for money in self.world.attribution.money.get(ONE, ())
            for back in money.returns
        ]
        return sum(amount for amount, _ in found), sum(noted for _, noted in found)

    def test_more_than_the_note(self):
        """15.00 on a note of 10.00, linked with it or not."""
        for move_ids in ([3], []):
            with self.subTest(move_ids=move_ids):
                self.setUp()
                self.give(15.0, 5.0, matched=10.0, move_ids=move_ids)
                self.assertEqual(self.look(), (1500, 1000))

    def test_rest_is_used(self):
        """What is matched with something else is none of the note's."""
        self.give(15.0, 1.0, matched=10.0, move_ids=[3])
        self.assertEqual(self.look(), (1100, 1000))

    def test_linked_only(self):
        """Two of 10.00 beside one open note: the second explains itself by nothing."""
        self.world.match(3, 0.0, residual=-10.0, partial_id=None)
        for number, has_entry in ((1, False), (2, True)):
            self.give(10.0, 10.0, number, move_ids=[3], has_entry=has_entry)
        self.assertEqual(self.look(), (2000, 1000))

    def test_linked_with_nothing(self):
        """Nobody knows whose money it is."""
        self.give(10.0, 10.0)
        self.assertEqual(self.look(), (0, 0))

    def test_bank_line_in_its_place(self):
        """A payment without an entry, and the bank line that is it."""
        line = {"other_move_id": 50, "other_statement_id": 7, "other_money": -15.0}
        self.world.match(3, 10.0, **line, other_line_id=9, other_residual=5.0)
        self.give(15.0, move_ids=[3], has_entry=False)
        self.assertEqual(self.look(), (1500, 1000))

    def test_bank_line_in_its_place_of_what_came(self):
        """15.00 without an entry for 10.00: no more than what the bank line paid."""
        world = World(totals=(10.0, 60.0))
        line = {"other_move_id": 50, "other_statement_id": 7, "other_money": 15.0}
        world.match(1, 10.0, **line)
        world.pay(15.0, move_ids=[1], has_entry=False)
        self.assertEqual(sum(here for here, _ in world.look()[ONE]), 1000)

    def test_half_of_two_invoices(self):
        """70.00 wait for two invoices; the bank has paid one of them."""
        world = World(totals=(10.0, 60.0))
        line = {"other_move_id": 50, "other_statement_id": 7, "other_money": 10.0}
        world.match(1, 10.0, **line)
        world.match(2, 0.0, residual=60.0, partial_id=None)
        world.pay(70.0, move_ids=[1, 2], has_entry=False)
        self.assertEqual(sum(here for here, _ in world.look()[TWO]), 7000)
        world.match(2, 60.0, **{**line, "other_move_id": 51})
        world.chunk.documents[2].lines[2] = world.chunk.documents[2].matches[-1]
        self.assertEqual(sum(here for here, _ in world.look()[TWO]), 6000)

    def test_bank_line_of_the_younger(self):
        """10.00 and 15.00 wait without an entry; the bank line of 15.00 is the second,
        and 25.00 have come, not 30.00."""
        world = World(totals=(25.0, 60.0))
        line = {"other_move_id": 50, "other_statement_id": 7, "other_money": 15.0}
        world.match(1, 15.0, residual=10.0, **line)
        world.pay(10.0, move_ids=[1], has_entry=False)
        world.pay(15.0, move_ids=[1], has_entry=False, payment_id=2)
        self.assertEqual(sum(here for here, _ in world.look()[ONE]), 2500)

    def test_bank_lines_of_neither(self):
        """10.00 and 15.00 wait; lines of 4.00 and 6.00 are the older one."""
        world = World(totals=(25.0, 60.0))
        line = {"other_move_id": 50, "other_money": 4.0}
        world.match(1, 4.0, **line, other_statement_id=7)
        line = {"other_move_id": 51, "other_money": 6.0}
        world.match(1, 6.0, residual=15.0, **line, other_statement_id=8)
        world.pay(10.0, move_ids=[1], has_entry=False)
        world.pay(15.0, move_ids=[1], has_entry=False, payment_id=2)
        self.assertEqual(sum(here for here, _ in world.look()[ONE]), 2500)

    def test_one_line_of_two_invoices(self):
        """One bank line pays two invoices, and so did the payment it is."""
        world = World(totals=(10.0, 60.0))
        line = {"other_move_id": 50, "other_statement_id": 7, "other_money": 70.0}
        world.match(1, 10.0, **line)
        world.match(2, 60.0, **line)
        world.pay(8.0, move_ids=[1], has_entry=False)
        world.pay(70.0, move_ids=[1, 2], has_entry=False, payment_id=2)
        self.assertEqual(sum(here for here, _ in world.look()[TWO]), 6000)

    def test_refund_matched_with_another_payment(self):
        """The books match a refund of one payment with what is left of another one: it
        went back once. What no provider knows of goes back by that match."""
        world = self.world = World(totals=(20.0, 60.0))
        world.pay(10.0, lines=((1, 5.0, 5.0),), move_ids=[1])
        row = world.chunk.payments[1]
        lines = world.chunk.payment_lines[1]
        other = {"other_type": "entry", "other_payment_id": 9, "other_move_id": 70}
        for is_refund, returned in ((False, 500), (True, 0)):
            with self.subTest(is_refund=is_refund):
                match = world.payment_line(row, None, 5.0, 5.0, 7)
                match = match._replace(**other, other_is_refund=is_refund)
                world.chunk.payment_lines[1] = [*lines, match]
                self.assertEqual(self.look(), (returned, 0))
