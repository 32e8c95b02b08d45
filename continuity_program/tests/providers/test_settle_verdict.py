# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What is said of each row there is: asked, and with which others, or why not.

Plain pytest functions: Odoo's own test runner does not collect them.
"""

from dataclasses import replace
from datetime import date

import pytest

from ... import billing
from ..billing.settle_notation import Case


def verdicts(text, day=date(2028, 1, 1), by_hand=True, rows=(), **scope):
    """Amount and code of each row, by its number."""
    facts = Case(text).facts
    facts = replace(facts, scope=replace(facts.scope, today=day, **scope))
    changed = [
        replace(row, **values) for row, values in zip(facts.rows, rows, strict=False)
    ]
    facts = replace(facts, rows=(*changed, *facts.rows[len(changed) :]))
    return billing.verdicts(billing.settle(facts, by_hand))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("child 14.94; rows 14.94", [(1494, None)]),
        ("child 14.94; rows 14.94 p", [(0, "paid")]),
        ("child 14.94; rows 14.94 d; got link 14.94", [(0, "paid_otherwise")]),
        ("child 14.94; rows 14.94 d; got link 10.00", [(494, None)]),
        ("child 14.94; rows 14.94 pending", [(0, "under_way")]),
        ("child 14.94; rows 14.94 d; got link 14.94 pending", [(0, "other_payment")]),
        ("child 14.94 cancelled; rows 14.94", [(0, "nothing_open")]),
        # What is held is a matter of a person, of the rows that are cancelled, too
        (
            (
                "child 14.94, inv 1; +14.94 −9.96; rows 4.98 p/4.98 c/4.98 c;"
                " got own 1 4.98 back 4.98"
            ),
            [(0, "paid"), (0, "held"), (0, "held")],
        ),
        ("+14.94; rows 4.98/4.98/4.98 w.o.", [(498, None), (0, "earlier_open")]),
    ],
)
def test_verdicts(text, found):
    said = verdicts(text)
    assert [(said[key].amount, said[key].code) for key in sorted(said)][
        : len(found)
    ] == found


def test_no_card_pays_a_bill():
    said = verdicts("+14.94; rows 14.94", rows=[{"method": "account"}])
    assert said == {1: billing.Verdict(code="to_bill")}


def test_rows_that_are_asked_together():
    text = "child 10.30; rows 0.30/5.00/5.00"
    said = verdicts(text, date(2027, 2, 1), smallest_charge=50)
    both = frozenset({1, 2})
    assert said[1] == billing.Verdict(30, rows=both)
    assert said[2] == billing.Verdict(500, rows=both)
    assert said[3] == billing.Verdict(code="not_due")


def test_a_row_that_is_still_to_be_made_is_asked_when_it_is():
    # 0.30 of a row that is there, and 6.00 that no row asks yet
    text = "child 6.30; rows 0.30"
    facts = Case(text).facts
    settlement = billing.settle(facts)
    (new,) = settlement.new_rows
    assert new.amount == 600
    said = verdicts(text, smallest_charge=50)
    assert said == {1: billing.Verdict(30, rows=frozenset({1}))}
