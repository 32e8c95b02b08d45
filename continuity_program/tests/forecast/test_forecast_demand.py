# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Demand of a company of 26 members: the figures were computed by another script."""

import random
from dataclasses import replace
from datetime import date

import pytest

from ...forecast.demand import (
    Members,
    Row,
    forecast,
    get_chances,
    get_phi,
)
from ...forecast.rates import Counts, Rates
from .forecast_world import (
    MEMBERS,
    TODAY,
    make_rates,
)

AUG_30, SEP_6, SEP_13 = date(2027, 8, 30), date(2027, 9, 6), date(2027, 9, 13)
SEP_27, OCT_4, OCT_11 = date(2027, 9, 27), date(2027, 10, 4), date(2027, 10, 11)
#: Product and week: open, expected, and the band where it is known
DEMAND = {
    ("BK2", AUG_30): (1, 0.990, (0, 1)),
    ("COF", AUG_30): (1, 0.533, (0, 1)),
    ("TEA3", AUG_30): (1, 0.467, (0, 1)),
    ("BK3", SEP_6): (2, 1.732, (0, 2)),
    ("BK5", SEP_6): (1, 0.949, None),
    ("BK6", SEP_6): (1, 0.903, None),
    ("TEA2", SEP_6): (1, 0.968, None),
    ("BK4", SEP_13): (1, 0.491, (0, 1)),
    ("COF", SEP_13): (1, 0.927, None),
    ("BK3", SEP_27): (1, 0.756, None),
    ("COF", SEP_27): (3, 2.114, (1, 3)),
    ("BK6", OCT_4): (1, 0.790, None),
    ("TEA3", OCT_4): (1, 0.747, None),
    ("TEA4", OCT_4): (1, 0.422, None),
    ("BK4", OCT_11): (2, 1.513, (0, 2)),
    ("BK5", OCT_11): (1, 0.445, None),
    ("COF", OCT_11): (1, 0.824, None),
}


def by_product(lines):
    return {
        (line.key[1], line.week): line for line in lines if line.key[0] == "product"
    }


@pytest.fixture(scope="module", name="lines")
def make_lines():
    return by_product(forecast(MEMBERS.values(), make_rates(), TODAY, 8))


def test_weeks(lines):
    """No line of a week without shipments; a member on pause adds nothing."""
    assert {
        key: (line.open, round(line.expected, 3)) for key, line in lines.items()
    } == {key: (open_, expected) for key, (open_, expected, _band) in DEMAND.items()}
    for key, (_open, _expected, band) in DEMAND.items():
        if band:
            assert (lines[key].low, lines[key].high) == band, key


def test_parts(lines):
    """Three open, less blocked, leaving, skipping."""
    line = lines["COF", SEP_27]
    assert line.open == 3
    assert round(line.blocked, 3) == 0.467
    assert round(line.leaving, 3) == 0.362
    assert round(line.skipping, 3) == 0.057
    assert round(line.expected, 3) == 2.114


def test_needed_so_far(lines):
    """The sum has a band of its own: shipments of one member stand or fall together."""
    coffee = lines["COF", OCT_11]
    assert round(coffee.needed, 3) == 4.399
    assert (coffee.needed_low, coffee.needed_high) == (2, 6)
    until = lines["COF", SEP_27]
    assert (round(until.needed, 3), until.needed_high) == (3.575, 5)
    book = lines["BK3", SEP_27]
    assert round(book.needed, 3) == 2.488
    assert (book.needed_low, book.needed_high) == (1, 3)
    book = lines["BK6", OCT_4]
    assert round(book.needed, 3) == 1.693
    assert (book.needed_low, book.needed_high) == (1, 2)


def test_tomorrow():
    """Who is due tomorrow and has said nothing is nearly certain."""
    rates = make_rates()
    assert round(get_chances(MEMBERS["A12"], rates)[0].ships, 4) == 0.9895
    told = replace(MEMBERS["A12"], ahead=1.0)
    assert round(get_chances(told, rates)[0].ships, 4) == 0.8978


def test_kept_back_later():
    """What leaves before the first shipment that is kept back is certain as ever."""
    rates = make_rates()
    free = get_chances(MEMBERS["A12"], rates)
    third = replace(MEMBERS["A12"], block="payment", block_turn=3)
    chances = get_chances(third, rates)
    assert chances[0] == free[0]
    assert round(chances[0].ships, 4) == 0.9895
    # 8 of 15 are mended: the third, and what follows it
    for chance, unhindered in zip(chances[1:], free[1:], strict=True):
        assert chance.ships == pytest.approx(unhindered.ships * 8 / 15)
        assert ("mend", "payment") in [theta for theta, _slope in chance.slopes]
    # Without a number the next one is kept back already
    first = get_chances(replace(third, block_turn=0), rates)[0]
    assert first.ships == pytest.approx(free[0].ships * 8 / 15)


def test_kept_back_behind_its_place():
    """Postponed behind all others: they leave before it, as certain as ever."""
    rates, rows = make_rates(), MEMBERS["A12"].rows
    behind = replace(MEMBERS["A12"], rows=(*rows[:1], *rows[2:], rows[1]))
    free = get_chances(behind, rates)
    blocked = replace(behind, block="payment", block_turn=rows[1].turn)
    chances = get_chances(blocked, rates)
    assert chances[:-1] == free[:-1]
    assert chances[-1].ships == pytest.approx(free[-1].ships * 8 / 15)


def test_hundred_times():
    """Every member a hundred times: the bands are narrower by far."""
    many = [replace(members, count=100) for members in MEMBERS.values()]
    lines = by_product(forecast(many, make_rates(100), TODAY, 8))
    coffee = {
        AUG_30: (100, 59.80, 52, 67),
        SEP_13: (100, 97.20, 94, 100),
        SEP_27: (300, 224.52, 214, 235),
        OCT_11: (100, 96.53, 93, 100),
    }
    assert {
        week: (line.open, round(line.expected, 2), line.low, line.high)
        for (product, week), line in lines.items()
        if product == "COF"
    } == coffee


def test_joiners():
    """Ten new members a week, from their first shipment on."""
    rates = make_rates()
    rows = (Row(1, SEP_6, (("BK1", "BK1", 1),)), Row(2, OCT_4, (("BK2", "BK2", 1),)))
    lines = by_product(forecast([Members("BOOK", rows, count=10)], rates, TODAY, 8))
    assert round(lines["BK1", SEP_6].expected, 2) == 9.50
    assert round(lines["BK2", OCT_4].expected, 2) == 8.74


# === MEMBERS OF SPECIAL KINDS === #


def chances(rows, **values):
    return [
        round(chance.ships, 6)
        for chance in get_chances(Members("BOOK", rows, **values), Rates({}))
    ]


def test_end_agreed():
    """What is still planned of an order that ends leaves; it may be skipped."""
    rows = (Row(3, SEP_6), Row(4, OCT_4))
    assert chances(rows, has_ended=True) == [0.95, 0.95]
    assert chances(rows)[0] == round(0.85 * 0.95, 6)


def test_together():
    """Shipments that leave together are one decision."""
    rows = (Row(3, SEP_6), Row(4, SEP_6, is_joint=True), Row(5, OCT_4))
    assert chances(rows) == [0.8075, 0.8075, 0.686375]


def test_late():
    """What is late is needed this week; what lies beyond the weeks is not."""
    goods = (("BK3", "BK3", 1),)
    rows = (
        Row(3, date(2027, 5, 3), goods),
        Row(4, date(2027, 10, 24), goods),
        Row(5, date(2027, 10, 25), goods),
    )
    lines = by_product(forecast([Members("BOOK", rows, 0.0)], Rates({}), TODAY, 8))
    assert [(week, line.open) for (_product, week), line in lines.items()] == [
        (AUG_30, 1),
        (date(2027, 10, 18), 1),
    ]
    assert forecast([], Rates({}), TODAY, 8) == []


def test_two_weeks_apart():
    """Two shipments of one member in one week vary more than those of two members."""
    goods = (("COF", "COF", 1),)
    rows = (Row(2, SEP_6, goods), Row(3, date(2027, 9, 8), goods))
    known = Rates({("BOOK", turn): Counts(10**6, 250_000, 0) for turn in (2, 3)})
    one = by_product(forecast([Members("BOOK", rows, 1.0)], known, TODAY, 8))
    two = by_product(
        forecast(
            [Members("BOOK", rows[:1]), Members("BOOK", rows[1:])], known, TODAY, 8
        )
    )
    assert one["COF", SEP_6].sigma > two["COF", SEP_6].sigma * 1.1
    # By hand: 3/4 and 9/16 stay, nobody skips; the pair adds 2 × 9/16 × 1/4
    variance = 3 / 4 * 1 / 4 + 9 / 16 * 7 / 16 + 2 * 9 / 16 * 1 / 4
    assert one["COF", SEP_6].sigma ** 2 == pytest.approx(variance, rel=1e-3)


def test_little_known():
    """Rates of which little is known widen the band."""
    members = [Members("BOOK", (Row(3, SEP_6, (("BK3", "BK3", 1),)),), count=1000)]
    sigmas = [
        by_product(forecast(members, rates, TODAY, 8))["BK3", SEP_6].sigma
        for rates in (
            Rates({("BOOK", 3): Counts(100_000, 15_000, 5_000)}),
            Rates({("BOOK", 3): Counts(20, 3, 1)}),
        )
    ]
    assert sigmas[0] * 4 < sigmas[1]


# === THE FACTOR === #


def test_phi():
    hit, miss = (100, 100, 10), (130, 100, 10)
    assert get_phi([hit] * 19) == (1.0, 19)
    assert get_phi([miss] * 19) == (1.0, 19)
    assert get_phi([hit] * 20) == (1.0, 20)
    assert get_phi([miss] * 20) == (9.0, 20)
    # What is too small says nothing
    assert get_phi([(9, 4.9, 1)] * 50 + [(9, 5, 0.4)] * 50) == (1.0, 0)


def test_phi_widens():
    lines = by_product(forecast(MEMBERS.values(), make_rates(), TODAY, 8))
    wide = by_product(forecast(MEMBERS.values(), make_rates(), TODAY, 8, phi=9.0))
    assert (wide["COF", SEP_27].low, wide["COF", SEP_27].high) == (0, 3)
    assert wide["COF", SEP_27].sigma == lines["COF", SEP_27].sigma
    assert wide["COF", SEP_27].expected == lines["COF", SEP_27].expected


# === WHAT ALWAYS HOLDS === #


def draw_members(draw):
    day = date(2027, 8, 1)
    rows = []
    for turn in range(draw.randint(1, 20), draw.randint(21, 30)):
        day = date.fromordinal(day.toordinal() + draw.choice((0, 7, 28, 31)))
        goods = tuple(
            (event, draw.choice("xyz"), draw.choice((1, 2, 0.5)))
            for event in draw.sample("abcd", draw.randint(0, 3))
        )
        rows.append(Row(turn, day, goods, not rows and draw.random() < 0.2))
    return Members(
        draw.choice(("BOOK", "COFFEE", "NEW")),
        tuple(rows),
        draw.random(),
        draw.choice(("", "", "payment", "other")),
        draw.random() < 0.1,
        draw.randint(1, 40),
    )


@pytest.mark.parametrize("seed", range(12))
def test_random(seed):
    """The parts add up, the band holds what is expected, and order does not matter."""
    draw = random.Random(seed)
    groups = [draw_members(draw) for _number in range(30)]
    phi = draw.choice((1.0, 4.0))
    lines = forecast(groups, make_rates(), TODAY, 13, phi)
    totals = {}
    for line in lines:
        parts = line.open - line.blocked - line.leaving - line.skipping
        assert line.expected == pytest.approx(parts, abs=1e-9)
        assert -1e-9 <= line.low <= line.expected + 1e-9
        assert line.expected <= line.high + 1e-9
        assert line.high <= line.open + 1e-9
        assert line.needed >= line.expected - 1e-9
        key = line.key[0], line.week
        totals[key] = totals.get(key, 0.0) + line.expected
    for (_level, week), total in totals.items():
        assert total == pytest.approx(totals["program", week])
    draw.shuffle(groups)
    assert forecast(groups, make_rates(), TODAY, 13, phi) == lines
    split = [
        replace(members, count=members.count / 2)
        for members in groups
        for _half in "ab"
    ]
    again = forecast(split, make_rates(), TODAY, 13, phi)
    assert [line.expected for line in again] == pytest.approx(
        [line.expected for line in lines]
    )
    assert [line.sigma for line in again] == pytest.approx(
        [line.sigma for line in lines]
    )
