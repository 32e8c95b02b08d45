# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

from ...arguments import public
from ..base.continuity_bounds_mixin import (
    MOST_DAYS,
    MOST_MONEY,
    MOST_QUANTITY,
    MOST_SHIPMENTS,
)

# A change of one of these can make an open program unsaleable (rules F6)
CHECKED_FIELDS = {
    "state",
    "order_start",
    "bill_upfront",
    "payment_schedule_id",
    "allowed_payment_schedule_ids",
    "prompt_payment_schedule",
    "event_ids",
    "company_id",
}


class ContinuityProgram(models.Model):
    """The seller's offer: a numbered series of events, each shipped and billed in turn.

    A program says nothing about a single customer; what a customer bought
    is a continuity order, which keeps what was sold when the program changes.
    """

    _name = "continuity.program"
    _description = "Continuity Program"
    _inherit = ["mail.thread", "mail.activity.mixin", "continuity.bounds.mixin"]
    _order = "code, id"
    _rec_names_search = ["code", "name"]
    _check_company_auto = True
    _bounds = {
        "days_after_order": (0, MOST_DAYS),
        "guard_max_unpaid": (0, MOST_SHIPMENTS),
        "guard_max_balance": (0, MOST_MONEY),
        "guard_days_overdue": (0, MOST_DAYS),
        "guard_max_undelivered": (0, MOST_SHIPMENTS),
        "acquisition_cost": (0, MOST_MONEY),
        "fulfilment_cost": (0, MOST_MONEY),
        "resale_percent": (0, 100),
        "joiners_per_week": (0, MOST_QUANTITY),
    }
    _names = ("name", "code")

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
        string="Order start",
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
        string="Bill upfront",
        tracking=True,
        help="Bill the whole continuity order once, when it is submitted.",
    )
    payment_schedule_id = fields.Many2one(
        comodel_name="continuity.payment.schedule",
        string="Payment schedule",
        check_company=True,
        ondelete="restrict",
        tracking=True,
        help="Pay in instalments. With Bill upfront the whole order is split,"
        " otherwise every shipment.",
    )
    allowed_payment_schedule_ids = fields.Many2many(
        comodel_name="continuity.payment.schedule",
        relation="continuity_program_allowed_schedule_rel",
        string="Valid payment schedules",
        check_company=True,
        ondelete="restrict",
        help="What the seller may choose from. Empty: every schedule.",
    )
    prompt_start_date = fields.Boolean(
        string="Prompt for start date",
        help="Ask the seller when the series should start.",
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
        string="Price policy",
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
        copy=True,
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
        readonly=True,
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
    update_requested_at = fields.Datetime(
        string="Released at", readonly=True, copy=False
    )
    update_requested_uid = fields.Many2one(
        comodel_name="res.users", string="Released by", readonly=True, copy=False
    )

    _code_unique = models.Constraint(
        "UNIQUE(code, company_id)",
        "This Schedule ID is used by another program of the company.",
    )
    _days_after_order_positive = models.Constraint(
        "CHECK(days_after_order >= 0)", "Days after order date cannot be negative."
    )

    continuity_order_count = fields.Integer(compute="_compute_order_counts")
    product_count = fields.Integer(compute="_compute_product_count")
    due_shipment_count = fields.Integer(
        compute="_compute_order_counts",
        help="Planned shipments that may be ordered today.",
    )
    has_several_products = fields.Boolean(compute="_compute_has_several_products")
    warning_text = fields.Text(
        compute="_compute_warning_text",
        help="Allowed, but perhaps not what is meant.",
    )

    # === COMPUTE METHODS === #

    @api.depends("order_start")
    def _compute_resume_policy(self):
        """A club that follows the calendar keeps its dates, a series moves."""
        for program in self:
            program.resume_policy = (
                "keep" if program.order_start == "current" else "shift"
            )

    @api.depends("code", "name")
    def _compute_display_name(self):
        for program in self:
            parts = filter(None, (program.code, program.name))
            program.display_name = " – ".join(parts)

    def _compute_order_counts(self):
        """Count what the user may see: orders, and shipments that are due today."""
        orders = dict(
            self.env["continuity.order"]._read_group(
                [("program_id", "in", self.ids)], ["program_id"], ["__count"]
            )
        )
        due = {}
        for programs in self.grouped("company_id").values():
            due.update(
                self.env["continuity.shipment"]._read_group(
                    programs._get_due_shipment_domain(), ["program_id"], ["__count"]
                )
            )
        for program in self:
            program.continuity_order_count = orders.get(program, 0)
            program.due_shipment_count = due.get(program, 0)

    @api.depends("product_tmpl_ids")
    def _compute_product_count(self):
        for program in self:
            program.product_count = len(program.product_tmpl_ids)

    @api.depends("event_ids.line_count")
    def _compute_has_several_products(self):
        """The list of events names the products only where one column is too few."""
        for program in self:
            program.has_several_products = any(
                event.line_count > 1 for event in program.event_ids
            )

    @api.depends(
        "order_start",
        "event_ids.active",
        "event_ids.action",
        "event_ids.days_from_last",
        "event_ids.date_interval_id.anchor",
        "event_ids.start_order_date",
        "event_ids.repeat_count",
    )
    def _compute_warning_text(self):
        for program in self:
            program.warning_text = "\n".join(program._get_warnings())

    # === ONCHANGE METHODS === #

    @api.onchange("event_ids")
    def _onchange_event_ids(self):
        """Show the new Event IDs as soon as an event is dragged."""
        self._renumber_events()

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """A program that is created open passes the same checks (rules F6)."""
        with self._changing_events() as changing:
            programs = super(ContinuityProgram, self.with_context(**changing)).create(
                vals_list
            )
        programs = programs.with_env(self.env)
        programs.filtered(lambda program: program.state == "open")._check_in_use()
        return programs

    def write(self, vals):
        """Log event changes, and check an open program again (rules F6).

        The release of a program that is changed afterwards is withdrawn (N85).
        """
        released = self.filtered("update_requested_at")
        old = released._read_update_values(vals)
        if vals.get("active") is False:
            # Hidden means not sold; running orders go on
            self.action_close()
        if CHECKED_FIELDS.intersection(vals):
            with self._changing_events() as changing:
                changed = self.with_context(**changing)
                result = super(ContinuityProgram, changed).write(vals)
        else:
            result = super().write(vals)
        released._withdraw_changed_update(old != released._read_update_values(vals))
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_sold(self):
        """What was sold keeps its program (V9)."""
        # Orders of other sellers count as well
        used = self.sudo().filtered("continuity_order_ids")
        if used:
            raise UserError(
                self.env._(
                    "Program %(program)s has continuity orders and cannot be deleted."
                    " Archive it: it is not sold any more, and running orders go on.",
                    program=used[0].display_name,
                )
            )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_parent_product(self):
        # Products that are hidden from the manager are sold with the program, too
        products = self.sudo().with_context(active_test=False).product_tmpl_ids
        if products:
            raise UserError(
                self.env._(
                    "Program %(program)s is sold as %(product)s. Take it off the"
                    " product first, or archive the program.",
                    program=products[0].continuity_program_id.display_name,
                    product=products[0].display_name,
                )
            )

    def copy_data(self, default=None):
        """Copy schedule: the events come along, under a new Schedule ID."""
        vals_list = super().copy_data(default)
        for program, vals in zip(self, vals_list, strict=True):
            if not (default or {}).get("code"):
                vals["code"] = program._get_free_code()
        return vals_list

    def _get_free_code(self):
        """Return a Schedule ID for a copy that no program of the company has."""
        self.ensure_one()
        code, number = self.env._("%s (copy)", self.code), 1
        # A program that is hidden from the manager has its code, too
        taken = (
            self.sudo()
            .with_context(active_test=False)
            .search(
                [("company_id", "=", self.company_id.id), ("code", "=like", f"{code}%")]
            )
        )
        taken = set(taken.mapped("code"))
        free = code
        while free in taken:
            number += 1
            free = f"{code} {number}"
        return free

    def _renumber_events(self):
        """Let the Event IDs follow the order of the list: 1, 2, 3 …"""
        for program in self:
            events = program.event_ids.sorted(
                # A new row goes behind an old one in the same place
                lambda event: (event.sequence, event._origin.id or float("inf"))
            )
            # The numbers follow the list, whoever sorts it; nobody types them.
            for number, event_sudo in enumerate(events.sudo(), start=1):
                event_sudo.number = number

    # === ACTIONS === #

    @public()
    def action_open(self):
        """Offer the programs for sale, when nothing stands against it (rules F6).

        :raise UserError: naming everything that has to be mended first
        """
        archived = self.filtered(lambda program: not program.active)
        if archived:
            raise UserError(
                self.env._(
                    "Program %s is archived. Unarchive it first, then open it.",
                    archived[0].display_name,
                )
            )
        closed = self.filtered(lambda program: program.state != "open")
        # Before the write, so that a caller who catches the refusal has closed programs
        closed._check_can_open()
        closed.write({"state": "open"})

    @public()
    def action_close(self):
        """Stop selling the programs; running orders go on (rules N40)."""
        self.filtered(lambda program: program.state == "open").write(
            {"state": "closed"}
        )
