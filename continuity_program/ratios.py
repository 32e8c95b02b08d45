# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Ratios of a report: those of a group are made of its sums, never a mean of ratios."""

from odoo.tools import SQL


def select_ratio(select, query, part, *wholes):
    """Select a ratio of the sums of a group; none where its whole is nothing.

    :param Callable select: `_read_group_select` of the model without its ratios
    :param Query query: the query
    :param str part: what is divided, such as `done_count:sum`
    :param str wholes: what it is divided by, added up
    :rtype: SQL
    """
    return SQL(
        "(%s)::float / NULLIF(%s, 0)",
        select(part, query),
        SQL(" + ").join(SQL("(%s)", select(whole, query)) for whole in wholes),
    )
