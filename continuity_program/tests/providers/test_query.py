# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date
from unittest.mock import patch

import requests

from odoo.tests import tagged
from odoo.tools import mute_logger

from ..cards.authenticate_case import PAID
from ..cases.gate import GateCase

LOG = "odoo.addons.continuity_program.models.charging.payment_transaction_query"
ANSWER = "odoo.addons.continuity_program.models.payments.payment_transaction_answer"
#: Of the attempt whose answer got lost
DECLINED_DAY = date(2027, 9, 11)
#: developer.flutterwave.com, verify by reference, read on 2026-11-28
NOT_FOUND = (
    400,
    {},
    {
        "status": "error",
        "message": "No transaction was found for this id",
        "data": None,
    },
)


@tagged("post_install", "-at_install")
class TestQuery(GateCase):
    """G2: a provider without a key is asked by reference, never for the money again."""

    def _lose(self, how, is_declined=False):
        """A charge whose answer got lost, at a provider that is asked by reference.

        :param bool is_declined: on the day before it was refused
        """
        transactions = type(self.env["payment.transaction"])
        self.startPatcher(
            patch.object(transactions, "_CONTINUITY_IDEMPOTENT_PROVIDERS", frozenset())
        )
        self.startPatcher(
            patch.object(transactions, "_CONTINUITY_QUERY_PROVIDERS", {"demo": how})
        )
        self.enterContext(mute_logger(LOG, ANSWER))
        row = self._first(self._sell_many(1))
        day = "2027-09-10"
        if is_declined:
            self.gate.answer = lambda _number, _content: (200, {}, {"state": "error"})
            self._run_at(f"{day} 02:00:00")
            day = DECLINED_DAY
        self.gate.answer = lambda _number, _content: None
        self._run_at(f"{day} 02:00:00")
        self.assertEqual(row.state, "unknown")
        self.gate.answer = lambda _number, _content: PAID
        return row

    def _resolve(self, moment, row, state, **values):
        self._run_at(moment, "resolve_payments")
        self.assertRecordValues(row, [{"state": state, **values}])
        self.assertEqual(len(self.gate.asked), 1, "no money is asked for again")

    def test_flutterwave_has_it(self):
        """Unsaid at 02:05, found at 03:00: paid once."""
        row = self._lose("_continuity_query_flutterwave")
        reference = row.transaction_id.reference
        self.gate.look_up = lambda _path: (500, {}, {})
        self._resolve("2027-09-10 02:05:00", row, "unknown", resolve_count=1)
        paths = []

        def look_up(path):
            paths.append(path)
            return (200, {}, {"simulated_state": "done", "tx_ref": reference})

        self.gate.look_up = look_up
        self._resolve("2027-09-10 03:00:00", row, "paid", attempts=0)
        self.assertIn(reference, paths[0])
        self.assertEqual(self.gate.taken, {reference: 23.37})

    def test_flutterwave_does_not_know_it(self):
        """Not found at once says nothing; after a quarter of an hour it is free."""
        row = self._lose("_continuity_query_flutterwave")
        self.gate.look_up = lambda _path: NOT_FOUND
        self._resolve("2027-09-10 02:05:00", row, "unknown")
        self._resolve("2027-09-10 03:00:00", row, "scheduled", attempts=0)
        self.assertEqual(row.transaction_ids.state, "cancel")
        self._run_at("2027-09-10 03:10:00")
        self.assertEqual(row.state, "paid")
        self.assertEqual(len(self.gate.asked), 2)
        self.assertEqual(len(row.transaction_ids), 2)

    def test_not_known_after_a_decline(self):
        """Its second attempt was never made: it is made when it was to be made."""
        row = self._lose("_continuity_query_flutterwave", is_declined=True)
        self.gate.look_up = lambda _path: NOT_FOUND
        self._run_at("2027-09-11 03:00:00", "resolve_payments")
        self.assertRecordValues(
            row,
            [{"state": "declined", "attempts": 1, "next_attempt_date": DECLINED_DAY}],
        )
        self._run_at("2027-09-11 03:10:00")
        self.assertEqual(row.state, "paid")

    def test_flutterwave_says_no(self):
        row = self._lose("_continuity_query_flutterwave")
        self.gate.look_up = lambda _path: (200, {}, {"simulated_state": "error"})
        self._resolve(
            "2027-09-10 02:05:00", row, "declined", attempts=1, decline_kind="soft"
        )

    def test_nobody_answers(self):
        """Three questions, then a person."""
        row = self._lose("_continuity_query_flutterwave")
        self.gate.look_up = lambda _path: (503, {}, {})
        for moment, count in (("02:05", 1), ("03:00", 2), ("14:00", 3), ("14:30", 3)):
            self._resolve(
                f"2027-09-10 {moment}:00", row, "unknown", resolve_count=count
            )

    def test_authorize(self):
        """One with our number, amount and card; two, or another amount: a person."""
        transactions = type(self.env["payment.transaction"])

        def list_unsettled(_tx):
            answer = requests.get(self.gate.url, timeout=5).json()
            return answer.get("transactions") or []

        self.startPatcher(
            patch.object(transactions, "_continuity_list_unsettled", list_unsettled)
        )
        row = self._lose("_continuity_query_authorize")
        tx = row.transaction_id
        mine = {
            "transId": "60212131234",
            "submitTimeUTC": "2027-09-10T02:00:01Z",
            "transactionStatus": "capturedPendingSettlement",
            "invoiceNumber": tx.reference[:20],
            "accountType": "Visa",
            "accountNumber": f"XXXX{tx.token_id.payment_details[-4:]}",
            "settleAmount": 23.37,
        }
        asked_at = tx.continuity_asked_at
        for listed, state in (
            ([mine, mine], "unknown"),
            ([mine | {"settleAmount": 23.38}], "unknown"),
            ([mine | {"accountNumber": "XXXX0000"}], "unknown"),
            ([mine | {"transactionStatus": "nobodyKnows"}], "unknown"),
            ([mine | {"transactionStatus": "underReview"}], "pending"),
            ([mine | {"transactionStatus": "declined"}], "declined"),
            ([], "unknown"),
            ([mine | {"invoiceNumber": "CP1-OTHER-1"}, mine], "paid"),
        ):
            with self.subTest(state=state, listed=listed):
                row.write(
                    {
                        "state": "unknown",
                        "attempts": 0,
                        "transaction_id": tx.id,
                        "resolve_count": 1,
                    }
                )
                tx.write(
                    {
                        "state": "draft",
                        "continuity_no_answer": True,
                        "continuity_decline_kind": "no_answer",
                        "continuity_asked_at": asked_at,
                    }
                )
                self.gate.look_up = lambda _path, rows=listed: (
                    200,
                    {},
                    {"transactions": rows},
                )
                self._resolve("2027-09-10 03:00:00", row, state)
        self.assertEqual(tx.provider_reference, "60212131234")
        self.assertEqual(self.gate.taken, {tx.reference: 23.37})
