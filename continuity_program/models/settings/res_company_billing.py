# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.exceptions import ValidationError
from odoo.fields import Command

from .res_company_bounds import MOST_ATTEMPTS, MOST_DAYS


class ResCompany(models.Model):
    """The company's rules of charging (rules BR16)."""

    _inherit = "res.company"

    @api.constrains("continuity_retry_days")
    def _check_continuity_retry_days(self):
        """The days are numbers with commas, and never negative."""
        for company in self:
            days = company._continuity_parse_retry_days()
            if days is None:
                raise ValidationError(
                    self.env._(
                        "“%(text)s” is not a list of days. Write numbers up to"
                        " %(most)s with commas, for example 1,3,7.",
                        text=(company.continuity_retry_days or "")[:60],
                        most=MOST_DAYS,
                    )
                )

    def _continuity_parse_retry_days(self):
        """Read the list of retry days.

        :return: the days, or None when it cannot be read
        :rtype: list[int] | None
        """
        self.ensure_one()
        parts = [part.strip() for part in (self.continuity_retry_days or "").split(",")]
        parts = [part for part in parts if part]
        if len(parts) > MOST_ATTEMPTS or not all(
            part.isdecimal() and len(part) <= len(str(MOST_DAYS)) for part in parts
        ):
            return None
        days = [int(part) for part in parts]
        return days if max(days, default=0) <= MOST_DAYS else None

    def _continuity_get_retry_days(self, attempts):
        """Return how many days to wait after the last of so many declines.

        :param int attempts: declines so far, from 1; the last value of the list repeats
        :rtype: int
        """
        days = self._continuity_parse_retry_days() or [1]
        return days[min(attempts, len(days)) - 1]

    def _continuity_get_prepaid_product(self):
        """Return the product of the *Paid in advance* lines, made when first needed.

        Made on demand, like Odoo's discount product, so that uninstalling is not
        blocked by a record in use. It has its own category, so that sales can be
        analysed without it (rules N78).

        :rtype: product.product
        """
        self.ensure_one()
        # The first child may be made by somebody who keeps no products.
        company_sudo = self.sudo()
        if not company_sudo.continuity_prepaid_product_id:
            company_sudo.continuity_prepaid_product_id = (
                self.env["product.product"]
                # See above: he keeps no products
                .sudo()
                .create(company_sudo._prepare_continuity_prepaid_product_vals())
            )
        return company_sudo.continuity_prepaid_product_id.sudo(self.env.su)

    def _prepare_continuity_prepaid_product_vals(self):
        category = self.env["product.category"].create(
            {"name": self.env._("Paid in advance")}
        )
        return {
            "name": self.env._("Paid in advance"),
            "type": "service",
            "invoice_policy": "order",
            "list_price": 0.0,
            "sale_ok": False,
            "purchase_ok": False,
            "company_id": self.id,
            "categ_id": category.id,
            "taxes_id": [Command.clear()],
        }
