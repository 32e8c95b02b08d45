# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    continuity_order_ids = fields.One2many(
        comodel_name="continuity.order",
        inverse_name="sale_order_line_id",
        string="Continuity order",
        copy=False,
    )
    is_continuity_parent = fields.Boolean(compute="_compute_is_continuity_parent")
    continuity_shipment_line_id = fields.Many2one(
        comodel_name="continuity.shipment.line",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    continuity_prepaid_line_id = fields.Many2one(
        comodel_name="sale.order.line",
        string="Paid in advance for",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="cascade",
    )

    @api.depends("product_id.continuity_program_id")
    def _compute_is_continuity_parent(self):
        for line in self:
            line.is_continuity_parent = bool(
                line.product_id.continuity_program_id
                and not line.order_id.continuity_order_id
            )
