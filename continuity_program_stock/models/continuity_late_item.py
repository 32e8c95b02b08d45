# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain


class ContinuityLateItem(models.Model):
    """The late item: whether there is enough of what would be sent instead."""

    _inherit = "continuity.late.item"

    def _get_option_substitute(self, shipments):
        """Override of `continuity_program`: what is left of it when all has left."""
        values = super()._get_option_substitute(shipments)
        product = self.new_product_id
        if product.is_storable:
            values.update(
                is_stocked=True,
                stock_left=self._get_left(product, shipments),
            )
        return values

    def _get_left(self, product, shipments):
        """Return how much of a product is left when it was sent in these shipments.

        On hand, with what comes in and without what has been promised until the last of
        them leaves, less what members are expected to take of it, and less these.

        :param product.product product: what would be sent
        :param continuity.shipment shipments: instead of what is late
        :return: quantity in the unit of the product, in all warehouses
        :rtype: float
        """
        company = self.company_id
        # What is overdue leaves today at the earliest
        day = max(company._continuity_today(), *shipments.mapped("planned_date"))
        end = company._continuity_day_start(day + timedelta(days=1))
        # Who sells sees what is there, whoever may look into a warehouse
        product_sudo = product.sudo().with_context(
            # Of this company alone, whatever others are switched on
            allowed_company_ids=company.ids,
            to_date=end - timedelta(seconds=1),
        )
        there = product_sudo.virtual_available
        domain = self.env["continuity.forecast"]._get_fresh_domain(company)
        domain &= Domain(
            [
                ("level", "=", "product"),
                ("kind", "=", "member"),
                ("product_id", "=", product.id),
                ("week", "<=", day),
            ]
        )
        line = self.env["continuity.forecast.line"].search(
            domain, order="week desc", limit=1
        )
        lines = shipments._get_substituted_lines(self.product_id)
        # As many of it are sent instead, whatever the unit of what is late
        return there - line.needed - sum(lines.mapped("quantity"))


class ContinuityLateItemOption(models.Model):
    """What may be done about a late item: with what is left by it."""

    _inherit = "continuity.late.item.option"

    is_stocked = fields.Boolean(readonly=True)
    stock_left = fields.Float(
        string="Stock left",
        readonly=True,
        help="Of what is sent instead, when the last of these shipments has left:"
        " without what members are expected to take of it besides.",
    )

    @api.model
    def _get_figures(self):
        """Override of `continuity_program`: what is left is one of them."""
        return super()._get_figures() | {"is_stocked", "stock_left"}
