# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, datetime

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import mute_logger

from ..common import SELLER, SELLER_ALL, ContinuityCommon

#: Context of lines that need not look for analytic accounts: there are no rules
SKIPS = {"continuity_no_distribution"}


@tagged("post_install", "-at_install")
@freeze_time("2027-09-10 08:00:00")
class TestOrderEntry(ContinuityCommon):
    """A quotation line with a parent product owns one planned continuity order.

    Whoever writes the line, by whatever door: the rule is the server's.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.program = cls._create_program()
        cls.product = cls._create_parent_product(cls.program)
        cls.ordinary = cls.env["product.product"].create(
            cls._goods_vals("Book end", price=20.0)
        )

    def _dates(self, order):
        return order.continuity_order_ids.shipment_ids.mapped("planned_date")

    # === THE LINE GETS ITS CONTINUITY ORDER === #

    def test_line_gets_draft_order(self):
        """Walk-through step 6, variant A: planned value 90.00, line amount 0.00."""
        order = self._create_order(self.product)
        self.assertEqual(len(order.continuity_order_ids), 1)
        continuity = order.continuity_order_ids
        self.assertRecordValues(
            continuity.shipment_ids,
            [
                {"number": 1, "planned_date": date(2027, 9, 10), "amount_total": 30.0},
                {"number": 2, "planned_date": date(2027, 10, 10), "amount_total": 30.0},
                {"number": 3, "planned_date": date(2027, 11, 9), "amount_total": 30.0},
            ],
        )
        self.assertRecordValues(
            continuity,
            [
                {
                    "state": "draft",
                    "amount_planned": 90.0,
                    "quantity": 1.0,
                    "start_date": date(2027, 9, 10),
                    "start_date_entered": False,
                    "next_ship_date": date(2027, 9, 10),
                    "partner_id": self.customer.id,
                }
            ],
        )
        self.assertEqual(order.amount_total, 0.0)
        self.assertEqual(order.continuity_type, "parent")
        self.assertTrue(order.order_line.continuity_payment_missing)
        self.assertIn("90.00", order.order_line.continuity_planned_text)

    def test_one_order_no_phantom(self):
        """One continuity order, right after the create."""
        order = self._create_order(self.product)
        self.assertEqual(len(order.continuity_order_ids), 1)
        self.assertTrue(order.continuity_order_ids.id)

    def test_ordinary_order_has_none(self):
        order = self._create_order(self.ordinary)
        self.assertFalse(order.continuity_order_ids)
        self.assertEqual(order.continuity_type, "none")

    def test_ordinary_lines_cost_no_query(self):
        """Ordinary orders pay nothing for the hooks."""
        order = self._create_order(self.ordinary)
        order.order_line.product_id.continuity_program_id  # noqa: B018
        lines = self.env["continuity.order"]
        self.env.flush_all()
        with self.assertQueryCount(0):
            lines._sync_lines(order.order_line._filter_continuity_parents())

    def _count_entry(self, count):
        """Queries of quoting the program to so many customers in one call."""
        vals = {
            "partner_id": self.customer.id,
            "order_line": [Command.create({"product_id": self.product.id})],
        }
        with self._counting_queries(counts := []):
            orders = self.env["sale.order"].create([vals] * count)
        self.assertEqual(len(orders.continuity_order_ids.shipment_ids), 3 * count)
        return counts[0]

    def test_queries_per_order(self):
        """Planning costs the same per order, however many there are."""
        few, many = self._count_entry(10), self._count_entry(100)
        self.assertLessEqual((many - few) / 90, 7, (few, many))

    def test_queries_of_one_quotation(self):
        """Made alone, a plan of sixty costs few queries beside an ordinary line."""
        event = self._event_vals(self.goods_a, days=7, repeat_count=59)
        program = self._create_program("SIXTY", events=[event])
        product, counts = self._create_parent_product(program), []
        # At the first continuity order of a database Odoo forgets what it remembers
        self._create_order(product)
        for sold in (self.ordinary, product):
            # The first one reads what every later one finds in the registry
            self._create_order(sold)
            with self._counting_queries(counts):
                order = self._create_order(sold)
        self.assertEqual(len(order.continuity_order_ids.shipment_ids), 60)
        plain, planned = counts
        self.assertLessEqual(planned, 40, counts)
        self.assertLessEqual(planned - plain, 10, counts)

    def test_read_ahead_missing(self):
        """Of a product that is not there Odoo speaks, when the line is made."""
        gone = self.ordinary.copy()
        vals_list = [{"product_id": gone.id}, {"product_id": "1"}, {}]
        gone.unlink()
        lines = self.env["sale.order.line"]
        self.assertEqual(lines._read_continuity_ahead(vals_list), {})
        vals_list.append({"product_id": self.product.id})
        self.assertEqual(lines._read_continuity_ahead(vals_list[1:]).keys(), SKIPS)

    def test_read_ahead_hidden(self):
        """What is read at once is what the ORM would have read: hidden events, too."""
        hidden = self.program.event_ids[1]
        hidden.active = False
        self.env.flush_all()
        self.env.invalidate_all()
        order = self._create_order(self.product)
        self.assertEqual(len(order.continuity_order_ids.shipment_ids), 2)
        events = self.program.with_context(active_test=False).event_ids
        self.assertEqual(len(events), 3)
        found = self.program.event_ids.ids
        self.env.invalidate_all()
        self.assertEqual(self.program.event_ids.ids, found)

    def test_company_of_every_row(self):
        """Rows alike are checked once; the one that differs is still refused."""
        rows = self._create_order(self.product).continuity_order_ids.shipment_ids
        other = self.env["res.company"].create({"name": "Another company"})
        foreign = self.env["product.product"].create(
            self._goods_vals("Foreign book", company_id=other.id)
        )
        vals_list = [
            {
                "shipment_id": row.id,
                "product_id": product.id,
                "uom_id": product.uom_id.id,
                "price_unit": 5.0,
            }
            for row, product in zip(
                rows, [self.goods_a, self.goods_a, foreign], strict=True
            )
        ]
        lines = self.env["continuity.shipment.line"].sudo()
        self.assertEqual(len(lines.create(vals_list[:2])), 2)
        with self.assertRaisesRegex(UserError, "Foreign book"):
            lines.create(vals_list)
        with self.assertRaisesRegex(UserError, "Foreign book"):
            rows.sudo().line_ids.product_id = foreign

    def test_form(self):
        """What a seller types: product in a new order."""
        with Form(self.env["sale.order"]) as form:
            form.partner_id = self.customer
            with form.order_line.new() as line:
                line.product_id = self.product
        order = form.record
        self.assertEqual(len(order.continuity_order_ids.shipment_ids), 3)

    def test_form_upfront_price_before_save(self):
        """Onchange previews come from the same plan."""
        program = self._create_program("UP", bill_upfront=True)
        product = self._create_parent_product(program)
        with Form(self.env["sale.order"]) as form:
            form.partner_id = self.customer
            with form.order_line.new() as line:
                line.product_id = product
                self.assertEqual(line.price_unit, 90.0)
                line.product_uom_qty = 2
        self.assertRecordValues(
            form.record.order_line,
            [{"price_unit": 90.0, "product_uom_qty": 2.0, "price_subtotal": 180.0}],
        )

    def test_import(self):
        """Through the import of Odoo, as by RPC."""
        result = self.env["sale.order"].load(
            [
                "partner_id/.id",
                "order_line/product_id/.id",
                "order_line/product_uom_qty",
            ],
            [[str(self.customer.id), str(self.product.id), "1"]],
        )
        self.assertFalse(result["messages"])
        order = self.env["sale.order"].browse(result["ids"])
        self.assertEqual(len(order.continuity_order_ids.shipment_ids), 3)

    def test_quotation_template(self):
        """A line that a quotation template brings."""
        template = self.env["sale.order.template"].create(
            {
                "name": "Club",
                "sale_order_template_line_ids": [
                    Command.create(
                        {"product_id": self.product.id, "product_uom_qty": 2.0}
                    )
                ],
            }
        )
        self.env.user.group_ids |= self.env.ref(
            "sale_management.group_sale_order_template"
        )
        with Form(self.env["sale.order"]) as form:
            form.partner_id = self.customer
            form.sale_order_template_id = template
        continuity = form.record.continuity_order_ids
        self.assertEqual(continuity.quantity, 2.0)
        self.assertEqual(len(continuity.shipment_ids), 3)

    def test_line_added_to_quotation(self):
        order = self._create_order(self.ordinary)
        order.order_line = [Command.create({"product_id": self.product.id})]
        self.assertEqual(len(order.continuity_order_ids), 1)
        self.assertEqual(order.continuity_type, "parent")

    def test_two_lines_two_orders(self):
        """The same product twice gives two continuity orders."""
        order = self._create_order(self.product)
        order.order_line = [
            Command.create({"product_id": self.product.id}),
            Command.create({"product_id": self.ordinary.id}),
        ]
        self.assertEqual(len(order.continuity_order_ids), 2)
        self.assertEqual(len(order.continuity_order_ids.shipment_ids), 6)
        # X15, mode A: the ordinary goods are what the order asks for
        self.assertEqual(order.amount_total, 20.0)

    def test_two_orders_at_once(self):
        orders = self.env["sale.order"].create(
            [
                {
                    "partner_id": self.customer.id,
                    "order_line": [Command.create({"product_id": self.product.id})],
                }
                for _ in range(2)
            ]
        )
        self.assertEqual([len(o.continuity_order_ids) for o in orders], [1, 1])
        self.assertEqual(len(set(orders.continuity_order_ids.mapped("name"))), 2)

    # === QUANTITY === #

    def test_quantity_three(self):
        """Quantity 3 ships three of each."""
        order = self._create_order(self.product, quantity=3)
        continuity = order.continuity_order_ids
        lines = continuity.shipment_ids.line_ids
        self.assertEqual(lines.mapped("quantity"), [3.0, 3.0, 3.0])
        self.assertEqual(continuity.amount_planned, 270.0)

    def test_quantity_change(self):
        order = self._create_order(self.product)
        order.order_line.product_uom_qty = 2
        lines = order.continuity_order_ids.shipment_ids.line_ids
        self.assertEqual(lines.mapped("quantity"), [2.0, 2.0, 2.0])

    def test_quantity_in_dozens(self):
        """The unit is converted to the product's own."""
        dozen = self.env.ref("uom.product_uom_dozen")
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "order_line": [
                    Command.create(
                        {
                            "product_id": self.product.id,
                            "product_uom_qty": 1,
                            "product_uom_id": dozen.id,
                        }
                    )
                ],
            }
        )
        self.assertEqual(order.continuity_order_ids.quantity, 12.0)

    def test_quantity_refused(self):
        for quantity in (1.5, -1.0):
            with (
                self.subTest(quantity=quantity),
                self.assertRaisesRegex(UserError, "whole numbers"),
            ):
                self._create_order(self.product, quantity=quantity)

    def test_quantity_zero_has_none(self):
        """An optional line of the portal: nothing until the customer takes it."""
        order = self._create_order(self.product, quantity=0)
        self.assertFalse(order.continuity_order_ids)
        order.order_line.product_uom_qty = 1
        self.assertEqual(len(order.continuity_order_ids), 1)
        order.order_line.product_uom_qty = 0
        self.assertFalse(order.continuity_order_ids)

    # === WHAT IS REFUSED === #

    def test_closed_program_refused(self):
        """X17: not offered, refused with a message that names the way out."""
        self.program.action_close()
        with self.assertRaisesRegex(UserError, "CP-88000.*closed"):
            self._create_order(self.product)
        domain = self.env["sale.order.line"]._domain_product_id()
        offered = self.env["product.product"].search(domain)
        self.assertNotIn(self.product, offered)
        self.assertIn(self.ordinary, offered)

    def test_draft_and_archived_program_refused(self):
        draft = self._create_program("DRAFT", is_open=False)
        with self.assertRaisesRegex(UserError, "draft"):
            self._create_order(self._create_parent_product(draft))
        self.program.active = False
        with self.assertRaisesRegex(UserError, "not sold"):
            self._create_order(self.product)

    def test_copy_of_closed_program_refused(self):
        order = self._create_order(self.product)
        self.program.action_close()
        with self.assertRaisesRegex(UserError, "closed"):
            order.copy()

    def test_parent_product_inside_program_refused(self):
        """V4: a child can never start another series."""
        gift = self.env["product.product"].create(
            self._goods_vals("Gift", type="service")
        )
        outer = self._create_program("OUTER", events=[self._event_vals(gift)])
        with self.assertRaisesRegex(UserError, "OUTER"):
            gift.continuity_program_id = self.program
        with self.assertRaisesRegex(UserError, "Book of the month"):
            outer.event_ids.line_ids.product_id = self.product

    def test_child_order_never_becomes_parent(self):
        order = self._create_order(self.product)
        child = self._create_order(
            self.ordinary, continuity_order_id=order.continuity_order_ids.id
        )
        self.assertEqual(child.continuity_type, "child")
        with self.assertRaisesRegex(UserError, "child order"):
            child.order_line = [Command.create({"product_id": self.product.id})]

    def test_confirmed_order_refused(self):
        """What runs is not sold again on its order: the way out is a new one."""
        service = self.env["product.product"].create(
            self._goods_vals("Gift wrapping", type="service")
        )
        order = self._create_order(service)
        order.action_confirm()
        with self.assertRaisesRegex(UserError, "Start a new order"):
            order.order_line = [Command.create({"product_id": self.product.id})]
        with self.assertRaisesRegex(UserError, "Start a new order"):
            order.order_line.product_id = self.product

    def test_other_company_refused(self):
        """A shared product of another company's program."""
        company = self._create_company(name="Other company")
        with self.assertRaisesRegex(UserError, "belongs to company"):
            self.env["sale.order"].with_company(company).create(
                {
                    "partner_id": self.customer.id,
                    "company_id": company.id,
                    "order_line": [Command.create({"product_id": self.product.id})],
                }
            )

    def test_ended_program_refused(self):
        """T56: order start *current* after the last event's interval."""
        program = self._create_program(
            "CLUB",
            events=[
                self._event_vals(self.goods_a, start_order_date=date(2027, 1, 1)),
                self._event_vals(self.goods_b, days=30),
            ],
            order_start="current",
        )
        product = self._create_parent_product(program)
        with self.assertRaisesRegex(UserError, "has ended"):
            self._create_order(product)

    # === FOLLOWING THE ORDER === #

    def test_order_date(self):
        order = self._create_order(self.product)
        order.date_order = datetime(2027, 9, 20, 12)
        self.assertEqual(
            self._dates(order),
            [date(2027, 9, 20), date(2027, 10, 20), date(2027, 11, 19)],
        )

    def test_sent_quotation_follows(self):
        """States draft and sent."""
        order = self._create_order(self.product)
        order.action_quotation_sent()
        order.date_order = datetime(2027, 9, 20, 12)
        self.assertEqual(self._dates(order)[0], date(2027, 9, 20))

    def test_stamp_of_confirmation_plans_nothing(self):
        """The confirmation's own order date never re-dates."""
        order = self._create_order(self.product)
        order.write({"state": "sale", "date_order": datetime(2027, 12, 1, 12)})
        self.assertEqual(self._dates(order)[0], date(2027, 9, 10))

    def test_customer_follows(self):
        order = self._create_order(self.product)
        order.continuity_order_ids.write(
            {"payment_method": "card", "payment_token_id": self._create_token().id}
        )
        other = self._create_partner(name="Ole Sand")
        order.partner_id = other
        self.assertRecordValues(
            order.continuity_order_ids,
            [
                {
                    "partner_id": other.id,
                    "partner_invoice_id": other.id,
                    "partner_shipping_id": other.id,
                    "payment_token_id": False,
                }
            ],
        )

    def test_own_delivery_address_stays(self):
        """The address chosen for one parent line outlives a change of the line."""
        order = self._create_order(self.product)
        address = self._create_partner(
            name="Summer house", parent_id=self.customer.id, type="delivery"
        )
        order.continuity_order_ids.partner_shipping_id = address
        order.order_line.product_uom_qty = 2
        self.assertEqual(order.continuity_order_ids.partner_shipping_id, address)

    def test_address_of_order_is_followed(self):
        order = self._create_order(self.product)
        address = self._create_partner(
            name="Office", parent_id=self.customer.id, type="delivery"
        )
        order.partner_shipping_id = address
        self.assertEqual(order.continuity_order_ids.partner_shipping_id, address)

    def test_product_changed_to_ordinary(self):
        order = self._create_order(self.product)
        order.order_line.product_id = self.ordinary
        self.assertFalse(order.continuity_order_ids)
        self.assertEqual(order.order_line.price_unit, 20.0)
        order.order_line.product_id = self.product
        self.assertEqual(len(order.continuity_order_ids), 1)
        self.assertEqual(order.order_line.price_unit, 0.0)

    def test_product_changed_to_other_program(self):
        schedule = self._create_schedule(3)
        other = self._create_program(
            "COFFEE",
            events=[self._event_vals(self.goods_c, days=14, repeat_count=1)],
            bill_upfront=True,
            payment_schedule_id=schedule.id,
        )
        order = self._create_order(self.product)
        order.order_line.product_id = self._create_parent_product(other)
        self.assertRecordValues(
            order.continuity_order_ids,
            [
                {
                    "program_id": other.id,
                    "bill_upfront": True,
                    "payment_schedule_id": schedule.id,
                }
            ],
        )
        self.assertEqual(self._dates(order), [date(2027, 9, 10), date(2027, 9, 24)])
        self.assertEqual(order.amount_total, 60.0)

    @classmethod
    def _create_schedule(cls, number, **values):
        return cls.env["continuity.payment.schedule"].create(
            {
                "name": f"{number} monthly",
                "code": f"M{number}",
                "allocation": "fixed_quantity",
                "unit": "months",
                "number_of_payments": number,
                **values,
            }
        )

    # === DELETE, CANCEL, COPY === #

    def test_line_deleted(self):
        """Through the ORM, nothing is left behind."""
        order = self._create_order(self.product)
        continuity = order.continuity_order_ids
        shipments = continuity.shipment_ids
        messages = continuity.message_post(body="Karen wants a gift card")
        order.order_line.unlink()
        self.assertFalse(continuity.exists())
        self.assertFalse(shipments.exists())
        self.assertFalse(messages.exists())
        self.assertEqual(order.continuity_type, "none")

    def test_order_deleted(self):
        order = self._create_order(self.product)
        continuity = order.continuity_order_ids
        messages = continuity.message_post(body="Karen wants a gift card")
        order.unlink()
        self.assertFalse(continuity.exists())
        self.assertFalse(messages.exists())

    def test_cancel_and_back(self):
        order = self._create_order(self.product)
        continuity = order.continuity_order_ids
        order.action_cancel()
        self.assertEqual(continuity.state, "cancelled")
        self.assertEqual(set(continuity.shipment_ids.mapped("state")), {"cancelled"})
        with freeze_time("2027-10-01 08:00:00"):
            order.date_order = datetime(2027, 10, 1, 8)
            order.action_draft()
        self.assertEqual(order.continuity_order_ids, continuity)
        self.assertEqual(continuity.state, "draft")
        self.assertEqual(self._dates(order)[0], date(2027, 10, 1))
        self.assertEqual(set(continuity.shipment_ids.mapped("state")), {"planned"})

    def test_reset_of_sent_quotation_keeps_order(self):
        order = self._create_order(self.product)
        continuity = order.continuity_order_ids
        order.action_quotation_sent()
        order.action_draft()
        self.assertEqual(order.continuity_order_ids, continuity)

    def test_copy_plans_afresh(self):
        """A copy has a plan of its own; ledger, card and links stay behind."""
        order = self._create_order(self.product)
        order.continuity_order_ids.write(
            {"payment_method": "card", "payment_token_id": self._create_token().id}
        )
        with freeze_time("2027-10-01 08:00:00"):
            copy = order.copy()
        continuity = copy.continuity_order_ids
        self.assertEqual(len(continuity), 1)
        self.assertNotEqual(continuity, order.continuity_order_ids)
        self.assertEqual(self._dates(copy)[0], date(2027, 10, 1))
        self.assertFalse(continuity.payment_token_id)

    def test_copy_of_child_is_ordinary(self):
        order = self._create_order(self.product)
        child = self._create_order(
            self.ordinary, continuity_order_id=order.continuity_order_ids.id
        )
        self.assertEqual(child.copy().continuity_type, "none")

    def test_frozen_while_money_is_on_its_way(self):
        """N15: nothing of a quotation changes while its payment is unknown."""
        program = self._create_program("UP", bill_upfront=True)
        order = self._create_order(self._create_parent_product(program))
        self.env["continuity.payment"].create(
            {
                "continuity_order_id": order.continuity_order_ids.id,
                "due_date": date(2027, 9, 10),
                "amount": 90.0,
                "state": "unknown",
            }
        )
        shipment = order.continuity_order_ids.shipment_ids[0]
        for change in (
            lambda: order.order_line.write({"product_uom_qty": 2}),
            lambda: order.order_line.unlink(),
            lambda: order.unlink(),
            lambda: order.action_cancel(),
            lambda: shipment.action_skip(),
        ):
            with self.assertRaises(UserError):
                change()

    # === WHO === #

    def test_seller_with_own_documents(self):
        seller = self._create_user("own", SELLER)
        other = self._create_user("other", SELLER)
        order = (
            self.env["sale.order"]
            .with_user(seller)
            .create(
                {
                    "partner_id": self.customer.id,
                    "order_line": [Command.create({"product_id": self.product.id})],
                }
            )
        )
        continuity = order.continuity_order_ids
        self.assertEqual(continuity.user_id, seller)
        continuity.shipment_ids[1].action_skip()
        self.assertEqual(continuity.shipment_ids[1].state, "skipped")
        with (
            self.assertRaises(AccessError),
            mute_logger("odoo.addons.base.models.ir_rule"),
        ):
            continuity.with_user(other).read(["name"])
        with (
            self.assertRaises(AccessError),
            mute_logger("odoo.addons.base.models.ir_rule"),
        ):
            continuity.shipment_ids[0].with_user(other).action_skip()
        order.order_line.unlink()
        self.assertFalse(continuity.exists())

    def test_seller_with_all_documents(self):
        order = self._create_order(self.product)
        seller = self._create_user("all", SELLER_ALL)
        shipment = order.continuity_order_ids.with_user(seller).shipment_ids[0]
        shipment.action_skip()
        self.assertEqual(shipment.state, "skipped")

    def test_ledger_cannot_be_typed(self):
        """The state of the ledger moves by its methods only, also by RPC."""
        seller = self._create_user("rpc", SELLER_ALL)
        order = self._create_order(self.product)
        continuity = order.continuity_order_ids.with_user(seller)
        for record, vals in (
            (continuity, {"state": "running"}),
            (continuity, {"quantity": 5}),
            (continuity.shipment_ids[0], {"state": "done"}),
            (continuity.shipment_ids[0], {"scheduled_date": date(2028, 1, 1)}),
            (continuity.shipment_ids[0].line_ids, {"prepaid_quantity": 1}),
        ):
            with self.subTest(vals=vals), self.assertRaises(UserError):
                record.write(vals)

    def test_portal_customer(self):
        """A customer reads his own plan, nobody else's, and writes nothing."""
        portal = self._create_new_portal_user()
        order = self._create_order(self.product, partner_id=portal.partner_id.id)
        own = order.continuity_order_ids.with_user(portal)
        self.assertEqual(len(own.shipment_ids), 3)
        with (
            self.assertRaises(AccessError),
            mute_logger(
                "odoo.addons.base.models.ir_model", "odoo.addons.base.models.ir_rule"
            ),
        ):
            own.shipment_ids[0].action_skip()
        foreign = self._create_order(self.product).continuity_order_ids
        with (
            self.assertRaises(AccessError),
            mute_logger("odoo.addons.base.models.ir_rule"),
        ):
            foreign.with_user(portal).read(["name"])

    def test_portal_customer_changes_quantity(self):
        """The sync works in sudo: an optional line taken by the customer."""
        portal = self._create_new_portal_user()
        order = self._create_order(
            self.product, quantity=0, partner_id=portal.partner_id.id
        )
        # The controller of the portal writes in sudo, as the customer
        order.with_user(portal).sudo().order_line.product_uom_qty = 1
        self.assertEqual(len(order.continuity_order_ids.shipment_ids), 3)
