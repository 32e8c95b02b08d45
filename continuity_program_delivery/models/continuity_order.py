# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class ContinuityOrder(models.Model):
    _inherit = "continuity.order"

    def _prepare_row(self, occurrence, number):
        """Override of `continuity_program`: a new row travels as its event says."""
        vals = super()._prepare_row(occurrence, number)
        event = self.env["continuity.event"].browse(vals["event_id"])
        vals["carrier_id"] = event.carrier_id.id
        return vals
