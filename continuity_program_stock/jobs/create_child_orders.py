# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class CreateChildOrders(models.AbstractModel):
    """The child orders: goods need a warehouse they leave from."""

    _inherit = "continuity.job.create_child_orders"

    def _get_goods_refusal(self, group):
        """Override of `continuity_program`: asked before anything is charged.

        Odoo would refuse the confirmation, when the customer has paid already.
        """
        return super()._get_goods_refusal(group) or self._get_warehouse_refusal(group)

    def _get_warehouse_refusal(self, group):
        """Say that the company has no warehouse, if goods are to leave one.

        :param continuity.shipment group: shipments of one child order
        :return: reason and message, or None
        :rtype: tuple[str, str] | None
        """
        company = group.company_id
        if "consu" not in group.line_ids.product_id.mapped("type"):
            return None
        if company.continuity_has_warehouse:
            return None
        return "no_warehouse", self.env._(
            "%(company)s has no warehouse that the goods of %(order)s could leave from."
            " An administrator of the inventory creates one, or unarchives it.",
            company=company.display_name,
            order=group.continuity_order_id.name,
        )
