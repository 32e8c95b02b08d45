# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Continuation tests of the acceptance walk-through, by the screens."""

from datetime import date

from freezegun import freeze_time

from odoo.tests import tagged

from ..cases.close import CloseCase
from ..common import SELLER_ALL

DAY = date(2027, 11, 2)
DAY_2 = date(2027, 12, 2)


@tagged("post_install", "-at_install")
class TestAcceptance(CloseCase):
    """Three shipments of 30.00, 30 days apart, without tax; D is 2027-11-02 (N20)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.goods.write({"list_price": 30.0, "taxes_id": [(5,)]})
        monthly = cls.env["continuity.payment.schedule"].create(
            {"name": "3 monthly", "code": "3M", "number_of_payments": 3}
        )
        cls.products = {
            mode: cls._create_parent_product(
                cls._create_program(f"CP-{mode}", bill_upfront=True, **values)
            )
            for mode, values in (("C", {}), ("D", {"payment_schedule_id": monthly.id}))
        }
        cls.seller = cls._create_user("acceptance_seller", SELLER_ALL)

    def _sell(self, mode):
        with freeze_time(f"{DAY} 12:00:00"):
            order = self._create_sold_order(self.products[mode], order_date=DAY)
        self.assertEqual(order.amount_total, 90.0)
        return order.continuity_order_ids

    def _night(self, order, day):
        """The jobs of a day, for one order; the parcels leave."""
        with freeze_time(f"{day} 12:00:00"):
            for job in ("process_payments", "create_child_orders"):
                self._execute(job, date=day, sale_order=order.sale_order_id)
            for child in order.child_order_ids.filtered(lambda c: c.state == "sale"):
                self._deliver(child)
            self._execute("close_orders", date=day, sale_order=order.sale_order_id)

    def test_second_instalment_declined(self):
        """X4: declined, one mail to the customer; a new card pays it."""
        order = self._sell("D")
        self._night(order, DAY)
        rows = order.payment_ids.sorted("sequence")
        self.assertEqual(rows.mapped("amount"), [30.0, 30.0, 30.0])
        self.assertEqual(rows.mapped("state"), ["paid", "scheduled", "scheduled"])
        order.payment_token_id.demo_simulated_state = "cancel"
        mails = self.env["mail.mail"].search([])
        with freeze_time(f"{DAY_2} 12:00:00"):
            self._execute(
                "process_payments", date=DAY_2, sale_order=order.sale_order_id
            )
        self.assertEqual(rows[1].state, "declined")
        mail = self.env["mail.mail"].search([]) - mails
        self.assertEqual(mail.recipient_ids, self.customer)
        self.assertIn("30.00", mail.body_html)
        with freeze_time(f"{DAY_2} 13:00:00"):
            order._set_payment_token(self._create_token())
            self._execute(
                "process_payments", date=DAY_2, sale_order=order.sale_order_id
            )
        self.assertEqual(rows.mapped("state"), ["paid", "paid", "scheduled"])
        self.assertEqual(len(rows[1].transaction_ids), 2)
        self.assertEqual(order.state, "running")

    def test_cancel_after_the_first_child(self):
        """X20: no further children, no charges; 60.00 goes back in mode C."""
        order = self._sell("C")
        self._night(order, DAY)
        with freeze_time(f"{DAY} 14:00:00"):
            action = order.with_user(self.seller).action_open_cancel()
            wizard = self.env[action["res_model"]].browse(action["res_id"])
            wizard = wizard.with_user(self.seller)
            self.assertIn("60.00", wizard.effect_html)
            wizard.reason = "The customer moves away"
            wizard.action_apply()
        note = self.env["account.move"].search(
            [("continuity_order_id", "=", order.id), ("move_type", "=", "out_refund")]
        )
        self.assertEqual((note.amount_total, note.state), (60.0, "draft"))
        self._night(order, DAY_2)
        self.assertEqual(
            order.shipment_ids.mapped("state"), ["done", "cancelled", "cancelled"]
        )
        self.assertEqual(len(order.child_order_ids), 1)
        self.assertEqual(order.payment_ids.mapped("amount"), [90.0])
        with freeze_time(f"{DAY_2} 15:00:00"):
            note.action_post()
            self.assertEqual(order.amount_to_refund, 60.0)
            order.action_refund()
        self.assertEqual(order.payment_ids.amount_refunded, 60.0)
        self._night(order, DAY_2)
        self.assertEqual(order.state, "closed")
