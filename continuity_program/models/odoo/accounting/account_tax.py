# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class AccountTax(models.Model):
    """Where `account.tax` meets continuity programs."""

    _inherit = "account.tax"

    @api.model
    def _prepare_global_discount_lines(
        self,
        base_lines,
        company,
        amount_type,
        amount,
        computation_key="global_discount",
        grouping_function=None,
    ):
        """Override of `account`: a global discount leaves parent lines out (N69).

        It would take revenue from the ordinary goods for money that is paid in advance.
        """
        return super()._prepare_global_discount_lines(
            self._without_continuity_parents(base_lines),
            company,
            amount_type,
            amount,
            computation_key=computation_key,
            grouping_function=grouping_function,
        )

    @api.model
    def _prepare_down_payment_lines(
        self,
        base_lines,
        company,
        amount_type,
        amount,
        computation_key="down_payment",
        grouping_function=None,
    ):
        """Override of `account`: a down payment leaves parent lines out.

        They are billed by their own payments.
        """
        return super()._prepare_down_payment_lines(
            self._without_continuity_parents(base_lines),
            company,
            amount_type,
            amount,
            computation_key=computation_key,
            grouping_function=grouping_function,
        )
