# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

from ... import reading
from .continuity_billing import to_units


class ContinuityBilling(models.AbstractModel):
    """What is the same for all claims: settings, totals, what providers can do."""

    _inherit = "continuity.billing"

    def _get_setting(self, chunk, occasion=None):
        """Read what is the same for all scopes of a chunk.

        :param Chunk chunk: what was read
        :param reading.Occasion occasion: see :meth:`_read`
        :rtype: reading.Setting
        """
        occasion = occasion or reading.Occasion()
        rows = chunk.scopes.values()
        # Customers who pay cause this; they may not read payment schedules
        companies_sudo = self.env["res.company"].sudo()
        companies_sudo = companies_sudo.browse({row.company_id for row in rows})
        schedules_sudo = self.env["continuity.payment.schedule"].sudo()
        schedules_sudo = schedules_sudo.browse(
            {row.schedule_id for row in rows} - {None}
        )
        digits = self.env["decimal.precision"].precision_get("Product Unit")
        database = self.env["continuity.database"]._get_last()
        return reading.Setting(
            today={
                company.id: occasion.today or company._continuity_today()
                for company in companies_sudo
            },
            schedules={s.id: s._to_planning() for s in schedules_sudo},
            steps=10**digits,
            is_confirmed=not database._get_difference(),
            occasion=occasion,
            # Who submits is there, and nothing would follow that it could wait for
            smallest={
                (row.company_id, row.currency_id): self._get_smallest_charge(row)
                for row in rows
                if not occasion.submitting
            },
        )

    def _get_smallest_charge(self, row):
        """Say what a card is asked for at least, in smallest units.

        :param ScopeRow row: its company says it, in its own currency
        :rtype: int
        """
        # The ledger is the company's
        company_sudo = self.env["res.company"].sudo().browse(row.company_id)
        currency = self.env["res.currency"].browse(row.currency_id)
        return self._get_company_smallest_charge(company_sudo, currency)

    def _get_company_smallest_charge(self, company, currency):
        """Say what a card is asked for at least, in smallest units of a currency.

        :param res.company company: says it, in its own currency
        :param res.currency currency: of the charge
        :rtype: int
        """
        smallest = company.continuity_smallest_charge
        if smallest and currency != company.currency_id:
            smallest = company.currency_id._convert(
                smallest, currency, company, company._continuity_today()
            )
        return to_units(smallest, currency)

    def _add_ordinary_totals(self, chunk):
        """Total ordinary lines as their invoice does: taxes of all of them together.

        :param Chunk chunk: is changed
        """
        several = []
        for scope, row in chunk.scopes.items():
            if row.kind == "ordinary":
                lines = chunk.lines.get(scope, ())
                gross = [line.gross for line in lines if not line.is_down_payment]
                chunk.scopes[scope] = row._replace(total=sum(gross))
                several += [row.res_id] if len(gross) > 1 else []
        # The customer who pays may not open the order; its total is his claim
        for order_sudo in self.env["sale.order"].sudo().browse(several):
            company_sudo = order_sudo.company_id
            if company_sudo.tax_calculation_rounding_method == "round_globally":
                scope = "ordinary", order_sudo.id
                total = order_sudo._get_continuity_ordinary_total()
                chunk.scopes[scope] = chunk.scopes[scope]._replace(total=total)

    def _get_rounding(self, currency_id):
        """Say what the smallest unit of a currency is."""
        return self.env["res.currency"].browse(currency_id).rounding

    def _convert(self, amount, currency_id, to_id, company_id, day):
        """Turn an amount into another currency by the rate of a day."""
        currencies = self.env["res.currency"]
        return currencies.browse(currency_id)._convert(
            amount,
            currencies.browse(to_id),
            self.env["res.company"].browse(company_id),
            day or fields.Date.today(),
        )

    def _get_abilities(self, provider_id):
        """Say what a provider can refund and capture."""
        # Who looks at an order may not read providers
        provider_sudo = self.env["payment.provider"].sudo().browse(provider_id)
        can_refund = provider_sudo.support_refund
        if provider_sudo.state == "disabled":
            can_refund = "none"
        return can_refund, provider_sudo.support_manual_capture
