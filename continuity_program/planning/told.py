# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What a customer was told is what he gets, from another day on (rules R18)."""

from dataclasses import replace
from datetime import timedelta

from .chain import bounded, check_day, first_date, follow, is_fixed, last_day
from .errors import TooFar
from .ledger import event_of
from .program import Occurrence


def as_told(program, rows, base):
    """Read a program as it was when the rows were laid out.

    Their events alone, in the order they had, beginning with the first of them. Timing
    is the program's of today; an event that has left it has none. See :func:`redate`.

    :param Program program: the program
    :param Sequence[LedgerRow] rows: the rows in the order of the plan
    :param date base: the day they count from: the start that was entered, else the
        order date
    :rtype: Program
    """
    events = {
        row.key: replace(event_of(program, row), number=row.number, action="send")
        for row in rows
    }
    return replace(
        program,
        events=tuple(events.values()),
        current_number=rows[0].number,
        days_after_order=max((rows[0].scheduled_date - base).days, 0),
    )


def redate(program, request, rows):
    """Date rows anew from another base; none is added, none goes.

    A row keeps the distance it was told with, where the timing of today is another.

    :param Program program: see :func:`as_told`
    :param Request request: the order
    :param Sequence[LedgerRow] rows: the rows in the order of the plan
    :return: one shipment for each row
    :rtype: list[Occurrence]
    :raise TooFar: a shipment would leave more than 50 years ahead
    """
    until = last_day(request.order_date)
    day = check_day(first_date(program, request), rows[0].number, until)
    told = _as_it_was(event_of(program, rows[0]), rows[0])
    result = [replace(told, date=day, anchor=day)]
    for row in rows[1:]:
        event = event_of(program, row)
        before, told = told, _tell(told, event, row)
        if told is None:
            told = _as_it_was(event, row)
            distance = told.date - before.date
            result.append(_keep_distance(result[-1], event, row, distance, until))
        else:
            result.append(follow(result[-1], event, row.occurrence, until))
    return result


def _as_it_was(event, row):
    """Read a row on the day that was told; the months behind it count from there."""
    day = row.scheduled_date
    return Occurrence(event, row.occurrence, day, day)


def _tell(before, event, row):
    """Follow the row before to the day that was told; None = today's timing leads
    elsewhere.

    A Start order date is a day of the calendar: it is that of today for everybody.
    """
    if not (event.has_timing or is_fixed(event, row.occurrence)):
        return None
    try:
        link = follow(before, event, row.occurrence)
    except TooFar:
        return None
    if is_fixed(event, row.occurrence):
        return _as_it_was(event, row)
    return link if link.date == row.scheduled_date else None


def _keep_distance(link, event, row, distance, until):
    """Date a row as far behind the one before it as it was told."""
    with bounded(row.number, until):
        kept = max(distance, timedelta(0))
        day = check_day(link.date + kept, row.number, until)
    return Occurrence(event, row.occurrence, day, day)
