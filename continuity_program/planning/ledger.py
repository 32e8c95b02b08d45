# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Plans that are under way: extension and changes (rules R10, R13 to R15).

The ledger is the list of shipments an order has, in the order of the plan. Its
*scheduled* dates carry the chain, its *planned* dates say what will happen (R11).
"""

from collections.abc import Hashable
from dataclasses import dataclass, replace
from datetime import date, timedelta

from .chain import carries_anchor, follow, horizon, sequence
from .errors import ChangeRefused
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
    :param str action: move (write both dates); chain (row is not open: write the
        scheduled date only, so that the extension continues from it); skip; keep
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
    """Tell whether the row still has the date a month-like *same* step made."""
    if not carries_anchor(event, row.occurrence):
        return False
    return follow(last, event, row.occurrence).date == row.scheduled_date


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


def extend(program, rows, *, threshold, duration=0):
    """List the shipments to append to a ledger (R10).

    While fewer than *threshold* rows are open, the next occurrence follows, then
    the next event. Dates continue from the last *scheduled* date. Without a
    threshold everything is laid out at entry, except that 12 rows of an endless
    event are kept open.

    :param Program program: the program
    :param Sequence[LedgerRow] rows: the ledger in the order of the plan
    :param int threshold: company's repeat threshold, 0 = no limit (endless: 12)
    :param int duration: number of distinct events sold, 0 = all (R8)
    :return: the shipments to append, in order
    :rtype: list[Occurrence]
    """
    if not rows or any(row.is_end for row in rows):
        return []
    last = recall(program, rows)
    open_count = sum(row.is_open for row in rows)
    result = []
    for event, occurrence in _upcoming(program, rows, duration):
        limit = horizon(event, threshold)
        if limit is not None and open_count + len(result) >= limit:
            break
        last = follow(last, event, occurrence)
        result.append(last)
    return result


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


def first_open(rows):
    """Find the first open row (R14, R15).

    :param Sequence[LedgerRow] rows: the ledger in the order of the plan
    :return: its position, None when no row is open
    :rtype: int or None
    """
    return next((i for i, row in enumerate(rows) if row.is_open), None)


def _refuse(row, new_date, today):
    """Refuse what R13 excludes: rows with a child, dates before today."""
    if not row.is_open:
        raise ChangeRefused("row_not_open", "only a planned shipment can be moved")
    if today and new_date < today:
        raise ChangeRefused(
            "before_today", f"{new_date} lies before {today}", date=new_date
        )


def move_one(rows, index, new_date, today=None):
    """Move *this one only*: the plan stays, only this shipment differs (R13).

    :param Sequence[LedgerRow] rows: the ledger
    :param int index: position of the row to move
    :param date new_date: its new planned date
    :param date today: local date; when given, earlier dates are refused
    :return: the change of that row
    :rtype: RowChange
    :raise ChangeRefused: the row is not open, or the date lies before today
    """
    row = rows[index]
    _refuse(row, new_date, today)
    return RowChange(index, "move", row.scheduled_date, new_date, row.is_anchor)


def move_all_later(program, rows, index, new_date, today=None):
    """Move *this and all later*: the row is the new anchor, the rest follows (R13).

    Rows behind it that are not open are answered too, with action *chain*: a
    skipped shipment uses up its time, and the extension may continue from it.

    :param Program program: the program
    :param Sequence[LedgerRow] rows: the ledger in the order of the plan
    :param int index: position of the row to move
    :param date new_date: its new scheduled and planned date
    :param date today: local date; when given, earlier dates are refused
    :return: one change per row from ``index`` on, in order
    :rtype: list[RowChange]
    :raise ChangeRefused: the row is not open, or the date lies before today
    """
    row = rows[index]
    _refuse(row, new_date, today)
    link = Occurrence(event_of(program, row), row.occurrence, new_date, new_date)
    changes = [RowChange(index, "move", new_date, new_date, True)]
    for position in range(index + 1, len(rows)):
        link = _relink(program, link, rows[position - 1], rows[position])
        changes.append(_dated(position, rows[position], link.date))
    return changes


def _relink(program, link, before, row):
    """Date a row again, behind a neighbour that has moved (R3 to R5)."""
    event = event_of(program, row)
    fixed = row.occurrence == 0 and event.start_order_date
    if event.has_timing or fixed:
        return follow(link, event, row.occurrence)
    # The event has left the program: keep the distance the customer knows.
    day = link.date + (row.scheduled_date - before.scheduled_date)
    return Occurrence(event, row.occurrence, day, day)


def _dated(index, row, day):
    """Change of a row to a new scheduled date; an open row will happen then."""
    if row.is_open:
        return RowChange(index, "move", day, day, False)
    return RowChange(index, "chain", day, row.planned_date, False)


def new_start(program, rows, new_date, today=None):
    """Update date, *new start date*: the first open row and all later (R14, T72).

    :param Program program: the program
    :param Sequence[LedgerRow] rows: the ledger in the order of the plan
    :param date new_date: date of the first open row
    :param date today: local date; when given, earlier dates are refused
    :return: one change per row from the first open one on, none without open rows
    :rtype: list[RowChange]
    :raise ChangeRefused: the date lies before today
    """
    index = first_open(rows)
    if index is None:
        return []
    return move_all_later(program, rows, index, new_date, today)


def shift(rows, days, today, start=None):
    """Update date, *add n days*: every open row moves by as many days (R14, T72).

    The last row is the new anchor: the extension goes on from its date.

    :param Sequence[LedgerRow] rows: the ledger in the order of the plan
    :param int days: number of days, may be negative
    :param date today: local date, no row may be moved back before it
    :param int start: position of the first row to move, None = the first open one
    :return: one change per row from the first open one on, none without open rows
    :rtype: list[RowChange]
    :raise ChangeRefused: a negative number of days ends before today
    """
    start = first_open(rows) if start is None else start
    if start is None:
        return []
    moved = timedelta(days=days)
    changes = []
    for index, row in enumerate(rows[start:], start):
        change = _dated(index, row, row.scheduled_date + moved)
        if row.is_open:
            planned = row.planned_date + moved
            _refuse(row, planned, today if days < 0 else None)
            change = replace(change, planned_date=planned)
        changes.append(change)
    changes[-1] = replace(changes[-1], is_anchor=True)
    return changes


def behind(rows):
    """Find the day behind the last shipment (C5, *postpone*).

    The distance is that of the last two, and never nothing.

    :param Sequence[LedgerRow] rows: the ledger
    :return: the day
    :rtype: date
    """
    days = sorted(row.planned_date for row in rows)
    distance = days[-1] - days[-2] if len(days) > 1 else timedelta()
    return days[-1] + max(distance, timedelta(days=1))


def resume(program, rows, resume_date, policy, is_prepaid=False):
    """Resume after a pause (R15, T73, T74).

    *shift* moves the first open row that has become late, and all later ones.
    Nothing late means nothing changes. *keep* skips late rows, the others stay. What
    was paid in advance is not lost by that: it leaves behind the last one (C5).

    :param Program program: the program
    :param Sequence[LedgerRow] rows: the ledger in the order of the plan
    :param date resume_date: day the order goes on
    :param str policy: shift or keep
    :param bool is_prepaid: the order is billed up front
    :return: one change per open row, and per row in between that must follow
    :rtype: list[RowChange]
    """
    changes = {i: _stay(i, row) for i, row in enumerate(rows) if row.is_open}
    late = [i for i in changes if rows[i].planned_date < resume_date]
    if policy == "keep" and is_prepaid:
        days = _days_behind(rows, late, resume_date)
        for index, day in zip(late, days, strict=True):
            changes[index] = replace(changes[index], action="move", planned_date=day)
    elif policy == "keep":
        changes.update({i: replace(changes[i], action="skip") for i in late})
    elif late:
        moved = move_all_later(program, rows, late[0], resume_date)
        changes.update({change.index: change for change in moved})
    return [changes[index] for index in sorted(changes)]


def _days_behind(rows, late, resume_date):
    """Days behind the last shipment that stays, one distance after the other (C5)."""
    step = behind(rows) - max(row.planned_date for row in rows)
    staying = [row for i, row in enumerate(rows) if row.is_open and i not in late]
    first = resume_date
    if staying:
        first = max(row.planned_date for row in staying) + step
    return [first + step * number for number in range(len(late))]


def _stay(index, row):
    """Change that leaves a row as it is."""
    dates = row.scheduled_date, row.planned_date
    return RowChange(index, "keep", *dates, row.is_anchor)
