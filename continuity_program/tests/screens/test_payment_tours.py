# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import HttpCase, tagged

from ..common import MANAGER, ContinuityCommon


@tagged("post_install", "-at_install")
class TestPaymentTours(ContinuityCommon, HttpCase):
    """The work list, and mode D from a decline to the parcel, in a browser."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company.continuity_retry_limit = 0
        schedule = cls.env["continuity.payment.schedule"].create(
            {
                "name": "3 monthly",
                "code": "3M",
                "allocation": "fixed_quantity",
                "unit": "months",
                "number_of_payments": 3,
            }
        )
        program = cls._create_program(
            "CP-88002", bill_upfront=True, payment_schedule_id=schedule.id
        )
        cls.product = cls._create_parent_product(program, default_code="88002")
        cls.agent = cls._create_user("agent", MANAGER)

    def _sell(self, token=None):
        return self._create_sold_order(
            self.product, token, user_id=self.agent.id
        ).continuity_order_ids

    def _start_tour(self, name):
        self.start_tour(
            "/odoo/action-continuity_program.continuity_order_action",
            name,
            login="agent",
            timeout=180,
        )

    def test_payments_to_look_after(self):
        asked, declined = self._sell(), self._sell(self._create_token("error"))
        self._execute("process_payments", sale_order=declined.sale_order_id)
        declined.payment_token_id.demo_simulated_state = "done"
        row = asked.payment_ids.sorted("sequence")[0]
        row._claim(self.company._continuity_today())
        row.transaction_id.continuity_no_answer = True
        row._refresh_from_transactions()
        self.assertEqual(row.state, "unknown")
        self._start_tour("continuity_payments_to_look_after")
        self.assertEqual(row.state, "paid")
        self.assertEqual(row.transaction_id.provider_reference, "pi_12345")
        self.assertEqual(
            declined.payment_ids.sorted("sequence").mapped("state"),
            ["paid", "scheduled", "scheduled"],
        )
        self.assertEqual(declined.state, "running")

    def test_mode_d_declined_then_paid_and_shipped(self):
        order = self._sell(self._create_token("error"))
        self._execute("process_payments")
        self.assertEqual(order.state, "on_hold")
        self.assertFalse(self._execute("create_child_orders").done_count)
        self._start_tour("continuity_mode_d_declined")
        self.assertRecordValues(
            order.payment_ids.sorted("sequence"),
            [
                {"amount": 30.0, "state": "paid", "attempts": 0},
                {"amount": 30.0, "state": "scheduled", "attempts": 0},
                {"amount": 30.0, "state": "scheduled", "attempts": 0},
            ],
        )
        self.assertEqual(order.child_order_ids.state, "sale")

    def test_customer_pays_a_declined_instalment(self):
        """G: his own payment, with the signed link, not twice a day with one card."""
        order = self._sell(self._create_token("error"))
        self._execute("process_payments")
        row = order.payment_ids.sorted("sequence")[0]
        url = order.get_portal_url()
        page = self.url_open(url).text
        # At once: what is wrong, and the one thing to do
        self.assertIn("Your card was declined: $\xa030.00", page)
        self.assertIn("Pay it now, or use another card.", page)
        self.assertIn("Payment declined</span>", page)
        self.assertNotIn("o_continuity_charge", page)
        self.assertIn("o_continuity_pay_now", page)
        token = page.split('name="csrf_token" value="')[1].split('"')[0]
        self.url_open(order.get_portal_url(suffix="/pay"), data={"csrf_token": token})
        self.assertEqual(len(row.transaction_ids), 2)
        self.assertEqual(row.attempts, 1, "his own try is none of ours")
        # He has tried it himself: the same card not once more today
        page = self.url_open(url).text
        self.assertNotIn("o_continuity_pay_now", page)
        self.assertIn("Please use another card.", page)
        self.url_open(order.get_portal_url(suffix="/pay"), data={"csrf_token": token})
        self.assertEqual(len(row.transaction_ids), 2)
        order._set_payment_token(self._create_token())
        page = self.url_open(url).text
        self.assertIn("o_continuity_pay_now", page)
        token = page.split('name="csrf_token" value="')[1].split('"')[0]
        pay = order.get_portal_url(suffix="/pay")
        stranger = pay.replace(order.access_token, "guessed")
        self.url_open(stranger, data={"csrf_token": token})
        self.assertEqual(row.state, "scheduled")
        self.url_open(pay, data={"csrf_token": token})
        self.assertEqual(row.state, "paid")
        self.url_open(pay, data={"csrf_token": token})
        self.assertEqual(len(row.transaction_ids), 3, "charged once by the new card")
        self.assertNotIn("o_continuity_declined", self.url_open(url).text)

    def test_colleague_does_not_press_the_button_of_the_customer(self):
        """Whoever looks at the page from inside has *Charge now*, if he may."""
        order = self._sell(self._create_token("error"))
        self._execute("process_payments")
        row = order.payment_ids.sorted("sequence")[0]
        self.authenticate("agent", "agent")
        page = self.url_open(order.get_portal_url()).text
        self.assertIn("Your card was declined: $\xa030.00", page)
        self.assertIn("Please use another card.", page)
        self.assertNotIn("o_continuity_pay_now", page)
        token = page.split('csrf_token: "')[1].split('"')[0]
        pay = order.get_portal_url(suffix="/pay")
        self.assertTrue(self.url_open(pay, data={"csrf_token": token}).ok)
        self.assertEqual(len(row.transaction_ids), 1)
