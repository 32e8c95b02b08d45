# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from typing import NamedTuple

from odoo import api, models
from odoo.tools import SQL


class Moves(NamedTuple):
    """Members of a program at the end of a day, and what changed in the days before."""

    program_id: int
    #: At the end of the last day
    members: int
    #: At the end of the day before the first one
    before: int
    joined: int
    #: Without those who changed the program
    left: int
    moved: int
    finished: int


class ContinuityChurnMonth(models.Model):
    """Members day by day: what the months are made of."""

    _inherit = "continuity.churn.month"

    @api.model
    def _count_moves(self, company, since, until):
        """Count the members of a company, by program.

        :param res.company company: the company
        :param date since: the day before the first one
        :param date until: the last day
        :rtype: list[Moves]
        """
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                WITH move AS (%(moves)s)
                SELECT program_id,
                       SUM(CASE WHEN what = 'joined' THEN 1 ELSE -1 END)::int,
                       COALESCE(SUM(CASE WHEN what = 'joined' THEN 1 ELSE -1 END)
                           FILTER (WHERE day <= %(since)s), 0)::int,
                       COUNT(*) FILTER (WHERE what = 'joined' AND day > %(since)s),
                       COUNT(*) FILTER (WHERE what = 'left' AND day > %(since)s),
                       COUNT(*) FILTER (WHERE what = 'moved' AND day > %(since)s),
                       COUNT(*) FILTER (WHERE what = 'finished' AND day > %(since)s)
                  FROM move
                 WHERE company_id = %(company)s AND day <= %(until)s
                 GROUP BY program_id
                 ORDER BY program_id
                """,
                moves=self._get_moves_sql(),
                company=company.id,
                since=since,
                until=until,
            )
        )
        return [Moves(*row) for row in rows]
