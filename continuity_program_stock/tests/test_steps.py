# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.continuity_program.tests.cases.credit import CancelCase


@tagged("post_install", "-at_install")
class TestSteps(CancelCase):
    """A parcel of 14.94 that is picked first, and sent after it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.warehouse = cls.env["stock.warehouse"].search(
            [("company_id", "=", cls.company.id)], limit=1
        )
        cls.warehouse.delivery_steps = "pick_ship"
        cls.packer = cls._create_user("steps_packer", "stock.group_stock_manager")

    def setUp(self):
        super().setUp()
        self.order = self._submit(self._create_club(code="CLUBA"))
        with freeze_time("2027-09-10 12:00:00"):
            self.child = self._create_child(self.order)

    def _do(self, picking, day="2027-09-11"):
        """The warehouse does one step."""
        with freeze_time(f"{day} 12:00:00"):
            for move in picking.move_ids:
                move.quantity = move.product_uom_qty
            picking.move_ids.picked = True
            picking.button_validate()
        self.assertEqual(picking.state, "done")

    def _pick(self):
        """Pick, and return the transfer that is to leave."""
        pick = self.child.picking_ids
        self.assertEqual(pick.location_dest_id, self.warehouse.wh_output_stock_loc_id)
        self._do(pick)
        return self.child.picking_ids - pick

    def test_picked_can_be_cancelled(self):
        """It stands in the house: what is to leave is cancelled with the child."""
        ship = self._pick()
        self.assertFalse(self.child.is_continuity_returnable)
        with self.assertRaisesRegex(UserError, "cancel it instead"):
            self.child.action_open_continuity_return()
        with freeze_time("2027-09-12 12:00:00"):
            self.child.with_user(self.seller).action_cancel()
        self.assertEqual(self.child.state, "cancel")
        self.assertEqual(ship.state, "cancel")
        self.assertEqual(self.order.shipment_ids[0].state, "cancelled")

    def test_picked_goes_with_the_series(self):
        """Whoever cancels the series is offered it, and it does not leave."""
        ship = self._pick()
        wizard = self._open_cancel(self.order, "2027-09-12")
        self.assertEqual(wizard.child_ids, self.child)
        with freeze_time("2027-09-12 12:00:00"):
            wizard.action_apply()
        self.assertEqual((self.child.state, ship.state), ("cancel", "cancel"))

    def test_sent_cannot_be_cancelled(self):
        """It has left for the customer: it comes back."""
        self._do(self._pick())
        with self.assertRaisesRegex(UserError, "have left the house"):
            self.child.with_user(self.seller).action_cancel()
        self.assertTrue(self.child.is_continuity_returnable)
        self.assertTrue(self.child.action_open_continuity_return())

    def test_taken_back_stays_sent(self):
        """What came back has left all the same: it was, or will be, invoiced."""
        ship = self._pick()
        self._do(ship)
        with freeze_time("2027-09-12 12:00:00"):
            wizard = self.env["stock.return.picking"].create({"picking_id": ship.id})
            wizard.product_return_moves.quantity = 1.0
            self._do(wizard._create_return(), "2027-09-12")
        with self.assertRaisesRegex(UserError, "have left the house"):
            self.child.action_cancel()

    # === ANOTHER ADDRESS === #

    def _move_to(self, address):
        self.order.with_user(self.seller).partner_shipping_id = address

    def _get_log(self):
        return " ".join(self.order.message_ids.mapped("body"))

    def test_another_address(self):
        """What has not been picked goes there; what has is named."""
        old = self.child.partner_shipping_id
        new = self.env["res.partner"].create(
            {"name": "New home", "type": "delivery", "parent_id": self.customer.id}
        )
        pick = self.child.picking_ids
        self._move_to(new)
        self.assertEqual(self.child.partner_shipping_id, new)
        self.assertEqual(pick.partner_id, new)
        self.assertFalse(pick.activity_ids, "nothing is left to do there")
        self.assertEqual(self.child.amount_total, 14.94)
        self.assertNotIn("Picked", self._get_log())
        ship = self._pick()
        self.assertEqual(ship.partner_id, new)
        self._move_to(old)
        self.assertEqual((self.child.partner_shipping_id, ship.partner_id), (new, new))
        self.assertRegex(self._get_log(), f"Picked.*New home.*{self.child.name}")

    def test_another_address_by_the_parent_order(self):
        """The series follows its order, and the parcel the series."""
        new = self.env["res.partner"].create(
            {"name": "New home", "type": "delivery", "parent_id": self.customer.id}
        )
        self.order.sale_order_id.partner_shipping_id = new
        self.assertEqual(self.child.partner_shipping_id, new)

    def test_another_address_of_what_left(self):
        """What has left went where it went; nothing is to be done about it."""
        old = self.child.partner_shipping_id
        ship = self._pick()
        self._do(ship)
        new = self.env["res.partner"].create(
            {"name": "New home", "type": "delivery", "parent_id": self.customer.id}
        )
        self._move_to(new)
        self.assertEqual((self.child.partner_shipping_id, ship.partner_id), (old, old))
        self.assertNotIn("Picked", self._get_log())
        # So does one that was sent elsewhere by hand
        with freeze_time("2027-10-01 12:00:00"):
            second = self._create_child(self.order, 2, date(2027, 10, 1))
        third = new.copy({"name": "Office"})
        second.partner_shipping_id = third
        self._move_to(old)
        self.assertEqual(second.partner_shipping_id, third)
