# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Date intervals: from one date to the next (rules R4 and R5)."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

UNITS = ("day", "week", "month", "quarter", "year")
ANCHORS = ("same", "first", "last")
MONTHS_PER_UNIT = {"month": 1, "quarter": 3, "year": 12}


def add_months(day, months):
    """Move a date by whole months, clipped to the end of a shorter month (R4).

    31 January + 1 month is 28 or 29 February. Always count from the anchor date:
    31 January + 2 months is 31 March, while two single steps would end on the 28th.

    :param date day: the date to count from
    :param int months: number of months, may be negative
    :return: the date in the target month
    :rtype: date
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    length = monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, length))


def months_between(earlier, later):
    """Count the calendar months from one date to another, days ignored (R4).

    :param date earlier: the date to count from
    :param date later: the date to count to
    :return: number of months, 0 within one month
    :rtype: int
    """
    return (later.year - earlier.year) * 12 + later.month - earlier.month


def period_start(day, unit):
    """Find the first day of the period a date lies in (R5).

    Weeks run from Monday to Sunday, quarters are calendar quarters.

    :param date day: any date
    :param str unit: week, month, quarter or year
    :return: first day of that period
    :rtype: date
    """
    if unit == "week":
        return day - timedelta(days=day.weekday())
    months = MONTHS_PER_UNIT[unit]
    return date(day.year, (day.month - 1) // months * months + 1, 1)


def _move(day, unit, count):
    """Move a date by periods; months are counted from ``day`` itself."""
    if unit in MONTHS_PER_UNIT:
        return add_months(day, MONTHS_PER_UNIT[unit] * count)
    return day + timedelta(days=count * (7 if unit == "week" else 1))


@dataclass(frozen=True)
class Interval:
    """A named distance between two shipments, such as "every month, last day".

    :param str unit: day, week, month, quarter or year
    :param int count: number of units, at least 1
    :param str anchor: same (day of the anchor date), first or last (day of the
        period); *day* knows only *same* (R5)
    :raise ValueError: unknown unit or anchor, or a count below 1: such an interval
        would repeat for ever on one day (N6)
    """

    unit: str
    count: int = 1
    anchor: str = "same"

    def __post_init__(self):
        if self.unit not in UNITS or self.anchor not in ANCHORS or self.count < 1:
            raise ValueError(f"no such date interval: {self}")

    @property
    def keeps_anchor(self):
        """Tell whether a date made by this interval leaves the anchor alone (R4).

        :return: True for month, quarter and year with anchor *same*
        :rtype: bool
        """
        return self.anchor == "same" and self.unit in MONTHS_PER_UNIT

    def after(self, previous, anchor):
        """Compute the next date (R4, R5).

        :param date previous: previous scheduled date
        :param date anchor: last scheduled date not made by a month-like *same* step
        :return: the next date, always later than ``previous``
        :rtype: date
        """
        if self.keeps_anchor:
            # Months add up over consecutive steps: the clipped previous date still
            # tells how many months have gone by since the anchor.
            months = MONTHS_PER_UNIT[self.unit] * self.count
            return add_months(anchor, months_between(anchor, previous) + months)
        if self.anchor == "same" or self.unit == "day":
            return _move(previous, self.unit, self.count)
        if self.anchor == "first":
            return _move(period_start(previous, self.unit), self.unit, self.count)
        return self._last_day_after(previous)

    def _last_day_after(self, previous):
        """End of the current period, or of a later one when it is reached (R5)."""
        start = period_start(previous, self.unit)
        end = _move(start, self.unit, 1) - timedelta(days=1)
        if end > previous:
            return end
        return _move(start, self.unit, self.count + 1) - timedelta(days=1)
