# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The difference between an order that runs and its program as it is now.

What has left stays as it is. Behind it the rows follow the program: its order of
events, its dates, its repeats. Rows that were changed for the customer keep their date
and carry the chain on from there.
"""

from dataclasses import dataclass
from datetime import date

from .chain import first_date_of, follow, follow_free, horizon, last_day, sequence
from .leaving import strays
from .ledger import RowChange, event_of, link_of, passes_end, recall
from .program import Event, Occurrence, sent_events


@dataclass(frozen=True)
class UpdateStep:
    """What an update makes of one shipment.

    :param str action: move (an open row gets another date); keep (its date stands);
        add (the program sends it now); remove (it does not any more); and, for orders
        billed up front, not_added and not_removed (rules N44)
    :param int index: position in the rows given, None for what is added
    :param Event event: the event
    :param int occurrence: 0 = first, 1 = first repeat …
    :param date date: scheduled date from now on
    :param date program_date: the date the program would give, where a row keeps its
        own; None where the program says nothing
    """

    action: str
    index: int | None
    event: Event
    occurrence: int
    date: date
    program_date: date | None = None


def update(
    program,
    rows,
    request,
    *,
    threshold,
    billed=False,
    ended=False,
    appends=True,
    today=None,
):
    """Compare a ledger with the program as it is now (rules N44, N73, N85).

    Rows up to the last one that has left keep their dates, and nothing is put between
    them. Behind them everything is dated anew from the last scheduled date, by the
    program's timing of today. What the program does not send any more is removed, what
    it sends now is added; at the end no further than :func:`extend` would go. Where a
    shipment would leave behind the one the customer ended with, all dates stay. Doing
    it again changes nothing.

    :param Program program: the program as it is now
    :param Sequence[LedgerRow] rows: the ledger in the order of the plan
    :param Request request: order date, entered start and duration of the order
    :param int threshold: company's repeat threshold, 0 = no limit (endless: 12)
    :param bool billed: the order was billed up front: its dates may change, but no
        shipment is added or removed
    :param bool ended: the customer has ended the order: nothing is added, also where
        no row says so, since the rows that were to come were cancelled
    :param bool appends: add what comes behind the last row; False leaves that to the
        extension, which is on its way there anyway
    :param date today: local date, None = the order date
    :return: one step per row and per added shipment, in the new order of the plan;
        removed rows come last
    :rtype: list[UpdateStep]
    :raise MissingTiming: an event says nothing about its date
    :raise TooFar: a shipment would leave more than 50 years ahead
    """
    if not rows:
        return []
    until = last_day(max(today or request.order_date, request.order_date))
    how = 0 if billed else threshold, appends
    ended = ended or any(row.is_end for row in rows)
    what = program, rows, request, billed, ended, until
    steps = _Walk(*what).run(*how)
    if _passes_end(rows, steps):
        steps = _Walk(*what, keeps_dates=True).run(*how)
    return steps


def _passes_end(rows, steps):
    """Tell whether a shipment would leave behind the one the customer ended with."""
    moves = [
        RowChange(step.index, step.action, step.date, step.date, False)
        for step in steps
        if step.action == "move"
    ]
    return bool(passes_end(rows, moves))


class _Walk:
    """One walk along the new order of the plan."""

    def __init__(
        self, program, rows, request, billed, is_ended, until, *, keeps_dates=False
    ):
        self.program, self.rows, self.request = program, rows, request
        self.billed, self.until, self.keeps_dates = billed, until, keeps_dates
        self.is_ended = is_ended
        # One that was pulled forward and has left holds nothing before it back.
        early = strays(rows)
        left = [i for i, row in enumerate(rows) if row.has_left and i not in early]
        self.head = 1 + left[-1] if left else 0
        self.events = _sold_events(program, rows, request.duration)
        self.removed = {i for i in range(len(rows)) if self._is_removed(i)}
        self.open_count = sum(
            row.is_open for i, row in enumerate(rows) if i not in self.removed
        )
        self.link = recall(program, rows[: self.head])
        # Days that are given: what stays has one, what is dated gets one.
        self.held = {row.planned_date for row in rows if row.is_kept or not row.is_open}

    def run(self, threshold, appends):
        """Settle what has left, walk along the rest, then list what is removed."""
        steps = [self._stay(i) for i in range(self.head) if i not in self.removed]
        waiting = set(range(self.head, len(self.rows))) - self.removed
        for event, occurrence, index in self._line_up():
            is_end = index is None and not waiting
            if is_end and not (appends and self._has_room(event, threshold)):
                break
            waiting.discard(index)
            if index is not None:
                steps.append(self._date(index))
            elif not self.is_ended:
                steps.append(self._add(event, occurrence))
        steps += [self._remove(index) for index in sorted(self.removed)]
        return steps

    def _has_room(self, event, threshold):
        """Tell whether the end is appended to; the rest is the extension's (R10)."""
        limit = horizon(event, threshold)
        return not self.is_ended and (limit is None or self.open_count < limit)

    def _line_up(self):
        """List the rows behind the head in their new order, and what is new.

        A row whose event left the program, but that stays, keeps its place among its
        neighbours.
        """
        places = {(row.key, row.occurrence): i for i, row in enumerate(self.rows)}
        tail = range(self.head, len(self.rows))
        strays = [
            i for i in tail if i not in self.removed and not self._is_sent(self.rows[i])
        ]
        waiting = [i for i in tail if self._is_sent(self.rows[i])]
        for event, occurrence in self._sequence():
            index = places.get((event.key, occurrence))
            if index is None and self._has_passed(event, occurrence):
                continue
            if index is not None and index < self.head:
                continue
            while strays and (not waiting or (index is not None and strays[0] < index)):
                yield self._named(strays.pop(0))
            if index is not None:
                waiting.remove(index)
            yield event, occurrence, index
        yield from map(self._named, strays)

    def _sequence(self):
        first = self.rows[0]
        starts = self.events and self.events[0].key == first.key
        return sequence(self.events, first.occurrence if starts else 0)

    def _named(self, index):
        row = self.rows[index]
        return event_of(self.program, row), row.occurrence, index

    def _is_sent(self, row):
        """Tell whether the program sends this occurrence."""
        for event in self.events:
            if event.key == row.key:
                return event.is_endless or row.occurrence <= event.repeat_count
        return False

    def _is_removed(self, index):
        row = self.rows[index]
        can_go = row.is_open and not row.is_kept and not self.billed
        return can_go and not self._is_sent(row)

    def _has_passed(self, event, occurrence):
        """Tell whether the place of a new shipment lies before one that has left."""
        numbers = {known.key: known.number for known in self.events}
        done = [
            (numbers[row.key], row.occurrence)
            for row in self.rows
            if row.has_left and row.key in numbers
        ]
        return bool(done) and (event.number, occurrence) <= max(done)

    # === STEPS === #

    def _stay(self, index):
        event, occurrence, index = self._named(index)
        day = self.rows[index].scheduled_date
        return UpdateStep("keep", index, event, occurrence, day)

    def _remove(self, index):
        event, occurrence, index = self._named(index)
        day = self.rows[index].scheduled_date
        return UpdateStep("remove", index, event, occurrence, day)

    def _add(self, event, occurrence):
        self.open_count += 1
        link = self._follow_free(event, occurrence)
        if self.billed:
            # It is not sent, so nothing counts from it.
            return UpdateStep("not_added", None, event, occurrence, link.date)
        self.link = link
        self.held.add(link.date)
        return UpdateStep("add", None, event, occurrence, link.date)

    def _date(self, index):
        """Date one row behind the head, or let its own date stand."""
        row = self.rows[index]
        event = event_of(self.program, row)
        if not self._is_sent(row):
            # Of an event that left: it has no timing any more.
            self.link = link_of(self.program, self.link, row)
            action = "not_removed" if row.is_open and not row.is_kept else "keep"
            return UpdateStep(
                action, index, event, row.occurrence, row.scheduled_date, None
            )
        wanted = self._follow(event, row.occurrence)
        if wanted.date != row.scheduled_date:
            # Who chose a day that another one has keeps both; an update brings
            # nobody two parcels on one day.
            wanted = self._follow_free(event, row.occurrence)
        stays = row.is_kept or row.is_anchor or self.keeps_dates
        if stays or not row.is_open:
            self.link = link_of(self.program, self.link, row)
            action, day = "keep", row.scheduled_date
        else:
            self.link = wanted
            day = wanted.date
            self.held.add(day)
            action = "keep" if day == row.scheduled_date else "move"
        return UpdateStep(action, index, event, row.occurrence, day, wanted.date)

    def _follow(self, event, occurrence):
        if self.link:
            return follow(self.link, event, occurrence, self.until)
        day = first_date_of(self.program, self.request, event)
        return Occurrence(event, occurrence, day, day)

    def _follow_free(self, event, occurrence):
        if self.link:
            held = self.held - {self.link.date}
            return follow_free(self.link, event, occurrence, held, self.until)
        return self._follow(event, occurrence)


def _sold_events(program, rows, duration):
    """List the events the order ships, as far as it goes (R6 to R8).

    An event that was put before one that has left is not sold any more. One that left
    the program after it was shipped still counts for the duration.
    """
    events = sent_events(program, _first_number(program, rows))
    endless = [i for i, event in enumerate(events) if event.is_endless]
    if endless:
        events = events[: endless[0] + 1]
    known = {row.key for row in rows}
    shipped = {row.key for row in rows if row.has_left}
    passed = max((e.number for e in events if e.key in shipped), default=0)
    events = [e for e in events if e.key in known or e.number > passed]
    if duration:
        gone = shipped - {event.key for event in events}
        events = events[: max(0, duration - len(gone))]
    return events


def _first_number(program, rows):
    """Number of the event the order began with, in the program as it is now.

    An order that began with the first event begins with whatever is first now.
    """
    if rows[0].number <= 1:
        return 0
    numbers = {event.key: event.number for event in program.events}
    return next((numbers[row.key] for row in rows if row.key in numbers), 0)
