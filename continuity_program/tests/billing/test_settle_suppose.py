# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What a note or a cancellation would make of a claim; what one has cut from a row.

Plain pytest functions: Odoo's own test runner does not collect them.
"""

import pytest

from ... import billing
from .settle_laws import check_laws
from .settle_notation import Case


@pytest.mark.parametrize(
    ("text", "values", "rows", "to_refund"),
    [
        ("+70.12; rows 23.37 p/23.37/23.38", {"note": 3285}, [0, 1390, 0], 0),
        ("+70.12; rows 23.37 p/23.37/23.38", {"note": 5518}, [0, 0, 0], 843),
        ("+70.12; rows 23.37 p/23.37/23.38", {}, [0, 2337, 2338], 0),
        ("expected 70.12; rows 70.12 p", {"note": 5518}, [0], 5518),
        ("child 25.00; rows 25.00 p", {"is_cancelled": True}, [0], 2500),
        ("child 25.00; rows 25.00", {"is_cancelled": True}, [0], 0),
        ("child 14.94, inv 1; +14.94; rows 14.94 p", {"is_cancelled": True}, [0], 1494),
        # What has no answer yet is not offered back
        ("+70.12; rows 70.12 pending", {"note": 5518}, [0], 0),
    ],
)
def test_suppose(text, values, rows, to_refund):
    facts = Case(text).facts
    supposed = billing.suppose(facts, **values)
    settlement = billing.settle(supposed)
    check_laws(supposed, settlement)
    assert [r.amount if r.is_open else 0 for r in settlement.rows] == rows
    assert settlement.sums.to_refund == to_refund
    assert len(facts.docs) == len(Case(text).facts.docs)


@pytest.mark.parametrize(
    ("text", "number", "cut"),
    [
        ("child 45.00; rows 60.00→45.00 pending", 1, 1500),
        # Paid by other money, in part or wholly, or settled by the books
        ("child 60.00; rows 60.00→45.00 pending; got link 15.00", 1, 0),
        ("child 50.00; rows 60.00→35.00 pending; got link 15.00", 1, 1000),
        ("child 60.00; rows 60.00→45.00 pending; adjusted 15.00", 1, 0),
        # The link has paid the row before, or goes on to pay it
        ("child 65.00; rows 20.00 p.o./60.00→45.00 pending; got link 20.00", 2, 1500),
        ("child 65.00; rows 20.00/60.00→45.00 d; got link 20.00", 2, 1500),
        ("child 60.00; rows 60.00→45.00 d; got link 15.00", 1, 0),
        ("child 60.00; rows 60.00 pending", 1, 0),
        # What went back pays no more
        ("child 45.00; rows 60.00→45.00 pending; got link 15.00 back 15.00", 1, 1500),
    ],
)
def test_cut_of(text, number, cut):
    """What a row does not ask: paid by other money, or cut by the claim."""
    facts = Case(text).facts
    row = next(row for row in facts.rows if row.sequence == number)
    assert billing.cut_of(facts, row.key) == cut
