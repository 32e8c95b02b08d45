# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""An amount, a payment schedule and a date in, dated amounts out (rules C7, C8).

Amounts are split as whole numbers of the currency's smallest unit, so that the
instalments always add up to the total.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from .errors import ScheduleError
from .intervals import add_months

MONTHS_PER_PERIOD = {"months": 1, "years": 12}


@dataclass(frozen=True)
class ScheduleLine:
    """One line of a *specified* schedule.

    :param str value: percent or amount
    :param Decimal quantity: percent of the total, or an amount; the last line takes
        the rest whatever it says
    :param int periods_after: periods (days, months, years) after the base date
    """

    value: str
    quantity: Decimal
    periods_after: int = 0


@dataclass(frozen=True)
class Schedule:
    """A payment schedule.

    :param str allocation: total, fixed_amount, fixed_quantity or specified
    :param str unit: days, months or years
    :param int interval: number of such periods between two instalments
    :param int number_of_payments: for fixed_quantity
    :param Decimal amount: for fixed_amount
    :param Decimal minimum: smallest instalment, 0 = none
    :param tuple[ScheduleLine, ...] lines: for specified
    """

    allocation: str
    unit: str = "months"
    interval: int = 1
    number_of_payments: int = 0
    amount: Decimal = Decimal(0)
    minimum: Decimal = Decimal(0)
    lines: tuple[ScheduleLine, ...] = ()


@dataclass(frozen=True)
class Instalment:
    """One payment of a schedule.

    :param int sequence: 1, 2, 3 …
    :param date date: due date
    :param Decimal amount: amount in whole units of the currency
    """

    sequence: int
    date: date
    amount: Decimal


def to_units(value, unit):
    """Express an amount as a whole number of the smallest currency unit.

    Rounds half up by the decimal value a person would read, never by the binary
    one: 1.005 in cents is 101.

    :param value: the amount, Decimal, int or float
    :param unit: smallest unit of the currency, e.g. 0.01, 1 or 0.001
    :return: number of units
    :rtype: int
    """
    ratio = Decimal(str(value)) / Decimal(str(unit))
    return int(ratio.to_integral_value(ROUND_HALF_UP))


def first_due_date(start_date, submit_date):
    """Give the base date of an order billed up front by schedule (N23).

    :param date start_date: start of the order
    :param date submit_date: local date of Submit
    :return: the later of the two, so that nothing is due before it is agreed
    :rtype: date
    """
    return max(start_date, submit_date)


def check_schedule(schedule):
    """Refuse a payment schedule that cannot work for any amount (C8).

    Codes: ``unknown_schedule``, ``negative_interval``, ``negative_minimum``,
    ``payments_below_one``, ``amount_not_positive``, ``no_lines``,
    ``percent_over_100``, ``line_not_positive``, ``negative_periods``.

    :param Schedule schedule: the schedule
    :raise ScheduleError: with the code of the first reason found
    """
    units = ("days", *MONTHS_PER_PERIOD)
    if schedule.allocation not in SPLITS or schedule.unit not in units:
        raise ScheduleError("unknown_schedule", f"no such schedule: {schedule}")
    if schedule.interval < 0:
        raise ScheduleError("negative_interval", "interval below 0")
    if schedule.minimum < 0:
        raise ScheduleError("negative_minimum", "minimum below 0")
    if schedule.allocation == "fixed_quantity" and schedule.number_of_payments < 1:
        raise ScheduleError("payments_below_one", "fewer than one payment")
    if schedule.allocation == "fixed_amount" and schedule.amount <= 0:
        raise ScheduleError("amount_not_positive", "fixed amount of 0 or less")
    if schedule.allocation == "specified":
        _check_lines(schedule.lines)


def _check_lines(lines):
    """Refuse lines of a *specified* schedule that can give no positive rows."""
    if not lines:
        raise ScheduleError("no_lines", "specified schedule without lines")
    percent = sum(Decimal(str(x.quantity)) for x in lines if x.value == "percent")
    if percent > 100:
        raise ScheduleError("percent_over_100", "more than 100 %", percent=percent)
    for number, line in enumerate(lines, 1):
        if line.periods_after < 0:
            raise ScheduleError("negative_periods", "periods below 0", line=number)
        # The last line takes the rest, so 0 is a way to write "the rest".
        is_last = number == len(lines)
        if line.quantity < 0 or (not line.quantity and not is_last):
            raise ScheduleError("line_not_positive", "line of 0 or less", line=number)


def _split_total(units, _schedule, _unit):
    """One row."""
    return [units]


def _split_quantity(units, schedule, unit):
    """Equal rows rounded down, the last takes the rest (N24)."""
    number = schedule.number_of_payments
    minimum = to_units(schedule.minimum, unit)
    if minimum:
        number = max(1, min(number, units // minimum))
    if number > units:
        raise ScheduleError(
            "too_many_payments",
            f"{units} payments at most",
            maximum=units,
            payments=number,
        )
    each = units // number
    return [each] * (number - 1) + [units - each * (number - 1)]


def _split_amount(units, schedule, unit):
    """Rows of a fixed amount; a rest below the minimum joins the row before."""
    each = to_units(schedule.amount, unit)
    if each < 1:
        raise ScheduleError("amount_not_positive", "fixed amount below one unit")
    full, rest = divmod(units, each)
    parts = [each] * full
    if not rest:
        return parts
    if parts and rest < to_units(schedule.minimum, unit):
        parts[-1] += rest
        return parts
    return [*parts, rest]


def _split_lines(units, schedule, unit):
    """Rows as specified, percent rounded down, the last takes the rest."""
    parts = []
    for line in schedule.lines[:-1]:
        if line.value == "percent":
            parts.append(int(units * Decimal(str(line.quantity)) // 100))
        else:
            parts.append(to_units(line.quantity, unit))
    return [*parts, units - sum(parts)]


SPLITS = {
    "total": _split_total,
    "fixed_quantity": _split_quantity,
    "fixed_amount": _split_amount,
    "specified": _split_lines,
}


def _periods(schedule, number):
    """Periods from the base date to each row (C8)."""
    if schedule.allocation == "specified":
        return [line.periods_after for line in schedule.lines]
    # *Total* is due one interval after the base, the others begin on it.
    first = 1 if schedule.allocation == "total" else 0
    return [schedule.interval * (first + k) for k in range(number)]


def _due_date(base_date, unit, periods, line):
    """Base date plus periods, months counted from the base (R4)."""
    try:
        if unit == "days":
            return base_date + timedelta(days=periods)
        return add_months(base_date, MONTHS_PER_PERIOD[unit] * periods)
    except (OverflowError, ValueError) as error:
        raise ScheduleError("too_far", "no such date", line=line) from error


def due_dates(schedule, base_date, number):
    """List the dates of the first instalments, whatever the amount.

    :param Schedule schedule: the schedule
    :param date base_date: date the schedule counts from
    :param int number: how many
    :return: fewer, when the schedule has fewer
    :rtype: list[date]
    :raise ScheduleError: ``too_far``, see :func:`instalments`
    """
    periods = _periods(schedule, number)[:number]
    return [
        _due_date(base_date, schedule.unit, after, k)
        for k, after in enumerate(periods, 1)
    ]


def instalments(total, schedule, base_date, unit):
    """Split an amount into dated instalments (C8).

    Codes besides those of :func:`check_schedule`: ``negative_total``;
    ``too_many_payments`` with the largest possible number as ``maximum``;
    ``too_far`` with the ``line`` that no date exists for;
    ``row_not_positive`` with the ``line`` of a *specified* schedule.

    :param total: the amount, Decimal, int or float; 0 gives no rows
    :param Schedule schedule: the schedule, None = one row on the base date
    :param date base_date: date the schedule counts from
    :param unit: smallest unit of the currency, e.g. 0.01, 1 or 0.001
    :return: rows of more than 0 whose sum is the total
    :rtype: list[Instalment]
    :raise ScheduleError: the schedule is refused, or does not fit this amount
    """
    units = to_units(total, unit)
    if units < 0:
        raise ScheduleError("negative_total", "amount below 0")
    if not units:
        return []
    step = Decimal(str(unit))
    if schedule is None:
        return [Instalment(1, base_date, units * step)]
    check_schedule(schedule)
    parts = SPLITS[schedule.allocation](units, schedule, unit)
    for number, part in enumerate(parts, 1):
        if part <= 0:
            raise ScheduleError("row_not_positive", "row of 0 or less", line=number)
    periods = _periods(schedule, len(parts))
    return [
        Instalment(k, _due_date(base_date, schedule.unit, after, k), part * step)
        for k, (part, after) in enumerate(zip(parts, periods, strict=True), 1)
    ]
