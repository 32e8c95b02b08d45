# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Demand of a warehouse, and what has been ordered for it."""

from datetime import date

from odoo.tests import freeze_time, new_test_user

from odoo.addons.continuity_program.tests.forecast.forecast_case import ForecastCase
from odoo.addons.continuity_program.tests.insight.insight_world import DAY

OCT_11 = date(2027, 10, 11)


class StockDemandCase(ForecastCase):
    """26 members, and four packs of coffee in stock."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.warehouse = cls.members["K01"].sale_order_id.warehouse_id
        cls.buyer = new_test_user(
            cls.env, "demand_buyer", groups="stock.group_stock_manager"
        )
        cls._stock_up(4)
        cls.rule = cls.env["stock.warehouse.orderpoint"].create(
            {
                "product_id": cls.coffee_pack.id,
                "location_id": cls.warehouse.lot_stock_id.id,
                "trigger": "manual",
            }
        )
        # New goods are there after two days
        cls.env["product.supplierinfo"].search([]).unlink()
        cls.forecast = cls._refresh()

    @classmethod
    def _goods_vals(cls, name, price=30.0, **values):
        return super()._goods_vals(name, price, is_storable=True, **values)

    @classmethod
    def _stock_up(cls, quantity, product=None, warehouse=None, day=DAY):
        """Have so many at the end of the first week, with what is promised already."""
        product = product or cls.coffee_pack
        warehouse = warehouse or cls.warehouse
        with freeze_time(f"{day} 12:00:00"):
            there = product.with_context(warehouse_id=warehouse.id).virtual_available
            if quantity != there:
                cls.env["stock.quant"]._update_available_quantity(
                    product, warehouse.lot_stock_id, quantity - there
                )
        cls.env.invalidate_all()

    def _get_coffee(self, level="product", forecast=None):
        return (
            self._get_lines(level, forecast)
            .filtered(lambda line: line.product_id == self.coffee_pack)
            .grouped("week")
        )
