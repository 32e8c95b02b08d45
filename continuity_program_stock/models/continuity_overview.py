# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.fields import Domain


class ContinuityOverview(models.Model):
    """How it goes: with the goods there will be too few of."""

    _inherit = "continuity.overview"

    break_count = fields.Integer(
        string="Stock breaks",
        readonly=True,
        help="Goods of a warehouse of which members take more than is in stock, in one"
        " case of ten or more.",
    )
    sure_break_count = fields.Integer(
        string="Expected stock breaks",
        readonly=True,
        help="Goods of a warehouse of which members are expected to take more than is"
        " in stock.",
    )

    @api.model
    def _get_doors(self):
        """Override of `continuity_program`: the goods there will be too few of."""
        return {
            **super()._get_doors(),
            "breaks": ("continuity.forecast.line", "continuity_forecast_line_action"),
        }

    @api.model
    def _get_breaks_domain(self, _day):
        """One line for each warehouse and its goods: where it says by how much."""
        return Domain("is_current", "=", True) & Domain("is_break", "=", True)

    @api.model
    def _sum_up(self, company, day, figures):
        """Override of `continuity_program`: goods are the company's, of no program."""
        ((breaks, sure),) = self.env["continuity.forecast.line"]._read_group(
            self._get_company_domain("breaks", company, day),
            [],
            ["__count", "break_date:count"],
        )
        return {
            **super()._sum_up(company, day, figures),
            "break_count": breaks,
            "sure_break_count": sure,
        }
