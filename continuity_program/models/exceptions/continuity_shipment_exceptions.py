# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

#: What the rows of a shipment depend on
SHIPMENT_FIELDS = {"state", "planned_date", "action"}


class ContinuityShipment(models.Model):
    """The shipment: a change of what its exceptions depend on."""

    _inherit = "continuity.shipment"

    def _touch_exceptions(self, vals):
        """Look at the orders of the shipments again.

        :param dict vals: what was written
        """
        if SHIPMENT_FIELDS & vals.keys():
            self.env["continuity.exception"]._touch(self.continuity_order_id)

    def _has_left(self):
        """Say whether a parcel has gone: its child order is confirmed, or it is done.

        :rtype: bool
        """
        return self.state == "done" or self.child_order_id.state == "sale"
