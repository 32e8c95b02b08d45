# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a bank took back, and a rest no card is asked for: each says its way out."""

from datetime import date
from unittest.mock import patch

from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import tagged

from ...models.agreement import guard_facts
from ..cases.refund import WayOutCase
from ..common import SELLER
from ..money.billing_read import DAY


@tagged("post_install", "-at_install")
class TestTakenBack(WayOutCase):
    """The bank of the customer takes 14.94 back."""

    def test_not_given_back_on_top(self):
        """Neither the dialog of Odoo gives back what the bank has taken."""
        order, child = self._sell_child()
        row = order.payment_ids
        payment = row.transaction_id
        row.with_user(self.books).action_chargeback("fraud")
        with self.assertRaisesRegex(UserError, "the money twice"):
            self._refund_by_wizard(payment.payment_id, 14.94)
        self.assertFalse(payment.child_transaction_ids)
        self._check(self._child(child), claim=14.94, open=14.94)

    def test_of_a_link(self):
        """A payment by link: its bank line, then *Ask again*, as the refusal says."""
        order, child = self._sell_child(token=self._create_token("error"))
        row = order.payment_ids
        tx = self._pay_online(child, 14.94)
        self.assertTrue(row.is_paid_otherwise)
        with self.assertRaisesRegex(UserError, "press Ask again on the account"):
            row.with_user(self.books).action_chargeback("fraud")
        self._match(self._create_statement_line(-14.94), tx.payment_id)
        scope = self._child(child)
        self._check(
            scope,
            claim=14.94,
            received=14.94,
            returned=14.94,
            held=14.94,
            reasons=["given_back_without_credit"],
        )
        balance = self.env["continuity.balance"]._find_stored([scope])[scope]
        self._press(self.books, balance, "action_ask_again")
        self._check(scope, claim=14.94, received=14.94, returned=14.94, open=14.94)


@tagged("post_install", "-at_install")
class TestLinkChargedBack(WayOutCase):
    """What a customer paid by link, on the portal or in the shop is charged back."""

    def _take_back(self, records, name="action_open_chargeback"):
        """Press *Chargeback*, type the reason, confirm."""
        self._answer(self.books, records, name, "fraud")

    def test_of_a_parcel(self):
        """Open again, on hold, asked by nobody; a new card pays it, once."""
        order, child = self._sell_child(token=self._create_token("error"))
        row = order.payment_ids
        tx = self._pay_online(child, 14.94)
        order.payment_token_id.demo_simulated_state = "done"
        self.assertRecordValues(row, [{"state": "paid", "is_paid_otherwise": True}])
        self._take_back(row)
        self.assertRecordValues(
            row,
            [
                {
                    "state": "declined",
                    "amount": 14.94,
                    "is_paid_otherwise": False,
                    "state_message": "Chargeback: fraud",
                    "next_attempt_date": False,
                }
            ],
        )
        self.assertEqual(order.state, "on_hold")
        self.assertTrue(tx.continuity_charged_back)
        scope = self._child(child)
        self._check(scope, claim=14.94, open=14.94)
        tx._post_process()
        with freeze_time("2027-12-01 12:00:00"):
            self._execute("process_payments")
        self.assertEqual(row.state, "declined", "no process asks the card")
        with freeze_time("2027-12-02 12:00:00"):
            order._set_payment_token(self._create_token())
            self._execute("process_payments")
        self.assertRecordValues(
            row, [{"state": "paid", "is_paid_otherwise": False, "amount": 14.94}]
        )
        self._check(scope, claim=14.94, received=14.94)
        with self.assertRaisesRegex(UserError, f"{tx.reference}: the payment was ch"):
            self._press(self.books, tx, "action_continuity_open_chargeback")

    def test_of_a_plan(self):
        """30.00 of 70.12 pay row 1 and a part of row 2; the invoice is open again."""
        order = self._submit(self.club_by_schedule)
        invoice = order.upfront_invoice_id
        tx = self._pay_online(invoice, 30.0)
        rows = order.payment_ids.sorted("sequence")
        self.assertEqual(rows.mapped("amount"), [23.37, 16.74, 23.38])
        self.assertEqual(invoice.amount_residual, 40.12)
        self._take_back(tx, "action_continuity_open_chargeback")
        self.assertEqual(
            [(row.amount, row.state) for row in rows],
            [(23.37, "declined"), (23.37, "declined"), (23.38, "scheduled")],
        )
        self.assertEqual(invoice.amount_residual, 70.12)
        self.assertEqual(order.state, "on_hold")
        self._check(self._upfront(order), claim=70.12, open=70.12)

    def test_which_of_two(self):
        """Two links have paid it: they are listed."""
        order, child = self._sell_child(token=self._create_token("error"))
        both = self._pay_online(child, 10.0) | self._pay_online(child, 4.94)
        action = self._press(self.books, order.payment_ids, "action_open_chargeback")
        self.assertEqual(action["res_model"], "payment.transaction")
        found = self.env["payment.transaction"].search(action["domain"])
        self.assertEqual(found, both)
        self._take_back(both[1], "action_continuity_open_chargeback")
        self.assertRecordValues(
            order.payment_ids, [{"state": "declined", "amount": 4.94}]
        )

    def test_of_ordinary_goods(self):
        """They have no row: whoever looks after the order is told."""
        sale_order = self._quote_with(self.club, ordinary=50.0)
        tx = self._pay_online(sale_order, 50.0)
        with freeze_time(f"{DAY} 12:00:00"):
            sale_order.action_confirm()
        order = sale_order.continuity_order_ids
        scope = self._ordinary(sale_order)
        claim = self._settle(scope)[scope][1].sums.claim
        self._take_back(tx, "action_continuity_open_chargeback")
        self.assertEqual(self._settle(scope)[scope][1].sums.received, 0)
        self.assertEqual(self._settle(scope)[scope][1].sums.claim, claim)
        kind = "continuity_program.mail_activity_payment_failed"
        self.assertIn("Chargeback: fraud", order.activity_search([kind]).note)

    def test_of_a_quotation(self):
        """Program and ordinary goods were paid at once: both are open again."""
        sale_order = self._quote_with(self.club, ordinary=50.0)
        ordinary = sale_order.amount_total - 70.12
        tx = self._pay_online(sale_order, sale_order.amount_total)
        self.assertEqual(sale_order.state, "sale", "what is paid is confirmed")
        with freeze_time(f"{DAY} 12:00:00"):
            goods = sale_order.order_line.filtered(
                lambda line: not line.is_continuity_parent
            )
            goods.qty_delivered = goods.product_uom_qty
            invoice = sale_order._create_invoices()
            invoice.action_post()
        order = sale_order.continuity_order_ids
        self.assertEqual(order.payment_ids.transaction_id, tx)
        self.assertEqual(invoice.amount_residual, 0.0)
        self.assertEqual(order.upfront_invoice_id.amount_residual, 0.0)
        self._take_back(tx, "action_continuity_open_chargeback")
        self.assertEqual(order.payment_ids.state, "declined")
        self.assertEqual(order.upfront_invoice_id.amount_residual, 70.12)
        self.assertAlmostEqual(invoice.amount_residual, ordinary)
        scope = self._ordinary(sale_order)
        self.assertEqual(self._settle(scope)[scope][1].sums.received, 0)

    def test_one_charge_of_two_orders(self):
        """A charge of 140.24 comes back whole, whichever of its rows is pressed."""
        sale_order = self._quote_with(self.club, others=[self.club_two])
        with freeze_time("2027-09-10 12:00:00"):
            sale_order.action_confirm()
        rows = sale_order.continuity_order_ids.payment_ids
        self.assertEqual(len(rows.transaction_id), 1)
        self._take_back(rows[0])
        self.assertEqual(rows.mapped("state"), ["declined", "declined"])
        self.assertEqual(
            sale_order.continuity_order_ids.mapped("state"), ["on_hold", "on_hold"]
        )

    def test_refused(self):
        """For accountants, and of what has paid something."""
        order, _child = self._sell_child()
        tx = order.payment_ids.transaction_id
        name = "action_continuity_chargeback"
        for user in (self.manager, self.seller):
            with self.assertRaises(UserError):
                self._press(user, tx, name)
        loose = tx.copy({"reference": "loose-1"})
        with self.assertRaisesRegex(UserError, "Nothing was done. loose-1: "):
            self._press(self.books, tx | loose, name)
        self.assertFalse(tx.continuity_charged_back)
        self._take_back(tx, "action_continuity_open_chargeback")
        self.assertEqual(order.payment_ids.state, "declined")

    def test_each_in_his_language(self):
        """One charge has paid two orders: who looks after one of them reads French."""
        self.env["res.lang"]._activate_lang("fr_FR")
        sale_order = self._quote_with(self.club, others=[self.club_two])
        with freeze_time("2027-09-10 12:00:00"):
            sale_order.action_confirm()
        orders = sale_order.continuity_order_ids
        orders[1].user_id = self._create_user("taken_french", SELLER)
        orders[1].user_id.lang = "fr_FR"
        tx = orders.payment_ids.transaction_id
        self.assertEqual(len(tx), 1)
        with freeze_time(f"{DAY} 12:00:00"):
            tx.with_user(self.books).action_continuity_chargeback("not received")
        for order, word in zip(orders, ("Chargeback", "Rétrofacturation"), strict=True):
            texts = [order.hold_payment_reason, order.payment_ids.state_message]
            texts.append(order.payment_ids.message_ids[0].body)
            texts.append(order.activity_ids.note)
            for text in texts:
                self.assertRegex(text, f"{word}.*not received")


@tagged("post_install", "-at_install")
class TestSmallRest(WayOutCase):
    """14.94 are paid, then the parcel costs 15.13."""

    def test_parcel_does_not_wait_for_cents(self):
        """0.19 are too little for a card: the parcel leaves, and the rest is listed."""
        self.company.continuity_smallest_charge = 0.2
        _order, child = self._sell_child()
        with freeze_time(f"{DAY} 12:00:00"):
            child.order_line.price_unit = 12.5
            self.assertEqual(child.amount_total, 15.13)
            self.env.cr.flush()
            self.assertFalse(child._get_continuity_blocks())
            self.assertFalse(self._search_blocked(child))
            self.company.continuity_smallest_charge = 0.19
            [text] = child._get_continuity_blocks().values()
            self.assertRegex(text, "0.19.* is not secured")
            self.assertEqual(self._search_blocked(child), child)
            self.company.continuity_smallest_charge = 0.2
        self._send(child)
        self._bill(child)
        scope = self._child(child)
        terms = {"claim": 15.13, "received": 14.94}
        self._check(scope, open=0.19, reasons=["small_rest"], **terms)
        balance = self.env["continuity.balance"]._find_stored([scope])[scope]
        with freeze_time(f"{DAY} 12:00:00"):
            self._press(self.books, balance, "action_write_off_rest")
        self._check(scope, written_off=0.19, **terms)

    def test_parcel_counts_as_paid(self):
        """0.19 of 15.13 are open: no guard stops the next parcel, *Paid %* has it."""
        self.company.continuity_smallest_charge = 0.2
        order, child = self._sell_child()
        with freeze_time(f"{DAY} 12:00:00"):
            child.order_line.price_unit = 12.5
            self.env.cr.flush()
            self.assertEqual(order.payment_ids[-1].amount, 0.19)
            self.company.continuity_smallest_charge = 0.19
            self.assertEqual(self._count_paid(order), (1, True, DAY, 0))
            self.company.continuity_smallest_charge = 0.2
            self.assertEqual(self._count_paid(order), (0, False, None, 1))

    def _count_paid(self, order):
        """What the guard counts as not paid, and how many parcels insight has paid."""
        facts = guard_facts.read_facts(order, date(2027, 10, 1))[order.id]
        oldest = facts.oldest_due and str(facts.oldest_due)
        self.assertEqual(facts.balance, 19, "what is owed is owed")
        self._execute("refresh_insight")
        paid = self.env["continuity.retention"].search(
            [("program_id", "=", order.program_id.id), ("turn", "=", 1)]
        )
        return facts.unpaid, facts.is_first_unpaid, oldest, paid.paid_count

    def test_settled_by_other_than_money(self):
        """A parcel that costs nothing any more, as with a gift card, owes nothing."""
        order, child = self._sell_child(
            self._create_single(25.0, "CP-25"), token=self._create_token("error")
        )
        with freeze_time(f"{DAY} 12:00:00"):
            child.order_line.price_unit = 0.0
            self.env.cr.flush()
            self._execute("create_child_orders", date=DAY)
            self.assertEqual((child.state, child.amount_total), ("sale", 0.0))
            facts = guard_facts.read_facts(order, date(2027, 10, 1))[order.id]
            self.assertEqual((facts.unpaid, facts.balance), (0, 0))
            self._execute("refresh_insight")
        paid = self.env["continuity.retention"].search(
            [("program_id", "=", order.program_id.id), ("turn", "=", 1)]
        )
        self.assertEqual((paid.shipped_count, paid.paid_count), (1, 1))

    def _search_blocked(self, child):
        return child.search(
            [
                ("id", "=", child.id),
                ("id", "in", child._get_continuity_blocked_sql()),
            ]
        )

    def test_parcel_of_cents(self):
        """A parcel of 0.30 of which nothing was paid is no rest: it waits for a person.

        Else a limit above the price of a parcel would give a whole series away.
        """
        self.company.continuity_smallest_charge = 0.5
        order, child = self._sell_child(self._create_single(0.3, "CP-CENTS"))
        self.assertEqual(order.payment_ids.state, "scheduled")
        self.assertFalse(order.payment_ids.transaction_ids)
        self.assertNotEqual(child.state, "sale")
        with freeze_time(f"{DAY} 12:00:00"):
            [text] = child._get_continuity_blocks().values()
            self.assertIn("An accountant can write it off", text)

    def test_declined_and_paid_but_for_cents(self):
        """24.90 of 25.00 declined came by link: the hold ends, the night goes on."""
        self.company.continuity_smallest_charge = 0.2
        order, child = self._sell_child(
            self._create_single(25.0, "CP-25"), token=self._create_token("error")
        )
        order._hold_for_payment("Declined for the last time")
        self._pay_online(child, 24.7)
        self.assertEqual(order.payment_ids.mapped("amount"), [0.3])
        self.assertEqual(order.state, "on_hold")
        self._pay_online(child, 0.2)
        self.assertRecordValues(
            order.payment_ids, [{"amount": 0.1, "state": "declined"}]
        )
        self.assertEqual(order.state, "running")
        with freeze_time("2027-09-11 12:00:00"):
            self.assertFalse(child._get_continuity_blocks())
            self._execute("create_child_orders", date="2027-09-11")
        self.assertEqual(child.state, "sale")

    def _create_dearer_child(self, order, amount, number=1, day="2027-09-10"):
        """A child that was charged by a run that was killed then; it costs more since.

        :param float amount: so much more
        """
        job = type(self.env["continuity.job.create_child_orders"])
        phases = job._get_phases
        with (
            patch.object(job, "_get_phases", lambda *args: phases(*args)[:-1]),
            freeze_time(f"{day} 12:00:00"),
        ):
            child = self._create_child(order, number, date.fromisoformat(day))
            child.order_line.tax_ids = False
            row = order.payment_ids.filtered(lambda row: row.child_order_id == child)
            child.order_line.price_unit = row.amount + amount
            self.env.cr.flush()
        self.assertEqual(child.state, "draft")
        return child

    def test_night_says_what_is_so(self):
        """0.30 of 25.30 are open: the night confirms the parcel, says that the rest
        keeps it not, and counts none that waits."""
        self.company.continuity_smallest_charge = 0.5
        order = self._submit(self._create_single(25.0, "CP-25"))
        child = self._create_dearer_child(order, 0.3)
        self.assertRecordValues(
            order.payment_ids.sorted("sequence"),
            [
                {"amount": 25.0, "state": "paid"},
                {"amount": 0.3, "state": "scheduled"},
            ],
        )
        with freeze_time("2027-09-11 12:00:00"):
            run = self._execute("create_child_orders", date="2027-09-11")
        self.assertEqual(child.state, "sale")
        line = run.line_ids.filtered("payment_id")
        self.assertEqual(line.mapped("reason"), ["small_rest"])
        self.assertRegex(line.message, "0.30.* does not hold the parcel back")
        self.assertNotIn("wait for their payment", run.message)

    def test_two_parcels_in_another_currency(self):
        """0.50 EUR are 1.00 USD: of two parcels 0.60 USD are open, and each is a claim
        of its own. The night of another company touches neither."""
        self.company.continuity_smallest_charge = 0.5
        self._set_rate("USD", 2.0)
        dollars = self.env["product.pricelist"].create(
            {"name": "Dollars", "currency_id": self.env.ref("base.USD").id}
        )
        order = self._submit(self.club_a, pricelist_id=dollars.id)
        self.assertEqual(order.currency_id.name, "USD")
        day = "2027-10-01"
        children = self._create_dearer_child(order, 0.6)
        children |= self._create_dearer_child(order, 0.6, 2, day)
        rows = order.payment_ids.filtered(lambda row: row.kind == "extra")
        self.assertRecordValues(rows, [{"amount": 0.6, "state": "scheduled"}] * 2)
        self.assertEqual(rows.child_order_id, children)
        other = self.env["res.company"].create({"name": "Other company"})
        with freeze_time(f"{day} 12:00:00"):
            self.company.continuity_smallest_charge = 0.3
            self.assertFalse(rows._filter_too_little())
            self.company.continuity_smallest_charge = 0.5
            self.assertEqual(rows._filter_too_little(), rows)
            self._execute("create_child_orders", company=other)
            self.assertEqual(set(children.mapped("state")), {"draft"})
            run = self._execute("create_child_orders")
            self.assertEqual(children.mapped("state"), ["sale", "sale"])
            lines = run.line_ids.filtered("payment_id")
            self.assertEqual(lines.mapped("reason"), ["small_rest"] * 2)
            run = self._execute("process_payments")
        self.assertEqual(run.line_ids.mapped("reason"), ["small_amount"] * 2)
        self.assertFalse(rows.transaction_ids)
