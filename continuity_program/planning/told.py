# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What a customer was told is what he gets, from another day on (rules R18)."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

from .chain import bounded, check_day, first_date, follow, is_fixed, last_day
from .ledger import event_of
from .program import Occurrence


def as_told(program, rows):
    """Read a program as it was when the rows were laid out.

    Their events alone, in the order they had, beginning with the first of them. Timing
    is the program's of today; an event that has left it has none.

    :param Program program: the program
    :param Sequence[LedgerRow] rows: the rows in the order of the plan
    :rtype: Program
    """
    events = {
        row.key: replace(event_of(program, row), number=row.number, action="send")
        for row in rows
    }
    return replace(
        program, events=tuple(events.values()), current_number=rows[0].number
    )


def redate(program, request, rows):
    """Date rows anew from another base; none is added, none goes.

    :param Program program: see :func:`as_told`
    :param Request request: the order
    :param Sequence[LedgerRow] rows: the rows in the order of the plan
    :return: one shipment for each row
    :rtype: list[Occurrence]
    :raise TooFar: a shipment would leave more than 50 years ahead
    """
    until = last_day(request.order_date)
    day = check_day(first_date(program, request), rows[0].number, until)
    result = [Occurrence(event_of(program, rows[0]), rows[0].occurrence, day, day)]
    for before, row in pairwise(rows):
        distance = row.scheduled_date - before.scheduled_date
        result.append(_behind(result[-1], event_of(program, row), row, distance, until))
    return result


def _behind(link, event, row, distance, until):
    """Date a row behind the one before it; without timing it keeps its distance."""
    if event.has_timing or is_fixed(event, row.occurrence):
        return follow(link, event, row.occurrence, until)
    with bounded(row.number, until):
        kept = max(distance, timedelta(0))
        day = check_day(link.date + kept, row.number, until)
    return Occurrence(event, row.occurrence, day, day)
