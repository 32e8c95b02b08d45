# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class IrConfigParameter(models.Model):
    """Where `ir.config_parameter` meets continuity programs."""

    _inherit = "ir.config_parameter"

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `base`: as many actions charge cards as a parameter says."""
        parameters = super().create(vals_list)
        parameters._sync_continuity_workers()
        return parameters

    def write(self, vals):
        """Override of `base`: as many actions charge cards as a parameter says."""
        result = super().write(vals)
        self._sync_continuity_workers()
        return result

    def unlink(self):
        """Override of `base`: without the parameter there are as many as usual."""
        is_ours = self._has_continuity_workers()
        result = super().unlink()
        if is_ours:
            self.env["continuity.charge.chunk"]._sync_workers()
        return result
