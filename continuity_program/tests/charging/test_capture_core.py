# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What is captured of authorised money is what the account says."""

from unittest.mock import patch

from freezegun import freeze_time

from odoo.tests import tagged
from odoo.tools import SQL

from ..cases.flow import FlowCase

#: Before the authorisation of 09-10 is too old
DAY = "2027-09-11"


@tagged("post_install", "-at_install")
class TestCaptureCore(FlowCase):
    """A child order of two pieces, 29.89, authorised when it is made."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.provider.capture_manually = True

    def setUp(self):
        super().setUp()
        self.order, self.child = self._sell_child(quantity=2)
        self.row = self.order.payment_ids
        self.assertEqual(self.row.state, "authorized")

    def _resolve(self, day=DAY):
        """Let the process do what is marked.

        :return: kind and amount of everything the provider was asked for so far
        """
        with freeze_time(f"{day} 12:00:00"):
            self._execute("resolve_payments")
        transactions = self.row.settle_transaction_ids.sorted("id")
        return [(tx.continuity_settle_kind, tx.amount) for tx in transactions]

    def _call_off(self):
        """Nobody will send the rest."""
        with freeze_time(f"{DAY} 12:00:00"):
            if "picking_ids" in self.child._fields:
                pickings = self.child.picking_ids
                pickings.filtered(lambda p: p.state != "done").action_cancel()
            else:
                self.child.order_line.product_uom_qty = 1.0

    def test_by_deliveries_and_documents(self):
        """14.94 of 14.945; the invoice takes no more; the rest is let go; all back."""
        self._send(self.child, day=DAY)
        self.child._mark_continuity_capture()
        self.assertEqual(self._resolve(), [("capture", 14.94)])
        self.assertRecordValues(
            self.row, [{"state": "authorized", "amount_captured": 14.94}]
        )
        invoice = self._bill(self.child, day=DAY)
        self.assertEqual(invoice.amount_residual, 0.0)
        self.assertEqual(len(self._resolve()), 1)
        self._call_off()
        self.child._mark_continuity_capture()
        self.assertEqual(self._resolve()[1:], [("void", 14.95)])
        self.assertRecordValues(self.row, [{"state": "paid", "amount": 14.94}])
        self._check(
            self._child(self.child), claim=14.94, received=14.94, rows=[(14.94, "paid")]
        )
        self._credit_by_wizard(invoice, day=DAY)
        self.assertEqual(self.order.amount_to_refund, 14.94)
        # The demo provider answers a refund as it answers a charge
        self.provider.capture_manually = False
        with freeze_time(f"{DAY} 12:00:00"):
            self.order.with_user(self.accountant).action_refund()
        capture = self.row.settle_transaction_ids.filtered(lambda t: t.amount == 14.94)
        [refund] = capture.child_transaction_ids
        self.assertEqual((refund.operation, refund.amount), ("refund", -14.94))
        self.assertEqual(self.order.amount_to_refund, 0.0)
        moves = self.order.move_ids | (capture | refund).payment_id.move_id
        lines = self._get_receivable(moves)
        self.assertEqual(sum(lines.mapped("amount_residual")), 0.0)
        self.assertEqual(sum(lines.mapped("balance")), 0.0)

    def test_provider_that_captures_once(self):
        """Asked when nothing is to come, for all of it: one cent goes back."""
        once = property(lambda _provider: "full_only")
        with patch.object(type(self.provider), "support_manual_capture", once):
            self._send(self.child, day=DAY)
            self._bill(self.child, day=DAY)
            self.assertEqual(self._resolve(), [])
            self._send(self.child, day=DAY)
            self._bill(self.child, day=DAY)
            self.assertEqual(self._resolve(), [("capture", 29.89)])
        self.assertEqual(self.row.state, "paid")
        self.assertEqual(self.order.amount_to_refund, 0.01)

    def test_marked_and_taken_back(self):
        """What was marked follows the account until the provider is asked."""
        self._send(self.child, day=DAY)
        self.child._mark_continuity_capture()
        self.assertEqual(self.row.amount_to_capture, 14.94)
        invoice = self._bill(self.child, day=DAY)
        self.assertEqual(self.row.amount_to_capture, 14.94)
        self._credit_by_wizard(invoice, day=DAY)
        self.child._mark_continuity_capture()
        self.assertEqual(self.row.amount_to_capture, 0.0)
        self.assertEqual(self._resolve(), [])

    def _run_night(self, moment):
        with freeze_time(moment):
            return self._execute("process_payments").line_ids.mapped("reason")

    def test_lapsed_after_it_was_switched_off(self):
        """What was authorised before grows old all the same; it is charged anew."""
        self.provider.capture_manually = False
        self.assertEqual(self._run_night("2027-09-17 11:59:00"), [])
        self.assertEqual(self._run_night("2027-09-17 12:00:00"), ["lapsed"])
        self.assertRecordValues(self.row, [{"state": "scheduled", "attempts": 0}])
        self._run_night("2027-09-17 12:00:00")
        self.assertRecordValues(self.row, [{"state": "paid", "amount": 29.89}])

    def test_lapsed_at_a_provider_that_is_off(self):
        """Nothing leaves on what nobody honours any more."""
        self.provider.state = "disabled"
        self.assertEqual(self._run_night("2027-09-17 12:00:00"), ["lapsed"])
        self._run_night("2027-09-17 12:00:00")
        self.assertRecordValues(self.row, [{"state": "scheduled", "attempts": 0}])


@tagged("post_install", "-at_install")
class TestCaptureBesideOtherMoney(FlowCase):
    """9.89 of 29.89 came by a link before the card was asked for 20.00."""

    def test_lapsed_after_a_part(self):
        """5.05 were captured for the first piece, then the authorisation lapsed: what
        the link has paid of the row it goes on to pay, and one row asks the rest."""
        order = self._submit(self.club_a, quantity=2)
        child = self._create_unasked_child(order)
        child.order_line.product_id.invoice_policy = "delivery"
        # The link takes the money at once
        self.provider.capture_manually = False
        self._pay_online(child, 9.89, day="2027-09-10")
        self.provider.capture_manually = True
        with freeze_time("2027-09-10 12:00:00"):
            self._execute("process_payments", date="2027-09-10")
        row = order.payment_ids
        self.assertRecordValues(
            row, [{"amount": 20.0, "amount_planned": 29.89, "state": "authorized"}]
        )
        self._send(child, day=DAY)
        self._bill(child, day=DAY)
        with freeze_time(f"{DAY} 12:00:00"):
            self._execute("resolve_payments")
        self.assertEqual(row.amount_captured, 5.05)
        with freeze_time("2027-09-18 12:00:00"):
            self._execute("process_payments")
        rest = order.payment_ids - row
        self.assertRecordValues(
            row, [{"amount": 5.05, "amount_planned": 14.94, "state": "paid"}]
        )
        self.assertRecordValues(
            rest, [{"amount": 14.95, "amount_planned": 14.95, "state": "authorized"}]
        )
        self.assertEqual(rest.transaction_id.amount, 14.95)
        self._check(
            self._child(child),
            day="2027-09-18",
            claim=29.89,
            received=14.94,
            in_flight=14.95,
            rows=[(5.05, "paid"), (14.95, "authorized")],
        )


class TogetherCase(FlowCase):
    """Two programs billed up front, 70.12 each, authorised by one payment."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.provider.capture_manually = True

    def _ask_both(self):
        """Submit has asked the card, and broke down before anything was sold."""
        with freeze_time("2027-09-10 12:00:00"):
            sale_order = self._quote_with(self.club, others=self.club_two)
            sale_order._continuity_charge()
        rows = sale_order.continuity_order_ids.payment_ids
        self.assertEqual(rows.mapped("state"), ["authorized", "authorized"])
        self.assertEqual(rows.transaction_id.mapped("amount"), [140.24])
        return sale_order, rows

    def _submit_both(self):
        sale_order, rows = self._ask_both()
        with freeze_time("2027-09-10 12:00:00"):
            sale_order.action_confirm()
        return rows

    def _resolve(self):
        with freeze_time(f"{DAY} 12:00:00"):
            self._execute("resolve_payments")


@tagged("post_install", "-at_install")
class TestCaptureTogether(TogetherCase):
    """The provider captures once and everything only."""

    def setUp(self):
        super().setUp()
        once = property(lambda _provider: "full_only")
        self.startPatcher(
            patch.object(type(self.provider), "support_manual_capture", once)
        )

    def test_provider_that_captures_once(self):
        """Its one capture is claimed for one row, and pays both."""
        rows = self._submit_both()
        self._resolve()
        captured = rows.settle_transaction_ids
        self.assertEqual(captured.mapped("amount"), [140.24])
        self.assertRecordValues(
            rows,
            [
                {"state": "paid", "amount": 70.12, "transaction_id": tx.id}
                for tx in [captured.source_transaction_id] * 2
            ],
        )
        invoices = rows.continuity_order_id.upfront_invoice_id
        self.assertEqual(invoices.mapped("amount_residual"), [0.0, 0.0])
        self._resolve()
        self.assertEqual(rows.mapped("state"), ["paid", "paid"])

    def test_nobody_needs_it(self):
        """The customer withdrew before it was sold: one void, nobody is troubled."""
        sale_order, rows = self._ask_both()
        sale_order.action_cancel()
        self.assertEqual(rows.mapped("amount_to_void"), [70.12, 70.12])
        self._resolve()
        voids = rows.settle_transaction_ids
        self.assertEqual(voids.mapped("amount"), [140.24])
        self.assertEqual(rows.transaction_id.state, "cancel")
        self.assertEqual(rows.mapped("amount_to_void"), [0.0, 0.0])
        self.assertFalse(rows.continuity_order_id.activity_ids)

    def test_one_is_not_needed(self):
        """What a provider can only let go as a whole stays while one row needs it."""
        _sale_order, rows = self._ask_both()
        rows[0]._void_authorization("not needed")
        self._resolve()
        self.assertFalse(rows.settle_transaction_ids)
        self.assertEqual(rows.mapped("state"), ["cancelled", "authorized"])
        self.assertEqual(rows.transaction_id.state, "authorized")

    def _get_lapsed(self, rows):
        self.env.flush_all()
        lapsed = self.env["continuity.job"]._get_lapsed_sql()
        found = self.env.execute_query(
            SQL(
                "SELECT p.id FROM continuity_payment p WHERE p.id IN %s AND %s",
                rows._ids,
                lapsed,
            )
        )
        return sorted(row_id for (row_id,) in found)

    def test_no_answer_to_the_capture_of_the_other(self):
        """Everything may have been taken: it is not asked a second time."""
        rows = self._submit_both()
        capture = rows[0]._create_settle_transaction("capture", 140.24)
        capture._set_error("No answer")
        capture.continuity_no_answer = True
        rows[0].state = "unknown"
        self._resolve()
        self.assertEqual(rows.settle_transaction_ids, capture)
        self.assertEqual(rows.mapped("state"), ["unknown", "authorized"])
        # Nor is the other one let go meanwhile, and asked anew of the card
        self.assertIs(rows[1]._lapse(), False)
        # It is no too old one then either, that no run could ever work off
        with freeze_time("2027-09-18 12:00:00"):
            self.assertEqual(self._get_lapsed(rows), [])
            capture.continuity_no_answer = False
            self.assertEqual(self._get_lapsed(rows), rows.ids)
        capture.continuity_no_answer = True
        self.assertEqual(rows.mapped("state"), ["unknown", "authorized"])
        self.assertEqual(rows.transaction_id.state, "authorized")


@tagged("post_install", "-at_install")
class TestCaptureOfCutRow(FlowCase):
    """Three pieces, 75.00 authorised; one was invoiced and credited, so 50.00 are owed
    when the authorisation lapses and the card is asked anew."""

    def _process(self, day):
        with freeze_time(f"{day} 12:00:00"):
            self._execute("process_payments")

    def test_lapsed_after_a_part(self):
        """25.00 of the 50.00 were captured: the credit has cut the rest, not them, so
        what the customer pays of the rest pays it."""
        self.provider.capture_manually = True
        single = self._create_single(25.0, "CP-25")
        order, child = self._sell_child(single, quantity=3)
        row = order.payment_ids
        self._send(child, day=DAY)
        self._credit_by_wizard(self._bill(child, day=DAY), day=DAY)
        child._mark_continuity_capture()
        self._process("2027-09-17")
        self._process("2027-09-17")
        self.assertRecordValues(
            row, [{"amount": 50.0, "amount_planned": 75.0, "state": "authorized"}]
        )
        self._send(child, day="2027-09-18")
        child._mark_continuity_capture()
        with freeze_time("2027-09-18 12:00:00"):
            self._execute("resolve_payments")
        self.assertEqual(row.amount_captured, 25.0)
        order.payment_token_id.demo_simulated_state = "error"
        self._process("2027-09-25")
        rest = order.payment_ids - row
        self.assertRecordValues(
            row, [{"amount": 25.0, "amount_planned": 25.0, "state": "paid"}]
        )
        self.assertRecordValues(
            rest, [{"amount": 25.0, "amount_planned": 50.0, "state": "declined"}]
        )
        self.provider.capture_manually = False
        self._pay_online(child, 25.0, day="2027-09-26")
        self.assertRecordValues(
            rest, [{"amount": 25.0, "state": "paid", "is_paid_otherwise": True}]
        )
        self._check(
            self._child(child),
            day="2027-09-26",
            claim=50.0,
            received=50.0,
            rows=[(25.0, "paid"), (25.0, "otherwise")],
        )


@tagged("post_install", "-at_install")
class TestCaptureEach(TogetherCase):
    """The provider captures in parts, and invoices come with the first shipment."""

    def test_the_second_first(self):
        """What was captured for the second program is not the first one's."""
        self.company.continuity_upfront_invoicing = "shipment"
        rows = self._submit_both().sorted("id")
        orders = rows.mapped("continuity_order_id")
        first, second = map(self._upfront, orders)
        orders[0].shipment_ids[0].planned_date = DAY
        self._ship(orders[1], 1, "2027-09-10")
        self.assertEqual(orders.upfront_invoice_id, orders[1].upfront_invoice_id)
        self._resolve()
        self.assertEqual(rows.mapped("state"), ["authorized", "paid"])
        plan = {"day": DAY, "claim": 70.12}
        self._check(first, **plan, in_flight=70.12, rows=[(70.12, "authorized")])
        self._check(second, **plan, received=70.12, rows=[(70.12, "paid")])
        self._ship(orders[0], 1, DAY)
        self._resolve()
        captures = rows.settle_transaction_ids.sorted("id")
        self.assertEqual(captures.continuity_settle_payment_id, rows)
        self.assertEqual(captures.mapped("amount"), [70.12, 70.12])
        self.assertEqual(rows.mapped("state"), ["paid", "paid"])
        for scope in (first, second):
            self._check(scope, **plan, received=70.12, rows=[(70.12, "paid")])
