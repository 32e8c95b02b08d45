# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_date

from ... import planning
from ..base.continuity_bounds_mixin import MOST_DAYS


class ContinuityDateInterval(models.Model):
    """A calendar step between two shipments: every month, last day of the quarter …

    Rules R4 and R5 say how a step is taken; the planning module takes it.
    """

    _name = "continuity.date.interval"
    _description = "Date Interval"
    _inherit = ["continuity.bounds.mixin"]
    _order = "sequence, id"
    _bounds = {
        "count": (
            1,
            {"day": MOST_DAYS, "week": 520, "month": 120, "quarter": 40, "year": 10},
        )
    }
    _names = ("name",)

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    unit = fields.Selection(
        selection=[
            ("day", "Days"),
            ("week", "Weeks"),
            ("month", "Months"),
            ("quarter", "Quarters"),
            ("year", "Years"),
        ],
        required=True,
        default="month",
    )
    count = fields.Integer(
        string="Every",
        required=True,
        default=1,
        help="How many units lie between two shipments.",
    )
    anchor = fields.Selection(
        selection=[
            ("same", "Same day"),
            ("first", "First day of the period"),
            ("last", "Last day of the period"),
        ],
        required=True,
        default="same",
        help="Same day: the 31st stays the 31st wherever the month has one.",
    )
    company_id = fields.Many2one(
        comodel_name="res.company",
        index=True,
        help="Empty: every company may use this interval.",
    )
    example_dates = fields.Char(
        string="Example",
        compute="_compute_example_dates",
        help="The next shipments when the one before leaves today.",
    )

    _count_positive = models.Constraint(
        "CHECK(count > 0)", "A date interval moves on by at least one unit."
    )

    # === COMPUTE METHODS === #

    @api.depends("unit", "count", "anchor")
    def _compute_example_dates(self):
        """Show what the interval does, with the dates a shipment today would get."""
        today = self.env.company._continuity_today()
        for interval in self:
            if not interval.unit or not interval.anchor or interval.count < 1:
                interval.example_dates = False
                continue
            step, day, dates = interval._to_planning(), today, []
            for _position in range(4):
                day = step.after(day, today)
                dates.append(format_date(self.env, day))
            interval.example_dates = " · ".join(dates)

    # === CONSTRAINT METHODS === #

    @api.constrains("unit", "anchor")
    def _check_anchor(self):
        """A day has no first and last day (rules R5)."""
        for interval in self:
            if interval.unit == "day" and interval.anchor != "same":
                raise ValidationError(
                    self.env._(
                        "Date interval %(name)s: with days, only “Same day” is"
                        " possible. Choose weeks, months, quarters or years for the"
                        " first or last day of a period.",
                        name=interval.name,
                    )
                )

    # === BUSINESS METHODS === #

    def _to_planning(self):
        """Return the interval as the planning module knows it.

        :return: the interval, None for an empty recordset
        :rtype: planning.Interval or None
        """
        if not self:
            return None
        self.ensure_one()
        return planning.Interval(self.unit, self.count, self.anchor)
