# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Money of a company of 26 members: the figures were computed by another script."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from ...forecast.cash import (
    Curve,
    Due,
    forecast,
    get_curve,
)
from ...forecast.demand import Members, Row
from ...forecast.rates import Rates
from .forecast_world import (
    MEMBERS,
    TODAY,
    make_rates,
)

AUG_30 = date(2027, 8, 30)
#: 83 card rows were settled: 80 in the week they were due, one a week later, two never
CURVES = {
    "card": get_curve("card", {0: 80, 1: 1}, 2),
    "on_account": get_curve("on_account", {}, 0),
}
#: By week: card, on account
CASH = [
    (25.84, 7.99),
    (71.08, 11.78),
    (21.62, 3.89),
    (0.28, 2.92),
    (39.96, 1.95),
    (16.13, 7.03),
    (48.61, 3.03),
    (0.65, 2.27),
]


def forecast_of(groups, weeks=8, phi=1.0):
    return forecast(groups, make_rates(), CURVES, TODAY, weeks, phi)


def totals(lines):
    return {(line.key[1], line.week): line for line in lines if line.key[0] == "total"}


def test_curves():
    card = CURVES["card"]
    assert [round(share, 6) for share in card.shares] == [0.961290, 0.012903]
    assert round(card.never, 6) == 0.025806
    shares, never = card.get_from(0, is_sure=True)
    assert [round(share, 6) for share in shares] == [0.986755, 0.013245]
    assert never == 0
    assert CURVES["on_account"] == Curve((0.40, 0.20, 0.15, 0.10, 0.05), 0.10)


def test_weeks():
    lines = totals(forecast_of(MEMBERS.values()))
    weeks = [AUG_30 + timedelta(weeks=number) for number in range(8)]
    found = [
        tuple(
            round(lines[method, week].expected, 2) for method in ("card", "on_account")
        )
        for week in weeks
    ]
    assert found == CASH
    for method, total in (("card", 224.16), ("on_account", 40.85)):
        expected = sum(lines[method, week].expected for week in weeks)
        assert round(expected, 2) == total


def test_late():
    """Three weeks late: what is left of the curve comes, and a part is lost."""
    lines = totals(forecast_of([replace(MEMBERS["T06"], dues=MEMBERS["T06"].dues[:1])]))
    assert [round(line.expected, 2) for line in lines.values()] == [7.99, 4.00]
    assert round(lines["on_account", AUG_30].lost, 2) == 7.99
    # Later than anybody has paid: lost; a card that fails is a leaver already
    assert CURVES["on_account"].get_from(9) == ((), 1.0)
    assert CURVES["card"].get_from(9, is_sure=True) == ((1.0,), 0.0)


def test_certain():
    """What is on its way counts whole, now."""
    due = Due(date(2027, 8, 20), "card", 50.0, is_certain=True)
    back = Due(TODAY, "card", -20.0, source="refund")
    lines = totals(forecast_of([Members("BOOK", (), dues=(due, back), count=3)]))
    assert list(lines) == [("card", AUG_30)]
    line = lines["card", AUG_30]
    assert (line.certain, line.expected, line.lost) == (150.0, 90.0, 0.0)
    assert (line.sigma, line.low, line.high) == (0.0, 90.0, 90.0)


def test_parts():
    """Sums by program and source make the sum of the week, bands do not."""
    lines = forecast_of(MEMBERS.values(), 13)
    for total in totals(lines).values():
        parts = [
            line
            for line in lines
            if line.key[:2] == ("program", total.key[1]) and line.week == total.week
        ]
        for name in ("expected", "certain", "lost"):
            assert getattr(total, name) == pytest.approx(
                sum(getattr(line, name) for line in parts)
            )
        assert total.low <= total.expected <= total.high


def test_beyond():
    """What falls due after the weeks is no money of these weeks, nor lost in them."""
    rows = (Row(2, date(2027, 10, 18)),)
    due = Due(date(2027, 10, 25), "on_account", 10.0, "planned", 0)
    assert (
        forecast([Members("A", rows, dues=(due,))], Rates({}), CURVES, TODAY, 8) == []
    )


def test_instalments_of_one():
    """Two payments of one shipment come or stay away together."""
    rows = (Row(2, TODAY, ()),)
    dues = tuple(
        Due(TODAY, "card", 10.0, "planned", 0, is_first=True, is_shipped=True)
        for _half in "ab"
    )
    rates = Rates({})
    two = totals(forecast([Members("A", rows, dues=dues)], rates, CURVES, TODAY, 1))
    whole = (replace(dues[0], amount=20.0),)
    one = totals(forecast([Members("A", rows, dues=whole)], rates, CURVES, TODAY, 1))
    assert two["card", AUG_30].sigma == pytest.approx(one["card", AUG_30].sigma)
