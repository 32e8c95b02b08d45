# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What a program is, for planning: events, their order, where an order starts."""

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import date
from itertools import count

from .intervals import Interval


@dataclass(frozen=True)
class Event:
    """One step of a program: what ships together, once or repeatedly.

    :param Hashable key: identity of the event, e.g. the database id
    :param int number: Event ID, gives the order of the events
    :param str action: send; skip (as if absent, R6); end (nothing follows, R7)
    :param int days_from_last: days after the previous shipment, 0 = not set (N31)
    :param Interval interval: date interval instead of days, or None
    :param date start_order_date: earliest date of the first occurrence, or None
    :param int repeat_count: additional repeats, -1 = until cancelled
    """

    key: Hashable
    number: int
    action: str = "send"
    days_from_last: int = 0
    interval: Interval | None = None
    start_order_date: date | None = None
    repeat_count: int = 0

    @property
    def is_endless(self):
        """Tell whether the event repeats until the order is cancelled (decision 1).

        :return: True for repeat count -1
        :rtype: bool
        """
        return self.repeat_count < 0

    @property
    def shipments(self):
        """Count the shipments of the event: the first and its repeats.

        :return: number of shipments, None when endless
        :rtype: int or None
        """
        return None if self.is_endless else 1 + self.repeat_count

    @property
    def has_timing(self):
        """Tell whether the event says when it follows the one before (N31).

        :return: True with days from last or a date interval
        :rtype: bool
        """
        return bool(self.days_from_last or self.interval)

    def occurrences(self, first=0):
        """Number the occurrences of the event; 0 is the first, 1 its first repeat.

        :param int first: occurrence to begin with
        :return: occurrence numbers, without end for an endless event
        :rtype: Iterable[int]
        """
        return count(first) if self.is_endless else range(first, self.shipments)


@dataclass(frozen=True)
class Program:
    """The part of a program that decides dates.

    :param tuple[Event, ...] events: all events, skipped ones included
    :param str order_start: new orders begin with the first or the current event
    :param int days_after_order: days from the base date to the first shipment (R2)
    :param int current_number: number of the current event, 0 = not started (R17)
    :param int current_occurrence: occurrence the current event has reached
    :param str current_start: a new member gets the full current event, or its
        remaining repeats (N60)
    """

    events: tuple[Event, ...]
    order_start: str = "first"
    days_after_order: int = 0
    current_number: int = 0
    current_occurrence: int = 0
    current_start: str = "full"


@dataclass(frozen=True)
class Request:
    """What one order asks of a program.

    :param date order_date: local date of the order in the company's zone (R1)
    :param date start_date: start date, only when *entered*, that is when it differs
        from :func:`proposed_start` (N28); else None
    :param int duration: number of distinct events sold, 0 = all (R8)
    """

    order_date: date
    start_date: date | None = None
    duration: int = 0


@dataclass(frozen=True)
class Occurrence:
    """One dated shipment of the plan.

    :param Event event: the event that ships
    :param int occurrence: 0 = first, 1 = first repeat …
    :param date date: the scheduled date (R11)
    :param date anchor: the date months are counted from by the next step (R4)
    """

    event: Event
    occurrence: int
    date: date
    anchor: date


def sent_events(program, first_number=0):
    """List the events that ship, up to the End event (R6, R7).

    :param Program program: the program
    :param int first_number: leave out events with a lower number
    :return: events in order of their number
    :rtype: list[Event]
    """
    result = []
    for event in sorted(program.events, key=lambda event: event.number):
        if event.action == "skip" or event.number < first_number:
            continue
        result.append(event)
        if event.action == "end":
            break
    return result


def starting_point(program):
    """Find where a new order begins (R2, R17).

    A current event marked *Skip* hands over to the next one that ships. A
    program whose calendar has not started behaves as *first* (N71).

    :param Program program: the program
    :return: starting event and its occurrence, None when nothing is left to sell
    :rtype: tuple[Event, int] or None
    """
    is_current = program.order_start == "current"
    events = sent_events(program, program.current_number if is_current else 0)
    if not events:
        return None
    event = events[0]
    if not is_current or program.current_start != "remaining":
        return event, 0
    if event.number != program.current_number:
        return event, 0
    reached = program.current_occurrence
    # The program may have lost repeats since: at least the current one is sold.
    return event, reached if event.is_endless else min(reached, event.repeat_count)


def active_events(program, duration=0):
    """List the events an order ships, from its starting event on (R6 to R8).

    :param Program program: the program
    :param int duration: number of distinct events sold, 0 = all; repeats belong to
        their event and are not counted
    :return: events in order, fewer than ``duration`` when the program is shorter
    :rtype: tuple[Event, ...]
    """
    start = starting_point(program)
    if start is None:
        return ()
    events = sent_events(program, start[0].number)
    return tuple(events[: duration or None])


def duration_available(program):
    """Count the distinct events left from the starting event on (R8).

    A caller that sells more warns: "3 of 5".

    :param Program program: the program
    :return: number of events a new order can get at most
    :rtype: int
    """
    return len(active_events(program))
