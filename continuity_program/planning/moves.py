# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Plans that are under way: other dates for one customer.

*This one only* changes what will happen and leaves the plan alone. *This and all later*
moves the plan from there on: the rows behind it follow by their own timing. What left
its place in the plan is not dated by it any more, it is carried along.
"""

from dataclasses import replace
from datetime import timedelta

from .chain import bounded, check_day, follow, is_fixed, last_day, steps_to
from .errors import ChangeRefused
from .leaving import distance, first_open, leaving_order, strays
from .ledger import RowChange, event_of, link_of, recall
from .program import Occurrence


def _refuse(row, new_date, today):
    """Refuse what is excluded: rows with a child, dates before today."""
    if not row.is_open:
        raise ChangeRefused("row_not_open", "only a planned shipment can be moved")
    if today and new_date < today:
        raise ChangeRefused(
            "before_today", f"{new_date} lies before {today}", date=new_date
        )
    check_day(new_date, row.number, last_day(today or row.planned_date))


def _stay(index, row):
    """Change that leaves a row as it is."""
    dates = row.scheduled_date, row.planned_date
    return RowChange(index, "keep", *dates, row.is_anchor)


def move_one(rows, index, new_date, today=None):
    """Move *this one only*: the plan stays, only this shipment differs.

    :param Sequence[LedgerRow] rows: the ledger
    :param int index: position of the row to move
    :param date new_date: its new planned date
    :param date today: local date; when given, earlier dates are refused
    :return: the change of that row
    :rtype: RowChange
    :raise ChangeRefused: the row is not open, or the date lies before today
    :raise TooFar: a date more than 50 years ahead
    """
    row = rows[index]
    _refuse(row, new_date, today)
    return RowChange(index, "move", row.scheduled_date, new_date, row.is_anchor)


def move_all_later(program, rows, index, new_date, today=None):
    """Move *this and all later*: the row is the new anchor, the rest follows.

    Later is what leaves later. Rows behind it in the plan that are not open, or leave
    before it, are answered too, with action *chain*: they use up their time, and the
    extension may continue from it. What left its place in the plan keeps its distance
    from the shipment it leaves behind; if the row itself left its place, it moves
    without the plan, and the next one that keeps the plan is the new anchor.

    :param Program program: the program
    :param Sequence[LedgerRow] rows: the ledger in the order of the plan
    :param int index: position of the row to move
    :param date new_date: its new planned date
    :param date today: local date; when given, earlier dates are refused
    :return: one change per row concerned, in the order of the plan
    :rtype: list[RowChange]
    :raise ChangeRefused: the row is not open, or the date lies before today
    :raise TooFar: a date more than 50 years ahead
    """
    _refuse(rows[index], new_date, today)
    return _Move(program, rows, index, new_date, today or new_date).run()


class _Move:
    """One move of a shipment and of all that leave later."""

    def __init__(self, program, rows, index, new_date, today, only_overtaken=False):
        self.program, self.rows = program, rows
        self.index, self.new_date = index, new_date
        self.until = last_day(today)
        self.only_overtaken = only_overtaken
        order = leaving_order(rows)
        later = order[order.index(index) + 1 :]
        self.later = [i for i in later if rows[i].is_open]
        self.strays = strays(rows)
        self.first = self._find_first_on_plan()
        self.changes = {}

    def run(self):
        """Move the row, then the plan behind it, then what left the plan."""
        row, is_anchor = self.rows[self.index], self.first == self.index
        scheduled = self.new_date if is_anchor else row.scheduled_date
        self.changes[self.index] = RowChange(
            self.index, "move", scheduled, self.new_date, is_anchor or row.is_anchor
        )
        if self.first is not None:
            self._follow_plan()
        self._carry_along()
        return [self.changes[index] for index in sorted(self.changes)]

    def _find_first_on_plan(self):
        """Position of the first row of the plan that moves, None when none does."""
        if self.index not in self.strays:
            return self.index
        return min((i for i in self.later if i not in self.strays), default=None)

    def _follow_plan(self):
        """Date the plan from the first row that moves, each row behind the other."""
        moved = self.rows[self.index]
        event = event_of(self.program, moved)
        link = Occurrence(event, moved.occurrence, self.new_date, self.new_date)
        is_anchor = self.first == self.index
        start = self.first + is_anchor
        before = recall(self.program, self.rows[:start])
        if not is_anchor:
            before = Occurrence(
                event, moved.occurrence, moved.planned_date, moved.planned_date
            )
        for position in range(start, len(self.rows)):
            row = self.rows[position]
            link = self._relink(link, before, row)
            before = link_of(self.program, before, row)
            self.changes[position] = self._date(position, link.date)
        if not is_anchor:
            first = self.changes[self.first]
            self.changes[self.first] = replace(first, is_anchor=True)

    def _relink(self, link, before, row):
        """Date a row again, behind a neighbour that has moved.

        A day between the two that was passed over, because another one has it, is
        passed over again.

        :param Occurrence link: the neighbour as it is now
        :param Occurrence before: the neighbour as it was
        :param LedgerRow row: the row
        """
        event = event_of(self.program, row)
        if event.has_timing or is_fixed(event, row.occurrence):
            steps = steps_to(before, event, row.occurrence, row.scheduled_date)
            for _step in range(steps or 1):
                link = follow(link, event, row.occurrence, self.until)
            return link
        # The event has left the program: keep the distance the customer knows.
        day = self._add(link.date, row.scheduled_date - before.date, row)
        return Occurrence(event, row.occurrence, day, day)

    def _add(self, day, distance, row):
        with bounded(row.number, self.until):
            return check_day(day + distance, row.number, self.until)

    def _date(self, index, day):
        """Change of a row whose place in the plan is another day now."""
        if index in self.changes:
            return replace(self.changes[index], scheduled_date=day)
        if index in self.later and index not in self.strays:
            return RowChange(index, "move", day, day, False)
        return RowChange(index, "chain", day, self.rows[index].planned_date, False)

    def _carry_along(self):
        """Move later rows that left the plan as far as the one they leave behind."""
        before = self.index
        for index in self.later:
            known = self.changes.get(index) or _stay(index, self.rows[index])
            if known.action != "move":
                day = self._get_carried_date(before, index)
                self.changes[index] = replace(known, action="move", planned_date=day)
            before = index

    def _get_carried_date(self, before, index):
        row, ahead = self.rows[index], self.changes[before].planned_date
        if self.only_overtaken and ahead < row.planned_date:
            return row.planned_date
        step = row.planned_date - self.rows[before].planned_date
        return self._add(ahead, step, row)


def new_start(program, rows, new_date, today=None):
    """Update date, *new start date*: the next shipment and all later.

    :param Program program: the program
    :param Sequence[LedgerRow] rows: the ledger in the order of the plan
    :param date new_date: date of the shipment that leaves next
    :param date today: local date; when given, earlier dates are refused
    :return: one change per row concerned, none without open rows
    :rtype: list[RowChange]
    :raise ChangeRefused: the date lies before today
    """
    index = first_open(rows)
    if index is None:
        return []
    return move_all_later(program, rows, index, new_date, today)


def add_days(row, days, today):
    """Return the day a row leaves, some days later.

    :param LedgerRow row: the row
    :param int days: number of days, may be negative
    :param date today: local date
    :rtype: date
    :raise TooFar: more than 50 years ahead
    """
    until = last_day(today)
    with bounded(row.number, until):
        return check_day(row.planned_date + timedelta(days=days), row.number, until)


def shift(rows, days, today, start=None):
    """Update date, *add n days*: the row and all that leave later move by as many.

    The last row of the plan is the new anchor: the extension goes on from its date.

    :param Sequence[LedgerRow] rows: the ledger in the order of the plan
    :param int days: number of days, may be negative
    :param date today: local date, no row may be moved back before it
    :param int start: position of the first row to move, None = the one that leaves next
    :return: one change per row concerned, none without open rows
    :rtype: list[RowChange]
    :raise ChangeRefused: a negative number of days ends before today
    """
    start = first_open(rows) if start is None else start
    if start is None:
        return []
    order = leaving_order(rows)
    with bounded(rows[start].number, last_day(today)):
        return _shift(rows, timedelta(days=days), today, start, order)


def _shift(rows, moved, today, start, order):
    later = [i for i in order[order.index(start) :] if rows[i].is_open]
    off_plan = strays(rows)
    plan_start = min((i for i in later if i not in off_plan), default=len(rows))
    changes = {}
    for index, row in enumerate(rows[plan_start:], plan_start):
        day = row.scheduled_date + moved
        changes[index] = RowChange(index, "chain", day, row.planned_date, False)
    for index in later:
        row = rows[index]
        planned = check_day(row.planned_date + moved, row.number, last_day(today))
        _refuse(row, planned, today if moved < timedelta() else None)
        known = changes.get(index) or _stay(index, row)
        changes[index] = replace(known, action="move", planned_date=planned)
    last = len(rows) - 1
    if last in changes and last >= plan_start:
        changes[last] = replace(changes[last], is_anchor=True)
    return [changes[index] for index in sorted(changes)]


def resume(program, rows, resume_date, policy, is_prepaid=False):
    """Resume after a pause.

    *shift* moves the first open row that has become late, and all that leave later;
    what was moved to a day of its own stays there unless the others overtake it.
    Nothing late means nothing changes. *keep* skips late rows, the others stay. What
    was paid in advance is not lost by that: it leaves behind the last one.

    :param Program program: the program
    :param Sequence[LedgerRow] rows: the ledger in the order of the plan
    :param date resume_date: day the order goes on
    :param str policy: shift or keep
    :param bool is_prepaid: the order is billed up front
    :return: one change per open row, and per row in between that must follow
    :rtype: list[RowChange]
    """
    open_rows = [i for i in leaving_order(rows) if rows[i].is_open]
    changes = {i: _stay(i, rows[i]) for i in open_rows}
    late = [i for i in open_rows if rows[i].planned_date < resume_date]
    if policy == "keep" and is_prepaid:
        days = _days_behind(rows, late, resume_date)
        for index, day in zip(late, days, strict=True):
            changes[index] = replace(changes[index], action="move", planned_date=day)
    elif policy == "keep":
        changes.update({i: replace(changes[i], action="skip") for i in late})
    elif late:
        day = resume_date
        move = _Move(program, rows, late[0], day, day, only_overtaken=True)
        changes.update({change.index: change for change in move.run()})
    return [changes[index] for index in sorted(changes)]


def _days_behind(rows, late, resume_date):
    """Days behind the last shipment that stays, one distance after the other."""
    step = distance(rows)
    staying = [row for i, row in enumerate(rows) if row.is_open and i not in late]
    first = resume_date
    with bounded(rows[-1].number, last_day(resume_date)):
        if staying:
            first = max(row.planned_date for row in staying) + step
        return [first + step * number for number in range(len(late))]
