# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json

from odoo import api, fields, models
from odoo.tools.misc import format_date

from ...arguments import public
from ...forecast.demand import get_weeks

#: Days the members of today are compared with
BACK_DAYS = 28
#: Days whose parcels are counted
AHEAD_DAYS = 7
#: The turn whose stick rate says how a program does
STICK_TURN = 3
#: Weeks of the picture
WEEKS = 8
#: Reasons of exceptions that are about a process of the night, not about a member
PROCESS_REASONS = ("copy", "inactive", "not_finished")


class ContinuityOverview(models.Model):
    """How it goes: one row for the company, one for each program that is sold.

    Made anew by the process that refreshes the insight, after all it is made of. Each
    figure is the sum of a list, and opens it.
    """

    _name = "continuity.overview"
    _description = "Continuity Overview"
    _rec_name = "program_id"
    _order = "company_id, sequence, member_count desc, id"
    _check_company_auto = True

    company_id = fields.Many2one(
        "res.company", required=True, readonly=True, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    program_id = fields.Many2one(
        "continuity.program",
        readonly=True,
        check_company=True,
        ondelete="cascade",
        index="btree_not_null",
        help="Empty: the company as a whole, programs that are closed included.",
    )
    sequence = fields.Integer(readonly=True)
    date = fields.Date(string="As of", required=True, readonly=True)
    computed_at = fields.Datetime(string="Computed", readonly=True)
    is_outdated = fields.Boolean(
        compute="_compute_is_outdated",
        help="The figures are those of an earlier day.",
    )
    # Members
    member_count = fields.Integer(
        string="Members",
        readonly=True,
        help="Members whose orders were submitted, and who have neither left nor got"
        " the last shipment.",
    )
    member_change = fields.Integer(
        string="In 28 days",
        readonly=True,
        help="Members today, less members 28 days ago.",
    )
    joined_count = fields.Integer(
        string="Joined", readonly=True, help="In the last 28 days."
    )
    left_count = fields.Integer(
        string="Left",
        readonly=True,
        help="In the last 28 days; without those who changed the program, or finished.",
    )
    finished_count = fields.Integer(
        string="Finished",
        readonly=True,
        help="Got the last shipment of the program in the last 28 days.",
    )
    churn_rate = fields.Float(
        string="Churn %",
        readonly=True,
        aggregator=None,
        help="Left in the last 28 days, of the members there were before.",
    )
    # What is to be done
    due_count = fields.Integer(
        string="Shipments due",
        readonly=True,
        help="Planned for today or one of the next 6 days.",
    )
    late_count = fields.Integer(
        string="Late shipments",
        readonly=True,
        help="Planned for a day that is over, and still here.",
    )
    blocked_count = fields.Integer(
        string="Blocked", readonly=True, help="Exceptions that keep a shipment here."
    )
    blocked_amount = fields.Monetary(
        string="Blocked amount",
        readonly=True,
        help="What is at stake with them, tax included.",
    )
    exception_count = fields.Integer(
        string="Exceptions", readonly=True, help="All that are open."
    )
    process_count = fields.Integer(
        string="Late processes",
        compute="_compute_process_count",
        help="Processes of the night that have not finished or are switched off.",
    )
    # Money
    cash_week = fields.Monetary(
        string="Cash this week",
        readonly=True,
        help="What still comes in until Sunday, tax included.",
    )
    cash_next_week = fields.Monetary(
        string="Cash next week", readonly=True, help="From Monday to Sunday."
    )
    deferred_amount = fields.Monetary(
        string="Deferred revenue",
        readonly=True,
        help="What customers have paid for goods they have still to get: the balance of"
        " the prepayment accounts.",
    )
    # What a member is worth
    stick_rate = fields.Float(
        string="Get the 3rd %",
        readonly=True,
        aggregator=None,
        help="Members who got the third shipment, of those for whom it was due.",
    )
    stick_due_count = fields.Integer(readonly=True)
    expected_value = fields.Monetary(
        string="A new member brings",
        readonly=True,
        aggregator=None,
        help="What a new member will bring, less what the goods cost.",
    )
    acquisition_cost = fields.Monetary(readonly=True, aggregator=None)
    break_even_turn = fields.Integer(
        string="Paid back by shipment",
        readonly=True,
        aggregator=None,
        help="The shipment by which members have paid back what they cost. 0 = not"
        " yet, or the cost is not known.",
    )
    # What is needed
    demand = fields.Json(
        readonly=True, help="Expected units of the next weeks, by the Monday."
    )
    graph = fields.Text(compute="_compute_graph")

    _one = models.UniqueIndex("(company_id, COALESCE(program_id, 0))")

    # === COMPUTE METHODS === #

    @api.depends("date", "company_id")
    @api.depends_context("uid")
    def _compute_is_outdated(self):
        for row in self:
            # A new record has no company yet, and so no day
            company = row.company_id
            row.is_outdated = bool(company) and row.date != company._continuity_today()

    @api.depends("company_id", "program_id")
    @api.depends_context("uid")
    def _compute_process_count(self):
        """Count anew whenever it is asked for: at night nobody may be left to do it."""
        counts = {}
        companies = self.filtered(lambda row: not row.program_id).company_id
        if companies:
            counts = dict(
                self.env["continuity.exception"]._read_group(
                    [
                        ("company_id", "in", companies.ids),
                        ("reason", "in", PROCESS_REASONS),
                        ("closed_on", "=", False),
                    ],
                    ["company_id"],
                    ["__count"],
                )
            )
        for row in self:
            row.process_count = not row.program_id and counts.get(row.company_id, 0)

    @api.depends("demand")
    @api.depends_context("lang")
    def _compute_graph(self):
        for row in self:
            row.graph = json.dumps([row._get_graph()])

    def _get_graph(self):
        """Return the demand as the bar chart of a dashboard card takes it.

        A week in which nothing is needed has its place: bars stand as far apart as the
        weeks.

        :rtype: dict
        """
        self.ensure_one()
        units = dict(self.demand or ())
        # Later weeks nobody has looked at
        weeks = min(WEEKS, self.company_id.continuity_forecast_weeks)
        return {
            "key": self.env._("Expected"),
            "is_sample_data": False,
            "values": [
                {
                    "label": format_date(self.env, week, date_format="d MMM"),
                    "value": round(units.get(fields.Date.to_string(week), 0.0), 1),
                    "type": "future",
                }
                for week in (get_weeks(self.date, weeks) if units else ())
            ],
        }

    @api.depends("company_id", "program_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for row in self:
            row.display_name = (row.program_id or row.company_id).display_name

    # === ACTIONS === #

    @api.model
    @public()
    def action_open_overview(self):
        """Open the overview; the title says since when it is known.

        :rtype: dict
        """
        return self.env["continuity.forecast"]._get_titled(
            "continuity_program.continuity_overview_action"
        )

    @public()
    def action_compute_now(self):
        """Have the figures of the companies chosen made anew, in the background.

        :rtype: dict
        """
        return self.env["continuity.retention"].action_compute_now()
