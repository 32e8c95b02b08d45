# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import time
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ...forecast import cash, demand
from ...forecast.rates import LAST_TURN
from .continuity_forecast_fact import Look

#: Days a forecast is kept, and the one of a Monday
KEPT_DAYS, KEPT_MONDAYS = 60, 400


class ContinuityForecast(models.Model):
    """Make the forecast of a company: facts in, figures out, stored together."""

    _inherit = "continuity.forecast"

    @api.model
    def _refresh_company(self, company):
        """Forecast what a company needs and receives, in place of what was known.

        It reads ledgers and locks nothing of them. Twice on a day is once.

        :param res.company company: the company
        :return: its current forecast
        :rtype: continuity.forecast
        """
        begun = time.monotonic()
        # Figures are the system's own, and made of what nobody may see all of
        forecasts_sudo = self.sudo().with_company(company)
        facts_sudo = forecasts_sudo.env["continuity.forecast.fact"]
        look = Look(
            company, company._continuity_today(), company.continuity_forecast_weeks
        )
        groups, paused = facts_sudo._get_members(look)
        rates = facts_sudo._get_rates(look, groups)
        phi, cells = facts_sudo._get_phi(look)
        forecast_sudo = forecasts_sudo.create(
            {
                "company_id": company.id,
                "date": look.today,
                "weeks": look.weeks,
                "strength": company.continuity_forecast_strength,
                "phi": phi,
                "cell_count": cells,
                "member_count": sum(
                    members.count for members in groups if not members.is_paused
                ),
                "paused_count": paused,
                "computed_at": fields.Datetime.now(),
            }
        )
        forecast_sudo._store_demand(
            demand.forecast(groups, rates, look.today, look.weeks, phi)
        )
        forecast_sudo._store_demand(
            demand.forecast(
                facts_sudo._get_joiners(look), rates, look.today, look.weeks
            ),
            "joiner",
        )
        forecast_sudo._store_cash(
            cash.forecast(
                groups, rates, facts_sudo._get_curves(look), look.today, look.weeks, phi
            )
        )
        forecast_sudo._store_rates(rates)
        forecast_sudo._take_over()
        forecast_sudo.seconds = time.monotonic() - begun
        return forecast_sudo

    def _take_over(self):
        """Become the current one; another one of the same day goes."""
        self.ensure_one()
        others = self.search(
            [("company_id", "=", self.company_id.id), ("id", "!=", self.id)]
        )
        current = others.filtered("is_current")
        current.is_current = False
        current.flush_recordset(["is_current"])
        self.is_current = True
        others.filtered(lambda other: other.date == self.date).unlink()

    def _store_demand(self, lines, kind="member"):
        """Store what is needed. Nobody knows how sure it is of who has not joined yet.

        :param list[demand.Line] lines: of products, of events and of programs
        :param str kind: of whom: member, joiner
        """
        values_list = self._prepare_demand(lines)
        if kind == "joiner":
            band = ("sigma", "low", "high", "needed", "needed_high")
            unknown = {**dict.fromkeys(band, 0.0), "kind": kind}
            values_list = [{**values, **unknown} for values in values_list]
        self.env["continuity.forecast.line"].create(values_list)

    def _prepare_demand(self, lines):
        """Return what is stored of what is needed.

        :param list[demand.Line] lines: of products, of events and of programs
        :rtype: list[dict]
        """
        fields_by_level = self._get_level_fields()
        values_list = [
            {
                "level": line.key[0],
                **dict(zip(fields_by_level[line.key[0]], line.key[1:], strict=True)),
                "forecast_id": self.id,
                "company_id": self.company_id.id,
                "week": line.week,
                "open_quantity": line.open,
                "blocked_quantity": line.blocked,
                "leaving_quantity": line.leaving,
                "skipping_quantity": line.skipping,
                "expected": line.expected,
                "waiting_quantity": line.waiting,
                "sigma": line.sigma,
                "low": line.low,
                "high": line.high,
                "needed": line.needed,
                "needed_high": line.needed_high,
                "used": [list(theta) for theta in line.used],
            }
            for line in lines
        ]
        vendors = self._get_vendors(
            {values.get("product_id") for values in values_list}
        )
        for values in values_list:
            values["vendor_id"] = vendors.get(values.get("product_id"))
        return values_list

    def _get_vendors(self, product_ids):
        """Return from whom goods are bought first: vendors stand in an order.

        :param set product_ids: ids of the goods
        :return: vendor by product; None = nobody is known
        :rtype: dict[int, int | None]
        """
        products = self.env["product.product"].with_company(self.company_id)
        return {
            product.id: product._prepare_sellers()[:1].partner_id.id or None
            for product in products.browse(filter(None, product_ids))
        }

    @api.model
    def _get_level_fields(self):
        """Return the fields that say what the lines of a level are about.

        :rtype: dict[str, tuple[str]]
        """
        return {
            "product": ("product_id",),
            "event": ("program_id", "event_id", "product_id"),
            "program": ("program_id",),
        }

    def _store_cash(self, lines):
        """Store what comes in.

        :param list[cash.CashLine] lines: by method, and by program and source
        """
        values_list = []
        for line in lines:
            level, method, *of = line.key
            program, source = of or (False, False)
            values_list.append(
                {
                    "forecast_id": self.id,
                    "company_id": self.company_id.id,
                    "level": level,
                    "method": method,
                    "program_id": program,
                    "source": source,
                    "week": line.week,
                    "certain": line.certain,
                    "expected": line.expected,
                    "sigma": line.sigma,
                    "low": line.low,
                    "high": line.high,
                    "lost": line.lost,
                }
            )
        self.env["continuity.cash.line"].create(values_list)

    def _store_rates(self, rates):
        """Store the rates the lines were made of, for those who ask why.

        :param rates.Rates rates: what is known
        """
        used = {
            (theta[1], theta[2])
            for line in self.line_ids
            for theta in line.used or ()
            if theta[0] == "hazard"
        }
        values_list = []
        for program, turn in sorted(used):
            hazard, skip = rates.get_hazard(program, turn), rates.get_skip(program)
            low, high = hazard.band
            values_list.append(
                {
                    "forecast_id": self.id,
                    "company_id": self.company_id.id,
                    "program_id": program,
                    "turn": min(turn, LAST_TURN),
                    "decision_count": hazard.decisions,
                    "left_count": hazard.hits,
                    "hazard": hazard.value,
                    "hazard_low": low,
                    "hazard_high": high,
                    "prior": hazard.prior,
                    "prior_source": "typed" if hazard.is_typed else "company",
                    "skip_count": skip.hits,
                    "skip_rate": skip.value,
                }
            )
        self.env["continuity.rate"].create(values_list)

    # === THE END === #

    @api.autovacuum
    def _gc_forecasts(self):
        """Delete what is too old; Mondays are compared with what came for longer."""
        today = fields.Date.today()
        last, last_monday = (
            today - timedelta(days=days) for days in (KEPT_DAYS, KEPT_MONDAYS)
        )
        old = Domain("date", "<", last) & Domain("is_current", "=", False)
        # Nobody deletes figures but the system
        forecasts_sudo = self.sudo().search(old)
        forecasts_sudo.filtered(
            lambda f: f.date.weekday() != 0 or f.date < last_monday
        ).unlink()
