# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Parcels go by date: what leaves next, last and later is not what has that number."""

from dataclasses import replace
from datetime import date

import pytest

from ... import planning
from .planning_notation import day, days, ledger, program

REQUEST = planning.Request(date(2026, 12, 15))
COFFEE = "C +28 x11"
# Twelve coffees, every four weeks
PLAN = days(
    "2026-12-15 2027-01-12 02-09 03-09 04-06 05-04 06-01 06-29 07-27 08-24 09-21 10-19"
)


def coffee(closed=0):
    """The ledger as it was sold."""
    plan = program(COFFEE)
    return ledger(planning.lay_out(plan, REQUEST, threshold=0), closed)


def move(rows, number, on):
    """Move one shipment alone."""
    change = planning.move_one(rows, number - 1, on)
    rows[change.index] = replace(rows[change.index], planned_date=change.planned_date)


@pytest.fixture
def postponed():
    """#2, then #1 were postponed behind the last one."""
    rows = coffee()
    for number in (2, 1):
        move(rows, number, planning.behind(rows))
    return rows


def after(rows, changes):
    """Planned dates once the changes were written."""
    return [row.planned_date for row in apply(rows, changes)]


def apply(rows, changes):
    """The ledger once the changes were written."""
    rows = list(rows)
    for change in changes:
        rows[change.index] = replace(
            rows[change.index],
            scheduled_date=change.scheduled_date,
            planned_date=change.planned_date,
            is_anchor=change.is_anchor,
            is_open=change.action != "skip" and rows[change.index].is_open,
        )
    return rows


def test_the_plan():
    assert [row.planned_date for row in coffee()] == PLAN


def test_postponed_behind_the_last(postponed):
    assert [row.planned_date for row in postponed[:2]] == days("2027-12-14 11-16")
    order = [i + 1 for i in planning.leaving_order(postponed)]
    assert order == [3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 2, 1]
    assert planning.first_open(postponed) == 2


def test_the_number_decides_between_parcels_of_one_day():
    rows = coffee()
    move(rows, 2, PLAN[4])
    assert planning.leaving_order(rows)[:5] == [0, 2, 3, 1, 4]


def test_what_was_cancelled_is_not_the_last():
    """Ended after #5: a postponed one leaves four weeks later, not next year."""
    rows = [replace(row, is_open=i < 5) for i, row in enumerate(coffee())]
    assert planning.behind(rows) == day("2027-05-04")


@pytest.mark.parametrize(
    ("number", "to", "expected"),
    [
        # The next one by a week: the plan behind it, and what leaves behind the plan
        (
            3,
            "02-16",
            "12-21 11-23 02-16 03-16 04-13 05-11 06-08 07-06 08-03 08-31 09-28 10-26",
        ),
        # In the middle
        (
            11,
            "09-28",
            "12-21 11-23 02-09 03-09 04-06 05-04 06-01 06-29 07-27 08-24 09-28 10-26",
        ),
        # A postponed one: only what leaves behind it, and that is the other one
        (
            2,
            "11-23",
            "12-21 11-23 02-09 03-09 04-06 05-04 06-01 06-29 07-27 08-24 09-21 10-19",
        ),
        # The last one of all moves nothing else
        (
            1,
            "12-16",
            "12-16 11-16 02-09 03-09 04-06 05-04 06-01 06-29 07-27 08-24 09-21 10-19",
        ),
    ],
)
def test_this_and_all_later(postponed, number, to, expected):
    plan = program(COFFEE)
    changes = planning.move_all_later(plan, postponed, number - 1, day(to))
    assert after(postponed, changes) == days(expected)
    # Doing it again changes nothing
    rows = apply(postponed, changes)
    again = planning.move_all_later(plan, rows, number - 1, day(to))
    assert after(rows, again) == days(expected)


def test_a_postponed_one_moves_without_the_plan(postponed):
    """What the plan says of #3 to #12 stays: the next update finds nothing to do."""
    plan = program(COFFEE)
    rows = apply(postponed, planning.move_all_later(plan, postponed, 1, day("11-23")))
    assert [row.scheduled_date for row in rows] == PLAN


def test_a_postponed_one_in_the_middle_leads_those_behind_it():
    """#2 between #3 and #4: from #4 on the plan counts from it, and stays so."""
    rows = coffee()
    move(rows, 2, day("03-07"))
    plan = program(COFFEE)
    rows = apply(rows, planning.move_all_later(plan, rows, 1, day("03-10")))
    planned = [row.planned_date for row in rows]
    assert planned[:5] == days("2026-12-15 2027-03-10 02-09 04-07 05-05")
    assert rows[3].is_anchor
    rows[1] = replace(rows[1], is_kept=True)
    steps = planning.update(plan, rows, REQUEST, threshold=0)
    assert {step.action for step in steps} == {"keep"}


def test_one_pulled_forward_is_not_later():
    """#12 leaves in January: moving #3 leaves it there, its place moves on."""
    rows = coffee()
    move(rows, 12, day("01-20"))
    plan = program(COFFEE)
    rows = apply(rows, planning.move_all_later(plan, rows, 2, day("02-16")))
    assert [row.planned_date for row in rows[:4]] == days(
        "2026-12-15 2027-01-12 02-16 03-16"
    )
    assert rows[11].planned_date == day("01-20")
    assert rows[11].scheduled_date == day("10-26")


def test_one_pulled_forward_takes_along_what_is_later():
    rows = coffee()
    move(rows, 12, day("01-20"))
    plan = program(COFFEE)
    rows = apply(rows, planning.move_all_later(plan, rows, 11, day("01-27")))
    assert [row.planned_date for row in rows[:4]] == days(
        "2026-12-15 2027-01-12 02-24 03-24"
    )
    assert rows[11].planned_date == day("01-27")


def test_a_gap_stays_a_gap():
    """#5 was postponed: its place stays empty when the plan moves."""
    rows = coffee()
    move(rows, 5, planning.behind(rows))
    plan = program(COFFEE)
    rows = apply(rows, planning.move_all_later(plan, rows, 2, day("02-16")))
    assert [row.planned_date for row in rows[2:6]] == days("02-16 03-16 11-23 05-11")
    assert rows[4].scheduled_date == day("04-13")


def test_new_start_is_of_the_next_parcel(postponed):
    changes = planning.new_start(program(COFFEE), postponed, day("02-23"))
    assert after(postponed, changes) == days(
        "12-28 11-30 02-23 03-23 04-20 05-18 06-15 07-13 08-10 09-07 10-05 11-02"
    )


def test_add_days_to_what_leaves_later(postponed):
    """From #11 on: #11, #12, and the two behind them."""
    changes = planning.shift(postponed, 7, day("02-01"), 10)
    assert after(postponed, changes) == days(
        "12-21 11-23 02-09 03-09 04-06 05-04 06-01 06-29 07-27 08-24 09-28 10-26"
    )
    changes = planning.shift(postponed, 7, day("02-01"), 1)
    assert after(postponed, changes) == days(
        "12-21 11-23 02-09 03-09 04-06 05-04 06-01 06-29 07-27 08-24 09-21 10-19"
    )
    assert [r.scheduled_date for r in apply(postponed, changes)] == PLAN


def test_resume_begins_with_what_leaves_first(postponed):
    """Paused until June: #3 is the first late one, #1 and #2 are overtaken."""
    plan = program(COFFEE)
    changes = planning.resume(plan, postponed, day("06-01"), "shift")
    assert after(postponed, changes) == days(
        "2028-04-04 2028-03-07 2027-06-01 06-29 07-27 08-24 09-21 10-19 11-16 12-14"
        " 2028-01-11 02-08"
    )


def test_resume_leaves_what_is_not_overtaken(postponed):
    """Two weeks: the plan ends on 2 November, the others leave behind it."""
    plan = program(COFFEE)
    changes = planning.resume(plan, postponed, day("02-23"), "shift")
    dates = after(postponed, changes)
    assert dates[2:4] == days("02-23 03-23")
    assert dates[11] == day("11-02")
    assert dates[:2] == days("12-14 11-16")


def test_resume_keep_of_what_was_paid_keeps_the_order(postponed):
    """#3 and #4 are late: they leave behind #1, #3 first."""
    changes = planning.resume(
        program(COFFEE), postponed, day("03-20"), "keep", is_prepaid=True
    )
    assert after(postponed, changes)[:4] == days("12-14 11-16 2028-01-11 2028-02-08")


def test_the_extension_continues_the_plan(postponed):
    """Its dates count from the plan, past the days the postponed ones have."""
    added = planning.extend(program("C +28 endless"), postponed, threshold=13)
    assert [one.date for one in added] == [day("2028-01-11")]


def test_one_that_was_sent_early_does_not_stop_an_update():
    """#12 was sent in January: five weeks instead of four still reach #2 to #11."""
    rows = coffee(closed=1)
    move(rows, 12, day("2026-12-20"))
    rows[11] = replace(rows[11], is_open=False, has_left=True)
    steps = planning.update(program("C +35 x11"), rows, REQUEST, threshold=0)
    assert [step.date for step in steps[1:4]] == days("01-19 02-23 03-30")
    assert [step.action for step in steps] == ["keep", *["move"] * 10, "keep"]


@pytest.mark.parametrize("number", [1, 2])
def test_the_first_anchor_of_month_ends_outlives_a_move(number):
    """31 January postponed: the others stay at the end of their months."""
    request = planning.Request(date(2027, 1, 31))
    plan = program("A M-same x5")
    rows = ledger(planning.lay_out(plan, request, threshold=0))
    move(rows, number, planning.behind(rows))
    changes = planning.move_all_later(plan, rows, number - 1, day("07-31"))
    rows = apply(rows, changes)
    others = [row.planned_date for i, row in enumerate(rows) if i != number - 1]
    ends = days("01-31 02-28 03-31 04-30 05-31 06-30")
    del ends[number - 1]
    assert others == ends
