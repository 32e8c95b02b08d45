# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class ContinuityOrder(models.Model):
    """The continuity order: which analytic accounts its money belongs to."""

    _inherit = "continuity.order"

    def _get_upfront_distribution(self, line, account):
        """Return the analytic distribution of money that is paid in advance.

        It is no revenue yet, so it has none: the goods of each shipment have it. Where
        a plan is mandatory an invoice without could not be posted; then everything that
        moves the prepayment carries the same, and it nets to zero.

        :param sale.order.line line: the parent line
        :param account.account account: the prepayment account
        :rtype: dict | bool
        """
        self.ensure_one()
        if not line.analytic_distribution:
            return False
        # Plans are read whoever submits, as Odoo does when it asks for them
        plans_sudo = self.env["account.analytic.plan"].sudo()
        plans = plans_sudo.with_company(self.company_id).get_relevant_plans(
            business_domain="invoice",
            product=line.product_id.id,
            account=account.id,
            company_id=self.company_id.id,
        )
        is_mandatory = any(plan["applicability"] == "mandatory" for plan in plans)
        return line.analytic_distribution if is_mandatory else False
