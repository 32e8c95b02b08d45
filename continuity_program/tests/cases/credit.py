# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What was billed is credited, cancelled, invoiced by hand."""

from freezegun import freeze_time

from ..common import ACCOUNTANT, SELLER_ALL
from .close import CloseCase


class CreditCase(CloseCase):
    """Up-front orders of the fixture of rules C1, paid at once or in three parts."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._set_currency("EUR")
        cls.monthly = cls.env["continuity.payment.schedule"].create(
            {"name": "3 monthly", "code": "3M", "number_of_payments": 3}
        )
        cls.seller = cls._create_user("credit_seller", SELLER_ALL)
        cls.accountant = cls._create_user("credit_books", ACCOUNTANT)
        cls.club = cls._create_club(bill_upfront=True)
        cls.club_by_schedule = cls._create_club(
            code="CLUBD", bill_upfront=True, payment_schedule_id=cls.monthly.id
        )

    def _pay_due(self, day):
        with freeze_time(f"{day} 12:00:00"):
            return self._execute("process_payments")

    def _credit(self, order, numbers):
        """Propose a note over shipments, as the wizards do."""
        shipments = order.shipment_ids.filtered(lambda s: s.number in numbers)
        note = order._create_credit_notes(order._get_creditable(shipments))
        self.assertEqual(note.state, "draft")
        return note

    def _post(self, note, day="2027-09-15"):
        with freeze_time(f"{day} 12:00:00"):
            note.with_user(self.accountant).action_post()

    def _refund(self, order, day="2027-09-15"):
        with freeze_time(f"{day} 12:00:00"):
            order.with_user(self.accountant).action_refund()

    def _get_rows(self, order):
        """Amount and state of the rows, by number."""
        return [(row.amount, row.state) for row in order.payment_ids.sorted("sequence")]

    def _check_ledger(self, order):
        """C6: rows and receivable, units and prepayment, are the same figures."""
        open_rows = order.payment_ids.filtered(
            lambda row: (
                row.invoice_id == order.upfront_invoice_id
                and row.state not in ("paid", "cancelled")
            )
        )
        for row in open_rows:
            self.assertEqual(row.amount, row.receivable_line_id.amount_residual)
        self.assertAlmostEqual(
            sum(open_rows.mapped("amount")), order.upfront_invoice_id.amount_residual
        )
        lines = order.shipment_ids.line_ids
        self.assertAlmostEqual(
            -self._get_prepayment(order),
            sum(line.open_quantity * line.prepaid_price_unit for line in lines),
        )


class CancelCase(CreditCase):
    """Orders of rules C1 that are cancelled, as the seller does it."""

    def _open_cancel(self, order, day="2027-09-15", **values):
        with freeze_time(f"{day} 12:00:00"):
            action = order.with_user(self.seller).action_open_cancel()
            wizard = self.env[action["res_model"]].browse(action["res_id"])
            wizard = wizard.with_user(self.seller)
            wizard.write({"reason": "moved abroad", **values})
            # The text is made on the day it is read
            self.assertTrue(wizard.effect_html)
        return wizard

    def _cancel(self, order, day="2027-09-15", **values):
        wizard = self._open_cancel(order, day, **values)
        text = str(wizard.effect_html)
        with freeze_time(f"{day} 12:00:00"):
            wizard.action_apply()
        return text

    def _get_note(self, order):
        return order.move_ids.filtered(
            lambda m: m.move_type == "out_refund" and m.state == "draft"
        )

    def _get_states(self, order):
        return order.shipment_ids.mapped("state")


class InvoicedCase(CancelCase):
    """Documents made through Odoo's own dialogs, and the nights after them."""

    def _credit_by_wizard(self, move, day="2027-09-12", modify=False):
        """Odoo's own dialog; its note is posted by the accountant."""
        with freeze_time(f"{day} 12:00:00"):
            wizard = (
                self.env["account.move.reversal"]
                .with_user(self.accountant)
                .with_context(active_model="account.move", active_ids=move.ids)
                .create({"journal_id": move.journal_id.id, "reason": "by hand"})
            )
            action = wizard.modify_moves() if modify else wizard.refund_moves()
        return self.env["account.move"].browse(action["res_id"])

    def _count_invoices(self, child):
        return len(child.invoice_ids.filtered(lambda m: m.move_type == "out_invoice"))
