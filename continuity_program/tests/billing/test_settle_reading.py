# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What rows of the tables mean: payments that no screen of a test database makes."""

import unittest
from datetime import timedelta

from ... import reading
from .settle_world import EUR, NOW, ONE, TWO, USD, World


class TestBankLines(unittest.TestCase):
    """Entries that are known by what they are matched with."""

    def entry(self, world, money, receivable, **values):
        return {
            "other_move_id": 50,
            "other_statement_id": 7,
            "other_money": money,
            "other_receivable": receivable,
            "other_receivable_currency": receivable,
            **values,
        }

    def test_two_documents_less_costs(self):
        """157.00 for 160.00: what is no money is divided by largest remainder."""
        world = World()
        world.match(1, 100.0, **self.entry(world, 157.0, 160.0))
        world.match(2, 60.0, **self.entry(world, 157.0, 160.0))
        self.assertEqual(world.look(), {ONE: [(9813, "done")], TWO: [(5887, "done")]})
        self.assertEqual(world.attribution.adjusted, {ONE: 187, TWO: 113})

    def test_more_than_is_asked(self):
        """What is left of a bank line is nobody's."""
        world = World()
        world.match(1, 100.0, **self.entry(world, 130.0, 130.0))
        self.assertEqual(world.look(), {ONE: [(10000, "done")]})

    def test_no_money(self):
        """An entry over no money is no payment."""
        world = World()
        world.match(1, 100.0, other_move_id=50, other_receivable=100.0)
        self.assertEqual(world.look(), {})

    def test_two_notes(self):
        """A bank line that goes out gives back for each of its notes."""
        world = World()
        world.chunk.add_documents(
            [
                world.document(3, 10.0, EUR, ONE, move_type="out_refund"),
                world.document(4, 6.0, EUR, TWO, move_type="out_refund"),
            ]
        )
        for move_id, amount in ((3, 10.0), (4, 6.0)):
            world.match(move_id, amount, **self.entry(world, -16.0, -16.0))
        self.assertEqual(world.look(), {ONE: [(0, "done")], TWO: [(0, "done")]})
        returns = {
            scope: [(b.amount, b.noted) for m in money for b in m.returns]
            for scope, money in world.attribution.money.items()
        }
        self.assertEqual(returns, {ONE: [(1000, 1000)], TWO: [(600, 600)]})


class TestRegistered(unittest.TestCase):
    """Payments without a provider."""

    def test_two_currencies(self):
        """100.00 EUR: 60.00 for EUR, 50.00 USD for the other 40.00."""
        world = World(currencies=(EUR, USD), totals=(60.0, 50.0))
        world.pay(100.0, lines=[(1, 60.0, 60.0), (2, 50.0, 40.0)])
        self.assertEqual(world.look(), {ONE: [(6000, "done")], TWO: [(5000, "done")]})
        self.assertEqual(sum(world.attribution.outside.values()), 0)

    def test_booked_elsewhere(self):
        """Of 100.00 only 70.00 are on the receivable: the rest is nobody's."""
        world = World()
        world.pay(100.0, move_ids=[1])
        [row] = world.chunk.payments.values()
        line = world.payment_line(row, 1, 70.0, 70.0, amount=-70.0)
        world.chunk.payment_lines[1] = [line]
        self.assertEqual(world.look(), {ONE: [(7000, "done")]})
        self.assertEqual(world.attribution.outside, {("payment", 1): 3000})

    def test_returned_rest(self):
        """What came back was never the scope's: it is no return of it either."""
        world = World()
        world.pay(130.0, lines=[(1, 100.0, 100.0)])
        [row] = world.chunk.payments.values()
        world.chunk.payment_lines[1].append(
            world.payment_line(
                row, 90, 30.0, 30.0, other_type="entry", other_statement_id=8
            )
        )
        self.assertEqual(world.look(), {ONE: [(10000, "done")]})
        self.assertEqual(world.attribution.money[ONE][0].returns, ())

    def test_taken_back_of_another_currency(self):
        """50.00 of 100.00 USD are matched with 40.00 EUR, 25.00 went back."""
        world = World()
        world.pay(100.0, currency_id=USD, lines=[(1, 40.0, 50.0)])
        [row] = world.chunk.payments.values()
        world.chunk.payment_lines[1].append(
            world.payment_line(
                row, 90, 25.0, 25.0, other_type="entry", other_statement_id=8
            )
        )
        self.assertEqual(world.look(), {ONE: [(6000, "done")]})
        [money] = world.attribution.money[ONE]
        self.assertEqual([(b.amount, b.kind) for b in money.returns], [(2000, "bank")])
        self.assertEqual(money.refundable, "none")


class TestTransactions(unittest.TestCase):
    """Payments of providers."""

    def test_captured_in_part(self):
        """Authorised 100.00: 30.00 captured, 10.00 let go, 5.00 under way."""
        world = World()
        world.add_transaction(state="authorized")
        for tx_id, state, amount in (
            *((2, "done", 30.0), (3, "cancel", 10.0), (4, "draft", 5.0)),
            (5, "error", 7.0),
        ):
            world.add_transaction(tx_id, state=state, amount=amount)
        world.link(child=1)
        self.assertEqual(world.look(), {ONE: [(9000, "authorized")]})
        [money] = world.attribution.money[ONE]
        self.assertEqual((money.captured, money.capturing), (3000, 500))
        # What is authorised only waits for no document
        self.assertEqual((money.received, money.unmatched), (3000, 3000))

    def test_of_two_rows(self):
        """100.00 for two children: what was captured, is being captured or was let go
        for the second is not the first one's."""
        for kind, state, parts in (
            ("done", "authorized", ((5000, 0, 0), (5000, 5000, 0))),
            ("draft", "authorized", ((5000, 0, 0), (5000, 0, 5000))),
            ("cancel", "authorized", ((5000, 0, 0), (0, 0, 0))),
            ("done", "cancel", ((0, 0, 0), (5000, 0, 0))),
        ):
            with self.subTest(kind, state=state):
                world = World()
                world.add_transaction(state=state)
                world.add_transaction(2, state=kind, amount=50.0, settle_row_id=8)
                world.request(7, 1)
                world.request(8, 2)
                world.look()
                money = world.attribution.money
                self.assertEqual(
                    [
                        (item.here, item.captured, item.capturing)
                        for scope in (ONE, TWO)
                        for item in money[scope]
                    ],
                    list(parts),
                )

    def test_given_up(self):
        """What was captured of it has come, the rest never will."""
        world = World()
        world.add_transaction(state="cancel")
        world.add_transaction(2, state="done", amount=30.0)
        world.link(child=1)
        self.assertEqual(world.look(), {ONE: [(3000, "done")]})

    def test_states(self):
        """What may still come, and what is as if it had never been."""
        long_ago = NOW - timedelta(minutes=60)
        for values, expected in (
            ({"state": "pending"}, "pending"),
            ({"state": "draft"}, "draft"),
            ({"state": "draft", "created": long_ago}, None),
            ({"state": "draft", "asked_at": long_ago}, "processing"),
            ({"state": "draft", "no_answer": True}, "unknown"),
            ({"state": "error", "no_answer": True}, "unknown"),
            ({"state": "error"}, None),
            ({"state": "cancel"}, None),
            ({"charged_back": True}, "charged_back"),
        ):
            with self.subTest(values):
                world = World()
                world.add_transaction(**values)
                world.link(child=1)
                found = {ONE: [(10000, expected)]} if expected else {}
                self.assertEqual(world.look(), found)

    def test_returns(self):
        """Refunds that are done, under way, and refused."""
        world = World()
        world.add_transaction()
        for tx_id, state in ((2, "done"), (3, "pending"), (4, "error")):
            world.add_transaction(
                tx_id, operation="refund", state=state, amount=-10.0 * tx_id
            )
        world.link(move_id=1)
        world.match(1, 0.0, residual=100.0)
        self.assertEqual(world.look(), {ONE: [(10000, "done")]})
        [money] = world.attribution.money[ONE]
        self.assertEqual(
            [(back.amount, back.pending) for back in money.returns],
            [(2000, False), (3000, True)],
        )
        # Neither does what went back
        self.assertEqual(money.unmatched, 8000)

    def test_linked_to_nothing_of_ours(self):
        """It is not listed at all."""
        world = World()
        world.add_transaction()
        world.chunk.add_links([reading.LinkRow(1, None, 77, False, None)])
        self.assertEqual(world.look(), {})


class TestDocuments(unittest.TestCase):
    """Whose a document is."""

    def test_what_it_takes_back(self):
        """A note without lines of an order belongs to what it takes back."""
        world = World()
        world.chunk.add_documents(
            [world.document(3, 10.0, EUR, None, reversed_id=2, upfront_id=9)]
        )
        self.assertEqual(world.chunk.get_weights(3), {TWO: 6000})

    def test_billed_up_front(self):
        """Else its continuity order says so, else nobody."""
        world = World()
        world.chunk.add_documents(
            [
                world.document(3, 10.0, EUR, None, upfront_id=9),
                world.document(4, 10.0, EUR, None, reversed_id=4),
                world.document(5, 10.0, EUR, None, reversed_id=3),
            ]
        )
        self.assertEqual(world.chunk.get_weights(3), {("upfront", 9): 1})
        self.assertEqual(world.chunk.get_weights(4), {})
        self.assertEqual(world.chunk.get_weights(5), {("upfront", 9): 1})

    def test_weightless(self):
        """Lines without a price: divided equally, no unit is lost."""
        world = World()
        for scope in (ONE, TWO):
            world.chunk.add_documents([world.document(3, 1.01, EUR, scope, weight=0.0)])
        parts = world.chunk.get_parts(3, 101)
        self.assertEqual(parts, {ONE: 51, TWO: 50})
