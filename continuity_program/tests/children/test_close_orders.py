# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, datetime
from importlib.util import module_from_spec, spec_from_file_location

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools.misc import file_path

from ..cases.close import DAYS, CloseCase


@tagged("post_install", "-at_install")
class TestCloseUpfront(CloseCase):
    """C3, C4 MC2 and MC19, C5, BR4, BR11: up-front money ends at zero."""

    # === ZERO INVOICES === #

    def _check_life(self, currency, first, second, third):
        self._set_currency(currency)
        order = self._submit(self._create_club(bill_upfront=True))
        run = self._live(order)
        zero = self._get_zero_invoices(order)
        self.assertRecordValues(
            zero,
            [
                {
                    "invoice_date": date.fromisoformat(day),
                    "amount_total": 0.0,
                    "amount_tax": 0.0,
                    "payment_state": "paid",
                    "journal_id": self.revenue_journal.id,
                }
                for day in DAYS
            ],
        )
        for move, amount in zip(zero, (first, second, third), strict=True):
            self.assertEqual(
                self._entry(move),
                {self.prepayment_account: amount, self.revenue_account: -amount},
            )
        # MC19: nothing is left, and it is over
        self.assertEqual(self._get_prepayment(order), 0.0)
        self.assertEqual(order.state, "closed")
        self.assertEqual(order.sale_order_id.invoice_status, "invoiced")
        self.assertRecordValues(
            order.shipment_ids,
            [{"state": "done", "actual_date": date.fromisoformat(day)} for day in DAYS],
        )
        self.assertFalse(
            self.env["account.move"].search_count(
                [("continuity_order_id", "=", order.id), ("move_type", "=", "entry")]
            ),
            "no closing entry where nothing is left",
        )
        self.assertEqual(
            run.message,
            "Continuity orders closed: 1. Invoices posted: 1. Finished.",
        )

    def test_life_eur(self):
        self._check_life("EUR", 12.35, 18.45, 27.15)

    def test_life_jpy(self):
        self._check_life("JPY", 1235, 1845, 2715)

    def test_life_kwd(self):
        self._check_life("KWD", 12.351, 18.452, 27.155)

    def test_nothing_before_the_delivery(self):
        """BR4: revenue when the parcel leaves, not when it is ordered."""
        self._set_currency("EUR")
        order = self._submit(self._create_club(bill_upfront=True))
        with freeze_time("2027-09-10 12:00:00"):
            child = self._create_child(order)
        if "picking_ids" not in child._fields:
            return
        run = self._run("2027-09-10")
        self.assertFalse(run.line_ids)
        self.assertFalse(self._get_zero_invoices(order))
        # Late from the next day on: listed each night, with what it means
        report = self.env["continuity.prepayment.report"]
        for day in ("2027-09-11", "2027-09-12"):
            run = self._run(day)
            self.assertRecordValues(
                run.line_ids,
                [
                    {
                        "outcome": "skipped",
                        "reason": "not_delivered",
                        "child_order_id": child.id,
                        "continuity_order_id": order.id,
                    }
                ],
            )
            self.assertIn("1 left out.", run.message)
        self.assertIn(
            f"{child.name} of 09/10/2027 is not delivered. It was paid in advance: its"
            " money moves to sales",
            run.line_ids.message,
        )
        row = report.search([("continuity_order_id", "=", order.id)])
        self.assertRecordValues(row, [{"amount_open": 57.95, "amount_waiting": 12.35}])
        with freeze_time("2027-09-13 12:00:00"):
            self._deliver(child)
        self._run("2027-09-15")
        self.assertEqual(self._get_zero_invoices(order).invoice_date, date(2027, 9, 13))
        self.assertEqual(order.shipment_ids[0].actual_date, date(2027, 9, 13))
        report.invalidate_model()
        self.assertRecordValues(row, [{"amount_open": 45.60, "amount_waiting": 0.0}])

    def test_without_stock(self):
        """BR4: what needs no parcel is released on the commitment date."""
        self._set_currency("EUR")
        self.goods.write({"type": "service"})
        self.company.continuity_delivery_days = 5
        order = self._submit(self._create_club(bill_upfront=True))
        with freeze_time("2027-09-26 12:00:00"):
            self._execute("create_child_orders")
        self._run("2027-09-26")
        self.assertEqual(
            self._get_zero_invoices(order).mapped("invoice_date"), [date(2027, 9, 26)]
        )
        second = order.shipment_ids[1]
        self.assertEqual(
            second.child_order_id.commitment_date, datetime(2027, 10, 1, 12)
        )
        self._run("2027-09-30")
        self.assertEqual(len(self._get_zero_invoices(order)), 1)
        self._run("2027-10-01")
        self.assertEqual(
            self._get_zero_invoices(order).mapped("invoice_date"),
            [date(2027, 9, 26), date(2027, 10, 1)],
        )
        self.assertEqual(second.state, "done")

    def test_goods_and_service_in_one_child(self):
        """BR4: the goods on their delivery, the service not before its date."""
        self._set_currency("EUR")
        self.goods[1].type = "service"
        self.company.continuity_delivery_days = 5
        event = self._event_vals(self.goods[0], start_order_date=date(2027, 9, 15))
        event["line_ids"] += self._event_vals(self.goods[1])["line_ids"]
        program = self._create_program("BOTH", bill_upfront=True, events=[event])
        order = self._submit(
            self._create_parent_product(program, taxes_id=[Command.set(self.vat.ids)])
        )
        child = self._ship(order, 1, "2027-09-10")
        if "picking_ids" not in child._fields:
            return
        self._run("2027-09-10")
        zero = self._get_zero_invoices(order)
        self.assertEqual(
            self._entry(zero),
            {self.prepayment_account: 12.35, self.revenue_account: -12.35},
        )
        self.assertEqual(order.shipment_ids.state, "ordered")
        self._run("2027-09-15")
        self.assertEqual(len(self._get_zero_invoices(order)), 2)
        self.assertEqual(self._get_prepayment(order), 0.0)
        self.assertEqual(order.state, "closed")

    def test_partial_delivery(self):
        """MC16: 1 of 2 delivered: a zero invoice over 1, the rest with the rest."""
        self._set_currency("EUR")
        order = self._submit(self._create_club(bill_upfront=True), quantity=2)
        with freeze_time("2027-09-10 12:00:00"):
            child = self._create_child(order)
            if "picking_ids" not in child._fields:
                return
            self._deliver(child, 1.0)
        self._run("2027-09-10")
        zero = self._get_zero_invoices(order)
        self.assertEqual(
            self._entry(zero),
            {self.prepayment_account: 12.35, self.revenue_account: -12.35},
        )
        self.assertEqual(order.shipment_ids[0].state, "ordered")
        self.assertEqual(order.shipment_ids[0].line_ids.open_quantity, 1.0)
        with freeze_time("2027-09-14 12:00:00"):
            self._deliver(child)
        self._run("2027-09-14")
        self.assertEqual(
            self._get_zero_invoices(order).mapped("invoice_date"),
            [date(2027, 9, 10), date(2027, 9, 14)],
        )
        self.assertEqual(order.shipment_ids[0].state, "done")
        self.assertEqual(order.shipment_ids[0].line_ids.open_quantity, 0.0)

    def test_rest_of_the_delivery_cancelled(self):
        """F2, MC16: the shipment is done, its unit stays open and keeps it open."""
        self._set_currency("EUR")
        order = self._submit(self._create_club(bill_upfront=True), quantity=2)
        with freeze_time("2027-09-10 12:00:00"):
            child = self._create_child(order)
            if "picking_ids" not in child._fields:
                return
            self._deliver(child, 1.0)
            child.picking_ids.filtered(lambda p: p.state != "done").action_cancel()
        self._run("2027-09-10")
        self.assertEqual(order.shipment_ids[0].state, "done")
        self._ship(order, 2, DAYS[1])
        self._ship(order, 3, DAYS[2])
        run = self._run(DAYS[2])
        self.assertEqual(order.state, "running")
        left_out = run.line_ids.filtered(lambda line: line.outcome == "skipped")
        self.assertRecordValues(
            left_out,
            [
                {
                    "continuity_order_id": order.id,
                    "reason": "units_open",
                    "message": "Paid in advance and neither delivered nor credited:"
                    " 1 × Goods A. Credit them, or send them.",
                }
            ],
        )
        self.assertEqual(self._get_prepayment(order), -12.35)

    # === WHAT ROUNDING LEAVES === #

    def _create_included(self, count, price=9.99):
        """C5 *Taxes in the price*: so many shipments, 21 % included."""
        self.vat.price_include_override = "tax_included"
        self.goods_a.list_price = price
        program = self._create_program(
            f"INCLUDED{count}",
            bill_upfront=True,
            events=[
                self._event_vals(self.goods_a, days=7, repeat_count=count - 1),
            ],
        )
        return self._create_parent_product(
            program, taxes_id=[Command.set(self.vat.ids)]
        )

    def _get_closing_entry(self, order):
        return self.env["account.move"].search(
            [
                ("continuity_order_id", "=", order.id),
                ("move_type", "=", "entry"),
                ("state", "=", "posted"),
            ]
        )

    def test_tax_in_the_price(self):
        """C5: 3 × 9.99: 24.77 against 3 × 8.26; X Dr REV 0.01 Cr PRE 0.01."""
        self._set_currency("EUR")
        order = self._submit(self._create_included(3))
        self.assertEqual(order.upfront_invoice_id.amount_untaxed, 24.77)
        self._live(order, ("2027-09-10", "2027-09-17", "2027-09-24"))
        for move in self._get_zero_invoices(order):
            self.assertEqual(
                self._entry(move),
                {self.prepayment_account: 8.26, self.revenue_account: -8.26},
            )
        entry = self._get_closing_entry(order)
        self.assertEqual(
            self._entry(entry),
            {self.prepayment_account: -0.01, self.revenue_account: 0.01},
        )
        self.assertRecordValues(
            entry, [{"journal_id": self.revenue_journal.id, "date": date(2027, 9, 24)}]
        )
        self.assertEqual(self._get_prepayment(order), 0.0)
        self.assertEqual(order.state, "closed")

    def test_tax_in_the_price_of_twelve(self):
        """C5: twelve leave 0.05."""
        self._set_currency("EUR")
        order = self._submit(self._create_included(12))
        self.company.continuity_max_catchup = 0
        with freeze_time("2027-12-01 12:00:00"):
            self._execute("create_child_orders")
            for child in order.child_order_ids:
                self._deliver(child)
        self._run("2027-12-01")
        self.assertEqual(
            self._entry(self._get_closing_entry(order)),
            {self.prepayment_account: -0.05, self.revenue_account: 0.05},
        )
        self.assertEqual(self._get_prepayment(order), 0.0)

    def test_three_units_one_by_one(self):
        """C5: 3 at 3.333, delivered one by one: 9.99 of 10.00; X 0.01."""
        self._set_currency("EUR")
        self.env["decimal.precision"].search(
            [("name", "=", "Product Price")]
        ).digits = 3
        self.goods_a.list_price = 3.333
        program = self._create_program(
            "UNITS", bill_upfront=True, events=[self._event_vals(self.goods_a)]
        )
        product = self._create_parent_product(
            program, taxes_id=[Command.set(self.vat.ids)]
        )
        order = self._submit(product, quantity=3)
        self.assertEqual(order.upfront_invoice_id.amount_untaxed, 10.0)
        with freeze_time("2027-09-10 12:00:00"):
            child = self._create_child(order)
            if "picking_ids" not in child._fields:
                return
        for day in ("2027-09-10", "2027-09-11", "2027-09-12"):
            with freeze_time(f"{day} 12:00:00"):
                self._deliver(child, 1.0)
            self._run(day)
        for move in self._get_zero_invoices(order):
            self.assertEqual(
                self._entry(move),
                {self.prepayment_account: 3.33, self.revenue_account: -3.33},
            )
        self.assertEqual(
            self._entry(self._get_closing_entry(order)),
            {self.prepayment_account: 0.01, self.revenue_account: -0.01},
        )
        self.assertEqual(order.state, "closed")

    def test_discount(self):
        """C5: 10 % on the shipments: 11.12 + 16.61 + 24.44 = 52.17."""
        self._set_currency("EUR")
        with freeze_time("2027-09-10 12:00:00"):
            quotation = self._quote(self._create_club(bill_upfront=True))
            order = quotation.continuity_order_ids
            for line in order.shipment_ids.line_ids:
                line._set_price(line.price_unit, "Loyal customer", discount=10)
            quotation.action_confirm()
        self.assertEqual(order.upfront_invoice_id.amount_untaxed, 52.17)
        self._live(order)
        self.assertEqual(
            [
                self._entry(move)[self.prepayment_account]
                for move in self._get_zero_invoices(order)
            ],
            [11.12, 16.61, 24.44],
        )
        self.assertEqual(self._get_prepayment(order), 0.0)
        self.assertEqual(order.state, "closed")

    def test_large_residue(self):
        """BR11: more than rounding explains is not booked away, but listed."""
        self._set_currency("EUR")
        order = self._submit(self._create_club(bill_upfront=True))
        move = self.env["account.move"].create(
            {
                "move_type": "entry",
                "journal_id": self.revenue_journal.id,
                "date": date(2027, 9, 10),
                "continuity_order_id": order.id,
                "line_ids": [
                    Command.create(
                        {"account_id": self.prepayment_account.id, "balance": 0.04}
                    ),
                    Command.create(
                        {"account_id": self.revenue_account.id, "balance": -0.04}
                    ),
                ],
            }
        )
        move.action_post()
        run = self._live(order)
        self.assertEqual(order.state, "running")
        self.assertFalse(self._get_closing_entry(order) - move)
        left_out = run.line_ids.filtered(lambda line: line.reason == "residue")
        self.assertEqual(left_out.continuity_order_id, order)
        self.assertIn("0.04", left_out.message)

    # === THE GUARD === #

    def test_unpaid_instalment(self):
        """F4: everything shipped, an instalment open: listed, not closed."""
        self._set_currency("EUR")
        schedule = self.env["continuity.payment.schedule"].create(
            {"name": "3 monthly", "code": "3M", "number_of_payments": 3}
        )
        product = self._create_club(bill_upfront=True, payment_schedule_id=schedule.id)
        order = self._submit(product)
        for number, day in enumerate(DAYS, start=1):
            with freeze_time(f"{day} 12:00:00"):
                self._execute("process_payments")
            self._ship(order, number, day)
        run = self._run(DAYS[2])
        self.assertEqual(order.state, "running")
        self.assertEqual(
            run.line_ids.filtered(lambda line: line.outcome == "skipped").mapped(
                "reason"
            ),
            ["payment_open"],
        )
        self.assertEqual(order.sale_order_id.invoice_status, "no")
        with freeze_time("2027-11-10 12:00:00"):
            self._execute("process_payments")
        self._run("2027-11-10")
        self.assertEqual(order.state, "closed")

    def test_written_off(self):
        """MD12: declined for good, written off: the order closes."""
        self._set_currency("EUR")
        schedule = self.env["continuity.payment.schedule"].create(
            {"name": "3 monthly", "code": "3M", "number_of_payments": 3}
        )
        product = self._create_club(bill_upfront=True, payment_schedule_id=schedule.id)
        order = self._submit(product)
        for number, day in enumerate(DAYS, start=1):
            with freeze_time(f"{day} 12:00:00"):
                self._execute("process_payments")
            self._ship(order, number, day)
        order.payment_ids.filtered(
            lambda row: row.state == "scheduled"
        ).action_write_off("declined for good")
        self._run(DAYS[2])
        self.assertEqual(order.state, "closed")

    def test_draft_credit_note(self):
        self._set_currency("EUR")
        order = self._submit(self._create_club(bill_upfront=True))
        for number, day in enumerate(DAYS, start=1):
            self._ship(order, number, day)
        note = self.env["account.move"].create(
            {
                "move_type": "out_refund",
                "partner_id": self.customer.id,
                "continuity_order_id": order.id,
            }
        )
        run = self._run(DAYS[2])
        self.assertIn("draft_credit", run.line_ids.mapped("reason"))
        self.assertEqual(order.state, "running")
        note.unlink()
        self._run(DAYS[2])
        self.assertEqual(order.state, "closed")

    def test_activities_end(self):
        """F1: nobody is asked for a card of a closed order."""
        self._set_currency("EUR")
        order = self._submit(self._create_club(bill_upfront=True))
        order._schedule_continuity_activity(
            "continuity_program.mail_activity_card_expired", "Ask for a card"
        )
        self._live(order)
        self.assertFalse(order.activity_ids)


@tagged("post_install", "-at_install")
class TestCloseOrders(CloseCase):
    """F2, F4, X2, X6, X19: other orders, and what belongs to every process."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        with freeze_time("2027-09-10 12:00:00"):
            cls._set_currency("EUR")
            cls.club = cls._create_club()

    def test_open_while_planned(self):
        """X2: two shipments planned: nothing is closed, nothing is said."""
        order = self._submit(self.club)
        child = self._ship(order, 1, DAYS[0])
        self._invoice(child, DAYS[0])
        run = self._run(DAYS[0])
        self.assertEqual(order.state, "running")
        self.assertEqual(order.shipment_ids[0].state, "done")
        self.assertEqual(order.sale_order_id.invoice_status, "no")
        self.assertEqual(run.message, "Continuity orders closed: 0. Finished.")

    def test_all_children_invoiced(self):
        """X6: parent line and order are *Fully invoiced*; later runs ignore it."""
        order = self._submit(self.club)
        for number, day in enumerate(DAYS, start=1):
            self._invoice(self._ship(order, number, day), day)
        self.assertEqual(order.sale_order_line_id.invoice_status, "no")
        run = self._run(DAYS[2])
        self.assertEqual(order.state, "closed")
        self.assertEqual(order.sale_order_line_id.invoice_status, "invoiced")
        self.assertEqual(order.sale_order_id.invoice_status, "invoiced")
        self.assertEqual(run.done_count, 1)
        self.assertRecordValues(
            run.line_ids,
            [
                {
                    "continuity_order_id": order.id,
                    "outcome": "done",
                    "reason": "closed",
                    "message": "Shipments completed: 1, 2, 3. Closed.",
                }
            ],
        )
        self.assertFalse(self._run("2027-10-23").line_ids)

    def test_invoiced_by_hand_only(self):
        """Option *by hand*: nobody invoices, so nothing is done."""
        order = self._submit(self.club)
        child = self._ship(order, 1, DAYS[0])
        run = self._run(DAYS[0])
        self.assertFalse(run.line_ids)
        self.assertFalse(child.invoice_ids)
        self.assertEqual(order.shipment_ids[0].state, "ordered")

    def test_draft_invoice_is_not_enough(self):
        order = self._submit(self.club)
        child = self._ship(order, 1, DAYS[0])
        with freeze_time(f"{DAYS[0]} 12:00:00"):
            moves = child._create_invoices()
        self._run(DAYS[0])
        self.assertEqual(order.shipment_ids[0].state, "ordered")
        moves.action_post()
        self._run(DAYS[0])
        self.assertEqual(order.shipment_ids[0].state, "done")

    def test_invoiced_before_the_delivery(self):
        """F2: nothing may be left to deliver."""
        order = self._submit(self.club)
        with freeze_time(f"{DAYS[0]} 12:00:00"):
            child = self._create_child(order)
        if "picking_ids" not in child._fields:
            return
        self._invoice(child, DAYS[0])
        self._run(DAYS[0])
        self.assertEqual(order.shipment_ids[0].state, "ordered")

    def test_option_delivered(self):
        """*Invoice children* when delivered: dated the delivery, one per child."""
        self.company.continuity_invoice_children = "delivered"
        order = self._submit(self.club)
        with freeze_time(f"{DAYS[0]} 12:00:00"):
            child = self._create_child(order)
        if "picking_ids" in child._fields:
            self._run(DAYS[0])
            self.assertFalse(child.invoice_ids)
        with freeze_time("2027-09-12 12:00:00"):
            self._deliver(child)
        run = self._run("2027-09-13")
        day = 12 if "picking_ids" in child._fields else 10
        self.assertRecordValues(
            child.invoice_ids,
            [
                {
                    "state": "posted",
                    "invoice_date": date(2027, 9, day),
                    "amount_total": 14.94,
                    "amount_residual": 0.0,
                }
            ],
        )
        self.assertEqual(order.shipment_ids[0].state, "done")
        self.assertRecordValues(run.line_ids, [{"reason": "invoiced", "item_count": 1}])

    def test_option_created(self):
        """*Invoice children* when created, while the goods are still here."""
        self.company.continuity_invoice_children = "created"
        order = self._submit(self.club)
        with freeze_time(f"{DAYS[0]} 12:00:00"):
            child = self._create_child(order)
        self._run("2027-09-11")
        self.assertRecordValues(
            child.invoice_ids,
            [{"state": "posted", "invoice_date": date(2027, 9, 11)}],
        )

    def test_option_created_and_later_charge(self):
        """The row of a child that is charged when invoiced is made by the invoice."""
        self.company.continuity_invoice_children = "created"
        self.company.continuity_authorize_child = False
        order = self._submit(self.club)
        with freeze_time(f"{DAYS[0]} 12:00:00"):
            self._create_child(order)
        self._run(DAYS[0])
        self.assertRecordValues(
            order.payment_ids,
            [{"amount": 14.94, "state": "scheduled", "due_date": date(2027, 9, 10)}],
        )

    def test_end_on_the_second(self):
        """X19: shipment 3 is dropped; closed after child 2 is invoiced."""
        order = self._submit(self.club)
        order.shipment_ids[1].action_end_here()
        self._invoice(self._ship(order, 1, DAYS[0]), DAYS[0])
        self._run(DAYS[0])
        self.assertEqual(order.state, "running")
        self._invoice(self._ship(order, 2, DAYS[1]), DAYS[1])
        self._run(DAYS[1])
        self.assertEqual(order.state, "closed")
        self.assertEqual(
            order.shipment_ids.mapped("state"), ["done", "done", "cancelled"]
        )

    def test_on_account(self):
        """F4, N17: billed is enough; what is owed is a receivable like any other."""
        self.company.continuity_invoice_children = "delivered"
        self.customer.continuity_allow_on_account = True
        with freeze_time(f"{DAYS[0]} 12:00:00"):
            quotation = self._create_order(self.club, order_date=date(2027, 9, 10))
            order = quotation.continuity_order_ids
            order.payment_method = "on_account"
            quotation.action_confirm()
        order.shipment_ids[1:].action_skip()
        self._ship(order, 1, DAYS[0])
        self._run(DAYS[0])
        self.assertRecordValues(
            order.payment_ids, [{"amount": 14.94, "state": "billed"}]
        )
        self.assertEqual(order.child_order_ids.invoice_ids.amount_residual, 14.94)
        self.assertEqual(order.state, "closed")

    def test_skipped_to_the_end(self):
        """MA5: the last one skipped: closed after the second."""
        order = self._submit(self.club)
        order.shipment_ids[2].action_skip()
        for number in (1, 2):
            day = DAYS[number - 1]
            self._invoice(self._ship(order, number, day), day)
        self._run(DAYS[1])
        self.assertEqual(order.state, "closed")

    def test_everything_skipped(self):
        """F1: nothing was ever sent: cancelled."""
        order = self._submit(self.club)
        order.shipment_ids.action_skip()
        run = self._run(DAYS[0])
        self.assertEqual(order.state, "cancelled")
        self.assertEqual(run.line_ids.reason, "cancelled")

    def test_more_to_come(self):
        """F4: nothing left to extend; whichever job runs first."""
        self.company.continuity_repeat_threshold = 1
        with freeze_time("2027-09-10 12:00:00"):
            program = self._create_program(
                "MORE",
                events=[self._event_vals(self.goods[0], days=7, repeat_count=3)],
            )
            product = self._create_parent_product(program)
        order = self._submit(product)
        for number, day in ((1, "2027-09-10"), (2, "2027-09-17")):
            self._invoice(self._ship(order, number, day), day)
        run = self._run("2027-09-17")
        self.assertEqual(order.state, "running")
        self.assertEqual(run.line_ids.reason, "shipped")
        with freeze_time("2027-09-17 12:00:00"):
            self._execute("extend_lines")
        self.assertEqual(len(order.shipment_ids), 3)

    def test_cancelled_child(self):
        """F2: the shipment of a cancelled child is cancelled, and does not block."""
        order = self._submit(self.club)
        with freeze_time(f"{DAYS[0]} 12:00:00"):
            child = self._create_child(order)
            child._action_cancel()
        order.shipment_ids[1:].action_skip()
        self._run(DAYS[0])
        self.assertEqual(order.shipment_ids[0].state, "cancelled")

    def test_all_called_off(self):
        """Nothing was sent, and nothing skipped: who had it is no member any more."""
        skipped, order = self._submit(self.club), self._submit(self.club)
        skipped.shipment_ids.action_skip()
        with freeze_time(f"{DAYS[0]} 12:00:00"):
            child = self._create_child(order)
            child._action_cancel()
        order.shipment_ids[1:].sudo().state = "cancelled"
        self._run(DAYS[0])
        both = skipped | order
        self.assertEqual(both.mapped("state"), ["cancelled"] * 2)
        self.assertEqual(str(order.ended_date), DAYS[0])
        self.assertFalse(skipped.ended_date or order.end_reason_id)
        with freeze_time(f"{DAYS[0]} 13:00:00"):
            self.env.invalidate_all()
            self.assertFalse(order.is_member)
        # Those that were closed before it was written down
        self.env.cr.execute(
            "UPDATE continuity_order SET ended_date = NULL,"
            " write_date = '2027-09-16 10:00:00' WHERE id = %s",
            [order.id],
        )
        path = file_path("continuity_program/migrations/19.0.1.1.0/post-called-off.py")
        spec = spec_from_file_location("post_called_off", path)
        module = module_from_spec(spec)
        spec.loader.exec_module(module)
        module.migrate(self.env.cr, "19.0.1.0.0")
        self.env.invalidate_all()
        self.assertTrue(order.ended_date)
        self.assertFalse(skipped.ended_date)

    def test_mixed_order(self):
        """F4: the parent order shows it when its ordinary lines are invoiced, too."""
        order = self._submit(self.club)
        extra = self.env["product.product"].create(self._goods_vals("Mug", 20.0))
        sale_order = order.sale_order_id
        sale_order.order_line = [Command.create({"product_id": extra.id})]
        order.shipment_ids.action_skip()
        self._run(DAYS[0])
        self.assertEqual(order.sale_order_line_id.invoice_status, "invoiced")
        self.assertEqual(sale_order.invoice_status, "to invoice")
        sale_order._create_invoices().action_post()
        self.assertEqual(sale_order.invoice_status, "invoiced")

    # === THE ENGINE === #

    def test_second_run_does_nothing(self):
        order = self._submit(self.club)
        self._invoice(self._ship(order, 1, DAYS[0]), DAYS[0])
        self.assertEqual(self._run(DAYS[0]).done_count, 1)
        self.assertFalse(self._run(DAYS[0]).line_ids)

    def test_preview_equals_run(self):
        with freeze_time("2027-09-10 12:00:00"):
            upfront = self._create_club("UP", bill_upfront=True)
        prepaid = self._submit(upfront)
        plain = self._submit(self.club)
        plain.shipment_ids[1:].action_skip()
        for order in (prepaid, plain):
            child = self._ship(order, 1, DAYS[0])
        self._invoice(child, DAYS[0])
        moves = self.env["account.move"].search_count([])
        preview = self._run(DAYS[0], dry_run=True)
        self.assertEqual(plain.state, "running")
        self.assertEqual(self.env["account.move"].search_count([]), moves)
        run = self._run(DAYS[0])
        self.assertEqual(plain.state, "closed")
        names = ["continuity_order_id", "outcome", "reason", "message", "item_count"]
        self.assertEqual(
            [[line[name] for name in names] for line in preview.line_ids],
            [[line[name] for name in names] for line in run.line_ids],
        )
        self.assertEqual(
            preview.message,
            "Continuity orders that would be closed: 1. Invoices that would be"
            " posted: 1. Finished.",
        )

    def test_other_company(self):
        order = self._submit(self.club)
        order.shipment_ids.action_skip()
        other = self.env["res.company"].create({"name": "Other company"})
        self.env.user.company_ids |= other
        self.assertFalse(self._run(DAYS[0], company=other).line_ids)
        self.assertEqual(order.state, "running")

    def test_filter(self):
        one, two = self._submit(self.club), self._submit(self.club)
        (one | two).shipment_ids.action_skip()
        self._run(DAYS[0], sale_order=one.sale_order_id)
        self.assertEqual((one.state, two.state), ("cancelled", "running"))

    def test_poison(self):
        """An invoice that cannot be made stops no other one."""
        with freeze_time("2027-09-10 12:00:00"):
            upfront = self._create_club("UP", bill_upfront=True)
        orders = self.env["continuity.order"].union(
            *(self._submit(upfront) for _n in range(3))
        )
        children = [self._ship(order, 1, DAYS[0]) for order in orders]
        model = type(self.env["sale.order"])
        original = model._prepare_invoice

        def prepare(sale_order):
            if sale_order == children[1]:
                raise UserError("The journal is closed")
            return original(sale_order)

        self.patch(model, "_prepare_invoice", prepare)
        run = self._run(DAYS[0])
        self.assertRecordValues(run, [{"done_count": 2, "failed_count": 1}])
        failed = run.line_ids.filtered(lambda line: line.outcome == "failed")
        self.assertRecordValues(
            failed,
            [
                {
                    "continuity_order_id": orders[1].id,
                    "child_order_id": children[1].id,
                    "message": "The journal is closed",
                }
            ],
        )
        self.assertEqual(
            orders.shipment_ids.filtered(lambda s: s.number == 1).mapped("state"),
            ["done", "ordered", "done"],
        )

    def test_queries_per_order(self):
        """Flat: fifty orders cost per order what ten cost."""
        self.goods.write({"type": "service"})
        self.company.continuity_authorize_child = False
        counts = []
        for count in (10, 50):
            orders = self._sell_many(count)
            with freeze_time(f"{DAYS[0]} 12:00:00"):
                self._execute("create_child_orders")
            orders.shipment_ids.filtered(lambda s: s.state == "planned").sudo().write(
                {"state": "skipped"}
            )
            self.company.continuity_invoice_children = "created"
            with self._counting_queries(counts):
                run = self._run(DAYS[0])
            self.assertEqual(run.done_count, count)
        few, many = counts
        self.assertLessEqual((many - few) / 40, 15, counts)

    def _sell_many(self, count):
        token = self._create_token()
        with freeze_time(f"{DAYS[0]} 12:00:00"):
            sale_orders = self.env["sale.order"].create(
                [
                    {
                        "partner_id": self.customer.id,
                        "order_line": [Command.create({"product_id": self.club.id})],
                    }
                    for _n in range(count)
                ]
            )
            orders = sale_orders.continuity_order_ids
            orders.write({"payment_method": "card", "payment_token_id": token.id})
            sale_orders.action_confirm()
        return orders
