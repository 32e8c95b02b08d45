# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What stays open in the books of the customer when money has gone back."""

from odoo.tests import freeze_time, tagged

from ..cases.refund import RefundCase
from ..money.billing_read import DAY


@tagged("post_install", "-at_install")
class TestRefundBooks(RefundCase):
    """A refund that no credit note explains leaves nothing open beside itself."""

    def _sell_declined(self, code="CP-25"):
        """A parcel of 25.00 whose card is declined, and the card."""
        token = self._create_token("error")
        single = self._create_single(25.0, code)
        order, child = self._sell_child(single, token=token)
        return order, child, token

    def _charge(self, order, token):
        token.demo_simulated_state = "done"
        row = order.payment_ids.filtered("next_attempt_date")
        self._pay_due(str(row.next_attempt_date))

    def _get_lines(self, order):
        """Receivable of the customer: amount and what is open of it."""
        lines = self.env["account.move.line"].search(
            [
                ("partner_id", "=", order.partner_id.commercial_partner_id.id),
                ("account_id.account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
            ],
            order="id",
        )
        return [(line.balance, line.amount_residual) for line in lines]

    def _pay_in_two(self, code="CP-25"):
        """10.00 by a link, 15.00 by the card, an invoice of 20.00: 5.00 of the link is
        open, and the card has come last."""
        order, child, token = self._sell_declined(code)
        link = self._pay_online(child, 10.0, day="2027-09-10")
        self._charge(order, token)
        self._send(child)
        self._bill(child, price=20.0)
        self.assertEqual(order.amount_to_refund, 5.0)
        self.assertEqual(
            self._get_lines(order)[-3:], [(-10.0, -5.0), (-15.0, 0.0), (20.0, 0.0)]
        )
        return order, child, link

    def test_link_that_came_too_late(self):
        """Paid by link while the card was charged: the link goes back, and is matched
        with its refund."""
        order, child, token = self._sell_declined()
        tx = self._pay_online(child, 25.0, answer=None, day="2027-09-10")
        self._charge(order, token)
        self._answer_page(tx)
        self._send(child)
        self._bill(child)
        self._refund(order)
        self.assertEqual(self._get_refunds(order), [(tx, 25.0)])
        self.assertFalse(self._check_books(order))

    def test_rest_of_another_payment(self):
        """The card gives back what the books have left of the link."""
        order, child, link = self._pay_in_two()
        self._refund(order)
        [(source, amount)] = self._get_refunds(order)
        self.assertNotEqual(source, link)
        self.assertEqual(amount, 5.0)
        self.assertFalse(self._check_books(order))
        self._check(self._child(child), claim=20.0, received=25.0, returned=5.0)
        # Nothing more goes back
        self._refund(order)
        self.assertEqual(len(self._get_refunds(order)), 1)

    def test_matched_by_hand(self):
        """An accountant matches what is left of the link with the refund: it has gone
        back once, not twice."""
        order, child, _link = self._pay_in_two()
        transactions = type(self.env["payment.transaction"])
        self.patch(transactions, "_match_continuity_refund", lambda *_args: None)
        self._refund(order)
        self.assertEqual(self._get_lines(order)[0], (-10.0, -5.0))
        lines = self._check_books(order)
        self.assertEqual(sorted(lines.mapped("amount_residual")), [-5.0, 5.0])
        lines.reconcile()
        self._check(self._child(child), claim=20.0, received=25.0, returned=5.0)
        self.assertEqual(order.balance_ids.amount_held, 0.0)

    def test_rest_of_another_order_is_left_alone(self):
        """What is left of a payment of another parcel stays its own."""
        first, _child, _link = self._pay_in_two()
        second, _other, _link = self._pay_in_two("CP-26")
        self.assertEqual(first.partner_id, second.partner_id)
        self._refund(second)
        self.assertEqual(self._check_books(second, -5.0).amount_residual, -5.0)
        self.assertEqual(self._get_lines(first)[0], (-10.0, -5.0))
        self.assertEqual((first | second).mapped("amount_to_refund"), [5.0, 0.0])
        self._refund(first)
        self.assertFalse(self._check_books(first))

    def test_ordinary_invoice_paid_twice(self):
        """What was declined is paid after all, another page was paid meanwhile: one
        goes back, and has gone back once."""
        sale_order = self._quote_with(self.club, ordinary=20.0)
        # Else they are charged with Submit
        sale_order.partner_id.continuity_allow_on_account = True
        sale_order.continuity_order_ids.payment_method = "on_account"
        with freeze_time(f"{DAY} 12:00:00"):
            sale_order.action_confirm()
            invoice = sale_order._create_invoices()
            invoice.action_post()
        pages = [
            self._pay_online(invoice, 20.0, answer=how) for how in ("error", "done")
        ]
        self._answer_page(pages[0])
        with freeze_time(f"{DAY} 12:00:00"):
            waiting = (pages[0] | pages[1]).filtered(
                lambda tx: not tx.is_post_processed
            )
            waiting._post_process()
        scope = self._ordinary(sale_order)
        before = self._settle(scope)[scope][1].sums
        self.assertEqual((before.claim, before.received), (2000, 4000))
        # The one that the books have used for the invoice
        self._refund_by_wizard(pages[1].payment_id, 20.0)
        sums = self._settle(scope)[scope][1].sums
        self.assertEqual((sums.received, sums.returned, sums.held), (4000, 2000, 0))
        open_lines = (pages[0] | pages[1]).payment_id.move_id.line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )
        self.assertFalse(open_lines.filtered(lambda line: not line.reconciled))
