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


def get_worth(amounts, shares):
    """Return what parcels are worth, as planned and as expected.

    :param dict amounts: the amount of each parcel, by its key
    :param dict shares: the share of it that is going to leave; missing = all of it
    :rtype: tuple[float, float]
    """
    return sum(amounts.values()), sum(
        amount * shares.get(key, 1.0) for key, amount in amounts.items()
    )
