# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class SaleOrderLine(models.Model):
    """The sale order line: *Paid in advance* follows its goods line (BR1)."""

    _inherit = "sale.order.line"

    # A field of its own: were the delivered quantity to depend on itself, Odoo would
    # compute it line by line, for ordinary orders, too.
    continuity_goods_delivered = fields.Float(
        related="continuity_prepaid_line_id.qty_delivered",
        string="Delivered goods",
        store=True,
    )

    @api.depends("continuity_goods_delivered")
    def _compute_qty_delivered(self):
        """Override of `sale`: what was paid in advance is delivered with its goods."""
        paid = self.filtered("continuity_prepaid_line_id")
        result = super(SaleOrderLine, self - paid)._compute_qty_delivered()
        for line in paid:
            line.qty_delivered = line.continuity_goods_delivered
        return result

    @api.depends(
        "continuity_goods_delivered",
        "continuity_prepaid_line_id.product_uom_qty",
        "continuity_prepaid_line_id.qty_invoiced",
        "continuity_prepaid_line_id.continuity_settled_qty",
        "continuity_prepaid_line_id.state",
    )
    def _compute_qty_to_invoice(self):
        """Override of `sale`: it is invoiced as far as its goods are, so that partial
        deliveries total zero, too."""
        paid = self.filtered("continuity_prepaid_line_id")
        result = super(SaleOrderLine, self - paid)._compute_qty_to_invoice()
        for line in paid:
            goods = line.continuity_prepaid_line_id
            line.qty_to_invoice = (
                goods.qty_to_invoice + goods.qty_invoiced - line.qty_invoiced
            )
        return result

    def _prepare_invoice_line(self, **optional_values):
        """Override of `sale`: it takes the money from where the up-front invoice put
        it, whatever the settings say today (rules BR3)."""
        vals = super()._prepare_invoice_line(**optional_values)
        if self.continuity_prepaid_line_id:
            order = self.order_id.continuity_order_id
            upfront_line = order._get_upfront_line()
            vals["account_id"] = upfront_line.account_id.id or vals.get("account_id")
        return vals
