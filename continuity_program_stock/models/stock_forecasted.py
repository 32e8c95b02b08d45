# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.fields import Domain


class StockForecasted(models.AbstractModel):
    """The *Forecasted* report: one line of what members are expected to take."""

    _inherit = "stock.forecasted_product_product"

    def _get_report_header(self, product_template_ids, product_ids, wh_location_ids):
        """Override of `stock`: it stands below the quotations, and counts like them."""
        header = super()._get_report_header(
            product_template_ids, product_ids, wh_location_ids
        )
        products = self._get_products(product_template_ids, product_ids)
        self._add_product_quantities(
            header,
            product_template_ids,
            product_ids,
            "continuity_qty",
            qty_out=self._get_continuity_expected(products, self._get_warehouse()),
        )
        return header

    @api.model
    def _get_continuity_expected(self, products, warehouse):
        """Say how much members take that no document says yet.

        A child order that waits for its payment is a quotation, and listed as one.

        :param product.product products: the goods
        :param stock.warehouse warehouse: where they leave from
        :return: quantity by product; nothing, unless the company wants it to be seen
        :rtype: dict[int, float]
        """
        if warehouse.company_id.continuity_forecast_replenish == "none":
            return {}
        domain = self.env["continuity.forecast"]._get_fresh_domain(warehouse.company_id)
        domain &= Domain("level", "=", "stock")
        domain &= Domain("warehouse_id", "=", warehouse.id)
        domain &= Domain("product_id", "in", products.ids)
        # Whoever sees what is in stock is told how much of it is needed
        lines_sudo = self.env["continuity.forecast.line"].sudo()
        groups = lines_sudo._read_group(
            domain, ["product_id"], ["expected:sum", "waiting_quantity:sum"]
        )
        return {
            product.id: product.uom_id.round(expected - waiting)
            for product, expected, waiting in groups
        }
