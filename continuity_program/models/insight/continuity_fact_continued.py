# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.tools import SQL

from ... import planning
from .continuity_fact import LAST_TURN


class ContinuityFact(models.AbstractModel):
    """The turns that members who ended would have got, had they stayed.

    A series that goes on lays out a few shipments ahead only. Of who left, the later
    ones are due like those of members who started on the same day; so are those of
    members whose shipments are not decided for long.
    """

    _inherit = "continuity.fact"

    @api.model
    def _get_continued_sql(self, company, day, condition):
        """Select order_id, turn and planned_date of turns that were never laid out.

        :rtype: SQL
        """
        rows = self._continue_lost(company, day, condition)
        return SQL(
            """SELECT * FROM UNNEST(%s::int[], %s::int[], %s::date[])
                   AS continued (order_id, turn, planned_date)""",
            [row[0] for row in rows],
            [row[1] for row in rows],
            [row[2] for row in rows],
        )

    @api.model
    def _continue_lost(self, company, day, condition):
        """Go on with the plans of members who ended or have stalled, up to a day.

        Members whose last shipment is the same one have the same days to come.

        :return: order, turn, day
        :rtype: list[tuple[int, int, date]]
        """
        plans, result = {}, []
        for key, known, order_ids in self._find_last_of_lost(company, day, condition):
            program_id, duration, number = key
            if program_id not in plans:
                # Who reads the figures need not be able to open the program
                program_sudo = self.env["continuity.program"].sudo().browse(program_id)
                plans[program_id] = program_sudo._to_planning()
            days = self._continue_plan(plans[program_id], known, duration, number, day)
            result += [
                (order_id, turn, planned)
                for order_id in order_ids
                for turn, planned in enumerate(days, start=number + 1)
            ]
        return result

    @api.model
    def _continue_plan(self, plan, known, duration, number, until):
        """Return the days behind the last shipment, up to a day.

        :param planning.Program plan: the program as it is now
        :param list[planning.LedgerRow] known: the last shipment that was laid out,
            behind the one that months are counted from
        :param int duration: events sold from those on, 0 = all
        :param int number: place of the last shipment
        :param date until: the first day that is left out
        :rtype: list[date]
        """
        try:
            ahead = planning.extend(
                plan,
                known,
                threshold=LAST_TURN - number,
                duration=duration,
                today=until,
            )
        except planning.PlanningError:
            # An event has lost its timing: nobody could say when it would have come
            return []
        return [occurrence.date for occurrence in ahead if occurrence.date < until]

    @api.model
    def _find_last_of_lost(self, company, day, condition):
        """Find the last shipment of members who are lost, the same ones together.

        :return: key (program, events sold from those rows on, place of the last row),
            rows (see `_continue_plan`), orders
        :rtype: Iterator[tuple[tuple, list[planning.LedgerRow], list[int]]]
        """
        rows = self.env.execute_query(self._get_last_sql(company, day, condition))
        for program_id, unsold, number, *links, order_ids in rows:
            last, anchor = links[:4], links[4:]
            known = [self._to_link(*last)]
            if anchor[-1] < last[-1]:
                # Months are counted from there
                known.insert(0, self._to_link(*anchor))
            duration = 0
            if unsold is not None:
                duration = unsold + len({row.key for row in known})
            yield (program_id, duration, number), known, order_ids

    def _to_link(self, event_id, event_number, occurrence, day):
        return planning.LedgerRow(event_id, occurrence, day, day, False, event_number)

    @api.model
    def _get_last_sql(self, company, day, condition):
        """Select the last shipment of members who are lost, and where months begin.

        Months are counted from the first shipment, or from the last one that was moved
        with all that follow.
        """
        return SQL(
            """
            SELECT o.program_id,
                   CASE WHEN COALESCE(o.event_duration, 0) > 0
                        THEN GREATEST(o.event_duration - known.count, 0)
                   END AS unsold,
                   last.number, last.event_id, last.event_number, last.occurrence,
                   last.scheduled_date,
                   anchor.event_id, anchor.event_number, anchor.occurrence,
                   anchor.scheduled_date,
                   ARRAY_AGG(o.id ORDER BY o.id)
              FROM continuity_order o
              JOIN LATERAL (
                   SELECT COUNT(DISTINCT s.event_id) AS count,
                          (ARRAY_AGG(s.id ORDER BY s.number DESC, s.id DESC))[1]
                              AS last_id,
                          (ARRAY_AGG(
                              s.id ORDER BY COALESCE(s.is_anchor, FALSE) DESC,
                                  CASE WHEN s.is_anchor THEN -s.number
                                       ELSE s.number END,
                                  s.id
                          ))[1] AS anchor_id
                     FROM continuity_shipment s
                    WHERE s.continuity_order_id = o.id
                      AND NOT COALESCE(s.is_removed, FALSE)
                   ) known ON TRUE
              JOIN continuity_shipment last ON last.id = known.last_id
              JOIN continuity_shipment anchor ON anchor.id = known.anchor_id
             WHERE o.company_id = %(company)s
               AND o.submit_date IS NOT NULL
               AND o.state != 'draft'
               AND (o.ended_date IS NOT NULL OR o.has_more AND o.id IN (%(stalled)s))
               AND NOT COALESCE(o.bill_upfront, FALSE)
               AND last.number < %(most)s
               AND last.scheduled_date < %(day)s
               AND (%(condition)s)
             GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
             ORDER BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11
            """,
            stalled=self._get_stalled_sql(company, day),
            company=company.id,
            most=LAST_TURN,
            day=day,
            condition=condition,
        )

    @api.model
    def _get_stalled_sql(self, company, day):
        """Select the orders with a shipment that is late for long, the last decided
        one before it.

        What is late for long is little: it is found before its orders are.
        """
        return SQL(
            """
            SELECT late.continuity_order_id
              FROM (
                   SELECT s.continuity_order_id, s.number
                     FROM continuity_shipment s
                    WHERE s.company_id = %(company)s AND s.planned_date < %(day)s
                      AND s.state = 'planned' AND NOT COALESCE(s.is_removed, FALSE)
                     UNION ALL
                   SELECT s.continuity_order_id, s.number
                     FROM sale_order c
                     JOIN continuity_shipment s ON s.child_order_id = c.id
                    WHERE s.company_id = %(company)s AND s.planned_date < %(day)s
                      AND s.state = 'ordered' AND c.state IN ('draft', 'sent')
                      AND c.continuity_order_id IS NOT NULL
                      AND NOT COALESCE(s.is_removed, FALSE)
                   ) late
             WHERE NOT EXISTS (
                   SELECT FROM continuity_shipment s
                     LEFT JOIN sale_order c ON c.id = s.child_order_id
                    WHERE s.continuity_order_id = late.continuity_order_id
                      AND s.number > late.number
                      AND NOT COALESCE(s.is_removed, FALSE)
                      AND %(fate)s IN ('shipped', 'skipped')
                   )
            """,
            company=company.id,
            day=self._get_stalled_day(company, day),
            fate=self._get_fate_sql(),
        )
