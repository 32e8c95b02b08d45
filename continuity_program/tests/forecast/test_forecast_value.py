# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What a member is worth: figures worked out by hand."""

from ...forecast.value import (
    Expected,
    Observed,
    break_even,
    expected_value,
    observed_value,
    return_rate,
    value_ahead,
)

#: Due and contribution of the turns of three programs
BOOK = ((12, 132.0), (11, 82.0), (10, 70.0), (9, 50.0), (8, 40.0), (7, 30.0))
COFFEE = ((8, 40.0), (8, 40.0), (7, 20.0), (7, 15.0), (6, 15.0))
TEA = ((6, 53.94), (5, 29.96), (4, 26.97), (4, 26.97))


def _value(turns):
    return [round(value, 2) for value in observed_value(Observed(*t) for t in turns)]


def test_observed():
    """Leavers count in the turns they do not get any more."""
    # 132 ÷ 12 = 11; 82 ÷ 11 = 7.45; 7; 50 ÷ 9 = 5.56; 5; 30 ÷ 7 = 4.29. A12 of quantity
    # 2 is in all of the first two
    assert _value(BOOK) == [11.0, 18.45, 25.45, 31.01, 36.01, 40.3]
    assert _value(COFFEE) == [5.0, 10.0, 12.86, 15.0, 17.5]
    assert _value(TEA) == [8.99, 14.98, 21.72, 28.47]


def test_observed_ends():
    """Behind the first turn nobody was due for, nothing is known."""
    assert _value([(2, 10.0), (0, 0.0), (1, 5.0)]) == [5.0]
    assert _value([]) == []


def test_break_even():
    """The first turn that pays it back; equal counts; rounded like money."""
    assert break_even([11.0, 18.45, 25.45], 25.0) == 3
    assert break_even([5.0, 10.0, 12.857142, 14.9999999], 15.0) == 4
    assert break_even([8.99, 14.98, 21.72], 20.0) == 3
    assert break_even([11.0, 18.45], 25.0) is None
    assert break_even([0.0, 1.0], 0.0) == 1
    assert break_even([14.994], 15.0) is None
    assert break_even([], 5.0) is None


def test_expected():
    """Six books at 20, cost 8 and a parcel 2: by the rates of the program."""
    hazards = (0.026042, 0.079696, 0.218391, 0.115385, 0.083333, 0.156493)
    returned = return_rate(1, 40)
    assert round(returned, 6) == 0.024
    values = expected_value(
        [Expected(hazard, 10.0, 10.0) for hazard in hazards], 0.024429, returned
    )
    assert [round(value, 2) for value in values] == [
        *(9.05, 17.37, 23.88, 29.63, 34.91, 39.36),
    ]
    assert break_even(values, 25.0) == 4


def test_expected_certain():
    """Nobody leaves, nothing comes back: the margins in full."""
    turns = [Expected(0.0, 10.0, 4.0), Expected(0.5, 8.0, 4.0)]
    assert expected_value(turns, 0.0, 0.0) == [10.0, 14.0]
    # Everything comes back
    assert expected_value(turns, 0.0, 1.0) == [-4.0, -6.0]
    assert expected_value([], 0.1, 0.1) == []


def test_ahead():
    """Who is still there has more to come than a new member, per shipment left."""
    turns = [Expected(0.5, 10.0, 0.0), Expected(0.2, 10.0, 0.0)]
    # 5.00 of the first, 4.00 of the second; who reaches the second: 4 ÷ 0.5
    assert expected_value(turns, 0.0, 0.0) == [5.0, 9.0]
    assert value_ahead(turns, 0.0, 0.0) == [9.0, 8.0]
    assert value_ahead([], 0.0, 0.0) == []
    # Everybody leaves with the first; who reaches the second has paid for it
    gone = [Expected(1.0, 10.0, 0.0), Expected(0.0, 10.0, 0.0)]
    assert value_ahead(gone, 0.0, 0.0) == [0.0, 10.0]


def test_ahead_of_many():
    """Twenty-four turns count, whichever of them comes first."""
    turns = [Expected(0.0, 10.0, 0.0)] * 40
    ahead = value_ahead(turns, 0.1, 0.0)
    # 24 × 9.00, as long as there are so many; the last of all 9.00
    assert [round(ahead[turn - 1], 2) for turn in (1, 17, 18, 40)] == [
        *(216.0, 216.0, 207.0, 9.0),
    ]
