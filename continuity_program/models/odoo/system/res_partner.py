# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class ResPartner(models.Model):
    """Where `res.partner` meets continuity programs."""

    _inherit = "res.partner"

    @api.model
    def _commercial_fields(self):
        """Override of `base`: what a company may do, its contacts may do."""
        return [*super()._commercial_fields(), "continuity_allow_on_account"]

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `base` to let only accountants allow *on account*."""
        if any(vals.get("continuity_allow_on_account") for vals in vals_list):
            self._check_may_allow_on_account()
        return super().create(vals_list)

    def write(self, vals):
        """Override of `base` to let only accountants allow *on account*."""
        if "continuity_allow_on_account" in vals:
            value = bool(vals["continuity_allow_on_account"])
            if any(partner.continuity_allow_on_account != value for partner in self):
                self._check_may_allow_on_account()
        return super().write(vals)
