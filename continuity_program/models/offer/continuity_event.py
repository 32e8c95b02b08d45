# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Command

from ... import planning
from ...arguments import public
from ..base.continuity_bounds_mixin import MOST_DAYS, MOST_REPEATS


class ContinuityEvent(models.Model):
    """One step of a program: what is sent then, when, and how often."""

    _name = "continuity.event"
    _description = "Continuity Event"
    _inherit = ["continuity.bounds.mixin"]
    _order = "program_id, sequence, id"
    _check_company_auto = True
    _bounds = {
        "days_from_last": (0, MOST_DAYS),
        "repeat_count": (-1, MOST_REPEATS),
        "probability": (0, 100),
    }

    program_id = fields.Many2one(
        comodel_name="continuity.program",
        required=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        related="program_id.company_id", store=True, index=True, precompute=True
    )
    currency_id = fields.Many2one(related="program_id.currency_id")
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    number = fields.Integer(
        string="Event ID",
        compute="_compute_number",
        store=True,
        recursive=False,
        help="1, 2, 3 … in the order of the list.",
    )
    action = fields.Selection(
        selection=[("send", "Send"), ("skip", "Skip"), ("end", "End")],
        string="Action code",
        required=True,
        default="send",
        help="Skip: as if the event was not there. End: the series ends after it.",
    )
    days_from_last = fields.Integer(
        string="Days from last",
        help="Days between the previous shipment and this one. 0 = not set.",
    )
    date_interval_id = fields.Many2one(
        comodel_name="continuity.date.interval",
        string="Date interval",
        check_company=True,
        ondelete="restrict",
        help="Calendar step between the previous shipment and this one, instead of"
        " days.",
    )
    start_order_date = fields.Date(
        string="Start order date",
        help="A fixed calendar date for the first shipment of this event.",
    )
    repeat_count = fields.Integer(
        string="Times to repeat",
        help="Additional shipments of the same event. -1 = until cancelled.",
    )
    shipment_label = fields.Char(
        string="Shipments",
        compute="_compute_shipment_label",
        help="How many parcels the event stands for: one, and its repeats.",
    )
    probability = fields.Float(
        string="Probability %",
        default=100.0,
        help="How likely the shipment is; for forecasts.",
    )
    processed_date = fields.Date(
        string="Processed date",
        readonly=True,
        copy=False,
        help="The day this event became the current one.",
    )
    payment_schedule_id = fields.Many2one(
        comodel_name="continuity.payment.schedule",
        string="Payment schedule",
        check_company=True,
        ondelete="restrict",
        help="Empty: the schedule of the program. Without a schedule the shipment is"
        " paid at once. Not used when the program is billed upfront.",
    )
    line_ids = fields.One2many(
        comodel_name="continuity.event.line",
        inverse_name="event_id",
        string="Products",
        copy=True,
    )
    # The common event sends one product; these two let it be typed in one flat list
    product_id = fields.Many2one(
        comodel_name="product.product",
        compute="_compute_product_id",
        inverse="_inverse_product_id",
        check_company=True,
        domain="[('sale_ok', '=', True), ('continuity_program_id', '=', False),"
        " ('type', '!=', 'combo')]",
        help="What is sent. Open the event to send several products together.",
    )
    quantity = fields.Float(
        digits="Product Unit",
        compute="_compute_quantity",
        inverse="_inverse_quantity",
        help="Pieces per shipment, for a quantity of 1 on the order.",
    )
    line_count = fields.Integer(string="Number of products", compute="_compute_lines")
    products_label = fields.Char(string="Contents", compute="_compute_lines")
    product_ids = fields.Many2many(
        comodel_name="product.product",
        string="Several products",
        compute="_compute_lines",
    )

    _days_from_last_positive = models.Constraint(
        "CHECK(days_from_last >= 0)",
        "Days from last cannot be negative. 0 means: not set.",
    )
    _repeat_count_valid = models.Constraint(
        "CHECK(repeat_count >= -1)",
        "Times to repeat is 0 or more, or -1 for until cancelled.",
    )
    _probability_valid = models.Constraint(
        "CHECK(probability >= 0 AND probability <= 100)",
        "Probability % lies between 0 and 100.",
    )

    # === COMPUTE METHODS === #

    @api.depends("program_id")
    def _compute_number(self):
        """Number new events; a hidden event keeps its number.

        Later changes of the order call `_renumber_events`. A dependency on `sequence`
        would renumber the form before Odoo looks what to send back to it, so that a
        dragged event would never show its new number.
        """
        self.program_id._renumber_events()
        for event in self - self.program_id.event_ids:
            event.number = event.number

    @api.depends("number", "line_ids.product_id", "program_id.code")
    def _compute_display_name(self):
        for event in self:
            products = ", ".join(event.line_ids.product_id.mapped("name"))
            event.display_name = (
                f"{event.number}: {products}"
                if products
                else (f"{event.program_id.code or ''} {event.number}".strip())
            )

    @api.depends("repeat_count", "action")
    def _compute_shipment_label(self):
        for event in self:
            if event.action == "skip":
                event.shipment_label = "0"
            elif event.repeat_count < 0:
                event.shipment_label = self.env._("until cancelled")
            else:
                event.shipment_label = str(1 + event.repeat_count)

    # Two methods: what is written to one of the fields must not hide the other one
    @api.depends("line_ids.product_id")
    def _compute_product_id(self):
        for event in self:
            line = event.line_ids if len(event.line_ids) == 1 else None
            event.product_id = line and line.product_id

    @api.depends("line_ids.quantity")
    def _compute_quantity(self):
        for event in self:
            line = event.line_ids if len(event.line_ids) == 1 else None
            event.quantity = line.quantity if line else 1.0

    def _inverse_product_id(self):
        """Write the flat list's product to the only line of an event."""
        for event in self:
            if len(event.line_ids) > 1:
                continue
            product = event.product_id
            if not product:
                event.line_ids = [Command.clear()]
            elif event.line_ids:
                event.line_ids.product_id = product
            else:
                values = {"product_id": product.id, "quantity": event.quantity or 1.0}
                event.line_ids = [Command.create(values)]

    def _inverse_quantity(self):
        """Write the flat list's quantity to the only line of an event."""
        for event in self:
            if len(event.line_ids) == 1:
                event.line_ids.quantity = event.quantity

    @api.depends("line_ids.product_id", "line_ids.quantity", "line_ids.uom_id")
    def _compute_lines(self):
        for event in self:
            event.line_count = len(event.line_ids)
            event.product_ids = event.line_ids.product_id
            event.products_label = " + ".join(
                f"{line.quantity:g} × {line.product_id.display_name}"
                for line in event.line_ids
                if line.product_id
            )

    # === ONCHANGE METHODS === #

    @api.onchange("program_id")
    def _onchange_program_id(self):
        """Let a new row of the list begin with the timing of the row above it.

        An onchange, not a computed default: events made by import or RPC say
        themselves when they leave.
        """
        above = (self.program_id.event_ids - self).sorted("sequence")[-1:]
        if self._origin or not above or self.days_from_last or self.date_interval_id:
            return
        self.days_from_last = above.days_from_last
        self.date_interval_id = above.date_interval_id

    @api.onchange("days_from_last")
    def _onchange_days_from_last(self):
        if self.days_from_last:
            self.date_interval_id = False

    @api.onchange("date_interval_id")
    def _onchange_date_interval_id(self):
        if self.date_interval_id:
            self.days_from_last = 0

    # === CONSTRAINT METHODS === #

    @api.constrains("days_from_last", "date_interval_id")
    def _check_one_timing(self):
        """Days or an interval, not both (V6)."""
        for event in self:
            if event.days_from_last and event.date_interval_id:
                raise ValidationError(
                    self.env._(
                        "Event %(number)s of program %(code)s has both “Days from"
                        " last” and a “Date interval”. Clear one of them.",
                        number=event.number,
                        code=event.program_id.code,
                    )
                )

    # === CRUD METHODS === #

    @api.model_create_multi
    def create(self, vals_list):
        """Log the change of a program in use and check it again (rules F6)."""
        self._check_continuity_values(vals_list)
        ids = {vals["program_id"] for vals in vals_list if vals.get("program_id")}
        programs = self.env["continuity.program"].browse(ids)
        with programs._changing_events() as changing:
            events = super(ContinuityEvent, self.with_context(**changing)).create(
                vals_list
            )
        return events.with_env(self.env)

    def write(self, vals):
        """Log the change of a program in use and check it again (rules F6)."""
        if not self._get_logged_fields().intersection(vals):
            return super().write(vals)
        with self.program_id._changing_events() as changing:
            result = super(ContinuityEvent, self.with_context(**changing)).write(vals)
            if {"sequence", "active"}.intersection(vals):
                self.program_id._renumber_events()
        return result

    def unlink(self):
        """Archive the events that shipments point at, delete the others."""
        # History must not depend on what the user may see of it
        shipments_sudo = self.env["continuity.shipment"].sudo()
        groups = shipments_sudo._read_group(
            [("event_id", "in", self.ids)], ["event_id"]
        )
        used = self.browse(event.id for (event,) in groups)
        programs = self.program_id
        with programs._changing_events() as changing:
            used.with_context(**changing).write({"active": False})
            unused = (self - used).with_context(**changing)
            result = super(ContinuityEvent, unused).unlink()
            programs._renumber_events()
        return result

    # === ACTIONS === #

    @public(one=True)
    def action_open_event(self):
        """Open the event for what the flat list has no room for: several products."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Event %s", self.number),
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "target": "new",
        }

    @api.model
    @public()
    def get_import_templates(self):
        """Offer a file to begin with where events are imported.

        :rtype: list[dict]
        """
        return [
            {
                "label": self.env._("Import template for events"),
                "template": "/continuity_program/static/import/continuity_events.csv",
            }
        ]

    # === CHANGE LOG === #

    @api.model
    def _get_logged_fields(self):
        """Return the fields whose change matters to what is shipped (rules F6).

        :rtype: set[str]
        """
        return {
            "sequence",
            "active",
            "action",
            "days_from_last",
            "date_interval_id",
            "start_order_date",
            "repeat_count",
            "payment_schedule_id",
            "line_ids",
            "product_id",
            "quantity",
        }

    def _get_log_values(self):
        """Return what the change log of the program shows of an event.

        :return: texts by label
        :rtype: dict[str, str]
        """
        self.ensure_one()
        shown = ("number", "action", "days_from_last", "date_interval_id")
        shown += ("start_order_date", "repeat_count", "payment_schedule_id")
        values = {}
        for name in shown:
            field = self._fields[name]
            text = field.convert_to_export(self[name], self)
            label = field._description_string(self.env)
            values[label] = "" if text is False else str(text)
        label = self._fields["line_ids"]._description_string(self.env)
        values[label] = " + ".join(line._get_log_text() for line in self.line_ids)
        return values

    # === BUSINESS METHODS === #

    @api.model
    def _get_of_plan(self, steps):
        """Return the events of shipments that were planned, to be read together.

        :param list steps: occurrences, or steps of an update
        :return: the events by their key
        :rtype: dict[int, continuity.event]
        """
        keys = dict.fromkeys(step.event.key for step in steps)
        return {event.id: event for event in self.browse(keys)}

    def _to_planning(self):
        """Return the events as the planning module knows them.

        :return: one event per record, in the same order
        :rtype: tuple[planning.Event, ...]
        """
        return tuple(
            planning.Event(
                key=event.id,
                number=event.number,
                action=event.action,
                days_from_last=event.days_from_last,
                interval=event.date_interval_id._to_planning(),
                start_order_date=event.start_order_date or None,
                repeat_count=event.repeat_count,
            )
            for event in self
        )

    def _get_payment_schedule(self):
        """Return the schedule of a shipment: the event's, else the program's (N26).

        :rtype: continuity.payment.schedule
        """
        self.ensure_one()
        return self.payment_schedule_id or self.program_id.payment_schedule_id
