# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from ...models.entry.planned_payments import PlannedPayments
from ..common import ContinuityCommon


@tagged("post_install", "-at_install")
@freeze_time("2027-09-10 08:00:00")
class TestParentLine(ContinuityCommon):
    """What the parent line shows and costs (rules N13, C1, C5)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.vat = cls._create_vat("VAT 21 %", price_include_override="tax_excluded")
        cls.vat_included = cls._create_vat(
            "VAT 21 % incl.", price_include_override="tax_included"
        )
        cls.goods_a.write({"list_price": 12.35, "taxes_id": [Command.set(cls.vat.ids)]})
        cls.goods_b.write({"list_price": 18.45, "taxes_id": [Command.set(cls.vat.ids)]})
        cls.goods_c.write({"list_price": 27.15, "taxes_id": [Command.set(cls.vat.ids)]})
        cls.per_shipment = cls._create_club("A")
        cls.up_front = cls._create_club("C", bill_upfront=True)
        cls.monthly = cls.env["continuity.payment.schedule"].create(
            {
                "name": "3 monthly",
                "code": "M3",
                "allocation": "fixed_quantity",
                "unit": "months",
                "number_of_payments": 3,
            }
        )

    @classmethod
    def _create_vat(cls, name, **values):
        account = cls._create_account(name, f"VAT{len(name)}", "liability_current")
        repartition = [
            Command.create({"repartition_type": "base"}),
            Command.create({"repartition_type": "tax", "account_id": account.id}),
        ]
        return cls.env["account.tax"].create(
            {
                "name": name,
                "amount": 21.0,
                "type_tax_use": "sale",
                "invoice_repartition_line_ids": repartition,
                "refund_repartition_line_ids": repartition,
                **values,
            }
        )

    @classmethod
    def _create_club(cls, code, **values):
        """Program CLUB of rules C1: A, B and C 21 days apart."""
        return cls._create_program(
            f"CLUB-{code}",
            events=[
                cls._event_vals(cls.goods_a),
                cls._event_vals(cls.goods_b, days=21),
                cls._event_vals(cls.goods_c, days=21, action="end"),
            ],
            **values,
        )

    def _sell(self, program, tax=None, **values):
        taxes = (tax or self.vat).ids
        product = self._create_parent_product(program, taxes_id=[Command.set(taxes)])
        return self._create_order(product, **values)

    def _payments(self, order, today=date(2027, 9, 10)):
        payments = PlannedPayments(order.continuity_order_ids).get(today)
        return [
            (p["due_date"].strftime("%m-%d"), round(p["amount"], 2)) for p in payments
        ]

    # === AMOUNTS OF RULES C1 === #

    def test_mode_a(self):
        """14.94 + 22.32 + 32.85 = 70.11; the line itself is free of charge."""
        order = self._sell(self.per_shipment)
        shipments = order.continuity_order_ids.shipment_ids
        self.assertEqual(shipments.mapped("amount_total"), [14.94, 22.32, 32.85])
        self.assertEqual(shipments.mapped("amount_untaxed"), [12.35, 18.45, 27.15])
        self.assertRecordValues(
            order.order_line, [{"price_unit": 0.0, "price_total": 0.0}]
        )
        self.assertEqual(
            self._payments(order),
            [("09-10", 14.94), ("10-01", 22.32), ("10-22", 32.85)],
        )
        self.assertIn("70.11", order.order_line.continuity_planned_text)

    def test_mode_b(self):
        """Instalments of A, B and C per shipment, from its date (rules C1, T76)."""
        self.per_shipment.payment_schedule_id = self.monthly
        order = self._sell(self.per_shipment)
        self.assertEqual(
            self._payments(order),
            [
                ("09-10", 4.98),
                ("10-01", 7.44),
                ("10-10", 4.98),
                ("10-22", 10.95),
                ("11-01", 7.44),
                ("11-10", 4.98),
                ("11-22", 10.95),
                ("12-01", 7.44),
                ("12-22", 10.95),
            ],
        )

    def test_mode_c(self):
        """One invoice: 57.95 + 12.17 = 70.12."""
        order = self._sell(self.up_front)
        self.assertRecordValues(
            order.order_line,
            [{"price_unit": 57.95, "price_subtotal": 57.95, "price_total": 70.12}],
        )
        self.assertEqual(order.amount_total, 70.12)
        self.assertEqual(self._payments(order), [("09-10", 70.12)])

    def test_mode_d(self):
        """23.37 / 23.37 / 23.38 on 09-10, 10-10, 11-10."""
        self.up_front.payment_schedule_id = self.monthly
        order = self._sell(self.up_front)
        self.assertEqual(
            self._payments(order),
            [("09-10", 23.37), ("10-10", 23.37), ("11-10", 23.38)],
        )

    def test_price_included(self):
        """Taxes in the price: the parent price is the gross sum (rules C5)."""
        goods = self.env["product.product"].create(
            self._goods_vals(
                "Cup", price=9.99, taxes_id=[Command.set(self.vat_included.ids)]
            )
        )
        program = self._create_program(
            "CUPS",
            events=[self._event_vals(goods, days=30, repeat_count=2)],
            bill_upfront=True,
        )
        order = self._sell(program, tax=self.vat_included)
        self.assertRecordValues(
            order.order_line,
            [{"price_unit": 29.97, "price_subtotal": 24.77, "price_total": 29.97}],
        )
        shipments = order.continuity_order_ids.shipment_ids
        self.assertEqual(shipments.mapped("amount_untaxed"), [8.26, 8.26, 8.26])

    def test_discount_on_shipments(self):
        """11.12 + 16.61 + 24.44 = 52.17, not 52.16 (rules C5)."""
        order = self._sell(self.up_front)
        for line in order.continuity_order_ids.shipment_ids.line_ids:
            line._set_price(line.price_unit, "Loyal customer", discount=10)
        self.assertEqual(order.order_line.price_unit, 52.17)

    def test_quantity_of_upfront_line(self):
        """Unit price × quantity is the sum of the shipments."""
        order = self._sell(self.up_front, quantity=3)
        self.assertRecordValues(
            order.order_line,
            [{"price_unit": 57.95, "price_subtotal": 173.85, "product_uom_qty": 3.0}],
        )

    def test_several_goods_in_one_shipment(self):
        """X13: two lines of one event, one shipment."""
        program = self._create_program(
            "TWO",
            events=[
                {
                    "line_ids": [
                        Command.create({"product_id": self.goods_a.id}),
                        Command.create({"product_id": self.goods_b.id, "quantity": 2}),
                    ]
                }
            ],
        )
        shipment = self._sell(program).continuity_order_ids.shipment_ids
        self.assertRecordValues(
            shipment.line_ids,
            [
                {"product_id": self.goods_a.id, "quantity": 1.0, "price_unit": 12.35},
                {"product_id": self.goods_b.id, "quantity": 2.0, "price_unit": 18.45},
            ],
        )
        # 49.25 + 10.34 tax on the document
        self.assertEqual(shipment.amount_total, 59.59)

    def test_mixed_order(self):
        """X15: 20.00 in mode A, 110.00 in mode C without tax."""
        self.goods.write({"list_price": 30.0, "taxes_id": [Command.clear()]})
        ordinary = self.env["product.product"].create(
            self._goods_vals("Book end", price=20.0)
        )
        for program, total in ((self.per_shipment, 20.0), (self.up_front, 110.0)):
            product = self._create_parent_product(program)
            order = self._create_order(product)
            order.order_line = [Command.create({"product_id": ordinary.id})]
            self.assertEqual(order.amount_total, total)

    # === PRICES === #

    def test_own_price_of_event(self):
        program = self._create_program(
            "OWN", events=[self._event_vals(self.goods_a, price=10.0)]
        )
        line = self._sell(program).continuity_order_ids.shipment_ids.line_ids
        self.assertRecordValues(line, [{"price_unit": 10.0, "price_overridden": True}])

    def _create_pricelist(self, **item):
        return self.env["product.pricelist"].create(
            {
                "name": "Members",
                "item_ids": [Command.create({"applied_on": "3_global", **item})],
            }
        )

    def test_pricelist_of_customer(self):
        """A formula hides the discount, a percentage shows it."""
        hidden = self._create_pricelist(compute_price="fixed", fixed_price=9.0)
        order = self._sell(self.per_shipment, pricelist_id=hidden.id)
        line = order.continuity_order_ids.shipment_ids[0].line_ids
        self.assertRecordValues(line, [{"price_unit": 9.0, "discount": 0.0}])
        self.env.user.group_ids |= self.env.ref("sale.group_discount_per_so_line")
        shown = self._create_pricelist(compute_price="percentage", percent_price=10)
        order.pricelist_id = shown
        line = order.continuity_order_ids.shipment_ids[0].line_ids
        self.assertRecordValues(line, [{"price_unit": 12.35, "discount": 10.0}])

    def test_pricelist_discount_counts_once(self):
        """10 % once, not on the parent line again."""
        self.env.user.group_ids |= self.env.ref("sale.group_discount_per_so_line")
        shown = self._create_pricelist(compute_price="percentage", percent_price=10)
        order = self._sell(self.up_front, pricelist_id=shown.id)
        self.assertRecordValues(
            order.order_line, [{"price_unit": 52.17, "discount": 0.0}]
        )
        order.action_update_prices()
        self.assertRecordValues(
            order.order_line, [{"price_unit": 52.17, "discount": 0.0}]
        )

    def test_pricelist_in_other_currency(self):
        """Program prices are converted at the order date."""
        euro = self._enable_currency("EUR")
        euro.rate_ids.unlink()
        self.env["res.currency.rate"].create(
            {"currency_id": euro.id, "name": "2027-01-01", "rate": 0.5}
        )
        pricelist = self.env["product.pricelist"].create(
            {"name": "Euro", "currency_id": euro.id}
        )
        program = self._create_program(
            "OWN",
            events=[
                self._event_vals(self.goods_a, price=10.0),
                self._event_vals(self.goods_b, days=1),
            ],
        )
        order = self._sell(program, pricelist_id=pricelist.id)
        continuity = order.continuity_order_ids
        self.assertEqual(continuity.currency_id, euro)
        prices = continuity.shipment_ids.line_ids.mapped("price_unit")
        self.assertEqual([round(p, 4) for p in prices], [5.0, 9.225])

    def test_fiscal_position(self):
        """Taxes of the shipments follow the customer's fiscal position."""
        position = self.env["account.fiscal.position"].create({"name": "Export"})
        zero = self.env["account.tax"].create(
            {
                "name": "Export 0 %",
                "amount": 0.0,
                "type_tax_use": "sale",
                "fiscal_position_ids": [Command.set(position.ids)],
                "original_tax_ids": [Command.set(self.vat.ids)],
            }
        )
        self.assertTrue(zero)
        order = self._sell(self.per_shipment, fiscal_position_id=position.id)
        shipments = order.continuity_order_ids.shipment_ids
        self.assertEqual(shipments.mapped("amount_total"), [12.35, 18.45, 27.15])
        order.fiscal_position_id = False
        self.assertEqual(shipments.mapped("amount_total"), [14.94, 22.32, 32.85])
        # The customer moves: what was ordered stays, what is planned follows
        shipments[0].state = "ordered"
        order.continuity_order_ids.fiscal_position_id = position
        self.assertEqual(shipments.mapped("amount_total"), [14.94, 18.45, 27.15])

    # === THE PRICE CANNOT BE TYPED === #

    def test_price_and_discount_refused(self):
        """The price follows from the shipments: theirs is the one to change."""
        order = self._sell(self.up_front)
        for vals in ({"price_unit": 77.0}, {"discount": 10.0}):
            with self.assertRaisesRegex(UserError, "sum of its shipments"):
                order.order_line.write(vals)
        # What the form sends back unchanged is no change
        order.order_line.write({"price_unit": 57.95, "discount": 0.0})

    def test_price_refused_at_creation(self):
        product = self._sell(self.up_front).order_line.product_id
        with self.assertRaisesRegex(UserError, "sum of its shipments"):
            self.env["sale.order"].create(
                {
                    "partner_id": self.customer.id,
                    "order_line": [
                        Command.create({"product_id": product.id, "price_unit": 77.0})
                    ],
                }
            )

    def test_price_survives_quantity_change(self):
        order = self._sell(self.up_front)
        order.order_line.product_uom_qty = 2
        self.assertRecordValues(
            order.order_line, [{"price_unit": 57.95, "technical_price_unit": 57.95}]
        )
        order.action_update_prices()
        self.assertEqual(order.order_line.price_unit, 57.95)

    def test_copy_after_price_change(self):
        """The copy is priced by its own plan, not by the old line."""
        order = self._sell(self.up_front)
        line = order.continuity_order_ids.shipment_ids[0].line_ids
        line._set_price(2.35, "Complaint")
        self.assertEqual(order.order_line.price_unit, 47.95)
        self.assertEqual(order.copy().order_line.price_unit, 57.95)

    # === DISCOUNTS (N69) === #

    def _discount(self, order, **values):
        wizard = self.env["sale.order.discount"].create(
            {"sale_order_id": order.id, **values}
        )
        wizard.action_apply_discount()

    def test_discount_skips_parent_line(self):
        """Only the ordinary goods are discounted, and the chatter says so."""
        ordinary = self.env["product.product"].create(
            self._goods_vals("Book end", price=20.0)
        )
        for values in (
            {"discount_type": "sol_discount", "discount_percentage": 0.1},
            {"discount_type": "so_discount", "discount_percentage": 0.1},
        ):
            order = self._sell(self.up_front)
            order.order_line = [Command.create({"product_id": ordinary.id})]
            self._discount(order, **values)
            # 70.12 + 20.00 − 2.00
            self.assertAlmostEqual(order.amount_total, 88.12)
            self.assertIn("does not count", order.message_ids[0].body)

    def test_discount_without_ordinary_goods_refused(self):
        order = self._sell(self.up_front)
        with self.assertRaisesRegex(UserError, "only continuity programs"):
            self._discount(order, discount_type="so_discount", discount_percentage=0.1)

    # === SCHEDULES (N26, N27) === #

    def test_event_schedule_wins_over_program(self):
        """Choice by the seller > event > program; one event B, the others A."""
        weekly = self.monthly.copy({"code": "W", "unit": "days", "interval": 7})
        self.per_shipment.event_ids[1].payment_schedule_id = weekly
        order = self._sell(self.per_shipment)
        continuity = order.continuity_order_ids
        schedules = continuity.shipment_ids.mapped("payment_schedule_id")
        self.assertEqual(schedules, weekly)
        modes = [continuity._get_billing_mode(s) for s in continuity.shipment_ids]
        self.assertEqual(modes, ["A", "B", "A"])
        continuity.payment_schedule_id = self.monthly
        modes = [continuity._get_billing_mode(s) for s in continuity.shipment_ids]
        self.assertEqual(modes, ["B", "B", "B"])
        self.assertEqual(
            continuity.shipment_ids.mapped("payment_schedule_id"), self.monthly
        )

    def test_empty_choice(self):
        """Up front and empty: C. The event schedules are ignored (N26, N27)."""
        self.up_front.write(
            {
                "payment_schedule_id": self.monthly.id,
                "allowed_payment_schedule_ids": [Command.set(self.monthly.ids)],
                "prompt_payment_schedule": True,
            }
        )
        order = self._sell(self.up_front)
        continuity = order.continuity_order_ids
        self.assertEqual(continuity._get_billing_mode(), "D")
        continuity.payment_schedule_id = False
        self.assertEqual(continuity._get_billing_mode(), "C")
        order.order_line.product_uom_qty = 2
        self.assertEqual(continuity._get_billing_mode(), "C")

    def test_schedule_not_offered(self):
        other = self.monthly.copy({"code": "X", "name": "Other"})
        self.up_front.allowed_payment_schedule_ids = self.monthly
        continuity = self._sell(self.up_front).continuity_order_ids
        with self.assertRaisesRegex(UserError, "not offered"):
            continuity.payment_schedule_id = other
        continuity.payment_schedule_id = self.monthly
        self.assertEqual(continuity._get_billing_mode(), "D")

    def test_first_due_date(self):
        """T75: the later of start and submit date."""
        self.up_front.write({"payment_schedule_id": self.monthly.id})
        order = self._sell(self.up_front)
        order.continuity_order_ids.start_date = date(2027, 8, 31)
        self.assertEqual(
            [day for day, _amount in self._payments(order)], ["09-10", "10-10", "11-10"]
        )
        order.continuity_order_ids.start_date = date(2027, 10, 31)
        self.assertEqual(
            [day for day, _amount in self._payments(order)], ["10-31", "11-30", "12-31"]
        )

    def test_free_shipment_has_no_payment(self):
        """N66: nothing is owed for nothing."""
        order = self._sell(self.per_shipment)
        line = order.continuity_order_ids.shipment_ids[0].line_ids
        line._set_price(0.0, "Gift")
        self.assertEqual(self._payments(order), [("10-01", 22.32), ("10-22", 32.85)])

    # === OFFERED, NOT CHOSEN YET === #

    def _offer(self, program, **values):
        """An optional line, as a quotation template makes it: quantity 0."""
        self.vat.tax_group_id.name = "VAT 21 %"
        return self._sell(program, quantity=0, **values)

    def test_optional_series_up_front(self):
        """57.95 and 70.12 with VAT, before and after somebody takes it; not 0.00."""
        order = self._offer(self.up_front)
        line = order.order_line
        text = "3 shipments, planned value $\xa070.12 incl. VAT 21 %"
        self.assertFalse(order.continuity_order_ids)
        self.assertRecordValues(line, [{"price_unit": 57.95, "price_total": 0.0}])
        self.assertFalse(line._is_billed_by_shipment())
        self.assertEqual(self._plain(line), text)
        line.product_uom_qty = 1
        self.assertRecordValues(line, [{"price_unit": 57.95, "price_total": 70.12}])
        self.assertEqual(self._plain(line), text)
        line.product_uom_qty = 0
        self.assertFalse(order.continuity_order_ids)
        self.assertRecordValues(line, [{"price_unit": 57.95, "price_total": 0.0}])
        self.assertEqual(self._plain(line), text)

    def test_optional_series_by_shipment(self):
        """14.94 + 22.32 + 32.85 = 70.11, by shipment."""
        order = self._offer(self.per_shipment)
        line = order.order_line
        text = "3 shipments, planned value $\xa070.11 incl. VAT 21 %"
        self.assertEqual(line.price_unit, 0.0)
        self.assertTrue(line._is_billed_by_shipment())
        self.assertEqual(self._plain(line), text)
        line.product_uom_qty = 1
        self.assertTrue(line._is_billed_by_shipment())
        self.assertEqual(self._plain(line), text)

    def test_optional_series_without_end(self):
        program = self._create_program(
            "COFFEE",
            events=[self._event_vals(self.goods_a, days=28, repeat_count=-1)],
        )
        line = self._offer(program).order_line
        self.assertEqual(
            self._plain(line),
            "until cancelled, $\xa014.94 incl. VAT 21 % (every 4 weeks)",
        )

    def test_optional_series_behind_the_threshold(self):
        """Two laid out of twelve: 12 x 14.94 = 179.28, as the series itself says."""
        self.company.continuity_repeat_threshold = 2
        program = self._create_program(
            "YEAR", events=[self._event_vals(self.goods_a, days=28, repeat_count=11)]
        )
        line = self._offer(program).order_line
        text = self._plain(line)
        self.assertIn("12 shipments, planned value $\xa0179.28", text)
        line.product_uom_qty = 1
        self.assertEqual(self._plain(line), text)

    def test_optional_series_in_the_quotation(self):
        """What the customer reads on his page and on paper, who may read no program."""
        order = self._offer(self.per_shipment)
        up_front = self._create_parent_product(
            self.up_front, taxes_id=[Command.set(self.vat.ids)]
        )
        ordinary = self.env["product.product"].create(
            self._goods_vals("Book end", price=20.0)
        )
        order.order_line = [
            Command.create({"product_id": up_front.id, "product_uom_qty": 0}),
            Command.create({"product_id": ordinary.id, "product_uom_qty": 0}),
        ]
        portal = self._create_new_portal_user()
        order.partner_id = portal.partner_id
        lines = order.with_user(portal).order_line
        self.assertEqual(
            [line._get_continuity_planned_texts() for line in lines],
            [
                ["3 shipments, planned value $\xa070.11 incl. VAT 21 %"],
                ["3 shipments, planned value $\xa070.12 incl. VAT 21 %"],
                [],
            ],
        )
        html, _type = self.env["ir.actions.report"]._render_qweb_html(
            "sale.report_saleorder", order.ids
        )
        page = " ".join(html.decode().split())
        self.assertEqual(page.count("3 shipments, planned value"), 2)
        self.assertEqual(page.count("by shipment"), 1)
        self.assertIn("57.95", page)

    def test_optional_series_that_is_not_sold_any_more(self):
        """Nothing is said of it, and the page of the quotation opens."""
        line = self._offer(self.per_shipment).order_line
        self.per_shipment.action_close()
        self.per_shipment.event_ids.active = False
        self.assertFalse(line.continuity_planned_text)
        self.assertEqual(line._get_continuity_planned_texts(), [])

    def _plain(self, line):
        self.assertEqual(
            [line.continuity_planned_text], line._get_continuity_planned_texts()
        )
        return line.continuity_planned_text
