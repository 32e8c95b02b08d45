# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The charge of the ordinary goods has no answer: who finds out, and what then."""

from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.fields import Command
from odoo.service.model import call_kw
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from ..cases.refund import WayOutCase

ANSWER = "odoo.addons.continuity_program.models.payments.payment_transaction_answer"


@tagged("post_install", "-at_install")
class TestOrdinaryAnswer(WayOutCase):
    """A mug of 10.00 by card, at a provider that must not be asked twice."""

    def setUp(self):
        super().setUp()
        self.transactions = type(self.env["payment.transaction"])
        self.startPatcher(
            patch.object(
                self.transactions, "_CONTINUITY_IDEMPOTENT_PROVIDERS", frozenset()
            )
        )
        with freeze_time("2027-09-10 12:00:00"):
            self.order = self._quote_with(self.club_a, ordinary=10.0)
            with self._lose(), mute_logger(ANSWER):
                self.order.action_confirm()
        self.tx = self.order.transaction_ids
        self.assertRecordValues(
            self.tx,
            [{"amount": 10.0, "state": "draft", "continuity_no_answer": True}],
        )
        self.assertEqual(self.order.state, "sent")

    def _submit_again(self, moment="2027-09-10 12:10:00"):
        with freeze_time(moment):
            self.order.action_confirm()

    def _say_paid(self, user, reference="ch_42"):
        """Press the button, type what the provider calls the payment, and confirm."""
        action = self._press(user, self.tx, "action_continuity_open_paid")
        dialog = self.env[action["res_model"]].with_user(user)
        ids = [action["res_id"]]
        vals = {"provider_reference": reference}
        call_kw(dialog, "web_save", [ids, vals], {"specification": {}})
        return call_kw(dialog, "action_answer", [ids], {"context": {}})

    def test_it_was_paid(self):
        """A manager has looked it up: booked once, and the order is sold."""
        self._submit_again()
        self.assertEqual(self.order.state, "sent")
        with self.assertRaisesRegex(UserError, "has not answered"):
            self.order.action_cancel()
        with freeze_time("2027-09-10 13:00:00"):
            self._say_paid(self.manager)
        self.assertRecordValues(
            self.tx,
            [
                {
                    "state": "done",
                    "provider_reference": "ch_42",
                    "continuity_no_answer": False,
                    "continuity_answered_uid": self.manager.id,
                    "is_post_processed": True,
                }
            ],
        )
        self.assertEqual(self.tx.payment_id.amount, 10.0)
        if self.order.state != "sale":
            self._submit_again("2027-09-10 13:10:00")
        self.assertEqual(self.order.state, "sale")
        self.assertEqual(self.order.transaction_ids, self.tx)
        with self.assertRaisesRegex(UserError, "is not waited for"):
            self._say_paid(self.books)

    def test_it_was_not_paid(self):
        """Nobody waits any longer: the card is asked anew, with another number."""
        self._answer(self.books, self.tx, "action_continuity_open_stop_waiting")
        self._submit_again()
        self.assertEqual(self.order.state, "sale")
        self.assertEqual(
            sorted(self.order.transaction_ids.mapped("state")), ["done", "error"]
        )
        # It comes all the same: the ten are to go back
        self.tx._process("demo", {"simulated_state": "done"})
        self.tx._post_process()
        account = self._get_balance()
        self.assertEqual((account.amount_received, account.amount_to_refund), (20, 10))

    def test_cancelled_then(self):
        self._answer(self.manager, self.tx, "action_continuity_open_stop_waiting")
        self.order.action_cancel()
        self.assertEqual(self.order.state, "cancel")

    def _get_balance(self):
        scope = ("ordinary", self.order.id)
        return self.env["continuity.balance"]._find_stored([scope])[scope]

    def test_found_by_its_number(self):
        """Submit asks a provider that can be asked what became of it."""
        asked = []

        def look_up(tx, method, endpoint, **_values):
            asked.append((method, endpoint))
            return {"simulated_state": "done", "tx_ref": tx.reference}

        with (
            patch.object(
                self.transactions,
                "_CONTINUITY_QUERY_PROVIDERS",
                {"demo": "_continuity_query_flutterwave"},
            ),
            patch.object(self.transactions, "_send_api_request", look_up),
        ):
            self._submit_again()
        self.assertEqual(asked, [("GET", "transactions/verify_by_reference")])
        self.assertEqual((self.tx.state, self.order.state), ("done", "sale"))
        self.assertEqual(self.order.transaction_ids, self.tx)

    def test_worker_that_died(self):
        """Nobody knows whether its request went out: after a quarter of an hour."""
        self.tx.continuity_no_answer = False
        for moment, wait in (("12:14:59", False), ("12:15:01", "payment")):
            self.tx.invalidate_recordset(["continuity_wait"])
            with freeze_time(f"2027-09-10 {moment}"):
                self.assertEqual(self.tx.continuity_wait, wait)

    def test_refused(self):
        """Sellers do not say it; and it is said of nothing else."""
        for name in ("action_continuity_open_paid", "action_continuity_was_paid"):
            with self.assertRaises(UserError):
                self._press(self.seller, self.tx, name)
        own = self._sell_child()[0].payment_ids.transaction_id
        with self.assertRaisesRegex(UserError, "is not waited for"):
            own.with_user(self.manager).action_continuity_was_paid("ch_43")
        link = self.tx.copy(
            {
                "reference": "LINK",
                "operation": "online_direct",
                "sale_order_ids": [Command.set(self.order.ids)],
            }
        )
        link._set_pending()
        self.assertEqual(link.continuity_wait, "payment")
        with self.assertRaisesRegex(UserError, "is not waited for"):
            link.with_user(self.manager).action_continuity_was_paid("ch_44")
