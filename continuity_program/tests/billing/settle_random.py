# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Facts at random, for the tests: whatever a database might hold, likely or not."""

import random
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import product

from hypothesis import settings
from hypothesis import strategies as st

from ... import billing, planning

#: The same examples in every run, no time limit on a slow machine, no files left.
SAME = settings(derandomize=True, deadline=None, database=None)

ROW_STATES = (
    *("scheduled", "scheduled", "paid", "paid", "declined", "billed", "cancelled"),
    *("processing", "pending", "authorized", "unknown"),
)
CANCELS = ("plan", "credited", "corrected", "child", "written_off", "books")
MONEY_STATES = (
    *("done", "done", "done", "done", "failed", "charged_back"),
    *("draft", "processing", "pending", "authorized", "unknown"),
)
MADE = datetime(2027, 6, 1)
FIRST = date(2027, 1, 1)
MONTHLY = planning.Schedule("fixed_quantity", number_of_payments=3)
NOTICES = (frozenset(), frozenset(), frozenset({"mixed_document"}))


class Draws:
    """Choices of hypothesis, which can be shrunk."""

    def __init__(self, draw):
        self._draw = draw

    def integer(self, low, high):
        """A whole number, both ends included."""
        return self._draw(st.integers(low, high))

    def choice(self, values):
        """One of some values."""
        return self._draw(st.sampled_from(values))


class Dice:
    """Choices of a seed: many times as quick."""

    def __init__(self, seed):
        self._random = random.Random(seed)

    def integer(self, low, high):
        """A whole number, both ends included."""
        return self._random.randint(low, high)

    def choice(self, values):
        """One of some values."""
        return self._random.choice(values)


@st.composite
def random_facts(draw):
    """Facts for hypothesis."""
    return make_facts(Draws(draw))


def make_facts(pick):
    """Make facts of one scope.

    :param pick: Draws or Dice
    """
    scale = pick.choice((1, 100, 1000))
    docs = _docs(pick, scale)
    basis = pick.choice(("plan", "plan", "plan", "documents"))
    rows = _rows(pick, scale)
    if basis == "documents":
        docs, rows = _link(pick, docs, rows)
    money = _money(pick, scale, rows)
    return billing.Facts(
        scope=_scope(pick, scale, basis),
        lines=tuple(_line(pick, scale) for _ in range(pick.integer(0, 2))),
        docs=docs,
        money=money,
        rows=_history(rows, money),
        adjusted=pick.choice((0, 0, 0, 3, 12)) * scale,
        down_payments=pick.choice((0, 0, 0, 5)) * scale,
    )


def _amount(pick, scale, low=0, high=30):
    """An amount that ends oddly at times."""
    amount = pick.integer(low, high) * scale
    return amount + pick.choice((0, 0, 1)) if scale > 1 else amount


def _scope(pick, scale, basis):
    plan = None
    if pick.choice((True, False)):
        schedule = pick.choice((None, MONTHLY))
        plan = billing.Plan(schedule, FIRST, Decimal("0.01"))
    return billing.Scope(
        1,
        pick.choice(("child", "upfront", "ordinary")),
        _amount(pick, scale),
        date(2027, pick.integer(1, 12), 15),
        alive=pick.choice((True, True, True, False)),
        basis=basis,
        plan=plan,
        reopened_at=pick.choice((None, None, MADE)),
        smallest_charge=pick.choice((0, 0, 5)) * scale,
        notices=pick.choice(NOTICES),
    )


def _line(pick, scale):
    ordered = pick.integer(0, 3)
    return billing.Line(
        _amount(pick, scale),
        ordered,
        called_off=pick.integer(0, 1) if ordered else 0,
        invoiced=pick.integer(0, 3),
        drafted=pick.integer(0, 1),
        delivered=pick.integer(0, 3),
    )


def _docs(pick, scale):
    docs = []
    for number in range(1, pick.integer(0, 3) + 1):
        is_note = pick.choice((False, False, True))
        total = _amount(pick, scale)
        docs.append(
            billing.Doc(
                number,
                -total if is_note else total,
                pick.choice(("posted", "posted", "posted", "draft", "cancelled")),
                FIRST + timedelta(number),
                "note" if is_note else "invoice",
                pick.integer(0, number - 1) or None if is_note else None,
            )
        )
    return tuple(docs)


def _rows(pick, scale):
    rows = []
    for number in range(1, pick.integer(0, 4) + 1):
        base = _amount(pick, scale, 1)
        amount = pick.choice((base, base, min(base, _amount(pick, scale, 1))))
        state = pick.choice(ROW_STATES)
        kind = pick.choice(("plan", "plan", "plan", "extra"))
        otherwise = state == "paid" and pick.choice((True, False))
        cancel = pick.choice(CANCELS) if state == "cancelled" else None
        rows.append(
            billing.Row(
                number,
                number,
                date(2027, number + pick.choice((0, 0, 2)), 1),
                amount if kind == "extra" else base,
                amount,
                state,
                kind,
                pick.choice(("card", "card", "account")),
                otherwise,
                cancel,
                next_attempt=pick.choice((None, date(2027, 6, 1))),
            )
        )
    return tuple(rows)


def _history(rows, money):
    """What was charged for a paid row is its amount at most."""
    own = {row.key: 0 for row in rows}
    for item in money:
        if item.row is not None and item.state == "done":
            own[item.row] += item.here + item.elsewhere
    return tuple(
        billing_replace(row, amount=min(row.amount, own[row.key]))
        if row.state == "paid" and own[row.key]
        else row
        for row in rows
    )


def _link(pick, docs, rows):
    """Give invoices receivable lines, and some of these a row."""
    free = [row for row in rows if row.kind == "plan"]
    linked, result = {}, []
    for doc in docs:
        terms = ()
        if doc.kind == "invoice" and doc.total:
            first = pick.integer(0, doc.total)
            parts = [part for part in (first, doc.total - first) if part]
            terms = tuple(
                billing.Term((doc.key, k), doc.date + timedelta(40 * k), part)
                for k, part in enumerate(parts)
            )
        for term in terms:
            if free and pick.choice((True, True, False)):
                linked[free.pop(0).key] = term
        result.append(billing_replace(doc, terms=terms))
    rows = tuple(
        billing_replace(row, line=linked[row.key].line, base=linked[row.key].amount)
        if row.key in linked
        else row
        for row in rows
    )
    return tuple(result), rows


def billing_replace(fact, **values):
    """A fact with other values."""
    names = {name: getattr(fact, name) for name in fact.__slots__}
    return type(fact)(**{**names, **values})


def _money(pick, scale, rows):
    items = []
    for number in range(1, pick.integer(0, 4) + 1):
        row = pick.choice((None, *(row.key for row in rows)))
        state = pick.choice(MONEY_STATES)
        here = _amount(pick, scale)
        elsewhere = 0
        if row is not None and state == "done":
            elsewhere = pick.choice((0, 0, 0, here))
        captured = pick.integer(0, here) if state == "authorized" else 0
        received = here if state == "done" else captured
        items.append(
            billing.Money(
                number,
                "own" if row is not None else pick.choice(("link", "bank")),
                state,
                here,
                row,
                elsewhere=elsewhere,
                returns=_returns(pick, received),
                date=FIRST + timedelta(pick.integer(0, 3)),
                refundable=pick.choice(("partial", "partial", "full_only", "none")),
                unassigned=pick.choice((0, 0, 0, 0, 0, 2)) * scale,
                captured=captured,
                capturing=pick.choice((0, 0, 1)) if captured < here else 0,
                capture=pick.choice(("partial", "once", "whole")),
            )
        )
    return tuple(items)


def _returns(pick, received):
    """What went back of a payment: never more than came."""
    returns, left = [], received
    for number in range(pick.choice((0, 0, 0, 1, 2)) if received else 0):
        amount = pick.integer(0, left)
        if amount:
            left -= amount
            returns.append(
                billing.Return(
                    number,
                    amount,
                    MADE + timedelta(pick.choice((-9, 9, 9))),
                    pending=pick.choice((False, False, True)),
                    noted=pick.choice((0, 0, amount, amount // 2)),
                )
            )
    return tuple(returns)


def small_facts():
    """All cases of two rows, two documents and two payments, in small amounts."""
    states = [
        billing.Row(1, 1, FIRST, 3, 3),
        billing.Row(1, 1, FIRST, 3, 3, "paid"),
        billing.Row(1, 1, FIRST, 3, 3, "paid", otherwise=True),
        billing.Row(1, 1, FIRST, 3, 3, "cancelled", cancel="written_off"),
        billing.Row(1, 1, FIRST, 3, 2, "declined"),
        billing.Row(1, 1, FIRST, 3, 3, "pending"),
    ]
    returned = (billing.Return(1, 2, MADE, noted=0),)
    noted = (billing.Return(1, 2, MADE, noted=2),)
    money = [
        None,
        billing.Money(1, "own", "done", 3, 1),
        billing.Money(1, "own", "done", 3, 1, returns=returned),
        billing.Money(1, "own", "done", 3, 2, returns=noted),
        billing.Money(1, "link", "done", 4),
        billing.Money(1, "link", "done", 4, returns=returned),
        billing.Money(1, "link", "pending", 4),
    ]
    notes = [0, 2, 6]
    scope = billing.Scope(1, "upfront", 6, today=date(2028, 1, 1))
    due = date(2027, 2, 1)
    for one, two, first, second, note in product(states, states, money, money, notes):
        docs = [billing.Doc(1, 6, "posted", FIRST)]
        if note:
            docs.append(billing.Doc(2, -note, "posted", FIRST, "note", 1))
        items = [item for item in (first, second) if item]
        yield billing.Facts(
            scope,
            docs=tuple(docs),
            money=tuple(
                billing_replace(item, key=k, date=FIRST + timedelta(k))
                for k, item in enumerate(items)
            ),
            rows=(one, billing_replace(two, key=2, sequence=2, due=due)),
        )
