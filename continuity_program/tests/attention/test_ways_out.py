# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What blocks money has a way out: a person says what became of it."""

from datetime import timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command
from odoo.tests import tagged

from ..cases.refund import WayOutCase

ASKING = "odoo.addons.continuity_program.models.payments.payment_transaction_answer"


@tagged("post_install", "-at_install")
class TestLostRefund(WayOutCase):
    """14.94 were to be given back, and the provider has not answered."""

    def setUp(self):
        super().setUp()
        self.order, child = self._sell_child()
        self.row = self.order.payment_ids
        self.payment = self.row.transaction_id
        self._send(child)
        self.note = self._credit_by_wizard(self._bill(child))

        def lose(_transaction):
            raise TimeoutError

        transactions = type(self.env["payment.transaction"])
        with (
            patch.object(transactions, "_send_refund_request", lose),
            self.assertLogs(ASKING, "ERROR"),
        ):
            self._refund(self.order)
        self.refund = self.payment.child_transaction_ids

    def test_seen_at_the_provider(self):
        """Entered on the payment: it is that refund, and no second one."""
        self.payment.with_user(self.books).action_continuity_refunded(14.94, "Seen")
        self.assertEqual(self.payment.child_transaction_ids, self.refund)
        self.assertEqual(self.refund.state, "done")
        self.assertEqual(self.order.amount_to_refund, 0.0)

    def test_gone_back(self):
        """It is booked by the word of the accountant, and the late message is it."""
        self.assertEqual(self.row.attention, "lost_refund")
        action = self._press(self.books, self.row, "action_open_lost_refund")
        self.assertEqual(action["res_id"], self.refund.id)
        self._answer(self.books, self.refund, "action_continuity_open_gone_back")
        self.assertRecordValues(
            self.refund,
            [
                {
                    "state": "done",
                    "is_post_processed": True,
                    "continuity_no_answer": False,
                    "continuity_wait": False,
                    "continuity_answered_uid": self.books.id,
                }
            ],
        )
        self.assertEqual(self.refund.payment_id.amount, 14.94)
        self.assertEqual(self.note.amount_residual, 0.0)
        self.assertEqual(self.row.amount_refunded, 14.94)
        self.assertFalse(self._check_books(self.order))
        said = self.order.message_ids.filtered(
            lambda message: "It said so on the phone" in (message.body or "")
        )
        self.assertIn("ways_books", said[:1].body)
        # The message of the provider comes after all
        late = self.payment._create_child_transaction(
            14.94, is_refund=True, provider_reference="re_1"
        )
        self.assertEqual(late, self.refund)
        late._process("demo", {"simulated_state": "done"})
        late._post_process()
        self.assertEqual(self._get_refunds(self.order), [(self.payment, 14.94)])
        self.assertEqual(self.payment.payment_id.refunds_count, 1)
        self.assertFalse(self._check_books(self.order))
        # What is given back months later is another one, also of the same amount
        late.provider_reference = False
        with freeze_time("2027-10-20 12:00:00"):
            other = self.payment._create_child_transaction(14.94, is_refund=True)
        self.assertNotEqual(other, self.refund)
        other.unlink()
        late.provider_reference = "re_1"
        # One more is another one
        more = self.payment._create_child_transaction(14.94, is_refund=True)
        self.assertNotEqual(more, self.refund)

    def test_not_gone_back(self):
        """It can be given back again; a message that it was all the same is booked."""
        self.assertEqual(self.order.amount_to_refund, 0.0)
        self._answer(self.books, self.refund, "action_continuity_open_not_gone_back")
        self.assertRecordValues(
            self.refund, [{"state": "error", "continuity_no_answer": False}]
        )
        self.assertEqual(self.order.amount_to_refund, 14.94)
        self.assertIn("14.94", self._get_activity(self.order).note)
        late = self.payment._create_child_transaction(
            14.94, is_refund=True, provider_reference="re_1"
        )
        late._process("demo", {"simulated_state": "done"})
        late._post_process()
        self.assertEqual(late.state, "done")
        self.assertEqual(self.order.amount_to_refund, 0.0)
        self.assertEqual(self.row.amount_refunded, 14.94)
        self.assertFalse(self._check_books(self.order))

    def test_accepted_by_the_provider(self):
        """It has named it and carries it out: nobody ends that for some days."""
        self.refund.write({"state": "draft", "continuity_no_answer": False})
        self.assertEqual(self.refund.continuity_wait, "refund")
        self.refund.provider_reference = "8836"
        self.env.invalidate_all()
        self.assertFalse(self.refund.continuity_wait)
        self.assertNotEqual(self.row.attention, "lost_refund")
        with self.assertRaisesRegex(UserError, "is not waited for"):
            self.refund.with_user(self.books).action_continuity_not_gone_back("Asked")
        days = self.company.continuity_pending_days
        with freeze_time(self.refund.create_date + timedelta(days=days + 1)):
            self.env.invalidate_all()
            self.assertEqual(self.refund.continuity_wait, "refund")
            self.assertEqual(self.row.attention, "lost_refund")

    def test_refused(self):
        """Neither by anybody, nor without a reason, nor twice."""
        doors = ("action_continuity_gone_back", "action_continuity_not_gone_back")
        for door in doors:
            for user in (self.manager, self.seller):
                with self.assertRaises(UserError):
                    getattr(self.refund.with_user(user), door)("Asked")
            with self.assertRaisesRegex(UserError, "Enter what you have found out"):
                getattr(self.refund.with_user(self.books), door)(" ")
        self.assertTrue(self.refund.continuity_no_answer)
        self.refund.with_user(self.books).action_continuity_gone_back("Asked")
        for door in doors:
            with self.assertRaisesRegex(UserError, "is not waited for"):
                getattr(self.refund.with_user(self.books), door)("Asked again")
        with self.assertRaisesRegex(UserError, "is not waited for"):
            self.payment.with_user(self.books).action_continuity_gone_back("Asked")
        self.assertEqual(self._get_refunds(self.order), [(self.payment, 14.94)])


@tagged("post_install", "-at_install")
@freeze_time("2027-09-10 12:00:00")
class TestStopWaiting(WayOutCase):
    """A customer has announced 14.94 for a child order, and the card is not asked."""

    def setUp(self):
        super().setUp()
        token = self._create_token("error")
        self.order, self.child = self._sell_child(token=token)
        token.demo_simulated_state = "done"
        self.row = self.order.payment_ids
        self.pending = self.env["payment.transaction"].create(
            {
                "provider_id": self.provider.id,
                "payment_method_id": self.card_method.id,
                "reference": "ANNOUNCED",
                "amount": self.row.amount,
                "currency_id": self.row.currency_id.id,
                "partner_id": self.order.partner_id.id,
                "operation": "online_direct",
                "sale_order_ids": [Command.set(self.child.ids)],
            }
        )
        self.pending._set_pending()
        self.pending._post_process()

    def test_stop_waiting(self):
        """The card is asked again; the money that comes all the same is taken."""
        action = self.row.with_user(self.books).action_charge_now()
        self.assertIn("Another payment", action["params"]["message"])
        self._answer(
            self.manager, self.pending, "action_continuity_open_stop_waiting", "Forgot"
        )
        self.assertRecordValues(
            self.pending,
            [{"state": "error", "continuity_answered_uid": self.manager.id}],
        )
        action = self.row.with_user(self.books).action_charge_now()
        self.assertEqual(action["params"]["message"], "Charged.")
        self.assertEqual(self.row.state, "paid")
        self.pending._process("demo", {"simulated_state": "done"})
        self.pending._post_process()
        self.assertEqual(self.order.amount_to_refund, 14.94)

    def test_authorized_all_the_same(self):
        """The customer ends what he has begun: the money is held, and is seen."""
        self.pending.with_user(self.manager).action_continuity_stop_waiting("Forgot")
        self.pending._set_authorized()
        self.assertEqual(self.pending.state, "authorized")

    def test_refused(self):
        own = self.row.transaction_id
        for tx in (own, self.pending):
            with self.assertRaises(UserError):
                tx.with_user(self.seller).action_continuity_stop_waiting("No")
        with self.assertRaisesRegex(UserError, "is not waited for"):
            own.with_user(self.manager).action_continuity_stop_waiting("No")
        with self.assertRaisesRegex(UserError, "Enter what you have found out"):
            self.pending.with_user(self.manager).action_continuity_stop_waiting()
        with self.assertRaisesRegex(UserError, "is not waited for"):
            self.pending.with_user(self.books).action_continuity_gone_back("No")
        self.assertEqual(self.pending.state, "pending")


@tagged("post_install", "-at_install")
class TestSettleAgain(WayOutCase):
    """Accounts that differ are made anew, all of a list at once."""

    def test_settle_again(self):
        orders = self._sell_child()[0] | self._sell_child()[0]
        balances = orders.balance_ids
        self.env.cr.flush()
        self.env.cr.execute(
            "UPDATE continuity_balance SET amount_received = 1.0, differs = TRUE,"
            " differences = '{\"open\": [1.0, 2.0]}' WHERE id IN %s",
            [tuple(balances.ids)],
        )
        balances.invalidate_recordset()
        with self.assertRaisesRegex(UserError, "Only an accountant"):
            self._press(self.manager, balances, "action_settle_again")
        with self.assertRaises(AccessError):
            self._press(self.seller, balances, "action_settle_again")
        action = self._press(self.books, balances, "action_settle_again")
        self.assertEqual(
            action["params"]["message"], "Settled again: 2. None of them differs."
        )
        self.assertEqual(
            balances.mapped(lambda b: (b.differs, b.amount_received)),
            [(False, 14.94), (False, 14.94)],
        )
        # What cannot be made is said, and stays as it was
        self.patch(
            type(self.env["continuity.billing"]),
            "_answer_each",
            lambda _self, scopes: dict.fromkeys(scopes),
        )
        action = self._press(self.books, balances, "action_settle_again")
        self.assertIn("2 still differ", action["params"]["message"])
        self.assertEqual(action["params"]["type"], "warning")
