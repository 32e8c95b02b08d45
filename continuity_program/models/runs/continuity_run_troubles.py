# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class ContinuityRun(models.Model):
    """What is wrong, above the screens: accounts that are asked nothing, too."""

    _inherit = "continuity.run"

    @api.model
    def _list_troubles(self):
        """Override to say how many accounts differ."""
        return [
            *super()._list_troubles(),
            *self.env["continuity.balance"]._get_troubles(),
        ]
