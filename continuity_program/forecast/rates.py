# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Rates of leaving and skipping, by turn: of a program, of the company, typed.

A turn is a shipment by its number. A rate is the share of the members who reach a turn
and leave with it, or skip it. A program that is young says little of itself: its rate
is drawn to that of the company, and that of the company to a constant.
"""

from bisect import bisect_right
from dataclasses import dataclass
from math import sqrt

#: Members that the constant of the company weighs, and what it says
COMPANY_STRENGTH = 10
COMPANY_HAZARD = 0.15
COMPANY_SKIP = 0.05
#: Members that what is known of the company weighs in a program
PROGRAM_STRENGTH = 20
#: Blocks that were mended and lost: half of them, weighing so many
MEND_STRENGTH = 10
MEND_RATE = 0.5
#: First turn of each class of turns that the company knows one rate of
CLASSES = (1, 2, 3, 4, 7, 13)
#: Turns beyond are like this one
LAST_TURN = 24
#: Of ten figures eight lie within as many standard deviations
BAND = 1.2816
#: Decisions below which a rate is mostly an assumption
FEW_DECISIONS = 30


@dataclass(frozen=True)
class Counts:
    """What members have decided at a turn: ``left`` and ``skipped`` of ``at_risk``."""

    at_risk: int = 0
    left: int = 0
    skipped: int = 0

    def __add__(self, other):
        return Counts(
            self.at_risk + other.at_risk,
            self.left + other.left,
            self.skipped + other.skipped,
        )


@dataclass(frozen=True)
class Rate:
    """A rate with what it was made of: it explains itself."""

    value: float
    hits: int
    decisions: int
    prior: float
    strength: float
    is_typed: bool = False

    @property
    def is_assumed(self):
        """Say whether it is mostly an assumption.

        :rtype: bool
        """
        return self.decisions < FEW_DECISIONS

    @property
    def variance(self):
        """How uncertain it is.

        :rtype: float
        """
        weight = self.decisions + self.strength
        return self.value * (1 - self.value) / (weight + 1)

    @property
    def band(self):
        """Say between what it lies in eight cases of ten.

        :return: low and high, as shares
        :rtype: tuple[float, float]
        """
        width = BAND * sqrt(self.variance)
        return max(0.0, self.value - width), min(1.0, self.value + width)


def turn_class(turn):
    """Return the first turn of the class that a turn belongs to.

    :param int turn: from 1
    :rtype: int
    """
    return max(first for first in CLASSES if first <= turn)


def shrunk(hits, decisions, prior, strength, is_typed=False):
    """Draw a share to what was thought before.

    :param int hits: members who left, or skipped
    :param int decisions: members who decided
    :param float prior: the share that is thought of
    :param float strength: decisions that weighs
    :rtype: Rate
    """
    value = (hits + strength * prior) / (decisions + strength)
    return Rate(value, hits, decisions, prior, strength, is_typed)


def company_hazards(counts):
    """Return the rate of leaving of each class of turns, over all programs.

    :param dict[tuple, Counts] counts: by program and turn
    :rtype: dict[int, Rate]
    """
    sums = dict.fromkeys(CLASSES, Counts())
    for (_program, turn), count in counts.items():
        sums[turn_class(turn)] += count
    return {
        first: shrunk(count.left, count.at_risk, COMPANY_HAZARD, COMPANY_STRENGTH)
        for first, count in sums.items()
    }


def company_skip(counts):
    """Return the rate of skipping over all programs and turns.

    :param dict[tuple, Counts] counts: by program and turn
    :rtype: Rate
    """
    total = sum(counts.values(), Counts())
    stayed = total.at_risk - total.left
    return shrunk(total.skipped, stayed, COMPANY_SKIP, COMPANY_STRENGTH)


def typed_prior(probability, skip):
    """Return the rate of leaving that a typed probability stands for.

    Of 100 members who are still there when the event comes, so many take it.

    :param float probability: percent
    :param float skip: rate of skipping of the program
    :rtype: float
    """
    return max(0.0, 1 - probability / 100 / (1 - skip))


def program_hazard(count, prior, strength=PROGRAM_STRENGTH, is_typed=False):
    """Return the rate of leaving of a turn of a program.

    :param Counts count: of this turn
    :param float prior: of the company's class, or typed
    :rtype: Rate
    """
    return shrunk(count.left, count.at_risk, prior, strength, is_typed)


def mend_rate(mended, left):
    """Return the share of the blocked that go on after all.

    :param int mended: blocks that were mended
    :param int left: blocks whose member was lost
    :rtype: Rate
    """
    return shrunk(mended, mended + left, MEND_RATE, MEND_STRENGTH)


class LeadProfile:
    """How long before a turn its leavers say so."""

    def __init__(self, leads=(), strength=PROGRAM_STRENGTH):
        """Keep what is known of those who left.

        :param Iterable[float] leads: shares of the interval before the turn, 0 on its
            day, of all who left
        :param float strength: leavers the assumption weighs, that they say so evenly
        """
        self._leads = sorted(min(max(lead, 0.0), 1.0) for lead in leads)
        self._strength = strength

    def get_share_to_come(self, ahead):
        """Return which share of the leavers has not said so yet.

        :param float ahead: share of the interval that is still to come
        :rtype: float
        """
        ahead = min(max(ahead, 0.0), 1.0)
        said_later = bisect_right(self._leads, ahead)
        weight = len(self._leads) + self._strength
        return (said_later + self._strength * ahead) / weight


def rate_left(rate, to_come):
    """Return what is left of a rate for somebody who has not spoken until now.

    :param float rate: of leaving or skipping
    :param float to_come: share of those who speak later
    :rtype: float
    """
    return rate * to_come / (1 - rate * (1 - to_come))


def rate_left_slope(rate, to_come):
    """Return how fast what is left of a rate moves with the rate.

    :param float rate: of leaving or skipping
    :param float to_come: share of those who speak later
    :rtype: float
    """
    return to_come / (1 - rate * (1 - to_come)) ** 2


class Rates:
    """All rates of a company, each made when it is first asked for."""

    def __init__(self, counts, leads=(), mended=None, meets=None, strength=None):
        """Keep what members have decided.

        :param dict[tuple, Counts] counts: by program and turn
        :param Iterable[float] leads: see `LeadProfile`
        :param dict[str, tuple] mended: blocks that were mended and whose member was
            lost, by their kind
        :param dict[tuple, Iterable] meets: the events members meet, by program and
            turn: pairs of probability in percent and how many members; 100 is no
            opinion
        :param float strength: decisions that what is known of the company weighs in a
            program; None = 20
        """
        self._counts = counts
        self._mended = mended or {}
        self._meets = meets or {}
        self._strength = PROGRAM_STRENGTH if strength is None else strength
        self.company = company_hazards(counts)
        self.company_skip = company_skip(counts)
        self.profile = LeadProfile(leads)
        self._own = {}
        for (program, _turn), count in counts.items():
            self._own[program] = self._own.get(program, Counts()) + count
        self._hazards, self._skips, self._mends = {}, {}, {}

    def get_hazard(self, program, turn):
        """Return the rate of leaving of a turn.

        :rtype: Rate
        """
        key = program, min(turn, LAST_TURN)
        if key not in self._hazards:
            self._hazards[key] = self._make_hazard(*key)
        return self._hazards[key]

    def _make_hazard(self, program, turn):
        prior = usual = self.company[turn_class(turn)].value
        skip = self.get_skip(program).value
        meets = tuple(self._meets.get((program, turn), ()))
        weight = sum(members for _probability, members in meets)
        if weight:
            prior = (
                sum(
                    members * (usual if typed == 100 else typed_prior(typed, skip))
                    for typed, members in meets
                )
                / weight
            )
        return program_hazard(
            self._counts.get((program, turn), Counts()),
            prior,
            self._strength,
            is_typed=any(typed != 100 for typed, _members in meets),
        )

    def get_skip(self, program):
        """Return the rate of skipping of a program.

        :rtype: Rate
        """
        if program not in self._skips:
            own = self._own.get(program, Counts())
            self._skips[program] = shrunk(
                own.skipped,
                own.at_risk - own.left,
                self.company_skip.value,
                self._strength,
            )
        return self._skips[program]

    def get_mend(self, kind):
        """Return the share of the blocked that go on after all.

        :param str kind: what blocks them
        :rtype: Rate
        """
        if kind not in self._mends:
            self._mends[kind] = mend_rate(*self._mended.get(kind, (0, 0)))
        return self._mends[kind]
