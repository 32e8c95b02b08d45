# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL
from odoo.tools.misc import format_date

#: Days after which a week is looked at once more: shipments that left late
AGAIN_DAYS = 14
#: Levels that are compared
LEVELS = ("program", "product")


class ContinuityForecastCheck(models.Model):
    """What a Monday's forecast said of a week, and what came."""

    _name = "continuity.forecast.check"
    _description = "Continuity Forecast Check"
    _order = "week desc, forecast_date desc, program_id, product_id, id"

    company_id = fields.Many2one("res.company", required=True, readonly=True)
    forecast_date = fields.Date(
        string="Forecast of", required=True, readonly=True, help="A Monday."
    )
    week = fields.Date(string="Week of", required=True, readonly=True)
    weeks_ahead = fields.Integer(string="Weeks ahead", readonly=True, aggregator="avg")
    level = fields.Selection(
        selection=[("program", "Program"), ("product", "Product")],
        required=True,
        readonly=True,
    )
    program_id = fields.Many2one(
        "continuity.program", readonly=True, index="btree_not_null", ondelete="cascade"
    )
    product_id = fields.Many2one(
        "product.product", readonly=True, index="btree_not_null", ondelete="cascade"
    )
    expected = fields.Float(readonly=True)
    sigma = fields.Float(readonly=True, aggregator=None)
    low = fields.Float(readonly=True, aggregator=None)
    high = fields.Float(readonly=True, aggregator=None)
    actual = fields.Float(
        string="Came",
        readonly=True,
        help="Sent to the members of that time, by the week it was planned for.",
    )
    error = fields.Float(
        string="Off by",
        readonly=True,
        help="Expected, less what came.",
    )
    hit_rate = fields.Float(
        string="Within the band",
        readonly=True,
        aggregator="avg",
        help="Share of the weeks that lay within the band: 80 % is right.",
    )
    checked_on = fields.Date(string="Compared on", readonly=True)

    _one = models.UniqueIndex(
        "(company_id, forecast_date, week, level, COALESCE(program_id, 0),"
        " COALESCE(product_id, 0))"
    )

    @api.depends("week", "program_id", "product_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for check in self:
            name = (check.product_id or check.program_id).display_name
            check.display_name = f"{name}, {format_date(self.env, check.week)}"

    # === COMPARE === #

    @api.model
    def _check_company(self, company):
        """Compare the weeks that are over with what the Mondays before them said.

        When a week is over, and once more two weeks later.

        :param res.company company: the company
        """
        today = company._continuity_today()
        # Figures are the system's own
        checks_sudo = self.sudo().with_company(company)
        for forecast_sudo in checks_sudo._find_open_forecasts(company, today):
            checks_sudo._check_forecast(forecast_sudo, today)

    @api.model
    def _find_open_forecasts(self, company, today):
        """Return the forecasts of Mondays with a week that is to be compared.

        By one statement: forecasts are kept, and of most there is nothing left to do.

        :param res.company company: the company
        :param date today: its day
        :rtype: continuity.forecast
        """
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT f.id
                  FROM continuity_forecast f
                 WHERE f.company_id = %(company)s
                   AND f.date <= %(today)s AND EXTRACT(ISODOW FROM f.date) = 1
                   AND EXISTS (
                       SELECT FROM continuity_forecast_line l
                         LEFT JOIN continuity_forecast_check c
                           ON c.company_id = f.company_id
                          AND c.forecast_date = f.date
                          AND c.week = l.week AND c.level = l.level
                          AND COALESCE(c.program_id, 0) = COALESCE(l.program_id, 0)
                          AND COALESCE(c.product_id, 0) = COALESCE(l.product_id, 0)
                        WHERE l.forecast_id = f.id
                          AND l.level IN %(levels)s AND l.kind = 'member'
                          AND l.week <= %(today)s - 7
                          AND (c.id IS NULL OR (
                              c.checked_on < c.week + %(again)s
                              AND c.week + %(again)s <= %(today)s
                          ))
                   )
                 ORDER BY f.date
                """,
                company=company.id,
                today=today,
                levels=LEVELS,
                again=7 + AGAIN_DAYS,
            )
        )
        return self.env["continuity.forecast"].browse(row[0] for row in rows)

    def _check_forecast(self, forecast, today):
        """Compare the weeks of one forecast that are over and not compared for good."""
        known = {
            (check.week, check.level, check.program_id.id, check.product_id.id): check
            for check in self.search(
                [
                    ("company_id", "=", forecast.company_id.id),
                    ("forecast_date", "=", forecast.date),
                ]
            )
        }
        lines = self.env["continuity.forecast.line"].search(
            [
                ("forecast_id", "=", forecast.id),
                ("level", "in", LEVELS),
                ("kind", "=", "member"),
                ("week", "<=", today - timedelta(weeks=1)),
            ]
        )
        due = [
            line
            for line in lines
            if self._is_due(known.get(self._get_key(line)), today)
        ]
        if due:
            self._compare(forecast, due, known, today)

    def _compare(self, forecast, lines, known, today):
        """Write down what came of lines of a forecast."""
        actual = self._fetch_actual(forecast)
        values_list = []
        for line in lines:
            key = self._get_key(line)
            came = actual.get(key, 0.0)
            values = {
                "actual": came,
                "error": line.expected - came,
                "hit_rate": float(line.low <= came <= line.high),
                "checked_on": today,
            }
            if key in known:
                known[key].write(values)
                continue
            values_list.append(
                {
                    **values,
                    "company_id": forecast.company_id.id,
                    "forecast_date": forecast.date,
                    "week": line.week,
                    "weeks_ahead": (line.week - forecast.date).days // 7,
                    "level": line.level,
                    "program_id": line.program_id.id,
                    "product_id": line.product_id.id,
                    "expected": line.expected,
                    "sigma": line.sigma,
                    "low": line.low,
                    "high": line.high,
                }
            )
        self.create(values_list)

    def _get_key(self, line):
        return line.week, line.level, line.program_id.id, line.product_id.id

    def _get_over(self):
        """Return the first day after the week."""
        self.ensure_one()
        return self.week + timedelta(weeks=1)

    def _is_due(self, check, today):
        """Say whether a week is to be compared, for the first or the second time."""
        if not check:
            return True
        again = check._get_over() + timedelta(days=AGAIN_DAYS)
        return check.checked_on < again <= today

    def _fetch_actual(self, forecast):
        """Return what was sent to the members of a forecast, by week.

        What was confirmed before it was made was not in it: the same night makes child
        orders first.

        :return: quantity by week, level, program and product
        :rtype: dict[tuple, float]
        """
        company = forecast.company_id
        rows = self.env.execute_query(
            SQL(
                """
                SELECT GREATEST(DATE_TRUNC('week', s.planned_date)::date, %(first)s),
                       s.program_id, l.product_id,
                       SUM(l.quantity * unit.factor / own.factor)
                  FROM continuity_shipment s
                  JOIN continuity_order o ON o.id = s.continuity_order_id
                  JOIN sale_order c ON c.id = s.child_order_id AND c.state = 'sale'
                  JOIN continuity_shipment_line l ON l.shipment_id = s.id
                  JOIN product_product product ON product.id = l.product_id
                  JOIN product_template template
                    ON template.id = product.product_tmpl_id
                  JOIN uom_uom unit ON unit.id = l.uom_id
                  JOIN uom_uom own ON own.id = template.uom_id
                 WHERE o.company_id = %(company)s
                   AND o.submit_date < %(day)s AND o.state != 'draft'
                   AND s.planned_date < %(until)s
                   AND c.date_order >= %(moment)s
                 GROUP BY 1, 2, 3
                """,
                first=forecast.date,
                day=forecast.date,
                until=forecast.date + timedelta(weeks=forecast.weeks),
                company=company.id,
                moment=forecast.computed_at,
            )
        )
        actual = {}
        for week, program, product, quantity in rows:
            for key in (
                (week, "program", program, False),
                (week, "product", False, product),
            ):
                actual[key] = actual.get(key, 0.0) + quantity
        return actual
