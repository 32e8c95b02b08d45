# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""From events and a base date to dated occurrences (rules R2, R3, R9, R18).

Each date follows from the one before it, so the plan is a chain. It is walked
lazily: an endless program costs only what is asked for.
"""

from contextlib import contextmanager
from datetime import MAXYEAR, date, timedelta
from itertools import islice

from .errors import EndlessProgram, MissingTiming, PlanningError, TooFar
from .program import Occurrence, active_events, starting_point

# How far an endless event is laid out when no threshold is set (R9, R10).
ENDLESS_HORIZON = 12

# How far ahead anything is planned. What lies further is a slip of the keyboard.
YEARS_AHEAD = 50

# A parcel a day for as long: more is not counted.
MOST_SHIPMENTS = 20_000


def last_day(base):
    """Return the last day a plan may reach.

    :param date base: the day the plan is made, or counts from
    :return: 31 December, 50 years ahead
    :rtype: date
    """
    return date(min(base.year + YEARS_AHEAD, MAXYEAR), 12, 31)


@contextmanager
def bounded(number, until):
    """Raise our own error where the calendar of Python ends.

    :param int number: number of the event that is dated
    :param date until: the last day a plan may reach
    :raise TooFar: the block computed a date that does not exist
    """
    try:
        yield
    except PlanningError:
        raise
    except (OverflowError, ValueError) as error:
        raise TooFar(number, until) from error


def check_day(day, number, until):
    """Refuse a day behind the last one a plan may reach.

    :param date day: the day
    :param int number: number of the event
    :param date until: the last day a plan may reach
    :return: the day
    :rtype: date
    :raise TooFar: it lies behind it
    """
    if day > until:
        raise TooFar(number, until)
    return day


def follow(previous, event, occurrence, until=date.max):
    """Date the next occurrence from the one before it (R3, R4).

    :param Occurrence previous: the shipment before
    :param Event event: event of the next shipment
    :param int occurrence: its occurrence, 0 = first
    :param date until: the last day a plan may reach
    :return: the next shipment with its anchor
    :rtype: Occurrence
    :raise MissingTiming: the event says nothing about its date
    :raise TooFar: it would leave behind that day
    """
    with bounded(event.number, until):
        day = _next_day(previous, event, occurrence)
    check_day(day, event.number, until)
    anchor = previous.anchor if carries_anchor(event, occurrence) else day
    return Occurrence(event, occurrence, day, anchor)


def _next_day(previous, event, occurrence):
    """Date of the next occurrence."""
    if occurrence == 0 and event.start_order_date:
        # Later of the two: an entered start may have overtaken the calendar (N29).
        return max(event.start_order_date, previous.date)
    if event.days_from_last:
        return previous.date + timedelta(days=event.days_from_last)
    if event.interval:
        return event.interval.after(previous.date, previous.anchor)
    raise MissingTiming(event)


def follow_free(previous, event, occurrence, held, until=date.max):
    """Date the next occurrence on a day that no other shipment has.

    A day that is held is passed over: the shipment leaves a step of its own timing
    later. A Start order date is a day of the calendar: it gives way by a day at a time.

    :param Occurrence previous: the shipment before
    :param Event event: event of the next shipment
    :param int occurrence: its occurrence, 0 = first
    :param Container[date] held: days other shipments have
    :param date until: the last day a plan may reach
    :return: the next shipment with its anchor
    :rtype: Occurrence
    :raise MissingTiming: the event says nothing about its date
    :raise TooFar: it would leave behind that day
    """
    link = follow(previous, event, occurrence, until)
    while link.date in held:
        link = _give_way(link, event, occurrence, until)
    return link


def _give_way(link, event, occurrence, until):
    """Date a shipment a step later than it is."""
    if event.has_timing and not is_fixed(event, occurrence):
        return follow(link, event, occurrence, until)
    with bounded(event.number, until):
        day = check_day(link.date + timedelta(days=1), event.number, until)
    return Occurrence(event, occurrence, day, day)


def steps_to(previous, event, occurrence, day):
    """Count how often the timing of an event is walked from a shipment to the next.

    More than once where days in between were held by others.

    :param Occurrence previous: the shipment before
    :param Event event: event of the next shipment
    :param int occurrence: its occurrence, 0 = first
    :param date day: the day it leaves
    :return: number of steps, 0 when the timing does not lead to that day
    :rtype: int
    """
    steps, link = 0, previous
    try:
        while not steps or link.date < day:
            link = follow(link, event, occurrence)
            steps += 1
            if steps > 1 and is_fixed(event, occurrence):
                return 0
    except TooFar:
        return 0
    return steps if link.date == day else 0


def is_fixed(event, occurrence):
    """Tell whether a shipment is dated by a Start order date (R3).

    :param Event event: event of the shipment
    :param int occurrence: its occurrence
    :rtype: bool
    """
    return occurrence == 0 and event.start_order_date is not None


def carries_anchor(event, occurrence):
    """Tell whether a shipment is dated by a month-like *same* step (R4).

    :param Event event: event of the shipment
    :param int occurrence: its occurrence
    :return: True when the anchor of the shipment before goes on
    :rtype: bool
    """
    if event.days_from_last or not event.interval:
        return False
    if is_fixed(event, occurrence):
        return False
    return event.interval.keeps_anchor


def sequence(events, first_occurrence=0):
    """Number all shipments of some events, without dates.

    :param Iterable[Event] events: events in order
    :param int first_occurrence: occurrence the first of them begins with
    :return: pairs of event and occurrence, lazily
    :rtype: Iterator[tuple[Event, int]]
    """
    for event in events:
        for occurrence in event.occurrences(first_occurrence):
            yield event, occurrence
        first_occurrence = 0


def walk(first, events, until):
    """Date everything from a given first shipment on (R3).

    The first shipment never uses its event's own timing.

    :param Occurrence first: the dated first shipment
    :param Iterable[Event] events: its event and those that follow
    :param date until: the last day a plan may reach
    :return: all shipments, lazily
    :rtype: Iterator[Occurrence]
    :raise TooFar: when the walk reaches a shipment behind that day
    """
    check_day(first.date, first.event.number, until)
    yield first
    for event, occurrence in sequence(events, first.occurrence + 1):
        first = follow(first, event, occurrence, until)
        yield first


def _fixed_start(program, order_date):
    """Start order date of the starting event, if it decides the start (R2 b)."""
    start = starting_point(program)
    return _fixed_start_of(program, start[0], order_date) if start else None


def _fixed_start_of(program, event, order_date):
    """Start order date of an event an order begins with, if it decides (R2 b)."""
    fixed = event.start_order_date
    if fixed and program.order_start == "current" and fixed <= order_date:
        # A new member of a running calendar is never dated into the past (N7).
        return None
    return fixed


def base_is_order_date(program, request):
    """Tell whether the plan hangs on the order date (R2 c, R18).

    :param Program program: the program
    :param Request request: the order
    :return: True when no start date was entered and no Start order date counts
    :rtype: bool
    """
    return request.start_date is None and not _fixed_start(program, request.order_date)


def proposed_start(program, order_date):
    """Compute what the prompt for a start date proposes (N28).

    Confirming it unchanged means that no start date was *entered*.

    :param Program program: the program
    :param date order_date: local order date
    :return: the Start order date that counts, else the order date
    :rtype: date
    """
    return _fixed_start(program, order_date) or order_date


def first_date(program, request):
    """Date the first shipment (R2).

    :param Program program: the program
    :param Request request: the order
    :return: entered start or order date plus *days after order date*, or exactly
        the Start order date of the starting event
    :rtype: date
    """
    start = starting_point(program)
    return first_date_of(program, request, start[0] if start else None)


def first_date_of(program, request, event):
    """Date the first shipment of an order that begins with a given event (R2).

    :param Program program: the program
    :param Request request: the order
    :param Event event: the event it begins with, None = no event
    :return: see :func:`first_date`
    :rtype: date
    """
    fixed = event and _fixed_start_of(program, event, request.order_date)
    if fixed and request.start_date is None:
        return fixed
    base = request.start_date or request.order_date
    with bounded(event.number if event else 0, last_day(request.order_date)):
        return base + timedelta(days=program.days_after_order)


def plan(program, request):
    """Date all shipments of an order (R2 to R8).

    :param Program program: the program
    :param Request request: the order
    :return: shipments in order, lazily; of an endless program as many as are asked for,
        until :func:`last_day`
    :rtype: Iterator[Occurrence]
    :raise MissingTiming: when the walk reaches an event without a timing
    :raise TooFar: when the walk reaches a shipment more than 50 years ahead
    """
    start = starting_point(program)
    if start is None:
        return
    event, occurrence = start
    day = first_date(program, request)
    first = Occurrence(event, occurrence, day, day)
    until = last_day(request.order_date)
    yield from walk(first, active_events(program, request.duration), until)


def numbered(program, duration=0):
    """List all shipments of an order by event and occurrence, whatever their dates.

    :param Program program: the program, with an end
    :param int duration: number of distinct events sold, 0 = all (R8)
    :return: pairs of event and occurrence, as many as there can be parcels
    :rtype: list[tuple[Event, int]]
    """
    start = starting_point(program)
    if start is None:
        return []
    every = sequence(active_events(program, duration), start[1])
    return list(islice(every, MOST_SHIPMENTS))


def horizon(event, threshold):
    """Give the number of repeats shown of an event (R9) or kept ready (R10).

    :param Event event: the event
    :param int threshold: company's repeat threshold, 0 = no limit
    :return: number of repeats, None = all of them
    :rtype: int or None
    """
    return threshold or (ENDLESS_HORIZON if event.is_endless else None)


def lay_out(program, request, *, threshold, bill_upfront=False):
    """List the shipments to show at order entry (R9).

    Per event 1 + the smaller of repeats and threshold. Events behind a shortened
    event wait for :func:`extend`. *Bill upfront* shows everything.

    :param Program program: the program
    :param Request request: the order
    :param int threshold: company's repeat threshold, 0 = no limit (endless: 12)
    :param bool bill_upfront: the order is billed at once, so it needs its total
    :return: the shipments
    :rtype: list[Occurrence]
    :raise EndlessProgram: billed up front and without an end
    """
    if bill_upfront:
        _refuse_endless(active_events(program, request.duration))
        return list(plan(program, request))
    result = []
    for item in plan(program, request):
        first = result[0] if result else item
        done = first.occurrence if item.event == first.event else 0
        limit = horizon(item.event, threshold)
        if limit is not None and item.occurrence - done > limit:
            break
        result.append(item)
    return result


def _refuse_endless(events):
    """Stop before an endless plan is turned into a list."""
    for event in events:
        if event.is_endless:
            raise EndlessProgram(event)


def submit_order_date(order_date, start_entered, has_start_order_date, submit_date):
    """Choose the order date a plan is based on at Submit (R18).

    A quotation kept for days is planned anew from today instead of shipping the
    days in between as missed. Equal to ``order_date`` means: leave the plan alone.

    :param date order_date: local order date of the quotation
    :param bool start_entered: a start date was entered, or an order date that had
        passed already
    :param bool has_start_order_date: a Start order date is the base; with
        :func:`base_is_order_date` pass False for both when it answers True
    :param date submit_date: local date of Submit
    :return: the order date to plan from
    :rtype: date
    """
    if start_entered or has_start_order_date:
        return order_date
    return max(order_date, submit_date)
