# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class ContinuityPaymentSchedule(models.Model):
    """How an amount is cut into instalments (spec 7.2, rules C8)."""

    _name = "continuity.payment.schedule"
    _description = "Continuity Payment Schedule"
    _order = "sequence, id"
    _rec_names_search = ["name", "code"]
    _check_company_auto = True

    name = fields.Char(string="Description", required=True, translate=True)
    code = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    allocation = fields.Selection(
        selection=[
            ("total", "Total"),
            ("fixed_amount", "Fixed amount"),
            ("fixed_quantity", "Fixed quantity"),
            ("specified", "Specified"),
        ],
        required=True,
        default="fixed_quantity",
        help="Total: one payment. Fixed amount: as many payments of this amount as it"
        " takes. Fixed quantity: this many equal payments. Specified: as the lines"
        " say. The last payment always takes the rest.",
    )
    unit = fields.Selection(
        selection=[("days", "Days"), ("months", "Months"), ("years", "Years")],
        string="Payment per",
        required=True,
        default="months",
    )
    interval = fields.Integer(
        string="Change",
        default=1,
        help="Number of these periods between two payments.",
    )
    number_of_payments = fields.Integer(default=1)
    amount = fields.Monetary(help="Amount of each payment.")
    minimum = fields.Monetary(help="No payment is smaller than this.")
    line_ids = fields.One2many(
        comodel_name="continuity.payment.schedule.line",
        inverse_name="schedule_id",
        string="Payments",
        copy=True,
    )

    _code_unique = models.Constraint(
        "UNIQUE(code, company_id)",
        "This code is used by another payment schedule of the company.",
    )
