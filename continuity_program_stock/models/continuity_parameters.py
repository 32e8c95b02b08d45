# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class ContinuityParametersMixin(models.AbstractModel):
    """The parameters of a company: what the demand does in Inventory."""

    _inherit = "continuity.parameters.mixin"

    continuity_forecast_replenish = fields.Selection(
        related="company_id.continuity_forecast_replenish", readonly=False
    )
    continuity_forecast_cover_days = fields.Integer(
        related="company_id.continuity_forecast_cover_days", readonly=False
    )


class ContinuityParameters(models.Model):
    """The page of those who sell: the manager sets them."""

    _inherit = "continuity.parameters"

    @api.model
    def _get_manager_parameters(self):
        """Override of `continuity_program`: what this addon adds."""
        return [
            *super()._get_manager_parameters(),
            "continuity_forecast_replenish",
            "continuity_forecast_cover_days",
        ]
