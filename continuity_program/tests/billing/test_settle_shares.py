# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Whose is each part of a payment, to the unit.

Plain pytest functions: Odoo's own test runner does not collect them.
"""

from datetime import date

from ... import billing

ONE, TWO = ("child", 1), ("child", 2)
EARLY, LATE = date(2027, 1, 1), date(2027, 2, 1)


def item(amount, *shares, **values):
    """A payment that has come; shares: scope, row, amount."""
    made = tuple(
        billing.Share(scope, part, row, date(2027, 1, number))
        for number, (scope, row, part) in enumerate(shares, 1)
    )
    return billing.Item("p", "own", "done", amount, made, **values)


def attribute(payment, credit=None):
    """What the scopes have: per scope, its parts of the payment."""
    if credit is None:
        return billing.attribute([payment]).money
    return billing.attribute([payment], credit).money


def never(*_arguments):
    """A credit nobody may ask for."""
    raise AssertionError


def test_what_is_matched_comes_first_and_the_shares_take_the_rest():
    payment = item(
        2000, (ONE, 1, 1000), (TWO, 2, 1000), applied=(billing.Applied(ONE, 400),)
    )
    money = attribute(payment)
    assert [(m.row, m.here) for m in money[ONE]] == [(1, 1000)]
    assert [(m.row, m.here) for m in money[TWO]] == [(2, 1000)]


def test_what_waits_for_a_document():
    back = billing.Back("r", 300, scope=ONE, row=1)
    payment = item(1000, (ONE, 1, 1000), applied=(billing.Applied(ONE, 400),))
    [money] = attribute(payment)[ONE]
    assert money.unmatched == 600
    payment = item(
        1000,
        (ONE, 1, 1000),
        applied=(billing.Applied(ONE, 400),),
        returns=(back,),
    )
    [money] = attribute(payment)[ONE]
    assert money.unmatched == 300
    # What a note explains was matched with a document once
    noted = billing.Back("r", 300, scope=ONE, row=1, noted=(billing.Applied(ONE, 200),))
    payment = item(
        1000,
        (ONE, 1, 1000),
        applied=(billing.Applied(ONE, 400),),
        returns=(noted,),
    )
    [money] = attribute(payment)[ONE]
    assert money.unmatched == 500


def test_a_link_with_one_unit_left():
    links = (billing.Link(ONE, 1, EARLY), billing.Link(TWO, 500, LATE))
    money = attribute(item(301, links=links))
    assert [m.here for m in money[ONE]] == [1]
    assert [m.here for m in money[TWO]] == [300]


def test_returns_of_one_row_after_the_other():
    backs = (
        billing.Back("r", 600, scope=ONE, row=2),
        billing.Back("s", 600, scope=ONE, row=2),
    )
    payment = item(2000, (ONE, 1, 1000), (ONE, 2, 1000), returns=backs)
    first, second = attribute(payment, never)[ONE]
    assert [(b.key, b.amount) for b in second.returns] == [("r", 600), ("s", 400)]
    assert [(b.key, b.amount) for b in first.returns] == [("s", 200)]


def test_the_credit_is_asked_for_what_nothing_explains_only():
    back = billing.Back("r", 600, scope=ONE, row=1)
    payment = item(2000, (ONE, 1, 1000), (TWO, 2, 1000), returns=(back,))
    [money] = attribute(payment, never)[ONE]
    assert [b.amount for b in money.returns] == [600]
    loose = item(
        2000, (ONE, 1, 1000), (TWO, 2, 1000), returns=(billing.Back("r", 600),)
    )
    credits_ = {ONE: 100, TWO: 200}
    money = attribute(loose, lambda scope, _money, _adjusted: credits_[scope])
    assert [b.amount for m in money[TWO] for b in m.returns] == [600]
    assert not [b for m in money[ONE] for b in m.returns]


def test_money_of_the_whole_order_in_its_order():
    rows = [
        billing.Share(TWO, 500, 2, LATE),
        billing.Share(ONE, 1, 1, EARLY),
    ]
    assert billing.allocate(701, "ordinary", 200, rows) == [
        billing.Share("ordinary", 200),
        billing.Share(ONE, 1, 1, EARLY),
        billing.Share(TWO, 500, 2, LATE),
    ]
    # What is left stays with the ordinary goods; of one unit, too
    assert billing.allocate(502, "ordinary", 0, rows) == [
        billing.Share("ordinary", 1),
        billing.Share(ONE, 1, 1, EARLY),
        billing.Share(TWO, 500, 2, LATE),
    ]
