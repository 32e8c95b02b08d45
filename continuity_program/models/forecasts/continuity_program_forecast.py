# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models

from ...arguments import public
from ...forecast.demand import get_week

#: Weeks that are over, of which the forecasts are looked at
WEEKS = 8
#: Share of them outside the band from which a forecast is not to be relied on
MOST_MISSED = 0.4


class ContinuityProgram(models.Model):
    """The program: whether its forecast can be relied on."""

    _inherit = "continuity.program"

    forecast_joiners = fields.Selection(
        selection=[
            ("none", "Nobody"),
            ("typed", "A fixed number a week"),
            ("mean", "As many as in the last 8 weeks"),
        ],
        string="Future members",
        required=True,
        default="none",
        groups="sales_team.group_sale_manager",
        help="Who is expected to join. What they will need is shown in the demand in"
        " rows of its own, as if it were one piece each.",
    )
    joiners_per_week = fields.Float(
        groups="sales_team.group_sale_manager",
        help="How many new members are expected every week.",
    )
    forecast_warning = fields.Char(
        compute="_compute_forecast_warning", groups="sales_team.group_sale_manager"
    )

    @api.depends_context("lang")
    def _compute_forecast_warning(self):
        """Say so where more than 40 % of eight weeks lay outside the band."""
        since = {
            company: get_week(company._continuity_today()) - timedelta(weeks=WEEKS)
            for company in self.company_id
        }
        groups = self.env["continuity.forecast.check"]._read_group(
            [
                ("program_id", "in", self.ids),
                ("level", "=", "program"),
                ("week", ">=", min(since.values(), default=fields.Date.today())),
            ],
            ["program_id"],
            ["hit_rate:avg", "week:count_distinct"],
        )
        missed = {
            program: 1 - hits for program, hits, weeks in groups if weeks >= WEEKS
        }
        for program in self:
            share = missed.get(program, 0.0)
            program.forecast_warning = share > MOST_MISSED and self.env._(
                "Do not rely on its forecast: %(percent)s %% of the last eight weeks"
                " lay outside the band.",
                percent=round(share * 100),
            )

    @public(one=True)
    def action_view_forecast_checks(self):
        """Open what was forecast of the program, and what came.

        :rtype: dict
        """
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "continuity_program.continuity_forecast_check_action"
        )
        return {
            **action,
            # Not the address of all programs
            "path": False,
            "domain": [("program_id", "=", self.id)],
        }
