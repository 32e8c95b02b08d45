# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.tools import SQL


class ContinuityFact(models.AbstractModel):
    """Decisions, counted: what rates of leaving and skipping are learned from."""

    _inherit = "continuity.fact"

    @api.model
    def _get_count_sql(self, company, day, since=None, condition=None):
        """Count the ripe decisions by program and turn.

        Turns that left in one parcel were one decision: the first of them counts.

        :param res.company company: whose members
        :param date day: what was planned before it counts
        :param date since: what was planned before it does not; None = from the start
        :param SQL condition: which continuity orders, as *o*; None = all
        :return: program_id, turn, shipped, skipped, left
        :rtype: SQL
        """
        return SQL(
            """
            SELECT program_id, turn,
                   COUNT(*) FILTER (WHERE decision = 'shipped') AS shipped,
                   COUNT(*) FILTER (WHERE decision = 'skipped') AS skipped,
                   COUNT(*) FILTER (WHERE decision = 'left') AS "left"
              FROM (%(turns)s) turn
             WHERE is_ripe AND is_head
               AND decision IN ('shipped', 'skipped', 'left')
               AND (%(since)s::date IS NULL OR planned_date >= %(since)s)
             GROUP BY program_id, turn
             ORDER BY program_id, turn
            """,
            turns=self._get_turn_sql(company, day, condition),
            since=since,
        )

    @api.model
    def _get_lead_sql(self, company, day, since=None, condition=None):
        """Select how long before a turn its leavers said so.

        :param res.company company: whose members
        :param date day: turns that were planned before it count
        :param date since: those planned before it do not; None = from the start
        :param SQL condition: which continuity orders, as *o*; None = all
        :return: program_id, turn, lead (days from the end to the turn, at least 0),
            interval (days from the turn before to the turn, at least 1), count
        :rtype: SQL
        """
        return SQL(
            """
            SELECT program_id, turn,
                   GREATEST(planned_date - ended_date, 0) AS lead,
                   GREATEST(planned_date - previous_date, 1) AS interval,
                   COUNT(*) AS count
              FROM (%(turns)s) turn
             WHERE is_ripe AND decision = 'left' AND turn >= 2
               AND ended_date IS NOT NULL
               AND (%(since)s::date IS NULL OR planned_date >= %(since)s)
             GROUP BY 1, 2, 3, 4
             ORDER BY 1, 2, 3, 4
            """,
            turns=self._get_turn_sql(company, day, condition),
            since=since,
        )
