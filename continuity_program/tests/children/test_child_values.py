# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from ..common import MANAGER, SELLER_ALL, ContinuityCommon


@tagged("post_install", "-at_install")
@freeze_time("2027-09-10 12:00:00")
class TestChildValues(ContinuityCommon):
    """What the parent order says of where it came from goes on to its children."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.club = cls._create_parent_product(cls._create_program("CLUB"))
        cls.upfront = cls._create_parent_product(
            cls._create_program("UPFRONT", bill_upfront=True)
        )
        cls.plan = cls.env["account.analytic.plan"].create({"name": "Clubs"})
        cls.books, cls.films = cls.env["account.analytic.account"].create(
            [
                {"name": "Books", "plan_id": cls.plan.id},
                {"name": "Films", "plan_id": cls.plan.id},
            ]
        )
        cls.of_books = {str(cls.books.id): 100.0}
        cls.of_films = {str(cls.films.id): 100.0}

    def _sell(self, product, **values):
        order = self._create_order(product, **values)
        order.order_line.analytic_distribution = self.of_books
        order.continuity_order_ids._set_payment_token(self._create_token())
        order.action_confirm()
        return order

    def _make_child(self, order):
        self._execute("create_child_orders")
        return order.continuity_order_ids.child_order_ids

    def _get_plan_lines(self, moves):
        return moves.line_ids.analytic_line_ids

    def test_campaign_and_the_like(self):
        tags = self.env["crm.tag"].create([{"name": "Fair"}, {"name": "Radio"}])
        values = {
            "campaign_id": self.env["utm.campaign"].create({"name": "Autumn"}).id,
            "medium_id": self.env["utm.medium"].create({"name": "Phone"}).id,
            "source_id": self.env["utm.source"].create({"name": "Radio spot"}).id,
            "tag_ids": [Command.set(tags.ids)],
            "note": "<p>Leave it with the neighbour</p>",
        }
        child = self._make_child(self._sell(self.club, **values))
        values["tag_ids"] = tags.ids
        self.assertRecordValues(child, [values])
        invoice = child._create_invoices()
        self.assertEqual(invoice.campaign_id, child.campaign_id)
        self.assertEqual(invoice.medium_id, child.medium_id)
        self.assertEqual(invoice.source_id, child.source_id)

    def test_whose_card_and_which_money(self):
        """A child is the customer's of its series, a quotation of it like any other."""
        stranger = self._create_partner(name="Stranger")
        abroad = self.env["product.pricelist"].create({"name": "Abroad"})
        order = self._create_sold_order(self.club, self._create_token("error"))
        declined = self._make_child(order)
        self.assertEqual(declined.state, "draft")
        for child in (declined, self._make_child(self._sell(self.club))):
            for values in ({"partner_id": stranger.id}, {"pricelist_id": abroad.id}):
                with self.assertRaisesRegex(UserError, child.name):
                    child.write({**values, "note": "told on the phone"})
            self.assertEqual(child.partner_id, self.customer)
            child.write({"partner_id": self.customer.id, "note": "the same customer"})
            child.partner_shipping_id = stranger

    def test_order_without_any(self):
        order = self._sell(self.club, note=False)
        order.order_line.analytic_distribution = False
        child = self._make_child(order)
        self.assertFalse(
            child.campaign_id or child.medium_id or child.source_id or child.tag_ids
        )
        self.assertFalse(child.order_line.analytic_distribution)

    def test_goods_carry_the_distribution_of_the_parent_line(self):
        order = self._sell(self.club)
        lines = order.continuity_order_ids.shipment_ids.line_ids
        self.assertEqual(lines.mapped("analytic_distribution"), [self.of_books] * 3)
        child = self._make_child(order)
        self.assertEqual(child.order_line.analytic_distribution, self.of_books)
        invoice = child._create_invoices()
        invoice.action_post()
        self.assertEqual(self._get_plan_lines(invoice).mapped("amount"), [30.0])

    def test_what_was_sent_keeps_it(self):
        """Another one of the parent line is for what is still to come."""
        order = self._sell(self.club)
        child = self._make_child(order)
        order.order_line.analytic_distribution = self.of_films
        lines = order.continuity_order_ids.shipment_ids.line_ids
        self.assertEqual(
            lines.mapped("analytic_distribution"),
            [self.of_books, self.of_films, self.of_films],
        )
        self.assertEqual(child.order_line.analytic_distribution, self.of_books)

    def test_seller_changes_it_until_it_is_sent(self):
        order = self._sell(self.club)
        seller = self._create_user("analytic_seller", SELLER_ALL)
        line = order.continuity_order_ids.shipment_ids[0].line_ids
        line.with_user(seller).write({"analytic_distribution": self.of_films})
        child = self._make_child(order)
        self.assertEqual(child.order_line.analytic_distribution, self.of_films)
        self.assertEqual(line.price_unit, 30.0)

    def test_what_was_chosen_stays(self):
        """Another one of the parent line is for products nobody chose one for."""
        order = self._sell(self.club)
        lines = order.continuity_order_ids.shipment_ids.line_ids
        lines[0].analytic_distribution = False
        seller = self._create_user("analytic_seller", SELLER_ALL)
        lines[1].with_user(seller).write({"analytic_distribution": self.of_films})
        # As it is: nothing was chosen
        lines[2].with_user(seller).write({"analytic_distribution": self.of_books})
        self.assertEqual(lines.mapped("distribution_changed"), [False, True, False])
        order.order_line.analytic_distribution = {str(self.books.id): 50.0}
        self.assertEqual(
            lines.mapped("analytic_distribution"),
            [{str(self.books.id): 50.0}, self.of_films, {str(self.books.id): 50.0}],
        )

    def test_the_extension_repeats_what_was_chosen(self):
        """Films for #2 on; what nobody chose follows the parent line."""
        program = self._create_program(
            "LONG", events=[self._event_vals(self.goods_a, days=28, repeat_count=9)]
        )
        self.company.continuity_repeat_threshold = 1
        order = self._sell(self._create_parent_product(program))
        shipments = order.continuity_order_ids.shipment_ids
        self.assertEqual(len(shipments), 2)
        seller = self._create_user("analytic_seller", SELLER_ALL)
        shipments[1].line_ids.with_user(seller).write(
            {"analytic_distribution": self.of_films}
        )
        manager = self._create_user("analytic_manager", MANAGER)
        self.env["continuity.shipment.line"].with_user(manager).create(
            {"shipment_id": shipments[1].id, "product_id": self.goods_c.id}
        )
        order.order_line.analytic_distribution = {str(self.books.id): 50.0}
        self.company.continuity_repeat_threshold = 3
        self._execute("extend_lines")
        new = order.continuity_order_ids.shipment_ids - shipments
        self.assertEqual(len(new), 1)
        self.assertEqual(
            new.line_ids.sorted("product_id").mapped("analytic_distribution"),
            [self.of_films, {str(self.books.id): 50.0}],
        )
        self.company.continuity_repeat_threshold = 4
        self._execute("extend_lines")
        latest = order.continuity_order_ids.shipment_ids - shipments - new
        self.assertEqual(
            latest.line_ids.sorted("product_id").mapped("analytic_distribution"),
            [self.of_films, {str(self.books.id): 50.0}],
        )

    def test_added_product(self):
        """It follows the parent line, or has the one that was typed."""
        order = self._sell(self.club)
        shipment = order.continuity_order_ids.shipment_ids[1]
        manager = self._create_user("analytic_manager", MANAGER)
        vals = {"shipment_id": shipment.id, "product_id": self.goods_c.id}
        lines = self.env["continuity.shipment.line"].with_user(manager)
        self.assertEqual(lines.create(vals).analytic_distribution, self.of_books)
        line = lines.create({**vals, "analytic_distribution": self.of_films})
        self.assertEqual(line.analytic_distribution, self.of_films)

    def test_up_front_the_revenue_carries_it(self):
        """The prepayment is no revenue: neither its invoice nor its release has any."""
        order = self._sell(self.upfront)
        upfront = order.continuity_order_ids.upfront_invoice_id
        self.assertFalse(upfront.invoice_line_ids.analytic_distribution)
        child = self._make_child(order)
        goods = child.order_line.filtered(lambda l: not l.continuity_prepaid_line_id)
        prepaid = child.order_line - goods
        self.assertEqual(goods.analytic_distribution, self.of_books)
        self.assertFalse(prepaid.analytic_distribution)
        invoice = child._create_invoices()
        invoice.action_post()
        self.assertEqual(self._get_plan_lines(invoice).mapped("amount"), [30.0])

    def test_mandatory_plan(self):
        """Then all that moves the prepayment carries it, and it nets to zero."""
        self.env["account.analytic.applicability"].create(
            {
                "analytic_plan_id": self.plan.id,
                "business_domain": "invoice",
                "applicability": "mandatory",
            }
        )
        order = self._sell(self.upfront)
        continuity = order.continuity_order_ids
        upfront = continuity.upfront_invoice_id
        self.assertEqual(upfront.invoice_line_ids.analytic_distribution, self.of_books)
        child = self._make_child(order)
        self.assertEqual(
            child.order_line.mapped("analytic_distribution"), [self.of_books] * 2
        )
        invoice = child._create_invoices().with_context(validate_analytic=True)
        invoice.action_post()
        shipment = continuity.shipment_ids[1]
        note = continuity._create_credit_notes({shipment.line_ids: 1.0})
        note = note.sudo().with_context(validate_analytic=True)
        note.action_post()
        moves = upfront | invoice | note
        account = self.prepayment_account
        lines = moves.line_ids.filtered(lambda l: l.account_id == account)
        # Of 90.00 in advance 30.00 were released and 30.00 credited
        self.assertEqual(sum(lines.analytic_line_ids.mapped("amount")), 30.0)
        revenue = (moves.line_ids - lines).analytic_line_ids
        self.assertEqual(revenue.mapped("amount"), [30.0])

    def test_mandatory_plan_without_distribution_is_said_by_odoo(self):
        self.env["account.analytic.applicability"].create(
            {
                "analytic_plan_id": self.plan.id,
                "business_domain": "sale_order",
                "applicability": "mandatory",
            }
        )
        order = self._create_order(self.club)
        order.continuity_order_ids._set_payment_token(self._create_token())
        with self.assertRaisesRegex(ValidationError, "100% analytic"):
            order.with_context(validate_analytic=True).action_confirm()
