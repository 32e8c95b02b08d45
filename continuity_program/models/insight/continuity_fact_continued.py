# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.tools import SQL

from ... import planning
from .continuity_fact import LAST_TURN


class ContinuityFact(models.AbstractModel):
    """The turns that members who ended would have got, had they stayed.

    A series that goes on lays out a few shipments ahead only. Of who left, the later
    ones are due like those of members who started on the same day.
    """

    _inherit = "continuity.fact"

    @api.model
    def _get_continued_sql(self, company, day, condition):
        """Select order_id, turn and planned_date of turns that were never laid out.

        :rtype: SQL
        """
        rows = self._continue_ended(company, day, condition)
        return SQL(
            """SELECT * FROM UNNEST(%s::int[], %s::int[], %s::date[])
                   AS continued (order_id, turn, planned_date)""",
            [row[0] for row in rows],
            [row[1] for row in rows],
            [row[2] for row in rows],
        )

    @api.model
    def _continue_ended(self, company, day, condition):
        """Go on with the plans of members who ended, up to a day.

        Members whose last shipment is the same one have the same days to come.

        :return: order, turn, day
        :rtype: list[tuple[int, int, date]]
        """
        plans, result = {}, []
        for key, last, order_ids in self._find_last_of_ended(company, day, condition):
            program_id, duration, number = key
            if program_id not in plans:
                # Who reads the figures need not be able to open the program
                program_sudo = self.env["continuity.program"].sudo().browse(program_id)
                plans[program_id] = program_sudo._to_planning()
            days = self._continue_plan(plans[program_id], last, duration, number, day)
            result += [
                (order_id, turn, planned)
                for order_id in order_ids
                for turn, planned in enumerate(days, start=number + 1)
            ]
        return result

    @api.model
    def _continue_plan(self, plan, last, duration, number, until):
        """Return the days behind the last shipment, up to a day.

        :param planning.Program plan: the program as it is now
        :param planning.LedgerRow last: the last shipment that was laid out
        :param int duration: events sold from that one on, 0 = all
        :param int number: place of that shipment
        :param date until: the first day that is left out
        :rtype: list[date]
        """
        try:
            ahead = planning.extend(
                plan,
                [last],
                threshold=LAST_TURN - number,
                duration=duration,
                today=until,
            )
        except planning.PlanningError:
            # An event has lost its timing: nobody could say when it would have come
            return []
        return [occurrence.date for occurrence in ahead if occurrence.date < until]

    @api.model
    def _find_last_of_ended(self, company, day, condition):
        """Find the last shipment of members who ended, the same ones together."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT o.program_id,
                       CASE WHEN COALESCE(o.event_duration, 0) = 0 THEN 0
                            ELSE GREATEST(o.event_duration - known.count, 0) + 1
                       END AS duration,
                       last.number, last.event_id, last.event_number, last.occurrence,
                       last.scheduled_date,
                       ARRAY_AGG(o.id ORDER BY o.id)
                  FROM continuity_order o
                  JOIN LATERAL (
                       SELECT s.number, s.event_id, s.event_number, s.occurrence,
                              s.scheduled_date
                         FROM continuity_shipment s
                        WHERE s.continuity_order_id = o.id
                          AND NOT COALESCE(s.is_removed, FALSE)
                        ORDER BY s.number DESC, s.id DESC
                        LIMIT 1
                       ) last ON TRUE
                  JOIN LATERAL (
                       SELECT COUNT(DISTINCT s.event_id) AS count
                         FROM continuity_shipment s
                        WHERE s.continuity_order_id = o.id
                          AND NOT COALESCE(s.is_removed, FALSE)
                       ) known ON TRUE
                 WHERE o.company_id = %(company)s
                   AND o.submit_date IS NOT NULL
                   AND o.state != 'draft'
                   AND o.ended_date IS NOT NULL
                   AND NOT COALESCE(o.bill_upfront, FALSE)
                   AND last.number < %(most)s
                   AND last.scheduled_date < %(day)s
                   AND (%(condition)s)
                 GROUP BY 1, 2, 3, 4, 5, 6, 7
                 ORDER BY 1, 2, 3, 4, 5, 6, 7
                """,
                company=company.id,
                most=LAST_TURN,
                day=day,
                condition=condition,
            )
        )
        for program_id, duration, number, *last, order_ids in rows:
            event_id, event_number, occurrence, scheduled_date = last
            row = planning.LedgerRow(
                key=event_id,
                occurrence=occurrence,
                scheduled_date=scheduled_date,
                planned_date=scheduled_date,
                is_open=False,
                number=event_number,
            )
            yield (program_id, duration, number), row, order_ids
