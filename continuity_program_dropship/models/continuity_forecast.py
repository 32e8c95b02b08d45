# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class ContinuityForecast(models.Model):
    """The demand: what a vendor sends to the customer leaves from no warehouse."""

    _inherit = "continuity.forecast"

    @api.model
    def _get_counted_products(self, products):
        """Override of `continuity_program_stock`: not those that are dropshipped."""
        products = super()._get_counted_products(products)
        return products.filtered(
            lambda product: (
                "dropship"
                not in (
                    product.route_ids | product.categ_id.total_route_ids
                ).rule_ids.picking_type_id.mapped("code")
            )
        )
