# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The order in which parcels leave the house.

The number of a shipment is its place in the plan: the chain of dates and the extension
go by it. *Next*, *last*, *later* and *remaining* mean something else to a person: what
was postponed leaves after shipments with higher numbers. Whoever says one of these
words sorts by the key of this module.
"""

from datetime import timedelta

from .chain import bounded, last_day


def leaving_key(planned_date, number):
    """Return what shipments are sorted by in the order they leave.

    :param date planned_date: what will happen
    :param int number: place in the plan, decides between parcels of one day
    :rtype: tuple[date, int]
    """
    return planned_date, number


def leaving_order(rows):
    """List the positions of some rows in the order they leave.

    :param Sequence[LedgerRow] rows: the ledger in the order of the plan
    :return: positions
    :rtype: list[int]
    """
    return sorted(range(len(rows)), key=lambda i: leaving_key(rows[i].planned_date, i))


def first_open(rows):
    """Find the open row that leaves next.

    :param Sequence[LedgerRow] rows: the ledger in the order of the plan
    :return: its position, None when no row is open
    :rtype: int or None
    """
    return next((i for i in leaving_order(rows) if rows[i].is_open), None)


def strays(rows):
    """Find the rows that left their place: moved past one that keeps the plan.

    Postponed behind the last one, or pulled forward. Their place in the plan stays
    empty, as that of a skipped one does.

    :param Sequence[LedgerRow] rows: the ledger in the order of the plan
    :return: positions
    :rtype: set[int]
    """
    leaving = [(i, row) for i, row in enumerate(rows) if row.is_open or row.has_left]
    on_plan = [
        (i, row.planned_date)
        for i, row in leaving
        if row.planned_date == row.scheduled_date
    ]
    return {
        position
        for position, row in leaving
        if row.planned_date != row.scheduled_date
        and any(
            # Before it in one order and behind it in the other
            day != row.planned_date and (i < position) == (day > row.planned_date)
            for i, day in on_plan
        )
    }


def distance(rows):
    """Return how far the last two dates lie apart, never nothing.

    :param Sequence[LedgerRow] rows: the ledger
    :rtype: timedelta
    """
    days = sorted(row.planned_date for row in rows)
    apart = days[-1] - days[-2] if len(days) > 1 else timedelta()
    return max(apart, timedelta(days=1))


def behind(rows):
    """Find the day behind the last shipment that leaves.

    One that was cancelled or left out says how far shipments lie apart, and no more.

    :param Sequence[LedgerRow] rows: the ledger
    :return: the day
    :rtype: date
    :raise TooFar: such a day does not exist
    """
    leaving = [row for row in rows if row.is_open or row.has_left] or rows
    last = max(leaving, key=lambda row: row.planned_date)
    with bounded(last.number, last_day(last.planned_date)):
        return last.planned_date + distance(rows)
