# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from freezegun import freeze_time

from odoo.tests import tagged

from ..money.billing_read import ReadCase


@tagged("post_install", "-at_install")
class TestReturnedByHand(ReadCase):
    """What an accountant pays back has gone, whatever of it the books match.

    14.94 are billed, 20.00 come by mistake, everything is credited.
    """

    def setUp(self):
        super().setUp()
        order = self._sell_on_account(self.club_a)
        self.child = self._ship(order, 1, "2027-09-10")
        self.invoice = self._invoice(self.child, "2027-09-10")
        self.scope = self._child(self.child)

    def _get_stored(self):
        """What the account card says."""
        self.env.cr.flush()
        [balance] = self.env["continuity.balance"]._find_stored([self.scope]).values()
        return {
            name: value
            for name in ("received", "returned", "held", "to_refund")
            if (value := balance[f"amount_{name}"])
        }

    def _pay_too_much(self):
        """20.00 are registered for the invoice, which is credited then."""
        self._register(self.invoice, 20.0)
        self.note = self._credit_by_wizard(self.invoice)
        # The money waits beside the documents: what is matched is matched anew
        self._unmatch(self.invoice)
        self._match(self._get_payment().move_id, self.invoice)

    def _get_payment(self):
        return self.invoice.matched_payment_ids

    def _open_note(self):
        """The invoice is paid in full, so the note waits for its money."""
        self.assertEqual(self.note.amount_residual, 14.94)

    def test_account_follows_the_dialog(self):
        """What is paid too much is to be given back as soon as it is registered."""
        with freeze_time("2027-09-20 12:00:00"):
            self._register(self.invoice, 20.0)
            self.assertEqual(self._get_stored(), {"received": 20.0, "to_refund": 5.06})
            self.invoice.matched_payment_ids = False
            self.assertEqual(self._get_stored(), {"received": 14.94})

    def test_registered_on_the_note(self):
        """20.00 are registered on the note of 14.94: nothing goes back again."""
        with freeze_time("2027-09-20 12:00:00"):
            self._pay_too_much()
            self._open_note()
            self.assertEqual(self._get_stored(), {"received": 20.0, "to_refund": 20.0})
            back = self._register(self.note, 20.0)
            given = {"received": 20.0, "returned": 20.0}
            self.assertEqual(self._get_stored(), given)
            # The accountant matches what came too much with what went back of it
            self._match(back, self._get_payment())
            self.assertEqual(self._get_stored(), given)
            self._unmatch(back.move_id)
            self.assertEqual(self._get_stored(), given)
            back.action_cancel()
            self.assertEqual(self._get_stored(), {"received": 20.0, "to_refund": 20.0})

    def test_matched_with_the_note(self):
        """A payment of its own, or a line of the bank, that is matched in part."""
        with freeze_time("2027-09-20 12:00:00"):
            self._pay_too_much()
            back = self.env["account.payment"].create(
                {
                    "amount": 20.0,
                    "payment_type": "outbound",
                    "partner_type": "customer",
                    "partner_id": self.customer.id,
                    "journal_id": self.bank.id,
                }
            )
            back.action_post()
            paid = {"received": 20.0, "to_refund": 20.0}
            self.assertEqual(self._get_stored(), paid)
            self._match(back, self.note)
            given = {"received": 20.0, "returned": 20.0}
            self.assertEqual(self._get_stored(), given)
            self._unmatch(back.move_id)
            back.action_cancel()
            self.assertEqual(self._get_stored(), paid)
            line = self._create_statement_line(-20.0)
            self.assertEqual(self._get_stored(), paid)
            self._match(line, self.note)
            self.assertEqual(self._get_stored(), given)

    def test_more_than_came(self):
        """25.00 go back of 20.00: a person looks at the 5.00."""
        with freeze_time("2027-09-20 12:00:00"):
            self._pay_too_much()
            self._register(self.note, 25.0)
            self._check(
                self.scope,
                received=20.0,
                returned=25.0,
                held=5.0,
                reasons=["given_back_without_credit"],
                rows=[(14.94, "otherwise")],
            )

    def test_without_an_entry(self):
        """Payments that wait for the bank; its lines take their place."""
        self.startPatcher(self._pay_by_bank_alone())
        self.bank.outbound_payment_method_line_ids.payment_account_id = False
        with freeze_time("2027-09-20 12:00:00"):
            self._register(self.invoice, 20.0)
            self.assertEqual(self._get_stored(), {"received": 20.0, "to_refund": 5.06})
            # The bank line of 20.00: 14.94 of it are matched with the invoice
            self._transfer(20.0, self.invoice)
            self.assertEqual(self._get_stored(), {"received": 14.94})
            self.note = self._credit_by_wizard(self.invoice)
            self.assertEqual(
                self._get_stored(), {"received": 14.94, "to_refund": 14.94}
            )
            back = self._register(self.note)
            self.assertFalse(back.move_id)
            given = {"received": 14.94, "returned": 14.94}
            self.assertEqual(self._get_stored(), given)
            self._transfer(-14.94, self.note)
            self.assertEqual(self._get_stored(), given)
