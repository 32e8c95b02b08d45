# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class ContinuityDateInterval(models.Model):
    """A calendar step between two shipments: every month, last day of the quarter …

    Rules R4 and R5 say how a step is taken; the planning module takes it.
    """

    _name = "continuity.date.interval"
    _description = "Date Interval"
    _order = "sequence, id"

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

    _count_positive = models.Constraint(
        "CHECK(count > 0)", "A date interval moves on by at least one unit."
    )
