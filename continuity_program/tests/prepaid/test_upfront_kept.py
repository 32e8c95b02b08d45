# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..cases.credit import InvoicedCase

#: The ways out that the refusal names
WAY_OUT = "Use Skip, Cancel or Credit"


@tagged("post_install", "-at_install")
class TestUpfrontKept(InvoicedCase):
    """The up-front invoice stays once money or goods have moved for it."""

    def _get_doors(self, invoice, day="2027-09-12"):
        """Every way in which somebody takes an invoice away to write it anew."""
        return {
            "reverse and create": lambda: self._credit_by_wizard(
                invoice, day, modify=True
            ),
            # Odoo posts such a note on its day, and writes the new invoice at once
            "reverse and create, later": lambda: self._create_later(invoice, day),
            "reverse with cancel": lambda: invoice._reverse_moves(cancel=True),
            "reset": invoice.with_user(self.accountant).button_draft,
            "cancel": invoice.with_user(self.accountant).button_cancel,
        }

    def _create_later(self, invoice, day):
        with freeze_time(f"{day} 12:00:00"):
            wizard = self.env["account.move.reversal"].with_user(self.accountant)
            wizard = wizard.with_context(
                active_model="account.move", active_ids=invoice.ids
            )
            vals = {"journal_id": invoice.journal_id.id, "date": "2027-12-31"}
            return wizard.create(vals).modify_moves()

    def _submit_on_account(self):
        """Delivered before it is paid: the invoice itself is the bill."""
        self.customer.continuity_allow_on_account = True
        with freeze_time("2027-09-10 12:00:00"):
            sale_order = self._quote(self.club)
            order = sale_order.continuity_order_ids
            order.payment_method = "on_account"
            sale_order.action_confirm()
        self.assertEqual(order.payment_ids.state, "billed")
        return order

    def _check_refused(self, order):
        invoice = order.upfront_invoice_id
        residual, number = invoice.amount_residual, len(order.move_ids)
        for name, door in self._get_doors(invoice).items():
            with self.subTest(name), self.assertRaisesRegex(UserError, WAY_OUT) as got:
                door()
            self.assertIn(order.display_name, str(got.exception), name)
            self.assertEqual(
                (invoice.state, invoice.amount_residual), ("posted", residual)
            )
            self.assertEqual(len(order.move_ids), number)

    def test_paid(self):
        """Paid at once, and nothing has left."""
        order = self._submit(self.club)
        self.assertEqual(order.payment_ids.state, "paid")
        self._check_refused(order)
        # What was planned is sent and billed as ever
        self._ship(order, 1, "2027-09-10")
        self._run("2027-09-12")
        self.assertEqual(order.shipment_ids[0].line_ids.released_quantity, 1.0)

    def test_under_way(self):
        """The first of three instalments was asked for; the answer is still to come."""
        order = self._submit(self.club_by_schedule)
        for state in ("processing", "pending", "authorized", "unknown", "paid"):
            with self.subTest(state):
                order.payment_ids[0].state = state
                self._check_refused(order)

    def test_delivered(self):
        """Nothing is paid, and goods have left that the night has not billed yet."""
        order = self._submit_on_account()
        self._ship(order, 1, "2027-09-10")
        with freeze_time("2027-09-12 12:00:00"):
            self._check_refused(order)

    def test_released(self):
        order = self._submit_on_account()
        self._ship(order, 1, "2027-09-10")
        self._run("2027-09-10")
        self._check_refused(order)

    def test_untouched(self):
        """Nobody has paid and nothing has left: it is put right like any invoice."""
        order = self._submit(self.club_by_schedule)
        self.assertEqual(set(order.payment_ids.mapped("state")), {"scheduled"})
        invoice = order.upfront_invoice_id
        invoice.button_draft()
        invoice.action_post()
        self.assertEqual(invoice.amount_residual, 70.12)

    def test_plain_note(self):
        """Paid and nothing has left: a note over all of it goes through, as ever."""
        order = self._submit(self.club)
        note = self._credit_by_wizard(order.upfront_invoice_id)
        self._post(note, "2027-09-12")
        self.assertEqual(order.shipment_ids.mapped("state"), ["cancelled"] * 3)
        self.assertEqual(order.amount_to_refund, 70.12)

    def test_others_go_on(self):
        """Of several invoices in the dialog one is kept: none is taken away."""
        order = self._submit(self.club)
        other = self._submit(self.club_by_schedule).upfront_invoice_id
        with self.assertRaisesRegex(UserError, WAY_OUT):
            (order.upfront_invoice_id | other).button_draft()
        self.assertEqual(other.state, "posted")
