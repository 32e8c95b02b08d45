# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class ResUsers(models.Model):
    """Where `res.users` meets continuity programs."""

    _inherit = "res.users"

    def write(self, vals):
        """Override: who leaves does not take the night with him."""
        result = super().write(vals)
        if not vals.get("active", True):
            self.env["continuity.run"]._take_over_crons(self)
        return result
