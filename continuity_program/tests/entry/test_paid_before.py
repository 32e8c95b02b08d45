# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from unittest.mock import patch

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.base.tests.common import HttpCaseWithUserPortal

from ..cases.paid_before import PaidBeforeCase

SUBMIT_LOGGER = "odoo.addons.continuity_program.models.parent.sale_order_submit"


@tagged("post_install", "-at_install")
@freeze_time("2027-09-10 12:00:00")
class TestPaidBefore(PaidBeforeCase):
    """Submit takes in what was paid, and asks for the rest of the claim only."""

    def test_all_is_paid(self):
        """50.00 of goods and 70.12 up front, 120.12 by link: nothing is asked."""
        order = self._add_goods(self._quote(self.upfront))
        paid = self._pay(order, 120.12)
        self.assertEqual(self._get_due(order), 0.0)
        order.action_confirm()
        continuity = order.continuity_order_ids
        self.assertEqual(order.state, "sale")
        self.assertEqual(self._get_charged(order), 0.0)
        self.assertEqual(self._get_shares(paid), (50.0, 70.12))
        self.assertRecordValues(
            continuity.payment_ids, [{"amount": 70.12, "state": "paid"}]
        )
        self.assertEqual(continuity.upfront_invoice_id.amount_residual, 0.0)
        self.assertEqual(len(paid.payment_id), 1)
        self.assertTrue(paid.is_post_processed)
        invoice = order._create_invoices()
        invoice.action_post()
        self.assertEqual((invoice.amount_total, invoice.amount_residual), (50.0, 0.0))

    def test_a_part_is_paid(self):
        """100.00 of 120.12, seen by the cron or not: 20.12 are asked."""
        for process in (False, True):
            order = self._add_goods(self._quote(self.upfront))
            paid = self._pay(order, 100.0, process=process)
            self.assertEqual(order.state, "draft")
            self.assertEqual(order._get_prepayment_required_amount(), 20.12)
            self.assertEqual(self._get_due(order), 20.12)
            order.action_confirm()
            continuity = order.continuity_order_ids
            self.assertEqual(order.state, "sale")
            self.assertEqual(self._get_charged(order), 20.12)
            self.assertEqual(self._get_shares(paid), (50.0, 50.0))
            self.assertRecordValues(
                continuity.payment_ids.sorted("sequence"),
                [
                    {"amount": 50.0, "state": "paid"},
                    {"amount": 20.12, "state": "paid"},
                ],
            )
            self.assertEqual(continuity.upfront_invoice_id.amount_total, 70.12)
            self.assertEqual(continuity.upfront_invoice_id.amount_residual, 0.0)
            invoice = order._create_invoices()
            invoice.action_post()
            self.assertEqual(invoice.amount_residual, 0.0)

    def test_two_programs(self):
        order = self._create_order(self.upfront)
        order.write({"order_line": [Command.create({"product_id": self.upfront.id})]})
        paid = self._pay(order, 140.24)
        order.action_confirm()
        self.assertEqual(order.state, "sale")
        self.assertEqual(self._get_charged(order), 0.0)
        self.assertEqual(self._get_shares(paid), (0.0, 70.12, 70.12))
        invoices = order.continuity_order_ids.upfront_invoice_id
        self.assertEqual(invoices.mapped("amount_residual"), [0.0, 0.0])

    def test_too_much_is_paid(self):
        """130.00 of 120.12: what is too much stays with the ordinary goods."""
        order = self._add_goods(self._quote(self.upfront))
        paid = self._pay(order, 130.0)
        self.assertEqual(self._get_due(order), 0.0)
        order.action_confirm()
        self.assertEqual(order.state, "sale")
        self.assertEqual(self._get_charged(order), 0.0)
        self.assertEqual(self._get_shares(paid), (59.88, 70.12))

    def test_too_much_is_paid_and_more_is_sold(self):
        """130.00 of 120.12, then 70.12 more: the 9.88 that are left pay a part."""
        order = self._add_goods(self._quote(self.upfront))
        paid = self._pay(order, 130.0)
        self.assertEqual(self._get_due(order), 0.0)
        self.assertEqual(self._get_shares(paid), (59.88, 70.12))
        order.write({"order_line": [Command.create({"product_id": self.upfront.id})]})
        order.continuity_order_ids[-1].write(
            {"payment_method": "card", "payment_token_id": self._create_token().id}
        )
        self.assertEqual(self._get_due(order), 60.24)
        order.action_confirm()
        self.assertEqual(order.state, "sale")
        self.assertEqual(self._get_charged(order), 60.24)
        self.assertEqual(self._get_shares(paid), (50.0, 70.12, 9.88))

    def test_no_card_is_needed(self):
        """Paid in the shop and not processed yet: confirmed, one payment."""
        order = self._add_goods(self._create_order(self.upfront), price=19.88)
        paid = self._pay(order, 90.0)
        order.action_confirm()
        self.assertEqual(order.state, "sale")
        self.assertEqual(self._get_shares(paid), (19.88, 70.12))
        self.assertEqual(self._get_charged(order), 0.0)
        payments = self.env["account.payment"].search(
            [("partner_id", "=", self.customer.id)]
        )
        self.assertEqual(payments.mapped("amount"), [90.0])
        # The cron finds nothing left to do
        self.env["payment.transaction"]._cron_post_process()
        self.assertEqual(len(paid.payment_id), 1)

    def test_pending(self):
        """On its way: confirmed, nothing is asked, and nothing is sent yet."""
        order = self._add_goods(self._create_order(self.upfront), price=19.88)
        paid = self._pay(order, 90.0, state="pending")
        order.action_confirm()
        continuity = order.continuity_order_ids
        self.assertEqual(order.state, "sale")
        self.assertEqual(self._get_charged(order), 0.0)
        self.assertRecordValues(
            continuity.payment_ids, [{"amount": 70.12, "state": "pending"}]
        )
        self._execute("create_child_orders", sale_order=order)
        self._execute("process_payments", sale_order=order)
        self.assertEqual(self._get_charged(order), 0.0)
        child = continuity.child_order_ids
        self.assertIn("is not secured (Pending)", child._get_continuity_blocks()[child])
        paid._set_done()
        paid._post_process()
        self.assertFalse(child._get_continuity_blocks())
        self.assertEqual(continuity.payment_ids.state, "paid")
        self.assertEqual(continuity.upfront_invoice_id.amount_residual, 0.0)
        self.assertEqual(len(paid.payment_id), 1)

    def test_pending_and_given_up(self):
        """The transfer does not come: a manager ends the wait, the card is asked."""
        order = self._add_goods(self._create_order(self.upfront), price=19.88)
        paid = self._pay(order, 90.0, state="pending")
        paid.operation = "online_redirect"
        order.action_confirm()
        row = order.continuity_order_ids.payment_ids
        self.assertEqual(paid.continuity_wait, "payment")
        order.continuity_order_ids._set_payment_token(self._create_token())
        paid.action_continuity_stop_waiting("It never came")
        self.assertEqual(paid.state, "error")
        self.assertRecordValues(row, [{"state": "scheduled", "transaction_id": False}])
        self._execute("process_payments", sale_order=order)
        self.assertEqual(self._get_charged(order), 70.12)
        self.assertEqual(row.state, "paid")

    def test_authorized(self):
        order = self._add_goods(self._create_order(self.upfront), price=19.88)
        self._pay(order, 90.0, state="authorized")
        order.action_confirm()
        self.assertEqual(order.state, "sale")
        self.assertEqual(self._get_charged(order), 0.0)
        self.assertEqual(order.continuity_order_ids.payment_ids.state, "authorized")

    def test_failed_attempts_pay_nothing(self):
        order = self._add_goods(self._quote(self.upfront))
        for state in ("error", "canceled"):
            transaction = self._pay(order, 120.12, state="pending")
            argument = ("no",) if state == "error" else ()
            getattr(transaction, f"_set_{state}")(*argument)
        order.action_confirm()
        self.assertEqual(self._get_charged(order), 120.12)

    def test_instalments(self):
        """30.00 by link: 23.37 and 6.63; the second instalment asks 16.74."""
        order = self._quote(self.instalments)
        self._pay(order, 30.0)
        order.action_confirm()
        continuity = order.continuity_order_ids
        self.assertEqual(order.state, "sale")
        rows = continuity.payment_ids.sorted(lambda row: (row.due_date, row.sequence))
        self.assertEqual(rows.mapped("amount"), [23.37, 6.63, 16.74, 23.38])
        self.assertEqual(
            rows.mapped("state"), ["paid", "paid", "scheduled", "scheduled"]
        )
        self.assertEqual(continuity.upfront_invoice_id.amount_residual, 40.12)
        self._execute("process_payments", sale_order=order, date="2027-10-10")
        self._execute("process_payments", sale_order=order, date="2027-11-10")
        self.assertEqual(set(rows.mapped("state")), {"paid"})
        self.assertEqual(self._get_charged(order), 40.12)
        self.assertEqual(continuity.upfront_invoice_id.amount_residual, 0.0)

    def test_on_account(self):
        """Who may pay later has paid now: the invoice is settled, no bill goes out."""
        self.customer.continuity_allow_on_account = True
        order = self._create_order(self.upfront)
        order.continuity_order_ids.payment_method = "on_account"
        self._pay(order, 70.12)
        order.action_confirm()
        continuity = order.continuity_order_ids
        self.assertEqual(order.state, "sale")
        self.assertRecordValues(
            continuity.payment_ids, [{"amount": 70.12, "state": "paid"}]
        )
        self.assertEqual(continuity.upfront_invoice_id.amount_residual, 0.0)

    def test_repeated(self):
        """Taken in when the recap is opened, at Submit, and by the cron: once."""
        order = self._add_goods(self._quote(self.upfront))
        paid = self._pay(order, 100.0)
        for _time in range(3):
            self.assertEqual(self._get_due(order), 20.12)
        rows = order.continuity_order_ids.payment_ids
        self.assertEqual(sorted(rows.mapped("amount")), [20.12, 50.0])
        paid._post_process()
        self.assertEqual(self._get_due(order), 20.12)
        self.assertEqual(self._get_shares(paid), (50.0, 50.0))

    # === WHO SELLS IS NO CHANGE OF THE PLAN === #

    def test_salesperson_of_a_paid_order(self):
        order = self._add_goods(self._quote(self.upfront))
        self._pay(order, 90.0, process=True)
        continuity = order.continuity_order_ids
        self.assertIn("paid", continuity.payment_ids.mapped("state"))
        seller = self._create_user("next_seller", "sales_team.group_sale_salesman")
        team = self.env["crm.team"].create({"name": "Other team"})
        with (
            freeze_time("2027-09-20 12:00:00"),
            patch.object(type(continuity), "_plan") as plan,
        ):
            order.write({"user_id": seller.id, "team_id": team.id})
        plan.assert_not_called()
        self.assertEqual((continuity.user_id, continuity.team_id), (seller, team))
        # All else is frozen as before
        with self.assertRaisesRegex(UserError, "has been made"):
            order.order_line[0].product_uom_qty = 2.0

    # === PAID, AND NOT CONFIRMABLE === #

    def test_paid_and_refused(self):
        """A hold: no error that forgets it, but an activity; nothing is asked."""
        order = self._add_goods(self._quote(self.upfront), price=19.88)
        order.action_continuity_hold("Ask the customer")
        paid = self._pay(order, 90.0)
        for _time in range(2):
            answer = order.action_confirm()
            self.assertRegex(
                answer["params"]["message"],
                "Paid .*90.00.*, not confirmed: .* is on hold: Ask the customer",
            )
        activity = self._get_activities(order)
        self.assertEqual(len(activity), 1)
        self.assertIn("90.00", activity.note)
        self.assertIn("is on hold: Ask the customer", activity.note)
        self.assertEqual(order.state, "draft")
        self.assertEqual(self._get_charged(order), 0.0)
        order.action_continuity_release()
        order.action_confirm()
        self.assertEqual(order.state, "sale")
        self.assertEqual(self._get_charged(order), 0.0)
        self.assertFalse(self._get_activities(order))
        self.assertEqual(len(paid.payment_id), 1)

    def test_paid_and_refused_in_the_recap(self):
        order = self._quote(self.upfront)
        order.action_continuity_hold("Ask the customer")
        self._pay(order, 70.12)
        action = order.action_continuity_complete()
        recap = self.env["continuity.recap"].browse(action["res_id"])
        self.assertEqual(recap.action_submit()["res_id"], recap.id)
        self.assertEqual(recap.result, "error")
        self.assertRegex(recap.message, "Paid .*70.12.*, not confirmed: .*on hold")
        self.assertEqual(len(self._get_activities(order)), 1)

    def test_given_back_before_submit(self):
        """30.00 of 70.12 went back: it is neither confirmed nor charged again."""
        order = self._quote(self.upfront)
        order.action_continuity_hold("Ask the customer")
        paid = self._pay(order, 70.12, process=True)
        paid.action_refund(30.0)
        order.action_continuity_release()
        answer = order.action_confirm()
        self.assertRegex(answer["params"]["message"], "30.00.* was given back")
        self.assertEqual(order.state, "draft")
        self.assertEqual(self._get_charged(order), 0.0)
        order.action_cancel()
        self.assertEqual(order.continuity_order_ids.amount_to_refund, 40.12)

    def test_all_given_back_before_submit(self):
        """Nothing is left of a payment that was never taken in: all is asked."""
        order = self._quote(self.upfront)
        paid = self._pay(order, 70.12)
        paid.action_refund(70.12)
        order.action_confirm()
        self.assertEqual(order.state, "sale")
        self.assertEqual(self._get_charged(order), 70.12)

    def test_one_refused_order_stops_no_other(self):
        held = self._quote(self.upfront)
        held.action_continuity_hold("Ask the customer")
        self._pay(held, 70.12)
        good = self._quote(self.upfront)
        answer = (held | good).action_confirm()
        self.assertEqual((held | good).mapped("state"), ["draft", "sale"])
        self.assertIn(held.name, answer["params"]["message"])

    @mute_logger(SUBMIT_LOGGER)
    def test_confirmation_fails(self):
        """Paid in the shop, the confirmation fails, the seller submits twice."""
        order = self._add_goods(self._create_order(self.upfront), price=19.88)
        journals = self.env["account.journal"].search(
            [("type", "=", "sale"), ("company_id", "=", self.company.id)]
        )
        journals.active = False
        paid = self._pay(order, 90.0, process=True)
        self.assertEqual(order.state, "draft")
        self.assertEqual(len(self._get_activities(order)), 1)
        answer = order.action_confirm()
        self.assertRegex(answer["params"]["message"], "Paid .*90.00.*, not confirmed: ")
        self.assertEqual(len(self._get_activities(order)), 1)
        journals.active = True
        order.action_confirm()
        self.assertEqual(order.state, "sale")
        with self.assertRaisesRegex(UserError, "was submitted by"):
            order.action_confirm()
        self.assertEqual(self._get_charged(order), 0.0)
        self.assertFalse(self._get_activities(order))
        self.assertEqual(order.transaction_ids, paid)
        self.assertEqual(len(paid.payment_id), 1)
        started = order.continuity_order_ids.upfront_invoice_id
        self.assertEqual(started.amount_residual, 0.0)

    def test_paid_for_goods_and_no_card(self):
        """Per shipment: the goods are paid, the program has no card. Who pays by link
        is told nothing; the seller is."""
        order = self._add_goods(self._create_order(self.club))
        self._pay(order, 50.0, process=True)
        self.assertEqual(order.state, "draft")
        activity = self._get_activities(order)
        self.assertEqual(len(activity), 1)
        self.assertIn("A payment must be entered", activity.note)


@tagged("post_install", "-at_install")
@freeze_time("2027-09-10 12:00:00")
class TestPaidBeforeYen(PaidBeforeCase):
    """The same without decimals."""

    currency_name = "JPY"
    goods_price = 5000.0

    def test_all_is_paid(self):
        order = self._add_goods(self._quote(self.upfront))
        paid = self._pay(order, 12012.0)
        order.action_confirm()
        self.assertEqual(order.state, "sale")
        self.assertEqual(self._get_charged(order), 0.0)
        self.assertEqual(self._get_shares(paid), (5000.0, 7012.0))
        invoice = order.continuity_order_ids.upfront_invoice_id
        self.assertEqual(invoice.amount_residual, 0.0)


@tagged("post_install", "-at_install")
class TestPaidOnThePortal(PaidBeforeCase, HttpCaseWithUserPortal):
    """The customer pays on the page of the quotation; the page is closed too early."""

    def test_page_and_submit(self):
        order = self._quote(self.upfront)
        order.write({"require_payment": True, "state": "sent"})
        values = self.make_jsonrpc_request(
            f"/my/orders/{order.id}/transaction",
            {
                "access_token": order._portal_ensure_token(),
                "provider_id": self.provider.id,
                "payment_method_id": self.card_method.id,
                "token_id": None,
                "amount": 70.12,
                "flow": "direct",
                "tokenization_requested": False,
                "landing_route": "/somewhere",
            },
        )
        self.make_jsonrpc_request(
            "/payment/demo/simulate_payment",
            {
                "reference": values["reference"],
                "payment_details": "4242",
                "simulated_state": "done",
            },
        )
        paid = order.transaction_ids
        self.assertRecordValues(
            paid, [{"amount": 70.12, "state": "done", "is_post_processed": False}]
        )
        order.action_confirm()
        self.assertEqual(order.state, "sale")
        self.assertEqual(self._get_charged(order), 0.0)
        rows = order.continuity_order_ids.payment_ids
        self.assertEqual(rows.transaction_ids, paid)
        self.assertEqual(len(paid.payment_id), 1)
