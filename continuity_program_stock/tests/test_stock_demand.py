# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, timedelta
from unittest.mock import patch

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, freeze_time, new_test_user, tagged

from odoo.addons.continuity_program.tests.common import MANAGER
from odoo.addons.continuity_program.tests.forecast.forecast_case import (
    AUG_30,
    SEP_27,
)
from odoo.addons.continuity_program.tests.insight.insight_world import DAY

from .stock_demand_case import OCT_11, StockDemandCase


@tagged("post_install", "-at_install")
class TestStockDemand(StockDemandCase):
    """The coffee of 26 members meets what is there."""

    def _read_rule(self):
        self.rule.invalidate_recordset()
        with freeze_time(f"{DAY} 12:00:00"):
            return self.rule.qty_forecast, self.rule.qty_to_order

    def _set(self, **values):
        """Set parameters of the company, on the day."""
        with freeze_time(f"{DAY} 12:00:00"):
            self.company.write(values)
            self.env.flush_all()

    # === STOCK AND BREAKS === #

    def test_breaks(self):
        """Four there, 4.4 needed, up to 6: it breaks, and says so in a sentence."""
        for level in ("product", "stock"):
            lines = self._get_coffee(level)
            line = lines[OCT_11]
            self.assertEqual(line.break_date, OCT_11)
            self.assertEqual(line.break_early, SEP_27)
            self.assertEqual(round(line.stock_quantity, 3), -0.399)
            self.assertEqual(round(lines[SEP_27].stock_quantity, 3), 0.425)
            self.assertIn(
                "COF runs out on 10/11/2027, perhaps on 09/27/2027. To the end of this"
                " week: 4.0 in stock, 4.4 needed, up to 6.",
                line.why,
            )
        self.assertEqual(line.warehouse_id, self.warehouse)
        lines = self._get_lines()
        self.assertFalse(lines.warehouse_id)
        self.assertAlmostEqual(
            sum(lines.mapped("expected")),
            sum(self._get_lines("stock").mapped("expected")),
            6,
        )
        self.assertEqual(round(self._get_coffee()[AUG_30].waiting_quantity, 3), 0.533)

    def test_moves_by_date(self):
        """What comes in counts from its day on, what is promised as well."""
        day = f"{OCT_11} 08:00:00"
        supplier = self.env.ref("stock.stock_location_suppliers")
        move = self.env["stock.move"].create(
            {
                "product_id": self.coffee_pack.id,
                "product_uom_qty": 30.0,
                "location_id": supplier.id,
                "location_dest_id": self.warehouse.lot_stock_id.id,
                "date": day,
            }
        )
        move._action_confirm()
        move.date = day
        line = self._get_coffee(forecast=self._refresh())[OCT_11]
        self.assertFalse(line.break_date)
        self.assertEqual(line.break_early, SEP_27)
        self.assertIn("may run out on 09/27/2027", line.why)
        # Nothing of ours is reserved or moved for what members need
        self.assertFalse(
            self.env["stock.move"].search(
                [("product_id", "=", self.coffee_pack.id), ("id", ">", move.id)]
            )
        )

    def test_two_warehouses(self):
        """Each house has its own stock; the product breaks where one of them does."""
        other = self.env["stock.warehouse"].create(
            {"name": "Second house", "code": "WH2"}
        )
        self.members["K01"].sale_order_id.warehouse_id = other
        self._stock_up(0, warehouse=other)
        self._stock_up(100)
        forecast = self._refresh()
        lines = self._get_lines("stock", forecast).filtered(
            lambda line: line.product_id == self.coffee_pack
        )
        second = lines.filtered(lambda line: line.warehouse_id == other)
        self.assertEqual(set(second.mapped("break_date")), {date(2027, 9, 13)})
        self.assertFalse(any((lines - second).mapped("break_early")))
        whole = self._get_coffee(forecast=forecast)[OCT_11]
        self.assertEqual(whole.break_date, date(2027, 9, 13))
        # A house that is closed: its goods leave from where Odoo takes new ones
        self.members["K01"].sale_order_id.sudo().warehouse_id = other
        other.sudo().active = False
        forecast = self._refresh()
        self.assertEqual(
            self._get_lines("stock", forecast).warehouse_id, self.warehouse
        )

    def test_not_counted(self):
        """Goods nobody counts have no stock, and no line of a warehouse."""
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE product_template SET is_storable = FALSE WHERE id = %s",
            [self.coffee_pack.product_tmpl_id.id],
        )
        self.env.invalidate_all()
        forecast = self._refresh()
        self.assertFalse(self._get_coffee("stock", forecast))
        line = self._get_coffee(forecast=forecast)[OCT_11]
        self.assertFalse(line.is_stocked)
        self.assertFalse(line.break_early)
        self.assertNotIn("break", line.why)
        with self.assertRaisesRegex(UserError, "quantity is tracked"):
            line.with_user(self.buyer).action_create_orderpoints()

    # === REPLENISHMENT === #

    def test_switch(self):
        """Rules see what members need if the company wants it, as much as it wants."""
        self.assertEqual(self._read_rule(), (4.0, 0.0))
        moves = self.env["stock.move"].search_count([])
        # To 1 October at the latest: the week of 27 September is the last
        self._set(continuity_forecast_replenish="high")
        self.assertEqual(self._read_rule(), (-1.0, 1.0))
        self._set(continuity_forecast_replenish="expected")
        self.assertEqual(self._read_rule(), (0.0, 0.0))
        # To 11 October: 4.399 is five pieces
        self._set(continuity_forecast_cover_days=40)
        self.assertEqual(self._read_rule(), (-1.0, 1.0))
        self._set(continuity_forecast_replenish="none")
        self.assertEqual(self._read_rule(), (4.0, 0.0))
        self.assertEqual(self.env["stock.move"].search_count([]), moves)

    def test_old_forecast(self):
        """What was forecast days ago has been sent since, or is promised."""
        self.company.continuity_forecast_replenish = "high"
        for day, needed in (("2027-09-02", {self.rule: 5.0}), ("2027-09-03", {})):
            with freeze_time(f"{day} 12:00:00"):
                self.assertEqual(self.rule._get_continuity_needed(), needed)
        report = self.env["stock.forecasted_product_product"]
        for day, is_there in (("2027-09-02", True), ("2027-09-03", False)):
            with freeze_time(f"{day} 12:00:00"):
                expected = report._get_continuity_expected(
                    self.coffee_pack, self.warehouse
                )
                self.assertEqual(bool(expected), is_there)

    def test_rules_in_a_circle(self):
        """A route nobody gets goods by keeps no forecast, and no exception, away."""
        self._set(continuity_forecast_replenish="high")
        with patch.object(
            type(self.coffee_pack),
            "_get_rules_from_location",
            side_effect=UserError("a circle"),
        ):
            forecast = self._refresh()
            exceptions = self.env["continuity.exception"]
            self.assertEqual(
                exceptions._get_lead_days(self.coffee_pack, self.warehouse), 0.0
            )
        self.assertTrue(forecast.is_current)

    def test_horizon(self):
        """Odoo's own horizon may end before what the company covers."""
        self.company.continuity_forecast_replenish = "high"
        self.company.horizon_days = 5
        self.assertEqual(self._read_rule()[0], 4.0 - 1.0)

    def test_follows_the_refresh(self):
        """What is to be ordered is computed anew when the demand is."""
        with freeze_time(f"{DAY} 12:00:00"):
            self.company.continuity_forecast_replenish = "high"
            self.members["K08"].action_pause()
        self._refresh()
        self.assertEqual(self._read_rule(), (0.0, 0.0))
        with freeze_time(f"{DAY} 12:00:00"):
            self.members["K08"].action_resume()
        self._refresh()
        self.assertEqual(self.rule.qty_to_order_computed, 1.0)

    def test_elsewhere(self):
        """A rule of a shelf, of another company or another product sees none of it."""
        shelf = self.env["stock.location"].create(
            {"name": "Shelf", "location_id": self.warehouse.lot_stock_id.id}
        )
        rules = self.env["stock.warehouse.orderpoint"]
        self.company.continuity_forecast_replenish = "high"
        on_shelf = rules.create(
            {"product_id": self.coffee_pack.id, "location_id": shelf.id}
        )
        other = self.env["res.company"].create(
            {"name": "Other", "continuity_forecast_replenish": "high"}
        )
        theirs = rules.with_company(other).create(
            {
                "product_id": self.coffee_pack.id,
                "location_id": self.env["stock.warehouse"]
                .search([("company_id", "=", other.id)])
                .lot_stock_id.id,
                "company_id": other.id,
            }
        )
        with freeze_time(f"{DAY} 12:00:00"):
            self.assertEqual(on_shelf._get_continuity_needed(), {})
            self.assertEqual(theirs._get_continuity_needed(), {})
            self.assertEqual(rules._get_continuity_needed(), {})
            self.assertEqual(
                (self.rule | on_shelf | theirs)._get_continuity_needed(),
                {self.rule: 5.0},
            )

    def test_create_rules(self):
        """Rules that order nothing by themselves, where there are none."""
        line = self._get_lines().filtered(lambda line: line.product_id.name == "BK4")
        with freeze_time(f"{DAY} 12:00:00"):
            mine = line.with_user(self.buyer)
            action = mine.action_create_orderpoints()
            found = self.env["stock.warehouse.orderpoint"].search(action["domain"])
            self.assertRecordValues(
                found,
                [
                    {
                        "product_id": line.product_id.id,
                        "warehouse_id": self.warehouse.id,
                        "trigger": "manual",
                        "product_min_qty": 0.0,
                        "product_max_qty": 0.0,
                        "create_uid": self.buyer.id,
                    }
                ],
            )
            # Once is enough; one that was put aside stays aside
            found.active = False
            mine.action_create_orderpoints()
        self.assertFalse(
            self.env["stock.warehouse.orderpoint"].search(action["domain"])
        )
        other = self._get_lines().filtered(lambda line: line.product_id.name == "BK5")
        with self.assertRaises(AccessError):
            other.with_user(self.manager).action_create_orderpoints()

    # === THE FORECASTED REPORT === #

    def test_report(self):
        """One line, of what no document says yet, if the company wants it."""
        reports = self.env["stock.forecasted_product_product"].with_context(
            warehouse_id=self.warehouse.id
        )
        product = self.coffee_pack
        with freeze_time(f"{DAY} 12:00:00"):
            report = reports.with_user(self.buyer)
            header = report._get_report_data(product_ids=product.ids)
            before = header["product"][product.id]
            self.assertEqual(before["continuity_qty"], {"in": 0.0, "out": 0.0})
            self.company.continuity_forecast_replenish = "expected"
            header = report._get_report_data(product_ids=product.ids)
            after = header["product"][product.id]
            templates = self.env["stock.forecasted_product_template"].with_user(
                self.buyer
            )
            self.assertIn(
                "continuity_qty",
                templates._get_report_data(
                    product_template_ids=product.product_tmpl_id.ids
                )["product"][product.id],
            )
        lines = self._get_lines("stock").filtered(
            lambda line: line.product_id == product
        )
        expected = sum(lines.mapped("expected"))
        self.assertGreater(expected, 4.399)
        self.assertAlmostEqual(
            after["continuity_qty"]["out"], expected - 0.533, delta=0.01
        )
        self.assertAlmostEqual(
            after["qty"]["out"] - before["qty"]["out"],
            after["continuity_qty"]["out"],
        )

    # === WHO SEES IT === #

    def test_buyer(self):
        """Who orders goods sees how many, and no member; a manager sees it all."""
        action = self.env.ref("continuity_program.continuity_demand_action")
        with freeze_time(f"{DAY} 13:00:00"):
            opened = action.with_user(self.buyer).sudo().with_user(self.buyer).run()
        self.assertEqual(opened["res_model"], "continuity.forecast.line")
        lines = self.env["continuity.forecast.line"].with_user(self.buyer)
        found = lines.search([("is_current", "=", True)])
        self.assertEqual(set(found.mapped("level")), {"product", "stock"})
        found.read()
        found.web_read({"display_name": {}, "why": {}, "warehouse_id": {"fields": {}}})
        with Form(found[0]) as form:
            self.assertTrue(form.why)
        arch = lines.get_view(view_type="list")["arch"]
        self.assertNotIn("action_view_shipments", arch)
        with self.assertRaises(AccessError):
            self._get_lines("program")[0].with_user(self.buyer).read(["expected"])
        with self.assertRaises(AccessError):
            found[0].action_view_shipments()
        both = new_test_user(
            self.env, "demand_both", groups=f"{MANAGER},stock.group_stock_user"
        )
        self._get_lines("program")[0].with_user(both).read(["expected"])
        self._get_lines("stock")[0].with_user(self.manager).read()

    def test_settings(self):
        """The manager sets it, within its bounds."""
        parameters = self.env["continuity.parameters"].browse(self.company.id)
        with Form(parameters.with_user(self.manager)) as form:
            form.continuity_forecast_replenish = "expected"
            form.continuity_forecast_cover_days = 14
        self.assertEqual(self.company.continuity_forecast_replenish, "expected")
        self.assertEqual(self.company.continuity_forecast_cover_days, 14)
        with self.assertRaises(ValidationError), self.cr.savepoint():
            self.company.continuity_forecast_cover_days = -1

    def test_other_company(self):
        """Figures of another company count its own houses only."""
        other = self.env["res.company"].create({"name": "Other"})
        forecast = self.env["continuity.forecast"]._refresh_company(other)
        self.assertFalse(forecast.line_ids)
        stranger = new_test_user(
            self.env,
            "demand_stranger",
            groups="stock.group_stock_manager",
            company_id=other.id,
            company_ids=[(6, 0, other.ids)],
        )
        lines = self.env["continuity.forecast.line"].with_user(stranger)
        self.assertFalse(lines.search([]))

    def test_week_of_today(self):
        """What breaks this week breaks today."""
        self._stock_up(0)
        line = self._get_coffee(forecast=self._refresh())[OCT_11]
        self.assertEqual(line.break_date, DAY)
        later = self._refresh(DAY + timedelta(days=1))
        self.assertEqual(
            self._get_coffee(forecast=later)[OCT_11].break_date,
            DAY + timedelta(days=1),
        )
