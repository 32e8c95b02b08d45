# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The acceptance cases for dates, T01 to T74, and the examples they come from.

Every expected date is written by hand. Plain pytest functions: Odoo's own test
runner does not collect them.
"""

import ast
from dataclasses import replace
from itertools import islice
from pathlib import Path

import pytest

from ... import planning
from .planning_notation import (
    dates_of,
    day,
    days,
    ledger,
    named,
    names_of,
    program,
)

THREE = "A; B +21; C +21 End"
FIXED = "A SOD 10-01; B +21; C +21"
CALENDAR = "A SOD 10-01; B SOD 11-05; C +30"
FOUR = "A +21; B +21; C +21; D +21"
MONTHLY = "A M-same x8"
CLUB = "E1 SOD 2027-01-01; " + "; ".join(f"E{i} M-first" for i in range(2, 13))
CLUB_30 = "E1 SOD 2027-01-01; " + "; ".join(f"E{i} +30" for i in range(2, 13))
CLUB_FIXED = "; ".join(f"E{i} SOD 2027-{i:02}-01" for i in range(1, 13))
TWICE = "A SOD 01-01 M-first x2; B M-first"


def lay_out(text, order="09-10", start="", threshold=0, duration=0, **values):
    """Lay out an order on a program in table notation."""
    request = planning.Request(day(order), day(start), duration)
    return planning.lay_out(program(text, **values), request, threshold=threshold)


# --- Base ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "days_after", "start", "expected"),
    [
        pytest.param(THREE, 0, "", "09-10, 10-01, 10-22", id="T01"),
        pytest.param(THREE, 4, "", "09-14, 10-05, 10-26", id="T02"),
        pytest.param(THREE, 4, "09-20", "09-24, 10-15, 11-05", id="T03"),
        pytest.param(FIXED, 4, "", "10-01, 10-22, 11-12", id="T04"),
        pytest.param(FIXED, 4, "09-20", "09-24, 10-15, 11-05", id="T05"),
        pytest.param(THREE, 0, "08-01", "08-01, 08-22, 09-12", id="T07"),
    ],
)
def test_base_date(text, days_after, start, expected):
    result = lay_out(text, start=start, days_after_order=days_after)
    assert dates_of(result) == days(expected)


def test_t06_confirming_the_proposal_is_not_entering():
    fixed = program(FIXED, days_after_order=4)
    assert planning.proposed_start(fixed, day("09-10")) == day("10-01")
    # Confirmed unchanged: the caller passes no start date, so the case is T04.
    result = planning.lay_out(fixed, planning.Request(day("09-10")), threshold=0)
    assert dates_of(result) == days("10-01, 10-22, 11-12")


def test_the_prompt_proposes_the_order_date_without_start_order_date():
    three = program(THREE, days_after_order=4)
    assert planning.proposed_start(three, day("09-10")) == day("09-10")


def test_t07_two_of_three_are_missed():
    missed = planning.missed_group(days("08-01, 08-22, 09-12"), day("09-10"))
    assert missed == (0, 1)


@pytest.mark.parametrize(
    ("local_order_date", "expected"),
    [
        # 2027-12-31 23:30 UTC. The zone is applied before planning is asked, which
        # sees only the local date.
        pytest.param("2028-01-01", "2028-01-01, 01-22, 02-12", id="T08 Auckland"),
        pytest.param("2027-12-31", "2027-12-31, 2028-01-21, 02-11", id="T09 LA"),
    ],
)
def test_local_order_date(local_order_date, expected):
    assert dates_of(lay_out(THREE, local_order_date)) == days(expected)


@pytest.mark.parametrize(
    ("order", "start", "expected"),
    [
        pytest.param("09-10", "", "09-25, 10-16, 11-06", id="T10"),
        pytest.param("09-10", "09-20", "09-20, 10-11, 11-01", id="T11"),
        pytest.param("09-30", "", "09-30, 10-21, 11-11", id="T12"),
    ],
)
def test_submitted_later(order, start, expected):
    base = planning.submit_order_date(day(order), bool(start), False, day("09-25"))
    request = planning.Request(base, day(start))
    result = planning.lay_out(program(THREE), request, threshold=0)
    assert dates_of(result) == days(expected)


def test_a_start_order_date_is_not_planned_anew_at_submit():
    base = planning.submit_order_date(day("09-10"), False, True, day("09-25"))
    assert base == day("09-10")


def redate(told, text, base, **values):
    """Date what was laid out on 09-10 from another day, on a changed program."""
    rows = ledger(lay_out(told))
    now = planning.as_told(program(text, **values), rows, day("09-10"))
    return planning.redate(now, planning.Request(day(base)), rows)


@pytest.mark.parametrize("text", [THREE, FIXED, CALENDAR, FOUR, MONTHLY, TWICE])
@pytest.mark.parametrize("base", ["09-10", "09-25", "10-31"])
def test_told_is_laid_out_while_the_program_stays(text, base):
    assert names_of(redate(text, text, base)) == names_of(lay_out(text, base))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(f"{THREE}; D +21", "A 09-25, B 10-16, C 11-06", id="more"),
        pytest.param("A; B +21 End", "A 09-25, B 10-16, C 11-06", id="less"),
        pytest.param("A; C +21 End", "A 09-25, B 10-16, C 11-06", id="one left"),
        pytest.param("A; B +7; C +21", "A 09-25, B 10-16, C 11-06", id="sooner"),
        pytest.param("A; B +21 Skip; C +21", "A 09-25, B 10-16, C 11-06", id="skip"),
        pytest.param("C; A +21; B +21", "A 09-25, B 10-16, C 11-06", id="order"),
    ],
)
def test_told_stays_whatever_the_program_is(text, expected):
    assert names_of(redate(THREE, text, "09-25")) == named(expected)


@pytest.mark.parametrize(
    ("told", "values", "expected"),
    [
        pytest.param("A M-same x2", {}, "A 10-31, A 11-30, A 12-31", id="months"),
        pytest.param(
            THREE,
            {"days_after_order": 30},
            "A 10-31, B 11-21, C 12-12",
            id="days after order",
        ),
    ],
)
def test_told_keeps_its_distances(told, values, expected):
    """Of a program that has become quicker, or begins later, since."""
    assert names_of(redate(told, told, "10-31", **values)) == named(expected)


def test_told_begins_where_it_began():
    """The calendar has gone on to the second event since."""
    told = "A SOD 09-01; B +21; C +21"
    values = {"order_start": "current", "current_number": 2}
    rows = ledger(lay_out(told, order_start="current", current_number=1))
    now = planning.as_told(program(told, **values), rows, day("09-10"))
    result = planning.redate(now, planning.Request(day("09-25")), rows)
    assert names_of(result) == named("A 09-25, B 10-16, C 11-06")


def test_told_too_far_ahead():
    rows = ledger(lay_out(THREE))
    rows[1] = replace(rows[1], key="gone", scheduled_date=day("2077-12-20"))
    now = planning.as_told(program(THREE), rows, day("09-10"))
    with pytest.raises(planning.TooFar):
        planning.redate(now, planning.Request(day("09-25")), rows)


@pytest.mark.parametrize(
    ("text", "order_start", "start", "expected"),
    [
        (THREE, "first", "", True),
        (THREE, "first", "09-20", False),
        (FIXED, "first", "", False),
        (FIXED, "current", "", False),
        # Not after the order date, so a current-event order starts on its own day.
        ("A SOD 09-01; B +21", "current", "", True),
        ("A SOD 09-10; B +21", "current", "", True),
        ("A SOD 09-01; B +21", "first", "", False),
    ],
)
def test_which_plans_hang_on_the_order_date(text, order_start, start, expected):
    request = planning.Request(day("09-10"), day(start))
    sold = program(text, order_start=order_start)
    assert planning.base_is_order_date(sold, request) is expected


# --- Intervals ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "order", "expected"),
    [
        pytest.param(
            "A M-same x4", "08-31", "08-31, 09-30, 10-31, 11-30, 12-31", id="T13"
        ),
        pytest.param(
            "A M-same x4", "01-29", "01-29, 02-28, 03-29, 04-29, 05-29", id="T14"
        ),
        pytest.param(
            "A 2M-same x4",
            "2027-12-31",
            "12-31, 2028-02-29, 04-30, 06-30, 08-31",
            id="T15",
        ),
        pytest.param(
            "A Q-same x4",
            "2027-11-30",
            "11-30, 2028-02-29, 05-30, 08-30, 11-30",
            id="T16",
        ),
        pytest.param(
            "A Y-same x4",
            "2032-02-29",
            "2032-02-29, 2033-02-28, 2034-02-28, 2035-02-28, 2036-02-29",
            id="T17",
        ),
        pytest.param("A M-first x3", "09-10", "09-10, 10-01, 11-01, 12-01", id="T18"),
        pytest.param(
            "A M-first x3", "10-01", "10-01, 11-01, 12-01, 2028-01-01", id="T19"
        ),
        pytest.param("A M-last x3", "09-10", "09-10, 09-30, 10-31, 11-30", id="T20"),
        pytest.param(
            "A M-last x3",
            "2028-01-31",
            "2028-01-31, 02-29, 03-31, 04-30",
            id="T21",
        ),
        pytest.param("A Q-first x2", "09-10", "09-10, 10-01, 2028-01-01", id="T22"),
        pytest.param("A Q-last x2", "09-10", "09-10, 09-30, 12-31", id="T23"),
        pytest.param(
            "A Y-first x2", "09-10", "09-10, 2028-01-01, 2029-01-01", id="T24"
        ),
        pytest.param("A Y-last x2", "09-10", "09-10, 12-31, 2028-12-31", id="T25"),
        pytest.param(
            "A 3W-same x3",
            "2027-12-20",
            "12-20, 2028-01-10, 01-31, 02-21",
            id="T26",
        ),
        pytest.param("A W-first x2", "09-10", "09-10, 09-13, 09-20", id="T27"),
        pytest.param("A W-last x2", "09-10", "09-10, 09-12, 09-19", id="T28"),
        pytest.param("A 2M-first x2", "09-10", "09-10, 11-01, 2028-01-01", id="T29"),
        pytest.param("A 2M-last x2", "09-10", "09-10, 09-30, 11-30", id="T30"),
        pytest.param(
            "A +10 x3",
            "2028-02-20",
            "2028-02-20, 03-01, 03-11, 03-21",
            id="T31",
        ),
        pytest.param(
            "A; B M-same; C M-same; D +10; E M-same",
            "2028-01-31",
            "2028-01-31, 02-29, 03-31, 04-10, 05-10",
            id="T32",
        ),
        pytest.param(
            "A; B M-same; C Q-same; D M-same",
            "10-31",
            "10-31, 11-30, 2028-02-29, 03-31",
            id="T33",
        ),
    ],
)
def test_intervals(text, order, expected):
    assert dates_of(lay_out(text, order)) == days(expected)


@pytest.mark.parametrize(
    ("text", "order", "expected"),
    [
        # Month end: the 31st comes back behind a short month.
        (
            "A M-same x5",
            "01-31",
            "01-31, 02-28, 03-31, 04-30, 05-31, 06-30",
        ),
        ("A M-same x2", "01-30", "01-30, 02-28, 03-30"),
        ("A M-same x2", "2028-01-30", "2028-01-30, 02-29, 03-30"),
        # Leap day: back on the 29th in the next leap year.
        (
            "A Y-same x4",
            "2028-02-29",
            "2028-02-29, 2029-02-28, 2030-02-28, 2031-02-28, 2032-02-29",
        ),
        # The year 2100 is no leap year.
        ("A Y-same x2", "2099-02-28", "2099-02-28, 2100-02-28, 2101-02-28"),
        ("A 4Y-same x2", "2096-02-29", "2096-02-29, 2100-02-28, 2104-02-29"),
        # A week step makes a new anchor, a day interval too.
        ("A; B M-same; C 1W-same; D M-same", "01-31", "01-31, 02-28, 03-07, 04-07"),
        ("A; B M-same; C 3D-same; D M-same", "01-31", "01-31, 02-28, 03-03, 04-03"),
        ("A; B M-same; C 3D-last; D M-same", "01-31", "01-31, 02-28, 03-03, 04-03"),
        # So do the first and last day of a period, and a Start order date.
        ("A; B M-same; C M-last; D M-same", "01-30", "01-30, 02-28, 03-31, 04-30"),
        ("A; B M-last; C M-same; D M-same", "02-10", "02-10, 02-28, 03-28, 04-28"),
        ("A; B M-same; C SOD 03-05; D M-same", "01-31", "01-31, 02-28, 03-05, 04-05"),
        # A Start order date that has been overtaken is still no month-like step.
        ("A; B M-same; C SOD 02-05; D M-same", "01-31", "01-31, 02-28, 02-28, 03-28"),
        ("A; B M-same; C SOD 02-05 M-same x1", "01-31", "01-31, 02-28, 02-28, 03-28"),
        ("A; B SOD 03-31 M-same x2", "01-15", "01-15, 03-31, 04-30, 05-31"),
        # Week from a Monday and from a Sunday.
        ("A W-first x1", "09-13", "09-13, 09-20"),
        ("A W-last x1", "09-12", "09-12, 09-19"),
        ("A 2W-last x2", "09-10", "09-10, 09-12, 09-26"),
        ("A 2Q-first x1", "09-10", "09-10, 2028-01-01"),
    ],
)
def test_intervals_beyond_the_table(text, order, expected):
    assert dates_of(lay_out(text, order)) == days(expected)


def test_trap_3_thirty_days_are_not_a_month():
    shipped = lay_out("A +30 x12", "2027-01-01")
    months = [one.date.month for one in shipped if one.date.year == 2027]
    assert months == [1, 1, 3, 4, 5, 5, 6, 7, 8, 9, 10, 11, 12]


@pytest.mark.parametrize(
    "values",
    [("month", 0), ("month", -1), ("decade", 1), ("month", 1, "middle")],
)
def test_intervals_that_never_move_are_refused(values):
    with pytest.raises(ValueError, match="no such date interval"):
        planning.Interval(*values)


# --- Start order dates on later events ----------------------------------------


@pytest.mark.parametrize(
    ("text", "order", "start", "expected"),
    [
        pytest.param(CALENDAR, "09-10", "", "10-01, 11-05, 12-05", id="T34"),
        pytest.param(CALENDAR, "11-20", "", "10-01, 11-05, 12-05", id="T35"),
        pytest.param(CALENDAR, "11-20", "11-20", "11-20, 11-20, 12-20", id="T36"),
        pytest.param(CALENDAR, "09-10", "10-20", "10-20, 11-05, 12-05", id="T37"),
        pytest.param(
            "A SOD 10-01; B SOD 11-05 +7 x2; C +30",
            "09-10",
            "",
            "10-01, 11-05, 11-12, 11-19, 12-19",
            id="T38",
        ),
    ],
)
def test_later_start_order_dates(text, order, start, expected):
    assert dates_of(lay_out(text, order, start)) == days(expected)


# --- Skip, End, repeats, duration ---------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("A SOD 10-01 Skip; B +21; C +21", "B 09-10, C 10-01", id="T39"),
        pytest.param("A; B +21 x2 Skip; C +14", "A 09-10, C 09-24", id="T40"),
        pytest.param(
            "A; B +21 x1 End; C +21 Skip", "A 09-10, B 10-01, B 10-22", id="T41"
        ),
        # Opening refuses an event behind End; should one exist, it does not ship.
        pytest.param(
            "A; B +21 x1 End; C +21", "A 09-10, B 10-01, B 10-22", id="T41 C sent"
        ),
        # Several product lines share one event, hence one shipment.
        pytest.param("A", "A 09-10", id="T42"),
        pytest.param("A Skip; B Skip", "", id="nothing to send"),
    ],
)
def test_skip_and_end(text, expected):
    assert names_of(lay_out(text)) == named(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # Repeats 0, 1 and 3 with the skipped event in each place.
        ("A +7 Skip; B +14; C +21", "B 09-10, C 10-01"),
        ("A +7 x1 Skip; B +14 x1; C +21", "B 09-10, B 09-24, C 10-15"),
        ("A +7 x3 Skip; B +14; C +21 x1", "B 09-10, C 10-01, C 10-22"),
        ("A +7; B +14 Skip; C +21", "A 09-10, C 10-01"),
        ("A +7 x1; B +14 x1 Skip; C +21", "A 09-10, A 09-17, C 10-08"),
        (
            "A +7 x3; B +14 x3 Skip; C +21",
            "A 09-10, A 09-17, A 09-24, A 10-01, C 10-22",
        ),
        ("A +7; B +14; C +21 Skip", "A 09-10, B 09-24"),
        ("A +7 x1; B +14; C +21 x1 Skip", "A 09-10, A 09-17, B 10-01"),
        (
            "A +7; B +14 x3; C +21 x3 Skip",
            "A 09-10, B 09-24, B 10-08, B 10-22, B 11-05",
        ),
    ],
)
def test_trap_10_skip_and_repeat(text, expected):
    assert names_of(lay_out(text)) == named(expected)


def test_t43_duration():
    result = lay_out(FOUR, duration=2, order_start="current", current_number=2)
    assert names_of(result) == named("B 09-10, C 10-01")


def test_t44_duration_longer_than_the_program():
    values = {"order_start": "current", "current_number": 2}
    result = lay_out(FOUR, duration=5, **values)
    assert names_of(result) == named("B 09-10, C 10-01, D 10-22")
    # The warning "3 of 5".
    assert planning.duration_available(program(FOUR, **values)) == 3


def test_t45_repeats_belong_to_their_event():
    result = lay_out("A +7 x3; B +7", duration=1)
    assert dates_of(result) == days("09-10, 09-17, 09-24, 10-01")


def test_duration_counts_neither_skipped_events_nor_those_behind_end():
    sold = program("A; B +7 Skip; C +7; D +7 End; E +7")
    assert planning.duration_available(sold) == 3
    keys = [one.key for one in planning.active_events(sold, 2)]
    assert keys == ["A", "C"]


def test_events_count_in_order_of_their_number():
    ordered = program(THREE)
    mixed = replace(ordered, events=tuple(reversed(ordered.events)))
    request = planning.Request(day("09-10"))
    assert names_of(planning.plan(mixed, request)) == named("A 09-10, B 10-01, C 10-22")


def test_number_of_shipments():
    one, many, endless = program("A; B +7 x3; C +7 endless").events
    assert [one.shipments, many.shipments, endless.shipments] == [1, 4, None]


# --- Threshold, extension -----------------------------------------------------


def consume(text, threshold, order="09-10", duration=0, **values):
    """Ship an order one by one, extending after each; all rows in the end."""
    sold = program(text, **values)
    rows = ledger(lay_out(text, order, "", threshold, duration, **values))
    for index in range(100):
        if index >= len(rows):
            break
        rows[index] = replace(rows[index], is_open=False)
        added = planning.extend(sold, rows, threshold=threshold, duration=duration)
        rows += ledger(added)
    return rows


def test_t46_threshold():
    result = lay_out(MONTHLY, "08-31", threshold=3)
    assert dates_of(result) == days("08-31, 09-30, 10-31, 11-30")


def test_t47_extension_follows_the_children():
    sold = program(MONTHLY)
    laid_out = lay_out(MONTHLY, "08-31", threshold=3)
    after_first = planning.extend(sold, ledger(laid_out, 1), threshold=3)
    assert dates_of(after_first) == []
    after_second = planning.extend(sold, ledger(laid_out, 2), threshold=3)
    assert dates_of(after_second) == days("12-31")
    rows = consume(MONTHLY, 3, "08-31")
    assert [row.scheduled_date for row in rows] == days(
        "08-31, 09-30, 10-31, 11-30, 12-31, 2028-01-31, 02-29, 03-31, 04-30"
    )


def test_t48_events_behind_a_shortened_event_wait():
    text = "A +14 x4; B +14"
    assert names_of(lay_out(text, threshold=2)) == named("A 09-10, A 09-24, A 10-08")
    rows = consume(text, 2)
    assert [(row.key, row.scheduled_date) for row in rows] == named(
        "A 09-10, A 09-24, A 10-08, A 10-22, A 11-05, B 11-19"
    )


def test_t49_an_event_within_the_threshold_shortens_nothing():
    result = lay_out("A +14 x2; B +14", threshold=3)
    assert names_of(result) == named("A 09-10, A 09-24, A 10-08, B 10-22")


def test_t50_endless_without_threshold():
    assert dates_of(lay_out("A +28 endless")) == days(
        "09-10, 10-08, 11-05, 12-03, 12-31, 2028-01-28, 02-25, 03-24, 04-21, 05-19, "
        "06-16, 07-14, 08-11"
    )


def test_endless_keeps_twelve_open_without_threshold():
    sold = program("A +28 endless")
    rows = ledger(lay_out("A +28 endless"), 1)
    assert planning.extend(sold, rows, threshold=0) == []
    rows = ledger(lay_out("A +28 endless"), 2)
    added = planning.extend(sold, rows, threshold=0)
    assert dates_of(added) == days("2028-09-08")


def test_endless_with_threshold():
    result = lay_out("A +7; B +28 endless", threshold=2)
    assert names_of(result) == named("A 09-10, B 10-08, B 11-05, B 12-03")


def test_t51_bill_upfront_shows_everything():
    request = planning.Request(day("09-10"))
    result = planning.lay_out(
        program("A +14 x4; B +14"), request, threshold=2, bill_upfront=True
    )
    assert names_of(result) == named(
        "A 09-10, A 09-24, A 10-08, A 10-22, A 11-05, B 11-19"
    )


def test_t52_this_one_only_does_not_move_the_chain():
    sold = program(MONTHLY)
    rows = ledger(lay_out(MONTHLY, "08-31", threshold=3), 2)
    change = planning.move_one(rows, 3, day("12-05"))
    assert (change.scheduled_date, change.planned_date) == tuple(days("11-30, 12-05"))
    rows[3] = replace(rows[3], planned_date=change.planned_date)
    assert dates_of(planning.extend(sold, rows, threshold=3)) == days("12-31")


def test_t53_endless_cannot_be_billed_up_front():
    request = planning.Request(day("09-10"))
    with pytest.raises(planning.EndlessProgram) as refused:
        planning.lay_out(
            program("A; B +28 endless"), request, threshold=3, bill_upfront=True
        )
    assert (refused.value.code, refused.value.data) == (
        "endless_program",
        {"number": 2},
    )


def test_an_endless_event_that_is_not_sold_can_be_billed_up_front():
    request = planning.Request(day("09-10"), duration=1)
    result = planning.lay_out(
        program("A; B +28 endless"), request, threshold=3, bill_upfront=True
    )
    assert names_of(result) == named("A 09-10")


@pytest.mark.parametrize("text", ["A x2", "A; B"])
def test_t53_an_event_without_timing_has_no_date(text):
    with pytest.raises(planning.MissingTiming) as refused:
        lay_out(text)
    assert refused.value.code == "missing_timing"


def test_t53_nothing_comes_behind_an_endless_event():
    # Refused on opening; here it must neither loop nor reach B.
    assert {one.event.key for one in lay_out("A +28 endless; B +7")} == {"A"}


def test_extension_respects_the_duration():
    rows = consume("A +7 x2; B +7; C +7", 1, duration=2)
    assert [(row.key, row.scheduled_date) for row in rows] == named(
        "A 09-10, A 09-17, A 09-24, B 10-01"
    )


def test_extension_stops_behind_end():
    rows = consume("A +7 x2; B +7 x1 End; C +7 Skip", 1)
    assert [(row.key, row.scheduled_date) for row in rows] == named(
        "A 09-10, A 09-17, A 09-24, B 10-01, B 10-08"
    )


def test_extension_of_an_order_that_started_behind_the_end():
    # Opening refuses it; an order placed before the change goes on all the same.
    values = {"order_start": "current", "current_number": 2}
    rows = consume("A End; B +7 x2", 1, **values)
    assert [(row.key, row.scheduled_date) for row in rows] == named(
        "B 09-10, B 09-17, B 09-24"
    )


def test_extension_of_the_remaining_repeats():
    values = {
        "order_start": "current",
        "current_number": 1,
        "current_occurrence": 2,
        "current_start": "remaining",
    }
    rows = consume("A +7 x4; B +7", 1, **values)
    assert [(row.key, row.occurrence, row.scheduled_date) for row in rows] == [
        ("A", 2, day("09-10")),
        ("A", 3, day("09-17")),
        ("A", 4, day("09-24")),
        ("B", 0, day("10-01")),
    ]


def test_nothing_follows_when_the_customer_ended_the_order():
    sold = program(MONTHLY)
    rows = ledger(lay_out(MONTHLY, "08-31", threshold=3), 4)
    rows[1] = replace(rows[1], is_end=True)
    assert planning.extend(sold, rows, threshold=3) == []
    assert planning.is_complete(sold, rows)


def test_an_order_is_complete_with_its_last_shipment():
    sold = program("A +14 x4; B +14")
    rows = ledger(lay_out("A +14 x4; B +14"))
    assert planning.is_complete(sold, rows)
    assert not planning.is_complete(sold, rows[:-1])
    assert planning.is_complete(sold, rows[:-1], duration=1)


def test_an_empty_ledger_is_never_extended():
    assert planning.extend(program(MONTHLY), [], threshold=3) == []


def test_extension_passes_an_event_that_left_the_program():
    # B was archived after it was laid out, C comes next.
    rows = [
        planning.LedgerRow("A", 0, day("09-10"), day("09-10"), False),
        planning.LedgerRow("B", 0, day("10-01"), day("10-01"), False, number=2),
    ]
    events = program("A; B +21 x3; C +21").events
    sold = planning.Program((events[0], events[2]))
    added = planning.extend(sold, rows, threshold=2)
    assert names_of(added) == named("C 10-22")


def test_extension_does_not_go_back_to_an_event_added_before():
    sold = program("A; B +7; C +7; D +7")
    rows = [
        planning.LedgerRow("A", 0, day("09-10"), day("09-10"), False),
        planning.LedgerRow("C", 0, day("10-01"), day("10-01"), False),
    ]
    added = planning.extend(sold, rows, threshold=5)
    assert names_of(added) == named("D 10-08")


def test_extension_after_the_last_event_was_set_to_skip():
    rows = ledger(lay_out("A; B +21 x3"))[:2]
    added = planning.extend(program("A; B +21 x3 Skip; C +7"), rows, threshold=5)
    assert names_of(added) == named("C 10-08")


# --- Current event ------------------------------------------------------------


@pytest.mark.parametrize(
    ("today", "number"),
    [("2026-12-20", 0), ("2027-01-01", 1), ("03-15", 3), ("12-31", 12)],
)
def test_t54_pointer(today, number):
    assert planning.pointer(program(CLUB), day("01-01"), day(today)).number == number


def test_t55_events_passed_since_the_last_run():
    club = program(CLUB, current_number=2)
    result = planning.pointer(club, day("01-01"), day("05-20"))
    assert (result.number, result.date) == (5, day("05-01"))
    assert names_of(result.passed) == named("E3 03-01, E4 04-01, E5 05-01")


def test_a_second_run_stamps_nothing():
    club = program(CLUB, current_number=5)
    result = planning.pointer(club, day("01-01"), day("05-20"))
    assert (result.number, result.date, result.passed) == (5, day("05-01"), ())


@pytest.mark.parametrize(("today", "ended"), [("12-31", False), ("2028-01-01", True)])
def test_t56_the_last_event_is_sold_until_one_more_step(today, ended):
    result = planning.pointer(program(CLUB), day("01-01"), day(today))
    assert (result.ended, result.ended_on) == (ended, day("2028-01-01"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            CLUB,
            "E3 03-15, E4 04-01, E5 05-01, E6 06-01, E7 07-01, E8 08-01, E9 09-01, "
            "E10 10-01, E11 11-01, E12 12-01",
            id="T57",
        ),
        pytest.param(
            CLUB_30,
            "E3 03-15, E4 04-14, E5 05-14, E6 06-13, E7 07-13, E8 08-12, E9 09-11, "
            "E10 10-11, E11 11-10, E12 12-10",
            id="T58",
        ),
        pytest.param(
            CLUB_FIXED,
            "E3 03-15, E4 04-01, E5 05-01, E6 06-01, E7 07-01, E8 08-01, E9 09-01, "
            "E10 10-01, E11 11-01, E12 12-01",
            id="T59",
        ),
    ],
)
def test_new_member_of_the_club(text, expected):
    result = lay_out(text, "03-15", order_start="current", current_number=3)
    assert names_of(result) == named(expected)


def test_t58_calendar():
    result = islice(planning.calendar(program(CLUB_30), day("01-01")), 4)
    assert dates_of(result) == days("01-01, 01-31, 03-02, 04-01")


@pytest.mark.parametrize(
    ("current_start", "expected"),
    [
        pytest.param("full", "A 02-10, A 03-01, A 04-01, B 05-01", id="T60"),
        pytest.param("remaining", "A 02-10, A 03-01, B 04-01", id="T61"),
    ],
)
def test_new_member_while_the_event_repeats(current_start, expected):
    twice = program(TWICE)
    reached = planning.pointer(twice, day("01-01"), day("02-10"))
    assert (reached.number, reached.occurrence) == (1, 1)
    result = lay_out(
        TWICE,
        "02-10",
        order_start="current",
        current_number=1,
        current_occurrence=1,
        current_start=current_start,
    )
    assert names_of(result) == named(expected)


def test_trap_11_pointer_tells_event_and_repeat():
    twice = program(TWICE)
    reached = [
        planning.pointer(twice, day("01-01"), today)
        for today in days("01-31, 02-01, 03-01, 04-01")
    ]
    assert [(one.number, one.occurrence) for one in reached] == [
        (1, 0),
        (1, 1),
        (1, 2),
        (2, 0),
    ]


def test_t62_sale_before_the_calendar_starts():
    result = lay_out(CLUB, "2026-12-20", order_start="current")
    assert names_of(result)[:2] == named("E1 2027-01-01, E2 02-01")


@pytest.mark.parametrize(("today", "ended"), [("04-30", False), ("05-01", True)])
def test_t63_last_event_with_its_own_interval(today, ended):
    result = planning.pointer(program("A; B +30"), day("03-02"), day(today))
    assert (result.number, result.date, result.ended) == (2, day("04-01"), ended)


def test_t64_current_event_set_to_skip():
    text = "A; B +21 Skip; C +21; D +21"
    values = {"order_start": "current", "current_number": 2, "current_occurrence": 1}
    for current_start in ("full", "remaining"):
        result = lay_out(text, current_start=current_start, **values)
        assert names_of(result) == named("C 09-10, D 10-01")
        assert result[0].occurrence == 0


def test_nothing_is_left_behind_the_current_event():
    values = {"order_start": "current", "current_number": 2}
    sold = program("A; B +21 Skip", **values)
    assert planning.starting_point(sold) is None
    assert planning.active_events(sold, 0) == ()
    assert planning.duration_available(sold) == 0
    assert planning.proposed_start(sold, day("09-10")) == day("09-10")
    assert lay_out("A; B +21 Skip", **values) == []


def test_remaining_repeats_after_the_program_lost_some():
    result = lay_out(
        "A +7 x1; B +7",
        order_start="current",
        current_number=1,
        current_occurrence=3,
        current_start="remaining",
    )
    assert names_of(result) == named("A 09-10, B 09-17")
    assert result[0].occurrence == 1


def test_a_new_member_is_not_dated_into_the_past():
    text = "A SOD 09-01; B SOD 10-01; C +30"
    values = {"order_start": "current", "current_number": 1, "days_after_order": 4}
    result = lay_out(text, **values)
    assert names_of(result) == named("A 09-14, B 10-01, C 10-31")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A SOD 10-01; B +21", "10-01"),
        ("A; B SOD 10-01", "08-15"),
        ("A SOD 10-01 Skip; B SOD 11-01", "11-01"),
        ("A Skip", "08-15"),
    ],
)
def test_calendar_anchor(text, expected):
    assert planning.calendar_anchor(program(text), day("08-15")) == day(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # Own timing, with the anchor of the month carried on.
        ("A; B M-same", "03-31"),
        ("A +7 x2", "02-21"),
        ("A SOD 01-31 +7 x1", "02-14"),
        # No timing: the distance of the last two dates.
        ("A; B SOD 03-02", "04-01"),
        ("A; B SOD 01-31", "02-01"),
        # Never.
        ("A", ""),
        ("A; B +7 endless", ""),
        ("A Skip", ""),
    ],
)
def test_end_of_the_calendar(text, expected):
    assert planning.calendar_end(program(text), day("01-31")) == day(expected)


def test_a_single_event_never_ends():
    result = planning.pointer(program("A"), day("01-31"), day("2099-01-01"))
    assert (result.number, result.ended, result.ended_on) == (1, False, None)


def test_the_pointer_of_an_endless_program_stops_today():
    result = planning.pointer(program("A +28 endless"), day("01-01"), day("02-10"))
    assert (result.number, result.occurrence, result.ended) == (1, 1, False)


def test_the_pointer_never_moves_back():
    club = program(CLUB, current_number=5)
    result = planning.pointer(club, day("01-01"), day("03-15"))
    assert (result.number, result.date, result.passed) == (5, None, ())


# --- Missed, window -----------------------------------------------------------


@pytest.mark.parametrize(
    ("scheduled", "submitted", "consolidate", "expected"),
    [
        pytest.param("10-01, 11-05, 12-05", "11-20", True, [(0, 1), (2,)], id="T65"),
        pytest.param(
            "10-01, 11-05, 12-05", "11-20", False, [(0,), (1,), (2,)], id="T66"
        ),
        # The job comes late, on 10-05: nothing was missed at Submit.
        pytest.param(
            "09-10, 10-01, 10-22", "09-10", True, [(0,), (1,), (2,)], id="T67"
        ),
    ],
)
def test_which_shipments_share_a_child(scheduled, submitted, consolidate, expected):
    groups = planning.child_groups(days(scheduled), day(submitted), consolidate)
    assert groups == expected


def test_missed_is_before_the_submit_date():
    assert planning.is_missed(day("09-09"), day("09-10"))
    assert not planning.is_missed(day("09-10"), day("09-10"))


def test_t68_days_before_delivery():
    assert planning.due_from(day("10-01"), 5) == day("09-26")
    assert planning.due_from(day("10-01"), 0) == day("10-01")


def test_t69_a_wrong_year_lays_out_more_than_the_bound():
    # The bound itself belongs to the job; the plan only has to stay finite.
    result = lay_out("A +6 endless", start="2020-01-01")
    assert len(result) == 13
    assert len(planning.missed_group(dates_of(result), day("09-10"))) > 6


def test_commitment_date():
    assert planning.commitment_date(day("10-22"), day("10-25")) == day("10-25")
    assert planning.commitment_date(day("10-22"), day("10-17")) == day("10-22")


# --- Changes ------------------------------------------------------------------


@pytest.fixture
def open_rows():
    """T46 after child 1: open rows 09-30, 10-31, 11-30."""
    return ledger(lay_out(MONTHLY, "08-31", threshold=3), 1)


def apply(rows, changes):
    """Write changes to a ledger as a caller does."""
    rows = list(rows)
    for change in changes:
        values = {
            "scheduled_date": change.scheduled_date,
            "planned_date": change.planned_date,
            "is_anchor": change.is_anchor,
        }
        if change.action == "skip":
            values["is_open"] = False
        rows[change.index] = replace(rows[change.index], **values)
    return rows


def planned(rows):
    """Planned dates of the open rows."""
    return [row.planned_date for row in rows if row.is_open]


def next_dates(rows):
    """Next two dates the extension adds."""
    threshold = sum(row.is_open for row in rows) + 2
    added = planning.extend(program(MONTHLY), rows, threshold=threshold)
    return dates_of(added)


def test_t70_skip_uses_up_the_occurrence(open_rows):
    open_rows[1] = replace(open_rows[1], is_open=False)
    assert planned(open_rows) == days("10-31, 11-30")
    rows = open_rows + ledger(planning.extend(program(MONTHLY), open_rows, threshold=9))
    assert len(rows) == 9
    assert rows[-1].scheduled_date == day("2028-04-30")


def test_t71_this_one_only(open_rows):
    rows = apply(open_rows, [planning.move_one(open_rows, 1, day("10-05"))])
    assert planned(rows) == days("10-05, 10-31, 11-30")
    assert next_dates(rows) == days("12-31, 2028-01-31")


def test_t71_this_and_all_later(open_rows):
    changes = planning.move_all_later(program(MONTHLY), open_rows, 1, day("10-05"))
    assert [change.index for change in changes] == [1, 2, 3]
    assert [change.is_anchor for change in changes] == [True, False, False]
    rows = apply(open_rows, changes)
    assert planned(rows) == days("10-05, 11-05, 12-05")
    assert next_dates(rows) == days("2028-01-05, 02-05")


def test_a_moved_row_is_the_new_anchor_without_a_stored_flag(open_rows):
    changes = planning.move_all_later(program(MONTHLY), open_rows, 1, day("10-05"))
    rows = apply(open_rows, [replace(one, is_anchor=False) for one in changes])
    assert next_dates(rows) == days("2028-01-05, 02-05")


def test_moving_the_short_month_makes_its_day_the_anchor():
    rows = ledger(lay_out("A M-same x3", "01-31"), 1)
    changes = planning.move_all_later(program("A M-same x3"), rows, 1, day("02-27"))
    assert planned(apply(rows, changes)) == days("02-27, 03-27, 04-27")


def test_t72_new_start_date(open_rows):
    changes = planning.new_start(program(MONTHLY), open_rows, day("10-15"))
    rows = apply(open_rows, changes)
    assert planned(rows) == days("10-15, 11-15, 12-15")
    assert next_dates(rows) == days("2028-01-15, 02-15")


def test_t72_add_days(open_rows):
    rows = apply(open_rows, planning.shift(open_rows, 3, day("09-20")))
    assert planned(rows) == days("10-03, 11-03, 12-03")
    assert next_dates(rows)[0] == day("2028-01-03")


def test_add_days_makes_the_last_row_the_anchor():
    # 04-15 and 05-15 become 05-31 and 06-30, which looks like a monthly step.
    rows = ledger(lay_out("A M-same x8", "04-15", threshold=1))
    rows = apply(rows, planning.shift(rows, 46, day("04-01")))
    assert planned(rows) == days("05-31, 06-30")
    assert next_dates(rows) == days("07-30, 08-30")


def test_add_days_keeps_the_difference_of_a_row_moved_alone(open_rows):
    rows = apply(open_rows, [planning.move_one(open_rows, 1, day("10-05"))])
    rows = apply(rows, planning.shift(rows, 3, day("09-20")))
    assert planned(rows) == days("10-08, 11-03, 12-03")
    assert rows[1].scheduled_date == day("10-03")


def test_days_can_be_taken_off_until_today(open_rows):
    rows = apply(open_rows, planning.shift(open_rows, -10, day("09-20")))
    assert planned(rows) == days("09-20, 10-21, 11-20")
    with pytest.raises(planning.ChangeRefused) as refused:
        planning.shift(open_rows, -11, day("09-20"))
    assert refused.value.code == "before_today"


def test_a_late_row_can_still_be_moved_on(open_rows):
    rows = apply(open_rows, planning.shift(open_rows, 3, day("10-20")))
    assert planned(rows) == days("10-03, 11-03, 12-03")
    rows = apply(open_rows, planning.shift(open_rows, 0, day("10-20")))
    assert planned(rows) == days("09-30, 10-31, 11-30")


def test_a_skipped_row_moves_with_the_chain(open_rows):
    # Otherwise the extension would continue from its old date.
    open_rows[3] = replace(open_rows[3], is_open=False)
    changes = planning.move_all_later(program(MONTHLY), open_rows, 1, day("10-05"))
    assert [change.action for change in changes] == ["move", "move", "chain"]
    assert [change.is_anchor for change in changes] == [True, False, False]
    rows = apply(open_rows, changes)
    assert rows[3].scheduled_date == day("12-05")
    assert rows[3].planned_date == day("11-30")
    assert next_dates(rows) == days("2028-01-05, 02-05")
    rows = apply(open_rows, planning.shift(open_rows, 3, day("09-20")))
    assert rows[3].scheduled_date == day("12-03")
    assert next_dates(rows)[0] == day("2028-01-03")


def test_a_start_order_date_holds_behind_a_moved_row():
    rows = ledger(lay_out(CALENDAR))
    changes = planning.move_all_later(program(CALENDAR), rows, 0, day("10-20"))
    assert planned(apply(rows, changes)) == days("10-20, 11-05, 12-05")
    changes = planning.move_all_later(program(CALENDAR), rows, 0, day("11-20"))
    assert planned(apply(rows, changes)) == days("11-20, 11-20, 12-20")


def test_a_row_of_a_removed_event_keeps_its_distance():
    rows = ledger(lay_out("A; B +21; C +14"))
    sold = program("A")
    changes = planning.move_all_later(sold, rows, 0, day("09-20"))
    assert planned(apply(rows, changes)) == days("09-20, 10-11, 10-25")


def test_changes_that_are_refused(open_rows):
    monthly = program(MONTHLY)
    with pytest.raises(planning.ChangeRefused) as refused:
        planning.move_one(open_rows, 0, day("10-05"))
    assert refused.value.code == "row_not_open"
    with pytest.raises(planning.ChangeRefused) as refused:
        planning.move_all_later(monthly, open_rows, 0, day("10-05"))
    assert refused.value.code == "row_not_open"
    with pytest.raises(planning.ChangeRefused) as refused:
        planning.move_one(open_rows, 1, day("09-19"), today=day("09-20"))
    assert (refused.value.code, refused.value.data) == (
        "before_today",
        {"date": day("09-19")},
    )
    with pytest.raises(planning.ChangeRefused):
        planning.new_start(monthly, open_rows, day("09-19"), today=day("09-20"))
    assert planning.move_one(open_rows, 1, day("09-20"), today=day("09-20"))


def test_nothing_to_change_without_open_rows(open_rows):
    rows = [replace(row, is_open=False) for row in open_rows]
    assert planning.first_open(rows) is None
    assert planning.new_start(program(MONTHLY), rows, day("10-15")) == []
    assert planning.shift(rows, 3, day("09-20")) == []
    assert planning.resume(program(MONTHLY), rows, day("11-10"), "shift") == []


def test_t73_resume_shift(open_rows):
    changes = planning.resume(program(MONTHLY), open_rows, day("11-10"), "shift")
    rows = apply(open_rows, changes)
    assert planned(rows) == days("11-10, 12-10, 2028-01-10")
    assert next_dates(rows) == days("2028-02-10, 03-10")


def test_t73_resume_keep(open_rows):
    changes = planning.resume(program(MONTHLY), open_rows, day("11-10"), "keep")
    assert [(one.index, one.action) for one in changes] == [
        (1, "skip"),
        (2, "skip"),
        (3, "keep"),
    ]
    assert planned(apply(open_rows, changes)) == days("11-30")


@pytest.mark.parametrize(
    ("resumed", "expected"),
    [
        # Behind 11-30, at the distance of the last two: 30 days
        ("11-10", "12-30, 2028-01-29, 2027-11-30"),
        # Nothing stays: from the resume date on
        ("12-20", "12-20, 2028-01-19, 02-18"),
    ],
)
def test_resume_keep_of_what_was_paid(open_rows, resumed, expected):
    """C5: a prepaid shipment is not left out, it leaves behind the last one."""
    changes = planning.resume(
        program(MONTHLY), open_rows, day(resumed), "keep", is_prepaid=True
    )
    assert planned(apply(open_rows, changes)) == days(expected)


def test_behind_the_only_shipment(open_rows):
    assert planning.behind(open_rows) == day("12-30")
    assert planning.behind(open_rows[:1]) == day("09-01")


@pytest.mark.parametrize("policy", ["shift", "keep"])
@pytest.mark.parametrize("resumed", ["09-15", "09-30"])
def test_t74_resume_in_time_changes_nothing(open_rows, policy, resumed):
    # 09-30 as a new anchor would wrongly turn 10-31 into 10-30.
    changes = planning.resume(program(MONTHLY), open_rows, day(resumed), policy)
    assert {change.action for change in changes} == {"keep"}
    assert apply(open_rows, changes) == open_rows


def test_resume_leaves_a_row_moved_into_the_future(open_rows):
    rows = apply(open_rows, [planning.move_one(open_rows, 1, day("12-20"))])
    changes = planning.resume(program(MONTHLY), rows, day("11-10"), "shift")
    assert planned(apply(rows, changes)) == days("12-20, 11-10, 12-10")


# --- Worked examples of the specification, 3.4 --------------------------------

THIRTY = "A; B +30; C +30 End"


@pytest.mark.parametrize(
    ("text", "start", "days_after", "expected"),
    [
        (THIRTY, "", 0, "A 2026-01-15, B 02-14, C 03-16"),
        (THIRTY, "2026-02-01", 0, "A 2026-02-01, B 03-03, C 04-02"),
        (THIRTY, "2026-02-01", 5, "A 2026-02-06, B 03-08, C 04-07"),
        ("A; B +30 Skip; C +30 End", "", 0, "A 2026-01-15, C 02-14"),
        (
            "A SOD 2025-12-01; B +30; C +30 End",
            "",
            0,
            "A 2025-12-01, B 12-31, C 2026-01-30",
        ),
        ("A +30 x3", "", 0, "A 2026-01-15, A 02-14, A 03-16, A 04-15"),
    ],
)
def test_examples_of_the_specification(text, start, days_after, expected):
    result = lay_out(text, "2026-01-15", start, days_after_order=days_after)
    assert names_of(result) == named(expected)


@pytest.mark.parametrize(
    ("consolidate", "expected"),
    [(True, [(0, 1), (2,)]), (False, [(0,), (1,), (2,)])],
)
def test_example_of_missed_events(consolidate, expected):
    scheduled = days("2025-12-01, 2025-12-31, 2026-01-30")
    groups = planning.child_groups(scheduled, day("2026-01-15"), consolidate)
    assert groups == expected


# --- The package itself -------------------------------------------------------


def imported_modules(path):
    """Names in the import statements of a file, relative ones with their dots."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield "." * node.level + (node.module or "")


def test_planning_imports_nothing_of_odoo():
    files = sorted(Path(planning.__file__).parent.rglob("*.py"))
    assert len(files) > 5
    for path in files:
        for name in imported_modules(path):
            assert "odoo" not in name, f"{path.name} imports {name}"
            assert not name.startswith(".."), f"{path.name} imports {name}"
