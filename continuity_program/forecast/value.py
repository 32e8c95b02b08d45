# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What a member brings, turn by turn, and when he has paid back what he cost.

*Observed* is what members have brought so far; *expected* what a new one will, by the
rates of leaving, skipping and sending back. Nothing is discounted.
"""

from dataclasses import dataclass
from itertools import accumulate

from .rates import LAST_TURN

#: Returns that are taken for granted as long as little has been shipped
PRIOR_RETURNS = 0.02
PRIOR_WEIGHT = 10


@dataclass(frozen=True)
class Observed:
    """What one turn has brought.

    :param int due: members who would have got it by now, had they stayed
    :param float contribution: revenue less cost of those who did
    """

    due: int
    contribution: float


@dataclass(frozen=True)
class Expected:
    """What one turn will bring, if it is reached.

    :param float hazard: share of those who reach it that leave by it
    :param float margin: revenue less cost of one that stays with the customer
    :param float loss: cost of one that comes back
    """

    hazard: float
    margin: float
    loss: float


def observed_value(turns):
    """Sum up what a member has brought, turn by turn.

    Every turn counts by the members who were due for it, leavers included.

    :param Iterable[Observed] turns: from the first; the first without anybody ends it
    :return: value up to each turn
    :rtype: list[float]
    """
    shares = []
    for turn in turns:
        if not turn.due:
            break
        shares.append(turn.contribution / turn.due)
    return list(accumulate(shares))


def return_rate(returned, shipped):
    """Return the share of what is shipped that comes back.

    :param float returned: shipments that came back
    :param int shipped: shipments that left
    :rtype: float
    """
    return (returned + PRIOR_WEIGHT * PRIOR_RETURNS) / (shipped + PRIOR_WEIGHT)


def expected_value(turns, skip, returned):
    """Sum up what a new member will bring, turn by turn.

    :param Iterable[Expected] turns: from the first to the last of the program
    :param float skip: share of those who stay that pass over a turn
    :param float returned: share of what is shipped that comes back
    :return: value up to each turn
    :rtype: list[float]
    """
    survival, values = 1.0, []
    for turn in turns:
        survival *= 1 - turn.hazard
        brought = (1 - returned) * turn.margin - returned * turn.loss
        values.append(survival * (1 - skip) * brought)
    return list(accumulate(values))


def value_ahead(turns, skip, returned):
    """Say what somebody will still bring who reaches a turn, this turn included.

    Wherever he stands, as many turns count as of a new member: one who has got thirty
    parcels of a program without an end has as many ahead of him as before.

    :param Sequence[Expected] turns: from the first to the last of the program
    :param float skip: see :func:`expected_value`
    :param float returned: see :func:`expected_value`
    :return: by turn, from the first
    :rtype: list[float]
    """
    return [
        expected_value(turns[first : first + LAST_TURN], skip, returned)[-1]
        for first in range(len(turns))
    ]


def break_even(values, cost, digits=2):
    """Find the turn by which a member has paid back what he cost.

    :param Sequence[float] values: value up to each turn
    :param float cost: what it cost to win him
    :param int digits: places of the currency; equal counts
    :return: the turn, None = not yet
    :rtype: int or None
    """
    wanted = round(cost, digits)
    for turn, value in enumerate(values, start=1):
        if round(value, digits) >= wanted:
            return turn
    return None
