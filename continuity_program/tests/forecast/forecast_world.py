# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A company of 26 members and three programs on 1 September 2027, for pure tests.

BOOK: six monthly events at 20.00. COFFEE: one endless event every 28 days at 12.00.
TEA: four monthly events, paid up front. Every figure the tests compare with was
computed by hand or by a script that shares no code with the addon.
"""

from dataclasses import replace
from datetime import date

from ...forecast.cash import Due
from ...forecast.demand import Members, Row
from ...forecast.rates import Counts, Rates

TODAY = date(2027, 9, 1)

# At risk, left, skipped; turns from 1
LIVES = {
    "BOOK": [(12, 0, 0), (11, 1, 1), (9, 2, 0), (6, 1, 0), (4, 0, 0), (3, 0, 0)],
    "COFFEE": [
        *[(8, 0, 0), (8, 0, 0), (7, 2, 1), (4, 1, 0), (3, 0, 0)],
        *[(2, 0, 0), (2, 0, 0), (2, 0, 0), (1, 0, 0)],
    ],
    "TEA": [(6, 0, 0), (5, 0, 0), (4, 1, 0), (3, 0, 0)],
}
LEADS = (3 / 28, 6 / 28, 2 / 30, 0.0, 7 / 28, 7 / 28, 0.0, 13 / 30)


def make_rates(times=1):
    """Make the rates of the company, every member counted so many times."""
    counts = {
        (program, turn): Counts(*(figure * times for figure in counts))
        for program, turns in LIVES.items()
        for turn, counts in enumerate(turns, start=1)
    }
    return Rates(
        counts,
        leads=LEADS * times,
        mended={"payment": (3 * times, 2 * times), "other": (0, 0)},
        meets={("BOOK", 6): [(80, 5 * times)]},
    )


def _book(turn, *days, quantity=1):
    return tuple(
        Row(number, day, ((f"BK{number}", f"BK{number}", quantity),))
        for number, day in enumerate(days, start=turn)
    )


def _tea(turn, *days):
    return tuple(
        Row(number, day, ((f"TEA{number}", f"TEA{number}", 1),))
        for number, day in enumerate(days, start=turn)
    )


def _coffee(turn, *days):
    return tuple(
        Row(number, day, (("COF", "COF", 1),))
        for number, day in enumerate(days, start=turn)
    )


def _card(rows, price):
    """What planned shipments are going to owe, each on its day."""
    return tuple(
        Due(
            row.day,
            "card",
            price * row.goods[0][2],
            source="planned",
            turn_row=place,
            is_first=True,
        )
        for place, row in enumerate(rows)
    )


def _make_members():
    book = {
        "A08": (_book(6, date(2027, 9, 12)), 11 / 31, ""),
        "A09": (_book(5, date(2027, 9, 10), date(2027, 10, 10)), 9 / 31, ""),
        "A10": (
            _book(4, date(2027, 9, 14), date(2027, 10, 14), date(2027, 11, 14)),
            13 / 31,
            "payment",
        ),
        "A11": (
            _book(3, date(2027, 9, 12), date(2027, 10, 12), quantity=2)
            + _book(5, date(2027, 11, 12), date(2027, 12, 12), quantity=2),
            11 / 31,
            "",
        ),
        "A12": (
            _book(2, date(2027, 9, 2), date(2027, 10, 2), date(2027, 11, 2)),
            1 / 31,
            "",
        ),
    }
    coffee = {
        "K01": (_coffee(10, date(2027, 9, 13), date(2027, 10, 11)), 12 / 28, ""),
        "K03": (_coffee(9, date(2027, 9, 27), date(2027, 10, 25)), 26 / 28, ""),
        "K08": (_coffee(3, date(2027, 9, 27), date(2027, 10, 25)), 26 / 28, ""),
    }
    members = {
        name: Members("BOOK", rows, ahead, block, dues=_card(rows, 20.0))
        for name, (rows, ahead, block) in book.items()
    } | {
        name: Members("COFFEE", rows, ahead, block, dues=_card(rows, 12.0))
        for name, (rows, ahead, block) in coffee.items()
    }
    # Its child order waits for a payment that is tried again on 2 September
    waiting = replace(_coffee(6, date(2027, 8, 30))[0], is_decided=True)
    rows = (waiting, *_coffee(7, date(2027, 9, 27), date(2027, 10, 25)))
    again = Due(date(2027, 9, 2), "card", 12.0, turn_row=0, is_first=True)
    members["K05"] = Members(
        "COFFEE", rows, 26 / 28, "payment", dues=(again, *_card(rows, 12.0)[1:])
    )
    rows = _tea(3, date(2027, 9, 5), date(2027, 10, 5))
    members["T05"] = Members("TEA", rows, 4 / 31, "other")
    rows = _tea(2, date(2027, 9, 9), date(2027, 10, 9), date(2027, 11, 9))
    members["T06"] = Members(
        "TEA",
        rows,
        8 / 31,
        dues=(
            Due(date(2027, 8, 9), "on_account", 19.98),
            Due(date(2027, 9, 9), "on_account", 19.98, "row", 0, is_shipped=False),
            Due(date(2027, 10, 9), "on_account", 20.0, "row", 1, is_shipped=False),
        ),
    )
    return members


#: Who is open, by name; K07 is paused without a date
MEMBERS = _make_members()
