# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from odoo.tests import freeze_time, tagged

from odoo.addons.continuity_program.tests.insight.insight_world import DAY

from .stock_demand_case import StockDemandCase

OCT_20 = date(2027, 10, 20)


@tagged("post_install", "-at_install")
@freeze_time(f"{DAY} 12:00:00")
class TestStockLateItem(StockDemandCase):
    """The fourth book comes late: is there enough of what is sent instead?"""

    def setUp(self):
        super().setUp()
        self.uid = self.manager
        self.item = self.env["continuity.late.item"].create(
            {"product_id": self.books[3].id, "available_date": OCT_20}
        )
        self.item.action_compare()

    def _get_option(self, product):
        self.item.new_product_id = product
        return self.item.option_ids.filtered(lambda row: row.option == "substitute")

    def test_left(self):
        """Three pieces of ten; nobody else is going to take one."""
        other = self._create_goods("BKX", 1, 20.0, 8.0).with_env(self.env)
        self.assertEqual(self._get_option(other).stock_left, -3.0)
        self._stock_up(10, other.sudo())
        option = self._get_option(other)
        self.assertEqual((option.is_stocked, option.stock_left), (True, 7.0))
        # What another company has is not there, though it is switched on, too
        abroad = self.env["res.company"].sudo().create({"name": "Abroad"})
        warehouse = (
            self.env["stock.warehouse"]
            .sudo()
            .search([("company_id", "=", abroad.id)], limit=1)
        )
        self.env["stock.quant"].sudo()._update_available_quantity(
            other.sudo(), warehouse.lot_stock_id, 500.0
        )
        both = (self.item.company_id | abroad).ids
        item = self.item.with_context(allowed_company_ids=both)
        self.assertEqual(item._get_left(other, item.line_ids.shipment_id), 7.0)

    def test_members_take_it_too(self):
        """Of four packs of coffee members take 4.399 until 12 October."""
        option = self._get_option(self.coffee_pack)
        self.assertEqual(round(option.stock_left, 3), -3.399)
        # What is not counted is never short
        service = self._create_goods("BKY", 1, 20.0, 8.0)
        service.sudo().is_storable = False
        option = self._get_option(service)
        self.assertEqual((option.is_stocked, option.stock_left), (False, 0.0))
