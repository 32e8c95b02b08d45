# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What money comes in, week by week.

An amount comes if its shipment leaves, or its member is still there, and it comes when
customers usually pay: by a curve of the share that is collected in the week it is due,
one week later, and so on; a part never comes. A card that fails is a leaver already, so
the first payment of a shipment takes the time of the curve alone.
"""

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import date

from .demand import CERTAIN, Total, get_band, get_chances, get_pair, get_week, get_weeks

#: Rows the usual curve weighs
STRENGTH = 10
#: Bands of money are rounded outward to
CENT = 0.01
#: Share collected by weeks after the due week, and never
USUAL = {
    "card": ((0.94, 0.02), 0.04),
    "on_account": ((0.40, 0.20, 0.15, 0.10, 0.05), 0.10),
}
#: What is paid later is taken for paid then
LAST_LAG = 12


@dataclass(frozen=True)
class Curve:
    """When money comes: the share of each week after the due week, and never."""

    shares: tuple
    never: float

    def get_from(self, lag, is_sure=False):
        """Return what is to come of a row that is late already.

        :param int lag: weeks since the due week
        :param bool is_sure: it comes, only the day is not known
        :return: share of each week from now on, and never
        :rtype: tuple[tuple[float, ...], float]
        """
        shares = self.shares[lag:]
        never = 0.0 if is_sure else self.never
        rest = sum(shares) + never
        if not sum(shares):
            # Later than anybody has paid
            return ((1.0,), 0.0) if is_sure else ((), 1.0)
        return tuple(share / rest for share in shares), never / rest


def get_curve(method, settled, never):
    """Draw what was seen to the usual curve of a method.

    :param str method: card or on_account
    :param dict[int, int] settled: rows that were paid, by weeks after the due week
    :param int never: rows that were given up
    :rtype: Curve
    """
    usual, usual_never = USUAL[method]
    seen = {}
    for lag, rows in settled.items():
        lag = min(max(lag, 0), LAST_LAG)
        seen[lag] = seen.get(lag, 0) + rows
    weight = sum(seen.values()) + never + STRENGTH
    last = max([len(usual), *(lag + 1 for lag in seen)])
    return Curve(
        tuple(
            (seen.get(lag, 0) + STRENGTH * (usual[lag] if lag < len(usual) else 0.0))
            / weight
            for lag in range(last)
        ),
        (never + STRENGTH * usual_never) / weight,
    )


@dataclass(frozen=True, order=True, slots=True)
class Due:
    """A payment that is open, or that a planned shipment is going to owe.

    :param date day: the day it is due, or tried again
    :param str method: card or on_account
    :param float amount: in one currency for all
    :param str source: row, planned, sold or refund
    :param int turn_row: position of the row of the member it hangs on; -1 = none
    :param bool is_shipped: it comes if that row leaves; else if the member is there
    :param bool is_first: no card failure beyond those who leave: see `Curve`
    :param bool is_certain: the customer has paid, or the money is on its way
    """

    day: date
    method: str
    amount: float
    source: str = "row"
    turn_row: int = -1
    is_shipped: bool = True
    is_first: bool = False
    is_certain: bool = False


@dataclass(frozen=True, slots=True)
class CashLine:
    """What is expected in a week."""

    key: tuple
    week: date
    certain: float
    expected: float
    sigma: float
    low: float
    high: float
    lost: float


@dataclass
class _Money:
    total: Total
    certain: float = 0.0
    lost: float = 0.0


def get_levels(program: Hashable, due):
    """Return the sums that a payment belongs to.

    :rtype: tuple[tuple]
    """
    return (
        ("total", due.method),
        ("program", due.method, program, due.source),
    )


def forecast(groups, rates, curves, today, weeks, phi=1.0):
    """Forecast what comes in, by method, and by method, program and source.

    :param Iterable[Members] groups: members who are alike, counted
    :param rates.Rates rates: what is known
    :param dict[str, Curve] curves: by method
    :param date today: local date
    :param int weeks: how many
    :param float phi: see `demand.get_band`
    :rtype: list[CashLine]
    """
    mondays = get_weeks(today, weeks)
    found = {}
    for members in sorted(groups):
        if members.dues:
            _add_members(found, members, rates, curves, mondays)
    return [
        _get_line(key, week, money, rates, phi)
        for (key, week), money in sorted(found.items(), key=lambda i: str(i[0]))
    ]


def _add_members(found, members, rates, curves, mondays):
    """Add what members are going to pay to the sums it belongs to."""
    chances = get_chances(members, rates)
    paid = {}
    for due in members.dues:
        chance = _get_chance(due, chances)
        for week, amount, lost in _spread(due, curves, mondays):
            for key in get_levels(members.program, due):
                money = found.setdefault((key, week), _Money(Total()))
                money.lost += members.count * lost * chance.ships
                if due.is_certain:
                    money.certain += members.count * amount
                money.total.add(members.count, amount, chance)
                _add_pairs(money, members.count, paid, (key, week), (amount, chance))


def _add_pairs(money, count, paid, key, item):
    """Two payments of one member in one sum stand or fall together."""
    earlier = paid.setdefault(key, [])
    for other in earlier:
        first, second = sorted((other, item), key=lambda pair: -pair[1].is_there)
        money.total.variance += get_pair(count, first, second)
    earlier.append(item)


def _get_chance(due, chances):
    """Return the chance that a payment falls due at all."""
    if due.turn_row < 0:
        return CERTAIN
    chance = chances[due.turn_row]
    if due.is_shipped:
        return chance
    # He pays in instalments as long as he is a member, skipped or not
    return type(chance)(chance.reached, chance.stays, 0.0, chance.slopes)


def _spread(due, curves, mondays):
    """Say when the money of a payment comes.

    :return: week, amount, and what is lost; within the weeks asked for
    :rtype: list[tuple[date, float, float]]
    """
    week = get_week(due.day)
    lag = max(0, (mondays[0] - week).days // 7)
    first = max(week, mondays[0])
    if due.is_certain or due.source == "refund":
        shares, never = (1.0,), 0.0
    else:
        shares, never = curves[due.method].get_from(lag, is_sure=due.is_first)
    spread = [
        (mondays[place], due.amount * share, 0.0)
        for place, share in enumerate(shares, start=(first - mondays[0]).days // 7)
        if place < len(mondays)
    ]
    if never and first <= mondays[-1]:
        spread.append((first, 0.0, due.amount * never))
    return spread


def _get_line(key, week, money, rates, phi):
    sigma, low, high = get_band(money.total, rates, phi, CENT)
    return CashLine(
        key, week, money.certain, money.total.expected, sigma, low, high, money.lost
    )
