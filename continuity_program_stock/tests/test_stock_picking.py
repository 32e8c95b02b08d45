# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.modules.migration import load_script
from odoo.tests import Form, tagged
from odoo.tools import file_path

from odoo.addons.continuity_program.tests.common import MANAGER, SELLER

from .transfer_case import TransferCase

STOCK = "stock.group_stock_user"


@tagged("post_install", "-at_install")
@freeze_time("2027-09-10 12:00:00")
class TestStockPicking(TransferCase):
    """Transfers of child orders: when they may leave (BR9, N18, N55)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with freeze_time("2027-09-10 12:00:00"):
            groups = STOCK
            if "delivery.carrier" in cls.env:
                # Odoo's delivery methods open no transfer to a worker who may not read
                # their zip prefixes, which come with this group
                groups += ",base.group_partner_manager"
            cls.worker = cls._create_user("transfer_worker", groups)
        cls.block = (
            f"{cls.child.name}: payment {cls.row.display_name} of 9.96\xa0€, due on"
            " 09/10/2027, is not secured (Scheduled)"
        )

    def _pick(self, pickings, quantity=None):
        for move in pickings.move_ids:
            move.quantity = quantity or move.product_uom_qty
            move.picked = True

    def _search(self, domain):
        pickings = self.env["stock.picking"].with_user(self.worker)
        return pickings.search([("id", "=", self.picking.id), *domain])

    # === THE BLOCK === #

    def test_block(self):
        """A row that is due and only scheduled: the parcel stays (N18)."""
        self._pick(self.picking)
        picking = self.picking.with_user(self.worker)
        self.assertEqual(picking.continuity_block, self.block)
        with self.assertRaisesRegex(
            UserError, f"- {picking.name}: {self.child.name}: payment"
        ):
            picking.button_validate()
        with self.assertRaises(UserError):
            picking._action_done()
        self.assertEqual(picking.state, "assigned")
        self.row.state = "paid"
        self.assertFalse(picking.is_continuity_blocked)
        picking.button_validate()
        self.assertEqual(picking.state, "done")
        self.row.state = "declined"
        self.assertFalse(picking.is_continuity_blocked, "it has left")

    def test_where_the_parcel_is_is_told_with_the_rights_of_the_order(self):
        """A seller opens no transfer: child order, series and screen say it."""
        seller = self._create_user("transfer_seller", SELLER)
        stranger = self._create_user("transfer_stranger", SELLER)
        (self.sale_order | self.child).user_id = seller
        self.order.user_id = seller
        shipment = self.child.continuity_shipment_ids[:1] or self.order.shipment_ids[0]
        shipment, child = shipment.with_user(seller), self.child.with_user(seller)
        self.assertIn("Not sent:", shipment.delivery_text)
        self.row.state = "paid"
        self.env.invalidate_all()
        self.assertIn("Ready to be sent, planned for", shipment.delivery_text)
        self._pick(self.picking)
        self.picking.button_validate()
        self.env.invalidate_all()
        self.assertIn("Sent on Fri 10 Sep 2027", shipment.delivery_text)
        self.assertIn("Sent on Fri 10 Sep 2027", str(child.continuity_delivery_html))
        service = self.env["continuity.customer.service"].with_user(seller)
        (card,) = service.get_customer(self.customer.id)["series"]
        self.assertIn("Sent on Fri 10 Sep 2027", card["last"][0]["text"])
        with self.assertRaises(AccessError):
            shipment.with_user(stranger)._get_delivery_values()
        with self.assertRaises(AccessError):
            child.with_user(stranger).read(["continuity_delivery_html"])
        self.assertFalse(self.sale_order.continuity_delivery_html)

    def test_nobody_types_the_override(self):
        """The block is set aside by its action: with a name, a reason and a line."""
        manager = self._create_user("transfer_chief", f"{MANAGER},{STOCK}")
        for user in (self.worker, manager):
            picking = self.picking.with_user(user)
            for name, value in (
                ("continuity_override_reason", "please"),
                ("continuity_override_reason", False),
                ("continuity_order_id", False),
                ("continuity_product_id", False),
            ):
                with (
                    self.subTest(user=user.login, field=name, value=value),
                    self.assertRaisesRegex(UserError, "cannot be typed"),
                ):
                    picking.write({name: value})
        forged = self.env["stock.picking"].with_user(self.worker)
        with self.assertRaisesRegex(UserError, "cannot be typed"):
            forged.with_context(default_continuity_override_reason="please").create(
                {"picking_type_id": self.picking.picking_type_id.id}
            )
        self.assertTrue(self.picking.is_continuity_blocked)
        # What the warehouse types of its own
        self.picking.with_user(self.worker).note = "fragile"
        before = len(self.picking.message_ids)
        self.picking.with_user(manager)._continuity_override("promised on the phone")
        self.assertEqual(
            self.picking.continuity_override_reason, "promised on the phone"
        )
        self.assertGreater(len(self.picking.message_ids), before)

    def test_the_warehouse_sells_nothing(self):
        """Odoo lets it write orders; programs are sold by sellers."""
        quotation = self._create_order(self.sale_order.order_line.product_id)
        worker = self.worker
        with self.assertRaisesRegex(AccessError, "a seller confirms it"):
            quotation.with_user(worker).action_confirm()
        with self.assertRaisesRegex(UserError, "Submit it"):
            quotation.with_user(worker).write({"state": "sale"})
        for name in ("continuity_order_id", "continuity_parent_id", "continuity_type"):
            with self.assertRaisesRegex(UserError, "cannot be typed"):
                self.child.with_user(worker).write({name: False})
        self.assertEqual(quotation.state, "draft")

    def test_nobody_unties_the_goods(self):
        """Of which order goods are, and that they leave, is not for the warehouse."""
        other = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "order_line": [Command.create({"product_id": self.goods_a.id})],
            }
        )
        other.action_confirm()
        move = self.picking.move_ids.with_user(self.worker)
        for vals in (
            {"sale_line_id": False},
            {"sale_line_id": other.order_line.id},
            {"origin_returned_move_id": other.picking_ids.move_ids.id},
        ):
            with (
                self.subTest(vals=vals),
                self.assertRaisesRegex(UserError, "goods of a continuity program"),
            ):
                move.write(vals)
        for sale_order in (self.env["sale.order"], other):
            with (
                self.subTest(sale_order=sale_order),
                self.assertRaisesRegex(UserError, "goods of a continuity program"),
            ):
                move.picking_id.sale_id = sale_order
        for records in (move, move.picking_id):
            with (
                self.subTest(records=records),
                self.assertRaisesRegex(UserError, "must not leave"),
            ):
                records.write({"state": "done"})
        # What stays as it is, and what is no goods of a program, may be written
        move.write({"sale_line_id": move.sale_line_id.id})
        other.picking_ids.move_ids.with_user(self.worker).sale_line_id = False

    def test_no_receipt_by_name(self):
        """Goods that leave the house leave it, whatever the transfer is called."""
        warehouse = self.picking.picking_type_id.warehouse_id
        picking = self.picking.with_user(self.worker)
        picking.picking_type_id = warehouse.in_type_id
        self.assertEqual(picking.picking_type_code, "incoming")
        self._pick(self.picking)
        self.assertEqual(picking.continuity_block, self.block)
        self.assertTrue(self._search([("is_continuity_blocked", "=", True)]))
        with self.assertRaisesRegex(UserError, "must not leave"):
            picking.button_validate()
        # Goods that are bought for the order come in
        suppliers = self.env.ref("stock.stock_location_suppliers")
        self.picking.move_ids.write(
            {
                "location_id": suppliers.id,
                "location_dest_id": warehouse.lot_stock_id.id,
                "rule_id": False,
            }
        )
        picking.invalidate_recordset()
        self.assertFalse(picking.continuity_block)
        self.assertFalse(self._search([("is_continuity_blocked", "=", True)]))

    def test_on_account_never_blocks(self):
        """N18: a bill is a bill, whatever has become of it."""
        self.customer.continuity_allow_on_account = True
        self.order.payment_method = "on_account"
        for state in ("scheduled", "billed", "declined"):
            self.row.state = state
            self.assertFalse(self.picking.continuity_block, state)
        self._pick(self.picking)
        self.picking.with_user(self.worker).button_validate()
        self.assertEqual(self.picking.state, "done")

    def test_all_blocked_are_named(self):
        """Together with others: all that are blocked are named, nothing leaves."""
        other = self._create_sold_order(self.sale_order.order_line.product_id)
        self._execute("create_child_orders", sale_order=other)
        order = other.continuity_order_ids
        free = order.child_order_ids.picking_ids
        order.payment_ids[1].due_date = date(2027, 9, 11)
        self._pick(self.picking | free)
        self.assertFalse(free.continuity_block)
        with self.assertRaises(UserError) as caught:
            (self.picking | free)._action_done()
        self.assertIn(f"- {self.picking.name}: {self.block}", str(caught.exception))
        self.assertNotIn(free.name, str(caught.exception))
        self.assertEqual(free.state, "assigned")
        with freeze_time("2027-09-11 12:00:00"):
            free.invalidate_recordset()
            self.assertTrue(free.is_continuity_blocked)

    def test_search(self):
        """The list filters what is blocked, for people without any other right."""
        self.assertTrue(self._search([("is_continuity_blocked", "=", True)]))
        self.assertFalse(self._search([("is_continuity_blocked", "=", False)]))
        self.row.state = "authorized"
        self.row.transaction_id = self.order.payment_ids[0].transaction_id
        self.assertFalse(self._search([("is_continuity_blocked", "=", True)]))
        self.assertTrue(self._search([("is_continuity_blocked", "!=", True)]))
        self.row.transaction_id = False
        self.assertTrue(self._search([("is_continuity_blocked", "=", True)]))
        self.picking._continuity_override("so be it")
        self.assertFalse(self._search([("is_continuity_blocked", "=", True)]))

    def test_search_item(self):
        """Filter by continuity item and by program."""
        program = self.order.program_id
        self.assertTrue(self._search([("continuity_product_id", "ilike", "CLUB")]))
        self.assertFalse(self._search([("continuity_product_id", "ilike", "TEA")]))
        self.assertTrue(self._search([("continuity_program_name", "=", program.name)]))
        self.assertFalse(self._search([("continuity_program_name", "=", "Tea")]))
        ordinary = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "order_line": [Command.create({"product_id": self.goods_a.id})],
            }
        )
        ordinary.action_confirm()
        self.assertFalse(ordinary.picking_ids.continuity_product_id)
        self.assertFalse(ordinary.picking_ids.continuity_block)

    def test_worker_sees_text_only(self):
        """N55: the screens of the warehouse, by somebody without any other right."""
        with self.assertRaises(AccessError):
            self.row.with_user(self.worker).read(["amount"])
        with self.assertRaises(AccessError):
            self.order.with_user(self.worker).read(["name"])
        with Form(self.picking.with_user(self.worker)) as form:
            self.assertTrue(form.is_continuity_blocked)
            self.assertEqual(form.continuity_block, self.block)
        names = ["name", "continuity_block", "continuity_product_id"]
        specification = {name: {} for name in names}
        specification["continuity_product_id"] = {"fields": {"display_name": {}}}
        (values,) = self.picking.with_user(self.worker).web_read(specification)
        self.assertEqual(values["continuity_product_id"]["display_name"], "CLUB")

    def test_hold(self):
        """*Do not process*: the parent's hold keeps the parcel, too."""
        self.row.state = "paid"
        self.sale_order.action_continuity_hold("stolen card")
        self.picking.invalidate_recordset()
        self.assertEqual(
            self.picking.continuity_block,
            f"{self.child.name}: {self.sale_order.name} is on hold (do not process):"
            " stolen card",
        )
        self.assertTrue(self._search([("is_continuity_blocked", "=", True)]))

    # === OVERRIDE === #

    def test_override(self):
        """A sales administrator lets it leave, with a reason; nobody else."""
        for groups in (STOCK, SELLER):
            user = self._create_user(f"no_{groups}", groups)
            with self.assertRaisesRegex(AccessError, "sales administrator"):
                self.picking.with_user(user)._continuity_override("please")
        manager = self._create_user("transfer_manager", MANAGER)
        action = self.picking.with_user(manager).action_continuity_override()
        override = self.env["continuity.override"].with_user(manager)
        with Form(override.browse(action["res_id"])) as dialog:
            self.assertEqual(dialog.text, f"{self.picking.name}: {self.block}")
            dialog.reason = "a good customer"
        dialog.record.action_apply()
        self.assertFalse(self.picking.is_continuity_blocked)
        note = self.picking.message_ids[0]
        self.assertEqual(note.author_id, manager.partner_id)
        self.assertIn("Reason: a good customer", note.body)
        with self.assertRaisesRegex(UserError, "None of them is blocked"):
            self.picking.with_user(manager)._continuity_override("again")
        self._pick(self.picking, 1.0)
        self.picking.with_user(self.worker).with_context(
            skip_backorder=True
        ).button_validate()
        self.assertEqual(self.picking.state, "done")
        # The rest is looked at anew
        rest = self.child.picking_ids - self.picking
        self.assertEqual(rest.move_ids.product_uom_qty, 1.0)
        self.assertFalse(rest.continuity_override_reason)
        self.assertTrue(rest.is_continuity_blocked)

    def _allow(self):
        manager = self._create_user("transfer_manager", MANAGER)
        self.picking.with_user(manager)._continuity_override("a good customer")
        self.assertFalse(self.picking.is_continuity_blocked)
        return manager

    def _check_blocked(self, *texts):
        """The reason stands, and what came later is held back all the same."""
        self.picking.invalidate_recordset()
        self.assertEqual(self.picking.continuity_override_reason, "a good customer")
        self.assertTrue(self.picking.is_continuity_blocked)
        self.assertTrue(self._search([("is_continuity_blocked", "=", True)]))
        for text in texts:
            self.assertIn(text, self.picking.continuity_block)
        self._pick(self.picking)
        with self.assertRaisesRegex(UserError, "must not leave"):
            self.picking.with_user(self.worker).button_validate()

    def test_override_is_no_override_of_a_later_hold(self):
        """A payment was set aside; then somebody puts the order on hold."""
        manager = self._allow()
        self.sale_order.write(
            {"continuity_hold": True, "continuity_hold_reason": "stolen card"}
        )
        self._check_blocked("stolen card")
        self.assertNotIn("payment", self.picking.continuity_block)
        self.picking.with_user(manager)._continuity_override("he was here")
        self.assertFalse(self.picking.is_continuity_blocked)
        self.assertFalse(self._search([("is_continuity_blocked", "=", True)]))
        self.sale_order.continuity_hold_reason = "moved to nowhere"
        self.picking.invalidate_recordset()
        self.assertTrue(self.picking.is_continuity_blocked)

    def test_override_is_no_override_of_a_later_payment(self):
        self._allow()
        self.row.state = "declined"
        self.picking.invalidate_recordset()
        self.assertFalse(self.picking.is_continuity_blocked, "the same payment")
        later = self.order.payment_ids[2]
        later.state = "declined"
        self._check_blocked(later.display_name)

    def test_override_shows_all_it_sets_aside(self):
        """A hold and a payment: both are in the dialog and in the chatter."""
        self.sale_order.write(
            {"continuity_hold": True, "continuity_hold_reason": "stolen card"}
        )
        text = self.picking._get_continuity_override_text()
        self.assertIn("stolen card", text)
        self.assertIn(f"{self.picking.name}: {self.block}", text)
        self._allow()
        note = self.picking.message_ids[0].body
        self.assertIn("stolen card", note)
        self.assertIn("is not secured", note)

    def test_override_is_no_override_of_another_order(self):
        """The goods of another child come onto the transfer later."""
        manager = self._allow()
        other = self._create_sold_order(self.sale_order.order_line.product_id)
        self._execute("create_child_orders", sale_order=other)
        child = other.continuity_order_ids.child_order_ids
        child.write(
            {"continuity_hold": True, "continuity_hold_reason": "wrong address"}
        )
        moves = child.picking_ids.move_ids
        moves.move_line_ids.picking_id = self.picking
        moves.picking_id = self.picking
        # All of it is asked again
        self.assertFalse(self.picking.continuity_override_reason)
        self.assertIn("wrong address", self.picking.continuity_block)
        self.assertIn(self.block, self.picking.continuity_block)
        self.assertTrue(self._search([("is_continuity_blocked", "=", True)]))
        self.picking.with_user(manager)._continuity_override("he gave the right one")
        self.assertFalse(self.picking.is_continuity_blocked)
        self._pick(self.picking)
        self.picking.with_user(self.worker).button_validate()
        self.assertEqual(self.picking.state, "done")

    def test_override_before_the_upgrade(self):
        """What held it back then is what was allowed."""
        self._allow()
        self.picking.continuity_override_keys = False
        self.picking.invalidate_recordset()
        self.assertTrue(self.picking.is_continuity_blocked)
        path = "continuity_program_stock/migrations/19.0.1.1.0/post-override.py"
        load_script(file_path(path), "post_override").migrate(self.env.cr, "19.0.1.0.0")
        self.picking.invalidate_recordset()
        self.assertFalse(self.picking.is_continuity_blocked)
        self.order.payment_ids[2].state = "declined"
        self._check_blocked()

    # === AROUND IT === #

    def test_return(self):
        """What comes back is never kept out of the house."""
        self.row.state = "paid"
        self._pick(self.picking)
        self.picking.button_validate()
        self.row.state = "declined"
        wizard = (
            self.env["stock.return.picking"]
            .with_context(active_id=self.picking.id, active_model="stock.picking")
            .create({"picking_id": self.picking.id})
        )
        wizard.product_return_moves.quantity = 2.0
        back = self.env["stock.picking"].browse(
            wizard.action_create_returns()["res_id"]
        )
        self._pick(back)
        back._action_done()
        self.assertEqual(back.state, "done")

    def test_parent_line_moves_nothing(self):
        """Neither now nor when somebody makes goods of the item."""
        self.assertFalse(self.sale_order.picking_ids)
        line = self.sale_order.order_line
        self.env.cr.execute(
            "UPDATE product_template SET type = 'consu' WHERE id = %s",
            [line.product_id.product_tmpl_id.id],
        )
        self.env.invalidate_all()
        line._action_launch_stock_rule(previous_product_uom_qty={line.id: 0.0})
        self.assertFalse(self.sale_order.picking_ids)

    def test_smart_button(self):
        """From the continuity order to the transfers of its children, and back."""
        self.assertEqual(self.order.picking_count, 1)
        self.assertEqual(self.order.action_view_pickings()["res_id"], self.picking.id)
        action = self.picking.action_view_continuity_order()
        self.assertEqual(action["res_id"], self.order.id)

    def test_other_company(self):
        """The search looks at the companies of the user."""
        other = self.env["res.company"].create({"name": "Other"})
        pickings = self.env["stock.picking"].with_context(allowed_company_ids=other.ids)
        self.assertNotIn(
            self.picking, pickings.search([("is_continuity_blocked", "=", True)])
        )

    def test_delivery_marks_what_is_captured(self):
        """Validated, the authorised row waits for its capture."""
        first, *others = self.order.payment_ids
        for row in others:
            row.state = "paid"
        first.state = "authorized"
        first.transaction_id.state = "authorized"
        self._pick(self.picking)
        self.picking.with_user(self.worker).button_validate()
        self.assertEqual(self.picking.state, "done")
        self.assertEqual(first.amount_to_capture, first.amount)
