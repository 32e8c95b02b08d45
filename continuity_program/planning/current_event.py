# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The calendar of a program and the event it has reached (rule R17)."""

from dataclasses import dataclass
from datetime import date, timedelta

from .chain import follow, last_day, walk
from .errors import TooFar
from .program import Occurrence, sent_events


@dataclass(frozen=True)
class Pointer:
    """How far the calendar of a program has come.

    :param int number: number of the current event, 0 = not started
    :param int occurrence: occurrence it has reached
    :param date date: date it became current; None before the start, or when the
        stored pointer is ahead of a calendar that was changed (keep the stored date)
    :param bool ended: no new orders that start with the current event
    :param date ended_on: first day on which it is ended, None = never
    :param tuple[Occurrence, ...] passed: what became current since the stored
        pointer of the program, to be stamped with its date
    """

    number: int
    occurrence: int
    date: date | None
    ended: bool
    ended_on: date | None
    passed: tuple[Occurrence, ...]


def calendar_anchor(program, opened_on):
    """Find the first date of the calendar (R17).

    :param Program program: the program
    :param date opened_on: local date the program was opened
    :return: Start order date of the first event that ships, else the opening date
    :rtype: date
    """
    events = sent_events(program)
    fixed = events[0].start_order_date if events else None
    return fixed or opened_on


def calendar(program, anchor, today=None):
    """Date the program itself, as for a member from the very beginning (R17).

    :param Program program: the program
    :param date anchor: first date, see :func:`calendar_anchor`
    :param date today: the day it is asked, None = the anchor
    :return: all occurrences, lazily; they end 50 years ahead
    :rtype: Iterator[Occurrence]
    :raise MissingTiming: when the walk reaches an event without a timing
    """
    events = sent_events(program)
    if not events:
        return
    try:
        until = last_day(max(anchor, today or anchor))
        yield from walk(Occurrence(events[0], 0, anchor, anchor), events, until)
    except TooFar:
        # Nobody asks how a calendar goes on in fifty years.
        return


def calendar_end(program, anchor):
    """Find the first day on which a program is ended (R17).

    One more step of the last event after its last date; without a timing of its
    own, the distance of the last two dates.

    :param Program program: the program
    :param date anchor: first date of the calendar
    :return: the day, None when it never ends
    :rtype: date or None
    """
    events = sent_events(program)
    if not events or any(event.is_endless for event in events):
        return None
    first = Occurrence(events[0], 0, anchor, anchor)
    try:
        dates = list(walk(first, events, last_day(anchor)))
        last = dates[-1]
        if last.event.has_timing:
            return follow(last, last.event, last.occurrence + 1).date
    except TooFar:
        return None
    if len(dates) == 1:
        return None
    # Two events on one day would end the program the day it reaches them.
    distance = last.date - dates[-2].date
    return last.date + max(distance, timedelta(days=1))


def pointer(program, anchor, today):
    """Find the event a program has reached (R17).

    The last occurrence with a date not after today; 0 before the first. It never
    moves back behind the pointer stored in the program.

    :param Program program: the program with its stored pointer
    :param date anchor: first date of the calendar
    :param date today: local date
    :return: the pointer
    :rtype: Pointer
    """
    stored = program.current_number, program.current_occurrence
    reached = None
    passed = []
    for item in calendar(program, anchor, today):
        if item.date > today:
            break
        reached = item
        if (item.event.number, item.occurrence) > stored:
            passed.append(item)
    ended_on = calendar_end(program, anchor)
    ended = bool(ended_on and today >= ended_on)
    if reached and (reached.event.number, reached.occurrence) >= stored:
        stored = reached.event.number, reached.occurrence
        day = reached.date
    else:
        day = None
    return Pointer(*stored, day, ended, ended_on, tuple(passed))
