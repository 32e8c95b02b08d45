# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The extension and what was postponed: one parcel a day, in the rhythm of the plan."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from ... import planning
from .planning_notation import dates_of, day, days, ledger, program

TODAY = date(2026, 11, 28)
REQUEST = planning.Request(TODAY)
CLUB = "A; B +30 endless"
# 30 days apart: #1 of A, then thirteen of B
LAID_OUT = days(
    "2026-11-28 12-28 2027-01-27 02-26 03-28 04-27 05-27 06-26 07-26 08-25 09-24"
    " 10-24 11-23 12-23"
)


def club(closed=0):
    """The ledger as it was sold."""
    return ledger(planning.lay_out(program(CLUB), REQUEST, threshold=0), closed)


def put(rows, number, on):
    """Move one shipment alone."""
    rows[number - 1] = replace(rows[number - 1], planned_date=on, is_kept=True)


def close(rows, numbers):
    """Skip shipments."""
    for number in numbers:
        rows[number - 1] = replace(rows[number - 1], is_open=False)


def postpone(plan, rows, number, today=TODAY, goes_on=True):
    """Postpone a shipment, and say until when."""
    to = planning.postponed_day(plan, rows, number - 1, today, goes_on=goes_on)
    put(rows, number, to)
    return to


def append(rows, occurrences):
    """The ledger with what the extension appends."""
    return rows + ledger(occurrences)


def apply(rows, changes):
    """The ledger once the changes were written."""
    rows = list(rows)
    for change in changes:
        rows[change.index] = replace(
            rows[change.index],
            scheduled_date=change.scheduled_date,
            planned_date=change.planned_date,
            is_anchor=change.is_anchor,
        )
    return rows


# === WHERE IT GOES ON === #


def test_a_postponed_one_has_its_day():
    """#1 leaves where #15 would have left; #15 leaves 30 days later."""
    plan, rows = program(CLUB), club()
    assert [row.planned_date for row in rows] == LAID_OUT
    assert postpone(plan, rows, 1) == day("2028-01-22")
    close(rows, range(2, 13))
    added = planning.extend(plan, rows, threshold=0)
    assert dates_of(added) == days(
        "2028-02-21 03-22 04-21 05-21 06-20 07-20 08-19 09-18 10-18"
    )
    assert [one.occurrence for one in added] == list(range(13, 22))


def test_two_postponed_ones():
    plan, rows = program(CLUB), club()
    assert postpone(plan, rows, 2) == day("2028-01-22")
    assert postpone(plan, rows, 1) == day("2028-02-21")
    close(rows, range(3, 14))
    assert dates_of(planning.extend(plan, rows, threshold=4)) == [day("2028-03-22")]


def test_left_out_afterwards():
    """It may be sent after all: its day stays its own, whatever came first."""
    plan, rows = program(CLUB), club()
    postpone(plan, rows, 1)
    close(rows, range(1, 14))
    assert dates_of(planning.extend(plan, rows, threshold=2)) == [day("2028-02-21")]


def test_one_that_has_left():
    """#14 was sent on the day the plan has for #15."""
    plan, rows = program(CLUB), club(closed=14)
    put(rows, 14, day("2028-01-22"))
    assert dates_of(planning.extend(plan, rows, threshold=1)) == [day("2028-02-21")]


def test_a_day_between_holds_nothing():
    """Only the same day is passed over: the plan goes on as it was sold."""
    plan, rows = program(CLUB), club(closed=13)
    put(rows, 14, day("2028-01-21"))
    assert dates_of(planning.extend(plan, rows, threshold=2)) == [day("2028-01-22")]


@pytest.mark.parametrize(
    ("moved_to", "expected"),
    [
        ("2027-12-05", "12-31 2028-01-31 02-29"),
        ("2027-12-31", "2028-01-31 02-29 03-31"),
        ("2028-01-31", "2027-12-31 2028-02-29 03-31"),
        ("2028-02-29", "2027-12-31 2028-01-31 03-31"),
    ],
)
def test_months(moved_to, expected):
    """The last day of the month stays it, at once and one night after the other."""
    plan = program("A M-same x8")
    rows = ledger(
        planning.lay_out(plan, planning.Request(day("08-31")), threshold=3), 4
    )
    put(rows, 4, day(moved_to))
    assert dates_of(planning.extend(plan, rows, threshold=3)) == days(expected)
    for number in range(1, 4):
        rows = append(rows, planning.extend(plan, rows, threshold=number))
    assert [row.scheduled_date for row in rows[4:]] == days(expected)


def calendar_rows(text):
    """Two of A on 30 November and 7 December; a third one and B are to come."""
    plan = program(text)
    return plan, ledger(
        planning.lay_out(plan, planning.Request(day("11-30")), threshold=1)
    )


def test_an_event_of_the_calendar():
    """A Start order date is no step of the plan: it gives way by a day."""
    plan, rows = calendar_rows("A +7 x2; B SOD 12-20 +7 x1")
    put(rows, 1, day("12-20"))
    assert dates_of(planning.extend(plan, rows, threshold=5)) == days(
        "12-14 12-21 12-28"
    )


def test_the_plan_itself_may_send_two():
    """Its Start order date has passed: B leaves with the last A, as it was sold."""
    plan, rows = calendar_rows("A +7 x2; B SOD 10-01")
    assert dates_of(planning.extend(plan, rows, threshold=5)) == days("12-14 12-14")


# === WHERE IT IS POSTPONED TO === #


@pytest.mark.parametrize(
    ("number", "today", "expected"),
    [
        (1, "2026-11-28", "2028-01-22"),
        (14, "2026-11-28", "2028-01-22"),
        # The order was on hold for long
        (13, "2028-02-01", "2028-02-21"),
    ],
)
def test_postponed_while_the_plan_goes_on(number, today, expected):
    plan, rows = program(CLUB), club()
    assert postpone(plan, rows, number, day(today)) == day(expected)


def test_postponed_again():
    """Each time it leaves later than before."""
    plan, rows = program(CLUB), club()
    assert postpone(plan, rows, 1) == day("2028-01-22")
    assert postpone(plan, rows, 1) == day("2028-02-21")


def test_postponed_beside_one_that_was_moved_far():
    """One of 2035 neither draws the others along nor comes forward."""
    plan, rows = program(CLUB), club()
    put(rows, 3, day("2035-03-02"))
    assert postpone(plan, rows, 1) == day("2028-01-22")
    # 88 steps of 30 days behind 23 December 2027
    assert postpone(plan, rows, 3) == day("2035-03-16")


def test_postponed_by_months():
    """The next day of the plan, not as far as the last two lie apart."""
    plan = program("A M-same endless")
    request = planning.Request(day("2027-02-28"))
    rows = ledger(planning.lay_out(plan, request, threshold=2))
    assert postpone(plan, rows, 1) == day("2027-05-28")
    plan = program("A M-last endless")
    rows = ledger(planning.lay_out(plan, request, threshold=1))
    assert dates_of(planning.lay_out(plan, request, threshold=1)) == days(
        "2027-02-28 03-31"
    )
    assert postpone(plan, rows, 1) == day("2027-04-30")


def test_postponed_where_the_plan_has_ended():
    """As far behind the last one as the last two lie apart."""
    plan, rows = program("A; B +30 x2"), club()[:4]
    assert postpone(plan, rows, 1, goes_on=False) == day("2027-03-28")
    assert postpone(plan, rows, 2) == day("2027-04-27")


def test_postponed_where_the_customer_has_ended():
    """Behind the end, and it passes it."""
    plan, rows = program(CLUB), club()
    rows[4] = replace(rows[4], is_end=True)
    close(rows, range(6, 15))
    to = planning.postponed_day(plan, rows, 1, TODAY, goes_on=True)
    change = planning.move_one(rows, 1, to)
    assert planning.passes_end(rows, [change]) == [1]


def test_postponed_before_an_event_of_the_calendar():
    """The day of the calendar is taken from nobody."""
    plan, rows = calendar_rows("A +7 x2; B SOD 12-24")
    rows = append(rows, planning.extend(plan, rows, threshold=3))
    assert rows[-1].planned_date == day("12-14")
    assert postpone(plan, rows, 1, day("11-30")) == day("12-21")
    assert dates_of(planning.extend(plan, rows, threshold=5)) == [day("12-24")]


def test_postponed_beyond_all_dates():
    plan, rows = program("A; B +9999 endless"), club()[:2]
    put(rows, 2, day("2076-12-01"))
    with pytest.raises(planning.TooFar):
        postpone(plan, rows, 2)


# === ALL LATER ONES, THE UPDATE === #


@pytest.fixture
def extended():
    """#1 was postponed, #2 to #12 left out, and the plan went on."""
    plan, rows = program(CLUB), club()
    postpone(plan, rows, 1)
    close(rows, range(2, 13))
    return append(rows, planning.extend(plan, rows, threshold=0))


def test_this_and_all_later(extended):
    """Three days later each, also the postponed one; nobody comes to its day."""
    plan = program(CLUB)
    changes = planning.move_all_later(plan, extended, 12, day("2027-11-26"))
    rows = apply(extended, changes)
    assert [row.planned_date for row in rows[12:17]] == days(
        "2027-11-26 12-26 2028-02-24 03-25 04-24"
    )
    assert rows[0].planned_date == day("2028-01-25")
    again = planning.move_all_later(plan, rows, 12, day("2027-11-26"))
    assert apply(rows, again) == rows


def test_the_postponed_one_and_all_later(extended):
    plan = program(CLUB)
    changes = planning.move_all_later(plan, extended, 0, day("2028-01-25"))
    rows = apply(extended, changes)
    assert [row.planned_date for row in rows[12:16]] == days(
        "2027-11-23 12-23 2028-02-24 03-25"
    )


def test_resumed_behind_it(extended):
    """Paused until May: what would be overtaken is carried along."""
    plan = program(CLUB)
    rows = apply(extended, planning.resume(plan, extended, day("2028-05-01"), "shift"))
    assert [row.planned_date for row in rows[12:16]] == days(
        "2028-05-01 05-31 07-30 08-29"
    )
    assert rows[0].planned_date == day("2028-06-30")


def test_the_update_finds_nothing_to_do(extended):
    plan = program(CLUB)
    steps = planning.update(plan, extended, REQUEST, threshold=0)
    assert {step.action for step in steps} == {"keep"}


def test_the_update_passes_over_it_too():
    """Every 28 days now: the sixteenth would leave on the day #1 has."""
    rows = club()
    plan = program(CLUB)
    postpone(plan, rows, 1)
    assert rows[0].planned_date - TODAY == timedelta(days=15 * 28)
    rows = append(rows, planning.extend(plan, rows, threshold=16))
    plan = program("A; B +28 endless")
    steps = planning.update(plan, rows, REQUEST, threshold=0)
    assert [step.date for step in steps[12:]] == days(
        "2027-10-30 11-27 12-25 2028-02-19"
    )
    for step in steps:
        if step.action == "move":
            rows[step.index] = replace(
                rows[step.index], scheduled_date=step.date, planned_date=step.date
            )
    again = planning.update(plan, rows, REQUEST, threshold=0)
    assert {step.action for step in again} == {"keep"}


def test_who_chose_a_day_twice_keeps_both():
    """#3 was put on the day of #4 by hand: an unchanged program moves nothing."""
    rows = club()
    put(rows, 3, rows[3].planned_date)
    steps = planning.update(program(CLUB), rows, REQUEST, threshold=0)
    assert {step.action for step in steps} == {"keep"}


def test_the_update_does_not_pass_the_end():
    """Ended with #5 of 28 March. Every 45 days #4 would leave on 12 April."""
    rows = club()[:5]
    rows[4] = replace(rows[4], is_end=True, is_kept=True)
    steps = planning.update(program("A; B +45 endless"), rows, REQUEST, threshold=0)
    assert {step.action for step in steps} == {"keep"}
    assert [step.date for step in steps] == LAID_OUT[:5]
    # Every 40 days #4 would leave with #5, and so pass it
    steps = planning.update(program("A; B +40 endless"), rows, REQUEST, threshold=0)
    assert {step.action for step in steps} == {"keep"}
    # Every 35 days the end is not reached
    steps = planning.update(program("A; B +35 endless"), rows, REQUEST, threshold=0)
    assert [step.date for step in steps] == days(
        "2026-11-28 2027-01-02 02-06 03-13 03-28"
    )


def test_the_update_gives_no_day_twice():
    """#5 stays on 28 March. Every 40 days #4 would leave on it, and #6 where #4 is."""
    rows = club()[:7]
    rows[4] = replace(rows[4], is_kept=True)
    plan = program("A; B +40 x5")
    steps = planning.update(plan, rows, REQUEST, threshold=0)
    assert [step.date for step in steps] == days(
        "2026-11-28 2027-01-07 02-16 05-07 03-28 06-16 07-26"
    )
    for step in steps:
        if step.action == "move":
            rows[step.index] = replace(
                rows[step.index], scheduled_date=step.date, planned_date=step.date
            )
    again = planning.update(plan, rows, REQUEST, threshold=0)
    assert {step.action for step in again} == {"keep"}


# === WHAT IT COPIES FROM === #


def test_the_pattern_is_what_leaves_last():
    rows = club()
    assert planning.last_of_events(rows) == {"A": 0, "B": 13}
    put(rows, 5, day("2028-01-22"))
    assert planning.last_of_events(rows) == {"A": 0, "B": 4}
    put(rows, 14, day("2027-01-01"))
    put(rows, 5, day("2027-01-02"))
    assert planning.last_of_events(rows) == {"A": 0, "B": 12}
    assert planning.last_of_events([]) == {}


# === THE AGREED END === #


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        # (number, new day)
        ([(2, "2027-03-29")], [1]),
        ([(2, "2027-03-28")], []),
        ([(2, "2027-03-27")], []),
        # The last one itself moves the end
        ([(5, "2027-04-27")], []),
        ([(5, "2027-02-01")], []),
        # All are moved, the end with them
        ([(4, "2027-03-30"), (5, "2027-04-30")], []),
        ([(3, "2027-05-01"), (4, "2027-03-30"), (5, "2027-04-30")], [2]),
    ],
)
def test_passes_the_end(changes, expected):
    """Ended with #5, which leaves on 28 March."""
    rows = club()
    rows[4] = replace(rows[4], is_end=True)
    written = [planning.move_one(rows, n - 1, day(on)) for n, on in changes]
    assert planning.passes_end(rows, written) == expected


def test_behind_the_end_already():
    """Who agreed to it once is not asked each time."""
    rows = club()
    rows[4] = replace(rows[4], is_end=True)
    put(rows, 2, day("2027-05-01"))
    assert not planning.passes_end(rows, [planning.move_one(rows, 1, day("05-09"))])
    assert not planning.passes_end(club(), [planning.move_one(rows, 1, day("05-09"))])


# === WHATEVER HAPPENS === #

settings.register_profile("extend", derandomize=True, deadline=None, database=None)
settings.load_profile("extend")

TIMINGS = st.one_of(
    st.integers(1, 40).map(lambda number: {"days_from_last": number}),
    st.builds(
        planning.Interval,
        unit=st.sampled_from(["day", "week", "month", "quarter"]),
        count=st.integers(1, 3),
        anchor=st.just("same"),
    ).map(lambda interval: {"interval": interval}),
    st.builds(
        planning.Interval,
        unit=st.sampled_from(["week", "month"]),
        count=st.integers(1, 2),
        anchor=st.sampled_from(["first", "last"]),
    ).map(lambda interval: {"interval": interval}),
)
ACTS = st.lists(
    st.tuples(
        st.sampled_from(
            ["postpone", "postpone", "skip", "unskip", "leave", "extend", "on plan day"]
        ),
        st.integers(0, 40),
    ),
    max_size=14,
)


STARTS = st.dates(date(2027, 1, 1), date(2029, 12, 31))


@st.composite
def series(draw):
    """A program without days of the calendar, endless or not."""
    last = draw(st.integers(1, 3))
    return planning.Program(
        tuple(
            planning.Event(
                key=f"event {number}",
                number=number,
                repeat_count=draw(st.integers(0, 5))
                if number < last
                else draw(st.sampled_from([-1, -1, 12])),
                **draw(TIMINGS),
            )
            for number in range(1, last + 1)
        )
    )


def live(plan, rows, acts, threshold):
    """Do some acts; yield the ledger before and after each extension."""
    for act, number in acts:
        index = number % len(rows)
        row = rows[index]
        if act == "extend":
            added = planning.extend(plan, rows, threshold=threshold)
            yield rows, added
            rows = append(rows, added)
        elif act == "postpone" and row.is_open:
            goes_on = not planning.is_complete(plan, rows)
            held = {other.planned_date for other in rows}
            to = planning.postponed_day(plan, rows, index, TODAY, goes_on=goes_on)
            assert to > row.planned_date
            assert to not in held
            rows[index] = replace(row, planned_date=to, is_kept=True)
        elif act == "on plan day" and row.is_open:
            # By hand, to a day the plan is going to reach
            ahead = planning.extend(plan, rows, threshold=threshold + 20)
            if ahead:
                to = ahead[number % len(ahead)].date
                rows[index] = replace(row, planned_date=to, is_kept=True)
        elif act == "leave" and row.is_open:
            rows[index] = replace(row, is_open=False, has_left=True)
        elif act in ("skip", "unskip") and not row.has_left:
            rows[index] = replace(row, is_open=act == "unskip")


@given(series(), STARTS, ACTS, st.integers(1, 4))
def test_no_two_come_to_one_day(plan, start, acts, threshold):
    request = planning.Request(start)
    rows = ledger(planning.lay_out(plan, request, threshold=threshold))
    ends = [("extend", 0), ("skip", 1), ("skip", 2), ("extend", 0)]
    for before, added in live(plan, rows, [*acts, *ends], threshold):
        new = dates_of(added)
        assert not set(new) & {row.planned_date for row in before}
        assert new == sorted(set(new))
        assert all(one.date > before[-1].scheduled_date for one in added)


@given(series(), STARTS, ACTS)
def test_the_interval_is_kept(plan, start, acts):
    """What is appended leaves on days the plan would have had without the others."""
    request = planning.Request(start)
    rows = ledger(planning.lay_out(plan, request, threshold=2))
    for before, added in live(plan, rows, [*acts, ("extend", 0)], 2):
        if not added or len({one.event.key for one in added}) > 1:
            continue
        unmoved = [replace(row, planned_date=row.scheduled_date) for row in before]
        rhythm = planning.extend(
            replace_repeats(plan), unmoved, threshold=len(before) + 10 + len(added)
        )
        rhythm = [one.date for one in rhythm if one.event.key == added[0].event.key]
        held = {row.planned_date for row in before}
        free = [on for on in rhythm if on not in held]
        assert dates_of(added) == free[: len(added)]


def replace_repeats(plan):
    """The program, its last event without an end."""
    *others, last = plan.events
    return replace(plan, events=(*others, replace(last, repeat_count=-1)))


@given(series(), STARTS, ACTS)
def test_night_by_night_as_at_once(plan, start, acts):
    """However many are appended at a time, and asked again, it is the same plan."""
    request = planning.Request(start)
    rows = ledger(planning.lay_out(plan, request, threshold=2))
    for before, _added in live(plan, rows, [*acts, ("extend", 0)], 2):
        is_open = sum(row.is_open for row in before)
        at_once = planning.extend(plan, before, threshold=is_open + 5)
        assume(len(at_once) == 5)
        assert planning.extend(plan, before, threshold=is_open + 5) == at_once
        nightly = list(before)
        for number in range(1, 6):
            nightly = append(
                nightly, planning.extend(plan, nightly, threshold=is_open + number)
            )
        added = nightly[len(before) :]
        assert [row.scheduled_date for row in added] == dates_of(at_once)
        assert [row.occurrence for row in added] == [o.occurrence for o in at_once]


@given(series(), STARTS, ACTS, st.integers(1, 9))
def test_all_later_ones_keep_out_of_each_others_way(plan, start, acts, step):
    """Moved by whole weeks where dates count days: no two come to one day."""
    assume(all(event.days_from_last for event in plan.events))
    request = planning.Request(start)
    rows = ledger(planning.lay_out(plan, request, threshold=3))
    for before, added in live(plan, rows, [*acts, ("extend", 0)], 3):
        ledger_now = append(before, added)
        days_now = [row.planned_date for row in ledger_now if row.is_open]
        assume(len(days_now) > 1 and len(days_now) == len(set(days_now)))
        index = min(
            (i for i, row in enumerate(ledger_now) if row.is_open),
            key=lambda i: ledger_now[i].planned_date,
        )
        to = ledger_now[index].planned_date + timedelta(days=step)
        changes = planning.move_all_later(plan, ledger_now, index, to)
        moved = [r.planned_date for r in apply(ledger_now, changes) if r.is_open]
        assert len(moved) == len(set(moved))
