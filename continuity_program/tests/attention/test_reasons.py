# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Why a person should look at money, and what he presses then."""

from datetime import date

from freezegun import freeze_time
from lxml import etree

from odoo.exceptions import UserError
from odoo.tests import tagged

from ...models.agreement import guard_facts
from ...models.balances.continuity_balance import REASONS
from ...models.balances.continuity_balance_way import WAYS
from ...models.exceptions.continuity_exception_find_payments import QUIET
from ...models.exceptions.continuity_exception_mend import (
    BY_REASON,
    JOBS,
    MENDS,
    RECORDS,
    SCREENS,
)
from ...models.payments.continuity_payment_ask import RUN_REASONS
from ..cases.flow import ReasonCase

#: The button of the account that a key stands for
BUTTONS = {
    "ask_again": "action_ask_again",
    "documents": "action_open_documents",
    "items": "action_open_items",
    "order": "action_open_order",
    "refund": "action_refund",
    "rows": "action_open_rows",
    "settle_again": "action_settle_again",
    "transactions": "action_open_transactions",
    "write_off": "action_write_off_rest",
}
#: Said of bills only, which are no charges
OF_BILLS = {"no_document"}


@tagged("post_install", "-at_install")
class TestReasons(ReasonCase):
    """Every reason has a button that exists and does something."""

    def test_every_reason_has_a_button(self):
        self.assertEqual(WAYS.keys(), {code for code, _label in REASONS})
        view = self.env["continuity.balance"].get_view(
            self.env.ref("continuity_program.continuity_balance_view_form").id
        )
        buttons = {
            node.get("name"): node.get("invisible") or ""
            for node in etree.fromstring(view["arch"]).iter("button")
        }
        for code, keys in WAYS.items():
            self.assertTrue(keys, code)
            for key in keys:
                name = BUTTONS[key]
                self.assertIn(name, buttons, code)
                if key != "settle_again":
                    self.assertIn(f"|{key}|", buttons[name], code)
                method = getattr(type(self.env["continuity.balance"]), name)
                self.assertTrue(callable(method), code)

    def test_what_the_inbox_says_has_a_button(self):
        """What a payment is listed for, and why a card is not asked."""
        payments = self.env["continuity.payment"]
        listed = set(dict(payments._fields["attention"].selection))
        codes = payments._get_sentences().keys() - OF_BILLS
        listed |= {RUN_REASONS.get(code, code) for code in codes} - QUIET
        self.assertFalse(listed - BY_REASON.keys())
        tables = (MENDS, JOBS, SCREENS, RECORDS)
        known = set().union(*tables)
        for reason, keys in BY_REASON.items():
            self.assertTrue(set(keys) <= known, reason)
        orders = type(self.env["continuity.order"])
        for mend in MENDS.values():
            if mend.record == "continuity_order_id":
                self.assertTrue(callable(getattr(orders, mend.method)))

    def test_the_inbox_leads_to_the_account(self):
        """*Account differs* opens the account; documents are one click further."""
        order, child = self._sell_child()
        scope = self._child(child)
        row = (
            self.env["continuity.exception"]
            .sudo()
            .create(
                {
                    "key": "test",
                    "company_id": self.company.id,
                    "reason": "balance_differs",
                    "severity": "money",
                    "continuity_order_id": order.id,
                    "first_seen": "2027-09-10",
                    "last_seen": "2027-09-10",
                }
            )
        )
        self.assertEqual(row.with_user(self.books).mends, "|open_account|open_moves|")
        action = row.with_user(self.books).action_mend("open_account")
        self.assertEqual(action["res_model"], "continuity.balance")
        self.assertEqual(action["res_id"], self._get_account(scope).id)

    def test_screens(self):
        """The buttons that lead somewhere lead to what the account is made of."""
        order, child = self._sell_child()
        self._send(child)
        invoice = self._bill(child)
        balance = self._get_account(self._child(child))
        row = order.payment_ids
        action = self._press(balance, "action_open_documents")
        self.assertEqual(
            (action["res_model"], action["res_id"]), ("account.move", invoice.id)
        )
        action = self._press(balance, "action_open_transactions")
        self.assertEqual(action["res_id"], row.transaction_id.id)
        action = self._press(balance, "action_open_rows")
        self.assertEqual(action["res_id"], row.id)
        action = self._press(balance, "action_open_order")
        self.assertEqual(action["res_id"], child.id)
        action = self._press(balance, "action_open_items")
        items = self.env["account.move.line"].search(action["domain"])
        self.assertEqual(
            items,
            self._get_receivable(invoice | row.transaction_id.payment_id.move_id),
        )
        # Nothing of the kind
        order, child = self._sell_child()
        balance = self._get_account(self._child(child))
        with self.assertRaisesRegex(UserError, "nothing of that kind"):
            self._press(balance, "action_open_documents")

    def test_refund(self):
        """What is credited is given back from the account as from the order."""
        _order, child = self._sell_child()
        self._send(child)
        self._credit_by_wizard(self._bill(child))
        balance = self._get_account(self._child(child))
        self.assertEqual(balance.amount_to_refund, 14.94)
        with self.assertRaisesRegex(UserError, "accountant"):
            self._press(balance.with_user(self.manager), "action_refund")
        self._press(balance, "action_refund")
        self.assertEqual(balance.amount_to_refund, 0.0)


@tagged("post_install", "-at_install")
class TestAskAgain(ReasonCase):
    """What is held because money went back is asked again, if a person says so."""

    def test_child(self):
        """14.94 paid, 10.00 given back by mistake: a row of its own asks for them."""
        order, child = self._sell_child()
        row = order.payment_ids
        scope = self._child(child)
        self._give_back(self._get_payment(order), 10.0)
        balance = self._get_account(scope)
        self.assertEqual(balance.reason, "given_back_without_credit")
        self.assertEqual(balance.amount_held, 10.0)
        self.assertIn("|ask_again|", balance.ways)
        self.assertFalse(self._pay_due("2027-09-21").line_ids)
        # What is paid for by money that went back does not leave
        self.assertIn("went back to the customer", self._get_block(child))
        self.assertEqual(self._count_unpaid(order), 1)
        with self.assertRaisesRegex(UserError, "Only an accountant"):
            self._press(balance.with_user(self.manager), "action_ask_again")
        self._press(balance, "action_ask_again")
        self.assertFalse(balance.reason)
        self._check(scope, claim=14.94, received=14.94, returned=10.0, open=10.0)
        self.assertIn("is not secured (Scheduled)", self._get_block(child))
        self.assertIn("10.00", order.message_ids[0].body)
        self.assertIn("reason_books", order.message_ids[0].body)
        with self.assertRaisesRegex(UserError, "nothing is held"):
            self._press(balance, "action_ask_again")
        run = self._pay_due("2027-09-21")
        self.assertEqual(run.line_ids.reason, "paid")
        self.assertRecordValues(
            order.payment_ids.sorted("sequence"),
            [
                {"amount": 14.94, "state": "paid", "kind": "plan"},
                {"amount": 10.0, "state": "paid", "kind": "extra"},
            ],
        )
        self._check(scope, claim=14.94, received=24.94, returned=10.0)
        self.assertFalse(self._get_block(child))
        self.assertEqual(self._count_unpaid(order), 0)
        self.assertFalse(row.amount_to_refund)
        # What goes back from now on is held anew
        payment = self._get_payment(order)[:1]
        self._give_back(payment, 4.94)
        self.assertEqual(self.billing._answer([scope])[scope].sums.held, 494)

    def test_what_the_bank_says_later(self):
        """Asked again on the 21st what the bank has taken on the 25th, by its line.

        A second line, dated the 18th, comes after that: nobody has decided about it.
        """
        order, child = self._sell_child()
        scope = self._child(child)
        payment = self._get_payment(order)
        self._match(self._create_statement_line(-10.0, day="2027-09-25"), payment)
        key = next(iter(child._get_continuity_block_reasons()[child]))
        self._press(self._get_account(scope), "action_ask_again")
        self._check(scope, claim=14.94, received=14.94, returned=10.0, open=10.0)
        self.assertFalse(self._get_account(scope).reason)
        self._match(self._create_statement_line(-2.0, day="2027-09-18"), payment)
        account = self._get_account(scope)
        self.assertEqual((account.amount_open, account.amount_held), (10.0, 2.0))
        self.assertEqual(account.reason, "given_back_without_credit")
        # Who has released the goods for the first has not for the second
        self.assertNotIn(key, child._get_continuity_block_reasons()[child])
        self._pay_due("2027-09-26")
        self._pay_due("2027-09-27")
        self._check(
            scope,
            claim=14.94,
            received=24.94,
            returned=12.0,
            held=2.0,
            reasons=["given_back_without_credit"],
        )

    def test_nobody_would_be_asked(self):
        """Refused where no process asks; the reason stays, with another way out."""
        order, child = self._sell_child()
        self._give_back(self._get_payment(order), 10.0)
        account = self._get_account(self._child(child))
        self.assertIn("press Ask again", account.reason_text)
        for state in ("closed", "cancelled"):
            order.sudo().state = state
            self.assertEqual(account.ways, "|documents|items|")
            self.assertIn("send the customer a payment link", account.reason_text)
            with self.assertRaisesRegex(UserError, "payment link of the invoice"):
                self._press(account, "action_ask_again")
        self.assertEqual(account.amount_held, 10.0)
        self.assertEqual(account.reason, "given_back_without_credit")
        self.assertFalse(child.continuity_asked_again)
        order.sudo().state = "running"
        self._press(account, "action_ask_again")
        self.assertEqual(account.amount_open, 10.0)
        # Ordinary goods are charged once, with Submit
        ordinary = self.env["continuity.balance"].new({"kind": "ordinary"})
        self.assertFalse(ordinary._may_ask_again())

    def _count_unpaid(self, order):
        """What the guard of the program counts of parcels that have left."""
        facts = guard_facts.read_facts(order, date(2027, 9, 22))
        return facts[order.id].unpaid

    def test_paid_by_link_postponed_and_ended(self):
        """Declined, paid by link, the next parcel postponed, the series ended; then the
        link is given back by mistake, and asked again of a card that is good."""
        token = self._create_token("error")
        order, child = self._sell_child(token=token)
        scope = self._child(child)
        self.assertIn("Declined", self._get_block(child))
        tx = self._pay_online(child, 14.94)
        self.assertFalse(self._get_block(child))
        token.demo_simulated_state = "done"
        second, third = order.shipment_ids.sorted("number")[1:]
        for action in (second.action_open_postpone(), third.action_open_end()):
            with freeze_time("2027-09-20 12:00:00"):
                self.env[action["res_model"]].browse(action["res_id"]).action_apply()
        self.assertEqual(second.state, "cancelled")
        self.assertFalse(self._pay_due("2027-09-20").line_ids)
        self._give_back(tx.payment_id, 14.94)
        self._check(
            scope,
            claim=14.94,
            received=14.94,
            returned=14.94,
            held=14.94,
            reasons=["given_back_without_credit"],
        )
        self.assertIn("went back", self._get_block(child))
        self._press(self._get_account(scope), "action_ask_again")
        self.assertIn("is not secured", self._get_block(child))
        self._pay_due("2027-09-21")
        self._check(scope, claim=14.94, received=29.88, returned=14.94)
        self.assertFalse(self._get_block(child))
        self.assertFalse(self._pay_due("2027-12-01").line_ids)

    def _sell_last_parcel(self):
        """Paid, delivered and invoiced, and no parcel is to come."""
        order, child = self._sell_child(self._create_single(25.0, "CP-25"))
        self._send(child)
        return order, child, self._bill(child)

    def _close(self, day):
        with freeze_time(f"{day} 12:00:00"):
            return self._execute("close_orders")

    def test_last_parcel_given_back(self):
        """The order waits until somebody has said whether it is owed."""
        order, child, _invoice = self._sell_last_parcel()
        self._give_back(self._get_payment(order), 25.0)
        for _time in range(2):
            [line] = self._close("2027-09-21").line_ids.filtered(
                lambda line: line.outcome == "skipped"
            )
            self.assertEqual(line.reason, "held")
            self.assertIn("25.00", line.message)
            self.assertEqual(order.state, "running")
        self._press(self._get_account(self._child(child)), "action_ask_again")
        self._pay_due("2027-09-21")
        self._close("2027-09-22")
        self.assertEqual(order.state, "closed")

    def test_given_back_after_the_end(self):
        """The way out that the account names is one: the customer can pay again."""
        order, child, invoice = self._sell_last_parcel()
        self._close("2027-09-19")
        self.assertEqual(order.state, "closed")
        charge = self._get_payment(order)
        refund = self._refund_by_wizard(charge, 25.0, day="2027-09-20")
        account = self._get_account(self._child(child))
        self.assertEqual(account.reason, "given_back_without_credit")
        # The charge is matched with the invoice as before
        self.assertEqual(invoice.amount_residual, 0.0)
        items = self._press(account, "action_open_items")
        found = self.env["account.move.line"].search(items["domain"]).move_id
        self.assertLessEqual(charge.move_id | invoice, found)
        self.assertIn(refund.payment_id.move_id, found)
        self._unmatch(invoice)
        self._match(charge, refund.payment_id)
        link = self.env["payment.link.wizard"].with_context(
            active_model="account.move", active_id=invoice.id
        )
        self.assertEqual(link.create({}).amount, 25.0)
        self._pay_online(invoice, 25.0, day="2027-09-22")
        self.assertEqual(invoice.amount_residual, 0.0)
        self._check(self._child(child), claim=25.0, received=50.0, returned=25.0)
        self.assertFalse(self._get_account(self._child(child)).reason)

    def test_delivered_in_parts_by_instalments(self):
        """Three instalments, one piece of two invoiced, 5.00 given back by mistake."""
        order, child = self._sell_child(self.club_b_parts(), quantity=2)
        scope = self._child(child)
        self._send(child)
        self._bill(child)
        self.assertEqual(
            [row.state for row in order.payment_ids.sorted("sequence")],
            ["paid", "scheduled", "scheduled"],
        )
        self._give_back(self._get_payment(order), 5.0)
        self.assertEqual(self._get_account(scope).amount_held, 5.0)
        self._press(self._get_account(scope), "action_ask_again")
        account = self._get_account(scope)
        self.assertEqual((account.amount_held, account.amount_open), (0.0, 24.93))
        rows = order.payment_ids.sorted("sequence")
        asked = rows.filtered(lambda row: row.state == "scheduled")
        self.assertEqual(round(sum(asked.mapped("amount")), 2), 24.93)
        for day in ("2027-09-22", "2027-10-10", "2027-11-10"):
            self._pay_due(day)
        self._send(child, day="2027-11-11")
        self._bill(child, day="2027-11-11")
        account = self._get_account(scope)
        self.assertEqual(
            (account.amount_claim, account.amount_received - account.amount_returned),
            (29.88, 29.89),
        )
        self.assertEqual(account.amount_to_refund, 0.01)

    def club_b_parts(self):
        schedule = self.env["continuity.payment.schedule"].search([("code", "=", "3M")])
        return self._create_club(code="BPARTS", payment_schedule_id=schedule[:1].id)

    def test_upfront(self):
        """Of what is billed up front, with the rows that are still to come."""
        order = self._submit(self.club_by_schedule)
        self._pay_due("2027-09-10")
        with freeze_time("2027-09-10 12:00:00"):
            child = self._create_child(order)
        self.assertFalse(self._get_block(child))
        scope = self._upfront(order)
        self._give_back(order.payment_ids.transaction_id.payment_id, 23.37)
        self.assertIn("billed up front went back", self._get_block(child))
        self.assertEqual(self._get_account(scope).amount_held, 23.37)
        self._press(self._get_account(scope), "action_ask_again")
        self._check(scope, claim=70.12, received=23.37, returned=23.37, open=70.12)
        run = self._pay_due("2027-09-21")
        self.assertEqual(run.line_ids.mapped("reason"), ["paid"])
        self._check(scope, claim=70.12, received=46.74, returned=23.37, open=46.75)
        self.assertFalse(self._get_block(child))
