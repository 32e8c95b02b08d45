# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo.tests import HttpCase, tagged

from ..common import MANAGER, ContinuityCommon


@tagged("post_install", "-at_install")
class TestUpdateTours(ContinuityCommon, HttpCase):
    """The release of a program, and *Continuity updates*, in a browser (rules N85)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = cls._create_user("boss", MANAGER)
        cls.goods_z = cls.env["product.product"].create(
            cls._goods_vals("Goods Z", price=22.0)
        )
        cls.program = cls._create_program()
        product = cls._create_parent_product(cls.program, default_code="88000")
        cls.order = cls._create_sold_order(product).continuity_order_ids
        other = cls._create_partner(name="Otto Other")
        cls.other = cls._create_sold_order(
            product,
            cls._create_token(partner_id=other.id),
            partner_id=other.id,
        ).continuity_order_ids

    def _start_tour(self, name):
        self.start_tour("/odoo", name, login="boss", timeout=120)

    def test_release(self):
        dates = self.order.shipment_ids.mapped("planned_date")
        self.order.shipment_ids[2].line_ids._substitute(self.goods_z)
        events = self.program.event_ids
        events[1].days_from_last = 21
        events[2].quantity = 2
        self._start_tour("continuity_update_release")
        self.assertEqual(
            self.order.shipment_ids.mapped("planned_date"),
            [dates[0], dates[1] - timedelta(days=9), dates[2]],
        )
        self.assertEqual(
            self.other.shipment_ids.mapped("planned_date"),
            [dates[0], dates[1] - timedelta(days=9), dates[2] - timedelta(days=9)],
        )
        self.assertEqual(self.other.shipment_ids[2].products_text, "2 × Goods C")
        self.assertEqual(self.order.shipment_ids[2].products_text, "Goods Z")
        self.assertFalse(self.program.update_requested_at)

    def test_bulk(self):
        dates = self.order.shipment_ids.mapped("planned_date")
        self._start_tour("continuity_update_bulk")
        week = timedelta(days=7)
        self.assertEqual(
            self.order.shipment_ids.mapped("planned_date"),
            [dates[0], dates[1] + week, dates[2] + week],
        )
        self.assertEqual(self.other.shipment_ids.mapped("planned_date"), dates)
        for order in (self.order, self.other):
            self.assertRecordValues(
                order.shipment_ids[1].line_ids,
                [{"product_id": self.goods_z.id, "price_unit": 30.0}],
            )
