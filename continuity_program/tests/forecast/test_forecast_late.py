# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Parcels that come too close by a change, and what is at stake."""

from datetime import date

import pytest

from ...forecast.late import get_worth, is_close, swap

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


def test_swap():
    """The first place on or after the day; what lies between moves up."""
    days = [date(2027, month, 14) for month in (9, 10, 11, 12)]
    assert swap(days, {0}, date(2027, 10, 20)) == [1, 2, 0, 3]
    assert swap(days, {0}, date(2027, 10, 14)) == [1, 0, 2, 3]
    # What leaves before it stays
    assert swap(days, {1}, date(2027, 10, 20)) == [0, 2, 1, 3]
    # Two that are late stay in their order
    assert swap(days, {0, 1}, date(2027, 10, 20)) == [2, 3, 0, 1]
    assert swap(days, {0, 2}, date(2027, 12, 1)) is None
    assert swap(days, {3}, date(2027, 12, 15)) is None
    assert swap(days, {2}, date(2028, 1, 1)) is None
    assert swap(days, set(), date(2027, 10, 20)) == [0, 1, 2, 3]
