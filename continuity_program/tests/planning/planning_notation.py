# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""The short notation of the acceptance tables, for the tests of ``planning``.

``A SOD 10-01; B +21 x2; C M-same End``: event A with a Start order date, B 21 days
after the last and repeated twice, C monthly on the same day and the last one.
Dates are 2027 unless written; within one list a written year goes on.
"""

import re
from datetime import date

from ... import planning

UNITS = {"D": "day", "W": "week", "M": "month", "Q": "quarter", "Y": "year"}
ACTIONS = {"Skip": "skip", "End": "end"}
INTERVAL = re.compile(r"(\d*)([DWMQY])-(same|first|last)$")


def days(text):
    """Read a list of dates."""
    result, year = [], "2027"
    for word in text.replace(",", " ").split():
        if len(word) > 5:
            year, word = word[:4], word[5:]
        result.append(date.fromisoformat(f"{year}-{word}"))
    return result


def day(text):
    """Read one date, None when empty."""
    return days(text)[0] if text else None


def named(text):
    """Read dates with the name of their event in front."""
    words = text.replace(",", " ").split()
    return list(zip(words[::2], days(" ".join(words[1::2])), strict=True))


def event(number, text):
    """Read one event."""
    name, *words = text.split()
    values = {}
    words = iter(words)
    for word in words:
        interval = INTERVAL.match(word)
        if word == "SOD":
            values["start_order_date"] = day(next(words))
        elif word in ACTIONS:
            values["action"] = ACTIONS[word]
        elif word == "endless":
            values["repeat_count"] = -1
        elif word.startswith("x"):
            values["repeat_count"] = int(word[1:])
        elif interval:
            count, unit, anchor = interval.groups()
            count = int(count or 1)
            values["interval"] = planning.Interval(UNITS[unit], count, anchor)
        else:
            values["days_from_last"] = int(word)
    return planning.Event(name, number, **values)


def program(text, **values):
    """Read a program; keyword arguments are those of ``Program``."""
    events = [event(i, part) for i, part in enumerate(text.split(";"), 1)]
    return planning.Program(tuple(events), **values)


def dates_of(occurrences):
    """Dates of some shipments."""
    return [occurrence.date for occurrence in occurrences]


def names_of(occurrences):
    """Names and dates of some shipments."""
    return [(occurrence.event.key, occurrence.date) for occurrence in occurrences]


def ledger(occurrences, closed=0):
    """Ledger rows of a plan, the first ``closed`` of them with a child order."""
    return [
        planning.LedgerRow(
            x.event.key,
            x.occurrence,
            x.date,
            x.date,
            i >= closed,
            x.event.number,
            has_left=i < closed,
        )
        for i, x in enumerate(occurrences)
    ]
