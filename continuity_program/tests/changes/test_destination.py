# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged

from ..cases.close import CloseCase
from ..common import SELLER_ALL


@tagged("post_install", "-at_install")
class TestDestination(CloseCase):
    """C5 *other country or fiscal position*, D-9: refused once it is billed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_currency("EUR")
        cls.company.country_id = cls.env.ref("base.be")
        cls.customer.country_id = cls.env.ref("base.be")
        cls.antwerp, cls.lille, cls.island = cls.env["res.partner"].create(
            [
                {
                    "name": name,
                    "type": "delivery",
                    "parent_id": cls.customer.id,
                    "country_id": cls.env.ref(f"base.{country}").id,
                    "zip": code,
                }
                for name, country, code in (
                    ("Antwerp", "be", "2000"),
                    ("Lille", "fr", "59000"),
                    ("Island", "be", "9999"),
                )
            ]
        )
        # A part of the country with taxes of its own
        cls.env["account.fiscal.position"].create(
            {
                "name": "Islands",
                "auto_apply": True,
                "country_id": cls.env.ref("base.be").id,
                "zip_from": "9990",
                "zip_to": "9999",
                "company_id": cls.company.id,
            }
        )
        cls.club = cls._create_club(bill_upfront=True)
        cls.clerk = cls._create_user("destination_seller", SELLER_ALL)

    def test_same_country(self):
        """Antwerp is taxed as before; the next parcel goes there, at 12.35 and 0.00."""
        order = self._submit(self.club)
        order.with_user(self.clerk).partner_shipping_id = self.antwerp
        child = self._ship(order, 1, "2027-09-10")
        self.assertEqual(child.partner_shipping_id, self.antwerp)
        self.assertEqual(child.amount_total, 0.0)

    def test_other_country(self):
        order = self._submit(self.club)
        with self.assertRaisesRegex(
            UserError, rf"{order.name}.* taxes of .*Belgium.* sent to .*Lille.*France"
        ):
            order.with_user(self.clerk).partner_shipping_id = self.lille
        self.assertNotEqual(order.partner_shipping_id, self.lille)

    def test_other_fiscal_position(self):
        order = self._submit(self.club)
        with self.assertRaisesRegex(UserError, "taxed differently"):
            order.partner_shipping_id = self.island

    def test_by_the_parent_order(self):
        """The continuity order would follow, so its order is refused, too."""
        order = self._submit(self.club)
        with self.assertRaisesRegex(UserError, "taxed differently"):
            order.sale_order_id.partner_shipping_id = self.lille

    def test_by_the_child_order(self):
        order = self._submit(self.club)
        child = self._ship(order, 1, "2027-09-10")
        child.partner_shipping_id = self.antwerp
        with self.assertRaisesRegex(UserError, "taxed differently"):
            child.partner_shipping_id = self.lille

    def test_by_the_child_order_with_its_state(self):
        """The state beside the address, as an import writes it, opens no door."""
        child = self._ship(self._submit(self.club), 1, "2027-09-10")
        with self.assertRaisesRegex(UserError, "taxed differently"):
            child.write({"state": child.state, "partner_shipping_id": self.lille.id})
        self.assertNotEqual(child.partner_shipping_id, self.lille)

    def test_before_the_invoice(self):
        """D-1: the money was taken with these taxes, the invoice comes later."""
        self.company.continuity_upfront_invoicing = "shipment"
        order = self._submit(self.club)
        self.assertFalse(order.upfront_invoice_id)
        with self.assertRaisesRegex(UserError, "taxed differently"):
            order.partner_shipping_id = self.lille

    def test_draft(self):
        """Nothing is billed yet: the customer may still move."""
        order = self._quote(self.club).continuity_order_ids
        order.partner_shipping_id = self.lille
        self.assertEqual(order.partner_shipping_id, self.lille)

    def test_paid_per_shipment(self):
        """N4: other orders take the taxes of the day their child is made."""
        order = self._submit(self._create_club("PLAIN"))
        order.partner_shipping_id = self.lille
        child = self._ship(order, 1, "2027-09-10")
        self.assertEqual(child.partner_shipping_id, self.lille)

    def test_child_that_waits(self):
        """A parcel that has not left goes there, too, with the taxes of its day."""
        order = self._submit(self._create_club("PLAIN"))
        with freeze_time("2027-09-10 12:00:00"):
            child = self._create_child(order)
        position = child.fiscal_position_id
        order.with_user(self.clerk).partner_shipping_id = self.island
        self.assertEqual(child.partner_shipping_id, self.island)
        self.assertNotEqual(position.name, "Islands")
        self.assertEqual(child.fiscal_position_id, position)
        self.assertEqual(child.amount_total, 14.94)

    def test_all_that_has_ended(self):
        """A closed order sends nothing any more."""
        order = self._submit(self.club)
        self._live(order)
        self.assertEqual(order.state, "closed")
        order.partner_shipping_id = self.lille
        self.assertEqual(order.partner_shipping_id, self.lille)

    def test_delivery_charge_of_the_program(self):
        """C5, N42: 3.95 with each shipment: 69.80 + 14.66 = 84.46; two pairs of lines.

        It is a product of the event, and ends with it.
        """
        charge = self.env["product.product"].create(
            {
                **self._goods_vals("Delivery", 3.95),
                "type": "service",
                "taxes_id": [Command.set(self.vat.ids)],
                "property_account_income_id": self.revenue_account.id,
            }
        )
        for event in self.club.continuity_program_id.event_ids:
            event.line_ids = [Command.create({"product_id": charge.id, "quantity": 1})]
        order = self._submit(self.club)
        invoice = order.upfront_invoice_id
        self.assertEqual(
            (invoice.amount_untaxed, invoice.amount_tax, invoice.amount_total),
            (69.80, 14.66, 84.46),
        )
        child = self._ship(order, 1, "2027-09-10")
        lines = child.order_line.sorted("sequence")
        self.assertEqual(lines.mapped("price_subtotal"), [12.35, -12.35, 3.95, -3.95])
        self.assertEqual(child.amount_total, 0.0)
        self._run("2027-09-10")
        self.assertEqual(self._get_prepayment(order), -53.50)
        for number, day in ((2, "2027-10-01"), (3, "2027-10-22")):
            self._ship(order, number, day)
            self._run(day)
        self.assertEqual(self._get_prepayment(order), 0.0)
        self.assertEqual(order.state, "closed")
