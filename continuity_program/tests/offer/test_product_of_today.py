# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, freeze_time, tagged

from ..common import SELLER, ContinuityCommon


@tagged("post_install", "-at_install")
@freeze_time("2027-09-10 08:00:00")
class TestProductOfToday(ContinuityCommon):
    """What was sold stays what it was, whatever its product says today."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.club = cls._create_program("CLUB-26", bill_upfront=True)
        cls.next_club = cls._create_program(
            "CLUB-27",
            events=[cls._event_vals(cls.goods_a), cls._event_vals(cls.goods_b, days=7)],
            bill_upfront=True,
        )
        cls.parent = cls._create_parent_product(cls.club, list_price=12.0)
        cls.service = cls.env["product.product"].create(
            {
                "name": "Gift wrapping",
                "type": "service",
                "list_price": 25.0,
                "invoice_policy": "order",
                "taxes_id": [Command.clear()],
            }
        )

    def _set_card(self, order):
        order.continuity_order_ids.write(
            {"payment_method": "card", "payment_token_id": self._create_token().id}
        )

    # === TAKEN OFF THE PRODUCT === #

    def test_quotation_is_charged_once(self):
        """90.00 for three parcels of 30.00, not 180.00; no second invoice."""
        order = self._create_order(self.parent)
        self._set_card(order)
        self.parent.continuity_program_id = False
        self.assertTrue(order.order_line.is_continuity_parent)
        self.assertEqual(order._get_continuity_due_now(), 90.0)
        order.action_confirm()
        continuity = order.continuity_order_ids
        self.assertEqual(continuity.state, "running")
        self.assertEqual(continuity.payment_ids.mapped("amount"), [90.0])
        self.assertFalse(order.transaction_ids - continuity.payment_ids.transaction_id)
        with self.assertRaises(UserError):
            order._create_invoices()

    def test_running_order_is_not_invoiced(self):
        by_parcel = self._create_program("BY-PARCEL")
        product = self._create_parent_product(by_parcel)
        order = self._create_sold_order(product)
        product.continuity_program_id = False
        self.assertTrue(order.order_line.is_continuity_parent)
        with self.assertRaises(UserError):
            order._create_invoices()
        order.order_line.product_uom_qty = 2
        shipments = order.continuity_order_ids.shipment_ids
        self.assertEqual(shipments.line_ids.mapped("quantity"), [2.0, 2.0, 2.0])
        with self.assertRaisesRegex(UserError, "product cannot be changed"):
            order.order_line.product_id = self.service

    def test_quantity_of_a_running_order(self):
        order = self._create_sold_order(self.parent)
        self.parent.continuity_program_id = False
        with self.assertRaisesRegex(UserError, "cannot be changed any more"):
            order.order_line.product_uom_qty = 2

    def test_quotation_follows_its_line(self):
        order = self._create_order(self.parent)
        continuity = order.continuity_order_ids
        self.parent.continuity_program_id = False
        order.order_line.product_uom_qty = 2
        self.assertRecordValues(
            continuity, [{"program_id": self.club.id, "quantity": 2.0}]
        )
        self.assertRecordValues(
            order.order_line, [{"price_unit": 90.0, "price_total": 180.0}]
        )
        with self.assertRaisesRegex(UserError, "sum of its shipments"):
            order.order_line.price_unit = 12.0
        order.action_update_prices()
        self.assertEqual(order.order_line.price_unit, 90.0)

    def test_deleted_line_takes_its_series_along(self):
        order = self._create_order(self.parent)
        continuity = order.continuity_order_ids
        self._set_card(order)
        row = self.env["continuity.payment"]._get_rows_of_submit(
            continuity, order.date_order.date()
        )
        row.state = "processing"
        self.parent.continuity_program_id = False
        with self.assertRaisesRegex(UserError, "is being checked"):
            order.order_line.unlink()
        row.state = "scheduled"
        order.order_line.unlink()
        self.assertFalse(continuity.exists())

    def test_form_of_a_quotation(self):
        """The line of a form is a parent line until another product is chosen."""
        order = self._create_order(self.parent)
        self.parent.continuity_program_id = False
        with Form(order) as form, form.order_line.edit(0) as line:
            self.assertTrue(line.is_continuity_parent)
            line.product_uom_qty = 3
            self.assertEqual(line.price_unit, 90.0)
            line.product_id = self.service
            self.assertFalse(line.is_continuity_parent)
            self.assertEqual(line.price_unit, 25.0)
        self.assertFalse(order.continuity_order_ids)
        self.assertEqual(order.amount_total, 75.0)

    # === ANOTHER PRODUCT ON THE LINE === #

    def test_ordinary_product_on_a_quotation(self):
        order = self._create_order(self.parent)
        order.order_line.product_id = self.service
        self.assertFalse(order.continuity_order_ids)
        self.assertRecordValues(
            order.order_line, [{"price_unit": 25.0, "is_continuity_parent": False}]
        )
        order.order_line.product_id = self.parent
        self.assertEqual(order.continuity_order_ids.program_id, self.club)
        self.assertEqual(order.order_line.price_unit, 90.0)

    def test_other_parent_product_on_a_quotation(self):
        other = self._create_parent_product(self.next_club)
        order = self._create_order(self.parent)
        continuity = order.continuity_order_ids
        order.order_line.product_id = other
        self.assertEqual(order.continuity_order_ids, continuity)
        self.assertEqual(continuity.program_id, self.next_club)
        self.assertEqual(order.order_line.price_unit, 60.0)

    # === ANOTHER PROGRAM FOR THE PRODUCT === #

    def test_next_season(self):
        """Quotations keep the program they were offered with; new ones get the new."""
        self.parent.continuity_event_duration = 2
        order = self._create_order(self.parent)
        sold = self._create_sold_order(self.parent)
        self.parent.write(
            {
                "continuity_program_id": self.next_club.id,
                "continuity_event_duration": 1,
            }
        )
        order.order_line.product_uom_qty = 2
        self.assertRecordValues(
            order.continuity_order_ids,
            [{"program_id": self.club.id, "event_duration": 2, "quantity": 2.0}],
        )
        self.assertEqual(order.order_line.price_unit, 60.0)
        with self.assertRaisesRegex(UserError, "cannot be changed any more"):
            sold.order_line.product_uom_qty = 2
        fresh = self._create_order(self.parent)
        self.assertEqual(fresh.continuity_order_ids.program_id, self.next_club)
        self.assertEqual(fresh.order_line.price_unit, 30.0)

    def test_closed_program_of_a_quotation(self):
        """What decides is the program that was offered, not that of the product."""
        order = self._create_order(self.parent)
        self._set_card(order)
        self.parent.continuity_program_id = self.next_club
        self.club.action_close()
        with self.assertRaisesRegex(UserError, "CLUB-26"):
            order.action_confirm()

    # === A PROGRAM FOR AN ORDINARY PRODUCT === #

    def test_open_quotation_refuses_a_program(self):
        order = self._create_order(self.service)
        with self.assertRaisesRegex(ValidationError, f"{order.name}.*of its own"):
            self.service.continuity_program_id = self.club
        order.action_cancel()
        self.service.continuity_program_id = self.club
        order.action_draft()
        self.assertEqual(order.continuity_order_ids.program_id, self.club)

    def test_quotation_of_another_seller_refuses_it(self):
        seller = self._create_user("other_seller", SELLER)
        order = self._create_order(self.service, user_id=seller.id)
        order.action_quotation_sent()
        with self.assertRaisesRegex(ValidationError, order.name):
            self.service.product_tmpl_id.continuity_program_id = self.club

    def test_parcel_that_sends_it_refuses_a_program(self):
        """A product that only parcels already planned send: no child could be made."""
        order = self._create_sold_order(self.parent)
        order.continuity_order_ids.shipment_ids[2].line_ids.product_id = self.service
        with self.assertRaisesRegex(
            ValidationError, f"ordinary product on {order.continuity_order_ids.name}"
        ):
            self.service.continuity_program_id = self.next_club

    def test_quantity_zero_refuses_nothing(self):
        self._create_order(self.service, quantity=0)
        self.service.continuity_program_id = self.club
        self.assertEqual(self.service.continuity_program_id, self.club)

    def test_confirmed_order_stays_ordinary(self):
        """25.00 that were sold are billed, and 2 x 25.00 as well."""
        order = self._create_order(self.service)
        order.action_confirm()
        self.service.continuity_program_id = self.club
        self.assertFalse(order.order_line.is_continuity_parent)
        invoice = order._create_invoices()
        self.assertEqual(invoice.amount_total, 25.0)
        order.order_line.product_uom_qty = 2
        self.assertRecordValues(
            order.order_line, [{"price_unit": 25.0, "price_total": 50.0}]
        )
        self.assertEqual(order.order_line.qty_to_invoice, 1.0)
        self.assertFalse(order.continuity_order_ids)

    def test_taken_back_from_a_confirmed_order(self):
        """1 -> 0 takes it back, and what was billed is credited; 0 -> 1 sells none."""
        order = self._create_order(self.service)
        billed = self._create_order(self.service)
        (order | billed).action_confirm()
        billed._create_invoices().action_post()
        self.service.continuity_program_id = self.club
        (order | billed).order_line.product_uom_qty = 0
        self.assertFalse((order | billed).continuity_order_ids)
        self.assertEqual(order.amount_total, 0.0)
        self.assertEqual(billed.order_line.qty_to_invoice, -1.0)
        self.assertEqual(billed._create_invoices(final=True).amount_total, 25.0)
        with self.assertRaisesRegex(UserError, "cannot be added"):
            order.order_line.product_uom_qty = 1

    def test_copy_of_an_ordinary_order(self):
        """25.00 was sold; the copy is a quotation of the series: 3 x 30.00."""
        order = self._create_order(self.service)
        order.action_confirm()
        self.service.continuity_program_id = self.club
        copy = order.copy()
        self.assertEqual(copy.continuity_order_ids.program_id, self.club)
        self.assertEqual(copy.amount_total, 90.0)
        self.assertEqual(order.amount_total, 25.0)

    def test_nothing_is_added_to_a_confirmed_order(self):
        order = self._create_order(self.service)
        order.order_line = [
            Command.create({"product_id": self.parent.id, "product_uom_qty": 0})
        ]
        order.action_confirm()
        line, optional = order.order_line
        with self.assertRaisesRegex(UserError, "cannot be added"):
            optional.product_uom_qty = 1
        with self.assertRaisesRegex(UserError, "cannot be added"):
            line.product_id = self.parent
        with self.assertRaisesRegex(UserError, "cannot be added"):
            order.order_line = [Command.create({"product_id": self.parent.id})]
