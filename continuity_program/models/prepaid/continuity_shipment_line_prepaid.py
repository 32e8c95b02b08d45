# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.fields import Command
from odoo.tools import float_compare


class ContinuityShipmentLine(models.Model):
    """The shipment product: its *Paid in advance* line, and the end of its units."""

    _inherit = "continuity.shipment.line"

    open_quantity = fields.Float(
        digits="Product Unit",
        compute="_compute_open_quantity",
        help="Prepaid units that were neither released nor credited.",
    )

    @api.depends("prepaid_quantity", "released_quantity", "credited_quantity")
    def _compute_open_quantity(self):
        for line in self:
            line.open_quantity = (
                line.prepaid_quantity - line.released_quantity - line.credited_quantity
            )

    def _prepare_prepaid_line_vals(self):
        """Values of the *Paid in advance* line under the goods line (BR1).

        Same quantity, unit and discount, the prepaid price with a minus, and the taxes
        of the up-front invoice (rules N4). It is an ordinary line: the flag of a down
        payment would force its quantity, and a negative quantity would be left out.
        It stands directly under its goods line, which exists already.

        :rtype: dict
        """
        self.ensure_one()
        goods_line = self.sale_order_line_id
        order = self.shipment_id.continuity_order_id
        order._ensure_upfront_invoice()
        product = order.company_id._continuity_get_prepaid_product()
        language = order.partner_id._continuity_get_lang()
        name = self.with_context(lang=language).env._(
            "Paid in advance: %s", self.product_id.with_context(lang=language).name
        )
        return {
            "order_id": goods_line.order_id.id,
            "sequence": goods_line.sequence + 1,
            "continuity_prepaid_line_id": goods_line.id,
            "product_id": product.id,
            "name": name,
            "product_uom_qty": self.quantity,
            "product_uom_id": self.uom_id.id,
            "price_unit": -self.prepaid_price_unit,
            "technical_price_unit": -self.prepaid_price_unit,
            "discount": self.discount,
            "tax_ids": [Command.set(order._get_upfront_line().tax_ids.ids)],
            "analytic_distribution": order._get_upfront_line().analytic_distribution,
            "continuity_shipment_line_id": self.id,
        }

    def _update_released(self):
        """Count the units whose zero invoice is posted (rules BR2).

        Counted from the invoices and not added up: posting, resetting and reversing in
        any order end in the truth.
        """
        precision = self.env["decimal.precision"].precision_get("Product Unit")
        # Counted from invoices and child orders of all salespersons
        lines_sudo = self.sudo().filtered("prepaid_quantity")
        paid_sudo = self.env["sale.order.line"].sudo()
        paid_sudo = paid_sudo.search(
            [
                ("continuity_shipment_line_id", "in", lines_sudo.ids),
                ("continuity_prepaid_line_id", "!=", False),
            ]
        )
        by_line = paid_sudo.grouped("continuity_shipment_line_id")
        for line_sudo in lines_sudo:
            mine = by_line.get(line_sudo, paid_sudo.browse())
            released = sum(mine.mapped("qty_invoiced_posted"))
            if float_compare(
                released, line_sudo.released_quantity, precision_digits=precision
            ):
                line_sudo.released_quantity = released
