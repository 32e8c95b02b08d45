# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Parcels that come too close by a change, and what is at stake."""

from datetime import date

import pytest

from odoo.addons.continuity_program.forecast.late import get_worth, is_close

SEP_14, OCT_14, OCT_20 = date(2027, 9, 14), date(2027, 10, 14), date(2027, 10, 20)


@pytest.mark.parametrize(
    ("days", "moved", "expected"),
    [
        # The fourth is moved behind the fifth: six days apart
        ({4: OCT_20, 5: OCT_14}, {4}, True),
        ({4: date(2027, 10, 21), 5: OCT_14}, {4}, False),
        ({4: OCT_14, 5: OCT_14}, {4}, True),
        # They were as close before
        ({4: OCT_20, 5: OCT_14}, set(), False),
        ({4: OCT_20, 5: OCT_14, 6: SEP_14}, {6}, False),
        ({4: OCT_20}, {4}, False),
        ({}, set(), False),
    ],
)
def test_close(days, moved, expected):
    assert is_close(days, moved) is expected


def test_worth():
    """Two books of one member, one of another: 60.00 planned, 40.08 expected."""
    planned, expected = get_worth(
        {"A10": 20.0, "A11": 40.0}, {"A10": 0.490955, "A11": 0.756507}
    )
    assert (planned, round(expected, 2)) == (60.0, 40.08)
    # What nobody forecasts counts whole
    assert get_worth({"A10": 20.0}, {}) == (20.0, 20.0)
    assert get_worth({}, {}) == (0, 0)
