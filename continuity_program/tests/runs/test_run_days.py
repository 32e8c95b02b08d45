# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from odoo.tests import freeze_time, tagged

from ..common import ContinuityCommon


@tagged("post_install", "-at_install")
@freeze_time("2027-11-27 12:00:00")
class TestRunDays(ContinuityCommon):
    """A run for an earlier day lets nothing leave that was not paid."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.program = cls._create_program()
        cls.product = cls._create_parent_product(cls.program)

    def _sell(self, answer="done"):
        token = self._create_token(answer)
        return self._create_sold_order(self.product, token=token).continuity_order_ids

    def _make_drafts(self):
        """Four draft children, due 27 Nov: three declined, one pending."""
        orders = self.env["continuity.order"]
        for answer in ("error", "error", "error", "pending"):
            orders |= self._sell(answer)
        self._execute("create_child_orders")
        self._check_drafts(orders)
        return orders

    def _check_drafts(self, orders):
        self.assertEqual(
            orders.payment_ids.sorted("id").mapped(lambda p: (p.due_date, p.state)),
            [(date(2027, 11, 27), "declined")] * 3 + [(date(2027, 11, 27), "pending")],
        )
        self._check_not_confirmed(orders)

    def _check_not_confirmed(self, orders):
        # What waits for its bank counts as sent
        states = orders.mapped("child_order_ids.state")
        self.assertEqual(sorted(states), ["draft"] * 3 + ["sent"])

    def test_run_of_yesterday(self):
        orders = self._make_drafts()
        self._execute("create_child_orders", date=date(2027, 11, 26))
        self._check_drafts(orders)
        self._execute("create_child_orders", date=date(2027, 11, 27))
        self._check_drafts(orders)

    def test_four_leave_when_they_are_paid(self):
        """None with the run for the day before; all when cards and bank have paid."""
        orders = self._make_drafts()
        self._execute("create_child_orders", date=date(2027, 11, 26))
        self._check_not_confirmed(orders)
        orders.payment_token_id.write({"demo_simulated_state": "done"})
        pending = orders.payment_ids.transaction_id.filtered(
            lambda tx: tx.state == "pending"
        )
        pending._set_done()
        pending._post_process()
        self._check_left(orders, 1)
        for row in orders.payment_ids.filtered(lambda row: row.state == "declined"):
            with freeze_time(f"{row.next_attempt_date} 12:00:00"):
                self._execute("process_payments", sale_order=row.sale_order_id)
        self._execute("create_child_orders", date=date(2027, 11, 26))
        self._check_left(orders, 4)
        self.assertEqual(orders.payment_ids.mapped("state"), ["paid"] * 4)

    def _check_left(self, orders, number):
        states = orders.mapped("child_order_ids.state")
        self.assertEqual(states.count("sale"), number)

    def test_continued_run_of_yesterday(self):
        """*Continue* on a run that was stopped, or whose worker was killed."""
        orders = self._make_drafts()
        runs = self.env["continuity.run"]
        run = runs._create_run(
            "create_child_orders",
            {"date": date(2027, 11, 26)},
            state="stopped",
        )
        killed = runs._create_run(
            "create_child_orders", {"date": date(2027, 11, 25)}, state="running"
        )
        run.action_continue()
        cron = self.env.ref("continuity_program.ir_cron_background_runs")
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.env.invalidate_all()
        self.assertEqual((run | killed).mapped("state"), ["done", "done"])
        self._check_drafts(orders)

    def test_answer_that_is_not_there(self):
        """Unknown and processing keep the child back, too, also on account."""
        self.customer.continuity_allow_on_account = True
        orders = self._make_drafts()
        rows = orders.payment_ids.sudo()
        (rows[:2] | rows[3]).write({"state": "unknown"})
        rows[2].state = "processing"
        orders.payment_ids.flush_recordset()
        orders[0].payment_method = "on_account"
        for day in (date(2027, 11, 26), date(2027, 11, 27), date(2027, 12, 26)):
            # The live row of a worker is not taken up here
            self.env.cr.execute(
                "UPDATE continuity_payment SET due_date = %s WHERE id IN %s",
                [date(2028, 1, 1), tuple(rows.ids)],
            )
            self._execute("create_child_orders", date=day)
            self._check_not_confirmed(orders)

    def test_not_tried_yet(self):
        """Due today, not charged by a run of yesterday: it waits for one of today."""
        order = self._sell()
        job = type(self.env["continuity.job.create_child_orders"])
        get_phases = job._get_phases
        self.patch(job, "_get_phases", lambda jobs, run: get_phases(jobs, run)[:2])
        self._execute("create_child_orders")
        self.patch(job, "_get_phases", get_phases)
        self._execute("create_child_orders", date=date(2027, 11, 26))
        self.assertEqual(order.payment_ids.state, "scheduled")
        self.assertEqual(order.child_order_ids.state, "draft")
        self._execute("create_child_orders")
        self.assertEqual(order.payment_ids.state, "paid")
        self.assertEqual(order.child_order_ids.state, "sale")

    def test_invoice_of_yesterday(self):
        """Nothing is invoiced before it left while a payment was refused."""
        self.company.continuity_invoice_children = "created"
        order = self._sell()
        self._execute("create_child_orders")
        # The 26th is in the window of the shipment of the 27th
        self.company.continuity_delivery_days = 1
        order.payment_ids.sudo().state = "declined"
        self._execute("close_orders", date=date(2027, 11, 26))
        self.assertFalse(order.child_order_ids.invoice_ids)
        order.payment_ids.sudo().state = "paid"
        self._execute("close_orders", date=date(2027, 11, 26))
        self.assertEqual(order.child_order_ids.invoice_ids.state, "posted")

    def test_blocked_whatever_the_date(self):
        """A payment that was refused blocks the parcel, also before it is due."""
        order = self._sell()
        self._execute("create_child_orders")
        row = order.payment_ids.sudo()
        row.due_date = date(2028, 1, 1)
        child = order.child_order_ids
        for state in ("declined", "pending", "unknown", "processing"):
            row.state = state
            self.assertIn(child, child._get_continuity_blocks(), state)
        for state in ("scheduled", "paid", "cancelled"):
            row.state = state
            self.assertFalse(child._get_continuity_blocks(), state)
