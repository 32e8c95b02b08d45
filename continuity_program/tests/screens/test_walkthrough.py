# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from odoo.tests import freeze_time, tagged

from ..common import ContinuityCommon


@tagged("post_install", "-at_install")
class TestWalkthrough(ContinuityCommon):
    """The acceptance walk-through of the specification, from the second month on.

    Day D is 2 November 2027, so that D + 30 is D + 1 month (rules N20).
    """

    def _sell(self, **values):
        program = self._create_program("CP-88000", **values)
        product = self._create_parent_product(program, name="88000")
        with freeze_time("2027-11-02 12:00:00"):
            order = self._create_sold_order(product)
        return order.continuity_order_ids

    def _run_both(self, day):
        """Payments, then child orders, as on day D (guide steps 15 to 21)."""
        with freeze_time(f"{day} 12:00:00"):
            return [
                self._execute(job)
                for job in ("process_payments", "create_child_orders")
            ]

    def _check_second_child(self, order):
        child = order.shipment_ids.sorted("number")[1].child_order_id
        self.assertEqual(len(order.child_order_ids), 2)
        self.assertEqual(child.commitment_date.date(), date(2027, 12, 2))
        self.assertEqual(child.state, "sale")
        goods = child.order_line.filtered(
            lambda line: not line.continuity_prepaid_line_id
        )
        self.assertEqual(goods.product_id, self.goods_b)
        return child

    def test_x3_per_shipment(self):
        """X3, variant A: the second child is charged when it is made."""
        order = self._sell()
        self._run_both("2027-11-02")
        payments, children = self._run_both("2027-12-02")
        self.assertEqual((payments.done_count, children.done_count), (0, 1))
        child = self._check_second_child(order)
        self.assertEqual(child.amount_total, 30.0)
        self.assertRecordValues(
            order.payment_ids.sorted("due_date"),
            [
                {"due_date": date(2027, 11, 2), "amount": 30.0, "state": "paid"},
                {"due_date": date(2027, 12, 2), "amount": 30.0, "state": "paid"},
            ],
        )

    def test_x3_up_front(self):
        """X3, variant C: 90.00 was paid on day D, nothing more is collected."""
        order = self._sell(bill_upfront=True)
        self._run_both("2027-11-02")
        payments, children = self._run_both("2027-12-02")
        self.assertEqual((payments.done_count, children.done_count), (0, 1))
        self.assertEqual(self._check_second_child(order).amount_total, 0.0)
        self.assertRecordValues(
            order.payment_ids,
            [{"due_date": date(2027, 11, 2), "amount": 90.0, "state": "paid"}],
        )

    def test_x3_up_front_by_schedule(self):
        """X3, variant D: the second instalment is charged on the day."""
        thirds = self.env["continuity.payment.schedule"].create(
            {"name": "3 monthly", "code": "3M", "number_of_payments": 3}
        )
        order = self._sell(bill_upfront=True, payment_schedule_id=thirds.id)
        self._run_both("2027-11-02")
        self._run_both("2027-12-01")
        self.assertEqual(len(order.child_order_ids), 1)
        payments, children = self._run_both("2027-12-02")
        self.assertEqual((payments.done_count, children.done_count), (1, 1))
        self.assertEqual(self._check_second_child(order).amount_total, 0.0)
        self.assertRecordValues(
            order.payment_ids.sorted("sequence"),
            [
                {"due_date": date(2027, 11, 2), "amount": 30.0, "state": "paid"},
                {"due_date": date(2027, 12, 2), "amount": 30.0, "state": "paid"},
                {"due_date": date(2028, 1, 2), "amount": 30.0, "state": "scheduled"},
            ],
        )
        self.assertEqual(order.upfront_invoice_id.amount_residual, 30.0)
