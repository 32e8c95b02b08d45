# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What the rows must be: from what the plan says, never from yesterday's amounts.

Some rows are *fixed*: they were paid, are under way, or were given up. The others are
*movable*: foreign money covers them from the first on, what the claim lacks is cut from
the last, and what is left of each is asked. What the plan has no row for is one extra
row.
"""

from dataclasses import replace
from datetime import date

from ..planning.errors import ScheduleError
from ..planning.instalments import instalments
from .facts import KEPT
from .results import RowResult
from .sums import flying, is_given_up, own_success


def spread(facts, sums, success, in_flight):
    """Say what every row must be.

    :param Facts facts: of the scope
    :param Sums sums: its account
    :param dict success: largest success per row
    :param dict in_flight: what is under way per row
    :return: the rows there are, and the rows to be made, each by sequence
    :rtype: tuple[tuple[RowResult, ...], tuple[RowResult, ...]]
    """
    spreading = _Spread(facts, sums, success, in_flight)
    spreading.fix()
    spreading.collect()
    spreading.cover()
    spreading.cut()
    spreading.conclude()
    return spreading.results()


def cut_of(facts, key):
    """Say how much of the plan of a row was cut, and not paid by other money.

    Other money pays from the first on: what is history has had its part of it, and so
    have the rows before. What the row does not ask beyond that, the claim has cut.

    :param Facts facts: of the scope
    :param Any key: of the row
    :rtype: int
    """
    success = own_success(facts.money)
    in_flight = flying(facts.rows, facts.money, success)
    spreading = _Spread(facts, None, success, in_flight)
    spreading.fix()
    row = next(row for row in facts.rows if row.key == key)
    lack = row.base - row.amount
    free = spreading.foreign + facts.adjusted - spreading.returned - spreading.needed
    if key in spreading.done:
        free += max(0, lack)
    else:
        free -= sum(
            other.base
            for other in facts.rows
            if other.key not in spreading.done and _order(other) < _order(row)
        )
    return max(0, lack - max(0, free))


class _Part:
    """A movable row while it is shared out."""

    __slots__ = ("base", "by_books", "by_money", "cut", "due", "line", "row")

    def __init__(self, row, base, due, line=None):
        self.row, self.base, self.due, self.line = row, base, due, line
        self.by_money = self.by_books = self.cut = 0

    @property
    def covered(self):
        return self.by_money + self.by_books

    @property
    def left(self):
        return self.base - self.by_money - self.by_books - self.cut


class _Spread:
    """The steps, one after the other."""

    def __init__(self, facts, sums, success, in_flight):
        self.facts, self.sums = facts, sums
        self.success, self.in_flight = success, in_flight
        self.rows = sorted(facts.rows, key=_order)
        self.done = {}
        self.new = []
        self.plan = []
        self.extra = []
        foreign = [item for item in facts.money if item.row is None]
        self.foreign = sum(item.received for item in foreign)
        self.returned = sum(
            back.amount
            for item in foreign
            for back in item.gone_back
            if not back.pending
        )
        #: what once came, to see whether it ever covered a row
        self.once = self.foreign + (facts.adjusted if self.foreign else 0)
        self.needed = 0

    # === 1: WHAT IS HISTORY === #

    def fix(self):
        """Leave alone what was paid, is under way or was given up."""
        can_cover = self.once
        for row in self.rows:
            paid = self.success.get(row.key)
            if is_given_up(row, self.success):
                self._keep(row, max(0, row.base - row.amount), row.state, row.amount)
            elif paid:
                # Charged already, the answer only now: what came is what it was
                amount = row.amount if row.state == "paid" else paid
                self._keep(row, max(0, row.base - paid), "paid", amount)
            elif row.key in self.in_flight:
                self._keep(row, max(0, row.base - row.amount), row.state, row.amount)
            elif _is_wholly_covered(row):
                # From the first on: the first that is not covered ends it
                can_cover -= row.base
                if can_cover >= 0:
                    self._keep(row, row.base, "paid", row.amount)

    def _keep(self, row, needed, state, amount):
        """Take a row as it is.

        :param int needed: what other money has to cover of its base
        """
        self.needed += needed
        is_otherwise = row.otherwise and row.key not in self.success
        self.done[row.key] = _result(
            row,
            state,
            amount,
            otherwise=is_otherwise,
            cancel=row.cancel if state == "cancelled" else None,
        )

    # === 2: WHAT MAY MOVE === #

    def collect(self):
        """Find the movable rows, with what the plan or the documents say."""
        movable = [row for row in self.rows if row.key not in self.done]
        self.extra = [
            _Part(row, row.base, row.due) for row in movable if row.kind == "extra"
        ]
        planned = [row for row in movable if row.kind == "plan"]
        if self.facts.scope.basis == "documents":
            self.plan = self._by_documents(planned)
        else:
            self.plan = self._plan_anew(planned) or [
                _Part(row, row.base, row.due) for row in planned
            ]

    def _by_documents(self, planned):
        """One row per receivable line of a posted invoice."""
        by_line = {row.line: row for row in planned if row.line is not None}
        fixed = {row.line for row in self.rows if row.key in self.done}
        parts = []
        for doc in self.facts.docs:
            if doc.state != "posted" or doc.kind != "invoice":
                continue
            for term in doc.terms:
                if term.line not in fixed:
                    row = by_line.pop(term.line, None)
                    due = row.due if row else term.maturity
                    parts.append(_Part(row, term.amount, due, term.line))
        # The document of a row is gone, and what it asked with it
        found = {part.row.key for part in parts if part.row}
        parts += [_Part(row, 0, row.due) for row in planned if row.key not in found]
        return sorted(parts, key=_part_order)

    def _plan_anew(self, planned):
        """Split a changed claim as if it had been so from the beginning.

        Only while nothing has happened: exact instalments again, no difference to be
        asked apart.

        :return: None when the plan stands
        """
        plan, claim = self.facts.scope.plan, self.sums.claim
        if not plan or claim <= 0 or claim == sum(row.base for row in planned):
            return None
        if self._has_begun(planned):
            return None
        try:
            wanted = instalments(
                claim * plan.unit, plan.schedule, plan.base_date, plan.unit
            )
        except ScheduleError:
            # The schedule does not fit this amount: the difference is asked apart
            return None
        parts, last = [], date.min
        for position, instalment in enumerate(wanted):
            row = planned[position] if position < len(planned) else None
            # Rows may have been moved: what is new never comes before them
            last = row.due if row else max(last, instalment.date)
            parts.append(_Part(row, int(instalment.amount / plan.unit), last))
        return parts + [_Part(row, 0, row.due) for row in planned[len(wanted) :]]

    def _has_begun(self, planned):
        """Whether a row was asked, billed or cut, or money or a note has come."""
        return bool(
            self.done
            or self.facts.adjusted
            or self.sums.received
            or any(doc.kind == "note" for doc in self._posted())
            or any(row.state == "billed" or _is_cut(row) for row in planned)
            or any(part.row.state != "cancelled" for part in self.extra)
        )

    def _posted(self):
        return [doc for doc in self.facts.docs if doc.state == "posted"]

    # === 3: COVERED, CUT, LEFT === #

    def cover(self):
        """Let free money pay from the first on, but never beyond the claim."""
        self.of_money, self.of_books = self._free()
        if self.facts.scope.basis == "documents":
            self._cut_by_notes(self.of_money + self.of_books)
        self._cover(self.plan)

    def _cover(self, parts):
        for part in parts:
            part.by_money = min(part.left, self.of_money)
            self.of_money -= part.by_money
            part.by_books = min(part.left, self.of_books)
            self.of_books -= part.by_books

    def _free(self):
        """What may cover movable rows: money, and entries that are none."""
        sums = self.sums
        of_money = self.foreign - self.returned - self.needed
        of_books = max(0, sums.adjusted + min(0, of_money))
        of_money = max(0, of_money)
        counted = sums.received - sums.returned - sums.aside + sums.adjusted
        by_plan = self.facts.scope.basis == "plan"
        beyond = counted - (sums.claim if by_plan else sums.documents)
        free = max(0, of_money + of_books - max(0, beyond))
        of_money = min(of_money, free)
        return of_money, free - of_money

    def _cut_by_notes(self, free):
        """A note takes first from the rows of the document it reverses."""
        lines = {
            doc.key: {term.line for term in doc.terms}
            for doc in self._posted()
            if doc.kind == "invoice"
        }
        rest = sum(part.base for part in self.plan) - self.sums.open - free
        notes = [doc for doc in self._posted() if doc.reverses in lines]
        for note in sorted(notes, key=lambda doc: (doc.date, doc.key)):
            budget = -note.total
            for part in reversed(self.plan):
                if part.line in lines[note.reverses]:
                    taken = max(0, min(part.left, budget, rest))
                    part.cut += taken
                    budget -= taken
                    rest -= taken

    def cut(self):
        """Take what the claim lacks from the last."""
        left = sum(part.left for part in self.plan)
        rest = left - min(left, self.sums.open)
        for part in reversed(self.plan):
            taken = min(part.left, rest)
            part.cut += taken
            rest -= taken

    # === 4: WHAT BECOMES OF EACH === #

    def conclude(self):
        """Say what becomes of the movable rows, and what no row of the plan asks."""
        self._conclude_extra(self.sums.open - sum(part.left for part in self.plan))
        covered = sum(part.covered for part in (*self.plan, *self.extra))
        spare = self.once - self.needed - covered
        for part in self.plan:
            spare = self._conclude(part, part.left, spare)

    def _conclude(self, part, left, spare):
        """Say what becomes of one row.

        :param int left: what is to be asked of it
        :param int spare: money that once came and covers nothing now; none is left
            after a row it did not cover
        :return: the same for the next row
        :rtype: int
        """
        row = part.row
        if left:
            self._set(part, _open_state(row), left)
            return 0
        uncovered = part.base - part.covered
        if part.base and 0 < uncovered <= spare:
            # It was paid once; that the claim went away does not undo it
            self._set(part, "paid", part.base, otherwise=True)
            return spare - uncovered
        if part.by_money:
            self._set(part, "paid", part.covered, otherwise=True)
        elif part.by_books:
            self._set(part, "cancelled", part.covered, cancel="books")
        elif row:
            self._set(part, "cancelled", 0, cancel=self._why(row))
        return 0 if uncovered else spare

    def _why(self, row):
        """Why nothing is left of a row."""
        if row.state == "cancelled" and row.cancel not in (None, "books"):
            return row.cancel
        if not self.facts.scope.alive:
            return "child" if self.facts.scope.kind == "child" else "order"
        if row.kind == "extra":
            return "corrected"
        has_notes = any(doc.kind == "note" for doc in self._posted())
        return "credited" if has_notes else "corrected"

    def _conclude_extra(self, rest):
        """Ask what is open beyond the plan, in one extra row."""
        chosen = None
        if rest:
            usable = [part for part in self.extra if part.row.state != "cancelled"]
            # One that is asked already, before one whose money went away
            usable.sort(key=lambda part: part.row.state == "paid")
            chosen = usable[0] if usable else None
        self._cover([part for part in self.extra if part is not chosen])
        for part in self.extra:
            if part is chosen:
                part.base = rest
                self._conclude(part, rest, 0)
            elif part.covered:
                part.base = part.covered
                self._conclude(part, 0, 0)
            else:
                self._set(part, "cancelled", 0, cancel=self._why(part.row), base=0)
        if rest and not chosen:
            self.new.append(self._new_extra(rest))

    def _new_extra(self, amount):
        """A row nobody planned: at once for a card, else with the latest document."""
        method = self.rows[-1].method if self.rows else "card"
        today = self.facts.scope.today
        dates = [doc.date for doc in self._posted() if doc.kind == "invoice"]
        due = max(dates) if dates and method == "account" else today
        return RowResult(
            *(None, None, due, amount, amount, "scheduled", "extra"), method=method
        )

    def _set(self, part, state, amount, otherwise=False, cancel=None, base=None):
        """Note what becomes of a row; without a row it is to be made."""
        base = part.base if base is None else base
        values = {"otherwise": otherwise, "cancel": cancel}
        if part.row:
            self.done[part.row.key] = _result(part.row, state, amount, base, **values)
        elif state == "scheduled":
            method = self.rows[-1].method if self.rows else "card"
            values.update(line=part.line, method=method)
            self.new.append(
                RowResult(None, None, part.due, base, amount, state, **values)
            )

    def results(self):
        """Number what is new after everything there is.

        :return: the rows there are, and the rows to be made
        """
        rows = sorted(self.rows, key=lambda row: row.sequence)
        last = rows[-1].sequence if rows else 0
        new = sorted(self.new, key=lambda row: (row.kind != "plan", row.due))
        return (
            tuple(self.done[row.key] for row in rows),
            tuple(replace(row, sequence=last + k) for k, row in enumerate(new, 1)),
        )


def _order(row):
    """Rows of the plan by due date, extra rows after them."""
    return (row.kind != "plan", row.due, row.sequence)


def _part_order(part):
    """By due date; of one day by receivable line, what has none first."""
    return (part.due, part.line is not None, part.line or 0)


def _is_wholly_covered(row):
    """Whether other money paid all that the plan says; a part is looked at anew."""
    return row.state == "paid" and row.otherwise and row.amount == row.base


def _is_cut(row):
    """Whether less than the plan says is asked of a row."""
    return row.amount != row.base or (row.state == "cancelled" and row.base > 0)


def _open_state(row):
    return row.state if row and row.state in KEPT else "scheduled"


def _result(row, state, amount, base=None, *, otherwise, cancel):
    return RowResult(
        row.key,
        row.sequence,
        row.due,
        row.base if base is None else base,
        amount,
        state,
        row.kind,
        row.method,
        otherwise,
        cancel,
        row.line,
    )
