# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools.misc import format_date

from ...arguments import public
from ...forecast.rates import PROGRAM_STRENGTH
from ..base.titled import entitle


class ContinuityForecast(models.Model):
    """What a company was going to need and to receive, as it looked on a day.

    The nightly process makes one. The new one takes the place of the old one at once;
    if it cannot be made, the old figures stay, with their day. Those of Mondays are
    kept longer, to be compared with what came.
    """

    _name = "continuity.forecast"
    _description = "Continuity Forecast"
    _order = "date desc, id desc"
    _rec_name = "date"

    company_id = fields.Many2one("res.company", required=True, readonly=True)
    date = fields.Date(required=True, readonly=True, help="Today in the company.")
    weeks = fields.Integer(readonly=True, help="How many weeks ahead it reaches.")
    strength = fields.Integer(
        readonly=True,
        default=PROGRAM_STRENGTH,
        help="What all programs say counted like this many decisions of a program.",
    )
    computed_at = fields.Datetime(string="Computed", readonly=True)
    seconds = fields.Float(readonly=True, help="How long it took.")
    member_count = fields.Integer(
        string="Members",
        readonly=True,
        help="Members with a shipment or payment ahead.",
    )
    paused_count = fields.Integer(
        string="Paused without a date",
        readonly=True,
        help="Members from whom nothing is expected until they come back.",
    )
    phi = fields.Float(
        string="Factor",
        readonly=True,
        default=1.0,
        help="How much more the last forecasts missed than they allowed for, squared. 1"
        " = no more; above 1.5, members leave faster than the rates say.",
    )
    cell_count = fields.Integer(
        string="Compared weeks",
        readonly=True,
        help="Weeks of programs the factor is made of. Less than 20: not yet tested.",
    )
    is_current = fields.Boolean(readonly=True)
    line_ids = fields.One2many("continuity.forecast.line", "forecast_id", readonly=True)
    cash_line_ids = fields.One2many(
        "continuity.cash.line", "forecast_id", readonly=True
    )
    rate_ids = fields.One2many("continuity.rate", "forecast_id", readonly=True)

    _one_current = models.UniqueIndex("(company_id) WHERE is_current")
    _of_day = models.Index("(company_id, date)")

    @api.depends("date", "company_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for forecast in self:
            day = format_date(self.env, forecast.date)
            forecast.display_name = f"{forecast.company_id.name}, {day}"

    # === ACTIONS === #

    @api.model
    @public()
    def action_open_demand(self):
        """Open what is needed; the title says since when it is known.

        :rtype: dict
        """
        return self._get_titled("continuity_program.continuity_forecast_line_action")

    @api.model
    @public()
    def action_open_cash(self):
        """Open what comes in; the title says since when it is known.

        :rtype: dict
        """
        return self._get_titled("continuity_program.continuity_cash_line_action")

    @api.model
    def _get_titled(self, action_id):
        """Return an action whose title says the day of the figures."""
        # Whoever may read the figures may know their day
        current_sudo = self.sudo().search(
            [("company_id", "in", self.env.companies.ids), ("is_current", "=", True)]
        )
        action = self.env["ir.actions.act_window"]._for_xml_id(action_id)
        if current_sudo:
            oldest_sudo = min(current_sudo, key=lambda forecast: forecast.computed_at)
            entitle(self.env, action, action["name"], oldest_sudo._get_when())
        return action

    def _get_when(self):
        """Say when it was computed: the time of today, else the day.

        :rtype: str
        """
        self.ensure_one()
        company = self.company_id
        if company._continuity_local_date(self.computed_at) == (
            company._continuity_today()
        ):
            return company._continuity_format_time(self.computed_at)
        return format_date(self.env, self.date)
