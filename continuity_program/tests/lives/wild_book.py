# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What provider and bank have moved, as they know it: the test's own book.

It knows nothing of rows, of documents or of what the program makes of the money, and
nothing of Odoo. Amounts are whole numbers of the smallest unit.
"""

from dataclasses import dataclass, field, replace


@dataclass(frozen=True)
class Moved:
    """Money that came (above 0) or went back (below 0).

    :param str key: the provider's reference, or the bank's
    :param tuple parts: scope, row or None, and amount
    :param bool is_told: the program was told of it
    :param str source: of what went back, the key of what had come
    :param bool is_charged_back: the bank took it back: it counts 0
    :param bool is_before: it went back before its child was confirmed anew
    """

    key: str
    parts: tuple
    is_told: bool = True
    source: str = None
    is_charged_back: bool = False
    is_before: bool = False

    @property
    def amount(self):
        """All of it."""
        return sum(amount for _scope, _row, amount in self.parts)


@dataclass
class Book:
    """What was moved, and what was begun and may still be."""

    moved: dict = field(default_factory=dict)
    begun: dict = field(default_factory=dict)

    def keep(self):
        """Keep it as it is; what is in it never changes."""
        return Book(dict(self.moved), dict(self.begun))

    def come(self, key, parts, is_told=True):
        """Money has come; once, however often it is said."""
        self.begun.pop(key, None)
        if key not in self.moved:
            self.moved[key] = Moved(key, tuple(parts), is_told)
        elif is_told:
            self.moved[key] = replace(self.moved[key], is_told=True)

    def match(self, key, amounts):
        """A line of the bank counts as far as it is matched.

        :param dict amounts: per scope
        """
        parts = tuple((scope, None, amount) for scope, amount in amounts.items())
        self.moved[key] = Moved(key, parts)

    def go_back(self, key, source, amount):
        """Money has gone back, from the last part of what had come."""
        parts, rest = [], amount
        given = {}
        for move in self.moved.values():
            if move.source == source:
                for scope, row, part in move.parts:
                    given[scope, row] = given.get((scope, row), 0) - part
        for scope, row, part in reversed(self.moved[source].parts):
            taken = min(rest, part - given.get((scope, row), 0))
            if taken > 0:
                parts.append((scope, row, -taken))
                rest -= taken
        if rest:
            scope, row, _part = self.moved[source].parts[-1]
            parts.append((scope, row, -rest))
        self.moved[key] = Moved(key, tuple(parts), source=source)

    def begin(self, key, parts):
        """Money may come."""
        if key not in self.moved:
            self.begun[key] = tuple(parts)

    def end(self, key):
        """It will not."""
        self.begun.pop(key, None)

    def charge_back(self, key):
        """The bank took it back from the shop."""
        self.moved[key] = replace(self.moved[key], is_charged_back=True)

    def reopen(self, scope):
        """A child was confirmed anew: what went back so far is settled."""
        for key, move in self.moved.items():
            if move.source and any(part[0] == scope for part in move.parts):
                self.moved[key] = replace(move, is_before=True)

    # === WHAT THERE IS === #

    def _parts(self, scope, is_back):
        for move in self.moved.values():
            first = self.moved[move.source] if move.source else move
            if bool(move.source) != is_back or first.is_charged_back:
                continue
            if move.is_told:
                for one, row, amount in move.parts:
                    if scope in (one, None):
                        yield move, row, amount

    def gross(self, scope=None):
        """What has come, and was told; of one scope or of all."""
        return sum(amount for _move, _row, amount in self._parts(scope, False))

    def returned(self, scope=None):
        """What went back of it."""
        return -sum(amount for _move, _row, amount in self._parts(scope, True))

    def settled_before(self, scope):
        """What of it went back before the child was confirmed anew."""
        return -sum(a for move, _row, a in self._parts(scope, True) if move.is_before)

    def net(self, scope=None):
        """What is there."""
        return self.gross(scope) - self.returned(scope)

    def under_way(self, scope):
        """What may still come, or has come and nobody was told."""
        waiting = list(self.begun.values())
        waiting += [m.parts for m in self.moved.values() if not m.is_told]
        return sum(a for parts in waiting for one, _row, a in parts if one == scope)

    def doubles(self, scope):
        """What came beyond the largest success of a row, and what is left of that."""
        came, back = {}, {}
        for _move, row, amount in self._parts(scope, False):
            if row is not None:
                came.setdefault(row, []).append(amount)
        for _move, row, amount in self._parts(scope, True):
            back[row] = back.get(row, 0) - amount
        twice = {row: sum(all_) - max(all_) for row, all_ in came.items()}
        left = {row: max(0, t - back.get(row, 0)) for row, t in twice.items()}
        return sum(twice.values()), sum(left.values())

    def successes(self, row):
        """How often a row was charged with success, and not charged back."""
        return sum(
            any(part[1] == row for part in move.parts)
            for move in self.moved.values()
            if move.is_told and not move.source and not move.is_charged_back
        )
