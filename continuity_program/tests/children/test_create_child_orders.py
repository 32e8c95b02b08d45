# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, datetime

from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from ..common import ContinuityCommon


@tagged("post_install", "-at_install")
@freeze_time("2027-09-10 12:00:00")
class TestCreateChildOrders(ContinuityCommon):
    """The child orders of what is due, once, and the reason of what is left out."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.program = cls._create_program()
        cls.product = cls._create_parent_product(cls.program)

    # === HELPERS === #

    def _sell(self, product=None, **values):
        """Sell the product today and return its continuity order."""
        sale_order = self._create_sold_order(product or self.product, **values)
        return sale_order.continuity_order_ids

    def _run(self, **values):
        return self._execute("create_child_orders", **values)

    def _get_children(self, order):
        return order.shipment_ids.sorted("number").child_order_id

    # === THE CHILD ORDER === #

    def test_child_of_first_event(self):
        """Walk-through 18–21: one child order for event 1, linked both ways."""
        order = self._sell()
        run = self._run(product=self.product, sale_order=order.sale_order_id)
        shipment = order.shipment_ids[0]
        child = shipment.child_order_id
        self.assertRecordValues(
            order.shipment_ids,
            [{"state": "ordered"}, {"state": "planned"}, {"state": "planned"}],
        )
        self.assertRecordValues(
            child,
            [
                {
                    "state": "sale",
                    "continuity_type": "child",
                    "partner_id": self.customer.id,
                    "continuity_order_id": order.id,
                    "continuity_parent_id": order.sale_order_id.id,
                    "origin": order.sale_order_id.name,
                    "commitment_date": datetime(2027, 9, 10, 12),
                    "amount_total": 30.0,
                }
            ],
        )
        self.assertRecordValues(
            child.order_line,
            [
                {
                    "product_id": self.goods_a.id,
                    "product_uom_qty": 1.0,
                    "price_unit": 30.0,
                    "continuity_shipment_line_id": shipment.line_ids.id,
                }
            ],
        )
        self.assertEqual(shipment.line_ids.sale_order_line_id, child.order_line)
        self.assertEqual(
            run.message,
            "1 child order created. Finished.",
        )
        self.assertRecordValues(
            run,
            [
                {
                    "state": "done",
                    "done_count": 1,
                    "skipped_count": 0,
                    "failed_count": 0,
                    "remaining_count": 0,
                }
            ],
        )
        self.assertEqual(run.line_ids.child_order_id, child)

    def test_second_run_does_nothing(self):
        order = self._sell()
        self._run()
        run = self._run()
        self.assertEqual(len(order.child_order_ids), 1)
        self.assertEqual(
            run.message,
            "0 child orders created. Finished.",
        )
        self.assertFalse(run.line_ids)

    def test_mode_a_is_charged_at_creation(self):
        """MA2: the child's amount is charged to the card, then the child confirmed."""
        order = self._sell()
        self._run()
        self.assertRecordValues(
            order.payment_ids,
            [
                {
                    "shipment_id": order.shipment_ids[0].id,
                    "amount": 30.0,
                    "due_date": date(2027, 9, 10),
                    "state": "paid",
                }
            ],
        )
        self.assertEqual(self._get_children(order).state, "sale")

    def test_mode_a_declined_stays_quotation(self):
        """N52: no parcel before the money; the run says so."""
        order = self._sell(token=self._create_token("error"))
        run = self._run()
        child = self._get_children(order)
        self.assertEqual(child.state, "draft")
        self.assertEqual(order.shipment_ids[0].state, "ordered")
        self.assertEqual(order.payment_ids.state, "declined")
        self.assertEqual(run.line_ids.reason, "declined")
        self.assertEqual(
            run.message,
            "1 child order created. 1 wait for their payment. Finished.",
        )
        # Neither confirmed nor charged again behind the back of the retry days
        self._run()
        self.assertEqual(child.state, "draft")
        self.assertEqual(len(order.payment_ids.transaction_ids), 1)

    def test_not_charged_at_creation(self):
        """Company option off: the child is confirmed and charged when invoiced."""
        self.company.continuity_authorize_child = False
        order = self._sell()
        self._run()
        self.assertFalse(order.payment_ids)
        self.assertEqual(self._get_children(order).state, "sale")

    def test_up_front_child_totals_zero(self):
        """Goods and *Paid in advance* line, nothing to collect."""
        program = self._create_program("CP-UP", bill_upfront=True)
        order = self._sell(self._create_parent_product(program))
        payments = order.payment_ids
        run = self._run()
        child = self._get_children(order)
        self.assertEqual(run.done_count, 1)
        self.assertEqual(child.state, "sale")
        self.assertEqual(child.amount_total, 0.0)
        self.assertEqual(child.order_line.mapped("price_unit"), [30.0, -30.0])
        self.assertEqual(
            child.order_line[1].continuity_prepaid_line_id, child.order_line[0]
        )
        self.assertEqual(order.payment_ids, payments)

    def test_quantity_of_the_parent(self):
        order = self._sell(quantity=3)
        self._run()
        self.assertEqual(self._get_children(order).order_line.product_uom_qty, 3.0)

    def test_two_products_of_one_event(self):
        """X13: one child with two lines."""
        event = self._event_vals(self.goods_a)
        event["line_ids"] += self._event_vals(self.goods_b)["line_ids"]
        program = self._create_program("CP-TWO", events=[event])
        order = self._sell(self._create_parent_product(program))
        self._run()
        child = self._get_children(order)
        self.assertEqual(child.order_line.product_id, self.goods_a | self.goods_b)
        self.assertEqual(child.amount_total, 60.0)

    def test_address_of_today(self):
        """The child goes where the customer lives now."""
        order = self._sell()
        address = self._create_partner(
            name="Karen's new home", parent_id=self.customer.id, type="delivery"
        )
        order.partner_shipping_id = address
        self._run()
        self.assertEqual(self._get_children(order).partner_shipping_id, address)

    def test_fiscal_position_of_today(self):
        """Moved abroad, the child bears the taxes of the new country."""
        domestic = self.env["account.tax"].create(
            {"name": "Domestic 20 %", "amount": 20.0, "type_tax_use": "sale"}
        )
        self.goods_a.taxes_id = domestic
        order = self._sell()
        abroad = self.env.ref("base.jp")
        position = self.env["account.fiscal.position"].create(
            {"name": "Export", "auto_apply": True, "country_id": abroad.id}
        )
        self.customer.country_id = abroad
        self._run()
        child = self._get_children(order)
        self.assertEqual(child.fiscal_position_id, position)
        self.assertFalse(child.order_line.tax_ids)
        self.assertEqual(child.amount_total, 30.0)

    def test_price_as_sold(self):
        order = self._sell()
        self.goods_a.list_price = 35.0
        self._run()
        self.assertEqual(self._get_children(order).amount_total, 30.0)

    def test_price_at_shipment(self):
        """Program option: the price list of the day the child is created."""
        self.program.price_policy = "shipment"
        order = self._sell()
        self.goods_a.list_price = 35.0
        self._run()
        self.assertEqual(self._get_children(order).amount_total, 35.0)
        self.assertEqual(order.payment_ids.amount, 35.0)

    def test_price_of_the_seller_stays(self):
        self.program.price_policy = "shipment"
        order = self._sell()
        order.shipment_ids[0].line_ids.sudo().write(
            {"price_unit": 20.0, "price_changed": True, "price_reason": "Friend"}
        )
        self.goods_a.list_price = 35.0
        self._run()
        self.assertEqual(self._get_children(order).amount_total, 20.0)

    def test_discount_is_not_given_twice(self):
        """The discount of a price list is given as sold, once."""
        pricelist = self._enable_pricelist_with_discount(10.0)
        order = self._sell(pricelist_id=pricelist.id)
        self._run()
        self.assertEqual(self._get_children(order).amount_total, 27.0)

    def _enable_pricelist_with_discount(self, percent):
        self.env.user.group_ids |= self.env.ref("product.group_product_pricelist")
        self.env.user.group_ids |= self.env.ref("sale.group_discount_per_so_line")
        return self.env["product.pricelist"].create(
            {
                "name": "Members",
                "item_ids": [
                    Command.create(
                        {"compute_price": "percentage", "percent_price": percent}
                    )
                ],
            }
        )

    def test_archived_product_is_made_and_noted(self):
        """The child is made, and the run says so."""
        order = self._sell()
        self.goods_a.active = False
        run = self._run()
        self.assertEqual(self._get_children(order).order_line.product_id, self.goods_a)
        self.assertIn("not for sale any more: Goods A", run.line_ids.message)

    # === FIGURES === #

    def _count_queries(self, count, product=None):
        """Queries of a run over `count` orders of as many customers."""
        # Services: what a delivery costs is the warehouse's
        self.goods_a.type = "service"
        self.company.continuity_authorize_child = False
        token = self._create_token()
        orders = self._create_orders(count, product or self.product)
        orders.continuity_order_ids.write(
            {"payment_method": "card", "payment_token_id": token.id}
        )
        orders.action_confirm()
        with self._counting_queries(counts := []):
            run = self._run()
        self.assertEqual(run.done_count, count)
        return counts[0]

    def _create_orders(self, count, product):
        return self.env["sale.order"].create(
            [
                {
                    "partner_id": self.customer.id,
                    "order_line": [Command.create({"product_id": product.id})],
                }
                for _number in range(count)
            ]
        )

    def test_queries_per_child_order(self):
        """At most six queries per child order, however many there are."""
        few, many = self._count_queries(10), self._count_queries(100)
        self.assertLessEqual((many - few) / 90, 4.0)
        self.assertLessEqual(many / 100, 6.0)

    def test_queries_per_child_order_up_front(self):
        """The second line of each, *Paid in advance*, and its invoice are no reason."""
        program = self._create_program("CP-UP", bill_upfront=True)
        product = self._create_parent_product(program)
        few = self._count_queries(2, product)
        many = self._count_queries(10, product)
        self.assertLessEqual((many - few) / 8, 5.0)

    def test_analytic_distribution(self):
        """Where there is no model none is looked for; where there is, it is used."""
        plan = self.env["account.analytic.plan"].create({"name": "Clubs"})
        account = self.env["account.analytic.account"].create(
            {"name": "Book club", "plan_id": plan.id}
        )
        without = self._sell()
        self._run()
        self.assertFalse(self._get_children(without).order_line.analytic_distribution)
        self.env["account.analytic.distribution.model"].create(
            {
                "product_id": self.goods_a.id,
                "analytic_distribution": {str(account.id): 100},
            }
        )
        order = self._sell()
        self._run()
        self.assertEqual(
            self._get_children(order).order_line.analytic_distribution,
            {str(account.id): 100},
        )

    # === WHEN === #

    def test_days_before_delivery(self):
        """X9, T68: planned 10 Oct with five days is made on 5 October, not on 4."""
        self.company.continuity_delivery_days = 5
        order = self._sell()
        self._run()
        self._run(date="2027-10-04")
        self.assertEqual(len(order.child_order_ids), 1)
        self._run(date="2027-10-05")
        self.assertEqual(len(order.child_order_ids), 2)
        self.assertEqual(
            order.shipment_ids[1].child_order_id.commitment_date,
            datetime(2027, 10, 10, 12),
        )

    def test_start_date_in_the_future(self):
        """X8: nothing is due on the day of the order."""
        program = self._create_program("CP-LATER", days_after_order=10)
        order = self._sell(self._create_parent_product(program))
        run = self._run()
        self.assertFalse(order.child_order_ids)
        self.assertFalse(run.line_ids)
        self._run(date=date(2027, 9, 20))
        self.assertEqual(len(order.child_order_ids), 1)

    def _create_missed_program(self, consolidate):
        """X10: event 1 began 60 days ago, the others follow every 30 days."""
        return self._create_program(
            f"CP-MISSED-{consolidate}",
            consolidate_missed=consolidate,
            events=[
                self._event_vals(self.goods_a, start_order_date=date(2027, 7, 12)),
                self._event_vals(self.goods_b, days=30),
                self._event_vals(self.goods_c, days=30, action="end"),
            ],
        )

    def test_missed_shipments_leave_together(self):
        """X10, T65: one child {A, B} dated today, one child {C}."""
        program = self._create_missed_program(True)
        order = self._sell(self._create_parent_product(program))
        run = self._run()
        first, second, third = order.shipment_ids.sorted("number")
        self.assertEqual(first.child_order_id, second.child_order_id)
        self.assertNotEqual(first.child_order_id, third.child_order_id)
        self.assertEqual(
            first.child_order_id.order_line.product_id, self.goods_a | self.goods_b
        )
        self.assertEqual(first.child_order_id.amount_total, 60.0)
        self.assertEqual(
            first.child_order_id.commitment_date, datetime(2027, 9, 10, 12)
        )
        self.assertEqual(
            order.shipment_ids.mapped("scheduled_date"),
            [date(2027, 7, 12), date(2027, 8, 11), date(2027, 9, 10)],
        )
        self.assertEqual(run.done_count, 2)
        # N75: one row for the group, on its first shipment
        self.assertRecordValues(
            order.payment_ids.sorted("amount"),
            [
                {"shipment_id": third.id, "amount": 30.0, "state": "paid"},
                {"shipment_id": first.id, "amount": 60.0, "state": "paid"},
            ],
        )

    def test_missed_shipments_leave_apart(self):
        """X10, T66: without *Consolidate* three children."""
        program = self._create_missed_program(False)
        order = self._sell(self._create_parent_product(program))
        self._run()
        self.assertEqual(len(order.child_order_ids), 3)

    def test_missed_group_counts_once(self):
        """N34: a group counts as one order for the limit."""
        program = self._create_missed_program(True)
        order = self._sell(self._create_parent_product(program))
        run = self._run(limit=1)
        self.assertEqual(run.done_count, 1)
        self.assertEqual(run.remaining_count, 1)
        self.assertEqual(
            order.shipment_ids.mapped("state"), ["ordered", "ordered", "planned"]
        )

    def test_late_run_does_not_consolidate(self):
        """T67: shipments late for another reason get their own children."""
        self.program.consolidate_missed = True
        order = self._sell()
        run = self._run(date="2027-10-15")
        self.assertEqual(run.done_count, 2)
        self.assertEqual(len(order.child_order_ids), 2)
        self.assertEqual(
            set(order.child_order_ids.mapped("commitment_date")),
            {datetime(2027, 10, 15, 12)},
        )

    def test_late_once_then_again(self):
        """Stopped for 40 days, run once, then run again."""
        order = self._sell()
        self._run(date="2027-10-20")
        run = self._run(date="2027-10-20")
        self.assertEqual(len(order.child_order_ids), 2)
        self.assertEqual(run.done_count, 0)

    def test_too_many_due(self):
        """T69: a year mistyped makes no child, one failed line and one activity."""
        program = self._create_program(
            "CP-RUNAWAY",
            prompt_start_date=True,
            events=[self._event_vals(self.goods_a, days=6, repeat_count=9)],
        )
        order = self._sell(
            self._create_parent_product(program), order_date=datetime(2027, 9, 10, 12)
        )
        order.shipment_ids.sudo().write({"planned_date": "2020-01-01"})
        run = self._run()
        self.assertFalse(order.child_order_ids)
        self.assertRecordValues(
            run.line_ids,
            [
                {
                    "continuity_order_id": order.id,
                    "shipment_id": False,
                    "outcome": "failed",
                    "reason": "catchup",
                }
            ],
        )
        self.assertEqual(len(order.activity_ids), 1)
        self._run()
        self.assertEqual(len(order.activity_ids), 1)

    def test_bound_itself_is_allowed(self):
        self.company.continuity_max_catchup = 3
        order = self._sell()
        run = self._run(date="2027-11-10")
        self.assertEqual(run.done_count, 3)
        self.assertEqual(len(order.child_order_ids), 3)

    def test_today_of_the_company(self):
        """At 02:00 UTC it is still yesterday in Los Angeles."""
        order = self._sell()
        order.shipment_ids[0].sudo().planned_date = date(2027, 9, 11)
        with freeze_time("2027-09-11 02:00:00"):
            self.company.partner_id.tz = "America/Los_Angeles"
            run = self._run()
            self.assertEqual(run.date, date(2027, 9, 10))
            self.assertFalse(order.child_order_ids)
            self.company.partner_id.tz = "Pacific/Auckland"
            run = self._run()
            self.assertEqual(run.date, date(2027, 9, 11))
            self.assertEqual(
                order.child_order_ids.commitment_date, datetime(2027, 9, 11, 0)
            )

    def test_days_on_which_the_clock_is_changed(self):
        """Noon of the day in the company's zone, in summer and in winter."""
        self.company.partner_id.tz = "America/New_York"
        order = self._sell()
        first, second = order.shipment_ids.sorted("number")[:2]
        first.sudo().planned_date = date(2027, 11, 7)
        second.sudo().planned_date = date(2028, 3, 12)
        self._run(date="2027-11-07")
        self._run(date="2028-03-12")
        self.assertEqual(
            first.child_order_id.commitment_date, datetime(2027, 11, 7, 17)
        )
        self.assertEqual(
            second.child_order_id.commitment_date, datetime(2028, 3, 12, 16)
        )

    def test_order_of_the_processes(self):
        """Payments first or child orders first, the result is the same."""
        orders = self._sell() | self._sell()
        for order, jobs in zip(
            orders,
            (
                ("process_payments", "create_child_orders"),
                ("create_child_orders", "process_payments"),
            ),
            strict=True,
        ):
            for job in jobs:
                self._execute(job, sale_order=order.sale_order_id)
        for order in orders:
            self.assertEqual(order.child_order_ids.state, "sale")
            self.assertRecordValues(
                order.payment_ids, [{"amount": 30.0, "state": "paid"}]
            )
            self.assertEqual(len(order.payment_ids.transaction_ids), 1)

    # === LIMIT AND FILTERS === #

    def test_limit(self):
        """X18: one of three due, two remain; the oldest first; the next run goes on."""
        orders = self._sell() | self._sell() | self._sell()
        last = orders[2]
        last.shipment_ids[0].sudo().planned_date = date(2027, 9, 9)
        run = self._run(limit=1)
        self.assertEqual(
            run.message,
            "1 child order created. 2 remain. Finished.",
        )
        self.assertEqual(run.line_ids.continuity_order_id, last)
        self._run(limit=1)
        self.assertEqual(len(orders.child_order_ids), 2)

    def test_limit_of_the_company(self):
        self.company.continuity_max_child_orders = 2
        orders = self._sell() | self._sell() | self._sell()
        self.assertEqual(self._run().done_count, 2)
        self.assertEqual(self._run(limit=0).done_count, 1)
        self.assertEqual(len(orders.child_order_ids), 3)

    def test_limit_is_not_used_up_by_left_outs(self):
        expired = self._sell()
        expired.payment_token_id.expiry_date = date(2027, 9, 9)
        good = self._sell()
        run = self._run(limit=1)
        self.assertEqual(len(good.child_order_ids), 1)
        self.assertRecordValues(run, [{"done_count": 1, "skipped_count": 1}])

    def test_filters(self):
        """Item, order and program; a template means all its variants."""
        other_program = self._create_program("CP-OTHER")
        other_product = self._create_parent_product(other_program)
        first, second, other = self._sell(), self._sell(), self._sell(other_product)
        self._run(sale_order=first.sale_order_id.id)
        self.assertEqual(len(first.child_order_ids), 1)
        self.assertFalse((second | other).child_order_ids)
        self._run(product=other_product)
        self.assertEqual(len(other.child_order_ids), 1)
        self.assertFalse(second.child_order_ids)
        run = self._run(program=other_program.id)
        self.assertEqual(run.done_count, 0)
        self._run(product=self.product.product_tmpl_id)
        self.assertEqual(len(second.child_order_ids), 1)

    # === LEFT OUT === #

    def _assert_left_out(self, order, reason):
        run = self._run()
        self.assertFalse(order.child_order_ids)
        self.assertRecordValues(
            run.line_ids,
            [
                {
                    "continuity_order_id": order.id,
                    "shipment_id": order.shipment_ids[0].id,
                    "outcome": "skipped",
                    "reason": reason,
                }
            ],
        )
        self.assertEqual(order.shipment_ids[0].state, "planned")
        self.assertTrue(order.shipment_ids[0].failure_message)
        return run

    def test_expired_card(self):
        """X5, N37: left out, counted, one activity; made when there is a new card."""
        order = self._sell()
        order.payment_token_id.expiry_date = date(2027, 9, 9)
        run = self._assert_left_out(order, "card_expired")
        self.assertEqual(
            run.message,
            "0 child orders created. 1 not created because of an expired credit card."
            " Finished.",
        )
        self.assertEqual(len(order.activity_ids), 1)
        self._run()
        self.assertEqual(len(order.activity_ids), 1)
        self.assertEqual(order.state, "running")
        order._set_payment_token(self._create_token())
        self._run()
        self.assertEqual(len(order.child_order_ids), 1)
        self.assertFalse(order.shipment_ids[0].failure_message)

    def test_card_is_valid_on_its_last_day(self):
        """Valid on the day itself, as the bank sees it."""
        order = self._sell()
        order.payment_token_id.expiry_date = date(2027, 9, 10)
        self._run()
        self.assertEqual(len(order.child_order_ids), 1)

    def test_expired_card_of_a_paid_order(self):
        """Mode C is paid: its goods leave whatever became of the card."""
        program = self._create_program("CP-UP", bill_upfront=True)
        order = self._sell(self._create_parent_product(program))
        order.payment_token_id.expiry_date = date(2027, 9, 9)
        self._run()
        self.assertEqual(len(order.child_order_ids), 1)

    def test_on_hold(self):
        order = self._sell()
        order.action_hold("Customer is abroad")
        self._assert_left_out(order, "on_hold")
        order.action_release()
        self._run()
        self._run()
        self.assertEqual(len(order.child_order_ids), 1)

    def test_held_over_two_dates(self):
        """By card or on account, no turn is lost, and each comes once."""
        self.customer.continuity_allow_on_account = True
        card, account = self._sell(), self._sell()
        account.payment_method = "on_account"
        (card | account).action_hold("Customer is abroad")
        for day, late in ((date(2027, 9, 10), 2), (date(2027, 10, 10), 4)):
            run = self._run(date=day)
            self.assertEqual((run.done_count, run.skipped_count), (0, late))
        (card | account).action_release()
        for _time in range(2):
            self._run(date=date(2027, 10, 11))
        for order in (card, account):
            self.assertEqual(
                order.shipment_ids.mapped("state"), ["ordered", "ordered", "planned"]
            )
            self.assertEqual(len(order.child_order_ids), 2)
        self.assertEqual(card.payment_ids.mapped("state"), ["paid", "paid"])

    def test_paused(self):
        order = self._sell()
        order.sudo().write({"pause_date": date(2027, 9, 10), "state": "paused"})
        self._assert_left_out(order, "paused")

    def test_parent_order_held(self):
        order = self._sell()
        order.sale_order_id.continuity_hold = True
        self._assert_left_out(order, "parent_hold")

    def test_archived_address(self):
        order = self._sell()
        address = self._create_partner(
            name="Old home", parent_id=self.customer.id, type="delivery"
        )
        order.partner_shipping_id = address
        address.active = False
        self._assert_left_out(order, "address")

    def test_nothing_to_send(self):
        order = self._sell()
        order.shipment_ids[0].line_ids.sudo().quantity = 0.0
        self._assert_left_out(order, "nothing_to_send")

    def test_skipped_shipment_is_not_mentioned(self):
        order = self._sell()
        order.shipment_ids[0].action_skip()
        run = self._run()
        self.assertFalse(order.child_order_ids)
        self.assertFalse(run.line_ids)

    def test_draft_is_not_mentioned(self):
        self._create_order(self.product)
        self.assertFalse(self._run().line_ids)

    def test_closed_program_goes_on(self):
        """N40: closing a program stops its sales, not its members."""
        order = self._sell()
        self.program.action_close()
        self._run()
        self.assertEqual(len(order.child_order_ids), 1)

    # === COMPANIES === #

    def test_other_company(self):
        """A run touches its own company only."""
        order = self._sell()
        other = self.env["res.company"].create({"name": "Other company"})
        self.env.user.company_ids |= other
        run = self._run(company=other)
        self.assertEqual(run.company_id, other)
        self.assertFalse(order.child_order_ids)
        self._run(company=self.company.id)
        self.assertEqual(len(order.child_order_ids), 1)

    # === MONEY THAT DOES NOT COME === #

    def test_pending_payment(self):
        """A bank debit under way; the child waits and is not charged again."""
        order = self._sell(token=self._create_token("pending"))
        run = self._run()
        self._run()
        self.assertEqual(order.payment_ids.state, "pending")
        self.assertIn(order.child_order_ids.state, ("draft", "sent"))
        self.assertEqual(run.line_ids.reason, "pending")
        self.assertEqual(len(order.payment_ids.transaction_ids), 1)

    def test_row_that_cannot_be_charged_ends_the_pass(self):
        """A row the gateway is not asked for is looked at once, not for ever."""
        order = self._sell()
        payments = type(self.env["continuity.payment"])
        self.patch(payments, "_charge", lambda rows, *_a, **_kw: rows.browse())
        run = self._run()
        self.assertEqual(run.line_ids.reason, "not_now")
        self.assertEqual(order.payment_ids.state, "scheduled")
        self.assertEqual(order.child_order_ids.state, "draft")
