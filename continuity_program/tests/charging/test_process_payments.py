# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, datetime

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import freeze_time, tagged

from ..common import ContinuityCommon


@tagged("post_install", "-at_install")
@freeze_time("2027-09-10 12:00:00")
class TestProcessPayments(ContinuityCommon):
    """The rows that are due are charged, once, and the run says what came out."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.schedule = cls.env["continuity.payment.schedule"].create(
            {
                "name": "3 monthly",
                "code": "3M",
                "allocation": "fixed_quantity",
                "unit": "months",
                "interval": 1,
                "number_of_payments": 3,
            }
        )
        cls.program = cls._create_program(
            bill_upfront=True, payment_schedule_id=cls.schedule.id
        )
        cls.product = cls._create_parent_product(cls.program)

    def _sell(self, token=None, product=None):
        sale_order = self._create_sold_order(product or self.product, token)
        return sale_order.continuity_order_ids

    def _run(self, **values):
        return self._execute("process_payments", **values)

    # === FIGURES === #

    def _count_queries(self, job, orders):
        with self._counting_queries(counts := []):
            run = self._execute(job)
        self.assertEqual(run.done_count, len(orders))
        return counts[0]

    def _sell_many(self, count):
        orders = self.env["continuity.order"]
        token = self._create_token()
        for _number in range(count):
            orders |= self._sell(token)
        return orders

    def test_queries_per_charge(self):
        """A charge costs what it costs, mostly Odoo's entry, however many there are."""
        # What Odoo remembers is read by the first
        self._count_queries("process_payments", self._sell_many(1))
        few = self._count_queries("process_payments", self._sell_many(2))
        many = self._count_queries("process_payments", self._sell_many(5))
        self.assertLessEqual((many - few) / 3, 104, (few, many))

    def test_queries_per_question(self):
        """The resolver, too: an answer is booked like that of a charge."""
        counts = []
        for count in (1, 2, 5):
            rows = self._sell_many(count).payment_ids.filtered(
                lambda row: row.sequence == 1
            )
            for row in rows:
                row._claim(self.company._continuity_today())
            rows.requested_at = datetime(2027, 9, 10, 11, 50)
            counts.append(self._count_queries("resolve_payments", rows))
        _first, few, many = counts
        self.assertLessEqual((many - few) / 3, 206, counts)

    # === WHAT IS DUE === #

    def test_instalment_of_today(self):
        """Walk-through 15–17, mode D: the instalment of the day, nothing else, once."""
        order = self._sell()
        run = self._run(product=self.product)
        self.assertRecordValues(
            order.payment_ids.sorted("sequence"),
            [
                {"due_date": date(2027, 9, 10), "amount": 30.0, "state": "paid"},
                {"due_date": date(2027, 10, 10), "amount": 30.0, "state": "scheduled"},
                {"due_date": date(2027, 11, 10), "amount": 30.0, "state": "scheduled"},
            ],
        )
        self.assertEqual(
            run.message, "1 processed. 1 charged ($\N{NO-BREAK SPACE}30.00). Finished."
        )
        self.assertEqual(run.done_count, 1)
        again = self._run(product=self.product)
        self.assertEqual(again.message, "0 processed. Finished.")
        self.assertFalse(again.line_ids)

    def test_nothing_due(self):
        """Walk-through 15–17, modes A and C: the log says 0."""
        self._sell(product=self._create_parent_product(self._create_program("CP-A")))
        run = self._run()
        self.assertEqual(run.done_count, 0)

    def test_late_run_charges_in_due_order(self):
        """Two instalments are due at once: one charge each, the older one first."""
        order = self._sell()
        run = self._run(date="2027-10-10")
        self.assertEqual(run.done_count, 2)
        self.assertEqual(
            order.payment_ids.sorted("sequence").mapped("state"),
            ["paid", "paid", "scheduled"],
        )
        self.assertEqual(
            run.line_ids.payment_id.mapped("sequence"),
            [1, 2],
        )
        self.assertEqual(
            run.message, "2 processed. 2 charged ($\N{NO-BREAK SPACE}60.00). Finished."
        )

    def test_limit(self):
        self.company.continuity_max_child_orders = 1
        orders = [self._sell() for _number in range(3)]
        run = self._run(limit=2)
        self.assertEqual((run.done_count, run.remaining_count), (2, 1))
        # What the company says is about child orders
        self.assertEqual(self._run(date="2027-10-10").done_count, 4)
        self.assertEqual(
            [order.payment_ids.sorted("sequence")[0].state for order in orders],
            ["paid", "paid", "paid"],
        )

    def test_day_before(self):
        order = self._sell()
        self._run()
        self._run(date="2027-10-09")
        self.assertEqual(
            order.payment_ids.sorted("sequence").mapped("state"),
            ["paid", "scheduled", "scheduled"],
        )

    def test_filters(self):
        """Item and order."""
        other_product = self._create_parent_product(
            self._create_program(
                "CP-OTHER", bill_upfront=True, payment_schedule_id=self.schedule.id
            )
        )
        first, second = self._sell(), self._sell()
        other = self._sell(product=other_product)
        self.assertEqual(self._run(sale_order=first.sale_order_id).done_count, 1)
        self.assertEqual(first.payment_ids.sorted("sequence")[0].state, "paid")
        self.assertEqual(self._run(product=other_product).done_count, 1)
        self.assertEqual(other.payment_ids.sorted("sequence")[0].state, "paid")
        self.assertEqual(second.payment_ids.sorted("sequence")[0].state, "scheduled")
        self.assertEqual(self._run().done_count, 1)

    # === DECLINED === #

    def test_declined_then_retried(self):
        """BR16: the next attempt on its date, not before, with a new transaction."""
        order = self._sell(self._create_token("error"))
        row = order.payment_ids.sorted("sequence")[0]
        run = self._run()
        self.assertEqual((row.state, row.attempts), ("declined", 1))
        self.assertEqual(
            run.message,
            "1 processed. 1 declined. Finished.",
        )
        self.assertEqual(self._run().done_count, 0)
        order.payment_token_id.demo_simulated_state = "done"
        self.assertEqual(row.next_attempt_date, date(2027, 9, 11))
        self.assertEqual(self._run(date="2027-09-11").done_count, 1)
        self.assertEqual(row.state, "paid")
        self.assertEqual(len(row.transaction_ids), 2)

    def test_declined_child_is_confirmed_by_the_retry(self):
        """MA4: the child is a quotation until the later attempt is paid."""
        product = self._create_parent_product(self._create_program("CP-A"))
        order = self._sell(self._create_token("error"), product)
        self._execute("create_child_orders")
        child = order.child_order_ids
        self.assertEqual(child.state, "draft")
        order.payment_token_id.demo_simulated_state = "done"
        run = self._run(date="2027-09-11")
        self.assertEqual(order.payment_ids.state, "paid")
        self.assertEqual(child.state, "sale")
        self.assertEqual(run.line_ids.child_order_id, child)

    def test_pending_is_not_charged_again(self):
        """Asked and not answered yet: no second request, no decline."""
        order = self._sell(self._create_token("pending"))
        run = self._run()
        self.assertEqual(
            run.message,
            "1 processed. 1 pending. Finished.",
        )
        self.assertEqual(self._run(date="2027-09-20").done_count, 0)
        self.assertEqual(len(order.payment_ids.transaction_ids), 1)

    # === LEFT OUT === #

    def _assert_left_out(self, order, reason):
        run = self._run()
        self.assertRecordValues(
            run.line_ids,
            [
                {
                    "payment_id": order.payment_ids.sorted("sequence")[0].id,
                    "outcome": "skipped",
                    "reason": reason,
                }
            ],
        )
        self.assertEqual(set(order.payment_ids.mapped("state")), {"scheduled"})
        self.assertEqual(
            run.message,
            "0 processed. 1 left out. Finished.",
        )

    def test_expired_card(self):
        """F3: due without a valid card stays scheduled; one activity."""
        order = self._sell()
        order.payment_token_id.expiry_date = date(2027, 9, 9)
        self._assert_left_out(order, "card_expired")
        self._run()
        self.assertEqual(len(order.activity_ids), 1)

    def test_on_hold(self):
        order = self._sell()
        order.action_hold("Wait")
        self._assert_left_out(order, "on_hold")

    def test_paused(self):
        """R15: no charges while paused."""
        order = self._sell()
        order.sudo().write({"pause_date": date(2027, 9, 10), "state": "paused"})
        self._assert_left_out(order, "paused")

    def test_parent_order_held(self):
        order = self._sell()
        order.sale_order_id.continuity_hold = True
        self._assert_left_out(order, "parent_hold")

    def test_on_account_is_not_charged(self):
        self.customer.continuity_allow_on_account = True
        order = self._sell()
        order.write({"payment_method": "on_account", "payment_token_id": False})
        run = self._run()
        self.assertEqual(
            run.message,
            "1 processed. 1 billed. Finished.",
        )
        self.assertFalse(order.payment_ids.transaction_ids)

    # === ONE BAD ROW, PREVIEW, COMPANIES === #

    def test_bad_row_stops_no_other(self):
        orders = [self._sell() for _number in range(3)]
        victim = orders[1].payment_ids.sorted("sequence")[0]
        payments = type(self.env["continuity.payment"])
        charge = payments._charge

        def charge_or_fail(rows, run=None, **values):
            if victim in rows:
                raise UserError("The provider is not there")
            return charge(rows, run, **values)

        self.patch(payments, "_charge", charge_or_fail)
        run = self._run()
        self.assertRecordValues(run, [{"done_count": 2, "failed_count": 1}])
        line = run.line_ids.filtered(lambda line: line.outcome == "failed")
        self.assertEqual(line.payment_id, victim)
        self.assertEqual(line.message, "The provider is not there")
        self.assertEqual(victim.state, "scheduled")

    def test_preview(self):
        order = self._sell()
        transactions = self.env["payment.transaction"].search_count([])
        run = self._run(dry_run=True)
        self.assertEqual(
            run.message,
            "1 due. 1 would be charged ($\N{NO-BREAK SPACE}30.00). Finished.",
        )
        self.assertEqual(set(order.payment_ids.mapped("state")), {"scheduled"})
        self.assertEqual(self.env["payment.transaction"].search_count([]), transactions)
        self.assertEqual(
            run.line_ids.payment_id, order.payment_ids.sorted("sequence")[0]
        )

    def test_other_company(self):
        order = self._sell()
        other = self.env["res.company"].create({"name": "Other company"})
        self.env.user.company_ids = [Command.link(other.id)]
        self.assertEqual(self._run(company=other).done_count, 0)
        self.assertEqual(order.payment_ids.sorted("sequence")[0].state, "scheduled")
