# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class ContinuityShipmentLine(models.Model):
    """The shipment product: what it cost on the day its child order was made."""

    _inherit = "continuity.shipment.line"

    cost_unit = fields.Float(
        string="Unit cost",
        min_display_digits="Product Price",
        readonly=True,
        copy=False,
        groups="sales_team.group_sale_manager",
        help="Cost of the product when its child order was made, in the currency of the"
        " company, per unit of the shipment.",
    )

    def _get_cost_unit(self):
        """Return what one unit of the line costs the company today.

        :rtype: float
        """
        self.ensure_one()
        # What goods cost is not for every seller to read
        product_sudo = self.product_id.sudo().with_company(self.company_id)
        return product_sudo.uom_id._compute_price(
            product_sudo.standard_price, self.uom_id
        )
