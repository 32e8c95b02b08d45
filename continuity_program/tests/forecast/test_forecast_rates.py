# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Rates of a company of 26 members and three programs, computed by hand."""

import pytest

from ...forecast.rates import (
    Counts,
    LeadProfile,
    Rates,
    mend_rate,
    program_hazard,
    rate_left,
    rate_left_slope,
    shrunk,
    turn_class,
    typed_prior,
)
from .forecast_world import (
    LEADS,
    make_rates,
)

RATES = make_rates()


def hazard(program, turn):
    return RATES.get_hazard(program, turn).value


def test_company():
    rates = RATES.company
    assert [(r.decisions, r.hits) for r in rates.values()] == [
        *[(26, 0), (24, 1), (20, 5), (25, 2), (5, 0), (0, 0)]
    ]
    assert [round(r.value, 6) for r in rates.values()] == [
        *[0.041667, 0.073529, 0.216667, 0.1, 0.1, 0.15]
    ]
    assert round(RATES.company_skip.value, 6) == 0.024510


@pytest.mark.parametrize(
    ("program", "expected"),
    [("BOOK", 0.024429), ("COFFEE", 0.027596), ("TEA", 0.013249)],
)
def test_skip(program, expected):
    assert round(RATES.get_skip(program).value, 6) == expected


@pytest.mark.parametrize(
    ("program", "turns", "expected"),
    [
        ("BOOK", (1, 2, 3, 4, 5), [0.026042, 0.079696, 0.218391, 0.115385, 0.083333]),
        (
            "COFFEE",
            (1, 2, 3, 4, 5, 6, 9, 10),
            [
                *[0.029762, 0.052521, 0.234568, 0.125, 0.086957],
                *[0.090909, 0.095238, 0.1],
            ],
        ),
        ("TEA", (1, 2, 3, 4), [0.032051, 0.058824, 0.222222, 0.086957]),
    ],
)
def test_programs(program, turns, expected):
    assert [round(hazard(program, turn), 6) for turn in turns] == expected


def test_typed_probability():
    """80 of 100 take the last event; it is the prior, the data speak as well."""
    skip = RATES.get_skip("BOOK").value
    assert round(typed_prior(80, skip), 6) == 0.179967
    assert round(hazard("BOOK", 6), 6) == 0.156493
    # With nothing known it decides; more than is possible is no leaver at all
    assert program_hazard(Counts(), typed_prior(80, skip)).value == pytest.approx(
        typed_prior(80, skip)
    )
    assert typed_prior(99, skip) == 0.0


def test_typed_for_some():
    """Where one turn meets several events, each member brings his own opinion."""
    skip = Rates({}).get_skip("NEW").value
    rates = Rates({}, meets={("NEW", 2): [(100, 3), (80, 1)]})
    expected = (3 * 0.15 + typed_prior(80, skip)) / 4
    assert rates.get_hazard("NEW", 2).value == pytest.approx(expected)
    assert rates.get_hazard("NEW", 2).is_typed
    assert not rates.get_hazard("NEW", 3).is_typed


def test_far_turns():
    """Turns above 24 are like turn 24."""
    rates = Rates({("TEA", 24): Counts(30, 30, 0)})
    assert rates.get_hazard("TEA", 40) == rates.get_hazard("TEA", 24)
    assert rates.get_hazard("TEA", 24).hits == 30


def test_mended():
    assert round(RATES.get_mend("payment").value, 6) == 0.533333
    assert RATES.get_mend("other").value == 0.5
    assert RATES.get_mend("never heard of").value == 0.5
    assert mend_rate(4, 2).value == 9 / 16


def test_leads():
    """A parcel that is due tomorrow is nearly certain."""
    to_come = LeadProfile(LEADS).get_share_to_come(1 / 31)
    assert round(to_come, 5) == 0.09447
    skip = RATES.get_skip("BOOK").value
    left = rate_left(hazard("BOOK", 2), to_come)
    assert round(left, 5) == 0.00811
    stays = (1 - left) * (1 - rate_left(skip, to_come))
    assert round(stays, 4) == 0.9895
    assert round((1 - hazard("BOOK", 2)) * (1 - skip), 4) == 0.8978
    # At the beginning of the interval nobody has spoken, on its day everybody but few
    assert LeadProfile(LEADS).get_share_to_come(1.0) == 1.0
    assert LeadProfile(LEADS).get_share_to_come(7.0) == 1.0
    assert LeadProfile(()).get_share_to_come(0.25) == 0.25


def test_slope():
    """How fast it moves, compared with a small step."""
    for rate, to_come in ((0.1, 0.3), (0.25, 0.0), (0.4, 1.0)):
        step = rate_left(rate + 1e-6, to_come) - rate_left(rate - 1e-6, to_come)
        assert rate_left_slope(rate, to_come) == pytest.approx(step / 2e-6)


@pytest.mark.parametrize(
    ("turn", "first"),
    [(1, 1), (2, 2), (3, 3), (4, 4), (6, 4), (7, 7), (12, 7), (13, 13), (99, 13)],
)
def test_classes(turn, first):
    assert turn_class(turn) == first


def test_few_decisions():
    assert shrunk(0, 29, 0.1, 20).is_assumed
    assert not shrunk(0, 30, 0.1, 20).is_assumed
    rate = shrunk(2, 9, 0.216667, 20)
    assert rate.variance == pytest.approx(rate.value * (1 - rate.value) / 30)


def test_band_of_a_rate():
    """Of 9 who decided and 20 that are assumed; never below nothing or above all."""
    rate = RATES.get_hazard("BOOK", 3)
    assert [round(share, 4) for share in rate.band] == [0.1217, 0.3151]
    assert shrunk(0, 2, 0.0, 20).band == (0.0, 0.0)
    low, high = shrunk(0, 2, 0.05, 20).band
    assert (low, round(high, 4)) == (0.0, 0.1011)
    low, high = shrunk(4, 4, 0.95, 1).band
    assert (round(low, 4), high) == (0.9379, 1.0)
