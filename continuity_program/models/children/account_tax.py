# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class AccountTax(models.Model):
    """Where Odoo spreads an amount over an order: without parent lines (N69)."""

    _inherit = "account.tax"

    def _is_continuity_included(self):
        """Say whether prices include one of these taxes, groups of taxes looked into.

        :rtype: bool
        """
        return any(self.flatten_taxes_hierarchy().mapped("price_include"))

    @api.model
    def _without_continuity_parents(self, base_lines):
        """Leave out the base lines of parent lines of sale orders.

        :param list[dict] base_lines: base lines of any document
        :rtype: list[dict]
        """
        return [
            base_line
            for base_line in base_lines
            if not self._is_continuity_parent_line(base_line["record"])
        ]

    @api.model
    def _is_continuity_parent_line(self, record):
        """Tell whether a base line was made from a parent line."""
        is_line = isinstance(record, models.BaseModel) and (
            record._name == "sale.order.line"
        )
        return is_line and record.is_continuity_parent
