# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta
from itertools import takewhile

from odoo import api, models

from ... import planning
from ...forecast.demand import Members, Row, get_week, get_weeks

#: Weeks that are over, whose joiners say how many come
MEAN_WEEKS = 8


class ContinuityForecastFact(models.AbstractModel):
    """Who is going to join, where somebody expects it: a group for each week."""

    _inherit = "continuity.forecast.fact"

    @api.model
    def _get_joiners(self, look):
        """Return members who are expected to join, one piece each.

        They begin on the Monday of each week, those of this week today.

        :param Look look: company, day and weeks
        :rtype: list[Members]
        """
        programs = self.env["continuity.program"].search(
            [
                ("company_id", "=", look.company.id),
                ("state", "=", "open"),
                ("forecast_joiners", "!=", "none"),
            ]
        )
        means, known, groups = self._get_mean_joiners(programs, look), {}, []
        for program in programs:
            count = program.joiners_per_week
            if program.forecast_joiners == "mean":
                count = means.get(program, 0.0)
            if count:
                groups += [
                    Members(
                        program=program.id,
                        rows=self._get_joiner_rows(program, day, look, known),
                        count=count,
                    )
                    for day in self._get_joining_days(look)
                ]
        return groups

    @api.model
    def _get_joining_days(self, look):
        return [max(day, look.today) for day in get_weeks(look.today, look.weeks)]

    @api.model
    def _get_mean_joiners(self, programs, look):
        """Count who joined in the last weeks that are over.

        :return: members a week, by program
        :rtype: dict[continuity.program, float]
        """
        monday = get_week(look.today)
        groups = self.env["continuity.order"]._read_group(
            [
                ("program_id", "in", programs.ids),
                ("state", "!=", "draft"),
                ("submit_date", ">=", monday - timedelta(weeks=MEAN_WEEKS)),
                ("submit_date", "<", monday),
            ],
            ["program_id"],
            ["__count"],
        )
        return {program: count / MEAN_WEEKS for program, count in groups}

    @api.model
    def _get_joiner_rows(self, program, day, look, known):
        """Return what a member gets who joins on a day.

        :param continuity.program program: the program
        :param date day: the day
        :param Look look: company, day and weeks
        :param dict known: what was asked for before
        :rtype: tuple[Row, ...]
        """
        plan = planning.plan(self._get_plan(program.id, known), planning.Request(day))
        try:
            steps = list(takewhile(lambda step: step.date < look.until, plan))
        except planning.PlanningError:
            # It cannot be sold as it is: its own checks say so
            return ()
        return tuple(
            Row(
                turn=turn,
                day=step.date,
                goods=tuple(
                    (step.event.key, product, quantity)
                    for product, quantity in self._get_event_goods(
                        step.event.key, 1.0, known
                    )
                ),
                is_repeat=bool(step.occurrence),
            )
            for turn, step in enumerate(steps, start=1)
        )
