# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class ResConfigSettings(models.TransientModel):
    """Where `res.config.settings` meets continuity programs."""

    _inherit = "res.config.settings"

    @api.model
    def _get_view(self, view_id=None, view_type="form", **options):
        """Override of `base`: the parameters, as their own page shows them."""
        arch, view = super()._get_view(view_id, view_type, **options)
        self._show_continuity_parameters(arch)
        return arch, view

    @api.model
    def get_values(self):
        """Override of `base`: what is no field of the company."""
        return {**super().get_values(), **self._get_continuity_values()}

    def set_values(self):
        """Override of `base`: what is no field of the company."""
        result = super().set_values()
        self._set_continuity_values()
        return result
