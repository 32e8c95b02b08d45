# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""N44, N73, N85: a running order against its program of today."""

from dataclasses import replace
from datetime import date

import pytest

from ... import planning
from .planning_notation import day, ledger, named, program

REQUEST = planning.Request(date(2027, 9, 10))
T01 = "A; B +21; C +21 End"


def sold(text, closed=0, request=REQUEST, threshold=0, **values):
    """Ledger of an order sold on 09-10, the first ``closed`` shipments have left."""
    plan = planning.lay_out(program(text, **values), request, threshold=threshold)
    return ledger(plan, closed)


def update(text, rows, request=REQUEST, threshold=0, **values):
    """Steps as action, name of the event and date."""
    steps = planning.update(program(text), rows, request, threshold=threshold, **values)
    return [(step.action, step.event.key, step.date) for step in steps]


def steps(text):
    """Read expected steps: action, event, date."""
    return [
        (action, *named(f"{name} {on}")[0])
        for action, name, on in (part.split() for part in text.split(";"))
    ]


@pytest.mark.parametrize("closed", [0, 1, 2, 3])
def test_the_same_program_changes_nothing(closed):
    assert update(T01, sold(T01, closed)) == steps(
        "keep A 09-10; keep B 10-01; keep C 10-22"
    )


@pytest.mark.parametrize(
    ("now", "closed", "expected"),
    [
        # B 30 days after A instead of 21: B and all that counts from it
        ("A; B +30; C +21 End", 0, "keep A 09-10; move B 10-10; move C 10-31"),
        ("A; B +30; C +21 End", 1, "keep A 09-10; move B 10-10; move C 10-31"),
        # B has left: the change comes too late for it, C counts from its date
        ("A; B +30; C +30 End", 2, "keep A 09-10; keep B 10-01; move C 10-31"),
        # a calendar date for C
        ("A; B +21; C SOD 11-15 End", 1, "keep A 09-10; keep B 10-01; move C 11-15"),
        # a calendar date for A: only while A has not left
        ("A SOD 09-20; B +21; C +21", 0, "move A 09-20; move B 10-11; move C 11-01"),
        ("A SOD 09-20; B +21; C +21", 1, "keep A 09-10; keep B 10-01; keep C 10-22"),
    ],
)
def test_dates_follow_the_program(now, closed, expected):
    assert update(now, sold(T01, closed)) == steps(expected)


@pytest.mark.parametrize(
    ("now", "closed", "expected"),
    [
        # appended, put in the middle, put in front of what has not left
        (
            "A; B +21; C +21; D +7",
            1,
            "keep A 09-10;keep B 10-01;keep C 10-22;add D 10-29",
        ),
        (
            "A; N +7; B +21; C +21",
            1,
            "keep A 09-10;add N 09-17;move B 10-08;move C 10-29",
        ),
        (
            "N; A +7; B +21; C +21",
            0,
            "add N 09-10;move A 09-17;move B 10-08;move C 10-29",
        ),
        # in front of what has left: not sold any more
        ("A; N +7; B +21; C +21", 2, "keep A 09-10; keep B 10-01; keep C 10-22"),
        ("N; A +7; B +21; C +21", 1, "keep A 09-10; keep B 10-01; keep C 10-22"),
        # more repeats
        ("A; B +21 x1; C +21", 1, "keep A 09-10;keep B 10-01;add B 10-22;move C 11-12"),
        # gone: removed, set to skip, End moved forward
        ("A; C +21 End", 1, "keep A 09-10; move C 10-01; remove B 10-01"),
        ("A; B +21 Skip; C +21", 1, "keep A 09-10; move C 10-01; remove B 10-01"),
        ("A; B +21 End; C +21", 1, "keep A 09-10; keep B 10-01; remove C 10-22"),
        # the first event is replaced before it has left
        ("N; B +21; C +21", 0, "add N 09-10;keep B 10-01;keep C 10-22;remove A 09-10"),
        # it has left: its row stays, and carries the chain
        ("B +21; C +30", 1, "keep A 09-10; keep B 10-01; move C 10-31"),
        # another order of the events
        ("A; C +21; B +21", 1, "keep A 09-10; move C 10-01; move B 10-22"),
    ],
)
def test_events_added_and_removed(now, closed, expected):
    assert update(now, sold(T01, closed)) == steps(expected)


def test_fewer_repeats():
    rows = sold("A; B +7 x3; C +21", 2)
    assert update("A; B +7 x1; C +21", rows) == steps(
        "keep A 09-10; keep B 09-17; keep B 09-24; move C 10-15;"
        "remove B 10-01; remove B 10-08"
    )


def test_months_count_from_the_anchor():
    """R4: the 31st comes back behind a short month, also when B is removed."""
    request = planning.Request(date(2027, 8, 31))
    rows = sold("A; B M-same; C M-same; D M-same", 1, request)
    assert update("A; C M-same; D M-same", rows, request) == steps(
        "keep A 08-31; move C 09-30; move D 10-31; remove B 09-30"
    )


# === WHAT IS KEPT === #


def test_a_row_changed_for_the_customer_keeps_its_date():
    """It stands, carries the chain, and says what the program would have given."""
    rows = sold(T01, 1)
    rows[1] = replace(rows[1], planned_date=day("10-05"), is_kept=True)
    result = planning.update(program("A; B +30; C +30"), rows, REQUEST, threshold=0)
    assert [(s.action, s.date, s.program_date) for s in result[1:]] == [
        ("keep", day("10-01"), day("10-10")),
        ("move", day("10-31"), day("10-31")),
    ]


def test_a_row_changed_for_the_customer_is_not_removed():
    rows = sold(T01, 1)
    rows[1] = replace(rows[1], is_kept=True)
    assert update("A; C +30", rows) == steps("keep A 09-10; keep B 10-01; move C 10-31")
    rows[2] = replace(rows[2], is_kept=True)
    assert update("A; D +30", rows) == steps(
        "keep A 09-10; keep B 10-01; keep C 10-22; add D 11-21"
    )


def test_a_moved_row_is_the_anchor_of_the_later_ones():
    """*This and all later* outlives the update, only its own date stands."""
    rows = sold(T01, 1)
    rows[1] = replace(rows[1], scheduled_date=day("10-11"), is_anchor=True)
    rows[2] = replace(rows[2], scheduled_date=day("11-01"))
    assert update(T01, rows) == steps("keep A 09-10; keep B 10-11; keep C 11-01")
    assert update("A; B +30; C +7", rows) == steps(
        "keep A 09-10; keep B 10-11; move C 10-18"
    )


def test_a_skipped_row_uses_up_its_time():
    rows = sold(T01, 1)
    rows[1] = replace(rows[1], is_open=False, is_kept=True)
    assert update("A; B +21; C +30", rows) == steps(
        "keep A 09-10; keep B 10-01; move C 10-31"
    )


def test_nothing_is_added_behind_the_end_of_the_customer():
    rows = sold(T01, 1)[:2]
    rows[1] = replace(rows[1], is_end=True)
    assert update("A; B +30; C +21; D +7", rows) == steps("keep A 09-10; move B 10-10")


def test_an_order_billed_up_front_only_moves():
    rows = sold(T01, 1)
    assert update("A; C +30; D +7", rows, billed=True) == steps(
        "keep A 09-10; not_removed B 10-01; move C 10-31; not_added D 11-07"
    )
    assert update("A; N +7; B +30; C +21", rows, billed=True) == steps(
        "keep A 09-10; not_added N 09-17; move B 10-10; move C 10-31"
    )


def test_an_order_billed_up_front_and_a_program_without_end():
    rows = sold("A +21 x1", 1)
    result = update("A +21 endless", rows, billed=True)
    assert [action for action, _name, _day in result].count("not_added") == 11


# === HOW FAR === #


@pytest.mark.parametrize(
    ("duration", "expected"),
    [
        (3, "keep A 09-10;add N 09-17;move B 10-08;remove C 10-22"),
        (4, "keep A 09-10;add N 09-17;move B 10-08;move C 10-29"),
    ],
)
def test_duration_counts_what_was_put_between(duration, expected):
    request = planning.Request(date(2027, 9, 10), duration=duration)
    rows = sold(T01, 1, request)
    assert update("A; N +7; B +21; C +21", rows, request) == steps(expected)


def test_duration_counts_what_was_shipped_and_left_the_program():
    request = planning.Request(date(2027, 9, 10), duration=2)
    rows = sold(T01, 1, request)
    assert update("B +21; C +21", rows, request) == steps("keep A 09-10; keep B 10-01")


def test_the_threshold_bounds_what_is_appended():
    rows = sold("A +7 x1", 1)
    assert update("A +7 x9", rows, threshold=3) == steps(
        "keep A 09-10; keep A 09-17; add A 09-24; add A 10-01"
    )


def test_the_end_is_left_to_the_extension():
    rows = sold("A +7 x9", 1, threshold=3)
    assert update("A +10 x9", rows, threshold=5, appends=False) == steps(
        "keep A 09-10; move A 09-20; move A 09-30; move A 10-10"
    )


def test_an_endless_event():
    rows = sold("A +7 endless", 2, threshold=3)
    result = update("A +10 endless", rows, threshold=3)
    assert result == steps(
        "keep A 09-10; keep A 09-17; move A 09-27; move A 10-07; add A 10-17"
    )


def test_an_entered_start_date_stays():
    request = planning.Request(date(2027, 9, 10), date(2027, 9, 20))
    rows = sold(T01, 0, request)
    assert update("A SOD 10-10; B +21; C +21", rows, request) == steps(
        "keep A 09-20; keep B 10-11; keep C 11-01"
    )


def test_an_order_that_began_with_a_later_event_gets_no_earlier_one():
    """It began with C; A and B were skipped then, and ship now for new orders only."""
    rows = sold("A Skip; B +21 Skip; C +21; D +21")
    assert update("A; B +21; C +21; D +21", rows) == steps("keep C 09-10; keep D 10-01")


def test_an_event_without_timing_is_refused():
    with pytest.raises(planning.MissingTiming):
        update("A; B; C +21", sold(T01, 1))


def test_an_empty_ledger():
    assert update(T01, []) == []


def test_twice_is_once():
    """Written as the caller does, the second update keeps everything."""
    rows = sold(T01, 1)
    now = "A; N +7; C +30"
    result = planning.update(program(now), rows, REQUEST, threshold=0)
    after = [
        planning.LedgerRow(
            s.event.key,
            s.occurrence,
            s.date,
            s.date,
            s.event.key != "A",
            s.event.number,
            has_left=s.event.key == "A",
        )
        for s in result
        if s.action != "remove"
    ]
    assert update(now, after) == steps("keep A 09-10; keep N 09-17; keep C 10-17")
