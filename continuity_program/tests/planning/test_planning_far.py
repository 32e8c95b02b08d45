# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Dates that nobody means: planning refuses them itself, and says which event."""

from dataclasses import replace
from datetime import MAXYEAR, date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ... import planning
from .planning_notation import days, ledger

ORDERED = date(2027, 9, 10)
LAST = date(2077, 12, 31)
REQUEST = planning.Request(ORDERED)


def event(number=1, **values):
    return planning.Event(f"E{number}", number, **values)


def program(*events, **values):
    return planning.Program(events, **values)


def yearly(count):
    return planning.Interval("year", count)


FAR = [
    # A million days, fifty times
    event(2, days_from_last=10**6, repeat_count=50),
    # More days than a date has, and more than Python can count
    event(2, days_from_last=10**9),
    event(2, days_from_last=10**12),
    # 31 December 9999 and its repeats
    event(2, start_order_date=date.max, days_from_last=1, repeat_count=5),
    event(2, start_order_date=date.max),
    # A thousand million years
    event(2, interval=yearly(10**9)),
    event(2, interval=planning.Interval("month", 10**9, "first")),
    event(2, interval=planning.Interval("month", 10**9, "last"), repeat_count=1),
    event(2, interval=planning.Interval("week", 10**9, "last"), repeat_count=1),
    event(2, interval=planning.Interval("day", 10**9)),
    # A thousand million repeats
    event(2, days_from_last=1, repeat_count=10**9),
    event(2, days_from_last=7, repeat_count=10**9),
]


@pytest.mark.parametrize("far", FAR)
def test_a_plan_says_which_event_leads_too_far(far):
    sold = program(event(1), far)
    with pytest.raises(planning.TooFar) as caught:
        planning.lay_out(sold, REQUEST, threshold=0)
    assert caught.value.code == "too_far"
    assert caught.value.data == {"number": 2, "until": LAST}


@pytest.mark.parametrize("far", FAR)
def test_extension_and_update_say_it_too(far):
    rows = ledger(planning.lay_out(program(event(1)), REQUEST, threshold=0))
    sold = program(event(1), far)
    with pytest.raises(planning.TooFar) as caught:
        planning.extend(sold, rows, threshold=0)
    assert caught.value.data["number"] == 2
    with pytest.raises(planning.TooFar):
        planning.update(sold, rows, REQUEST, threshold=0)


@pytest.mark.parametrize("far", FAR)
def test_the_calendar_ends_with_the_years_ahead(far):
    """What a program does in fifty years keeps nobody from selling it today."""
    sold = program(event(1), far)
    found = planning.pointer(sold, ORDERED, ORDERED)
    assert (found.number, found.ended, found.ended_on) == (1, False, None)


def test_the_last_day():
    """31 December of the fiftieth year is planned, the day after it is not."""
    distance = (LAST - ORDERED).days
    sold = program(event(1), event(2, days_from_last=distance))
    assert [one.date for one in planning.plan(sold, REQUEST)] == [ORDERED, LAST]
    sold = program(event(1), event(2, days_from_last=distance + 1))
    with pytest.raises(planning.TooFar):
        list(planning.plan(sold, REQUEST))


def test_the_start():
    sold = program(event(1, days_from_last=1, repeat_count=1))
    for start in (date(2078, 1, 1), date.max):
        with pytest.raises(planning.TooFar) as caught:
            planning.lay_out(sold, replace(REQUEST, start_date=start), threshold=0)
        assert caught.value.data["number"] == 1
    late = program(event(1), days_after_order=10**9)
    with pytest.raises(planning.TooFar):
        planning.lay_out(late, REQUEST, threshold=0)


def test_an_endless_program_is_laid_out_as_far_as_asked():
    sold = program(event(1, days_from_last=30, repeat_count=-1))
    assert len(planning.lay_out(sold, REQUEST, threshold=0)) == 13


def test_shipments_are_counted_without_dates():
    sold = program(event(1), event(2, days_from_last=10**6, repeat_count=2))
    assert [(one.key, i) for one, i in planning.numbered(sold)] == [
        ("E1", 0),
        ("E2", 0),
        ("E2", 1),
        ("E2", 2),
    ]
    sold = program(event(1, days_from_last=1, repeat_count=10**9))
    assert len(planning.numbered(sold)) == 20_000


@pytest.fixture
def rows():
    sold = program(event(1, days_from_last=30, repeat_count=2))
    return ledger(planning.lay_out(sold, REQUEST, threshold=0))


@pytest.mark.parametrize("day", [date(2078, 1, 1), date.max])
def test_changes_for_a_customer(rows, day):
    sold = program(event(1, days_from_last=30, repeat_count=2))
    with pytest.raises(planning.TooFar):
        planning.move_one(rows, 1, day, ORDERED)
    with pytest.raises(planning.TooFar):
        planning.move_all_later(sold, rows, 1, day, ORDERED)
    with pytest.raises(planning.TooFar):
        planning.new_start(sold, rows, day, ORDERED)


@pytest.mark.parametrize("number", [20_000, 10**6, 10**9, 10**12])
def test_days_added(rows, number):
    with pytest.raises(planning.TooFar):
        planning.shift(rows, number, ORDERED)


def test_the_row_behind_reaches_too_far(rows):
    sold = program(event(1, days_from_last=30, repeat_count=2))
    with pytest.raises(planning.TooFar):
        planning.move_all_later(sold, rows, 1, date(2077, 12, 5), ORDERED)
    assert planning.move_one(rows, 1, date(2077, 12, 5), ORDERED)


def test_resumed_at_the_end_of_time(rows):
    sold = program(event(1, days_from_last=30, repeat_count=2))
    with pytest.raises(planning.TooFar):
        planning.resume(sold, rows, date.max, "shift")
    with pytest.raises(planning.TooFar):
        planning.resume(sold, rows, date.max, "keep", is_prepaid=True)


def test_behind_the_last_day_there_is_none(rows):
    rows = [replace(row, planned_date=date.max) for row in rows]
    with pytest.raises(planning.TooFar):
        planning.behind(rows)


@pytest.mark.parametrize(
    "schedule",
    [
        planning.Schedule("fixed_quantity", "years", 10**9, 2),
        planning.Schedule("fixed_quantity", "months", 10**9, 2),
        planning.Schedule("fixed_quantity", "days", 10**12, 2),
        planning.Schedule(
            "specified",
            lines=(
                planning.ScheduleLine("percent", Decimal(50)),
                planning.ScheduleLine("percent", Decimal(50), 10**9),
            ),
        ),
    ],
)
def test_instalments(schedule):
    with pytest.raises(planning.ScheduleError) as caught:
        planning.instalments(Decimal(90), schedule, ORDERED, Decimal("0.01"))
    assert caught.value.code == "too_far"
    assert caught.value.data == {"line": 2}


# --- Whatever is typed ----------------------------------------------------------

NUMBERS = st.one_of(
    st.integers(0, 400), st.sampled_from([10**4, 10**6, 10**9, 10**12, 2**31])
)
INTERVALS = st.builds(
    planning.Interval,
    st.sampled_from(["day", "week", "month", "quarter", "year"]),
    NUMBERS.filter(bool),
    st.sampled_from(["same", "first", "last"]),
)
# Other workers of the machine make a single example slow; see the other properties.
settings.register_profile("planning", derandomize=True, deadline=None, database=None)
settings.load_profile("planning")
DAYS = st.one_of(
    st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.dates(), st.just(date.max)
)


@st.composite
def wild_programs(draw):
    """One to three events, with anything typed into their numbers and dates."""
    values = st.fixed_dictionaries(
        {
            "days_from_last": NUMBERS,
            "interval": st.none() | INTERVALS,
            "start_order_date": st.none() | DAYS,
            "repeat_count": NUMBERS | st.just(-1),
        }
    )
    events = [event(i, **draw(values)) for i in range(1, draw(st.integers(2, 4)))]
    return program(*events, days_after_order=draw(NUMBERS))


@settings(max_examples=60)
@given(
    wild_programs(),
    DAYS,
    st.none() | DAYS,
    DAYS,
    st.sampled_from([1, 3, 20]),
    NUMBERS,
)
def test_planning_raises_its_own_errors_only(sold, order, start, day, few, number):
    """Nothing of what is typed ends in an error of Python, or beyond the last day."""
    request = planning.Request(order, start)
    steps = [
        lambda: planning.lay_out(sold, request, threshold=few),
        lambda: planning.pointer(sold, order, order),
    ]
    try:
        plan = steps[0]()
    except planning.PlanningError:
        plan = planning.lay_out(
            program(event(1)), planning.Request(ORDERED), threshold=0
        )
        order = ORDERED
    assert all(one.date.year <= min(order.year + 50, MAXYEAR) for one in plan)
    rows = ledger(plan)
    steps += [
        lambda: planning.extend(sold, rows, threshold=few + 1, today=order),
        lambda: planning.update(sold, rows, request, threshold=few, today=order),
        lambda: planning.move_one(rows, 0, day, order),
        lambda: planning.move_all_later(sold, rows, 0, day, order),
        lambda: planning.new_start(sold, rows, day),
        lambda: planning.shift(rows, number, order),
        lambda: planning.resume(sold, rows, day, "shift"),
        lambda: planning.resume(sold, rows, day, "keep", is_prepaid=True),
        lambda: planning.behind(rows),
        lambda: planning.numbered(sold)[:1],
    ]
    for step in steps:
        try:
            step()
        except planning.PlanningError as error:
            assert error.code


def test_the_tables_stay():
    """A plan of thirty years is a plan."""
    sold = program(event(1, interval=planning.Interval("month"), repeat_count=360))
    plan = planning.lay_out(sold, REQUEST, threshold=0)
    assert [plan[0].date, plan[-1].date] == days("2027-09-10 2057-09-10")
