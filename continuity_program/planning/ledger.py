# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Plans that are under way: the chain of an order, and its extension.

The ledger is the list of shipments an order has, in the order of the plan. Its
*scheduled* dates carry the chain, its *planned* dates say what will happen (R11).
"""

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import date

from .chain import (
    carries_anchor,
    follow_free,
    horizon,
    is_fixed,
    last_day,
    sequence,
    steps_to,
)
from .leaving import behind, leaving_order
from .program import Event, Occurrence, sent_events


@dataclass(frozen=True)
class LedgerRow:
    """One shipment as the ledger knows it.

    Leave out rows that were cancelled because their event was removed: for the
    chain they are as absent as a skipped event (R6).

    :param Hashable key: key of the event
    :param int occurrence: 0 = first, 1 = first repeat …
    :param date scheduled_date: date from the plan
    :param date planned_date: what will happen
    :param bool is_open: planned, without child order; neither skipped nor cancelled
    :param int number: number of the event, needed only when it left the program
    :param bool is_anchor: months are counted from this row (R13, R14). False leaves
        it to be found: a month-like row whose date is not the one its step makes
        was moved and is an anchor. Storing the flag of :class:`RowChange` matters
        only after :func:`shift`, when a shifted date happens to fit the step
    :param bool is_end: the customer ended the order with this shipment (R13)
    :param bool is_kept: changed for the customer: an update of the program leaves it
    :param bool has_left: its child order was made
    """

    key: Hashable
    occurrence: int
    scheduled_date: date
    planned_date: date
    is_open: bool
    number: int = 0
    is_anchor: bool = False
    is_end: bool = False
    is_kept: bool = False
    has_left: bool = False


@dataclass(frozen=True)
class RowChange:
    """What becomes of one row of the ledger.

    :param int index: position in the rows given
    :param str action: move (write both dates); chain (its place in the plan moves,
        and it does not: the planned date stays as it is, the extension continues from
        the scheduled one); skip; keep
    :param date scheduled_date: scheduled date from now on
    :param date planned_date: planned date from now on
    :param bool is_anchor: anchor flag from now on
    """

    index: int
    action: str
    scheduled_date: date
    planned_date: date
    is_anchor: bool


def event_of(program, row):
    """Find the event of a row; a removed event has no timing any more.

    :param Program program: the program
    :param LedgerRow row: a row of the ledger
    :rtype: Event
    """
    for event in program.events:
        if event.key == row.key:
            return event
    return Event(row.key, row.number)


def recall(program, rows):
    """Rebuild the last link of the chain, with its anchor, from the rows (R4).

    :param Program program: the program
    :param Sequence[LedgerRow] rows: the ledger in the order of the plan
    :return: the last link, None without rows
    :rtype: Occurrence or None
    """
    last = None
    for row in rows:
        last = link_of(program, last, row)
    return last


def link_of(program, last, row):
    """Rebuild the link of one row, behind the link before it (R4).

    :param Program program: the program
    :param Occurrence last: the link before, None for the first row
    :param LedgerRow row: a row of the ledger
    :rtype: Occurrence
    """
    event = event_of(program, row)
    anchor = row.scheduled_date
    if last and not row.is_anchor and _fits(last, event, row):
        anchor = last.anchor
    return Occurrence(event, row.occurrence, row.scheduled_date, anchor)


def _fits(last, event, row):
    """Tell whether the row still has the date month-like *same* steps made.

    Several where the extension passed over days that others had.
    """
    return carries_anchor(event, row.occurrence) and bool(
        steps_to(last, event, row.occurrence, row.scheduled_date)
    )


def _upcoming(program, rows, duration):
    """Shipments behind the last row: its repeats, then the next events (R10)."""
    numbers = [event_of(program, row).number for row in rows]
    events = sent_events(program, numbers[0])
    ahead = [event for event in events if event.number > max(numbers)]
    if duration:
        known = len({row.key for row in rows})
        ahead = ahead[: max(0, duration - known)]
    last = event_of(program, rows[-1])
    if last in events:
        return sequence([last, *ahead], rows[-1].occurrence + 1)
    return sequence(ahead)


def extend(program, rows, *, threshold, duration=0, today=None):
    """List the shipments to append to a ledger (R10).

    While fewer than *threshold* rows are open, the next occurrence follows, then
    the next event. Dates continue from the last *scheduled* date, and pass over days
    that a shipment was moved to: no two parcels come to one day. Without a threshold
    everything is laid out at entry, except that 12 rows of an endless event are kept
    open.

    :param Program program: the program
    :param Sequence[LedgerRow] rows: the ledger in the order of the plan
    :param int threshold: company's repeat threshold, 0 = no limit (endless: 12)
    :param int duration: number of distinct events sold, 0 = all (R8)
    :param date today: local date, None = the date of the last row
    :return: the shipments to append, in order
    :rtype: list[Occurrence]
    :raise MissingTiming: an event says nothing about its date
    :raise TooFar: a shipment would leave more than 50 years ahead
    """
    if not rows or any(row.is_end for row in rows):
        return []
    last = recall(program, rows)
    until = last_day(today or last.date)
    open_count = sum(row.is_open for row in rows)
    held = held_days(rows, last.date)
    result = []
    for event, occurrence in _upcoming(program, rows, duration):
        limit = horizon(event, threshold)
        if limit is not None and open_count + len(result) >= limit:
            break
        last = follow_free(last, event, occurrence, held, until)
        result.append(last)
    return result


def held_days(rows, after):
    """List the days behind a day that shipments have already.

    One that was left out or cancelled holds its day, too: it may be sent after all.

    :param Sequence[LedgerRow] rows: the ledger
    :param date after: the day
    :rtype: set[date]
    """
    return {row.planned_date for row in rows if row.planned_date > after}


def postponed_day(program, rows, index, today, *, goes_on, duration=0):
    """Find the day a shipment is postponed to.

    Where the plan goes on, it is the next day of the plan that no shipment has: the
    extension passes over it, so the customer gets one parcel at a time. Otherwise it
    is the day behind the last shipment, as far as the last two lie apart.

    :param Program program: the program
    :param Sequence[LedgerRow] rows: the ledger in the order of the plan
    :param int index: position of the shipment
    :param date today: local date, it does not leave before
    :param bool goes_on: shipments are still to be laid out
    :param int duration: number of distinct events sold, 0 = all (R8)
    :rtype: date
    :raise TooFar: the day lies more than 50 years ahead
    """
    event, occurrence = (goes_on and _next_of_plan(program, rows, duration)) or (
        None,
        0,
    )
    if not event:
        return max(behind(rows), today)
    last, until = recall(program, rows), last_day(today)
    held = held_days(rows, last.date)
    last = follow_free(last, event, occurrence, held, until)
    while last.date < today or last.date <= rows[index].planned_date:
        last = follow_free(last, event, occurrence, held, until)
    return last.date


def _next_of_plan(program, rows, duration):
    """Find what is laid out next, None when its day is no step from the last one."""
    if any(row.is_end for row in rows):
        return None
    event, occurrence = next(_upcoming(program, rows, duration), (None, 0))
    if event and event.has_timing and not is_fixed(event, occurrence):
        return event, occurrence
    return None


def last_of_events(rows):
    """Find the row of each event that leaves last: the next one repeats it.

    It holds what the customer wanted last, also when it was postponed behind shipments
    with higher numbers.

    :param Sequence[LedgerRow] rows: rows with goods, in the order of the plan
    :return: position by key of the event
    :rtype: dict[Hashable, int]
    """
    return {rows[index].key: index for index in leaving_order(rows)}


def passes_end(rows, changes):
    """Find the rows that would leave behind the one the customer ended with.

    :param Sequence[LedgerRow] rows: the ledger
    :param Iterable[RowChange] changes: what becomes of rows
    :return: positions of rows that left before it, or with it, until now
    :rtype: list[int]
    """
    planned = {change.index: change.planned_date for change in changes}
    ends = [i for i, row in enumerate(rows) if row.is_end]
    if not ends:
        return []
    old_end = max(rows[i].planned_date for i in ends)
    new_end = max(planned.get(i, rows[i].planned_date) for i in ends)
    return [
        index
        for index, day in sorted(planned.items())
        if day > new_end and rows[index].planned_date <= old_end
    ]


def is_complete(program, rows, duration=0):
    """Tell whether nothing is left to extend, one of the conditions to close (F4).

    :param Program program: the program
    :param Sequence[LedgerRow] rows: the ledger in the order of the plan
    :param int duration: number of distinct events sold, 0 = all (R8)
    :return: True when the ledger holds every shipment of the order
    :rtype: bool
    """
    if not rows or any(row.is_end for row in rows):
        return True
    return next(_upcoming(program, rows, duration), None) is None
