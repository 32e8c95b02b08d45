# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from freezegun import freeze_time

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..cases.paid_before import PaidBeforeCase
from ..common import ACCOUNTANT, SELLER


@tagged("post_install", "-at_install")
@freeze_time("2027-09-10 12:00:00")
class TestPaidCancelled(PaidBeforeCase):
    """A paid quotation that is cancelled owes all of it to the customer."""

    def _quote_paid(self, state="done", process=False):
        """70.12 up front and goods of 19.88, paid by link."""
        order = self._add_goods(self._quote(self.upfront), price=19.88)
        return order, self._pay(order, 90.0, state=state, process=process)

    def _open_dialog(self, order):
        action = order.action_open_continuity_cancel()
        self.assertEqual(action["res_model"], "continuity.cancel")
        return self.env["continuity.cancel"].browse(action["res_id"])

    def _get_refund_activities(self, order):
        kind = self.env.ref("continuity_program.mail_activity_payment_refund")
        return order.continuity_order_ids.activity_ids.filtered(
            lambda activity: activity.activity_type_id == kind
        )

    def test_dialog(self):
        """The dialog names 90.00; then 90.00 are to be given back, and are, once."""
        for process in (False, True):
            order, paid = self._quote_paid()
            order.action_continuity_hold("Ask the customer")
            if process:
                paid._post_process()
            dialog = self._open_dialog(order)
            self.assertIn("90.00", dialog.effect_html)
            self.assertIn("back to the customer", dialog.effect_html)
            dialog.action_apply()
            continuity = order.continuity_order_ids
            self.assertEqual((order.state, continuity.state), ("cancel", "cancelled"))
            self.assertEqual(continuity.amount_to_refund, 90.0)
            self.assertEqual(len(self._get_refund_activities(order)), 1)
            self.assertIn("90.00", self._get_refund_activities(order).note)
            self.assertFalse(self._get_activities(order))
            self.assertEqual(len(paid.payment_id), 1)
            books = self._create_user(f"back_books_{process}", ACCOUNTANT)
            for _time in range(2):
                continuity.with_user(books).action_refund()
            refunds = paid.child_transaction_ids
            self.assertEqual(sum(refunds.mapped("amount")), -90.0)
            self.assertEqual(set(refunds.mapped("state")), {"done"})
            self.assertEqual(continuity.amount_to_refund, 0.0)
            self.assertFalse(self._get_refund_activities(order))
            lines = (paid | refunds).payment_id.move_id.line_ids.filtered(
                lambda line: line.account_type == "asset_receivable"
            )
            self.assertEqual(set(lines.mapped("reconciled")), {True})

    def test_without_the_dialog(self):
        """By RPC, and when the customer declines on the portal."""
        for cancel in ("action_cancel", "_action_cancel"):
            order, _paid = self._quote_paid()
            getattr(order, cancel)()
            self.assertEqual(order.state, "cancel")
            self.assertEqual(order.continuity_order_ids.amount_to_refund, 90.0)
            self.assertEqual(len(self._get_refund_activities(order)), 1)

    def test_typed(self):
        order, _paid = self._quote_paid()
        order.write({"state": "cancel"})
        self.env.cr.flush()
        self.assertEqual(order.continuity_order_ids.amount_to_refund, 90.0)

    def test_by_a_seller(self):
        """Who sells cancels his quotation; he does not give the money back."""
        order, _paid = self._quote_paid()
        seller = self._create_user("paid_cancel_seller", SELLER)
        order.user_id = seller
        order = order.with_user(seller)
        dialog = order.action_open_continuity_cancel()
        dialog = self.env["continuity.cancel"].browse(dialog["res_id"])
        dialog.with_user(seller).action_apply()
        self.assertEqual(order.state, "cancel")
        continuity = order.sudo().continuity_order_ids
        self.assertEqual(continuity.amount_to_refund, 90.0)
        with self.assertRaisesRegex(UserError, "Only an accountant"):
            continuity.with_user(seller).action_refund()

    def test_after_submit_has_charged(self):
        """The program is charged, the goods are declined: the program goes back."""
        order = self._add_goods(self._quote(self.upfront), price=19.88)
        order.continuity_ordinary_token_id = self._create_token("cancel")
        order.action_confirm()
        self.assertEqual(order.state, "draft")
        self.assertEqual(order.continuity_order_ids.payment_ids.state, "paid")
        order.action_cancel()
        self.assertEqual(order.continuity_order_ids.amount_to_refund, 70.12)

    def test_after_submit_has_charged_the_goods(self):
        """The confirmation failed: the goods, charged by themselves, go back, too."""
        order = self._add_goods(self._quote(self.upfront), price=19.88)
        order._continuity_charge()
        self.assertEqual(order.transaction_ids.mapped("amount"), [19.88])
        order.action_cancel()
        self.assertEqual(order.continuity_order_ids.amount_to_refund, 90.0)

    def test_pending(self):
        """Cancelled at once; the refund waits for the money."""
        order, paid = self._quote_paid(state="pending")
        dialog = self._open_dialog(order)
        self.assertIn("90.00", dialog.effect_html)
        self.assertIn("on its way", dialog.effect_html)
        dialog.action_apply()
        continuity = order.continuity_order_ids
        self.assertEqual(order.state, "cancel")
        self.assertEqual(continuity.amount_to_refund, 0.0)
        self.assertFalse(self._get_refund_activities(order))
        with self.assertRaisesRegex(UserError, "not answered yet"):
            continuity.action_refund()
        paid._set_done()
        paid._post_process()
        self.assertEqual(order.state, "cancel")
        self.assertEqual(continuity.amount_to_refund, 90.0)
        self.assertEqual(len(self._get_refund_activities(order)), 1)
        continuity.action_refund()
        self.assertEqual(sum(paid.child_transaction_ids.mapped("amount")), -90.0)

    def test_pending_and_failed(self):
        order, paid = self._quote_paid(state="pending")
        order.action_cancel()
        paid._set_canceled()
        paid._post_process()
        continuity = order.continuity_order_ids
        self.assertEqual(continuity.amount_to_refund, 0.0)
        self.assertFalse(self._get_refund_activities(order))
        self.assertEqual(continuity.state, "cancelled")

    def test_authorized(self):
        """What is authorised only is let go, the goods' part, too."""
        order, paid = self._quote_paid(state="authorized")
        self.provider.support_manual_capture = "partial"
        order.action_cancel()
        rows = order.continuity_order_ids.payment_ids
        self.assertEqual(set(rows.mapped("state")), {"cancelled"})
        self.assertEqual(sorted(rows.mapped("amount_to_void")), [19.88, 70.12])
        self.assertEqual(order.continuity_order_ids.amount_to_refund, 0.0)
        self._execute("resolve_payments")
        self.assertEqual(paid.state, "cancel")

    def test_unknown(self):
        """Nobody knows whether the card was charged: refused by every door."""
        order = self._quote(self.upfront)
        rows = self.env["continuity.payment"]._sync_order_rows(
            order.continuity_order_ids, self.company._continuity_today()
        )
        for state in ("unknown", "processing"):
            rows.state = state
            for cancel in (
                order.action_cancel,
                order._action_cancel,
                order.action_open_continuity_cancel,
                lambda: order.write({"state": "cancel"}),
            ):
                with self.assertRaises(UserError):
                    cancel()
            self.assertEqual(order.state, "draft")

    def test_goods_without_answer(self):
        order = self._add_goods(self._quote(self.club))
        tx = self.env["payment.transaction"].create(
            order._prepare_continuity_transaction_vals(50.0)
        )
        tx.continuity_no_answer = True
        with self.assertRaisesRegex(UserError, "has not answered"):
            order.action_cancel()
        self.assertEqual(order.state, "draft")

    def test_paid_after_it_was_cancelled(self):
        """The page was still open: the money that comes is listed, too."""
        order = self._quote(self.upfront)
        late = self._pay(order, 70.12, state="pending")
        late.state = "draft"
        order.action_cancel()
        late._set_done()
        late._post_process()
        self.assertEqual(order.state, "cancel")
        self.assertEqual(order.continuity_order_ids.amount_to_refund, 70.12)

    def test_nothing_paid(self):
        order = self._quote(self.upfront)
        dialog = self._open_dialog(order)
        self.assertIn("nothing comes back", dialog.effect_html)
        dialog.action_apply()
        self.assertEqual(order.state, "cancel")
        self.assertEqual(order.continuity_order_ids.amount_to_refund, 0.0)
        order.action_draft()
        self.assertEqual(order.continuity_order_ids.state, "draft")

    def test_no_quotation_again(self):
        """What was paid and goes back is no payment of the next try."""
        order, _paid = self._quote_paid()
        order.action_cancel()
        with self.assertRaisesRegex(UserError, "Duplicate the order instead"):
            order.action_draft()

    def test_confirmed_orders_owe_no_quotation(self):
        """Submitted first: the cancel dialog and the credit note, as before.

        Only what was paid for the ordinary goods is owed to nobody any more.
        """
        order, _paid = self._quote_paid()
        order.action_confirm()
        order.action_cancel()
        self.assertEqual(order.continuity_order_ids.amount_to_refund, 19.88)
        self.assertEqual(len(order.continuity_order_ids.payment_ids), 1)
