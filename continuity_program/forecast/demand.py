# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What members are going to take, week by week, and how sure that is.

Members who are alike are counted together. Each has a chance for each of his rows: he
is not kept back, has not left until then, and does not skip it. What is expected is the
sum of quantity times chance. The band around it knows of two doubts: what each member
does, and how well the rates are known.
"""

from collections.abc import Hashable
from dataclasses import dataclass, field
from datetime import date, timedelta
from math import ceil, floor, sqrt

from .rates import BAND, LAST_TURN, rate_left, rate_left_slope

#: Sums of floats are not exact: what is so near a whole number is that number
TINY = 1e-9
#: Cells a forecast must have been compared in before its bands are widened by it
FEW_CELLS = 20
#: Cells that are too small to be compared
LEAST_EXPECTED, LEAST_SIGMA = 5, 0.5


@dataclass(frozen=True, order=True, slots=True)
class Row:
    """A shipment that has not left.

    :param int turn: its number
    :param date day: the day it is planned for
    :param tuple goods: triples of event, product and quantity
    :param bool is_decided: ordered already, its child order waits
    :param bool is_joint: it leaves with one before: one decision for both
    :param bool is_repeat: its event has come before
    """

    turn: int
    day: date
    goods: tuple = ()
    is_decided: bool = False
    is_joint: bool = False
    is_repeat: bool = False


@dataclass(frozen=True, order=True, slots=True)
class Members:
    """Members who are alike: the same rows, the same chances.

    :param Hashable program: their program
    :param tuple[Row] rows: in the order they leave
    :param float ahead: share of the interval before the next turn that is to come
    :param str block: what keeps the next shipment back; empty = nothing
    :param bool has_ended: the end is agreed: what is still planned leaves
    :param float count: how many they are
    """

    program: Hashable
    rows: tuple
    ahead: float = 1.0
    block: str = ""
    has_ended: bool = False
    count: float = 1
    #: Payments of these members, see `cash`
    dues: tuple = ()
    #: Where their goods leave from; 0 = nobody asks
    place: Hashable = 0
    #: Number of the first shipment that is kept back; 0 = any
    block_turn: int = 0
    #: Without a date: nothing is sent to them
    is_paused: bool = False


@dataclass(frozen=True, slots=True)
class Chance:
    """How a row comes to leave, or not.

    :param float reached: share that is not lost to what keeps them back
    :param float stays: share of those that have not left until then
    :param float skip: share of those that skip it
    :param tuple slopes: how the chance to be there moves with each rate, as pairs of
        rate and relative slope
    :param tuple skip_slope: the same of the rate of skipping
    """

    reached: float = 1.0
    stays: float = 1.0
    skip: float = 0.0
    slopes: tuple = ()
    skip_slope: tuple = ()
    #: It is ordered already, and waits
    is_waiting: bool = False

    @property
    def is_there(self):
        """Chance that the member is there for it.

        :rtype: float
        """
        return self.reached * self.stays

    @property
    def ships(self):
        """Chance that it leaves.

        :rtype: float
        """
        return self.reached * self.stays * (1 - self.skip)


#: Of what happens in any case
CERTAIN = Chance()


def get_chances(members, rates):
    """Return the chance of each row of members who are alike.

    Who has not said until now that he leaves is less likely to: the rate of the next
    turn is what is left of it. Later turns have their whole rate. What leaves before
    the first shipment that is kept back is not kept back.

    :param Members members: the members
    :param rates.Rates rates: what is known
    :rtype: list[Chance]
    """
    reached, stays, slopes = 1.0, 1.0, ()
    block, kept_from = members.block, _get_kept_from(members)
    skip_rate = rates.get_skip(members.program).value
    to_come = rates.profile.get_share_to_come(members.ahead)
    chances = []
    for place, row in enumerate(members.rows):
        if block and place >= kept_from:
            reached = rates.get_mend(block).value
            slopes = (*slopes, (("mend", block), 1 / reached))
            block = ""
        if row.is_decided:
            chances.append(Chance(reached, stays, 0.0, slopes, is_waiting=True))
            continue
        # Before the first parcel nobody has had a reason to speak
        left_to_come = 1.0 if row.turn == 1 else to_come
        if not (members.has_ended or row.is_joint):
            rate = rates.get_hazard(members.program, row.turn).value
            leaves = rate_left(rate, left_to_come)
            stays *= 1 - leaves
            slope = rate_left_slope(rate, left_to_come) / (1 - leaves)
            theta = ("hazard", members.program, min(row.turn, LAST_TURN))
            slopes = (*slopes, (theta, -slope))
        skip = rate_left(skip_rate, left_to_come)
        slope = rate_left_slope(skip_rate, left_to_come) / (1 - skip)
        theta = ("skip", members.program)
        chances.append(Chance(reached, stays, skip, slopes, ((theta, -slope),)))
        to_come = 1.0
    return chances


def _get_kept_from(members):
    """Return the place of the first row that is kept back.

    Its number says which it is, not when it leaves: it may have been postponed.
    """
    turns = [row.turn for row in members.rows]
    if members.block_turn in turns:
        return turns.index(members.block_turn)
    later = (place for place, turn in enumerate(turns) if turn > members.block_turn)
    return next(later, len(turns))


# === SUMS === #


@dataclass
class Total:
    """A sum under way, with what its band is made of."""

    open: float = 0.0
    blocked: float = 0.0
    leaving: float = 0.0
    skipping: float = 0.0
    expected: float = 0.0
    #: The part of it that is ordered already
    waiting: float = 0.0
    variance: float = 0.0
    #: Of pairs of one member, the earlier of which belongs to an earlier sum
    earlier: float = 0.0
    slopes: dict = field(default_factory=dict)

    def add(self, count, quantity, chance):
        """Add a row of members, which leaves or does not."""
        whole = count * quantity
        ships = chance.ships
        self.open += whole
        self.blocked += whole * (1 - chance.reached)
        self.leaving += whole * chance.reached * (1 - chance.stays)
        self.skipping += whole * chance.is_there * chance.skip
        self.expected += whole * ships
        if chance.is_waiting:
            self.waiting += whole * ships
        self.variance += whole * quantity * ships * (1 - ships)
        self._add_slopes(whole * ships, chance.slopes + chance.skip_slope)

    def _add_slopes(self, expected, slopes):
        for theta, slope in slopes:
            self.slopes[theta] = self.slopes.get(theta, 0.0) + expected * slope

    def take_in(self, other):
        """Add a later sum: its pairs with earlier ones count now."""
        for name in ("open", "blocked", "leaving", "skipping", "expected"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.variance += other.variance + other.earlier
        self._add_slopes(1.0, other.slopes.items())

    def get_sigma(self, rates):
        """Return the standard deviation, of members and of rates.

        :rtype: float
        """
        of_rates = sum(
            slope**2 * get_rate(rates, theta).variance
            for theta, slope in sorted(self.slopes.items(), key=lambda item: item[0])
        )
        return sqrt(max(0.0, self.variance + of_rates))


def get_rate(rates, theta):
    """Return the rate that a doubt is about.

    :param tuple theta: its kind, and what it is of
    :rtype: rates.Rate
    """
    kind, *of = theta
    return getattr(rates, f"get_{kind}")(*of)


def get_pair(count, first, second):
    """Return what two rows of one member add to the variance of their sum.

    They stand or fall together: who is there for the later one was there for the
    earlier one.

    :param tuple first: quantity and chance of the earlier row
    :param tuple second: those of the later one
    :rtype: float
    """
    (early, chance), (late, later) = first, second
    # Two parts of one row are not skipped one by one
    skip = 0.0 if chance is later else chance.skip
    return 2 * count * early * late * later.ships * (1 - skip - chance.ships)


@dataclass(frozen=True, slots=True)
class Line:
    """What is forecast of something in a week.

    ``sigma`` is without the factor of earlier mistakes: with it the next factor would
    fall back to 1.
    """

    key: tuple
    week: date
    open: float
    blocked: float
    leaving: float
    skipping: float
    expected: float
    sigma: float
    low: float
    high: float
    needed: float
    needed_low: float
    needed_high: float
    #: The rates it is made of
    used: tuple = ()
    #: The part of what is expected that is ordered already
    waiting: float = 0.0


def get_band(total, rates, phi=1.0, unit=1.0):
    """Return standard deviation and band of a sum, rounded outward.

    :param Total total: the sum
    :param float phi: factor of earlier mistakes, on the variance
    :param float unit: what the band is rounded to
    :return: sigma, low, high
    :rtype: tuple[float, float, float]
    """
    sigma = total.get_sigma(rates)
    width = BAND * sigma * sqrt(phi)
    low = floor((total.expected - width) / unit + TINY) * unit
    high = ceil((total.expected + width) / unit - TINY) * unit
    least = min(0.0, total.expected)
    most = max(total.open, total.expected)
    return sigma, max(least, low), min(most, high)


def get_week(day):
    """Return the Monday of a day.

    :rtype: date
    """
    return day - timedelta(days=day.weekday())


def get_weeks(today, count):
    """Return the Mondays of this week and the next ones.

    :rtype: list[date]
    """
    monday = get_week(today)
    return [monday + timedelta(weeks=number) for number in range(count)]


# === DEMAND === #


def get_levels(program, event, product, place=0):
    """Return the sums that goods belong to.

    :param Hashable place: where they leave from; 0 = nobody asks
    :rtype: tuple[tuple]
    """
    levels = (
        ("product", product),
        ("event", program, event, product),
        ("program", program),
    )
    return (*levels, ("stock", product, place)) if place else levels


def forecast(groups, rates, today, weeks, phi=1.0):
    """Forecast what is needed, by product, by event and by program, and where.

    What is late is needed this week. The same facts give the same figures, in whatever
    order they come.

    :param Iterable[Members] groups: members who are alike, counted
    :param rates.Rates rates: what is known
    :param date today: local date
    :param int weeks: how many
    :param float phi: see `get_band`
    :rtype: list[Line]
    """
    mondays = get_weeks(today, weeks)
    totals = {}
    for members in sorted(groups):
        _add_members(totals, members, rates, mondays)
    return [
        line
        for _key, found in sorted(totals.items(), key=lambda item: str(item[0]))
        for line in _get_lines(_key, found, rates, phi)
    ]


def _add_members(totals, members, rates, mondays):
    """Add the rows of members to the sums they belong to."""
    for key, items in _get_items(members, rates, mondays).items():
        weeks = totals.setdefault(key, {})
        for place, (week, quantity, chance) in enumerate(items):
            total = weeks.setdefault(week, Total())
            total.add(members.count, quantity, chance)
            for early_week, early, early_chance in items[:place]:
                pair = get_pair(
                    members.count, (early, early_chance), (quantity, chance)
                )
                if early_week == week:
                    total.variance += pair
                else:
                    total.earlier += pair


def _get_items(members, rates, mondays):
    """List what members take, by the sum it belongs to.

    :return: week, quantity and chance of each row, in the order they leave, by key
    :rtype: dict[tuple, list]
    """
    items = {}
    chances = get_chances(members, rates)
    for row, chance in zip(members.rows, chances, strict=True):
        week = max(get_week(row.day), mondays[0])
        if week > mondays[-1]:
            continue
        sums = {}
        for event, product, quantity in row.goods:
            for key in get_levels(members.program, event, product, members.place):
                sums[key] = sums.get(key, 0.0) + quantity
        for key, quantity in sums.items():
            items.setdefault(key, []).append((week, quantity, chance))
    return items


def _get_lines(key, found, rates, phi):
    """Make the lines of one sum, week by week."""
    needed = Total()
    for week in sorted(found):
        total = found[week]
        needed.take_in(total)
        sigma, low, high = get_band(total, rates, phi)
        _sigma, needed_low, needed_high = get_band(needed, rates, phi)
        yield Line(
            key,
            week,
            total.open,
            total.blocked,
            total.leaving,
            total.skipping,
            total.expected,
            sigma,
            low,
            high,
            needed.expected,
            needed_low,
            needed_high,
            tuple(sorted(total.slopes, key=str)),
            total.waiting,
        )


# === HOW WRONG IT WAS === #


def get_phi(cells):
    """Return by how much earlier forecasts missed more than they said.

    :param Iterable[tuple] cells: what came, what was expected, and its sigma
    :return: factor on the variance, and the number of cells it is made of; less than
        20 say nothing
    :rtype: tuple[float, int]
    """
    misses = [
        ((actual - expected) / sigma) ** 2
        for actual, expected, sigma in cells
        if expected >= LEAST_EXPECTED and sigma >= LEAST_SIGMA
    ]
    if len(misses) < FEW_CELLS:
        return 1.0, len(misses)
    return max(1.0, sum(misses) / len(misses)), len(misses)
