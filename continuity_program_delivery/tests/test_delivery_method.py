# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import Form, freeze_time, tagged

from odoo.addons.continuity_program.tests.cases.update import UpdateCase
from odoo.addons.continuity_program.tests.common import SELLER


@tagged("post_install", "-at_install")
class TestDeliveryMethod(UpdateCase):
    """Rules N43, N44, N42: how the parcels of a program travel."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.post = cls._create_carrier("Post")
        cls.bike = cls._create_carrier("Bike")
        cls.drone = cls._create_carrier("Drone")
        (cls.event_a | cls.event_b).carrier_id = cls.post

    @classmethod
    def _create_carrier(cls, name, **values):
        product = cls.env["product.product"].create(
            {
                "name": name,
                "type": "service",
                "list_price": 5.0,
                "taxes_id": [Command.clear()],
            }
        )
        return cls.env["delivery.carrier"].create(
            {"name": name, "product_id": product.id, "fixed_price": 5.0, **values}
        )

    def _get_carriers(self, order):
        rows = order.shipment_ids.sorted("number")
        return [row.carrier_id.name or "" for row in rows]

    def _ship(self, order, day):
        with freeze_time(f"{day} 12:00:00"):
            self._execute("create_child_orders", sale_order=order.sale_order_id)
        return order.child_order_ids.sorted("id")[-1]

    def test_from_the_event_to_the_transfer(self):
        """Events A and B by post, C by nothing; so their children, so the transfers."""
        order = self._sell()
        self.assertEqual(self._get_carriers(order), ["Post", "Post", ""])
        child = order.child_order_ids
        self.assertEqual(child.carrier_id, self.post)
        self.assertEqual(child.picking_ids.carrier_id, self.post)
        self.assertEqual(child.order_line.product_id, self.goods_a)
        self._ship(order, "2027-10-10")
        last = self._ship(order, "2027-11-09")
        self.assertEqual(len(order.child_order_ids), 3)
        self.assertFalse(last.carrier_id)
        self.assertFalse(last.picking_ids.carrier_id)

    def test_a_choice_for_one_customer(self):
        """Shipment 2 by bike, typed by the seller, in the form."""
        seller = self._create_user("delivery_seller", SELLER)
        order = self._sell(user_id=seller.id)
        shipment = order.shipment_ids[1].with_user(seller)
        view = "continuity_program.continuity_shipment_view_form"
        with Form(shipment, view) as form:
            form.carrier_id = self.bike
        self.assertTrue(shipment.carrier_changed)
        self.assertTrue(shipment.is_customized)
        self.assertFalse(shipment.schedule_changed)
        self.assertEqual(self._ship(order, "2027-10-10").carrier_id, self.bike)
        with self.assertRaisesRegex(UserError, "has its child order"):
            shipment.carrier_id = self.drone

    def test_draft_keeps_the_choice_until_it_is_undone(self):
        sale_order = self._create_order(self.product)
        order = sale_order.continuity_order_ids
        seller = self._create_user("delivery_seller", SELLER)
        sale_order.user_id = seller
        shipment = order.shipment_ids[0].with_user(seller)
        shipment.carrier_id = self.bike
        self.event_b.carrier_id = self.drone
        order._plan()
        self.assertEqual(self._get_carriers(order), ["Bike", "Drone", ""])
        shipment.action_undo_change()
        self.assertEqual(self._get_carriers(order), ["Post", "Drone", ""])
        self.assertFalse(shipment.carrier_changed)

    def test_kept_by_the_extension(self):
        """Event A until cancelled: what follows the bike goes by bike, not by drone."""
        self.company.continuity_repeat_threshold = 2
        program = self._create_program(
            "ENDLESS",
            events=[
                self._event_vals(
                    self.goods_a, days=30, repeat_count=-1, carrier_id=self.post.id
                )
            ],
        )
        order = self._sell(self._create_parent_product(program, name="Endless"))
        self.assertEqual(self._get_carriers(order), ["Post"] * 3)
        seller = self._create_user("delivery_seller", SELLER)
        order.sale_order_id.user_id = order.user_id = seller
        order.shipment_ids.sorted("number")[-1].with_user(seller).carrier_id = self.bike
        program.event_ids.carrier_id = self.drone
        self._ship(order, "2027-10-10")
        with freeze_time("2027-10-11 12:00:00"):
            self._execute("extend_lines", sale_order=order.sale_order_id)
        self.assertEqual(self._get_carriers(order), ["Post", "Post", "Bike", "Bike"])

    def test_changed_by_the_update(self):
        """A has left, B by bike for the customer; C follows the event, told so."""
        order, other = self._sell(), self._sell()
        order.shipment_ids[1].write({"carrier_id": self.bike.id, "is_customized": True})
        self.program.event_ids.carrier_id = self.drone
        self._update()
        self.assertEqual(self._get_carriers(order), ["Post", "Bike", "Drone"])
        self.assertEqual(self._get_carriers(other), ["Post", "Drone", "Drone"])
        note = other.message_ids[0].body
        self.assertIn("Goods C of 11/09/2027: delivery method Drone", note)
        kept = order.message_ids[0].body
        self.assertIn("it was changed for the customer", kept)

    def test_changed_by_the_update_up_front(self):
        """N44: the delivery method is no money; prepaid rows follow, too."""
        program = self._create_program("UPFRONT", bill_upfront=True)
        order = self._sell(self._create_parent_product(program, name="Upfront"))
        program.event_ids.carrier_id = self.drone
        self._update(program)
        self.assertEqual(self._get_carriers(order), ["", "Drone", "Drone"])

    def test_release_is_withdrawn_and_change_is_logged(self):
        self._sell()
        self._release()
        self.event_b.carrier_id = self.bike
        self.assertFalse(self.program.update_requested_at)
        notes = self.program.message_ids.mapped("body")
        self.assertTrue(
            any("Event 2, Delivery method: Post → Bike" in note for note in notes)
        )

    def test_no_charge_on_a_prepaid_child(self):
        """N42: the dialog sets the method only; real costs are no line either."""
        program = self._create_program("UPFRONT", bill_upfront=True)
        order = self._sell(self._create_parent_product(program, name="Upfront"))
        child = order.child_order_ids
        lines = child.order_line
        self.bike.invoice_policy = "real"
        child.set_delivery_line(self.bike, 5.0)
        self.assertEqual(child.carrier_id, self.bike)
        self.assertEqual(child.picking_ids.carrier_id, self.bike)
        child.picking_ids.carrier_price = 5.0
        child.picking_ids._add_delivery_cost_to_so()
        self.assertEqual(child.order_line, lines)
        self.assertEqual(child.amount_total, 0.0)

    def test_charge_on_a_child_that_is_paid_by_itself(self):
        """N42: on A and B the normal rules apply."""
        child = self._sell().child_order_ids
        child.set_delivery_line(self.bike, 5.0)
        self.assertEqual(child.amount_total, 35.0)
        self.assertEqual(child.picking_ids.carrier_id, self.bike)

    def test_parcel_number_and_page_of_the_carrier(self):
        picking = self.env["stock.picking"].new({"carrier_tracking_ref": "1Z42"})
        for url, shown in (
            ("https://carrier.example/1Z42", "https://carrier.example/1Z42"),
            ("javascript:alert(1)", ""),
            (False, ""),
        ):
            picking.carrier_tracking_url = url
            self.assertEqual(picking._get_continuity_tracking(), ("1Z42", shown))

    def test_customer_is_found_by_the_number_of_the_parcel(self):
        """As it is printed, with blanks, in small letters; by whoever sold him."""
        order = self._sell()
        picking = order.child_order_ids.picking_ids
        picking.carrier_tracking_ref = "1Z999AA10123456784, 1Z999AA10123456790"
        stranger = self._create_user("delivery_stranger", SELLER)
        service = self.env["continuity.customer.service"].with_user(stranger)
        for term, found in (
            ("1Z999AA10123456784", order.partner_id.ids),
            ("1z 999 aa1 0123456790", order.partner_id.ids),
            ("23456784", order.partner_id.ids),
            # Too little to be the number of a parcel; and none of them
            ("3456784", []),
            ("1Z999AA10123456791", []),
            ("1Z_99AA10123456784", []),
        ):
            with self.subTest(term):
                rows = service.search_customers(term)["customers"]
                self.assertEqual([row["id"] for row in rows], found)
        company = self.env["res.company"].create({"name": "Elsewhere"})
        stranger.write({"company_ids": company.ids, "company_id": company.id})
        self.assertFalse(service.search_customers("1Z999AA10123456784")["customers"])

    def test_other_company(self):
        other = self.env["res.company"].create({"name": "Other"})
        self.bike.product_id.company_id = other
        self.bike.company_id = other
        with self.assertRaisesRegex((UserError, ValidationError), "Bike"):
            self.event_a.carrier_id = self.bike
