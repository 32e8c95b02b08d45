# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What must hold of every settlement, whatever the facts are.

Plain pytest functions: Odoo's own test runner does not collect them.
"""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ... import billing
from .settle_laws import check_laws
from .settle_notation import apply
from .settle_random import (
    FIRST,
    SAME,
    Dice,
    make_facts,
    random_facts,
    small_facts,
)

MANY = settings(SAME, max_examples=300)


def settle(facts):
    return billing.settle(facts).sums


@MANY
@given(random_facts())
def test_laws(facts):
    check_laws(facts, billing.settle(facts))


@SAME
@given(random_facts(), st.integers(1, 40))
def test_more_money_asks_less_and_gives_back_more(facts, amount):
    check_more_money(facts, amount)


def check_more_money(facts, amount):
    """More money never asks more and never gives back less."""
    before = settle(facts)
    item = billing.Money(99, "link", "done", amount, date=FIRST)
    after = settle(replace(facts, money=(*facts.money, item)))
    assert after.open <= before.open
    assert after.to_refund >= before.to_refund
    assert after.open + after.held <= before.open + before.held


@SAME
@given(random_facts(), st.integers(1, 40))
def test_a_higher_claim_asks_more_and_gives_back_less(facts, amount):
    check_higher_claim(facts, amount)


def check_higher_claim(facts, amount):
    """A higher claim never asks less and never gives back more."""
    before = settle(facts)
    line = billing.Term((99, 0), FIRST, amount)
    invoice = billing.Doc(99, amount, "posted", FIRST, terms=(line,))
    # An invoice nobody expected, and what was expected stays so
    higher = replace(facts, docs=(*facts.docs, invoice))
    after = settle(higher)
    if after.expected == before.expected:
        assert after.open >= before.open
        assert after.to_refund <= before.to_refund


@SAME
@given(random_facts())
def test_what_comes_and_goes_leaves_the_account_as_it_was(facts):
    check_coming_and_going(facts)


def check_coming_and_going(facts):
    """Money that came and bounced, a note that was reset: as if it had never been."""
    settlement = billing.settle(facts)
    before = apply(facts, settlement)
    item = billing.Money(99, "bank", "done", 7, date=FIRST)
    note = billing.Doc(99, -7, "posted", FIRST, "note")
    for more in ({"money": (*before.money, item)}, {"docs": (*before.docs, note)}):
        other = replace(before, **more)
        after = apply(other, billing.settle(other))
        back = replace(after, money=before.money, docs=before.docs)
        assert billing.settle(back).sums == settlement.sums


@pytest.mark.heavy
def test_all_small_cases():
    for facts in small_facts():
        check_laws(facts, billing.settle(facts))


@pytest.mark.parametrize("part", range(4))
def test_random_facts(part):
    check_seeds(range(part * 500, (part + 1) * 500))


@pytest.mark.heavy
@pytest.mark.parametrize("part", range(20))
def test_many_random_facts(part):
    check_seeds(range(part * 5000, (part + 1) * 5000))


def check_seeds(seeds):
    """Everything above, of facts that are made more quickly."""
    for seed in seeds:
        facts = make_facts(Dice(seed))
        amount = 1 + seed % 40
        try:
            check_laws(facts, billing.settle(facts))
            check_more_money(facts, amount)
            check_higher_claim(facts, amount)
            check_coming_and_going(facts)
        except Exception as error:
            raise AssertionError(f"seed {seed}: {facts}") from error
