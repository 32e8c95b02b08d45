# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What goes back to the customer: once, of the right payment, whoever gives it."""

import importlib.util
from pathlib import Path

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from ..cases.refund import RefundCase
from ..common import SELLER
from ..money.billing_read import DAY


@tagged("post_install", "-at_install")
class TestRefund(RefundCase):
    """The button does what the account says, and nothing twice."""

    def test_in_parts(self):
        """Two pieces: one comes back, the other is invoiced a cent cheaper."""
        order, child = self._sell_child(quantity=2)
        tx = order.payment_ids.transaction_id
        self._send(child)
        note = self._credit_by_wizard(self._bill(child))
        row = order.payment_ids
        self.assertRecordValues(
            row, [{"amount_to_refund": 14.94, "amount_overpaid": 0.0}]
        )
        self.assertEqual(order.amount_to_refund, 14.94)
        self.assertIn("14.94", self._get_activity(order).note)
        self.assertIn("14.94", self._refund(order))
        self.assertEqual(note.amount_residual, 0.0)
        self.assertFalse(self._get_activity(order))
        self._send(child)
        self._bill(child)
        self.assertEqual(order.amount_to_refund, 0.01)
        self.assertRecordValues(
            row,
            [
                {
                    "amount_to_refund": 0.01,
                    "amount_overpaid": 0.01,
                    "amount_refunded": 14.94,
                }
            ],
        )
        self._refund(order)
        self.assertEqual(self._get_refunds(order), [(tx, 14.94), (tx, 0.01)])
        self.assertRecordValues(
            row, [{"amount_to_refund": 0.0, "amount_refunded": 14.95}]
        )
        self.assertEqual(order.amount_to_refund, 0.0)
        self.assertFalse(self._check_books(order))

    def test_pressed_twice(self):
        order, child = self._sell_child()
        self._send(child)
        self._credit_by_wizard(self._bill(child))
        for _time in range(2):
            self._refund(order)
        self.assertEqual(
            self._get_refunds(order), [(order.payment_ids.transaction_id, 14.94)]
        )

    def test_price_of_the_draft(self):
        """What was invoiced too low and put right is not given back."""
        order, child = self._sell_child()
        self._send(child)
        invoice = self._bill(child, price=10.0)
        self.assertEqual(order.amount_to_refund, 2.84)
        self.assertEqual(order.payment_ids.amount_overpaid, 2.84)
        self.assertEqual(order.payment_ids.attention, "refund")
        invoice.button_draft()
        self.assertEqual(order.amount_to_refund, 0.0)
        self.assertEqual(order.payment_ids.amount_overpaid, 0.0)
        self.assertFalse(self._get_activity(order))
        invoice.invoice_line_ids.price_unit = 12.35
        invoice.action_post()
        self.assertEqual(order.amount_to_refund, 0.0)
        self.assertEqual(self._refund(order), "Nothing is left to give back.")
        self.assertEqual(self._get_refunds(order), [])

    def test_invoice_over_less(self):
        """What is left of the payment is matched with its refund."""
        order, child = self._sell_child()
        self._send(child)
        self._bill(child, price=10.0)
        self._refund(order)
        self.assertEqual(order.payment_ids.amount_refunded, 2.84)
        self.assertFalse(self._check_books(order))

    def test_reverse_and_create(self):
        """The new invoice claims what the old one did: nothing goes back."""
        order, child = self._sell_child()
        self._send(child)
        new = self._credit_by_wizard(self._bill(child), modify=True, post=False)
        self.assertEqual(order.amount_to_refund, 0.0)
        with freeze_time(f"{DAY} 12:00:00"):
            new.action_post()
        self.assertEqual(order.amount_to_refund, 0.0)
        self._refund(order)
        self.assertEqual(self._get_refunds(order), [])

    # === OTHER DOORS === #

    def test_odoos_dialog(self):
        """Given back by Odoo's own dialog: the button finds nothing more."""
        order, child = self._sell_child()
        self._send(child)
        note = self._credit_by_wizard(self._bill(child))
        self.assertEqual(order.amount_to_refund, 14.94)
        self._refund_by_wizard(self._get_payment(order), 14.94)
        self.assertEqual(order.amount_to_refund, 0.0)
        self.assertEqual(order.payment_ids.amount_refunded, 14.94)
        self.assertFalse(self._get_activity(order))
        self.assertEqual(note.amount_residual, 0.0)
        self._refund(order)
        self.assertEqual(len(self._get_refunds(order)), 1)
        self.assertFalse(self._check_books(order))

    def test_odoos_dialog_over_a_part(self):
        """A note over 7.47, given back by Odoo's dialog: our button gives nothing."""
        order, child = self._sell_child()
        self._send(child)
        note = self._credit_by_wizard(self._bill(child), post=False)
        note.invoice_line_ids.price_unit = 6.17
        with freeze_time(f"{DAY} 12:00:00"):
            note.action_post()
        self.assertEqual((note.amount_total, order.amount_to_refund), (7.47, 7.47))
        self._refund_by_wizard(self._get_payment(order), 7.47)
        self.assertEqual(order.amount_to_refund, 0.0)
        self._refund(order)
        self.assertEqual(
            self._get_refunds(order), [(order.payment_ids.transaction_id, 7.47)]
        )

    def test_accountants_payment(self):
        """Given back by a payment on the note."""
        order, child = self._sell_child()
        self._send(child)
        note = self._credit_by_wizard(self._bill(child))
        self._register(note)
        self.assertEqual(order.amount_to_refund, 0.0)
        self._refund(order)
        self.assertEqual(self._get_refunds(order), [])

    def test_taken_back_by_the_bank(self):
        """A statement takes the money of the payment back."""
        order, child = self._sell_child()
        self._send(child)
        self._bill(child)
        self._transfer(-14.94, self._get_payment(order))
        self.assertEqual(order.amount_to_refund, 0.0)
        self._refund(order)
        self.assertEqual(self._get_refunds(order), [])

    def test_goodwill(self):
        """What went back without a note is given back no second time by a note."""
        order, child = self._sell_child()
        self._send(child)
        invoice = self._bill(child)
        self._refund_by_wizard(self._get_payment(order), 6.05)
        self.assertEqual(order.amount_to_refund, 0.0)
        self.assertEqual(order.balance_ids.amount_held, 6.05)
        note = self._credit_by_wizard(invoice, post=False)
        note.invoice_line_ids.price_unit = 5.0
        note.action_post()
        self.assertRecordValues(
            order.balance_ids, [{"amount_held": 0.0, "amount_to_refund": 0.0}]
        )
        self._refund(order)
        self.assertEqual(len(self._get_refunds(order)), 1)

    def test_pending(self):
        """A refund the provider has not answered is not asked for again."""
        order, child = self._sell_child()
        self._send(child)
        self._credit_by_wizard(self._bill(child))
        transactions = type(self.env["payment.transaction"])
        self.patch(transactions, "_send_refund_request", lambda tx: tx._set_pending())
        for _time in range(2):
            self._refund(order)
        [(_source, amount)] = self._get_refunds(order)
        self.assertEqual(amount, 14.94)
        self.assertRecordValues(
            order.payment_ids, [{"amount_to_refund": 0.0, "amount_refunded": 0.0}]
        )

    def test_odoos_dialog_while_it_goes_back(self):
        """Odoo counts what is booked; what is on its way is not there once more."""
        order, child = self._sell_child()
        self._send(child)
        self._credit_by_wizard(self._bill(child))
        transactions = type(self.env["payment.transaction"])
        self.patch(transactions, "_send_refund_request", lambda tx: tx._set_pending())
        self._refund(order)
        with self.assertRaisesRegex(UserError, "is on its way"):
            self._refund_by_wizard(self._get_payment(order), 14.94)
        self.assertEqual(len(self._get_refunds(order)), 1)

    def test_no_answer(self):
        """Nobody knows whether it was given back: it is not asked for again."""
        order, child = self._sell_child()
        self._send(child)
        self._credit_by_wizard(self._bill(child))

        def lose(_transaction):
            raise TimeoutError

        transactions = type(self.env["payment.transaction"])
        self.patch(transactions, "_send_refund_request", lose)
        logger = (
            "odoo.addons.continuity_program.models.payments.payment_transaction_answer"
        )
        with self.assertLogs(logger, "ERROR"):
            self._refund(order)
        self._refund(order)
        self.assertEqual(len(self._get_refunds(order)), 1)
        self.assertEqual(order.amount_to_refund, 0.0)

    def test_refused(self):
        """The provider refuses: it is said, and may be tried again."""
        order, child = self._sell_child()
        self._send(child)
        self._credit_by_wizard(self._bill(child))
        transactions = type(self.env["payment.transaction"])
        self.patch(
            transactions,
            "_send_refund_request",
            lambda tx: tx._process("demo", {"simulated_state": "error"}),
        )
        self.assertIn("left as credit of the customer", self._refund(order))
        self.assertEqual(order.amount_to_refund, 14.94)
        self.assertTrue(self._get_activity(order))

    # === OF WHICH PAYMENT === #

    def test_link_and_card(self):
        """Both succeeded: the link goes back, which came last, by its provider.

        The page was open for more than an hour when the card was charged.
        """
        token = self._create_token("error")
        single = self._create_single(25.0, "CP-25")
        order, child = self._sell_child(single, token=token)
        tx = self._pay_online(child, 25.0, answer=None, day="2027-09-10")
        token.demo_simulated_state = "done"
        self._pay_due(str(order.payment_ids.next_attempt_date))
        self._answer_page(tx)
        self.assertEqual(order.amount_to_refund, 25.0)
        self.assertEqual(order.payment_ids.amount_to_refund, 0.0)
        self._refund(order)
        self.assertEqual(self._get_refunds(order), [(tx, 25.0)])
        self.assertEqual(order.amount_to_refund, 0.0)

    def test_by_hand(self):
        """What came by bank no provider gives back: the accountant is told."""
        order = self._sell_on_account(self._create_single(25.0, "CP-25"))
        with freeze_time("2027-09-10 12:00:00"):
            child = self._create_child(order)
        self._send(child)
        invoice = self._bill(child)
        self._transfer(25.0, invoice)
        note = self._credit_by_wizard(invoice)
        self.assertEqual(order.amount_to_refund, 25.0)
        self.assertIn("refund_by_hand", order.balance_ids._get_reasons())
        self.assertIn("left as credit of the customer: ", self._refund(order))
        self.assertEqual(self._get_refunds(order), [])
        self.assertTrue(self._get_activity(order))
        self._register(note)
        self.assertEqual(order.amount_to_refund, 0.0)
        self.assertFalse(self._get_activity(order))

    def test_ordinary_goods(self):
        """120.12 is owed and 130.00 was paid: the rest goes back."""
        sale_order = self._quote_with(self.club, ordinary=59.88)
        tx = self._pay_online(sale_order, 130.0, answer=None)
        # Cheaper while the customer is on the page
        sale_order.order_line[-1].price_unit = 50.0
        self._answer_page(tx)
        order = sale_order.continuity_order_ids
        self.assertEqual(sale_order.state, "sale")
        self.assertEqual(order.amount_to_refund, 9.88)
        self.assertIn("9.88", self._get_activity(order).note)
        self._refund(order)
        self.assertEqual(self._get_refunds(order), [(tx, 9.88)])
        self.assertEqual(order.amount_to_refund, 0.0)
        self._refund(order)
        self.assertEqual(len(self._get_refunds(order)), 1)

    # === CHILD CANCELLED === #

    def test_child_cancelled(self):
        """Paid, cancelled, given back, confirmed again."""
        order, child = self._sell_child()
        tx = order.payment_ids.transaction_id
        child._action_cancel()
        self.assertEqual(order.amount_to_refund, 14.94)
        self.assertRecordValues(
            order.payment_ids, [{"state": "paid", "amount_to_refund": 14.94}]
        )
        self._refund(order)
        self.assertEqual(self._get_refunds(order), [(tx, 14.94)])
        self.assertFalse(self._check_books(order))

    def test_two_rows_come_back(self):
        """Two payments of a child went back; confirmed after all, one row asks both."""
        product = self._create_club("CLUBY", payment_schedule_id=self.monthly.id)
        order, child = self._sell_child(product)
        for day in ("2027-09-10", "2027-10-10"):
            self._pay_due(day)
        rows = order.payment_ids.sorted("sequence")
        self.assertEqual(rows.mapped("state"), ["paid", "paid", "scheduled"])
        child._action_cancel()
        self.assertEqual(order.amount_to_refund, 9.96)
        self._refund(order)
        self.assertEqual(rows.mapped("amount_refunded"), [4.98, 4.98, 0.0])
        child.action_draft()
        child.action_confirm()
        rows = order.payment_ids.sorted("sequence")
        self.assertEqual(rows.mapped("sequence"), [1, 2, 3, 4])
        self.assertEqual(rows.mapped("state"), ["paid"] * 2 + ["scheduled"] * 2)
        self.assertEqual(rows.mapped("amount"), [4.98, 4.98, 4.98, 9.96])
        self.assertEqual(rows[3].kind, "extra")

    # === UPGRADE === #

    def test_upgrade(self):
        """What an older version had summed up is what the accounts say."""
        order, child = self._sell_child()
        self._send(child)
        self._credit_by_wizard(self._bill(child))
        self.env.flush_all()
        self.env.cr.execute("DELETE FROM continuity_balance")
        self.env.cr.execute("UPDATE continuity_order SET amount_to_refund = 3")
        self.env.cr.execute(
            "UPDATE continuity_payment SET amount_to_refund = 3, amount_overpaid = 3"
        )
        self.env.invalidate_all()
        folder = Path(__file__).parents[2] / "migrations" / "19.0.1.1.0"
        spec = importlib.util.spec_from_file_location(
            "to_refund", folder / "end-to-refund.py"
        )
        script = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(script)
        script.migrate(self.env.cr, "19.0.1.0.0")
        self.env.invalidate_all()
        self.assertEqual(order.amount_to_refund, 14.94)
        self.assertRecordValues(
            order.payment_ids, [{"amount_to_refund": 14.94, "amount_overpaid": 0.0}]
        )

    # === WHO === #

    def test_only_accountants(self):
        order, child = self._sell_child()
        self._send(child)
        self._credit_by_wizard(self._bill(child))
        seller = new_test_user(self.env, "refund_seller", groups=SELLER)
        with self.assertRaisesRegex(UserError, "Only an accountant"):
            order.with_user(seller).action_refund()
        self.assertEqual(self._get_refunds(order), [])

    def test_several_orders(self):
        """No order, and two at once."""
        self.assertTrue(self.env["continuity.order"].action_refund())
        first, child = self._sell_child()
        second, other = self._sell_child()
        for one in (child, other):
            self._send(one)
            self._credit_by_wizard(self._bill(one))
        self.assertIn("29.88", self._refund(first | second))
        self.assertEqual(len(self._get_refunds(first)), 2)


@tagged("post_install", "-at_install")
class TestRefundCurrencies(RefundCase):
    """Currencies without decimals, and with three."""

    def _check_parts(self, currency, first, second):
        self._set_currency(currency)
        order, child = self._sell_child(self._create_club("CLUBX"), quantity=2)
        tx = order.payment_ids.transaction_id
        self._send(child)
        self._credit_by_wizard(self._bill(child))
        self.assertEqual(order.amount_to_refund, first)
        self._refund(order)
        self._send(child)
        self._credit_by_wizard(self._bill(child))
        self.assertEqual(order.amount_to_refund, second)
        self._refund(order)
        self.assertEqual(self._get_refunds(order), [(tx, first), (tx, second)])
        self.assertEqual(order.amount_to_refund, 0.0)
        # Where the second invoice asks a unit more, there is a row of it in between
        given_back = sum(order.payment_ids.mapped("amount_refunded"))
        self.assertAlmostEqual(given_back, first + second, 3)

    def test_yen(self):
        self._check_parts("JPY", 1494.0, 1495.0)

    def test_dinar(self):
        self._check_parts("KWD", 14.945, 14.944)
