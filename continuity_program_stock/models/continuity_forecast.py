# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.continuity_program.forecast.demand import get_weeks
from odoo.addons.continuity_program.forecast.stockline import add_up, get_stock


class ContinuityForecastFact(models.AbstractModel):
    """Members are counted by the warehouse their goods leave from."""

    _inherit = "continuity.forecast.fact"

    @api.model
    def _get_place_sql(self, look):
        """Override of `continuity_program`: the warehouse of the parent order.

        Of one that is archived Odoo's own choice for new orders takes the place.
        """
        return SQL(
            """COALESCE(
                   (SELECT w.id
                      FROM sale_order so
                      JOIN stock_warehouse w ON w.id = so.warehouse_id AND w.active
                     WHERE so.id = o.sale_order_id),
                   (SELECT w.id
                      FROM stock_warehouse w
                     WHERE w.company_id = o.company_id AND w.active
                     ORDER BY w.sequence, w.id LIMIT 1),
                   0)"""
        )

    @api.model
    def _get_not_blocking(self):
        """Override of `continuity_program`: a transfer is of a parcel that is ordered.

        The next ones of its member leave whatever becomes of it.
        """
        return (*super()._get_not_blocking(), "transfer_blocked")


class ContinuityForecast(models.Model):
    """The demand meets the stock: warehouse by warehouse, week by week.

    Nothing is reserved and nothing is moved for it.
    """

    _inherit = "continuity.forecast"

    @api.model
    def _get_level_fields(self):
        """Override of `continuity_program`: goods by the warehouse they leave from."""
        return {
            **super()._get_level_fields(),
            "stock": ("product_id", "warehouse_id"),
        }

    def _prepare_demand(self, lines):
        """Override of `continuity_program`: beside what is needed what is left.

        Only of goods Odoo counts: there is no stock of anything else.
        """
        values_list = super()._prepare_demand(lines)
        ids = {values["product_id"] for values in values_list if _is_stock(values)}
        products = self.env["product.product"].browse(sorted(ids))
        counted = set(self._get_counted_products(products).ids)
        values_list = [
            values
            for values in values_list
            if not _is_stock(values) or values["product_id"] in counted
        ]
        self._add_stock(values_list)
        return values_list

    @api.model
    def _get_counted_products(self, products):
        """Return the goods that leave from a warehouse, and are counted there.

        :param product.product products: goods
        :rtype: product.product
        """
        return products.filtered("is_storable")

    def _add_stock(self, values_list):
        """Add what is left, and when it breaks, to the lines of goods.

        :param list[dict] values_list: see `_prepare_demand`
        """
        needed = {}
        for values in filter(_is_stock, values_list):
            key = values["warehouse_id"], values["product_id"]
            weeks = needed.setdefault(key, {})
            weeks[values["week"]] = values["needed"], values["needed_high"]
        there = self._get_there(needed)
        stocks, by_product = {}, {}
        for key, weeks in needed.items():
            stocks[key] = get_stock(there[key], weeks, self.date)
            by_product.setdefault(key[1], []).append(stocks[key])
        for product_id, parts in by_product.items():
            stocks[None, product_id] = add_up(parts)
        for values in values_list:
            if values["level"] not in ("product", "stock"):
                continue
            stock = stocks.get((values.get("warehouse_id"), values["product_id"]))
            if stock:
                values.update(
                    is_stocked=True,
                    stock_quantity=stock.left[values["week"]],
                    break_date=stock.breaks,
                    break_early=stock.breaks_early,
                )
        _mark_breaks(values_list)

    def _get_there(self, keys):
        """Ask Odoo how much is there at the end of each week.

        On hand, with what comes in and without what has been promised until then; what
        is reserved is promised already.

        :param keys: pairs of warehouse and product
        :return: quantity by Monday, by pair
        :rtype: dict[tuple, dict[date, float]]
        """
        by_warehouse, there = {}, {}
        for warehouse_id, product_id in keys:
            by_warehouse.setdefault(warehouse_id, set()).add(product_id)
            there[warehouse_id, product_id] = {}
        for warehouse_id, ids in by_warehouse.items():
            products = self.env["product.product"].browse(sorted(ids))
            for week in get_weeks(self.date, self.weeks):
                next_week = self.company_id._continuity_day_start(
                    week + timedelta(weeks=1)
                )
                for product in products.with_context(
                    warehouse_id=warehouse_id, to_date=next_week - timedelta(seconds=1)
                ):
                    there[warehouse_id, product.id][week] = product.virtual_available
        return there

    @api.model
    def _refresh_company(self, company):
        """Override of `continuity_program`: who orders goods is told what is short."""
        forecast = super()._refresh_company(company)
        self.env["continuity.exception"]._refresh_short(company)
        return forecast

    def _take_over(self):
        """Override of `continuity_program`: reordering rules see what is needed now."""
        company = self.company_id
        products = self._get_stocked_products(company)
        result = super()._take_over()
        products |= self._get_stocked_products(company)
        self.env["stock.warehouse.orderpoint"]._refresh_continuity(company, products)
        return result

    @api.model
    def _get_fresh_domain(self, companies):
        """Return which lines still say what is needed beside what was promised.

        What was forecast days ago was sent since, or is promised by a transfer: it
        would count twice. That of yesterday counts until the one of tonight is made.

        :param res.company companies: whose
        :rtype: Domain
        """
        return Domain.OR(
            Domain("company_id", "=", company.id)
            & Domain("forecast_id.is_current", "=", True)
            & Domain(
                "forecast_id.date",
                ">=",
                company._continuity_today() - timedelta(days=1),
            )
            for company in companies
        )

    @api.model
    def _get_stocked_products(self, company):
        """Return what is needed of a company, as it is known now.

        :param res.company company: the company
        :rtype: product.product
        """
        groups = self.env["continuity.forecast.line"]._read_group(
            [
                ("company_id", "=", company.id),
                ("forecast_id.is_current", "=", True),
                ("level", "=", "stock"),
            ],
            ["product_id"],
        )
        return self.env["product.product"].union(*(product for (product,) in groups))


def _is_stock(values):
    return values["level"] == "stock"


def _mark_breaks(values_list):
    """Mark one line of each warehouse and its goods that break: it says by how much.

    The last one until then: in a week in which nothing is needed there is no line.
    """
    lines = {}
    for values in sorted(filter(_is_stock, values_list), key=lambda v: v["week"]):
        key = values["warehouse_id"], values["product_id"]
        day = values.get("break_date") or values.get("break_early")
        if day and (key not in lines or values["week"] <= day):
            lines[key] = values
    for values in lines.values():
        values["is_break"] = True
