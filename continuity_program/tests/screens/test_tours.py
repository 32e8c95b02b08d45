# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.fields import Command
from odoo.tests import HttpCase, tagged

from ..common import MANAGER, ContinuityCommon


@tagged("post_install", "-at_install")
class TestTours(ContinuityCommon, HttpCase):
    """The call-center walk-through with clicks and typing in a browser."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._create_partner(name="Karen Bergmann", phone="+49 30 5550199")
        cls.product = cls._create_parent_product(
            cls._create_program(), default_code="88000"
        )
        cls.upfront_product = cls._create_parent_product(
            cls._create_program("CP-88001", bill_upfront=True),
            name="Book of the month, paid at once",
            default_code="88001",
        )
        cls.agent = cls._create_user("agent", MANAGER)
        cls.today = cls.company._continuity_today()

    def _start_tour(self, name, login="agent", url="/odoo"):
        self.start_tour(url, name, login=login, timeout=180)

    def _get_sold(self):
        """The continuity order the agent sold: running, with the card just stored."""
        order = self.env["continuity.order"].search([("user_id", "=", self.agent.id)])
        self.assertRecordValues(
            order,
            [
                {
                    "partner_id": self.customer.id,
                    "state": "running",
                    "payment_method": "card",
                }
            ],
        )
        token = order.payment_token_id
        self.assertEqual(token.partner_id, self.customer)
        self.assertEqual(f"{token.expiry_date}", f"{self.today.year + 5}-12-31")
        return order

    def _check_first_child(self, order, total):
        child = order.child_order_ids
        self.assertRecordValues(
            child,
            [
                {
                    "continuity_type": "child",
                    "continuity_parent_id": order.sale_order_id.id,
                    "partner_id": self.customer.id,
                    "state": "sale",
                    "amount_total": total,
                }
            ],
        )
        self.assertRecordValues(
            order.shipment_ids,
            [
                {"state": "ordered", "child_order_id": child.id},
                {"state": "planned", "child_order_id": False},
                {"state": "planned", "child_order_id": False},
            ],
        )
        return child

    # === THE WALK-THROUGH === #

    def test_walk_through_a_per_shipment(self):
        other = self._create_sold_order(self.product).continuity_order_ids
        other.user_id = False
        self._start_tour("continuity_walk_through_a")
        order = self._get_sold()
        child = self._check_first_child(order, 30.0)
        self.assertEqual(child.order_line.product_id, self.goods_a)
        self.assertRecordValues(
            order.payment_ids,
            [
                {
                    "amount": 30.0,
                    "state": "paid",
                    "shipment_id": order.shipment_ids[0].id,
                }
            ],
        )
        # The filter on the sales order left the other customer's series alone
        self.assertFalse(other.child_order_ids)

    def test_walk_through_c_up_front(self):
        self._create_token("cancel", payment_details="0002")
        self._start_tour("continuity_walk_through_c")
        order = self._get_sold()
        child = self._check_first_child(order, 0.0)
        self.assertEqual(child.order_line[0].product_id, self.goods_a)
        self.assertEqual(child.order_line.mapped("price_subtotal"), [30.0, -30.0])
        self.assertRecordValues(
            order.payment_ids,
            [{"amount": 90.0, "state": "paid", "shipment_id": False}],
        )
        self.assertRecordValues(
            order.upfront_invoice_id, [{"amount_total": 90.0, "state": "posted"}]
        )

    def test_walk_through_by_keys_alone(self):
        """From the menu to the second run of the jobs, without the mouse."""
        self._start_tour(
            "continuity_walk_through_keys", url="/odoo/action-sale.action_quotations"
        )
        order = self._get_sold()
        self._check_first_child(order, 30.0)
        self.assertRecordValues(
            order.payment_ids.filtered("shipment_id"),
            [{"amount": 30.0, "state": "paid"}],
        )

    # === CANCEL === #

    def test_cancel_an_upfront_order(self):
        """H10, BR7: figures first, then the note, the rows and the refund."""
        self.agent.group_ids |= self.env.ref("account.group_account_invoice")
        schedule = self.env["continuity.payment.schedule"].create(
            {"name": "3 monthly", "code": "3M", "number_of_payments": 3}
        )
        product = self._create_parent_product(
            self._create_program(
                "CP-88002", bill_upfront=True, payment_schedule_id=schedule.id
            ),
            name="Book of the month in parts",
        )
        order = self._create_sold_order(product).continuity_order_ids
        self._execute("process_payments", sale_order=order.sale_order_id)
        self.assertEqual(
            order.payment_ids.mapped("state"), ["paid", "scheduled", "scheduled"]
        )
        self._start_tour(
            "continuity_cancel_upfront",
            url=f"/odoo/continuity.order/{order.id}",
        )
        self.assertEqual(order.state, "cancelled")
        self.assertRecordValues(
            order.payment_ids,
            [
                {"state": "paid", "amount_refunded": 30.0},
                {"state": "cancelled", "amount_refunded": 0.0},
                {"state": "cancelled", "amount_refunded": 0.0},
            ],
        )
        self.assertEqual(order.amount_to_refund, 0.0)

    # === THE FIELD THAT OPENS THE WIZARD === #

    def test_wizard_opens_on_an_unsaved_order_with_a_configured_line(self):
        colour = self.env["product.attribute"].create(
            {
                "name": "Colour",
                "value_ids": [
                    Command.create({"name": name}) for name in ("Red", "Blue")
                ],
            }
        )
        self.env["product.template"].create(
            {
                **self._goods_vals("Bookmark", 5.0),
                "attribute_line_ids": [
                    Command.create(
                        {
                            "attribute_id": colour.id,
                            "value_ids": [Command.set(colour.value_ids.ids)],
                        }
                    )
                ],
            }
        )
        self._start_tour(
            "continuity_wizard_after_configured_line",
            url="/odoo/action-sale.action_quotations/new",
        )
        order = self.env["sale.order"].search([("user_id", "=", self.agent.id)])
        self.assertEqual(len(order), 1)
        self.assertEqual(order.partner_id, self.customer)
        self.assertEqual(
            order.order_line.product_id.mapped("display_name"),
            ["Bookmark (Red)", "[88000] Book of the month"],
        )
        self.assertEqual(len(order.continuity_order_ids.shipment_ids), 3)

    def test_wizard_waits_for_the_customer(self):
        self._start_tour(
            "continuity_wizard_without_customer",
            url="/odoo/action-sale.action_quotations/new",
        )
        order = self.env["sale.order"].search([("user_id", "=", self.agent.id)])
        self.assertEqual(order.partner_id, self.customer)
        self.assertEqual(len(order.continuity_order_ids), 1)

    # === THE CUSTOMER HIMSELF === #

    def test_customer_stores_a_card_with_the_signed_link(self):
        order = self._create_order(self.product).continuity_order_ids
        self._start_tour("continuity_card_by_link", None, order._get_card_url())
        token = order.payment_token_id
        self.assertEqual(token.partner_id, self.customer)
        self.assertEqual(token.expiry_date.year, self.today.year + 5)

    def test_customer_in_the_portal_stores_a_card(self):
        user = self._create_new_portal_user(login="karen")
        order = self._create_order(
            self.product, partner_id=user.partner_id.id
        ).continuity_order_ids
        self._start_tour("continuity_card_by_link", "karen", order.access_url + "/card")
        self.assertEqual(order.payment_token_id.partner_id, user.partner_id)
