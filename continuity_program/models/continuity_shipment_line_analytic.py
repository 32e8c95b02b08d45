# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class ContinuityShipmentLine(models.Model):
    """One product of a shipment: the analytic accounts its revenue will belong to."""

    _name = "continuity.shipment.line"
    _inherit = ["continuity.shipment.line", "analytic.mixin"]

    analytic_distribution = fields.Json(
        compute="_compute_analytic_distribution",
        store=True,
        readonly=False,
        precompute=True,
    )

    @api.depends(
        "shipment_id.continuity_order_id.sale_order_line_id.analytic_distribution"
    )
    def _compute_analytic_distribution(self):
        """Override of `analytic` to follow the parent line until the goods are sent."""
        for line in self:
            parent_line = line.shipment_id.continuity_order_id.sale_order_line_id
            line.analytic_distribution = (
                line.analytic_distribution
                if line.sale_order_line_id
                else parent_line.analytic_distribution
            )
