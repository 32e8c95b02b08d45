# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A child order is not confirmed by a part of what is due, nor while money is held."""

from freezegun import freeze_time

from odoo.tests import tagged

from ..cases.flow import ReasonCase


@tagged("post_install", "-at_install")
class TestHeldChild(ReasonCase):
    """Billed up front and paid; 5.00 went back, and no credit note says why."""

    def setUp(self):
        super().setUp()
        self.order = self._submit(self._create_club(code="UPHELD", bill_upfront=True))
        self.scope = self._upfront(self.order)
        self._give_back(self._get_payment(self.order), 5.0)
        self.assertEqual(self._get_account(self.scope).amount_held, 5.0)

    def _make(self, day="2027-09-21", **values):
        with freeze_time(f"{day} 12:00:00"):
            return self._execute(
                "create_child_orders", sale_order=self.order.sale_order_id, **values
            )

    def _find(self, day="2027-09-21"):
        """What the inbox says of the child order."""
        with freeze_time(f"{day} 12:00:00"):
            rows = self.env["continuity.exception"]
            rows._refresh_orders(self.order)
            return rows.search(
                [
                    ("continuity_order_id", "=", self.order.id),
                    ("shipment_id", "!=", False),
                    ("closed_on", "=", False),
                ]
            )

    def test_waits_until_it_is_decided(self):
        run = self._make(dry_run=True)
        self.assertEqual(run.line_ids.reason, "held")
        run = self._make()
        child = self.order.child_order_ids
        self.assertEqual(child.state, "draft")
        [line] = run.line_ids
        self.assertEqual((line.reason, line.child_order_id), ("held", child))
        self.assertIn(self.order.currency_id.format(5.0), line.message)
        self.assertIn("went back to the customer", line.message)
        self.assertIn("1 wait for their payment.", run.message)
        self.assertFalse(run.held_count)
        [found] = self._find().filtered(lambda row: row.reason == "held")
        self.assertIn("open_account", found.mends)
        # The next run says it again
        [line] = self._make("2027-09-22").line_ids
        self.assertEqual((line.outcome, line.reason), ("skipped", "held"))
        # It is owed all the same, and paid
        self._press(self._get_account(self.scope), "action_ask_again")
        self._pay_due("2027-09-22")
        self._make("2027-09-22")
        self.assertEqual(child.state, "sale")
        self.assertNotIn("held", self._find("2027-09-22").mapped("reason"))

    def test_another_order_goes_on(self):
        """And so does a child order whose account holds nothing."""
        with freeze_time("2027-09-21 12:00:00"):
            other = self._submit(self.club_two)
            run = self._execute("create_child_orders")
        self.assertEqual(other.child_order_ids[:1].state, "sale")
        mine = run.line_ids.filtered(lambda line: line.reason == "held")
        self.assertEqual(mine.continuity_order_id, self.order)


@tagged("post_install", "-at_install")
class TestPaidByLink(ReasonCase):
    """A parcel of 25.00 whose card was declined; the customer pays by its link."""

    def setUp(self):
        super().setUp()
        self.token = self._create_token("error")
        single = self._create_single(25.0, "CP-25")
        self.order, self.child = self._sell_child(single, token=self.token)
        self.assertEqual(self.order.payment_ids.state, "declined")

    def _get_state(self):
        """Whether it is confirmed, now and after a night."""
        before = self.child.state
        with freeze_time("2027-09-20 12:00:00"):
            self._execute("create_child_orders")
        self.assertEqual(self.child.state == "sale", before == "sale")
        return "sale" if before == "sale" else "quotation"

    def test_a_part(self):
        """10.00 confirm nothing; 15.00 more do, and no card is asked."""
        first = self._pay_online(self.child, 10.0)
        self.assertEqual(self._get_state(), "quotation")
        first._post_process()
        self.assertEqual(self._get_state(), "quotation")
        self._pay_online(self.child, 15.0)
        self.assertEqual(self.child.state, "sale")
        self._check(
            self._child(self.child),
            claim=25.0,
            received=25.0,
            rows=[(25.0, "otherwise")],
        )
        self.token.demo_simulated_state = "done"
        self._pay_due("2027-10-20")
        self.assertEqual(
            self.child.transaction_ids.filtered(lambda tx: tx.state == "done").mapped(
                "amount"
            ),
            [15.0, 10.0],
        )

    def test_all_of_it(self):
        self._pay_online(self.child, 25.0)
        self.assertEqual(self.child.state, "sale")

    def test_rest_by_card(self):
        """The card pays what the link has left open, and that confirms it."""
        self._pay_online(self.child, 10.0)
        self.token.demo_simulated_state = "done"
        self._pay_due("2027-09-20")
        self.assertEqual(self.order.payment_ids.amount, 15.0)
        self.assertEqual(self.child.state, "sale")

    def test_given_back(self):
        """10.00 went back, and nothing says why: 15.00 more leave it a quotation."""
        tx = self._pay_online(self.child, 10.0)
        self._give_back(tx.payment_id, 10.0)
        self._pay_online(self.child, 15.0)
        scope = self._child(self.child)
        self.assertEqual(self._get_account(scope).amount_held, 10.0)
        self.assertEqual(self._get_state(), "quotation")
        # It is owed all the same, and paid by the link again
        self._press(self._get_account(scope), "action_ask_again", "2027-09-20")
        self.assertEqual(self._get_state(), "quotation")
        self._pay_online(self.child, 10.0)
        self.assertEqual(self.child.state, "sale")
