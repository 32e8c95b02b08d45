# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What must hold of every settlement, whatever the facts are; for the tests."""

from dataclasses import replace
from datetime import datetime

from ... import billing
from .settle_notation import apply

IN_FLIGHT = ("processing", "pending", "authorized", "unknown")


def check_laws(facts, settlement):
    """Assert every law that can be seen in one settlement and its neighbours."""
    check_account(settlement)
    check_open_rows(facts, settlement)
    check_give_back(facts, settlement)
    check_paid_rows(facts, settlement)
    check_settled_twice(facts, settlement)
    check_order_is_irrelevant(facts, settlement)
    check_fixed_rows(facts, settlement)
    check_given_back(facts, settlement)
    check_unexplained_return(facts, settlement)
    check_ask(facts, settlement)


def all_rows(settlement):
    """The rows there are and those to be made."""
    return (*settlement.rows, *settlement.new_rows)


def check_account(settlement):
    """The terms of the account add up to the claim, and none is below 0."""
    sums = settlement.sums
    assert sums.claim == (
        sums.received
        - sums.returned
        + sums.adjusted
        + sums.open
        + sums.in_flight
        + sums.written_off
        + sums.held
        + sums.later
        - sums.credit
        - sums.aside
    )
    for name in billing.Sums.__slots__:
        if name not in ("claim", "documents", "adjusted"):
            assert getattr(sums, name) >= 0, name


def check_open_rows(facts, settlement):
    """Open rows ask what is open, by date; one extra row at most."""
    rows = [row for row in all_rows(settlement) if row.is_open]
    assert sum(row.amount for row in rows) == settlement.sums.open
    assert all(row.amount > 0 for row in rows)
    assert sum(row.kind == "extra" for row in rows) <= 1
    sequences = [row.sequence for row in all_rows(settlement)]
    assert len(set(sequences)) == len(sequences)
    before = [row.due for row in _by_sequence(facts.rows)]
    if before == sorted(before) and facts.scope.basis == "plan":
        planned = [row for row in all_rows(settlement) if row.kind == "plan"]
        dates = [row.due for row in _by_sequence(planned)]
        assert dates == sorted(dates)


def _by_sequence(rows):
    rows = [row for row in rows if row.kind == "plan"]
    return sorted(rows, key=lambda row: row.sequence)


def check_give_back(facts, settlement):
    """Nothing goes back twice, and nothing is asked while too much was paid."""
    sums = settlement.sums
    net = sums.received - sums.returned
    assert sums.to_refund <= max(0, net - sums.going_back)
    if sums.credit:
        assert not (sums.open or sums.in_flight or sums.held or sums.written_off)
    given = {}
    for refund in settlement.refunds:
        assert refund.amount > 0
        place = refund.money, refund.row
        given[place] = given.get(place, 0) + refund.amount
    assert sum(given.values()) <= sums.to_refund
    waits = sums.in_flight or sums.excess_in_flight or sums.other_under_way
    kept = "refund_waits_draft" in settlement.reasons
    if kept:
        # Of what is written anew; a note asks for nothing
        assert sums.to_refund
        assert any(doc.kind == "invoice" and doc.state == "draft" for doc in facts.docs)
    if waits or kept:
        assert not given
    for item in facts.money:
        back = sum(one.amount for one in item.returns)
        amount = given.get((item.key, item.row), 0)
        assert not amount or amount + back + item.unassigned <= item.received
    if not (waits or kept) and not any(item.unassigned for item in facts.money):
        assert sum(given.values()) == sums.to_refund


def check_paid_rows(facts, settlement):
    """A paid row has a success of its own, or is covered by other money."""
    own = _own(facts)
    paid = [row for row in all_rows(settlement) if row.state == "paid"]
    assert all(row.otherwise != (row.key in own) for row in paid)
    foreign = sum(item.received for item in facts.money if item.row is None)
    otherwise = [row for row in paid if row.otherwise]
    assert foreign or not otherwise
    assert sum(row.amount for row in otherwise) <= foreign + max(0, facts.adjusted)
    # An amount in history is what was charged, or less
    for row in paid:
        if not row.otherwise:
            shares = (i.here + i.elsewhere for i in facts.money if i.row == row.key)
            assert row.amount <= sum(shares)


def _own(facts):
    """Rows with a success of their own."""
    return {
        item.row
        for item in facts.money
        if item.row is not None and item.state == "done" and item.here + item.elsewhere
    }


def check_settled_twice(facts, settlement):
    """Carried out and settled again, nothing changes."""
    after = apply(facts, settlement)
    again = billing.settle(after)
    assert not again.new_rows
    assert again.sums == settlement.sums
    assert [_content(row) for row in again.rows] == [
        _content(row) for row in _numbered(all_rows(settlement))
    ]
    assert again.refunds == settlement.refunds
    assert again.captures == settlement.captures
    assert again.reasons == settlement.reasons
    assert again.ask_now == settlement.ask_now
    assert again.refused == settlement.refused
    assert again.moves == settlement.moves


def _numbered(rows):
    return sorted(rows, key=lambda row: row.sequence)


def _content(row):
    """All of a row but its key, which a new one has only afterwards."""
    return [getattr(row, name) for name in billing.RowResult.__slots__ if name != "key"]


def check_order_is_irrelevant(facts, settlement):
    """The same facts in another order give the same answer."""
    names = ("lines", "docs", "money", "rows")
    turned = {name: getattr(facts, name)[::-1] for name in names}
    assert billing.settle(replace(facts, **turned)) == settlement


def check_fixed_rows(facts, settlement):
    """No amount is written on a row that was paid, is under way or was given up."""
    results = {row.key: row for row in settlement.rows}
    own = _own(facts)
    asked = {number for ask in settlement.ask_now for number in ask.rows}
    for row in facts.rows:
        is_paid = row.state == "paid" and row.key in own
        if is_paid or row.state in IN_FLIGHT or row.is_written_off:
            if row.key not in own or is_paid:
                assert results[row.key].amount == row.amount
                assert results[row.key].base == row.base
            assert row.sequence not in asked


def check_given_back(facts, settlement):
    """What the list proposed is given back: nothing more is, and nothing is asked."""
    if not settlement.refunds:
        return
    sums = settlement.sums
    if sum(refund.amount for refund in settlement.refunds) < sums.to_refund:
        return
    money = list(facts.money)
    for number, refund in enumerate(settlement.refunds):
        (place,) = [
            k
            for k, item in enumerate(money)
            if (item.key, item.row) == (refund.money, refund.row)
        ]
        back = billing.Return(("given", number), refund.amount, datetime.max)
        returns = (*money[place].returns, back)
        money[place] = replace(money[place], returns=returns)
    after = apply(replace(facts, money=tuple(money)), settlement)
    again = billing.settle(after).sums
    assert again.to_refund == 0
    assert (again.open, again.held) == (sums.open, sums.held)


def check_unexplained_return(facts, settlement):
    """What goes back without a note never asks more of the customer."""
    for place, item in enumerate(facts.money):
        if item.state == "done" and item.here:
            back = billing.Return("more", max(1, item.here // 2), datetime.max)
            money = list(facts.money)
            money[place] = replace(item, returns=(*item.returns, back))
            sums = billing.settle(replace(facts, money=tuple(money))).sums
            assert sums.open <= settlement.sums.open


def check_ask(facts, settlement):
    """Only open rows are asked, each once, and never more than is open."""
    rows = all_rows(settlement)
    amounts = {row.sequence: row.amount for row in rows if row.is_open}
    asked = [key for ask in settlement.ask_now for key in ask.rows]
    assert len(set(asked)) == len(asked)
    for ask in settlement.ask_now:
        assert ask.amount == sum(amounts[key] for key in ask.rows)
    refused = [key for key, _code in settlement.refused]
    billed = [row.sequence for row in rows if row.state == "billed"]
    assert sorted([*asked, *refused, *billed]) == sorted(amounts)
    if settlement.sums.other_under_way:
        assert not asked
    moved = sum(move.amount for move in settlement.moves)
    assert moved <= settlement.sums.aside
    for move in settlement.moves:
        assert dict(settlement.refused)[move.to_row] == "use_double_charge"
    assert all(row.kind in ("plan", "extra") for row in facts.rows)
