# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class ContinuityShipmentLine(models.Model):
    """The shipment product: what goods of many orders are listed and counted by."""

    _inherit = "continuity.shipment.line"

    continuity_order_id = fields.Many2one(related="shipment_id.continuity_order_id")
    program_id = fields.Many2one(related="shipment_id.program_id")
    partner_id = fields.Many2one(related="shipment_id.partner_id")
    planned_date = fields.Date(related="shipment_id.planned_date")
    shipment_state = fields.Selection(
        related="shipment_id.state", string="State of the shipment"
    )
