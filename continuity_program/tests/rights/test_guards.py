# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from ..common import MANAGER, SELLER_ALL, ContinuityCommon


@tagged("post_install", "-at_install")
@freeze_time("2027-09-15 12:00:00")
class TestGuards(ContinuityCommon):
    """What nobody types, by RPC or import, however many rights on orders he has."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.program = cls._create_program()
        cls.book = cls._create_parent_product(cls.program)
        cls.seller = cls._create_user("guard_seller", SELLER_ALL)
        cls.manager = cls._create_user("guard_manager", MANAGER)
        cls.order = cls._create_order(cls.book)
        cls.continuity = cls.order.continuity_order_ids
        cls.other = cls._create_order(cls.book)

    def test_ledger_of_the_continuity_order(self):
        """F1: links, sums and the number are the ledger's own."""
        typed = {
            "name": "CO1",
            "access_token": "guess",
            "next_ship_date": "2027-01-01",
            "amount_planned": 1.0,
            "sale_order_id": self.other.id,
            "product_id": self.goods_a.id,
            "child_order_ids": [Command.link(self.other.id)],
            "payment_ids": [Command.clear()],
        }
        for user in (self.seller, self.manager):
            continuity = self.continuity.with_user(user)
            for name, value in typed.items():
                with (
                    self.subTest(user=user.login, field=name),
                    self.assertRaisesRegex(UserError, "cannot be typed"),
                ):
                    continuity.write({name: value})

    def test_answers_to_the_prompts_open_nothing(self):
        """What is sent along with a start date is written as who sends it."""
        order = self.continuity.with_user(self.seller)
        foreign = self.other.continuity_order_ids.shipment_ids[0]
        own = order.shipment_ids[0]
        price = {"price_unit": 1.0}
        for name, commands in (
            ("shipment_ids", [Command.update(foreign.id, {"state": "cancelled"})]),
            ("shipment_ids", [Command.update(own.id, {"state": "skipped"})]),
            (
                "shipment_ids",
                [
                    Command.update(
                        own.id,
                        {"line_ids": [Command.update(own.line_ids.id, price)]},
                    )
                ],
            ),
        ):
            with (
                self.subTest(field=name, commands=commands),
                self.assertRaises(UserError),
            ):
                order.write({"start_date": "2027-10-01", name: commands})
        self.assertEqual((foreign.state, own.state), ("planned", "planned"))
        order.write({"start_date": "2027-10-01", "user_id": self.manager.id})
        self.assertEqual(str(order.sudo().start_date), "2027-10-01")
        self.assertEqual(order.sudo().user_id, self.manager)

    def test_the_state_of_a_parent_order(self):
        """F5: a state that is typed is no Submit, even with the payment secured."""
        order = self.order.with_user(self.seller)
        with self.assertRaisesRegex(UserError, "Submit it"):
            order.write({"state": "sale"})
        self.continuity.write(
            {"payment_method": "card", "payment_token_id": self._create_token().id}
        )
        with self.assertRaisesRegex(UserError, "Submit it"):
            order.write({"state": "sale"})
        order.action_confirm()
        self.assertEqual((order.state, self.continuity.state), ("sale", "running"))
        for state in ("draft", "sent", "cancel"):
            with self.assertRaisesRegex(UserError, "Cancel it"):
                order.write({"state": state})
        order.action_cancel()
        self.assertEqual((order.state, self.continuity.state), ("cancel", "cancelled"))

    def test_the_state_of_an_ordinary_order(self):
        """What is none of ours stays as Odoo has it."""
        order = self._create_order(self.goods_a).with_user(self.seller)
        order.write({"state": "sale"})
        self.assertEqual(order.state, "sale")

    def test_an_order_does_not_become_a_child(self):
        plain = self._create_order(self.goods_a).with_user(self.seller)
        typed = {
            "continuity_order_id": self.continuity.id,
            "continuity_parent_id": self.order.id,
            "continuity_type": "child",
        }
        for name, value in typed.items():
            with self.subTest(field=name):
                with self.assertRaisesRegex(UserError, "cannot be typed"):
                    plain.write({name: value})
                with self.assertRaisesRegex(UserError, "cannot be typed"):
                    plain.create({"partner_id": self.customer.id, name: value})
        self.assertEqual(plain.continuity_type, "none")

    def test_a_line_is_not_tied_to_the_ledger(self):
        plain = self._create_order(self.goods_a).with_user(self.seller)
        shipment_line = self.continuity.shipment_ids.line_ids[0]
        typed = {
            "continuity_shipment_line_id": shipment_line.id,
            "continuity_prepaid_line_id": plain.order_line.id,
            "continuity_goods_delivered": 5.0,
        }
        for name, value in typed.items():
            with self.subTest(field=name):
                with self.assertRaisesRegex(UserError, "cannot be typed"):
                    plain.order_line.write({name: value})
                with self.assertRaisesRegex(UserError, "cannot be typed"):
                    plain.order_line.create(
                        {
                            "order_id": plain.id,
                            "product_id": self.goods_b.id,
                            name: value,
                        }
                    )

    def test_a_line_stays_in_its_order(self):
        """A line of a program that is carried to another order unties the ledger."""
        plain = self._create_order(self.goods_a).with_user(self.seller)
        sold = self._create_sold_order(self.book)
        self._execute("create_child_orders", sale_order=sold)
        child = sold.continuity_order_ids.child_order_ids
        self.assertTrue(child)
        for order in (self.order, sold, child):
            line = order.with_user(self.seller).order_line
            with (
                self.subTest(order=order.name),
                self.assertRaisesRegex(UserError, "stays in its order"),
            ):
                line.write({"order_id": plain.id})
            with (
                self.subTest(order=order.name),
                self.assertRaisesRegex(UserError, "stays in its order"),
            ):
                plain.write({"order_line": [Command.link(line.id)]})
            self.assertEqual(line.order_id, order)
            line.write({"order_id": order.id})
        # Ordinary goods go where the seller says
        goods = self._create_order(self.goods_b).order_line.with_user(self.seller)
        goods.order_id = plain
        self.assertEqual(len(plain.order_line), 2)

    def test_people_of_another_company(self):
        """Who pays and who gets the goods is known to the company of the order."""
        foreign = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = self._create_partner(name="Stranger", company_id=foreign.id)
        sold = self._create_sold_order(self.book).continuity_order_ids
        for order in (self.continuity, sold):
            for name in ("partner_invoice_id", "partner_shipping_id"):
                with (
                    self.subTest(order=order.state, field=name),
                    self.assertRaisesRegex(UserError, "company"),
                ):
                    order.with_user(self.seller).write({name: stranger.id})

    def test_execute_with_wrong_types(self):
        """51: what makes no sense is refused with a sentence, never a traceback."""
        run = self.env["continuity.run"].with_user(self.manager)
        name = "create_child_orders"
        for job, values, message in (
            (name, {"date": "tomorrow"}, "is not a date"),
            (name, {"date": 5}, "is not a date"),
            (name, {"limit": "5"}, "whole number"),
            (name, {"limit": 1.5}, "whole number"),
            ([name], {}, "There is no process"),
        ):
            with (
                self.subTest(job=job, values=values),
                self.assertRaisesRegex(UserError, message),
            ):
                run.execute(job, dry_run=True, **values)
        self.assertFalse(self.env["continuity.run"].search([]))
