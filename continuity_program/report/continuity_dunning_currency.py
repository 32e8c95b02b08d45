# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import SQL


class ContinuityDunningReport(models.Model):
    """Declined payments of orders in other currencies: worth what they are today."""

    _inherit = "continuity.dunning.report"

    @api.model
    def _get_rates_sql(self, condition=None):
        """Rates of today of the currencies that orders are in, per company.

        :param SQL condition: which continuity orders, as *o*; None = those with a
            payment that a card was asked for
        :rtype: SQL
        :raise UserError: a currency without any rate: amounts in it cannot be added
        """
        if condition is None:
            condition = SQL(
                """EXISTS (
                    SELECT FROM continuity_payment p
                      JOIN continuity_payment_transaction_rel rel
                        ON rel.payment_id = p.id
                     WHERE p.continuity_order_id = o.id
                )"""
            )
        rates = []
        for company, currency in self._get_foreign_pairs(condition):
            rate = company.currency_id._get_conversion_rate(
                company.currency_id, currency, company, company._continuity_today()
            )
            rates.append(SQL("(%s, %s, %s)", company.id, currency.id, rate))
        if not rates:
            return SQL("SELECT NULL::int, NULL::int, NULL::numeric")
        return SQL("VALUES %s", SQL(", ").join(rates))

    @api.model
    def _get_foreign_pairs(self, condition):
        """Return companies with the other currencies that their orders are in.

        :param SQL condition: which continuity orders, as *o*
        :rtype: list[tuple[res.company, res.currency]]
        :raise UserError: a currency without any rate: amounts in it cannot be added
        """
        self.env.flush_all()
        found = self.env.execute_query(
            SQL(
                """SELECT o.company_id, o.currency_id
                     FROM continuity_order o
                     JOIN res_company company ON company.id = o.company_id
                    WHERE o.currency_id != company.currency_id
                      AND o.company_id IN %s
                      AND (%s)
                    GROUP BY o.company_id, o.currency_id""",
                self.env.companies._ids,
                condition,
            )
        )
        pairs = [
            (self.env["res.company"].browse(one), self.env["res.currency"].browse(two))
            for one, two in found
        ]
        for company, currency in pairs:
            self._check_rate(company, currency)
        return pairs

    @api.model
    def _check_rate(self, company, currency):
        """Refuse a currency without any rate: Odoo would take 1 to 1.

        :param res.company company: whose rates count
        :param res.currency currency: another one than the company's
        :raise UserError: it has none
        """
        roots = (company.root_id, company.browse())
        if all(rate.company_id not in roots for rate in currency.rate_ids):
            raise UserError(
                self.env._(
                    "There is no rate of %(currency)s in %(company)s, so payments"
                    " in it cannot be added to the others. Enter one under"
                    " Accounting ▸ Configuration ▸ Currencies.",
                    currency=currency.name,
                    company=company.name,
                )
            )
