# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class ContinuityShipment(models.Model):
    _inherit = "continuity.shipment"

    def _prepare_child_vals(self, today, cache):
        """Override of `continuity_program`: goods leave from where the order said."""
        vals = super()._prepare_child_vals(today, cache)
        order = self.continuity_order_id
        warehouse = order.sale_order_id.warehouse_id
        if not warehouse.active:
            # Odoo's own choice may be the default of the seller, archived or not
            found = cache["warehouses"]
            if order.company_id not in found:
                found[order.company_id] = order.company_id._get_continuity_warehouse()
            warehouse = found[order.company_id]
        if warehouse:
            vals["warehouse_id"] = warehouse.id
        return vals
