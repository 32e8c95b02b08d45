# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Instalments of documents, rows by documents, schedules planned anew.

Plain pytest functions: Odoo's own test runner does not collect them.
"""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ... import billing, planning
from ...billing.sums import (
    returned_by_key,
    unexplained_by_key,
)
from .settle_laws import check_laws
from .settle_notation import Case
from .settle_random import SAME

BEYOND = None
MONTHLY = planning.Schedule("fixed_quantity", number_of_payments=3)


def rows_of(facts):
    """Settle, check, and write the rows."""
    settlement = billing.settle(facts.facts if isinstance(facts, Case) else facts)
    case = facts if isinstance(facts, Case) else Case("expected 0.00")
    check_laws(case.facts if isinstance(facts, Case) else facts, settlement)
    return case.rows(settlement)


@pytest.mark.parametrize(
    ("plan", "before", "total", "lines"),
    [
        pytest.param([996, 996, 997], 0, 1494, [(0, 996), (1, 498)], id="first part"),
        pytest.param([996, 996, 997], 1494, 1494, [(1, 498), (2, 996)], id="second"),
        pytest.param(
            *([996, 996, 997], 1494, 2000, [(1, 498), (2, 997), (BEYOND, 505)]),
            id="beyond the plan",
        ),
        pytest.param(
            *([9963] * 3, 14945, 14945, [(1, 4981), (2, 9963), (BEYOND, 1)]), id="KWD"
        ),
        pytest.param([996, 996, 997], 1494, 1495, [(1, 498), (2, 997)], id="JPY"),
        pytest.param(
            [498] * 3, 0, 1494, [(0, 498), (1, 498), (2, 498)], id="one written off"
        ),
        pytest.param([996, 996, 997], 0, 1494, [(0, 996), (1, 498)], id="after a note"),
        pytest.param([996], 2000, 500, [(BEYOND, 500)], id="all of it beyond"),
        pytest.param([], 0, 500, [(BEYOND, 500)], id="no plan"),
        pytest.param([996], 0, 0, [], id="nothing"),
        pytest.param([5, 0, 5], 0, 10, [(0, 5), (2, 5)], id="a row of nothing"),
    ],
)
def test_terms(plan, before, total, lines):
    assert billing.terms(total, plan, before) == lines


AMOUNTS = st.integers(0, 10**6)


@SAME
@given(st.lists(AMOUNTS, max_size=6), st.lists(AMOUNTS, max_size=4))
def test_terms_add_up_and_never_ask_a_row_twice(plan, totals):
    asked = [0] * len(plan)
    before = 0
    for total in totals:
        lines = billing.terms(total, plan, before)
        assert sum(amount for _place, amount in lines) == total
        assert all(amount > 0 for _place, amount in lines)
        for place, amount in lines:
            if place is not BEYOND:
                asked[place] += amount
        before += total
    assert all(part <= base for part, base in zip(asked, plan, strict=True))
    assert sum(asked) == min(sum(plan), sum(totals))


def test_what_earlier_invoices_fill():
    docs = (
        billing.Doc("first", 1494),
        billing.Doc("note", -1494, kind="note", reverses="first"),
        billing.Doc("draft", 900, "draft"),
        billing.Doc("second", 1000),
        billing.Doc("part", -300, kind="note", reverses="second"),
        billing.Doc("drafted note", -100, "draft", kind="note", reverses="second"),
        billing.Doc("loose", -50, kind="note"),
        billing.Doc("new", 1494),
    )
    assert billing.before(docs, docs[-1]) == 700
    assert billing.before(docs[:2], docs[-1]) == 0
    assert billing.before(docs[:1], docs[-1]) == 1494
    # A note over more than the invoice does not fill the plan of others less
    more = (docs[0], replace(docs[1], total=-2000), docs[3])
    assert billing.before(more, docs[-1]) == 1000


def by_documents(note, reverses=1):
    """Two invoices of 14.94 with a row each, and a note."""
    facts = Case("child 29.88 ×2, inv 2; by documents; +14.94 +14.94; rows 14.94/14.94")
    note = billing.Doc(3, -note, "posted", date(2027, 2, 1), "note", reverses)
    facts.facts = replace(facts.facts, docs=(*facts.facts.docs, note))
    return rows_of(facts)


def test_a_note_takes_from_the_rows_of_its_document():
    assert by_documents(605) == "8.89/14.94"
    assert by_documents(2000) == "0.00 c/9.88"
    assert by_documents(605, reverses=2) == "14.94/8.89"
    # Of no document: from the last
    assert by_documents(605, reverses=None) == "14.94/8.89"


def test_a_line_without_a_row_gets_one():
    facts = Case("child 29.88 ×2, inv 2; by documents; +14.94 +14.94; rows 14.94 p")
    settlement = billing.settle(facts.facts)
    check_laws(facts.facts, settlement)
    (row,) = settlement.new_rows
    assert (row.amount, row.line, row.due) == (1494, (2, 0), date(2027, 1, 2))
    assert (row.kind, row.sequence, row.method) == ("plan", 2, "card")


def test_a_row_whose_document_is_gone():
    facts = Case("child 14.94, inv 1; by documents; +14.94; rows 14.94").facts
    gone = replace(facts, docs=(replace(facts.docs[0], state="draft"),))
    settlement = billing.settle(gone)
    check_laws(gone, settlement)
    (row,) = settlement.rows
    assert (row.state, row.cancel, row.amount) == ("cancelled", "corrected", 0)
    assert row.base == 0


def test_two_notes_and_two_documents():
    facts = Case(
        "child 29.88 ×2, inv 2; by documents; +14.94 +14.94; rows 5.00/9.94/14.94"
    )
    notes = tuple(
        billing.Doc(k, -600, "posted", date(2027, 2, k), "note", reverses)
        for k, reverses in ((3, 1), (4, None))
    )
    facts.facts = replace(facts.facts, docs=(*facts.facts.docs, *notes))
    assert rows_of(facts) == "5.00/3.94/8.94"


def test_only_a_paid_row_can_be_paid_otherwise():
    facts = Case("+20.00; rows 10.00/10.00; got bank 10.00")
    first, second = facts.facts.rows
    facts.facts = replace(
        facts.facts, rows=(first, replace(second, state="declined", otherwise=True))
    )
    assert rows_of(facts) == "10.00 p.o./10.00 d"


def test_rows_of_one_day_by_receivable_line():
    text = "child 29.88 ×2, inv 2; by documents; +14.94 +14.94; rows 14.94/14.94"
    facts = Case(f"{text}; got link 5.00")
    day = date(2027, 3, 1)
    rows = tuple(replace(row, due=day) for row in facts.facts.rows)
    gone = replace(rows[0], key=3, sequence=3, line=None)
    for more in (rows, rows[::-1], (*rows, gone)):
        facts.facts = replace(facts.facts, rows=more)
        settlement = billing.settle(facts.facts)
        check_laws(facts.facts, settlement)
        amounts = [row.amount for row in settlement.rows]
        assert amounts[:2] == [994, 1494]


def test_the_first_row():
    (row,) = billing.settle(Case("child 14.94").facts).new_rows
    assert (row.sequence, row.amount, row.method) == (1, 1494, "card")


def raised(text, total, schedule=MONTHLY, unit="0.01"):
    """A child that costs more, or less, than when its rows were made."""
    facts = Case(text)
    plan = billing.Plan(schedule, date(2027, 1, 1), Decimal(unit))
    scope = replace(facts.facts.scope, total=total, plan=plan)
    facts.facts = replace(facts.facts, scope=scope)
    return facts


def test_an_untouched_plan_is_made_anew():
    facts = raised("child 14.94; rows 4.98/4.98/4.98", 2232)
    assert rows_of(facts) == "7.44/7.44/7.44"
    assert [row.base for row in billing.settle(facts.facts).rows] == [744] * 3
    assert rows_of(raised("child 14.94; rows 14.94", 1881, None)) == "18.81"
    assert rows_of(raised("child 1494; rows 1494", 1881, None, "1")) == "1881"
    # Paid, billed, cut, covered or credited: the difference is asked apart
    assert (
        rows_of(raised("child 14.94; rows 4.98 p/4.98/4.98", 2232))
        == "4.98 p/4.98/4.98/new 7.38"
    )
    assert (
        rows_of(raised("child 14.94; rows 4.98 b/4.98/4.98", 2232))
        == "4.98 b/4.98/4.98/new 7.38"
    )
    assert (
        rows_of(raised("child 14.94; rows 4.98/4.98/4.98→1.00", 2232))
        == "4.98/4.98/4.98/new 7.38"
    )
    assert (
        rows_of(raised("child 14.94; rows 4.98/4.98/4.98; got link 1.00", 2232))
        == "3.98/4.98/4.98/new 7.38"
    )
    assert (
        rows_of(raised("child 14.94; rows 4.98/4.98/4.98; adjusted 1.00", 2232))
        == "3.98/4.98/4.98/new 7.38"
    )
    assert (
        rows_of(raised("child 14.94, inv 1; +22.32 −1.00; rows 4.98/4.98/4.98", 2232))
        == "4.98/4.98/4.98/new 6.38"
    )
    facts = raised("child 14.94; rows 4.98/4.98/4.98", 2232)
    part = billing.Money(1, "own", "authorized", 498, 1, captured=100)
    facts.facts = replace(facts.facts, money=(part,))
    assert rows_of(facts) == "4.98/4.98/4.98/new 6.38"
    # A row that was cut off comes back, and the plan stands
    assert (
        rows_of(raised("child 14.94; rows 4.98/4.98/4.98 c", 2232))
        == "4.98/4.98/4.98/new 7.38"
    )
    # An invoice is no reason to keep it
    text = "child 14.94, inv 1; +22.32; rows 4.98/4.98/4.98"
    assert rows_of(raised(text, 2232)) == "7.44/7.44/7.44"
    # What adds up is left as it is
    assert rows_of(raised("child 14.94; rows 1.00/13.94", 1494)) == "1.00/13.94"
    # Of one unit, too
    facts = raised("child 4.98; rows 4.98", 1, None)
    assert rows_of(facts) == "0.01"
    assert billing.settle(facts.facts).rows[0].base == 1
    # Nothing to split
    assert billing.settle(raised("child 4.98; rows 4.98", 0).facts).rows[0].base == 498
    assert rows_of(raised("child 4.98; rows 4.98", 0)) == "0.00 corrected"


def test_a_new_plan_of_more_or_fewer_rows():
    schedule = planning.Schedule("fixed_amount", amount=Decimal(5))
    assert rows_of(raised("child 9.98; rows 4.98/5.00", 1200, schedule)) == (
        "5.00/5.00/new 2.00"
    )
    facts = raised("child 14.94; rows 4.98/4.98/4.98", 700, schedule)
    assert rows_of(facts) == "5.00/2.00/0.00 corrected"
    assert [row.base for row in billing.settle(facts.facts).rows] == [500, 200, 0]


def test_a_row_that_was_not_needed_is_used_again():
    schedule = planning.Schedule("fixed_amount", amount=Decimal(5))
    facts = raised("child 7.00; rows 5.00/2.00/0.00 c", 1400, schedule)
    assert rows_of(facts) == "5.00/5.00/4.00"


def test_new_rows_come_after_moved_ones():
    schedule = planning.Schedule("fixed_amount", amount=Decimal(5))
    facts = raised("child 9.98; rows 4.98/5.00", 1200, schedule)
    moved = (facts.facts.rows[0], replace(facts.facts.rows[1], due=date(2027, 9, 1)))
    facts.facts = replace(facts.facts, rows=moved)
    (new,) = billing.settle(facts.facts).new_rows
    assert (new.due, new.kind, new.base) == (date(2027, 9, 1), "plan", 200)


def test_a_schedule_that_does_not_fit_leaves_the_plan():
    schedule = planning.Schedule("fixed_quantity", number_of_payments=900)
    assert rows_of(raised("child 4.98; rows 4.98", 600, schedule)) == "4.98/new 1.02"


def test_down_payment():
    facts = Case("child 25.00; +10.00; rows 25.00; got link 10.00")
    facts.facts = replace(facts.facts, down_payments=1000)
    settlement = billing.settle(facts.facts)
    assert facts.settlement(settlement, True) == "C 25.00 · (E 15.00) · open 15.00"
    assert facts.rows(settlement) == "15.00"
    check_laws(facts.facts, settlement)
    final = Case("child 25.00, inv 1; +10.00 +15.00; rows 25.00; got link 10.00")
    settlement = billing.settle(final.facts)
    assert final.settlement(settlement, True) == "C 25.00 · (E 0.00) · open 15.00"
    assert final.rows(settlement) == "15.00"


def test_an_extra_row_is_due_at_once_for_a_card_else_with_the_invoice():
    text = "child 14.94, inv 1; +121.00; rows 14.94 p"
    facts = Case(text).facts
    (new,) = billing.settle(facts).new_rows
    assert (new.due, new.kind, new.method) == (facts.scope.today, "extra", "card")
    on_account = replace(facts, rows=(replace(facts.rows[0], method="account"),))
    (new,) = billing.settle(on_account).new_rows
    assert (new.due, new.method) == (date(2027, 1, 1), "account")
    # The latest invoice; of none, at once
    two = replace(on_account, docs=(*facts.docs, billing.Doc(2, 1, date=MAY)))
    assert billing.settle(two).new_rows[0].due == MAY
    none = replace(on_account, docs=(), scope=replace(facts.scope, total=2000))
    none = replace(none, lines=(billing.Line(2000, 1),))
    assert billing.settle(none).new_rows[0].due == facts.scope.today


MAY = date(2027, 5, 1)


@pytest.mark.parametrize(
    ("facts", "rows"),
    [
        # One open extra row at most: the one that is asked already
        ("child 14.94, inv 1; +24.94; rows 14.94 p/4.00 extra", "14.94 p/10.00"),
        ("child 14.94, inv 1; +24.94; rows 14.94 p/4.00 d extra", "14.94 p/10.00 d"),
        (
            "child 14.94, inv 1; +24.94; rows 14.94 p/4.00 extra/5.00 extra",
            "14.94 p/10.00/0.00 corrected",
        ),
        # One that other money paid comes before nothing
        (
            "child 14.94, inv 1; +24.94; rows 14.94 p/4.00 p.o. extra/5.00 extra",
            "14.94 p/0.00 corrected/10.00",
        ),
        (
            "child 14.94, inv 1; +24.94; rows 14.94 p/4.00 p.o. extra",
            "14.94 p/10.00",
        ),
        # A cancelled one stays so
        (
            "child 14.94, inv 1; +24.94; rows 14.94 p/0.00 c extra",
            "14.94 p/0.00 c/new 10.00",
        ),
        # Other money pays it
        (
            "child 14.94, inv 1; +24.94; rows 14.94 p/10.00 extra; got bank 10.00",
            "14.94 p/10.00 p.o.",
        ),
        (
            "child 14.94, inv 1; +24.94; rows 14.94 p/10.00 extra; got bank 4.00",
            "14.94 p/6.00",
        ),
        (
            "child 14.94, inv 1; +24.94; rows 14.94 p/10.00 extra; adjusted 10.00",
            "14.94 p/10.00 books",
        ),
        # A success after the row was given up
        (
            "child 9.96, inv 1; +9.96; rows 4.98/4.98 w.o.; got own 2 4.98",
            "4.98/4.98 p",
        ),
        (
            "child 9.96, inv 1; +9.96; rows 4.98/4.98 w.o.; got own 2 1.00",
            "3.98/4.98 w.o.",
        ),
        # Asked, and the answer is already there
        (
            "child 9.96, inv 1; +9.96; rows 4.98 pending/4.98; got own 1 4.98",
            "4.98 p/4.98",
        ),
        # Money that once covered rows and went back
        (
            "+20.00 −15.00; rows 10.00/10.00; got link 20.00 back 15.00",
            "10.00 p.o./10.00 p.o.",
        ),
        ("+20.00 −15.00; rows 10.00/10.00; got link 8.00", "5.00 p.o./0.00 c"),
        # A part of it in the books
        (
            "+50.00 −50.00; rows 50.00 p.o.; got bank 49.00 back 49.00; adjusted 1.00",
            "50.00 p.o.",
        ),
        (
            "+13.00 −3.00; rows 4.00/9.00; got bank 9.00; adjusted 2.00",
            "4.00 p.o./6.00 p.o.",
        ),
        # Paid in part, and the claim is back
        (
            "+20.00; rows 10.00 p.o./10.00→4.00 p.o.; got bank 20.00",
            "10.00 p.o./10.00 p.o.",
        ),
        # A double charge is no money for other rows, nor what went back
        (
            (
                "+30.00; rows 10.00 p/10.00/10.00;"
                " got own 1 10.00, own 1 10.00, link 15.00"
            ),
            "10.00 p/10.00 p.o./5.00",
        ),
        (
            (
                "+30.00 −5.00; rows 10.00 p/10.00/10.00;"
                " got own 1 10.00, link 15.00 back 5.00 on a note"
            ),
            "10.00 p/10.00 p.o./5.00",
        ),
        # A unit is an amount like any other
        ("+10.00 −0.01; rows 10.00; got link 10.00", "10.00 p.o."),
        ("+10.01 −0.01; rows 10.00/0.01", "10.00/0.00 c"),
        ("+10.01 −5.01; rows 10.00/0.01; got link 5.00", "5.00 p.o./0.00 c"),
        ("+10.00; rows 0.01 p.o./9.99", "0.01/9.99"),
        ("+10.00; rows 10.00/15.00", "10.00/0.00 corrected"),
        # Of rows other money paid, those of the plan first
        ("+14.00; rows 4.00 p.o. extra/10.00 p.o.; got bank 10.00", "4.00/10.00 p.o."),
        # What was given up needs no money, but what covered it before
        (
            "+14.94; rows 4.98 p.o./4.98→2.00 w.o./4.98; got bank 7.96",
            "4.98 p.o./2.00 w.o./4.98",
        ),
        ("+9.96; rows 4.98 w.o./4.98; got link 4.98", "4.98 w.o./4.98 p.o."),
        # By documents
        (
            (
                "child 14.94, inv 1; by documents; +14.94 −5.00; rows 5.00 p/9.94;"
                " got own 1 5.00 back 5.00 on a note"
            ),
            "5.00 p/9.94",
        ),
        (
            (
                "child 14.94, inv 1; by documents; +14.94 −5.00; rows 5.00 p/9.94;"
                " got own 1 5.00 back 5.00 on a note, link 3.00; adjusted 1.00"
            ),
            "5.00 p/5.94",
        ),
        (
            (
                "child 14.94, inv 1; by documents; +14.94 −12.00;"
                " rows 3.00 p/5.00/6.94; got own 1 3.00 back 3.00 on a note"
            ),
            "3.00 p/2.94/0.00 c",
        ),
        # A paid row without any money is not paid
        ("+20.00; rows 10.00 p/10.00; got own 1 10.00 charged_back", "10.00/10.00"),
    ],
)
def test_rows(facts, rows):
    assert rows_of(Case(facts)) == rows


def test_why_a_row_is_cancelled():
    def why(text, **scope):
        facts = Case(text).facts
        facts = replace(facts, scope=replace(facts.scope, **scope))
        return billing.settle(facts).rows[0].cancel

    assert why("child 25.00 cancelled; rows 25.00") == "child"
    assert why("expected 25.00 (ended); rows 25.00") == "order"
    assert why("+25.00 −25.00; rows 25.00") == "credited"
    assert why("expected 0.00; rows 25.00") == "corrected"
    assert why("expected 0.00; rows 25.00 extra") == "corrected"
    # It stays what it was
    assert why("child 25.00 cancelled; rows 25.00 c") == "credited"
    # Undone in the books, and not needed any more
    facts = Case("+25.00 −25.00; rows 25.00 c").facts
    books = (replace(facts.rows[0], cancel="books"),)
    assert billing.settle(replace(facts, rows=books)).rows[0].cancel == "credited"


def test_returns_before_a_child_was_opened_anew():
    text = "child 25.00; rows 25.00 p; got own 1 25.00 back 25.00"
    facts = Case(text).facts
    made = facts.money[0].returns[0].at

    def held(reopened_at):
        scope = replace(facts.scope, reopened_at=reopened_at)
        return billing.settle(replace(facts, scope=scope)).sums.held

    assert held(None) == 2500
    assert held(made) == 2500
    assert held(datetime(2027, 6, 2)) == 0


def test_returns_a_person_said_are_owed():
    """By what they are: neither their day nor what is on its way counts."""
    text = "child 25.00; rows 25.00 p; got own 1 25.00 back 25.00"
    facts = Case(text).facts
    (back,) = facts.money[0].returns

    def settled(asked_again, **values):
        money = (replace(facts.money[0], returns=(replace(back, **values),)),)
        scope = replace(facts.scope, asked_again=asked_again)
        sums = billing.settle(replace(facts, scope=scope, money=money)).sums
        return sums.held, sums.open

    assert settled(()) == (2500, 0)
    assert settled(((back.key, 2500),)) == (0, 2500)
    assert settled(((back.key, 2500),), at=datetime(2099, 1, 1)) == (0, 2500)
    # Another one of the same day, and one that has grown since
    assert settled((("another", 2500),)) == (2500, 0)
    assert settled(((back.key, 2499),)) == (2500, 0)
    assert settled(((back.key, 2500),), pending=True) == (0, 0)
    assert returned_by_key(facts.money) == {back.key: 2500}
    pending = replace(facts.money[0], returns=(replace(back, pending=True),))
    assert returned_by_key((pending,)) == {}
    over = replace(facts.money[0], state="failed")
    assert returned_by_key((over,)) == {}
    # On top of a chargeback, and the chargeback itself
    over = replace(facts.money[0], state="charged_back")
    assert returned_by_key((over,)) == {back.key: 2500}
    by_bank = replace(over, returns=(replace(back, kind="bank"),))
    assert returned_by_key((by_bank,)) == {}


def test_what_went_back_without_a_reason():
    """Noted, on its way, decided about, of a payment that is over: all of it is out."""
    scope = billing.Scope("x", "child", 9000, asked_again=(("d", 100),))
    backs = (
        billing.Return("a", 1000),
        billing.Return("b", 500, noted=200),
        billing.Return("c", 300, noted=400),
        billing.Return("d", 100),
        billing.Return("e", 700, pending=True),
    )
    money = (
        billing.Money(1, "own", "done", 5000, returns=backs),
        billing.Money(2, "own", "done", 4000, returns=(billing.Return("a", 5),)),
        billing.Money(3, "own", "failed", 10, returns=(billing.Return("z", 10),)),
    )
    assert unexplained_by_key(scope, money) == {"a": 1005, "b": 300}
    opened = replace(scope, reopened_at=datetime(2027, 9, 10))
    assert unexplained_by_key(opened, money) == {}
