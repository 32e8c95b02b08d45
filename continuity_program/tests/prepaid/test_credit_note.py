# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date
from unittest.mock import patch

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ...models.prepaid.credit_note import CreditNote
from ..cases.credit import CreditCase


@tagged("post_install", "-at_install")
class TestCreditNote(CreditCase):
    """Document K (rules C3, C7, N8, N9): figures of MC and MD."""

    def test_skip_says_what_was_sold(self):
        """One invoice of 70.12, not 14.94 + 22.32 + 32.85 = 70.11 of the shipments."""
        order = self._submit(self.club)
        first, second, _third = order.shipment_ids.sorted("number")
        text = first._get_drop_effect("skip")["total_text"]
        self.assertRegex(text, r"Dropped \D*14.94\D+70.12\D+55.18")
        first.action_skip()
        text = second._get_drop_effect("skip")["total_text"]
        self.assertRegex(text, r"Dropped \D*22.32\D+55.18\D+32.86")

    def test_skip_before_the_invoice(self):
        """Invoiced with the first shipment: what is sold is known before that."""
        self.company.continuity_upfront_invoicing = "shipment"
        order = self._submit(self.club)
        self.assertFalse(order.upfront_invoice_id)
        text = order.shipment_ids[0]._get_drop_effect("skip")["total_text"]
        self.assertRegex(text, r"Dropped \D*14.94\D+70.12\D+55.18")

    def test_draft_note_is_waited_for(self):
        """What a draft note takes is not asked to be credited once more."""
        order = self._submit(self.club)
        self._ship(order, 1, "2027-09-10")
        with freeze_time("2027-09-11 12:00:00"):
            order._cancel_orders("moved")
        run = self._run("2027-09-12")
        left_out = run.line_ids.filtered(lambda line: line.outcome == "skipped")
        self.assertEqual(left_out.mapped("reason"), ["draft_credit"])
        self.assertIn("is not posted yet", left_out.message)
        order.move_ids.filtered(lambda move: move.state == "draft").unlink()
        run = self._run("2027-09-13")
        self.assertEqual(run.line_ids.mapped("reason"), ["units_open"])
        # The accountant, who changes no order, proposes what is his to post
        action = order.with_user(self.accountant).action_credit_open()
        note = self.env["account.move"].browse(action["res_id"])
        self.assertRecordValues(note, [{"state": "draft", "amount_total": 55.18}])

    def test_cancel_after_the_first_child(self):
        """MC10: K 45.60 + 9.58 = 55.18, not the sum of two notes."""
        order = self._submit(self.club)
        self._ship(order, 1, "2027-09-10")
        self._run("2027-09-10")
        note = self._credit(order, (2, 3))
        self.assertRecordValues(
            note,
            [
                {
                    "move_type": "out_refund",
                    "amount_untaxed": 45.60,
                    "amount_tax": 9.58,
                    "amount_total": 55.18,
                    "reversed_entry_id": order.upfront_invoice_id.id,
                    "continuity_order_id": order.id,
                    "journal_id": order.upfront_invoice_id.journal_id.id,
                }
            ],
        )
        # Nothing has happened yet
        self.assertEqual(order.amount_to_refund, 0.0)
        lines = order.shipment_ids.line_ids
        self.assertEqual(lines.mapped("credited_quantity"), [0.0] * 3)
        self._post(note)
        self.assertEqual(
            self._entry(note),
            {
                self.prepayment_account: 45.60,
                self.vat_account: 9.58,
                self.receivable: -55.18,
            },
        )
        self.assertEqual(lines.mapped("credited_quantity"), [0.0, 1.0, 1.0])
        self.assertEqual(order.amount_to_refund, 55.18)
        self.assertEqual(order.payment_ids.amount_to_refund, 55.18)
        self._check_ledger(order)
        self._refund(order)
        refund = order.payment_ids.transaction_id.child_transaction_ids
        self.assertEqual((refund.amount, refund.state), (-55.18, "done"))
        self.assertEqual(
            self._entry(refund.payment_id.move_id),
            {self.receivable: 55.18, self.outstanding_account: -55.18},
        )
        self.assertRecordValues(
            order.payment_ids,
            [{"state": "paid", "amount_refunded": 55.18, "amount_to_refund": 0.0}],
        )
        self.assertEqual((note.amount_residual, order.amount_to_refund), (0.0, 0.0))
        self.assertFalse(order.activity_ids)

    def test_last_row_first(self):
        """MD6: rows 3 and 2 are cancelled, 8.43 of row 1 goes back."""
        order = self._submit(self.club_by_schedule)
        self.assertEqual(
            self._get_rows(order),
            [(23.37, "scheduled"), (23.37, "scheduled"), (23.38, "scheduled")],
        )
        self._pay_due("2027-09-10")
        self._ship(order, 1, "2027-09-10")
        self._run("2027-09-10")
        note = self._credit(order, (2, 3))
        self._post(note)
        self.assertEqual(
            [row.state for row in order.payment_ids], ["paid", "cancelled", "cancelled"]
        )
        self.assertEqual(
            order.payment_ids[1:].mapped("cancel_reason"), ["credited", "credited"]
        )
        self.assertEqual(note.amount_residual, 8.43)
        self.assertEqual(order.payment_ids.mapped("amount_to_refund"), [8.43, 0.0, 0.0])
        self._check_ledger(order)
        self._refund(order)
        self.assertEqual(order.payment_ids[0].amount_refunded, 8.43)
        self.assertEqual(note.amount_residual, 0.0)

    def test_row_is_reduced(self):
        """MD7: row 3 is cancelled, row 2 becomes 13.90, nothing goes back."""
        order = self._submit(self.club_by_schedule)
        self._pay_due("2027-09-10")
        for number, day in ((1, "2027-09-10"), (2, "2027-10-01")):
            self._ship(order, number, day)
            self._run(day)
        note = self._credit(order, (3,))
        self._post(note, "2027-10-05")
        self.assertEqual(note.amount_total, 32.85)
        self.assertEqual(
            self._get_rows(order),
            [(23.37, "paid"), (13.90, "scheduled"), (23.38, "cancelled")],
        )
        self.assertEqual(order.amount_to_refund, 0.0)
        self._check_ledger(order)
        # The card is charged what is left, and the customer has paid 37.27
        self._pay_due("2027-10-10")
        row = order.payment_ids[1]
        self.assertEqual((row.state, row.transaction_id.amount), ("paid", 13.90))
        self.assertEqual(order.upfront_invoice_id.amount_residual, 0.0)

    def test_not_charged_while_the_note_is_a_draft(self):
        """A row that a note is about to reduce waits for the accountant."""
        order = self._submit(self.club_by_schedule)
        note = self._credit(order, (3,))
        self._pay_due("2027-09-10")
        self.assertEqual(order.payment_ids[0].state, "paid")
        run = self._pay_due("2027-10-10")
        self.assertEqual(order.payment_ids[1].state, "scheduled")
        self.assertEqual(run.line_ids.mapped("reason"), ["draft_credit"])
        self._post(note, "2027-10-11")
        self._pay_due("2027-10-11")
        row = order.payment_ids[1]
        self.assertEqual((row.state, row.transaction_id.amount), ("paid", 13.90))

    def test_reset_brings_everything_back(self):
        order = self._submit(self.club_by_schedule)
        self._pay_due("2027-09-10")
        note = self._credit(order, (2,))
        self._post(note)
        self.assertEqual(
            self._get_rows(order),
            [(23.37, "paid"), (23.37, "scheduled"), (1.06, "scheduled")],
        )
        self._check_ledger(order)
        note.button_draft()
        self.assertEqual(
            self._get_rows(order),
            [(23.37, "paid"), (23.37, "scheduled"), (23.38, "scheduled")],
        )
        self.assertEqual(order.shipment_ids[1].line_ids.credited_quantity, 0.0)
        self._check_ledger(order)
        # Posted again, and then reversed by another document
        self._post(note)
        self.assertEqual(order.payment_ids[2].amount, 1.06)
        undo = note._reverse_moves()
        undo.action_post()
        self.assertEqual(undo.move_type, "out_invoice")
        self.assertEqual(order.payment_ids[2].amount, 23.38)
        self.assertEqual(order.shipment_ids[1].line_ids.credited_quantity, 0.0)
        self.assertEqual(order.amount_to_refund, 0.0)
        self._check_ledger(order)

    def test_cancelled_row_comes_back(self):
        order = self._submit(self.club_by_schedule)
        note = self._credit(order, (3,))
        self._post(note)
        self.assertEqual(
            [row.state for row in order.payment_ids],
            ["scheduled", "scheduled", "cancelled"],
        )
        self.assertEqual(order.payment_ids[1].amount, 13.90)
        note.button_draft()
        self.assertEqual(
            self._get_rows(order),
            [(23.37, "scheduled"), (23.37, "scheduled"), (23.38, "scheduled")],
        )
        note.button_cancel()
        self.assertEqual(
            order._get_creditable(order.shipment_ids[2]),
            {order.shipment_ids[2].line_ids: 1.0},
        )

    def test_a_pending_row_is_waited_for(self):
        """C7: the note can be posted; the row is reduced when it is answered."""
        self.company.continuity_retry_limit = 0
        order = self._submit(self.club_by_schedule, token=self._create_token("pending"))
        self._pay_due("2027-09-10")
        self.assertEqual(order.payment_ids[0].state, "pending")
        note = self._credit(order, (1, 2, 3))
        self.assertEqual(note.amount_total, 70.12)
        self._post(note)
        self.assertEqual(
            [row.state for row in order.payment_ids],
            ["pending", "cancelled", "cancelled"],
        )
        self.assertEqual(note.amount_residual, 23.37)
        self.assertFalse(order.activity_ids)
        with self.assertRaisesRegex(UserError, "is not answered yet"):
            order.with_user(self.accountant).action_refund()
        # The bank debit comes back: there is nothing to pay, and nothing to refund
        tx = order.payment_ids[0].transaction_id
        with freeze_time("2027-09-17 12:00:00"):
            tx._process("demo", {"simulated_state": "cancel"})
            tx._post_process()
        self.assertEqual(order.payment_ids[0].state, "cancelled")
        self.assertEqual(note.amount_residual, 0.0)
        self.assertEqual(order.amount_to_refund, 0.0)
        self.assertFalse(order.hold_payment)

    def test_a_unit_is_credited_once(self):
        order = self._submit(self.club)
        first = self._credit(order, (2, 3))
        # A draft takes the units already
        self.assertFalse(order._get_creditable(order.shipment_ids[1:]))
        copy = first.copy()
        copy.reversed_entry_id = first.reversed_entry_id
        copy.continuity_order_id = order
        self._post(first)
        with self.assertRaisesRegex(UserError, "0 are open"):
            self._post(copy)

    def test_everything(self):
        """MC9: the note over everything repeats the up-front invoice: 70.12, also
        where Odoo rounds tax line by line."""
        self.company.tax_calculation_rounding_method = "round_per_line"
        order = self._submit(self.club)
        self.assertEqual(order.upfront_invoice_id.amount_total, 70.12)
        note = self._credit(order, (1, 2, 3))
        self.assertEqual(
            CreditNote(order).get_totals(order._get_creditable(order.shipment_ids)),
            (0.0, 0.0, 0.0),
        )
        self._post(note)
        self.assertEqual(note.amount_total, 70.12)
        self.assertEqual(
            order.shipment_ids.line_ids.mapped("credited_quantity"), [1.0] * 3
        )
        self.assertEqual(set(order.shipment_ids.mapped("state")), {"cancelled"})
        self._check_ledger(order)

    def test_reversed_by_hand(self):
        """C5: by hand the whole invoice is taken back, or nothing."""
        order = self._submit(self.club)
        part = order.upfront_invoice_id._reverse_moves()
        part.invoice_line_ids.price_unit = 10.0
        with self.assertRaisesRegex(UserError, "credited by shipments"):
            self._post(part)
        part.unlink()
        whole = order.upfront_invoice_id._reverse_moves()
        self._post(whole)
        self.assertEqual(
            order.shipment_ids.line_ids.mapped("credited_quantity"), [1.0] * 3
        )
        self.assertEqual(order.shipment_ids.mapped("state"), ["cancelled"] * 3)
        self.assertEqual(order.amount_to_refund, 70.12)

    def test_rights(self):
        """A seller proposes, an accountant posts and refunds."""
        order = self._submit(self.club)
        note = order.with_user(self.seller)._create_credit_notes(
            order._get_creditable(order.shipment_ids[2])
        )
        with self.assertRaises(AccessError):
            note.with_user(self.seller).action_post()
        with self.assertRaisesRegex(UserError, "Only an accountant"):
            order.with_user(self.seller).action_refund()
        self._post(note)
        self.assertEqual(order.amount_to_refund, 32.85)

    def test_the_rate_of_the_upfront_invoice(self):
        """N12: what is credited takes the rate at which it was prepaid."""
        order = self._submit(self.club)
        note = self._credit(order, (3,))
        self.assertEqual(
            note.invoice_currency_rate, order.upfront_invoice_id.invoice_currency_rate
        )

    def test_a_refund_under_way_is_not_asked_for_twice(self):
        order = self._submit(self.club)
        self._post(self._credit(order, (3,)))
        with patch.object(
            type(self.env["payment.transaction"]),
            "_send_refund_request",
            lambda tx: tx._set_pending(),
        ):
            self._refund(order)
            self._refund(order)
        refund = order.payment_ids.transaction_id.child_transaction_ids
        self.assertEqual((len(refund), refund.state), (1, "pending"))
        self.assertTrue(order.refund_requested_at)
        # It is going back
        self.assertEqual(order.amount_to_refund, 0.0)
        with freeze_time("2027-09-16 12:00:00"):
            refund._set_done()
            refund._post_process()
        self.assertEqual(order.payment_ids.amount_refunded, 32.85)
        self.assertEqual(order.amount_to_refund, 0.0)

    def test_what_no_provider_gives_back(self):
        """N64: it stays credit of the customer, and is said."""
        order = self._submit(self.club)
        self._post(self._credit(order, (3,)))
        self.card_method.support_refund = "none"
        answer = order.with_user(self.accountant).action_refund()
        self.assertIn("32.85", answer["params"]["message"])
        self.assertIn("credit of the customer", answer["params"]["message"])
        self.assertEqual(order.amount_to_refund, 32.85)
        self.assertEqual(order.activity_ids.date_deadline, date(2027, 9, 15))
