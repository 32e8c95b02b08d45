# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class ContinuityProgram(models.Model):
    """The seller's offer: a numbered series of events, each shipped and billed in turn.

    Spec 3.1. A program says nothing about a single customer; what a customer bought
    is a continuity order, which keeps what was sold when the program changes.
    """

    _name = "continuity.program"
    _description = "Continuity Program"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "code, id"
    _rec_names_search = ["code", "name"]
    _check_company_auto = True

    name = fields.Char(required=True, translate=True, tracking=True)
    code = fields.Char(
        string="Schedule ID",
        required=True,
        copy=False,
        tracking=True,
        help="Short name of the program, unique in the company.",
    )
    active = fields.Boolean(default=True, tracking=True)
    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id", store=True)
    state = fields.Selection(
        selection=[("draft", "Draft"), ("open", "Open"), ("closed", "Closed")],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        tracking=True,
        help="Only an open program is offered for sale. Closing it stops sales;"
        " running orders go on.",
    )
    order_start = fields.Selection(
        selection=[("current", "Current event"), ("first", "First event")],
        required=True,
        default="current",
        tracking=True,
        help="Where a new customer starts: with the event the program has reached"
        " today, or with the first one.",
    )
    current_start = fields.Selection(
        selection=[("full", "All repeats"), ("remaining", "Remaining repeats")],
        string="Repeats for new customers",
        required=True,
        default="full",
        help="How many repeats of the current event a new customer gets.",
    )
    bill_upfront = fields.Boolean(
        tracking=True,
        help="Bill the whole continuity order once, when it is submitted.",
    )
    payment_schedule_id = fields.Many2one(
        comodel_name="continuity.payment.schedule",
        check_company=True,
        tracking=True,
        help="Pay in instalments. With Bill upfront the whole order is split,"
        " otherwise every shipment.",
    )
    allowed_payment_schedule_ids = fields.Many2many(
        comodel_name="continuity.payment.schedule",
        relation="continuity_program_allowed_schedule_rel",
        string="Valid payment schedules",
        check_company=True,
        help="What the seller may choose from. Empty: every schedule.",
    )
    prompt_start_date = fields.Boolean(
        string="Prompt for start date",
        help="Ask the seller when the series shall start.",
    )
    prompt_payment_schedule = fields.Boolean(
        string="Prompt for payment schedule",
        help="Ask the seller how the customer wants to pay.",
    )
    consolidate_missed = fields.Boolean(
        string="Consolidate",
        help="Shipments whose date had passed when the order was submitted leave"
        " together in one parcel.",
    )
    days_after_order = fields.Integer(
        string="Days after order date",
        help="Days between the order (or the start date entered) and the first"
        " shipment.",
    )
    price_policy = fields.Selection(
        selection=[("frozen", "As sold"), ("shipment", "At shipment")],
        required=True,
        default="frozen",
        help="As sold: the customer pays the prices of the order. At shipment: the"
        " price list of the day the child order is created.",
    )
    resume_policy = fields.Selection(
        selection=[("shift", "Move all later"), ("keep", "Keep the dates")],
        compute="_compute_resume_policy",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
        string="After a pause",
        help="Move all later: nothing is left out. Keep the dates: what fell into the"
        " pause is skipped.",
    )
    event_ids = fields.One2many(
        comodel_name="continuity.event",
        inverse_name="program_id",
        string="Events",
    )
    product_tmpl_ids = fields.One2many(
        comodel_name="product.template",
        inverse_name="continuity_program_id",
        string="Parent products",
    )
    continuity_order_ids = fields.One2many(
        comodel_name="continuity.order",
        inverse_name="program_id",
        string="Continuity orders",
    )
    # Where the program as a whole has reached, kept by the job (rules R17)
    calendar_anchor = fields.Date(
        readonly=True,
        copy=False,
        help="The day the program's own calendar counts from.",
    )
    current_event_id = fields.Many2one(
        comodel_name="continuity.event",
        string="Current event",
        readonly=True,
        copy=False,
        ondelete="set null",
    )
    current_occurrence = fields.Integer(readonly=True, copy=False)
    current_event_date = fields.Date(readonly=True, copy=False)
    last_checked_date = fields.Date(string="Last checked", readonly=True, copy=False)
    has_ended = fields.Boolean(readonly=True, copy=False, tracking=True)
    # Set when a manager releases the program to the update job (rules N85)
    update_requested_at = fields.Datetime(readonly=True, copy=False)
    update_requested_uid = fields.Many2one(
        comodel_name="res.users", readonly=True, copy=False
    )

    _code_unique = models.Constraint(
        "UNIQUE(code, company_id)",
        "This Schedule ID is used by another program of the company.",
    )
    _days_after_order_positive = models.Constraint(
        "CHECK(days_after_order >= 0)", "Days after order date cannot be negative."
    )

    @api.depends("order_start")
    def _compute_resume_policy(self):
        """A club that follows the calendar keeps its dates, a series moves (I)."""
        for program in self:
            program.resume_policy = (
                "keep" if program.order_start == "current" else "shift"
            )
