# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class ContinuityShipment(models.Model):
    """One row of the shipping ledger: this order, this event, this occurrence.

    The database holds it once. It is planned before its child order exists and carries
    the child order afterwards (rules F2).
    """

    _name = "continuity.shipment"
    _description = "Continuity Shipment"
    _order = "continuity_order_id, number, id"
    _check_company_auto = True

    continuity_order_id = fields.Many2one(
        comodel_name="continuity.order",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    company_id = fields.Many2one(
        related="continuity_order_id.company_id",
        store=True,
        index=True,
        precompute=True,
    )
    currency_id = fields.Many2one(
        related="continuity_order_id.currency_id", store=True, precompute=True
    )
    partner_id = fields.Many2one(related="continuity_order_id.partner_id")
    program_id = fields.Many2one(
        related="continuity_order_id.program_id", store=True, index=True
    )
    sale_order_id = fields.Many2one(related="continuity_order_id.sale_order_id")
    number = fields.Integer(
        string="No.", readonly=True, help="Running number in this order."
    )
    event_id = fields.Many2one(
        comodel_name="continuity.event",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    # The Event ID on the day it was planned. References of payments are made from it,
    # so it stays when the events of the program are put in another order.
    event_number = fields.Integer(string="Event ID", readonly=True)
    occurrence = fields.Integer(
        readonly=True, help="0 = first shipment of the event, 1 = first repeat …"
    )
    scheduled_date = fields.Date(
        required=True,
        readonly=True,
        help="The date of the plan; later shipments count from it.",
    )
    planned_date = fields.Date(
        required=True, help="The day the shipment is going to leave."
    )
    actual_date = fields.Date(readonly=True, copy=False)
    is_anchor = fields.Boolean(
        readonly=True,
        help="Month steps count from this date: it was set, not calculated.",
    )
    is_missed = fields.Boolean(
        string="Missed",
        readonly=True,
        help="Its date had passed when the order was submitted.",
    )
    action = fields.Selection(
        selection=[("send", "Send"), ("skip", "Skip"), ("end", "End")],
        string="Action code",
        required=True,
        default="send",
        readonly=True,
    )
    is_customized = fields.Boolean(
        string="Changed",
        readonly=True,
        copy=False,
        help="Somebody changed this shipment for this customer.",
    )
    payment_schedule_id = fields.Many2one(
        comodel_name="continuity.payment.schedule", check_company=True
    )
    state = fields.Selection(
        selection=[
            ("planned", "Planned"),
            ("ordered", "Ordered"),
            ("done", "Done"),
            ("skipped", "Skipped"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        default="planned",
        readonly=True,
        index=True,
    )
    failure_message = fields.Char(
        string="Left out because", readonly=True, copy=False
    )
    line_ids = fields.One2many(
        comodel_name="continuity.shipment.line",
        inverse_name="shipment_id",
        string="Products",
    )
    child_order_id = fields.Many2one(
        comodel_name="sale.order",
        readonly=True,
        copy=False,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    amount_untaxed = fields.Monetary(readonly=True)
    amount_total = fields.Monetary(
        string="Total", readonly=True, help="Tax included."
    )

    _occurrence_unique = models.Constraint(
        "UNIQUE(continuity_order_id, event_id, occurrence)",
        "This occurrence of the event is in the ledger already.",
    )
    _due = models.Index("(company_id, planned_date, id) WHERE state = 'planned'")
