# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What was charged twice and not given back pays the next row that is due."""

from freezegun import freeze_time

from odoo.tests import tagged
from odoo.tools import mute_logger

from ..cases.flow import TRANSACTION, FlowCase


@tagged("post_install", "-at_install")
class TestDoubleCharge(FlowCase):
    """Three rows of what is billed up front; the first one is charged twice."""

    def _charge_twice(self):
        """A lost answer comes late, after the row was charged once more."""
        order = self._submit(self.club_by_schedule)
        row = order.payment_ids.sorted("sequence")[0]
        with self._lose(), mute_logger(TRANSACTION):
            self._pay_due("2027-09-10")
        first = row.transaction_id
        with freeze_time("2027-09-10 13:00:00"):
            row.with_user(self.accountant).action_was_not_paid()
        self._pay_due("2027-09-10")
        with freeze_time("2027-09-12 12:00:00"):
            first.action_demo_set_done()
            first._post_process()
        return order, first

    def _get_rows(self, order):
        return [
            (row.amount, row.state, row.kind)
            for row in order.payment_ids.sorted("sequence")
        ]

    def test_pays_the_next_row(self):
        """On the due date of row 2 no card is asked; row 3 is charged as planned."""
        order, first = self._charge_twice()
        scope = self._upfront(order)
        rows = order.payment_ids.sorted("sequence")
        second = rows[0].transaction_id
        self.assertEqual(order.amount_to_refund, 23.37)
        with freeze_time("2027-10-10 12:00:00"):
            preview = self._execute("process_payments", dry_run=True)
        self.assertEqual(preview.line_ids.reason, "use_double_charge")
        self.assertEqual(rows[1].state, "scheduled")
        run = self._pay_due("2027-10-10")
        self.assertEqual(run.line_ids.reason, "done_elsewhere")
        self.assertIn("nothing was charged", run.line_ids.message)
        self.assertEqual(
            [row.transaction_ids for row in rows[:2]], [second, first], "whose is whose"
        )
        self.assertRecordValues(
            rows,
            [
                {"amount": 23.37, "state": "paid", "is_paid_otherwise": False},
                {"amount": 23.37, "state": "paid", "is_paid_otherwise": False},
                {"amount": 23.38, "state": "scheduled", "is_paid_otherwise": False},
            ],
        )
        self._check(scope, claim=70.12, received=46.74, open=23.38, day="2027-10-10")
        self.assertEqual(order.amount_to_refund, 0.0)
        self.assertEqual(sum(rows.mapped("amount_overpaid")), 0.0)
        self.assertEqual(order.upfront_invoice_id.amount_residual, 23.38)
        self.assertIn(first.reference, rows[1].message_ids[0].body)
        # Nothing is asked a second time, and the answer may come once more
        first._post_process()
        self.assertFalse(self._pay_due("2027-10-11").line_ids)
        self._pay_due("2027-11-10")
        self.assertEqual(set(rows.mapped("state")), {"paid"})
        self.assertEqual(order.upfront_invoice_id.amount_residual, 0.0)
        done = rows.transaction_ids.filtered(lambda tx: tx.state == "done")
        self.assertEqual(round(sum(done.mapped("amount")), 2), 70.12)

    def test_pays_a_part(self):
        """Row 2 was paid otherwise; row 3 is one cent more than what came twice.

        The cent is a row of its own, and asked by the same run.
        """
        order, first = self._charge_twice()
        self._transfer(23.37, order.upfront_invoice_id)
        self._pay_due("2027-11-10")
        self.assertEqual(
            self._get_rows(order),
            [
                (23.37, "paid", "plan"),
                (23.37, "paid", "plan"),
                (23.37, "paid", "plan"),
                (0.01, "paid", "extra"),
            ],
        )
        row = order.payment_ids.sorted("sequence")[2]
        self.assertEqual(row.transaction_ids, first)
        self.assertEqual(order.upfront_invoice_id.amount_residual, 0.0)

    def test_given_back(self):
        """What has gone back, or is on its way, pays nothing: the card is asked."""
        order, _first = self._charge_twice()
        with freeze_time("2027-10-01 12:00:00"):
            order.with_user(self.accountant).action_refund()
        self.assertEqual(order.amount_to_refund, 0.0)
        self._pay_due("2027-10-10")
        rows = order.payment_ids.sorted("sequence")
        self.assertEqual(rows.mapped("state"), ["paid", "paid", "scheduled"])
        self._check(
            self._upfront(order),
            claim=70.12,
            received=70.11,
            returned=23.37,
            open=23.38,
            day="2027-10-10",
        )

    def _charge_twice_unseen(self):
        """Row 1 was charged twice, and the first answer has not come yet."""
        order = self._submit(self.club_by_schedule)
        rows = order.payment_ids.sorted("sequence")
        with self._lose(), mute_logger(TRANSACTION):
            self._pay_due("2027-09-10")
        first = rows[0].transaction_id
        with freeze_time("2027-09-10 13:00:00"):
            rows[0].with_user(self.accountant).action_was_not_paid()
        self._pay_due("2027-09-10")
        return order, rows, first

    def test_a_part_wakes_no_card_that_was_declined_for_good(self):
        """Row 3 is one cent more than what came twice: it stays declined, on hold."""
        order, rows, first = self._charge_twice_unseen()
        self._pay_due("2027-10-10")
        order.payment_token_id.demo_simulated_state = "error"
        self._pay_due("2027-11-10")
        rows[2].sudo().write({"next_attempt_date": False, "decline_kind": "hard"})
        order.sudo().hold_payment = True
        with freeze_time("2027-11-12 12:00:00"):
            first.action_demo_set_done()
            first._post_process()
        asked = len(order.payment_ids.transaction_ids)
        self.assertFalse(self._pay_due("2027-11-12").line_ids)
        self.assertRecordValues(
            order.payment_ids.sorted("sequence")[2:],
            [{"amount": 23.38, "state": "declined", "decline_kind": "hard"}],
        )
        self.assertEqual(len(order.payment_ids.transaction_ids), asked)
        self.assertTrue(order.hold_payment)
        self.assertEqual(order.amount_to_refund, 23.37)

    def test_two_of_them_pay_a_row_that_was_declined(self):
        """Rows 1 and 2 were charged twice; row 3 is a cent more than each of them."""
        order, rows, first = self._charge_twice_unseen()
        with self._lose(), mute_logger(TRANSACTION):
            self._pay_due("2027-10-10")
        second = rows[1].transaction_id
        with freeze_time("2027-10-10 13:00:00"):
            rows[1].with_user(self.accountant).action_was_not_paid()
        self._pay_due("2027-10-10")
        order.payment_token_id.demo_simulated_state = "error"
        self._pay_due("2027-11-10")
        self.assertEqual(rows.mapped("state"), ["paid", "paid", "declined"])
        rows[2].sudo().write({"next_attempt_date": False, "decline_kind": "hard"})
        order.sudo().hold_payment = True
        with freeze_time("2027-11-12 12:00:00"):
            for late in (first, second):
                late.action_demo_set_done()
                late._post_process()
        asked = order.payment_ids.transaction_ids
        run = self._pay_due("2027-11-12")
        self.assertEqual(run.line_ids.reason, "done_elsewhere")
        self.assertEqual(order.payment_ids.transaction_ids, asked, "nobody was asked")
        self.assertEqual(
            self._get_rows(order),
            [
                (23.37, "paid", "plan"),
                (23.37, "paid", "plan"),
                (23.37, "paid", "plan"),
                (0.01, "paid", "plan"),
            ],
        )
        self.assertEqual(len(order.payment_ids.transaction_id), 4)
        self.assertFalse(order.hold_payment)
        self.assertEqual(order.amount_to_refund, 23.36)
        self.assertEqual(order.upfront_invoice_id.amount_residual, 0.0)
        self._check(
            self._upfront(order),
            claim=70.12,
            received=93.48,
            aside=23.36,
            to_refund=23.36,
            day="2027-11-12",
            reasons=["charged_twice"],
        )
        self.assertFalse(self._pay_due("2027-11-13").line_ids)

    def test_the_bank_wants_to_see_the_customer(self):
        """Row 2 is tried by nobody any more; the double charge comes to light later.

        Its provider is paused: nobody asks him. A paused order is left alone.
        """
        order, rows, first = self._charge_twice_unseen()
        token = order.payment_token_id
        token.demo_simulated_state = "error"
        self._pay_due("2027-10-10")
        rows[1].sudo().write(
            {
                "next_attempt_date": False,
                "decline_kind": "authenticate",
                "authenticate_since": "2027-10-10",
                "authenticate_until": "2027-10-17",
            }
        )
        self.assertFalse(self._pay_due("2027-10-11").line_ids)
        self.assertEqual(rows[1].state, "declined")
        with freeze_time("2027-10-12 12:00:00"):
            first.action_demo_set_done()
            first._post_process()
        with freeze_time("2027-10-12 12:00:00"):
            preview = self._execute("process_payments", dry_run=True)
        self.assertEqual(preview.line_ids.reason, "use_double_charge")
        asked = len(rows.transaction_ids)
        job = type(self.env["continuity.job.process_payments"])
        self.patch(
            job, "_get_asking_refusal", lambda *_args: ("provider_paused", "Paused.")
        )
        order.sudo().pause_date = "2027-10-01"
        self.assertFalse(self._pay_due("2027-10-12").line_ids)
        order.sudo().pause_date = False
        run = self._pay_due("2027-10-12")
        self.assertEqual(run.line_ids.reason, "done_elsewhere")
        self.assertEqual(len(rows.transaction_ids), asked, "nobody was asked")
        self.assertEqual(rows.mapped("state"), ["paid", "paid", "scheduled"])
        self.assertFalse(order.hold_payment)
        self.assertFalse(self._pay_due("2027-10-13").line_ids)

    def test_charged_by_hand(self):
        """A manager who charges the next row by hand is told the same."""
        order, first = self._charge_twice()
        row = order.payment_ids.sorted("sequence")[1]
        with freeze_time("2027-10-10 12:00:00"):
            action = row.with_user(self.accountant).action_charge_now()
        self.assertIn("nothing was charged", action["params"]["message"])
        self.assertEqual((row.state, row.transaction_ids), ("paid", first))
