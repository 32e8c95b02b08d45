# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""How good the forecast is, on lives whose chances are known.

Lives are made by chance, of three programs: who leaves says so some time before his
turn, a few skip. On a day only what is known by then is given to the forecast, and
what it says of the next weeks is compared with what came.
"""

import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta

from .demand import Members, Row, forecast, get_phi, get_week
from .rates import Counts, Rates

#: The day forecasts are made for
TODAY = date(2027, 9, 6)
WEEKS = 8
WINDOW = 548
#: Weeks ago whose forecasts say how wrong they are
PHI_WEEKS = (8, 16)


@dataclass(frozen=True)
class Plan:
    """A program: days between its turns, and who leaves with each of them."""

    interval: int
    hazards: tuple
    is_endless: bool = False

    def get_hazard(self, turn):
        """Return the chance to leave with a turn; None = the program is over.

        :rtype: float | None
        """
        if turn <= len(self.hazards):
            return self.hazards[turn - 1]
        return self.hazards[-1] if self.is_endless else None


PLANS = (
    Plan(30, (0.0, 0.08, 0.22, 0.12, 0.08, 0.08, 0.06, 0.06, 0.05, 0.05, 0.05, 0.05)),
    Plan(28, (0.0, 0.05, 0.15, 0.10, 0.09, 0.08), is_endless=True),
    Plan(42, (0.0, 0.12, 0.18, 0.10, 0.10, 0.08)),
)


@dataclass(frozen=True)
class World:
    """What lives are like.

    :param int members: how many ever begin
    :param float skip: share that skips a turn
    :param float drift: share by which the chance to leave moves in a month, at most
    :param float rise: from when on more leave: weeks before the day
    :param float rise_factor: how many times as many
    :param float power: when leavers speak: 1 = evenly over the interval; more = in its
        last days, less = soon after the last parcel
    :param int young: the first program is so many weeks old; 0 = as old as the others
    """

    seed: int
    members: int
    skip: float = 0.04
    drift: float = 0.0
    rise: int = 0
    rise_factor: float = 1.5
    power: float = 1.0
    young: int = 0
    span: int = 500
    plans: tuple = PLANS


@dataclass
class Turn:
    """A turn of a life: when, what becomes of it, and since when that is known."""

    number: int
    day: date
    outcome: str
    known: date


@dataclass
class Life:
    """A member, from his first parcel on."""

    program: int
    start: date
    turns: list = field(default_factory=list)


def live(world):
    """Make the lives of a world.

    :param World world: the world
    :rtype: list[Life]
    """
    chance = random.Random(world.seed)
    drifts = _drift(world, chance)
    lives = []
    for _number in range(world.members):
        program = chance.randrange(len(world.plans))
        span = world.span
        if world.young and not program:
            span = 7 * world.young
        start = TODAY - timedelta(days=1 + chance.randrange(span))
        lives.append(_live_once(world, chance, drifts, Life(program, start)))
    return lives


def _drift(world, chance):
    """By which factor the chances of a program are moved in each month."""
    months = (world.span + WEEKS * 7) // 30 + 2
    drifts = []
    for _plan in world.plans:
        factors, factor = [], 1.0
        for _month in range(months):
            factors.append(factor)
            factor *= 1 + chance.uniform(-world.drift, world.drift)
        drifts.append(factors)
    return drifts


def _live_once(world, chance, drifts, life):
    plan = world.plans[life.program]
    first_day = TODAY - timedelta(days=world.span)
    last_day = TODAY + timedelta(weeks=WEEKS)
    number, day = 1, life.start
    while day < last_day:
        hazard = plan.get_hazard(number)
        if hazard is None:
            break
        hazard *= drifts[life.program][(day - first_day).days // 30]
        if world.rise and day >= TODAY - timedelta(weeks=world.rise):
            hazard *= world.rise_factor
        lead = chance.random() ** world.power
        known = day - timedelta(days=int(lead * plan.interval))
        draw = chance.random()
        outcome = "left" if draw < hazard else "shipped"
        if outcome == "shipped" and chance.random() < world.skip:
            outcome = "skipped"
        if number == 1:
            known = day
        life.turns.append(Turn(number, day, outcome, known))
        if outcome == "left":
            break
        number, day = number + 1, day + timedelta(days=plan.interval)
    return life


# === WHAT IS KNOWN ON A DAY === #


def get_facts(world, lives, today):
    """Return what is known of lives on a day.

    :return: groups of members, and the rates
    :rtype: tuple[list[Members], Rates]
    """
    counts, leads, groups = {}, [], Counter()
    since = today - timedelta(days=WINDOW)
    for life in lives:
        if life.start >= today:
            continue
        interval = world.plans[life.program].interval
        for turn in life.turns:
            if since <= turn.day < today:
                key = life.program, turn.number
                counts[key] = counts.get(key, Counts()) + Counts(
                    1, turn.outcome == "left", turn.outcome == "skipped"
                )
                if turn.outcome == "left" and turn.number > 1:
                    leads.append((turn.day - turn.known).days / interval)
        members = _get_members(world, life, today)
        if members:
            groups[members] += 1
    found = [
        Members(m.program, m.rows, m.ahead, count=count) for m, count in groups.items()
    ]
    return found, Rates(counts, leads)


def _get_members(world, life, today):
    """Return what is known of one: his rows, or None if he is gone."""
    plan = world.plans[life.program]
    ahead = [turn for turn in life.turns if turn.day >= today]
    if not ahead or any(t.outcome == "left" and t.known < today for t in life.turns):
        return None
    last = get_week(today) + timedelta(weeks=WEEKS)
    rows, number, day = [], ahead[0].number, ahead[0].day
    while day < last and plan.get_hazard(number) is not None:
        if not _has_skipped(ahead, number, today):
            rows.append(Row(number, day, (("item", life.program, 1),)))
        number, day = number + 1, day + timedelta(days=plan.interval)
    if not rows:
        return None
    wait = (rows[0].day - today).days
    return Members(life.program, tuple(rows), wait / plan.interval)


def _has_skipped(turns, number, today):
    return any(
        turn.number == number and turn.outcome == "skipped" and turn.known < today
        for turn in turns
    )


def get_actual(lives, today):
    """Return what came of the members of a day, by program and week.

    :rtype: Counter
    """
    return Counter(
        (life.program, get_week(turn.day))
        for life in lives
        if life.start < today
        for turn in life.turns
        if turn.outcome == "shipped" and turn.day >= today
    )


# === COMPARED === #


@dataclass(frozen=True)
class Cell:
    """A program in a week: what was said, and what came."""

    program: int
    week: date
    expected: float
    sigma: float
    low: float
    high: float
    actual: int

    @property
    def is_hit(self):
        """Say whether what came lies within the band.

        :rtype: bool
        """
        return self.low <= self.actual <= self.high


def compare(world, lives, today, phi=1.0):
    """Forecast on a day, and look at what came.

    :rtype: list[Cell]
    """
    groups, rates = get_facts(world, lives, today)
    actual = get_actual(lives, today)
    return [
        Cell(
            line.key[1],
            line.week,
            line.expected,
            line.sigma,
            line.low,
            line.high,
            actual[line.key[1], line.week],
        )
        for line in forecast(groups, rates, today, WEEKS, phi)
        if line.key[0] == "program"
    ]


def run(world):
    """Forecast as in the shop: earlier forecasts say how far this one is to be trusted.

    :return: the cells, and the factor their bands were made with
    :rtype: tuple[list[Cell], float]
    """
    lives = live(world)
    seen = []
    for weeks in PHI_WEEKS:
        day = TODAY - timedelta(weeks=weeks)
        seen += [
            (cell.actual, cell.expected, cell.sigma)
            for cell in compare(world, lives, day)
            if cell.week < get_week(TODAY)
        ]
    phi, _cells = get_phi(seen)
    return compare(world, lives, TODAY, phi), phi


def measure(cells, least_sigma=2.0):
    """Say how good a forecast was.

    :param list[Cell] cells: of one world or several
    :param float least_sigma: cells with less are too small to count hits in
    :return: share of mistakes, of them in one direction, and share within the band
    :rtype: tuple[float, float, float]
    """
    came = sum(cell.actual for cell in cells)
    wrong = sum(abs(cell.actual - cell.expected) for cell in cells)
    bias = sum(cell.expected - cell.actual for cell in cells)
    wide = [cell for cell in cells if cell.sigma >= least_sigma]
    hits = sum(cell.is_hit for cell in wide)
    return wrong / came, bias / came, hits / len(wide)
