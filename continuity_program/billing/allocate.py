# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Money that is paid for a whole order, cut into what its scopes ask."""

from dataclasses import replace

from .attribute import Share


def allocate(amount, ordinary, ordinary_open, rows):
    """Give money paid for a whole order its shares, once, when it is first seen.

    :param int amount: of the payment
    :param Any ordinary: scope of the ordinary lines
    :param int ordinary_open: what they still ask
    :param Sequence[Share] rows: open rows billed up front, with what they ask
    :return: ordinary goods first, then rows by due date; what is left stays with the
        ordinary goods. A row that gets all it asks is paid by it, a part is foreign
        money of its scope
    :rtype: list[Share]
    """
    first = min(amount, max(0, ordinary_open))
    rest = amount - first
    shares = []
    for row in sorted(rows, key=lambda share: (share.due, str(share.row))):
        taken = min(rest, row.amount)
        if taken > 0:
            paid = row.row if taken == row.amount else None
            shares.append(replace(row, amount=taken, row=paid))
            rest -= taken
    if first + rest:
        shares.insert(0, Share(ordinary, first + rest))
    return shares
