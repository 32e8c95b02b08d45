# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""When stock breaks: coffee for 26 members, computed by hand from their demand."""

from dataclasses import replace
from datetime import date

import pytest

from ...forecast.demand import forecast, get_weeks
from ...forecast.stockline import (
    Stock,
    add_up,
    get_stock,
)
from .forecast_world import (
    MEMBERS,
    TODAY,
    make_rates,
)

WEEKS = get_weeks(TODAY, 8)
AUG_30, SEP_27, OCT_11 = date(2027, 8, 30), date(2027, 9, 27), date(2027, 10, 11)
#: Needed so far, and at most: of coffee
COFFEE = {
    AUG_30: (0.533, 1),
    date(2027, 9, 13): (1.460, 2),
    SEP_27: (3.575, 5),
    OCT_11: (4.399, 6),
}


def there(*quantities):
    """As much at the end of each week; the last quantity stays."""
    rest = [quantities[-1]] * (len(WEEKS) - len(quantities))
    return dict(zip(WEEKS, [*quantities, *rest], strict=True))


@pytest.mark.parametrize(
    ("quantities", "breaks", "early"),
    [
        # Four there: enough for 3.575, not for five
        ((4,), OCT_11, SEP_27),
        # Exactly as much as is needed does not break
        ((4.399,), None, SEP_27),
        ((6,), None, None),
        # What breaks this week breaks today, not on its Monday
        ((0,), TODAY, TODAY),
        # Three more come in before it breaks
        ((4, 4, 4, 4, 7), None, None),
        # They come a week too late
        ((1, 1, 1, 7), date(2027, 9, 13), date(2027, 9, 13)),
        # It is promised to others, in a week members need nothing
        ((4, 4, 4, -1, 9), date(2027, 9, 20), date(2027, 9, 20)),
    ],
)
def test_breaks(quantities, breaks, early):
    stock = get_stock(there(*quantities), COFFEE, TODAY)
    assert (stock.breaks, stock.breaks_early) == (breaks, early)


def test_left():
    """What is left carries over weeks in which nothing is needed."""
    left = get_stock(there(4), COFFEE, TODAY).left
    assert [round(left[week], 3) for week in WEEKS] == [
        *(3.467, 3.467, 2.540, 2.540, 0.425, 0.425, -0.399, -0.399)
    ]


def test_nothing_needed():
    assert get_stock(there(0), {}, TODAY) == Stock(dict.fromkeys(WEEKS, 0.0))


def test_places():
    """What breaks in one house breaks, however much another one has."""
    here = get_stock(there(4), COFFEE, TODAY)
    elsewhere = get_stock(there(100), {}, TODAY)
    both = add_up([here, elsewhere])
    assert (both.breaks, both.breaks_early) == (OCT_11, SEP_27)
    assert round(both.left[OCT_11], 3) == 99.601
    assert add_up([]) == Stock({})


def test_demand_by_place():
    """Each house has a sum and a band of its own; together they are the product's."""
    members = [
        replace(one, place=2 if name in ("K01", "T06") else 1)
        for name, one in MEMBERS.items()
    ]
    lines = forecast(members, make_rates(), TODAY, 8)
    by_key = {(*line.key, line.week): line for line in lines}
    whole = by_key["product", "COF", OCT_11]
    here, there_ = by_key["stock", "COF", 1, SEP_27], by_key["stock", "COF", 2, OCT_11]
    assert round(here.needed + there_.needed, 9) == round(whole.needed, 9)
    assert (here.open, there_.open) == (3, 1)
    # Nobody asks where anything leaves from
    lines = forecast(MEMBERS.values(), make_rates(), TODAY, 8)
    assert {line.key[0] for line in lines} == {"product", "event", "program"}


def test_ordered_already():
    """A child order that waits is a quotation already: 0.533 of 0.533."""
    lines = forecast(MEMBERS.values(), make_rates(), TODAY, 8)
    waiting = {line.key[1:]: line.waiting for line in lines if line.key[0] == "product"}
    by_week = {
        line.week: round(line.waiting, 3)
        for line in lines
        if line.key == ("product", "COF")
    }
    assert by_week == {AUG_30: 0.533, date(2027, 9, 13): 0, SEP_27: 0, OCT_11: 0}
    assert not any(value for key, value in waiting.items() if key != ("COF",))
