# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class ContinuityShipment(models.Model):
    _inherit = "continuity.shipment"

    def _prepare_child_vals(self, today, cache):
        """Override of `continuity_program`: goods leave from where the order said."""
        vals = super()._prepare_child_vals(today, cache)
        warehouse = self.continuity_order_id.sale_order_id.warehouse_id
        # Without one that is still there Odoo chooses, as for any other order
        if warehouse.active:
            vals["warehouse_id"] = warehouse.id
        return vals
