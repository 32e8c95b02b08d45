# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class ContinuityEvent(models.Model):
    """One step of a program: what is sent then, when, and how often (spec 3.2)."""

    _name = "continuity.event"
    _description = "Continuity Event"
    _order = "program_id, sequence, id"
    _check_company_auto = True

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
        help="Days between the previous shipment and this one. 0 = not set."
    )
    date_interval_id = fields.Many2one(
        comodel_name="continuity.date.interval",
        check_company=True,
        ondelete="restrict",
    )
    start_order_date = fields.Date(
        help="A fixed calendar date for the first shipment of this event."
    )
    repeat_count = fields.Integer(
        string="Times to repeat",
        help="Additional shipments of the same event. -1 = until cancelled.",
    )
    probability = fields.Float(
        string="Probability %",
        default=100.0,
        help="How likely the shipment is; for forecasts.",
    )
    processed_date = fields.Date(
        readonly=True,
        copy=False,
        help="The day this event became the current one.",
    )
    payment_schedule_id = fields.Many2one(
        comodel_name="continuity.payment.schedule",
        check_company=True,
        help="Empty: the schedule of the program.",
    )
    line_ids = fields.One2many(
        comodel_name="continuity.event.line",
        inverse_name="event_id",
        string="Products",
        copy=True,
    )

    @api.depends("sequence", "active", "program_id.event_ids.sequence")
    def _compute_number(self):
        for program in self.program_id:
            events = program.event_ids.sorted(lambda event: (event.sequence, event._origin.id or 0))
            for number, event in enumerate(events, start=1):
                event.number = number
        for event in self:
            event.number = event.number
