# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""One unit more or less, two of a kind, and what stands beside each other.

Each of these figures tells two formulas apart that are the same nearly everywhere.
Plain pytest functions: Odoo's own test runner does not collect them.
"""

from dataclasses import replace
from datetime import date, datetime

import pytest

from ... import billing
from ...billing import refunds as refunding
from ...billing.expected import round_half_up
from ...billing.laws import check
from ...billing.sums import (
    Doubles,
    flying,
    is_given_up,
    own_success,
)
from .settle_laws import check_laws
from .settle_notation import Case

DAY = date(2027, 1, 1)
REOPENED = datetime(2027, 6, 1)
BEFORE, AFTER = datetime(2027, 5, 31), datetime(2027, 6, 2)


def settle(text, **values):
    """Settle what is written, with other values; every law is looked at."""
    facts = replace(Case(text).facts, **values)
    settlement = billing.settle(facts)
    check_laws(facts, settlement)
    return settlement


def given(settlement):
    """What is given back: payment, row, capture, amount."""
    return [(r.money, r.row, r.capture, r.amount) for r in settlement.refunds]


# === LAWS === #


def make_sums(**values):
    """An account of which only these terms are not 0."""
    return billing.Sums(**{**dict.fromkeys(billing.Sums.__slots__, 0), **values})


def check_sums(**values):
    """Check a settlement of this account, with one row for what is open."""
    amount = values.get("open", 0)
    row = billing.RowResult(1, 1, DAY, amount, amount, "scheduled")
    rows = (row,) if amount else ()
    check(billing.Settlement(make_sums(**values), rows))


@pytest.mark.parametrize(
    "terms",
    [
        {"open": 5},
        {"in_flight": 5},
        {"written_off": 5},
        {"held": 5},
        # Two of them never make up for each other
        {"open": 5, "in_flight": 5},
        {"open": 5, "written_off": 5},
        {"open": 5, "held": 5},
        {"in_flight": 5, "written_off": 5},
        {"in_flight": 5, "held": 5},
        {"written_off": 5, "held": 5},
    ],
)
def test_nothing_is_owed_while_too_much_was_paid(terms):
    claim = sum(terms.values())
    check_sums(claim=claim, **terms)
    with pytest.raises(billing.LawBroken, match="something is owed"):
        check_sums(claim=claim - 7, credit=7, **terms)


@pytest.mark.parametrize(
    ("values", "most"),
    [
        ({"received": 10, "returned": 4}, 6),
        ({"received": 10, "going_back": 4}, 6),
        ({"received": 10, "returned": 3, "going_back": 4}, 3),
        ({"received": 10, "going_back": 12}, 0),
        ({}, 0),
        # More went back than came
        ({"returned": 4, "going_back": -4}, 4),
    ],
)
def test_no_more_goes_back_than_there_is(values, most):
    net = values.get("received", 0) - values.get("returned", 0)
    check_sums(claim=net, to_refund=most, **values)
    with pytest.raises(billing.LawBroken, match="more back than came"):
        check_sums(claim=net, to_refund=most + 1, **values)


# === WHAT IS EXPECTED === #


def line(gross, ordered, **values):
    return billing.Line(gross, ordered, **values)


def invoices(*totals):
    return tuple(billing.Doc(k, total, "posted", DAY) for k, total in enumerate(totals))


def test_rounding_of_part_invoices_is_absorbed_with_a_line_that_is_all_invoiced():
    # 30.00 of which a third is invoiced as 10.01; 5.00 that was invoiced whole
    scope = billing.Scope(1, "child", 3500)
    lines = (line(3000, 3, invoiced=1), line(500, 1, invoiced=1))
    facts = billing.Facts(scope, lines, invoices(1001, 500))
    assert billing.expected(facts) == 1999
    # With a piece more than was ordered, one unit is no rounding
    lines = (lines[0], line(500, 1, invoiced=2))
    assert billing.expected(replace(facts, lines=lines)) == 2000


@pytest.mark.parametrize(
    ("numerator", "denominator", "rounded"),
    [
        *[(5, 2, 3), (-5, 2, -3), (5, -2, -3), (-5, -2, 3)],
        *[(0, 7, 0), (0, -7, 0), (1, 1, 1), (1, 3, 0), (-1, 3, 0), (2, 3, 1)],
        *[(1, 2, 1), (-1, 2, -1), (7, 1, 7), (-7, 1, -7)],
    ],
)
def test_a_half_is_rounded_away_from_nothing(numerator, denominator, rounded):
    assert round_half_up(numerator, denominator) == rounded


def test_what_is_called_off_of_several_lines():
    # 40.00: of 30.00 two thirds are called off and one is invoiced, of 10.00 one half
    lines = (line(3000, 3, invoiced=1, called_off=2), line(1000, 2, invoiced=1))
    scope = billing.Scope(1, "child", 4000)
    facts = billing.Facts(scope, lines, invoices(1001, 500))
    assert billing.expected(facts) == 499
    assert billing.expected(replace(facts, lines=lines[::-1])) == 499
    # And of both
    lines = (line(3000, 3, invoiced=1, called_off=2), line(1000, 4, called_off=1))
    facts = billing.Facts(scope, lines, invoices(1001))
    assert billing.expected(facts) == 749


def test_value_of_what_was_delivered():
    lines = (
        line(3000, 3, delivered=2, invoiced=1),
        line(1000, 4, delivered=3),
        line(500, 0, delivered=9),
    )
    # 10.00 of 30.00 and 7.50 of 10.00
    assert billing.delivered_value(4000, lines) == 1750
    assert billing.delivered_value(4001, lines) == 1750
    # Nothing is more than nothing, and what was invoiced too early takes nothing away
    early = (line(3000, 3, invoiced=2), line(1000, 4, delivered=1))
    assert billing.delivered_value(4000, early) == 250
    assert billing.delivered_value(-4000, lines) == 0
    assert billing.delivered_value(4000, ()) == 0


# === INSTALMENTS === #


def test_an_instalment_of_one_unit():
    assert billing.terms(3, [1, 2], 0) == [(0, 1), (1, 2)]
    assert billing.terms(3, [1, 1], 0) == [(0, 1), (1, 1), (None, 1)]


# === ROWS THAT WERE PAID TWICE === #


def doubled(row, before=0, after=0, noted=0):
    """A row of 10.00 that was charged twice; what went back of the second."""
    backs = [
        billing.Return(("before", row), before, BEFORE, noted=before),
        billing.Return(("after", row), after, AFTER, noted=noted),
    ]
    returns = tuple(back for back in backs if back.amount)
    first = billing.Money(10 * row, "own", "done", 1000, row)
    return first, replace(first, key=10 * row + 1, returns=returns)


def test_what_went_back_of_rows_that_were_paid_twice():
    scope = billing.Scope(1, "upfront", 4000, reopened_at=REOPENED)
    money = (
        *doubled(1, before=400, after=300, noted=100),
        *doubled(2, before=200, after=500, noted=500),
        *doubled(3, after=1200, noted=1200),
        *doubled(4, before=800, after=500),
    )
    doubles = Doubles(scope, money)
    assert doubles.total == 4000
    assert doubles.used_before == 400 + 200 + 0 + 800
    assert doubles.used == 300 + 500 + 1000 + 200
    assert doubles.noted == 100 + 500 + 1000 + 0
    assert doubles.left == {1: 300, 2: 300}
    assert doubles.aside == 600


def test_two_payments_of_other_doors_are_no_double_charge():
    money = tuple(billing.Money(k, "link", "done", 1000) for k in (1, 2))
    doubles = Doubles(billing.Scope(1, "upfront", 2000), money)
    assert (doubles.total, doubles.left) == (0, {})
    settlement = settle("+20.00; rows 10.00/10.00", money=money)
    assert settlement.sums.aside == 0
    assert [row.state for row in settlement.rows] == ["paid", "paid"]


def test_a_success_of_one_unit():
    item = billing.Money(1, "own", "done", 1, 7)
    assert own_success((item,)) == {7: 1}
    assert own_success((replace(item, here=0),)) == {}


def test_a_written_off_row_of_one_unit():
    row = billing.Row(7, 1, DAY, 1, 1, "cancelled", cancel="written_off")
    assert is_given_up(row, {})
    assert not is_given_up(row, {7: 1})


def test_what_was_captured_of_a_row_is_not_under_way():
    row = billing.Row(7, 1, DAY, 2989, 2989, "authorized")
    item = billing.Money(1, "own", "authorized", 2989, 7, captured=1494)
    assert flying((row,), (item,), {}) == {7: 1495}
    assert flying((row,), (replace(item, captured=2989),), {}) == {7: 0}
    assert flying((row,), (replace(item, captured=3000),), {}) == {7: 0}
    # Only of what is authorised
    pending = (replace(item, state="pending"),)
    assert flying((replace(row, state="pending"),), pending, {}) == {7: 2989}


# === THE ACCOUNT === #


def test_a_note_that_explains_a_double_charge_explains_nothing_else():
    text = (
        "+20.00; rows 10.00 p/10.00 p;"
        " got own 1 10.00, own 1 10.00 back 10.00 on a note, own 2 10.00 back 5.00"
    )
    sums = settle(text).sums
    assert (sums.held, sums.open, sums.credit) == (500, 0, 0)


def test_what_had_come_too_much_explains_what_went_back():
    # 10.00 twice, 5.00 by link, 5.00 settled in the books: 10.00 too much
    text = (
        "+10.00; rows 10.00 p; adjusted 5.00;"
        " got own 1 10.00, own 1 10.00, link 5.00 back 5.00"
    )
    sums = settle(text).sums
    assert (sums.aside, sums.credit, sums.to_refund) == (1000, 500, 1500)


def test_what_went_back_before_a_child_was_confirmed_anew_is_no_spare_money():
    # 20.00 came, 10.00 went back, the child was confirmed anew, 8.00 went back
    # without a reason while one row was charged twice
    scope = billing.Scope(1, "upfront", 0, date(2028, 1, 1), reopened_at=REOPENED)
    first = billing.Money(1, "own", "done", 1000, 1)
    before = billing.Return("b", 1000, BEFORE)
    after = billing.Return("a", 800, AFTER)
    money = (
        first,
        replace(first, key=2),
        billing.Money(3, "link", "done", 1000, returns=(before,)),
        billing.Money(4, "link", "done", 1000, returns=(after,)),
    )
    sums = settle("+20.00; rows 10.00 p/10.00", scope=scope, money=money).sums
    # 20.00 beside the double charge are claimed: 8.00 of it went back, which the
    # double charge settles
    assert (sums.aside, sums.held, sums.open) == (200, 0, 0)
    # What went back of the double charge before is not taken off twice
    items = doubled(1, before=400)
    money = (*items, replace(money[3], key=4))
    sums = settle("+18.00; rows 10.00 p/8.00", scope=scope, money=money).sums
    assert (sums.aside, sums.held, sums.open) == (0, 0, 0)
    assert sums.credit == 0


def test_asked_for_more_than_is_claimed():
    settlement = settle("+10.00; rows 25.00 pending")
    assert settlement.sums.in_flight == 1000
    assert settlement.sums.excess_in_flight == 1500
    assert settlement.reasons == ("in_flight_too_much",)
    assert settle("+0.24; rows 0.25 pending").reasons == ("in_flight_too_much",)


# === GIVING BACK === #


def test_a_double_charge_is_given_back_as_far_as_anything_is():
    text = "+33.37; rows 23.37 p/10.00; got own 1 23.37, own 1 23.37, link 10.00"
    settlement = settle(text)
    assert given(settlement) == [(2, 1, None, 2337)]
    # 10.00 of it are going back of other money: not as much is left to give
    settlement = settle(text + " going back 10.00")
    assert given(settlement) == [(2, 1, None, 1337)]


def test_a_double_charge_and_more():
    # 30.00 came for 5.00: the double charge first, of its row; then the latest money
    text = "+5.00; rows 10.00 p/10.00 p; got own 1 10.00, own 1 10.00, own 2 10.00"
    settlement = settle(text)
    assert settlement.sums.aside == 1000
    assert sorted(given(settlement)) == [
        (1, 1, None, 500),
        (2, 1, None, 1000),
        (3, 2, None, 1000),
    ]


def test_what_nobody_could_assign_of_a_double_charge():
    # 8.00 of the row's own money can go back, 2.00 more of the later money
    facts = Case(
        "+20.00; rows 10.00 p/10.00 p; got own 1 10.00, own 1 10.00, own 2 10.00"
    ).facts
    money = tuple(
        replace(item, unassigned=600) if item.row == 1 else item for item in facts.money
    )
    settlement = billing.settle(replace(facts, money=money))
    assert sorted(given(settlement)) == [
        (1, 1, None, 400),
        (2, 1, None, 400),
        (3, 2, None, 200),
    ]


def test_two_double_charges_of_which_not_all_may_go_back():
    # 20.00 twice; 5.00 are going back of other money: 15.00 are left to give
    text = (
        "+25.00; rows 10.00 p/10.00 p/5.00; got own 1 10.00, own 1 10.00,"
        " own 2 10.00, own 2 10.00, link 5.00 going back 5.00"
    )
    settlement = settle(text)
    assert settlement.sums.to_refund == 1500
    assert sorted(given(settlement)) == [(2, 1, None, 500), (4, 2, None, 1000)]


def test_a_double_charge_that_is_going_back_is_not_taken_again():
    # 10.00 twice, of which 10.00 are going back; 10.00 more than is claimed
    text = (
        "+10.00; rows 10.00 p/10.00 p; got own 1 10.00,"
        " own 1 10.00 going back 10.00, own 2 10.00"
    )
    settlement = settle(text)
    assert (settlement.sums.aside, settlement.sums.to_refund) == (1000, 1000)
    assert given(settlement) == [(3, 2, None, 1000)]


def test_one_payment_of_a_row_and_of_none():
    facts = Case("+20.00 −20.00; rows 10.00 p").facts
    own = replace(facts.money[0], here=1000, amount=2000)
    other = replace(own, row=None)
    for money in ((own, other), (other, own)):
        settlement = billing.settle(replace(facts, money=money))
        assert given(settlement) == [(1, 1, None, 1000), (1, None, None, 1000)]


def test_a_capture_that_went_back_gives_nothing_more():
    facts = Case("+14.94 −14.94; rows 14.94 p").facts
    captures = billing.Captured("c1", 1494), billing.Captured("c2", 500, 500)
    money = (replace(facts.money[0], captures=captures),)
    settlement = billing.settle(replace(facts, money=money))
    assert given(settlement) == [(1, 1, "c1", 1494)]
    assert not any(refund.by_hand for refund in settlement.refunds)


def test_the_rest_of_a_payment_that_can_only_go_back_whole():
    item = billing.Money(1, "own", "done", 1494, 1, refundable="full_only")
    [whole] = refunding._refunds_of(item, 1494)
    [part] = refunding._refunds_of(item, 1493)
    assert (whole.by_hand, part.by_hand) == (False, True)


# === CAPTURES === #


def authorised(amount, **values):
    return billing.Money(1, "own", "authorized", amount, 1, **values)


def captured(text, *money, **values):
    """Payment, row, what is captured and what is let go."""
    settlement = settle(text, money=money, **values)
    return [(c.money, c.row, c.amount, c.void) for c in settlement.captures]


def test_one_unit_is_captured_and_let_go():
    text = "+14.94; rows 14.94 pending"
    assert captured(text, authorised(1494, captured=1493)) == [(1, 1, 1, 0)]
    assert captured("+14.93; rows 14.94 pending", authorised(1494, captured=1493)) == [
        (1, 1, 0, 1)
    ]
    assert captured(text, authorised(1494, captured=1494)) == []


def test_what_went_back_of_a_capture_is_captured_anew():
    # The first was credited and given back, the second is invoiced
    lines = (line(2989, 2, invoiced=2, credited=1, taken_back=1),)
    back = billing.Return("r", 1494, AFTER, noted=1494)
    captures = (billing.Captured("c", 1494, 1494),)
    item = authorised(2989, captured=1494, captures=captures, returns=(back,))
    text = "child 29.89; +14.94 −14.94 +14.94; rows 29.89 pending"
    assert captured(text, item, lines=lines) == [(1, 1, 1494, 1)]
    # As long as nothing went back, what was captured is for the second
    item = replace(item, returns=(), captures=(billing.Captured("c", 1494),))
    assert captured(text, item, lines=lines) == [(1, 1, 0, 1495)]


def test_what_is_captured_of_a_payment_of_a_row_and_of_none():
    own, other = authorised(500), replace(authorised(500), row=None)
    for money in ((own, other), (other, own)):
        assert captured("+7.00; rows 5.00 pending", *money) == [
            (1, None, 500, 0),
            (1, 1, 200, 300),
        ]


# === ANSWERS, CHUNKS === #


def test_what_an_answer_does_not_say_is_nothing():
    answer = billing.Answer("done")
    assert answer == billing.Answer(
        *("done", False, "", None, False, False, "sent", False, ""),
        *(0, 0, None, 0, 0),
    )


def test_a_chunk_is_not_asked_for_by_a_person():
    facts = Case("+14.94; rows 14.94 d").facts
    facts = replace(facts, scope=replace(facts.scope, today=DAY))
    rows = (replace(facts.rows[0], next_attempt=date(2027, 2, 1)),)
    facts = replace(facts, rows=rows)
    for values, is_asked in (({}, False), ({"by_hand": True}, True)):
        [answer] = billing.settle_chunk({1: facts}, (), **values).values()
        assert bool(answer[1].ask_now) == is_asked


def test_what_went_back_is_not_given_to_a_claim_that_was_not_read():
    facts = Case("+10.00; rows 10.00").facts
    back = billing.Back("r", 500)
    shares = (billing.Share(1, 1000), billing.Share(2, 1000))
    item = billing.Item(1, "portal", "done", 2000, shares, returns=(back,))
    [(known, settlement)] = billing.settle_chunk({1: facts}, (item,)).values()
    # Nobody knows whose it is
    assert known.money[0].unassigned == 500
    assert "refund_unassigned" in settlement.reasons


# === FOR A PERSON === #


def reasons(text, **values):
    return billing.settle(replace(Case(text).facts, **values)).reasons


def test_one_unit_is_enough_for_a_person():
    assert reasons("+0.01; rows 0.01 p; got own 1 0.01, own 1 0.01") == (
        "charged_twice",
    )
    assert reasons("+0.01; rows 0.01 p; got own 1 0.01 back 0.01") == (
        "given_back_without_credit",
    )
    assert reasons("+10.00 −10.01; rows 10.00 p; got own 1 10.00 back 10.00") == (
        "credit_without_money",
    )
    text = "+10.00 −0.01; rows 10.00 p; got own 1 10.00, link 5.00 pending"
    assert reasons(text) == ("refund_waits",)
    text = "+0.01; rows 0.01 p; got own 1 0.01"
    money = (replace(Case(text).facts.money[0], date=DAY, unmatched=1),)
    assert reasons(text, money=money) == ("unmatched_money",)


def test_a_credit_beyond_the_money():
    # 10.00 came and 6.00 went back: 4.00 are there, 5.00 are credit
    text = "+10.00 −11.00; rows 10.00 p; got own 1 10.00 back 6.00 on a note"
    assert reasons(text) == ("credit_without_money",)
    # 20.00 came for a claim below nothing: 10.00 twice and 11.00 of credit
    text = "+10.00 −11.00; rows 10.00 p; got own 1 10.00, own 1 10.00"
    assert "credit_without_money" in reasons(text)


def test_money_that_waits_for_a_document():
    text = "+14.94; rows 14.94 p.o.; adjusted 2.00; got link 12.94, link 1.00"
    first, second = Case(text).facts.money
    waiting = replace(second, date=DAY, unmatched=100)
    # All of the documents is matched or settled: there is nothing to wait for
    assert reasons(text, money=(first, waiting)) == ()
    assert reasons(text, money=(first, waiting), adjusted=199) == ("unmatched_money",)
    # Money that has not come waits for nothing
    pending = replace(waiting, state="pending")
    assert reasons(text, money=(first, pending), adjusted=0) == ()


# === WHAT MAY BE ASKED === #


def codes(text, docs=None, **values):
    """Why rows are not asked, on the first of January."""
    facts = Case(text).facts
    scope = replace(facts.scope, today=DAY)
    facts = replace(facts, scope=scope, docs=docs or facts.docs, **values)
    settlement = billing.settle(facts)
    check_laws(facts, settlement)
    return dict(settlement.refused), settlement.ask_now


def test_a_declined_row_is_not_asked_without_a_person():
    row = Case("rows 14.94 d").facts.rows[0]
    rows = (replace(row, next_attempt=date(2027, 1, 2)),)
    assert codes("+14.94", rows=rows) == ({1: "next_attempt"}, ())


def test_a_draft_note_beside_other_documents():
    text = "+14.94 −14.90 draft +20.00 draft; rows 4.98/4.98/4.98"
    assert codes(text)[0][1] == "draft_credit"
    # A note that was cancelled takes nothing away, whatever stands beside it
    docs = (
        *Case("+14.94 −0.04 draft").facts.docs,
        billing.Doc(9, -1490, "cancelled", DAY, "note", 1),
    )
    refused, asks = codes("+14.94; rows 4.98/4.98/4.98", docs)
    assert 1 not in refused
    assert [ask.amount for ask in asks] == [498]


def test_a_row_as_large_as_the_smallest_charge_is_not_small():
    facts = Case("child 14.94; rows 4.98/4.98/4.98").facts
    for smallest, asked, code in (
        (498, [(1,)], "earlier_open"),
        (499, [(1, 2)], "small_amount"),
    ):
        scope = replace(facts.scope, today=date(2027, 3, 1), smallest_charge=smallest)
        settlement = billing.settle(replace(facts, scope=scope))
        assert [ask.rows for ask in settlement.ask_now] == asked
        assert dict(settlement.refused)[3] == code


def test_one_unit_that_a_draft_note_takes_away():
    assert codes("+0.01 −0.01 draft; rows 0.01") == ({1: "draft_credit"}, ())


# === DOUBLE CHARGES THAT PAY OTHER ROWS === #


def moves(text):
    """Shares that are moved: payment, row, to row, amount; what is asked besides."""
    facts = Case(text).facts
    # All of one day: none waits for another
    rows = tuple(replace(row, due=DAY) for row in facts.rows)
    facts = replace(facts, rows=rows)
    settlement = billing.settle(facts)
    check_laws(facts, settlement)
    made = [(m.money, m.row, m.to_row, m.amount) for m in settlement.moves]
    return made, [ask.rows for ask in settlement.ask_now]


def test_a_double_charge_is_used_up():
    text = "+30.00; rows 10.00 p/10.00/10.00; got own 1 10.00, own 1 10.00"
    assert moves(text) == ([(2, 1, 2, 1000)], [(3,)])


def test_three_successes_of_one_row():
    text = (
        "+40.00; rows 10.00 p/10.00/10.00/10.00;"
        " got own 1 10.00, own 1 10.00, own 1 10.00"
    )
    assert moves(text) == ([(3, 1, 2, 1000), (2, 1, 3, 1000)], [(4,)])
    # The latest of them went back already
    assert moves(f"{text} back 10.00") == ([(2, 1, 2, 1000)], [(3,), (4,)])


def test_no_more_is_used_than_is_offered_back():
    # 20.00 twice, and 5.00 went back of other money without a reason
    text = (
        "+45.00; rows 10.00 p/10.00 p/5.00 p.o./10.00/10.00; got own 1 10.00,"
        " own 1 10.00, own 2 10.00, own 2 10.00, link 5.00 back 5.00"
    )
    made, asked = moves(text)
    assert made == [(4, 2, 4, 1000), (2, 1, 5, 500)]
    assert asked == []


def test_the_rest_of_a_double_charge_comes_before_the_next_one():
    text = (
        "+34.00; rows 10.00 p/10.00 p/4.00/10.00; got own 1 10.00, own 1 10.00,"
        " own 2 10.00, own 2 10.00"
    )
    assert moves(text) == ([(4, 2, 3, 400), (4, 2, 4, 600)], [])
