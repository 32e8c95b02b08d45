# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The acceptance tables for payment schedules (C7, C8, T75, T76).

Every expected amount and date is written by hand. Plain pytest functions: Odoo's
own test runner does not collect them.
"""

from decimal import Decimal

import pytest

from ... import planning
from .planning_notation import day, days

CENT = Decimal("0.01")
YEN = Decimal(1)
FILS = Decimal("0.001")
BASE = "08-31"


def decimals(text):
    """Read a list of amounts; ``6*14.28`` stands for six of them."""
    result = []
    for word in text.split():
        count, _, amount = word.rpartition("*")
        result += [Decimal(amount)] * int(count or 1)
    return result


def percent_lines(*values):
    """Lines in percent, one period apart."""
    return tuple(
        planning.ScheduleLine("percent", Decimal(value), periods)
        for periods, value in enumerate(values)
    )


def quantity(number, **values):
    """A schedule of equal monthly payments."""
    return planning.Schedule("fixed_quantity", number_of_payments=number, **values)


def amount_of(amount, **values):
    """A schedule of fixed monthly amounts."""
    return planning.Schedule("fixed_amount", amount=Decimal(amount), **values)


def specified(*lines):
    """A specified schedule of monthly periods."""
    return planning.Schedule("specified", lines=lines)


def split(total, schedule, unit=CENT, base=BASE):
    """Amounts and dates of some instalments."""
    rows = planning.instalments(Decimal(total), schedule, day(base), unit)
    assert [row.sequence for row in rows] == list(range(1, len(rows) + 1))
    return [row.amount for row in rows], [row.date for row in rows]


@pytest.mark.parametrize(
    ("schedule", "amounts", "dates"),
    [
        pytest.param(
            quantity(3), "23.37 23.37 23.38", "08-31, 09-30, 10-31", id="quantity"
        ),
        pytest.param(
            quantity(12, minimum=Decimal(10)),
            "6*10.01 10.06",
            "08-31, 09-30, 10-31, 11-30, 12-31, 2028-01-31, 02-29",
            id="quantity with minimum",
        ),
        pytest.param(
            amount_of(25), "25.00 25.00 20.12", "08-31, 09-30, 10-31", id="amount"
        ),
        pytest.param(
            amount_of(25, minimum=Decimal(25)),
            "25.00 45.12",
            "08-31, 09-30",
            id="amount with minimum",
        ),
        pytest.param(
            specified(*percent_lines(50, 30, 20)),
            "35.06 21.03 14.03",
            "08-31, 09-30, 10-31",
            id="specified percent",
        ),
        pytest.param(
            specified(
                planning.ScheduleLine("amount", Decimal(20), 0),
                planning.ScheduleLine("percent", Decimal(0), 1),
            ),
            "20.00 50.12",
            "08-31, 09-30",
            id="specified amount, then the rest",
        ),
        pytest.param(planning.Schedule("total"), "70.12", "09-30", id="total"),
        pytest.param(
            planning.Schedule("total", interval=0), "70.12", "08-31", id="total at base"
        ),
        pytest.param(None, "70.12", "08-31", id="no schedule"),
    ],
)
def test_allocations(schedule, amounts, dates):
    assert split("70.12", schedule) == (decimals(amounts), days(dates))


@pytest.mark.parametrize(
    ("total", "number", "unit", "amounts"),
    [
        ("100.00", 3, CENT, "33.33 33.33 33.34"),
        ("59.95", 4, CENT, "14.98 14.98 14.98 15.01"),
        ("100.00", 7, CENT, "6*14.28 14.32"),
        ("99.99", 12, CENT, "11*8.33 8.36"),
        ("1000", 3, YEN, "333 333 334"),
        ("10.000", 3, FILS, "3.333 3.333 3.334"),
        ("1.00", 60, CENT, "59*0.01 0.41"),
        ("0.02", 2, CENT, "0.01 0.01"),
        ("70.12", 1, CENT, "70.12"),
        # The fixture in three currencies, modes B and D.
        ("14.94", 3, CENT, "4.98 4.98 4.98"),
        ("22.32", 3, CENT, "7.44 7.44 7.44"),
        ("32.85", 3, CENT, "10.95 10.95 10.95"),
        ("7012", 3, YEN, "2337 2337 2338"),
        ("70.129", 3, FILS, "23.376 23.376 23.377"),
        # Cash rounding to five centimes.
        ("100.00", 3, Decimal("0.05"), "33.30 33.30 33.40"),
    ],
)
def test_equal_payments(total, number, unit, amounts):
    assert split(total, quantity(number), unit)[0] == decimals(amounts)


def test_an_instalment_of_zero_is_refused_with_the_largest_number():
    with pytest.raises(planning.ScheduleError) as refused:
        split("0.02", quantity(3))
    assert refused.value.code == "too_many_payments"
    assert refused.value.data == {"maximum": 2, "payments": 3}


@pytest.mark.parametrize(
    ("schedule", "amounts"),
    [
        # The minimum leaves at least one payment.
        (quantity(12, minimum=Decimal(80)), "70.12"),
        (quantity(2, minimum=Decimal(10)), "35.06 35.06"),
        (quantity(3, minimum=Decimal("35.06")), "35.06 35.06"),
        # A single row has no row before it to join.
        (amount_of(80, minimum=Decimal(75)), "70.12"),
        (amount_of("35.06"), "35.06 35.06"),
        (amount_of("0.01"), "7012*0.01"),
        (amount_of(1), "70*1.00 0.12"),
        (amount_of("70.12"), "70.12"),
        (amount_of(25, minimum=Decimal("20.12")), "25.00 25.00 20.12"),
        (amount_of(25, minimum=Decimal("20.13")), "25.00 45.12"),
        # The last line takes the rest whatever it says.
        (specified(*percent_lines(50, 30, 10)), "35.06 21.03 14.03"),
        (specified(*percent_lines(10)), "70.12"),
    ],
)
def test_boundaries(schedule, amounts):
    assert split("70.12", schedule)[0] == decimals(amounts)


@pytest.mark.parametrize(
    ("schedule", "base", "dates"),
    [
        (quantity(3, unit="days", interval=14), "09-10", "09-10, 09-24, 10-08"),
        (quantity(3, interval=2), "2027-12-31", "12-31, 2028-02-29, 04-30"),
        (
            quantity(3, unit="years"),
            "2028-02-29",
            "2028-02-29, 2029-02-28, 2030-02-28",
        ),
        (quantity(2, interval=0), "09-10", "09-10, 09-10"),
        (planning.Schedule("total", "days", 30), "09-10", "10-10"),
        # A period is one month here, whatever the interval says.
        (
            planning.Schedule(
                "specified",
                interval=2,
                lines=(
                    planning.ScheduleLine("percent", Decimal(50), 1),
                    planning.ScheduleLine("percent", Decimal(50), 3),
                ),
            ),
            "08-31",
            "09-30, 11-30",
        ),
    ],
)
def test_due_dates(schedule, base, dates):
    assert split("70.12", schedule, base=base)[1] == days(dates)


@pytest.mark.parametrize(
    ("start", "submitted", "dates"),
    [
        ("08-31", "08-31", "08-31, 09-30, 10-31, 11-30"),
        ("08-01", "09-10", "09-10, 10-10, 11-10, 12-10"),
    ],
)
def test_t75_up_front_by_schedule(start, submitted, dates):
    base = planning.first_due_date(day(start), day(submitted))
    rows = planning.instalments(70.12, quantity(4), base, CENT)
    assert [row.date for row in rows] == days(dates)


def test_t76_per_shipment_by_schedule():
    base = planning.commitment_date(day("09-10"), day("09-12"))
    schedule = quantity(3, unit="days", interval=14)
    rows = planning.instalments(70.12, schedule, base, CENT)
    assert [row.date for row in rows] == days("09-12, 09-26, 10-10")


def test_mb6_rows_of_a_late_child():
    base = planning.commitment_date(day("10-22"), day("10-25"))
    rows = planning.instalments(32.85, quantity(3), base, CENT)
    assert [row.date for row in rows] == days("10-25, 11-25, 12-25")


@pytest.mark.parametrize(
    ("total", "unit", "amounts"),
    [
        # Floats as Odoo keeps them.
        (70.12, 0.01, "23.37 23.37 23.38"),
        (70.11999999999999, 0.01, "23.37 23.37 23.38"),
        (19.999, 0.01, "6.66 6.66 6.68"),
        (1.005, 0.01, "0.33 0.33 0.35"),
        (7012.0, 1.0, "2337 2337 2338"),
        (70.129, 0.001, "23.376 23.376 23.377"),
        (1000, 1, "333 333 334"),
    ],
)
def test_totals_as_floats(total, unit, amounts):
    rows = planning.instalments(total, quantity(3), day(BASE), unit)
    assert [row.amount for row in rows] == decimals(amounts)


@pytest.mark.parametrize("total", [0, 0.0, 0.004, "0.00"])
def test_nothing_to_pay_gives_no_rows(total):
    assert planning.instalments(total, quantity(3), day(BASE), CENT) == []
    assert planning.instalments(total, None, day(BASE), CENT) == []


@pytest.mark.parametrize(
    ("schedule", "code"),
    [
        (quantity(0), "payments_below_one"),
        (quantity(-1), "payments_below_one"),
        (quantity(3, interval=-1), "negative_interval"),
        (planning.Schedule("total", interval=-1), "negative_interval"),
        (quantity(3, minimum=Decimal(-1)), "negative_minimum"),
        (amount_of(0), "amount_not_positive"),
        (amount_of(-5), "amount_not_positive"),
        (specified(), "no_lines"),
        (specified(*percent_lines(50, 30, 21)), "percent_over_100"),
        (specified(*percent_lines(101)), "percent_over_100"),
        (specified(*percent_lines(0, 100)), "line_not_positive"),
        (specified(*percent_lines(50, -10)), "line_not_positive"),
        (
            specified(planning.ScheduleLine("amount", Decimal(20), -1)),
            "negative_periods",
        ),
        (planning.Schedule("sometimes"), "unknown_schedule"),
        (planning.Schedule("total", "weeks"), "unknown_schedule"),
    ],
)
def test_schedules_that_are_refused(schedule, code):
    with pytest.raises(planning.ScheduleError) as refused:
        planning.check_schedule(schedule)
    assert refused.value.code == code
    with pytest.raises(planning.ScheduleError):
        split("70.12", schedule)


@pytest.mark.parametrize(
    ("total", "schedule", "unit", "code", "data"),
    [
        # 80.00 of 70.12 leaves a last row below 0, 100 % leaves one of 0.
        (
            "70.12",
            specified(
                planning.ScheduleLine("amount", Decimal(80), 0),
                planning.ScheduleLine("amount", Decimal(1), 1),
            ),
            CENT,
            "row_not_positive",
            {"line": 2},
        ),
        (
            "70.12",
            specified(*percent_lines(100, 0)),
            CENT,
            "row_not_positive",
            {"line": 2},
        ),
        (
            "0.01",
            specified(*percent_lines(50, 50)),
            CENT,
            "row_not_positive",
            {"line": 1},
        ),
        ("1000", amount_of("0.25"), YEN, "amount_not_positive", {}),
        ("-1.00", quantity(3), CENT, "negative_total", {}),
        ("-1.00", None, CENT, "negative_total", {}),
    ],
)
def test_amounts_a_schedule_does_not_fit(total, schedule, unit, code, data):
    with pytest.raises(planning.ScheduleError) as refused:
        split(total, schedule, unit)
    assert (refused.value.code, refused.value.data) == (code, data)
