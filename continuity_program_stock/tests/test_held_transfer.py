# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from odoo.addons.continuity_program.tests.cases.billing import BillingCase
from odoo.addons.continuity_program.tests.common import MANAGER

STOCK = "stock.group_stock_user"
HELD = "must not leave"


@tagged("post_install", "-at_install")
@freeze_time("2027-09-10 12:00:00")
class TestHeldTransfer(BillingCase):
    """The ways by which people of the warehouse might let a held parcel out."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with freeze_time("2027-09-10 12:00:00"):
            cls.product = cls._create_club()
            cls.child = cls._sell()
            cls.other = cls._sell()
        cls.picking = cls.child.picking_ids
        cls.move = cls.picking.move_ids
        cls.line = cls.move.sale_line_id
        for order in (cls.child, cls.other):
            order.write(
                {"continuity_hold": True, "continuity_hold_reason": "wrong address"}
            )
        groups = STOCK
        if "delivery.carrier" in cls.env:
            # Odoo's delivery methods open no transfer to a worker without it
            groups += ",base.group_partner_manager"
        cls.worker = cls._create_user("held_worker", groups)
        cls.chief = cls._create_user("held_chief", f"{MANAGER},{STOCK}")
        cls.customers = cls.env.ref("stock.stock_location_customers")
        cls.warehouse = cls.picking.picking_type_id.warehouse_id
        cls.shelf = cls.warehouse.lot_stock_id

    @classmethod
    def _sell(cls):
        sale_order = cls._create_sold_order(cls.product, order_date=date(2027, 9, 10))
        cls._execute("create_child_orders", sale_order=sale_order)
        return sale_order.continuity_order_ids.child_order_ids

    def test_other_company(self):
        """Who asks about a line of a company he does not work in learns nothing."""
        company = self.env["res.company"].create({"name": "Other"})
        foreign = (
            self.env["sale.order"]
            .with_company(company)
            .create(
                {
                    "partner_id": self.child.partner_id.id,
                    "company_id": company.id,
                    "order_line": [
                        Command.create({"product_id": self.line.product_id.id})
                    ],
                }
            )
        )
        free = self._create_free()
        with self.assertRaises(AccessError):
            free.move_ids.with_user(self.worker).write(
                {"sale_line_id": foreign.order_line.id}
            )

    # === HELPERS === #

    def _send(self, pickings):
        """Pick and validate, as people do."""
        for move in pickings.move_ids.filtered(lambda m: m.state != "cancel"):
            move.quantity = move.product_uom_qty
            move.picked = True
        pickings.with_user(self.worker).with_context(
            skip_backorder=True
        ).button_validate()

    def _move_vals(self, **vals):
        return {
            "product_id": self.move.product_id.id,
            "product_uom_qty": 1.0,
            "product_uom": self.move.product_uom.id,
            "location_id": self.shelf.id,
            "location_dest_id": self.customers.id,
            **vals,
        }

    def _create_free(self, **vals):
        """A delivery of the same goods that belongs to nobody."""
        return (
            self.env["stock.picking"]
            .with_user(self.worker)
            .create(
                {
                    "picking_type_id": self.warehouse.out_type_id.id,
                    "location_id": self.shelf.id,
                    "location_dest_id": self.customers.id,
                    "move_ids": [Command.create(self._move_vals())],
                    **vals,
                }
            )
        )

    def _assert_held(self):
        self.env.invalidate_all()
        self.assertEqual(self.line.qty_delivered, 0.0)
        self.assertNotIn("done", self.line.move_ids.mapped("state"))
        self.assertTrue(self.picking.is_continuity_blocked)

    # === WHAT STAYS POSSIBLE === #

    def test_goods_that_are_made(self):
        """Manufacturing makes the goods of a held order; they come into the house."""
        production = self.env["stock.location"].search(
            [("usage", "=", "production"), ("company_id", "=", self.company.id)],
            limit=1,
        )
        moves = self.env["stock.move"].with_user(self.worker)
        for where, is_held in ((self.shelf, False), (self.customers, True)):
            made = moves.create(
                self._move_vals(location_id=production.id, location_dest_id=where.id)
            )
            made._action_confirm()
            if is_held:
                with self.assertRaisesRegex(UserError, HELD):
                    made.sale_line_id = self.line
                made.sudo().sale_line_id = self.line
            else:
                # As Odoo does when a production is confirmed
                made.sale_line_id = self.line
            made.write({"quantity": 1.0, "picked": True})
            if is_held:
                with self.assertRaisesRegex(UserError, HELD):
                    made._action_done()
            else:
                made._action_done()
                self.assertEqual(made.state, "done")
        self.env.invalidate_all()
        self.assertEqual(self.line.qty_delivered, 0.0)
        self.assertTrue(self.picking.is_continuity_blocked)

    # === THE WAYS === #

    def test_ways_that_are_refused(self):
        mine = self.move.with_user(self.worker)
        moves = self.env["stock.move"].with_user(self.worker)
        receipt = self.warehouse.in_type_id
        suppliers = self.env.ref("stock.stock_location_suppliers")
        in_rule = self.env["stock.rule"].search(
            [("picking_type_id", "=", receipt.id)], limit=1
        )
        done = self._create_free()
        self._send(done)
        self.assertEqual(done.state, "done")
        ways = {
            "rule": lambda: mine.write({"rule_id": False}),
            "other rule": lambda: mine.write({"rule_id": in_rule.id or False}),
            "receipt": lambda: (
                mine.picking_id.write({"picking_type_id": receipt.id}),
                mine.write({"rule_id": False, "location_id": suppliers.id}),
            ),
            "no transfer": lambda: (
                mine.write({"picking_id": False}),
                mine.write({"state": "done"}),
            ),
            "no transfer at once": lambda: mine.write(
                {"picking_id": False, "state": "done"}
            ),
            "other transfer": lambda: (
                mine.write({"picking_id": done.id}),
                mine.write({"state": "done"}),
            ),
            "made as done": lambda: moves.create(
                self._move_vals(sale_line_id=self.line.id, state="done")
            ),
            "made in a done transfer": lambda: moves.create(
                self._move_vals(sale_line_id=self.line.id, picking_id=done.id)
            ),
            "counted afterwards": lambda: done.move_ids.write(
                {"sale_line_id": self.line.id}
            ),
            "counted by the transfer": lambda: done.write({"sale_id": self.child.id}),
            "counted by the order": lambda: self.line.with_user(self.worker).write(
                {"move_ids": [Command.link(done.move_ids.id)]}
            ),
            "copied": lambda: mine.copy({"state": "done", "rule_id": False}),
            "said by the order": lambda: self.line.with_user(self.chief).write(
                {"qty_delivered": 1.0}
            ),
            "said by hand": lambda: self.line.with_user(self.chief).write(
                {"qty_delivered_method": "manual", "qty_delivered": 1.0}
            ),
            "as return": lambda: mine.write({"origin_returned_move_id": mine.id}),
            "other goods": lambda: mine.write({"product_id": self.goods_b.id}),
        }
        for way, use in ways.items():
            with (
                self.subTest(way),
                self.assertRaisesRegex(UserError, f"{HELD}|cannot be typed"),
                self.env.cr.savepoint(),
            ):
                use()
                self.env.flush_all()
            self._assert_held()

    def test_returned_to_the_customer(self):
        """A return of a return goes to the customer, and is asked like a parcel."""
        self.child.continuity_hold = False
        self._send(self.picking)
        self.assertEqual(self.line.qty_delivered, 1.0)
        back = self._return(self.picking)
        self.child.continuity_hold = True
        self.child.continuity_hold_reason = "wrong address"
        self._send(back)
        self.assertEqual(back.state, "done", "what comes back is never kept out")
        again = self._return(back)
        with self.assertRaisesRegex(UserError, HELD):
            self._send(again)
        self.assertTrue(again.continuity_block)

    def _return(self, picking):
        wizard = (
            self.env["stock.return.picking"]
            .with_user(self.worker)
            .with_context(active_id=picking.id, active_model="stock.picking")
            .create({"picking_id": picking.id})
        )
        wizard.product_return_moves.quantity = 1.0
        return self.env["stock.picking"].browse(
            wizard.action_create_returns()["res_id"]
        )

    def test_untied_goods_in_the_transfer(self):
        """Odoo counts other goods for the order of the transfer when they are done."""
        mine = self.picking.with_user(self.worker)
        mine.move_ids.write({"state": "cancel"})
        mine.write({"move_ids": [Command.create(self._move_vals())]})
        with self.assertRaisesRegex(UserError, HELD):
            self._send(self.picking)
        self.assertEqual(self.line.qty_delivered, 0.0)

    def test_transfer_that_names_the_order(self):
        """By its reference only, without the line."""
        reference = self.picking.reference_ids
        self.assertEqual(reference.sale_ids, self.child)
        free = self._create_free()
        free.move_ids.reference_ids = reference
        with self.assertRaisesRegex(UserError, HELD):
            self._send(free)
        self._assert_held()
        # Goods of nobody leave as ever
        free = self._create_free()
        self._send(free)
        self.assertEqual(free.state, "done")

    def test_override_is_for_its_orders(self):
        """A held parcel that joins one which may leave is looked at by itself."""
        allowed = self.other.picking_ids
        allowed.with_user(self.chief)._continuity_override("he is in the shop")
        self.assertFalse(allowed.is_continuity_blocked)
        self.move.with_user(self.worker).picking_id = allowed
        self.assertFalse(allowed.continuity_override_reason)
        self.assertIn(self.child.name, allowed.message_ids[0].body)
        with self.assertRaisesRegex(UserError, HELD):
            self._send(allowed)
        # Allowed for both, and more of the same
        allowed.with_user(self.chief)._continuity_override("both")
        self.env["stock.move"].with_user(self.worker).create(
            self._move_vals(sale_line_id=self.line.id, picking_id=allowed.id)
        )
        self.assertEqual(allowed.continuity_override_reason, "both")
        self._send(allowed)
        self.assertEqual(allowed.state, "done")

    def test_emptied_before_it_joins(self):
        allowed = self.other.picking_ids
        allowed.with_user(self.chief)._continuity_override("he is in the shop")
        allowed.move_ids.with_user(self.worker).picking_id = False
        self.move.with_user(self.worker).picking_id = allowed
        self.assertFalse(allowed.continuity_override_reason)

    def test_free_parcel(self):
        """What is not held is written and sent as ever."""
        self.child.continuity_hold = False
        mine = self.move.with_user(self.worker)
        other_shelf = self.env["stock.location"].create(
            {"name": "Shelf 2", "location_id": self.shelf.id}
        )
        mine.picking_id.location_id = other_shelf
        mine.write({"date": "2027-09-11 08:00:00", "sale_line_id": self.line.id})
        self._send(self.picking)
        self.assertEqual(self.line.qty_delivered, 1.0)
