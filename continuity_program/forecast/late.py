# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What it does to members when something is there later than it is planned for."""

from itertools import pairwise

#: Parcels of one member that are closer than so many days are told of
LEAST_DAYS = 7


def is_close(days, moved, least=LEAST_DAYS):
    """Say whether a member gets two parcels too close to each other by a change.

    What has been as close before is not the change's doing.

    :param dict days: the day of each parcel after the change, by its key
    :param set moved: keys of those that were moved
    :param int least: days that should lie between two parcels
    :rtype: bool
    """
    in_order = sorted(days, key=lambda key: (days[key], str(key)))
    return any(
        (days[second] - days[first]).days < least
        for first, second in pairwise(in_order)
        if first in moved or second in moved
    )


def swap(days, late, there):
    """Say which parcel leaves in which slot, so that what is late leaves when it can.

    It takes the first slot of its member on or after the day it is there; those in
    between move up. No slot moves, and what leaves behind the last one taken stays.

    :param list[date] days: of the slots, in the order in which they leave
    :param set[int] late: places of the parcels that are late
    :param date there: from when on they can leave
    :return: for each slot the place of the parcel that takes it; None = the member has
        too few slots on or after the day
    :rtype: list[int] or None
    """
    queues = {
        True: [place for place in range(len(days)) if place in late],
        False: [place for place in range(len(days)) if place not in late],
    }
    first = min(late, default=len(days))
    taken = []
    for slot, day in enumerate(days):
        is_late = slot >= first and day >= there and bool(queues[True])
        if not queues[is_late]:
            return None
        taken.append(queues[is_late].pop(0))
    return taken


def get_worth(amounts, shares):
    """Return what parcels are worth, as planned and as expected.

    :param dict amounts: the amount of each parcel, by its key
    :param dict shares: the share of it that is going to leave; missing = all of it
    :rtype: tuple[float, float]
    """
    return sum(amounts.values()), sum(
        amount * shares.get(key, 1.0) for key, amount in amounts.items()
    )
