# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
from datetime import timedelta
from math import ceil

from odoo import api, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from odoo.addons.continuity_program.forecast.demand import TINY

_logger = logging.getLogger(__name__)


class StockWarehouseOrderpoint(models.Model):
    """The reordering rule: it sees what members are going to take.

    What they need counts like what is under way, with a minus: nothing is reserved, and
    nothing has to be taken back when the demand changes.
    """

    _inherit = "stock.warehouse.orderpoint"

    @api.depends(
        "company_id.continuity_forecast_replenish",
        "company_id.continuity_forecast_cover_days",
    )
    def _compute_qty(self):
        """Override of `stock`: the forecast depends on what the company wants seen."""
        return super()._compute_qty()

    @api.depends(
        "company_id.continuity_forecast_replenish",
        "company_id.continuity_forecast_cover_days",
    )
    def _compute_qty_to_order_computed(self):
        """Override of `stock`: so does what is to be ordered."""
        return super()._compute_qty_to_order_computed()

    def _quantity_in_progress(self):
        """Override of `stock`: what members need is as good as promised."""
        quantities = super()._quantity_in_progress()
        for orderpoint, needed in self._get_continuity_needed().items():
            quantities[orderpoint.id] -= needed
        return quantities

    def _get_continuity_needed(self):
        """Say how much members need of the goods of these rules, in time to order it.

        Counted are the weeks that begin before new goods would be there, and as many
        days more as the company wants to be covered. A company may look less far ahead
        by Odoo's own horizon.

        :return: whole units of the rule, rounded up, by rule; none = left out
        :rtype: dict[stock.warehouse.orderpoint, float]
        """
        counted = self.filtered(
            lambda rule: (
                rule.company_id.continuity_forecast_replenish in ("expected", "high")
                and rule.product_id
                and rule.location_id == rule.warehouse_id.lot_stock_id
            )
        )
        demand = counted._get_continuity_demand()
        result = {}
        for rule in counted:
            lines_sudo = demand.get((rule.product_id, rule.warehouse_id), ())
            last = rule._get_continuity_last_day() if lines_sudo else None
            seen_sudo = [line for line in lines_sudo if line.week <= last]
            if seen_sudo:
                is_high = rule.company_id.continuity_forecast_replenish == "high"
                needed = seen_sudo[-1]["needed_high" if is_high else "needed"]
                # Nobody orders a part of a pack because of a chance
                result[rule] = float(ceil(needed - TINY))
        return result

    def _get_continuity_demand(self):
        """Read what is needed of the goods of these rules, in the order of the weeks.

        :return: lines by product and warehouse
        :rtype: dict[tuple, continuity.forecast.line]
        """
        if not self:
            return {}
        # Whoever orders goods is told how many, whatever else he may read
        lines_sudo = self.env["continuity.forecast.line"].sudo()
        domain = self.env["continuity.forecast"]._get_fresh_domain(self.company_id)
        domain &= Domain("level", "=", "stock")
        domain &= Domain("product_id", "in", self.product_id.ids)
        domain &= Domain("warehouse_id", "in", self.warehouse_id.ids)
        return lines_sudo.search(domain, order="week, id").grouped(
            lambda line: (line.product_id.sudo(False), line.warehouse_id)
        )

    def _get_continuity_last_day(self):
        """Return the last day on which a week may begin that is counted.

        :rtype: date
        """
        self.ensure_one()
        company = self.company_id
        days = self.lead_days + company.continuity_forecast_cover_days
        return min(
            self.lead_horizon_date, company._continuity_today() + timedelta(days=days)
        )

    @api.model
    def _refresh_continuity(self, company, products):
        """Compute anew what is to be ordered of goods whose demand has changed.

        :param res.company company: whose rules
        :param product.product products: the goods
        """
        if company.continuity_forecast_replenish == "none" or not products:
            return
        rules = self.search(
            [("company_id", "=", company.id), ("product_id", "in", products.ids)]
        )
        rules.invalidate_recordset(["qty_forecast"])
        rules._compute_continuity_to_order()

    def _compute_continuity_to_order(self):
        """Compute what is to be ordered; what cannot be said of a rule stays."""
        try:
            with self.env.cr.savepoint():
                self._compute_qty_to_order_computed()
        except UserError as error:
            if len(self) == 1:
                # A route that goes in a circle; the scheduler names it to who buys
                _logger.info("%s: %s", self.display_name, error)
                return
            for rule in self:
                rule._compute_continuity_to_order()

    @api.model
    def _create_continuity_missing(self, wanted):
        """Create rules that order nothing by themselves, where there are none.

        Those that are archived count: somebody has put them aside.

        :param set[tuple] wanted: pairs of product and warehouse
        :return: the new rules
        :rtype: stock.warehouse.orderpoint
        """
        products = self.env["product.product"].union(*(pair[0] for pair in wanted))
        places = self.env["stock.warehouse"].union(*(pair[1] for pair in wanted))
        known = self.with_context(active_test=False).search(
            [
                ("product_id", "in", products.ids),
                ("location_id", "in", places.lot_stock_id.ids),
            ]
        )
        there = {(rule.product_id, rule.location_id) for rule in known}
        return self.create(
            [
                {
                    **self._get_orderpoint_values(
                        product.id, warehouse.lot_stock_id.id
                    ),
                    "warehouse_id": warehouse.id,
                    "company_id": warehouse.company_id.id,
                }
                for product, warehouse in sorted(
                    wanted, key=lambda pair: (pair[0].id, pair[1].id)
                )
                if (product, warehouse.lot_stock_id) not in there
            ]
        )
