# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

#: Whose digest says it, and what it opens for him
MANAGER = "sales_team.group_sale_manager"
ACTIONS = {
    "kpi_continuity_members": ("continuity_churn_month_action", MANAGER),
    "kpi_continuity_left": ("continuity_churn_report_action", MANAGER),
    "kpi_continuity_blocked": ("continuity_exception_action", None),
    "kpi_continuity_cash": ("continuity_cash_line_action", None),
}


class DigestDigest(models.Model):
    """Where `digest.digest` meets continuity programs."""

    _inherit = "digest.digest"

    def _compute_kpis_actions(self, company, user):
        """Override of `digest` to open the lists of our figures."""
        menu = self.env.ref("continuity_program.continuity_menu_root").id
        return super()._compute_kpis_actions(company, user) | {
            name: f"continuity_program.{action}?menu_id={menu}"
            for name, (action, group) in ACTIONS.items()
            if not group or user.has_group(group)
        }
