# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""When what is there is not enough for what is needed.

What is there comes from whoever counts it: on hand, more by what comes in, less by what
has been promised. What is needed comes from the demand, as sums from today on.
"""

from dataclasses import dataclass
from datetime import date

from .demand import TINY


@dataclass(frozen=True, slots=True)
class Stock:
    """How much is left, and when it is not enough.

    :param dict left: what is left at the end of each week, by its Monday
    :param date breaks: from when on less than nothing is expected to be left
    :param date breaks_early: the same, if as much is needed as in one case of ten
    """

    left: dict
    breaks: date | None = None
    breaks_early: date | None = None


def get_stock(there, needed, today):
    """Set what is needed against what is there.

    :param dict there: quantity at the end of each week, by its Monday, as if members
        took nothing
    :param dict needed: pairs of what is needed from today to the end of a week, and of
        what is needed at most in nine cases of ten, by its Monday; weeks in which
        nothing is needed may be missing
    :param date today: local date; what breaks this week breaks today
    :rtype: Stock
    """
    left, breaks, breaks_early = {}, None, None
    so_far = (0.0, 0.0)
    for week in sorted(there):
        so_far = needed.get(week, so_far)
        expected, high = so_far
        left[week] = there[week] - expected
        if not breaks and left[week] < -TINY:
            breaks = max(week, today)
        if not breaks_early and there[week] - max(high, expected) < -TINY:
            breaks_early = max(week, today)
    return Stock(left, breaks, breaks_early)


def add_up(stocks):
    """Return the stock of several places together: what breaks in one breaks.

    :param list[Stock] stocks: of the same weeks
    :rtype: Stock
    """
    left = {}
    for stock in stocks:
        for week, quantity in stock.left.items():
            left[week] = left.get(week, 0.0) + quantity
    return Stock(
        left,
        min((s.breaks for s in stocks if s.breaks), default=None),
        min((s.breaks_early for s in stocks if s.breaks_early), default=None),
    )
