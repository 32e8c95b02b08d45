# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What a note or a cancellation would make of a claim, as wizards say it.

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
