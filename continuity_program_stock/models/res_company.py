# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class ResCompany(models.Model):
    """The company: whether goods can leave its house."""

    _inherit = "res.company"

    # Looked up once for all child orders of a chunk
    continuity_has_warehouse = fields.Boolean(
        compute="_compute_continuity_has_warehouse",
        # Whoever sells need not see the warehouse
        compute_sudo=True,
    )

    def _compute_continuity_has_warehouse(self):
        groups = self.env["stock.warehouse"]._read_group(
            [("company_id", "in", self.ids)], ["company_id"]
        )
        found = self.browse().union(*(company for (company,) in groups))
        for company in self:
            company.continuity_has_warehouse = company in found
