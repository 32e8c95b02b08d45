# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What must hold for every program and every amount (hypothesis).

Plain pytest functions: Odoo's own test runner does not collect them.
"""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import islice

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ... import planning
from .planning_notation import ledger

# The same examples in every run, no time limit on a slow machine, no files left.
settings.register_profile("planning", derandomize=True, deadline=None, database=None)
settings.load_profile("planning")

DAYS = st.dates(date(2020, 1, 1), date(2032, 12, 31))
UNITS = ["day", "week", "month", "quarter", "year"]
INTERVALS = st.builds(
    planning.Interval,
    unit=st.sampled_from(UNITS),
    count=st.integers(1, 4),
    anchor=st.sampled_from(["same", "first", "last"]),
)
CURRENCIES = st.sampled_from([Decimal(1), Decimal("0.01"), Decimal("0.001")])


@st.composite
def events(draw, number):
    """One event with a timing of its own."""
    interval = draw(st.none() | INTERVALS)
    return planning.Event(
        key=f"event {number}",
        number=number,
        action=draw(st.sampled_from(["send", "send", "send", "skip", "end"])),
        days_from_last=0 if interval else draw(st.integers(1, 60)),
        interval=interval,
        start_order_date=draw(st.none() | st.none() | DAYS),
        repeat_count=draw(st.integers(0, 4)),
    )


@st.composite
def programs(draw):
    """A program of up to five events with an end."""
    numbers = range(1, draw(st.integers(1, 5)) + 1)
    sold = planning.Program(
        events=tuple(draw(events(number)) for number in numbers),
        order_start=draw(st.sampled_from(["first", "current"])),
        days_after_order=draw(st.integers(0, 10)),
        current_number=draw(st.integers(0, len(numbers))),
        current_start=draw(st.sampled_from(["full", "remaining"])),
        current_occurrence=draw(st.integers(0, 4)),
    )
    assume(planning.starting_point(sold))
    return sold


REQUESTS = st.builds(
    planning.Request,
    order_date=DAYS,
    start_date=st.none() | DAYS,
    duration=st.integers(0, 5),
)


@given(programs(), REQUESTS)
def test_dates_never_go_back(sold, request):
    dates = [one.date for one in planning.plan(sold, request)]
    assert dates == sorted(dates)


@given(INTERVALS, DAYS)
def test_an_interval_always_moves_on(interval, start):
    previous = start
    for _ in range(20):
        following = interval.after(previous, start)
        assert following > previous
        previous = following


@given(programs(), REQUESTS)
def test_every_event_ships_once_and_its_repeats(sold, request):
    shipped = list(planning.plan(sold, request))
    ledger_keys = [(one.event.key, one.occurrence) for one in shipped]
    assert len(set(ledger_keys)) == len(ledger_keys)
    start, first = planning.starting_point(sold)
    active = planning.active_events(sold, request.duration)
    assert active[0] == start
    assert len(shipped) == sum(one.shipments for one in active) - first


def is_sparse_last(interval):
    """Tell whether an interval means the last day of every second period or less."""
    return bool(interval and interval.anchor == "last" and interval.count > 1)


@given(programs(), REQUESTS)
def test_ordering_a_day_later_never_loses_a_shipment(sold, request):
    # With the current event a Start order date stops counting once it has come, and
    # "last day, every 2 weeks" waits two weeks on that day but one before it (R5).
    assume(sold.order_start == "first")
    assume(not any(is_sparse_last(event.interval) for event in sold.events))
    later = replace(request, order_date=request.order_date + timedelta(days=1))
    before = list(planning.plan(sold, request))
    after = list(planning.plan(sold, later))
    assert [one.event for one in before] == [one.event for one in after]
    for one, other in zip(before, after, strict=True):
        assert one.date <= other.date


@given(programs(), REQUESTS, DAYS, st.integers(0, 30))
def test_running_a_day_later_never_loses_a_due_shipment(sold, request, today, window):
    shipped = list(planning.plan(sold, request))

    def due(run_date):
        return [
            (one.event.key, one.occurrence)
            for one in shipped
            if planning.due_from(one.date, window) <= run_date
        ]

    assert set(due(today)) <= set(due(today + timedelta(days=1)))


@given(programs(), DAYS, DAYS)
def test_the_pointer_only_moves_forward(sold, anchor, today):
    fresh = replace(sold, current_number=0, current_occurrence=0)
    one = planning.pointer(fresh, anchor, today)
    stored = replace(
        fresh, current_number=one.number, current_occurrence=one.occurrence
    )
    other = planning.pointer(stored, anchor, today + timedelta(days=1))
    assert (other.number, other.occurrence) >= (one.number, one.occurrence)
    whole = planning.pointer(fresh, anchor, today + timedelta(days=1))
    assert one.passed + other.passed == whole.passed


@given(programs(), REQUESTS)
def test_a_skipped_event_is_as_if_absent(sold, request):
    sent = tuple(one for one in sold.events if one.action != "skip")
    without = replace(sold, events=sent)
    assert list(planning.plan(sold, request)) == list(planning.plan(without, request))


@given(programs(), REQUESTS, st.integers(1, 5))
def test_planning_in_steps_equals_planning_at_once(sold, request, threshold):
    at_once = list(planning.plan(sold, request))
    in_steps = planning.lay_out(sold, request, threshold=threshold)
    for shipped in range(1, len(at_once) + 1):
        rows = ledger(in_steps, shipped)
        in_steps += planning.extend(
            sold, rows, threshold=threshold, duration=request.duration
        )
    assert in_steps == at_once
    assert planning.is_complete(sold, ledger(in_steps), request.duration)


@given(programs(), REQUESTS)
def test_without_threshold_everything_is_laid_out(sold, request):
    laid_out = planning.lay_out(sold, request, threshold=0)
    assert laid_out == list(planning.plan(sold, request))
    rows = ledger(laid_out)
    again = planning.extend(sold, rows, threshold=0, duration=request.duration)
    assert again == []


@given(programs(), REQUESTS, DAYS)
def test_moving_the_first_row_and_all_later_is_planning_from_there(
    sold, request, start
):
    sold = replace(sold, days_after_order=0)
    rows = ledger(list(planning.plan(sold, request)))
    moved = planning.move_all_later(sold, rows, 0, start)
    expected = planning.plan(sold, replace(request, start_date=start))
    assert [one.planned_date for one in moved] == [one.date for one in expected]


@given(programs(), REQUESTS, DAYS, st.sampled_from(["shift", "keep"]))
def test_after_resuming_nothing_open_lies_before_the_day(sold, request, today, policy):
    rows = ledger(list(planning.plan(sold, request)))
    changes = planning.resume(sold, rows, today, policy)
    assert [one.index for one in changes] == list(range(len(rows)))
    stay = [one for one in changes if one.action != "skip"]
    assert all(one.planned_date >= today for one in stay)
    assert policy == "keep" or len(stay) == len(rows)


@given(programs(), REQUESTS, st.integers(-400, 400))
def test_adding_days_and_taking_them_off_again_changes_no_date(sold, request, number):
    rows = ledger(list(planning.plan(sold, request)))
    today = date(1990, 1, 1)
    # Nothing is moved to a day more than 50 years ahead
    assume(all(row.planned_date < date(2038, 1, 1) for row in rows))
    there = planning.shift(rows, number, today)
    moved = [
        replace(row, scheduled_date=one.scheduled_date, planned_date=one.planned_date)
        for row, one in zip(rows, there, strict=True)
    ]
    back = planning.shift(moved, -number, today)
    assert [one.planned_date for one in back] == [row.planned_date for row in rows]


@given(REQUESTS, events(1))
def test_an_endless_program_costs_only_what_is_asked_for(request, event):
    endless = replace(event, repeat_count=-1, action="send")
    sold = planning.Program((endless,))
    try:
        whole = planning.lay_out(sold, request, threshold=0)
    except planning.TooFar:
        # Thirteen times four years is more than what is planned ahead
        assume(False)
    assert len(whole) == 13
    first = list(islice(planning.plan(sold, request), 5))
    assert [one.occurrence for one in first] == [0, 1, 2, 3, 4]
    with pytest.raises(planning.EndlessProgram):
        planning.lay_out(sold, request, threshold=3, bill_upfront=True)
    assert len(planning.lay_out(sold, request, threshold=3)) == 4


def test_the_plan_dates_nothing_before_it_is_asked(monkeypatch):
    asked = []
    original = planning.Interval.after

    def counted(self, previous, anchor):
        asked.append(previous)
        return original(self, previous, anchor)

    monkeypatch.setattr(planning.Interval, "after", counted)
    endless = planning.Event(
        "A", 1, interval=planning.Interval("month"), repeat_count=-1
    )
    walk = planning.plan(
        planning.Program((endless,)), planning.Request(date(2027, 9, 10))
    )
    assert asked == []
    assert len(list(islice(walk, 5))) == 5
    assert len(asked) == 4


# --- Instalments --------------------------------------------------------------

SCHEDULES = st.one_of(
    st.builds(
        planning.Schedule,
        allocation=st.just("fixed_quantity"),
        unit=st.sampled_from(["days", "months", "years"]),
        interval=st.integers(0, 3),
        number_of_payments=st.integers(1, 60),
        minimum=st.integers(0, 50).map(Decimal),
    ),
    st.builds(
        planning.Schedule,
        allocation=st.just("fixed_amount"),
        unit=st.sampled_from(["days", "months", "years"]),
        interval=st.integers(0, 3),
        amount=st.integers(20, 500).map(Decimal),
        minimum=st.integers(0, 50).map(Decimal),
    ),
    st.builds(planning.Schedule, allocation=st.just("total")),
    st.none(),
)


@given(st.integers(60, 10_000_000), CURRENCIES, SCHEDULES, DAYS)
def test_instalments_add_up(units, unit, schedule, base):
    total = units * unit
    assume(not schedule or schedule.allocation != "fixed_amount" or total < 10_000)
    rows = planning.instalments(total, schedule, base, unit)
    assert sum(row.amount for row in rows) == total
    assert all(row.amount > 0 for row in rows)
    assert [row.date for row in rows] == sorted(row.date for row in rows)
    assert all(row.date >= base for row in rows)


@given(st.integers(60, 10_000_000), CURRENCIES, st.integers(1, 60), DAYS)
def test_equal_payments_are_as_many_as_asked_for(units, unit, number, base):
    schedule = planning.Schedule("fixed_quantity", number_of_payments=number)
    rows = planning.instalments(units * unit, schedule, base, unit)
    amounts = [row.amount for row in rows]
    assert len(amounts) == number
    assert len(set(amounts[:-1])) <= 1
    assert amounts[0] <= amounts[-1] < amounts[0] + number * unit


@given(st.integers(1, 10_000_000), CURRENCIES, st.lists(st.integers(1, 30), max_size=3))
def test_specified_lines_add_up_or_are_refused(units, unit, percent):
    lines = [
        planning.ScheduleLine("percent", Decimal(value), number)
        for number, value in enumerate([*percent, 0])
    ]
    schedule = planning.Schedule("specified", lines=tuple(lines))
    try:
        rows = planning.instalments(units * unit, schedule, date(2027, 8, 31), unit)
    except planning.ScheduleError as refused:
        assert refused.code == "row_not_positive"
        assert units < 100
    else:
        assert len(rows) == len(lines)
        assert sum(row.amount for row in rows) == units * unit
        assert all(row.amount > 0 for row in rows)


@given(st.integers(0, 10_000_000), CURRENCIES)
def test_floats_give_the_same_rows_as_decimals(units, unit):
    schedule = planning.Schedule("fixed_quantity", number_of_payments=1)
    exact = planning.instalments(units * unit, schedule, date(2027, 8, 31), unit)
    rounded = planning.instalments(
        float(units * unit), schedule, date(2027, 8, 31), float(unit)
    )
    assert exact == rounded
