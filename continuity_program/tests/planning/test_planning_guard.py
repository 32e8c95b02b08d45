# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The guard: which rule keeps the next parcel in the house."""

from dataclasses import replace
from datetime import date

import pytest

from ...planning.guard import (
    Book,
    Facts,
    Rules,
    broken_rule,
)

DAY = date(2027, 9, 9)


def broken(rules, facts, amount=1499, day=DAY):
    return broken_rule(Rules(**rules), Facts(**facts), amount, day)


@pytest.mark.parametrize(
    ("rules", "facts", "expected"),
    [
        # Nothing is asked
        ({}, {"unpaid": 9, "balance": 99999, "is_refused": True}, None),
        # A number is reached
        ({"max_unpaid": 2}, {"unpaid": 1}, None),
        ({"max_unpaid": 2}, {"unpaid": 2}, ("max_unpaid", 2, 2)),
        ({"max_balance": 3000}, {"balance": 2999}, None),
        ({"max_balance": 3000}, {"balance": 3000}, ("max_balance", 3000, 3000)),
        ({"max_undelivered": 1}, {}, None),
        ({"max_undelivered": 1}, {"undelivered": 1}, ("max_undelivered", 1, 1)),
        # A day is exceeded: 31 days after 9 August, and the 14th day is allowed
        (
            {"days_overdue": 14},
            {"oldest_due": date(2027, 8, 9)},
            ("days_overdue", 31, 14),
        ),
        ({"days_overdue": 14}, {"oldest_due": date(2027, 8, 26)}, None),
        (
            {"days_overdue": 14},
            {"oldest_due": date(2027, 8, 25)},
            ("days_overdue", 15, 14),
        ),
        ({"days_overdue": 14}, {}, None),
        ({"first_paid": True}, {"is_first_unpaid": False}, None),
        ({"first_paid": True}, {"is_first_unpaid": True}, ("first_paid", 1, True)),
        ({"stop_refused": True}, {"is_refused": True}, ("stop_refused", 1, True)),
        # The first rule that is broken
        (
            {"max_unpaid": 1, "max_balance": 1},
            {"unpaid": 1, "balance": 5},
            ("max_unpaid", 1, 1),
        ),
    ],
)
def test_rules(rules, facts, expected):
    assert broken(rules, facts) == expected


def test_paid_in_advance():
    """What is paid for passes the money rules, and no other one."""
    rules = {
        "max_unpaid": 1,
        "max_balance": 1,
        "days_overdue": 1,
        "first_paid": True,
    }
    owes = {
        "unpaid": 3,
        "balance": 9999,
        "oldest_due": date(2027, 1, 1),
        "is_first_unpaid": True,
        "is_upfront": True,
    }
    assert broken(rules, {**owes, "covered": None}) is None
    # 14.99 were sent, 29.98 are paid: the second parcel is covered, the third is not
    assert broken(rules, {**owes, "shipped": 1499, "covered": 2998}) is None
    assert broken(rules, {**owes, "shipped": 2998, "covered": 2998})[0] == "max_unpaid"
    refused = {**owes, "covered": None, "is_refused": True}
    assert broken({**rules, "stop_refused": True}, refused)[0] == "stop_refused"


def test_another_parcel():
    """A parcel that leaves in the same night counts for the next one."""
    facts = Facts().with_parcel(3000, 3000, is_owed=True)
    assert (facts.unpaid, facts.balance, facts.undelivered) == (1, 3000, 1)
    assert facts.is_first_unpaid
    charged = Facts().with_parcel(3000, 3000, is_owed=False)
    assert (charged.unpaid, charged.balance, charged.undelivered) == (0, 0, 1)
    assert not charged.is_first_unpaid
    paid = Facts(is_upfront=True, covered=3000).with_parcel(3000, 3000, is_owed=True)
    assert (paid.unpaid, paid.shipped, paid.covers(1)) == (0, 3000, False)


def test_customer():
    """Of other orders, what is owed and not delivered counts; not their series."""
    own = Facts(unpaid=1, balance=100, shipped_count=1)
    other = Facts(
        unpaid=2,
        balance=50,
        oldest_due=DAY,
        undelivered=1,
        is_first_unpaid=True,
        is_refused=True,
    )
    assert own + other == Facts(
        unpaid=3, balance=150, oldest_due=DAY, undelivered=1, shipped_count=1
    )


def test_same_night():
    """Two parcels of one night, of one order and of two."""
    rules = Rules(max_unpaid=1)
    book = Book({1: rules, 2: rules}, {1: Facts(), 2: Facts()}, {1: [2], 2: [1]})
    assert book.check(1, 100, DAY) is None
    book.send(1, 100, 100, is_owed=True)
    assert book.check(1, 100, DAY) == ("max_unpaid", 1, 1)
    assert book.check(2, 100, DAY) is None
    book.rules[2] = replace(rules, by_customer=True)
    assert book.check(2, 100, DAY) == ("max_unpaid", 1, 1)
    # An order whose program has no guard is not even read
    book.send(3, 100, 100, is_owed=True)
    assert book.check(3, 100, DAY) is None


def test_switched_off():
    assert not Rules(by_customer=True)
    assert not Rules()
    assert Rules(first_paid=True)
