# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from ...arguments import public


class ResConfigSettings(models.TransientModel):
    """The check list on top of the page: accounts that are asked nothing."""

    _inherit = "res.config.settings"

    continuity_differing_text = fields.Text(
        string="Accounts that differ",
        compute="_compute_continuity_differing_text",
        help="Accounts that nothing is asked of until an accountant has settled them"
        " again.",
    )

    @api.depends("company_id")
    def _compute_continuity_differing_text(self):
        for settings in self:
            balances = self.env["continuity.balance"].with_context(
                allowed_company_ids=settings.company_id.ids
            )
            settings.continuity_differing_text = "\n".join(
                trouble["text"] for trouble in balances._get_troubles()
            )

    @public(one=True)
    def action_continuity_differing(self):
        """List the accounts that differ, by what they differ in.

        :rtype: dict
        """
        self.ensure_one()
        return self.env["continuity.balance"]._get_differing_action()
