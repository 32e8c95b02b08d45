# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.continuity_program.models.base.typed import always

#: Ten years
MOST_DAYS = 3650


class ResCompany(models.Model):
    """The company: whether goods can leave its house, and what is ordered for it."""

    _inherit = "res.company"
    _continuity_typed = always(
        "continuity_forecast_replenish", "continuity_forecast_cover_days"
    )

    # Looked up once for all child orders of a chunk
    continuity_has_warehouse = fields.Boolean(
        compute="_compute_continuity_has_warehouse",
        # Whoever sells need not see the warehouse
        compute_sudo=True,
    )

    continuity_forecast_replenish = fields.Selection(
        selection=[
            ("none", "Does not count"),
            ("expected", "What is expected"),
            ("high", "As much as in one case of ten"),
        ],
        string="Demand in Replenishment",
        default="none",
        required=True,
        help="Whether reordering rules, and the Forecasted report, count what members"
        " are going to take. It is a forecast: nothing is reserved for it.",
    )
    continuity_forecast_cover_days = fields.Integer(
        string="Covered after arrival",
        default=28,
        help="Days. What is ordered is to last this long after the goods arrive.",
    )

    def _compute_continuity_has_warehouse(self):
        groups = self.env["stock.warehouse"]._read_group(
            [("company_id", "in", self.ids)], ["company_id"]
        )
        found = self.browse().union(*(company for (company,) in groups))
        for company in self:
            company.continuity_has_warehouse = company in found

    def _get_continuity_warehouse(self):
        """Return the warehouse that sends what its own one sends no more.

        :return: the first one in use, in sudo; empty without any
        :rtype: stock.warehouse
        """
        self.ensure_one()
        # Whoever sells need not see the warehouse
        return (
            self.env["stock.warehouse"]
            .sudo()
            .search([("company_id", "=", self.id), ("active", "=", True)], limit=1)
        )

    @api.constrains("continuity_forecast_cover_days")
    def _check_continuity_cover_days(self):
        """A typing error must not order goods for a century."""
        for company in self:
            if not 0 <= company.continuity_forecast_cover_days <= MOST_DAYS:
                raise ValidationError(
                    self.env._(
                        "%(company)s: “Covered after arrival” is a number of days from"
                        " 0 to %(most)s.",
                        company=company.name,
                        most=MOST_DAYS,
                    )
                )
