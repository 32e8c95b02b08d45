# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date
from unittest.mock import patch

from freezegun import freeze_time

from odoo.fields import Command
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.sale.models.sale_order import SaleOrder as StandardOrder

from ..cases.flow import TRANSACTION, FlowCase
from .billing_read import DAY


@tagged("post_install", "-at_install")
class TestBillingFlowChild(FlowCase):
    """A child order: charged when it is made, delivered, credited, given back."""

    def test_not_charged(self):
        """Declined: the row is asked again, by nobody but the next attempt."""
        self.single = self._create_single(25.0, "CP-25")
        order, child = self._sell_child(self.single, token=self._create_token("error"))
        self.assertEqual(order.payment_ids.state, "declined")
        scope = self._child(child)
        declined = [(25.0, "declined")]
        self._check(scope, claim=25.0, open=25.0, rows=declined)

        tx = self._pay_online(child, 10.0)
        self._check(
            scope, claim=25.0, received=10.0, open=15.0, rows=[(15.0, "declined")]
        )
        pending = self._pay_online(child, 15.0, answer="pending")
        _facts, settlement = self._check(
            scope,
            claim=25.0,
            received=10.0,
            open=15.0,
            other_under_way=15.0,
            rows=[(15.0, "declined")],
            day="2027-12-01",
            reasons=[],
        )
        self.assertFalse(settlement.ask_now)
        pending.action_demo_set_done()
        pending._post_process()
        self._check(scope, claim=25.0, received=25.0, rows=[(25.0, "otherwise")])
        # And what a person gives back by Odoo's own dialog
        self._refund_by_wizard(tx.payment_id, 10.0)
        self._check(
            scope,
            claim=25.0,
            received=25.0,
            returned=10.0,
            held=10.0,
            reasons=["given_back_without_credit"],
        )

    def test_link_and_card(self):
        """Both succeeded: the link goes back, which came last.

        The page was open for more than an hour when the card was charged.
        """
        token = self._create_token("error")
        single = self._create_single(25.0, "CP-25")
        order, child = self._sell_child(single, token=token)
        tx = self._pay_online(child, 25.0, answer=None, day="2027-09-10")
        token.demo_simulated_state = "done"
        self._pay_due(str(order.payment_ids.next_attempt_date))
        self._answer_page(tx)
        _facts, settlement = self._check(
            self._child(child),
            claim=25.0,
            received=50.0,
            credit=25.0,
            to_refund=25.0,
            rows=[(25.0, "paid")],
            refunds=[(25.0, False)],
        )
        self.assertEqual(settlement.refunds[0].money, ("tx", tx.id))
        self.assertEqual(order.payment_ids.amount, 25.0)

    def test_parts(self):
        """Two pieces: the first comes back, the second is invoiced."""
        order, child = self._sell_child(quantity=2)
        scope = self._child(child)
        self._check(scope, claim=29.89, received=29.89, rows=[(29.89, "paid")])
        self._send(child)
        invoice = self._bill(child)
        self.assertEqual(invoice.amount_total, 14.94)
        self._check(scope, claim=29.89, received=29.89)
        self._credit_by_wizard(invoice)
        self._check(scope, claim=14.95, received=29.89, credit=14.94, to_refund=14.94)
        self._refund_by_wizard(self._get_payment(order), 14.94)
        self._check(scope, claim=14.95, received=29.89, returned=14.94)
        self._send(child)
        self.assertEqual(self._bill(child).amount_total, 14.94)
        self._check(
            scope,
            claim=14.94,
            received=29.89,
            returned=14.94,
            credit=0.01,
            to_refund=0.01,
            rows=[(29.89, "paid")],
        )

    def test_rest_called_off(self):
        """The rest of the delivery is cancelled: it will never be invoiced."""
        _order, child = self._sell_child(quantity=2)
        if "picking_ids" not in child._fields:
            return
        self._send(child, cancel_rest=True)
        self._bill(child)
        self._check(
            self._child(child),
            claim=14.94,
            received=29.89,
            credit=14.95,
            to_refund=14.95,
        )

    def test_price_of_the_draft(self):
        """Posted at another price, reset, posted right: nothing is remembered."""
        _order, child = self._sell_child()
        scope = self._child(child)
        self._send(child)
        invoice = self._bill(child, price=10.0)
        self.assertEqual(invoice.amount_total, 12.10)
        low = {"received": 14.94, "credit": 2.84, "to_refund": 2.84}
        self._check(scope, claim=12.10, **low)
        invoice.button_draft()
        self._check(scope, claim=14.94, received=14.94)
        invoice.invoice_line_ids.price_unit = 100.0
        invoice.action_post()
        _facts, settlement = self._check(
            scope, claim=121.0, received=14.94, open=106.06
        )
        self.assertEqual(settlement.rows[0].amount, 1494)
        invoice.button_draft()
        invoice.invoice_line_ids.price_unit = 12.35
        invoice.action_post()
        _facts, settlement = self._check(scope, claim=14.94, received=14.94)
        self.assertEqual(
            {row.cancel for row in settlement.rows[1:]} - {"corrected"}, set()
        )

    def test_reverse_and_create(self):
        """What is invoiced anew is claimed anew, from the draft on."""
        _order, child = self._sell_child()
        self._send(child)
        invoice = self._bill(child)
        new = self._credit_by_wizard(invoice, modify=True, post=False)
        self.assertEqual((new.move_type, new.state), ("out_invoice", "draft"))
        scope = self._child(child)
        self._check(scope, claim=14.94, received=14.94)
        with freeze_time(f"{DAY} 12:00:00"):
            new.action_post()
        self._check(scope, claim=14.94, received=14.94, rows=[(14.94, "paid")])

    def test_credited(self):
        """A note over a part, given back by Odoo's dialog; then money for nothing."""
        order, child = self._sell_child()
        self._send(child)
        invoice = self._bill(child)
        note = self._credit_by_wizard(invoice, post=False)
        note.invoice_line_ids.price_unit = 5.0
        with freeze_time(f"{DAY} 12:00:00"):
            note.action_post()
        self.assertEqual(note.amount_total, 6.05)
        scope = self._child(child)
        credit = {"credit": 6.05, "to_refund": 6.05}
        self._check(scope, claim=8.89, received=14.94, **credit)
        self._refund_by_wizard(self._get_payment(order), 6.05)
        self._check(scope, claim=8.89, received=14.94, returned=6.05)
        self._refund_by_wizard(self._get_payment(order), 2.0)
        self._check(
            scope,
            claim=8.89,
            received=14.94,
            returned=8.05,
            held=2.0,
            reasons=["given_back_without_credit"],
            rows=[(14.94, "paid")],
        )

    def test_given_back_by_our_button(self):
        """What our own button gives back is matched with the note."""
        order, child = self._sell_child()
        self._send(child)
        self._credit_by_wizard(self._bill(child))
        self._refund(order, DAY)
        facts, _settlement = self._check(
            self._child(child), received=14.94, returned=14.94
        )
        [money] = facts.money
        [back] = money.returns
        self.assertEqual((back.amount, back.noted), (1494, 1494))

    def test_given_back_by_the_accountant(self):
        """His own payment to the customer, matched with the note, counts the same."""
        _order, child = self._sell_child()
        self._send(child)
        note = self._credit_by_wizard(self._bill(child))
        scope = self._child(child)
        self._check(scope, received=14.94, credit=14.94, to_refund=14.94)
        payment = self._register(note)
        self.assertEqual(payment.payment_type, "outbound")
        self._check(scope, received=14.94, returned=14.94)

    def test_given_back_from_the_bank(self):
        """A bank line that goes out, matched with the note."""
        _order, child = self._sell_child()
        self._send(child)
        note = self._credit_by_wizard(self._bill(child))
        self._transfer(-14.94, note)
        self._check(self._child(child), received=14.94, returned=14.94)

    def test_note_pays_another_debt(self):
        """The credit is used up by another invoice: it is not given back besides."""
        _order, child = self._sell_child()
        self._send(child)
        invoice = self._bill(child)
        note = self._credit_by_wizard(invoice, post=False)
        note.invoice_line_ids.price_unit = 5.0
        with freeze_time(f"{DAY} 12:00:00"):
            note.action_post()
        self._unmatch(note)
        other = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.customer.id,
                "invoice_date": DAY,
                "invoice_line_ids": [
                    Command.create({"name": "x", "price_unit": 6.05, "tax_ids": []})
                ],
            }
        )
        other.action_post()
        self._match(note, other)
        self._check(self._child(child), claim=8.89, received=14.94, adjusted=-6.05)

    def test_cancelled(self):
        """Nothing is claimed any more: what was paid goes back."""
        order, child = self._sell_child(self._create_single(25.0, "CP-25"))
        with freeze_time(f"{DAY} 12:00:00"):
            child._action_cancel()
        scope = self._child(child)
        self._check(scope, received=25.0, credit=25.0, to_refund=25.0)
        self._refund(order, DAY)
        self._check(scope, received=25.0, returned=25.0, rows=[(25.0, "paid")])

    def test_confirmed_again(self):
        """What was given back before it goes on is owed again, and only then."""
        order, child = self._sell_child(self._create_single(25.0, "CP-25"))
        with freeze_time(f"{DAY} 12:00:00"):
            child._action_cancel()
        self._refund(order, DAY)
        with freeze_time("2027-09-21 12:00:00"):
            child.action_draft()
        scope = self._child(child)
        moved = {"received": 25.0, "returned": 25.0}
        # Nobody has confirmed it yet
        self._check(scope, **moved, rows=[(25.0, "paid")])
        with freeze_time("2027-09-21 13:00:00"):
            child.action_confirm()
        self.assertEqual(f"{child.continuity_reopened_at}", "2027-09-21 13:00:00")
        rows = [(25.0, "paid"), (25.0, "scheduled")]
        self._check(scope, claim=25.0, open=25.0, **moved, rows=rows)
        # What goes back now has no reason
        self._pay_due("2027-09-21")
        last = order.payment_ids.sorted("sequence")[-1]
        refund = self._refund_by_wizard(
            last.transaction_id.payment_id, 5.0, "2027-09-22"
        )
        self.env.flush_all()
        # When something was made is known by the database, which has no other clock
        self.env.cr.execute(
            "UPDATE payment_transaction SET create_date = '2027-09-22' WHERE id = %s",
            [refund.id],
        )
        self._check(
            scope,
            day="2027-09-22",
            claim=25.0,
            received=50.0,
            returned=30.0,
            held=5.0,
            reasons=["given_back_without_credit"],
        )

    def test_waits_for_its_note(self):
        """Cancelled after its invoice: that is claimed until the note is posted."""
        order, child = self._sell_child()
        child.order_line.product_id.invoice_policy = "order"
        self._bill(child)
        child.with_user(self.seller)._undo_continuity_children("moved abroad")
        scope = self._child(child)
        self._check(scope, claim=14.94, received=14.94, rows=[(14.94, "paid")])
        self._post(self._get_note(order), DAY)
        self.assertEqual(child.state, "cancel")
        self._check(scope, received=14.94, credit=14.94, to_refund=14.94)

    def test_down_payment(self):
        """Posted and paid by link, not deducted yet; then the final invoice."""
        single = self._create_single(25.0, "CP-25")
        self.company.continuity_authorize_child = False
        _order, child = self._sell_child(single)
        with freeze_time(f"{DAY} 12:00:00"):
            wizard = self.env["sale.advance.payment.inv"].with_context(
                active_model="sale.order", active_ids=child.ids
            )
            wizard.create(
                {"advance_payment_method": "fixed", "fixed_amount": 10.0}
            ).create_invoices()
            down = child.invoice_ids
            down.action_post()
        self._pay_online(down, 10.0)
        scope = self._child(child)
        facts, _settlement = self._check(scope, claim=25.0, received=10.0, later=15.0)
        self.assertEqual(facts.down_payments, 1000)
        self._send(child)
        with freeze_time(f"{DAY} 12:00:00"):
            final = child._create_invoices(final=True)
            final.action_post()
        self.assertEqual(final.amount_total, 15.0)
        self._check(scope, claim=25.0, received=10.0, open=15.0)

    def _pay_down(self, child, amount):
        """Bill a down payment as a manager does."""
        with freeze_time(f"{DAY} 12:00:00"):
            wizard = self.env["sale.advance.payment.inv"].with_context(
                active_model="sale.order", active_ids=child.ids
            )
            wizard.create(
                {"advance_payment_method": "fixed", "fixed_amount": amount}
            ).create_invoices()
            child.invoice_ids.action_post()

    def _close(self):
        with freeze_time(f"{DAY} 12:00:00"):
            run = self._execute("close_orders")
        self.assertFalse(run.failed_count, run.line_ids.mapped("message"))
        return run

    def test_down_payment_and_the_close_job(self):
        """The card paid 25.00, 10.00 of it were billed before: the rest is 15.00."""
        single = self._create_single(25.0, "CP-25")
        order, child = self._sell_child(single)
        self._pay_down(child, 10.0)
        scope = self._child(child)
        paid = [(25.0, "paid")]
        self._check(scope, claim=25.0, received=25.0, rows=paid)
        self._send(child)
        self._close()
        self.assertEqual(
            child.invoice_ids.sorted("id").mapped("amount_total"), [10.0, 15.0]
        )
        self._check(scope, claim=25.0, received=25.0, rows=paid)
        self._pay_due("2027-12-01")
        self._close()
        self.assertEqual(order.payment_ids.mapped("amount"), [25.0])
        self.assertEqual(len(child.invoice_ids), 2)

    def test_down_payment_that_is_a_draft(self):
        """It has billed nothing: nothing is taken off, and somebody decides first."""
        single = self._create_single(25.0, "CP-25")
        _order, child = self._sell_child(single)
        self._pay_down(child, 10.0)
        child.invoice_ids.button_draft()
        self._send(child)
        run = self._close()
        self.assertEqual(child.invoice_ids.mapped("amount_total"), [10.0])
        line = run.line_ids.filtered(lambda line: line.child_order_id == child)
        self.assertIn("is not posted yet", line.message)
        child.invoice_ids.unlink()
        self._close()
        self.assertEqual(child.invoice_ids.mapped("amount_total"), [25.0])

    def test_down_payment_of_more_than_has_left(self):
        """10.00 were billed, 8.00 have left: no credit note; all of it is 14.00."""
        single = self._create_single(8.0, "CP-8")
        _order, child = self._sell_child(single, quantity=3)
        self._pay_down(child, 10.0)
        self._send(child)
        run = self._close()
        self.assertEqual(child.invoice_ids.mapped("amount_total"), [10.0])
        line = run.line_ids.filtered(lambda line: line.child_order_id == child)
        self.assertIn("more than what can be invoiced", line.message)
        self._send(child, 2)
        self._close()
        self.assertEqual(
            child.invoice_ids.sorted("id").mapped("amount_total"), [10.0, 14.0]
        )
        self._check(
            self._child(child), claim=24.0, received=24.0, rows=[(24.0, "paid")]
        )


@tagged("post_install", "-at_install")
class TestBillingFlowPlan(FlowCase):
    """Instalments: of a child, and of what is billed up front."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.club_b = cls._create_club(code="CLUBB", payment_schedule_id=cls.monthly.id)

    def test_child_in_parts(self):
        """One of two pieces is invoiced: the plan goes on; it comes back: it is cut."""
        _order, child = self._sell_child(self.club_b, quantity=2)
        self._pay_due("2027-09-10")
        scope = self._child(child)
        plan = [(9.96, "paid"), (9.96, "scheduled"), (9.97, "scheduled")]
        self._check(scope, claim=29.89, received=9.96, open=19.93, rows=plan)
        self._send(child)
        invoice = self._bill(child)
        self.assertEqual(invoice.amount_total, 14.94)
        self._check(scope, claim=29.89, received=9.96, open=19.93, rows=plan)
        self._credit_by_wizard(invoice)
        self._check(scope, claim=14.95, received=9.96, open=4.99)

    def test_child_comes_back(self):
        """All of it is credited after one row: two rows fall away, one goes back."""
        order, child = self._sell_child(self.club_b)
        self._pay_due("2027-09-10")
        self._send(child)
        self._credit_by_wizard(self._bill(child))
        self._check(
            self._child(child),
            received=4.98,
            credit=4.98,
            to_refund=4.98,
            rows=[(4.98, "paid"), (0.0, "credited"), (0.0, "credited")],
        )
        self.assertEqual(len(order.payment_ids), 3)

    def test_note(self):
        """32.85 of 70.12 are credited after one row: 13.90 are left."""
        order = self._submit(self.club_by_schedule)
        self._pay_due("2027-09-10")
        scope = self._upfront(order)
        plan = [(23.37, "paid"), (23.37, "scheduled"), (23.38, "scheduled")]
        self._check(scope, claim=70.12, received=23.37, open=46.75, rows=plan)
        note = self._credit(order, (3,))
        self.assertEqual(note.amount_total, 32.85)
        _facts, settlement = self._check(
            scope,
            claim=70.12,
            received=23.37,
            open=46.75,
            rows=plan,
            day="2027-12-01",
        )
        # The draft would take of it: neither is asked
        self.assertEqual(settlement.refused, ((2, "draft_credit"), (3, "earlier_open")))
        self.assertFalse(settlement.ask_now)
        self._post(note)
        cut = [(23.37, "paid"), (13.90, "scheduled"), (0.0, "credited")]
        self._check(scope, claim=37.27, received=23.37, open=13.90, rows=cut)
        with freeze_time("2027-09-16 12:00:00"):
            note.button_draft()
        self._check(scope, claim=70.12, received=23.37, open=46.75, rows=plan)

    def test_transfer(self):
        """30.00 by transfer pay the first row and a part of the second."""
        order = self._submit(self.club_by_schedule)
        line = self._transfer(30.0, order.upfront_invoice_id)
        scope = self._upfront(order)
        rows = [(23.37, "otherwise"), (16.74, "scheduled"), (23.38, "scheduled")]
        self._check(scope, claim=70.12, received=30.0, open=40.12, rows=rows)
        self._unmatch(line.move_id)
        plan = [(23.37, "scheduled"), (23.37, "scheduled"), (23.38, "scheduled")]
        self._check(scope, claim=70.12, open=70.12, rows=plan)

    def test_charged_twice(self):
        """A lost answer came late: the second success is offered back."""
        order = self._submit(self.club_by_schedule)
        row = order.payment_ids.sorted("sequence")[0]
        with self._lose(), mute_logger(TRANSACTION):
            self._pay_due("2027-09-10")
        first = row.transaction_id
        scope = self._upfront(order)
        self._check(scope, claim=70.12, in_flight=23.37, open=46.75, day="2027-09-10")
        with freeze_time("2027-09-10 13:00:00"):
            row.with_user(self.accountant).action_was_not_paid()
        self._pay_due("2027-09-10")
        self.assertEqual(row.state, "paid")
        with freeze_time("2027-09-12 12:00:00"):
            first.action_demo_set_done()
            first._post_process()
        twice = {"claim": 70.12, "received": 46.74, "open": 46.75}
        _facts, settlement = self._check(
            scope,
            **twice,
            aside=23.37,
            to_refund=23.37,
            reasons=["charged_twice"],
            refunds=[(23.37, False)],
        )
        self.assertEqual(settlement.refunds[0].money, ("tx", first.id))
        # When row 2 is due the second success pays it
        _facts, settlement = self._settle(scope, day="2027-10-10")[scope]
        self.assertEqual(
            [(move.money, move.to_row) for move in settlement.moves],
            [(("tx", first.id), 2)],
        )
        self._refund_by_wizard(first.payment_id, 23.37)
        self._check(scope, **twice, returned=23.37)

    def test_up_front_at_once(self):
        """55.18 of 70.12 are credited: they go back."""
        order = self._submit(self.club)
        self._post(self._credit(order, (2, 3)))
        self._check(
            self._upfront(order),
            claim=14.94,
            received=70.12,
            credit=55.18,
            to_refund=55.18,
            rows=[(70.12, "paid")],
        )

    def test_invoice_at_the_first_shipment(self):
        """Paid at Submit, invoiced later: it is claimed from the start."""
        self.company.continuity_upfront_invoicing = "shipment"
        order = self._submit(self.club)
        self.assertFalse(order.upfront_invoice_id)
        self._check(self._upfront(order), claim=70.12, received=70.12)

    def test_children_of_an_order_billed_up_front(self):
        """Their goods are paid in advance: they claim nothing."""
        order = self._submit(self.club)
        child = self._ship(order, 1, "2027-09-10")
        self._run("2027-09-10")
        self._check(self._child(child))
        self._check(self._upfront(order), claim=70.12, received=70.12)


@tagged("post_install", "-at_install")
class TestBillingFlowDocuments(FlowCase):
    """What is paid when it is invoiced: nothing is asked before."""

    def test_part_by_part(self):
        self.company.continuity_authorize_child = False
        _order, child = self._sell_child(quantity=2, token=self._create_token("error"))
        scope = self._child(child)
        self._check(scope, claim=29.89, later=29.89)
        self._send(child)
        invoice = self._bill(child)
        self._check(scope, claim=29.89, open=14.94, later=14.95)
        self._transfer(5.0, invoice)
        self._check(scope, claim=29.89, received=5.0, open=9.94, later=14.95)

    def test_half_and_half(self):
        """On account by terms of two halves: each is a row of its own."""
        term = self.env["account.payment.term"].create(
            {
                "name": "Half and half",
                "line_ids": [
                    Command.create(
                        {"value": "percent", "value_amount": 50.0, "nb_days": days}
                    )
                    for days in (15, 60)
                ],
            }
        )
        order = self._sell_on_account(self.club, payment_term_id=term.id)
        self.assertEqual(len(self._get_receivable(order.upfront_invoice_id)), 2)
        self._transfer(35.06, order.upfront_invoice_id)
        _facts, settlement = self._check(
            self._upfront(order), claim=70.12, received=35.06, open=35.06
        )
        self.assertEqual(
            [
                (row.amount, row.due)
                for row in (*settlement.rows, *settlement.new_rows)
                if row.is_open
            ],
            [(3506, date(2027, 11, 9))],
        )


class SmallCurrencies:
    """The same in a currency without decimals, and in one with three."""

    def test_up_front(self):
        total, noted, left = self.upfront
        self._set_currency(self.name)
        club = self._create_club("CLUBX", bill_upfront=True)
        order = self._submit(club)
        self._post(self._credit(order, (2, 3)))
        self._check(
            self._upfront(order),
            claim=left,
            received=total,
            credit=noted,
            to_refund=noted,
        )

    def test_child_by_schedule(self):
        first, second, third = self.rows
        self._set_currency(self.name)
        club = self._create_club("CLUBY", payment_schedule_id=self.monthly.id)
        _order, child = self._sell_child(club)
        self._pay_due("2027-09-10")
        plan = [(first, "paid"), (second, "scheduled"), (third, "scheduled")]
        self._check(
            self._child(child),
            claim=self.child,
            received=first,
            open=self.rest,
            rows=plan,
        )
        self._send(child)
        self._credit_by_wizard(self._bill(child))
        self._check(self._child(child), received=first, credit=first, to_refund=first)


@tagged("post_install", "-at_install")
class TestBillingFlowYen(SmallCurrencies, FlowCase):
    """No decimals."""

    name = "JPY"
    upfront = (7012.0, 5518.0, 1494.0)
    child = 1494.0
    rows = (498.0, 498.0, 498.0)
    rest = 996.0


@tagged("post_install", "-at_install")
class TestBillingFlowDinar(SmallCurrencies, FlowCase):
    """Three decimals."""

    name = "KWD"
    upfront = (70.129, 55.184, 14.945)
    child = 14.945
    rows = (4.981, 4.981, 4.983)
    rest = 9.964


@tagged("post_install", "-at_install")
class TestBillingFlowReader(FlowCase):
    """What reading costs, and for whom."""

    def _count(self, scopes):
        counts = []
        # What is cached for good is read before
        self.billing._read(scopes)
        with self._counting_queries(counts):
            self.billing._read(scopes)
        return counts[0]

    def test_queries(self):
        """As many for fifty scopes as for one, and for those of shared payments."""
        with freeze_time("2027-09-10 12:00:00"):
            quotes = self.env["sale.order"]
            for _number in range(25):
                quotes |= self._quote(self.club)
            quotes.action_confirm()
        scopes = self.billing._get_scopes(quotes.continuity_order_ids)
        self.assertEqual(len(scopes), 50)
        first = self.billing._get_scopes(quotes[0].continuity_order_ids)
        with freeze_time(f"{DAY} 12:00:00"):
            one, many = self._count(first), self._count(scopes)
            self.assertEqual(one, many)
            self.assertLessEqual(many, 22)

    def test_reached_by_a_payment(self):
        """One charge for two orders: the other one is read, too, whoever is asked."""
        sale_order = self._quote_with(self.club, others=[self.club_two])
        with freeze_time("2027-09-10 12:00:00"):
            sale_order.action_confirm()
        first, second = sale_order.continuity_order_ids
        facts, items = self.billing._read([self._upfront(first)])
        self.assertEqual(set(facts), {self._upfront(first), self._upfront(second)})
        [item] = items
        self.assertEqual(item.amount, 14024)
        answers = self.billing._answer([self._upfront(first)])
        self.assertEqual(list(answers), [self._upfront(first)])

    def test_whoever_asks(self):
        """The ledger is the company's: another company, another user, same answer."""
        order = self._submit(self.club)
        scopes = self.billing._get_scopes(order)
        self.assertEqual(
            scopes, [self._upfront(order), self._ordinary(order.sale_order_id)]
        )
        expected = self.billing._read(scopes)
        other = self.env["res.company"].create({"name": "Elsewhere"})
        self.assertEqual(self.billing.with_company(other)._read(scopes), expected)
        self.assertEqual(self.billing.with_user(self.seller)._read(scopes), expected)

    def test_nothing(self):
        """No scope, and a scope whose record is gone."""
        self.assertEqual(self.billing._answer([]), {})
        self.assertEqual(self.billing._get_scopes(self.env["continuity.order"]), [])
        self.assertEqual(self.billing._answer([("child", 0), ("upfront", 0)]), {})

    def test_writes_nothing(self):
        """Reading leaves everything as it is."""
        order = self._submit(self.club)
        scopes = self.billing._get_scopes(order)
        self.env.flush_all()
        before = order.write_date, order.payment_ids.write_date
        self.billing._answer(scopes)
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual((order.write_date, order.payment_ids.write_date), before)

    def test_order_of_scopes(self):
        """Children first, then what is billed up front, then ordinary lines."""
        order = self._submit(self.club)
        child = self._ship(order, 1, "2027-09-10")
        self.assertEqual(
            self.billing._get_scopes(order),
            [
                self._child(child),
                self._upfront(order),
                self._ordinary(order.sale_order_id),
            ],
        )


@tagged("post_install", "-at_install")
class TestBillingFlowCapture(FlowCase):
    """Authorised when the child is made, captured by deliveries and documents."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.provider.capture_manually = True

    def _capture(self, tx, amount):
        """Odoo's own dialog: so much is taken."""
        with freeze_time(f"{DAY} 12:00:00"):
            self.env["payment.capture.wizard"].with_context(
                active_model="payment.transaction", active_ids=tx.ids
            ).create({"amount_to_capture": amount}).action_capture()
            captured = tx.child_transaction_ids.filtered(lambda t: t.state == "done")
            captured._post_process()
        return captured

    def test_alone_before_it_is_asked(self):
        """By Odoo's own buttons: whoever has to begin again has asked nobody."""
        order, _child = self._sell_child(quantity=2)
        tx = order.payment_ids.transaction_id
        kinds = type(self.env["payment.transaction"])
        seen = []

        def note(_transaction):
            order.invalidate_recordset(["settle_seq"])
            seen.append(order.settle_seq > before)

        for name, ask in (
            ("_send_capture_request", lambda: self._capture(tx, 14.94)),
            ("_send_void_request", tx.action_void),
        ):
            before = order.settle_seq
            with patch.object(kinds, name, note):
                ask()
        self.assertEqual(seen, [True, True])

    def test_parts(self):
        """One of two pieces: 14.945 are rounded down; the document says the same."""
        order, child = self._sell_child(quantity=2)
        row, scope = order.payment_ids, self._child(child)
        self.assertEqual(row.state, "authorized")
        secured = {"claim": 29.89, "in_flight": 29.89}
        _facts, settlement = self._check(scope, **secured)
        self.assertFalse(settlement.captures)
        self._send(child)
        _facts, settlement = self._check(scope, **secured)
        [capture] = settlement.captures
        self.assertEqual(
            (capture.money, capture.row, capture.amount, capture.void),
            (("tx", row.transaction_id.id), row.id, 1494, 0),
        )
        self._bill(child)
        captured = self._capture(row.transaction_id, 14.94)
        facts, settlement = self._check(
            scope,
            claim=29.89,
            received=14.94,
            in_flight=14.95,
            rows=[(29.89, "authorized")],
        )
        self.assertFalse(settlement.captures)
        [money] = facts.money
        self.assertEqual(
            [(c.key, c.amount, c.returned) for c in money.captures],
            [(captured.id, 1494, 0)],
        )

    def test_given_back_by_its_capture(self):
        """A provider knows a captured payment by its capture."""
        order, child = self._sell_child()
        self._send(child)
        invoice = self._bill(child)
        tx = order.payment_ids.transaction_id
        captured = self._capture(tx, 14.94)
        self.assertEqual(tx.state, "done")
        scope = self._child(child)
        self._check(scope, claim=14.94, received=14.94, rows=[(14.94, "paid")])
        self._credit_by_wizard(invoice)
        _facts, settlement = self._check(
            scope, received=14.94, credit=14.94, to_refund=14.94
        )
        [refund] = settlement.refunds
        self.assertEqual(
            (refund.amount, refund.capture, refund.by_hand),
            (1494, captured.id, False),
        )
        # The demo provider answers a refund as it answers a charge
        self.provider.capture_manually = False
        self._refund_by_wizard(captured.payment_id, 14.94)
        facts, _settlement = self._check(scope, received=14.94, returned=14.94)
        self.assertEqual(facts.money[0].captures[0].returned, 1494)


@tagged("post_install", "-at_install")
class TestBillingFlowShared(FlowCase):
    """One document for two children; a child that comes a second time."""

    def test_mixed_document(self):
        """37.27 for 14.94 and 22.32: divided by what its lines say."""
        order = self._submit(self.club_a)
        children = self._ship(order, 1, "2027-09-10")
        children |= self._ship(order, 2, "2027-10-01")
        with freeze_time("2027-10-01 12:00:00"):
            # As earlier versions merged them
            invoice = StandardOrder._create_invoices(children)
            invoice.action_post()
        self.assertEqual((len(invoice), invoice.amount_total), (1, 37.27))
        first, second = children.sorted("commitment_date")
        mixed = {"reasons": ["mixed_document"], "day": "2027-10-02"}
        self._check(self._child(first), claim=14.94, received=14.94, **mixed)
        self._check(
            self._child(second), claim=22.33, received=22.32, open=0.01, **mixed
        )

    def test_planned_again(self):
        """What was paid for the child that was cancelled is not the next one's."""
        order, child = self._sell_child()
        with freeze_time(f"{DAY} 12:00:00"):
            child._action_cancel()
            order.shipment_ids[0].with_user(self.seller).action_replan()
            again = self._create_child(order, 1, date.fromisoformat(DAY))
        self.assertNotEqual(again, child)
        self._check(
            self._child(child),
            received=14.94,
            credit=14.94,
            to_refund=14.94,
            rows=[(14.94, "paid")],
        )
        self._check(
            self._child(again), claim=14.94, received=14.94, rows=[(14.94, "paid")]
        )
