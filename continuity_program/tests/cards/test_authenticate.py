# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import JsonRpcException, freeze_time, new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.payment_demo.models.payment_transaction import PaymentTransaction

from ...billing import get_provider
from ..cases.gate import GateCase
from ..common import SELLER
from .authenticate_case import ASKS, PAID, AuthenticateCase


@tagged("post_install", "-at_install")
class TestAuthenticate(AuthenticateCase):
    """A37–A39, G10–G15: the window, its mails, the page, the hold at its end."""

    def test_customer_comes(self):
        """A37: asked on 10-01, reminded on 10-03, authenticated on 10-04."""
        row = self._ask()
        old_token = self.order.payment_token_id
        other = self._sell(old_token, self.club)
        self.assertRecordValues(
            row,
            [
                {
                    "state": "declined",
                    "decline_kind": "authenticate",
                    "amount": 22.32,
                    "attempts": 1,
                    "next_attempt_date": False,
                    "authenticate_until": date(2027, 10, 8),
                }
            ],
        )
        self.assertEqual((self.order.state, self.child.state), ("running", "draft"))
        self.assertEqual(self.mail_days, ["2027-10-01"])
        asked = len(self.gate.asked)
        for day in (2, 3, 4):
            self._night(f"2027-10-{day:02}", "process_payments")
        self.assertEqual(self.mail_days, ["2027-10-01", "2027-10-03"])
        self.assertEqual(len(self.gate.asked) - asked, 0, "nobody tries again")
        mail = self._get_mails()[-1]
        self.assertIn("22.32", mail.body_html)
        self.assertIn("Fri 8 Oct 2027", mail.body_html)
        self.assertIn("Goods B", mail.body_html)
        self.assertIn(f"/my/continuity/{self.order.id}/authenticate?", mail.body_html)
        page = self._open("2027-10-04 10:00:00").text
        for text in ("22.32", "Goods B", "see that it is you", "Fri 8 Oct 2027"):
            self.assertIn(text, page)
        self.assertIn('id="o_payment_form"', page)
        tx = self._press_pay("2027-10-04 10:01:00")
        self.assertRecordValues(row, [{"state": "processing", "transaction_id": tx.id}])
        self.assertRecordValues(
            tx,
            [
                {
                    "amount": 22.32,
                    "operation": "online_direct",
                    "tokenize": True,
                    "continuity_on_session": True,
                    "partner_id": self.customer.id,
                    "sale_order_ids": self.child.ids,
                }
            ],
        )
        self.assertLessEqual(len(tx.reference), 30)
        self._answer(tx, "2027-10-04 10:02:00")
        self.assertRecordValues(
            row, [{"state": "paid", "decline_kind": False, "attempts": 1}]
        )
        self.assertEqual(self.child.state, "sale")
        self.assertEqual(self.child.commitment_date.date(), date(2027, 10, 4))
        self.assertRecordValues(tx.payment_id, [{"amount": 22.32}])
        self.assertEqual(self.order.payment_token_id, tx.token_id)
        self.assertEqual(self.order.state, "running")
        done = self._open("2027-10-04 10:03:00", tx.landing_route)
        self.assertIn("o_continuity_authenticated", done.text)
        # The other order of the card, if the customer wants
        self.assertEqual(other.payment_token_id, old_token)
        self.assertIn(other.name, done.text)
        with freeze_time("2027-10-04 10:04:00"):
            self.url_open(
                f"/my/continuity/{self.order.id}/authenticate/others",
                data={
                    "csrf_token": done.text.split('csrf_token" value="')[1].split('"')[
                        0
                    ],
                    "access_token": self.order._get_card_token(),
                },
            )
        self.env.invalidate_all()
        self.assertEqual(other.payment_token_id, tx.token_id)
        # Nothing is left to be paid, and nobody is reminded
        self.assertIn("nothing_to_pay", self._open("2027-10-04 11:00:00").text)
        self._night("2027-10-06", "process_payments")
        self.assertEqual(self.mail_days, ["2027-10-01", "2027-10-03"])

    def test_nobody_comes(self):
        """A38: payment hold in the run of 10-09; the third parcel is not made."""
        row = self._ask()
        for day in range(2, 9):
            self._night(f"2027-10-{day:02}")
        self.assertEqual(self.order.state, "running")
        self.assertEqual(self.mail_days, ["2027-10-01", "2027-10-03", "2027-10-06"])
        with freeze_time("2027-10-08 12:00:00"):
            self.assertFalse(row.attention, "a person is needed at the end only")
        row.invalidate_recordset(["attention"])
        self._night("2027-10-09")
        self.assertRecordValues(
            self.order, [{"state": "on_hold", "hold_payment": True}]
        )
        self.assertIn("22.32", self.order.hold_payment_reason)
        self.assertEqual(
            len(
                self.order.activity_search(
                    ["continuity_program.mail_activity_payment_failed"]
                )
            ),
            1,
        )
        self.assertEqual(self.mail_days[3:], ["2027-10-09"])
        self.assertIn("wait until you have", self._get_mails()[-1].body_html)
        with freeze_time("2027-10-09 12:00:00"):
            self.assertEqual(row.attention, "declined")
        for day in ("2027-10-10", "2027-10-22"):
            self._night(day)
        self.assertEqual(len(self._get_mails()), 4)
        self.assertFalse(self._get_row(3))
        self.assertEqual(len(self.order.child_order_ids), 2)
        # His link still pays, and the hold is off
        tx = self._press_pay("2027-10-23 10:00:00")
        self._answer(tx, "2027-10-23 10:01:00")
        self.assertEqual((row.state, self.child.state), ("paid", "sale"))
        self.assertEqual(self.order.state, "running")
        self.assertEqual(self.child.commitment_date.date(), date(2027, 10, 23))

    def test_later_instalments_wait(self):
        """A39: up front by instalments, row 2 on 10-10: row 3 waits, hold 10-18."""
        with freeze_time("2027-09-10 12:00:00"):
            self.order.sale_order_id._action_cancel()
            order = self._sell()
        self._night("2027-09-10", "process_payments")
        self.gate.answer = lambda _number, _content: ASKS
        self._night("2027-10-10", "process_payments")
        self.gate.answer = lambda _number, _content: PAID
        rows = self._rows(order)
        self.assertEqual(rows.mapped("state"), ["paid", "declined", "scheduled"])
        self.assertEqual(rows[1].authenticate_until, date(2027, 10, 17))
        self._night("2027-10-17", "process_payments")
        self.assertEqual(order.state, "running")
        with freeze_time("2027-11-10 02:00:00"):
            _asked, refused = rows[2]._judge(date(2027, 11, 10))
        self.assertEqual(refused, {rows[2]: "earlier_open"})
        self._night("2027-10-18", "process_payments")
        self.assertEqual(order.state, "on_hold")
        asked = len(self.gate.asked)
        self._night("2027-11-10", "process_payments")
        self.assertEqual(len(self.gate.asked), asked)
        self.assertEqual(rows[2].state, "scheduled")
        # Paid by himself: the third one is charged on the new card
        self.order = order
        tx = self._press_pay("2027-11-10 10:00:00")
        self.assertEqual(tx.invoice_ids, order.upfront_invoice_id)
        self._answer(tx, "2027-11-10 10:01:00")
        self.assertEqual(rows.mapped("state"), ["paid", "paid", "scheduled"])
        self._night("2027-11-11", "process_payments")
        self.assertEqual(rows.mapped("state"), ["paid"] * 3)
        self.assertEqual(rows[2].transaction_id.token_id, tx.token_id)
        self.assertEqual(order.upfront_invoice_id.amount_residual, 0.0)

    def test_missed_days_and_short_windows(self):
        """A day the process did not run is not made up for; 0 days end tonight."""
        self._ask()
        self._night("2027-10-07", "process_payments")
        self.assertEqual(self.mail_days, ["2027-10-01", "2027-10-07"])
        self.company.continuity_authenticate_days = 0
        self.company.continuity_mail_payment_authenticate = False
        self.gate.answer = lambda _number, _content: ASKS
        program = self._create_program("ONE", [self._event_vals(self.goods_a)])
        product = self._create_parent_product(program)
        with freeze_time("2027-10-08 02:00:00"):
            order = self.order = self._create_sold_order(product).continuity_order_ids
            self._execute("create_child_orders", sale_order=order.sale_order_id)
        row = order.payment_ids
        self.assertEqual(row.authenticate_until, date(2027, 10, 8))
        self.assertEqual(order.state, "running")
        self._night("2027-10-09", "process_payments")
        self.assertEqual(order.state, "on_hold")
        self.assertEqual(len(self._get_mails()), 2, "the company sends none")

    def test_another_card_ends_it(self):
        """A new card begins anew, and is charged by the next run."""
        row = self._ask()
        with freeze_time("2027-10-02 12:00:00"):
            self.order._set_payment_token(self._create_token())
        self.assertRecordValues(
            row,
            [
                {
                    "state": "scheduled",
                    "decline_kind": False,
                    "authenticate_until": False,
                }
            ],
        )
        self._night("2027-10-03")
        self.assertEqual((row.state, self.child.state), ("paid", "sale"))
        self.assertEqual(len(self._get_mails()), 1)

    def test_asked_by_hand_the_time_goes_on(self):
        row = self._ask()
        self.gate.answer = lambda _number, _content: ASKS
        with freeze_time("2027-10-04 12:00:00"):
            row._charge(by_hand=True)
        self.assertRecordValues(
            row,
            [
                {
                    "state": "declined",
                    "attempts": 2,
                    "authenticate_until": date(2027, 10, 8),
                }
            ],
        )
        with freeze_time("2027-10-09 12:00:00"):
            row._charge(by_hand=True)
        self.assertEqual(row.authenticate_until, date(2027, 10, 16))

    def test_on_the_telephone_there_is_no_window(self):
        """At Submit the seller takes another card: nobody waits, nobody is mailed."""
        self.gate.answer = lambda _number, _content: ASKS
        product = self._create_club("CLUBC", bill_upfront=True)
        with freeze_time("2027-09-10 12:00:00"):
            quotation = self._quote(product)
            quotation.action_confirm()
        self.assertEqual(quotation.state, "draft")
        row = quotation.continuity_order_ids.payment_ids
        self.assertRecordValues(
            row, [{"state": "declined", "authenticate_until": False}]
        )
        self.assertFalse(self._get_mails())

    # === PEOPLE === #

    def test_portal_and_seller(self):
        self._ask()
        with freeze_time("2027-10-02 12:00:00"):
            amount = self.order._format(22.32)
            sentences = self.order._get_declined_text()
            self.assertEqual(
                sentences,
                [
                    (
                        f"Your bank wants to see that it is you: {amount}, due on Fri 1"
                        " Oct 2027, is not paid."
                    ),
                    "Please confirm it by Fri 8 Oct 2027.",
                ],
            )
            page = self.url_open(self.order.get_portal_url()).text
            self.assertIn("o_continuity_authenticate btn btn-primary", page)
            self.assertNotIn("o_continuity_pay_now", page)
            new_test_user(
                self.env,
                login="sca_customer",
                groups="base.group_portal",
                partner_id=self.customer.id,
            )
            self.authenticate("sca_customer", "sca_customer")
            page = self.url_open("/my/continuity").text
            self.assertIn("Your bank asks</span>", page)
            self.assertNotIn("Payment declined", page)
            self.authenticate(None, None)
            seller = self._create_user("sca_seller", SELLER)
            self.order.user_id = seller
            self.order.sale_order_id.user_id = seller
            order = self.order.with_user(seller)
            self.assertTrue(order.is_authentication_open)
            service = self.env["continuity.customer.service"].with_user(seller)
            shipments = order.shipment_ids.browse()
            actions = service._get_actions(order, shipments, shipments)
            self.assertIn("authenticate", actions)
            action = order.action_send_authenticate_link()
            self.assertIn(self.customer.email, action["params"]["message"])
            self.assertEqual(len(self._get_mails()), 2)
            self.customer.email = False
            with self.assertRaisesRegex(UserError, "no e-mail address"):
                order.action_send_authenticate_link()
        self.order._set_payment_token(self._create_token())
        with self.assertRaisesRegex(UserError, "No bank wants to see"):
            self.order.action_send_authenticate_link()

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.http")
    def test_who_has_no_link(self):
        """Strangers learn nothing; who has an old link gets a new one mailed."""
        self._ask()
        url = f"/my/continuity/{self.order.id}/authenticate"
        for token in ("", "wrong", "20991231-" + "0" * 64):
            page = self._open("2027-10-04 10:00:00", f"{url}?access_token={token}")
            self.assertNotIn("22.32", page.text)
            with self.assertRaises(JsonRpcException):
                self._press_pay("2027-10-04 10:00:00", access_token=token)
        with freeze_time("2027-08-01 12:00:00"):
            old = self.order._get_card_token()
        page = self._open("2027-10-04 10:00:00", f"{url}?access_token={old}")
        self.assertNotIn("22.32", page.text)
        self.assertIn("o_continuity_link_form", page.text)
        with freeze_time("2027-10-04 10:00:00"):
            self.url_open(
                f"/my/continuity/{self.order.id}/card/link",
                data={
                    "csrf_token": page.text.split('csrf_token" value="')[1].split('"')[
                        0
                    ],
                    "access_token": old,
                },
            )
        self.assertEqual(len(self._get_mails()), 2)

    @mute_logger("odoo.http")
    def test_browser_cannot_choose_what_is_paid(self):
        row = self._ask()
        token = self.order.payment_token_id
        for values in (
            {"flow": "token", "token_id": token.id},
            {"provider_id": self.provider.copy({"state": "disabled"}).id},
            {"partner_id": 1},
            {"sale_order_id": self.child.id},
        ):
            with self.assertRaises(JsonRpcException):
                self._press_pay("2027-10-04 10:00:00", **values)
        self.assertEqual(row.state, "declined")
        tx = self._press_pay("2027-10-04 10:00:00", amount=0.01)
        self.assertEqual(tx.amount, 22.32)


@tagged("post_install", "-at_install")
class TestBankAsks(GateCase):
    """A40, G15, G16: who asks for the customer in other words, and how often."""

    def _sell_at(self, provider, answer):
        """One charge at night, with an answer as the provider gives it."""
        words = get_provider(provider)
        self.gate.answer = lambda _number, _content: (200, {}, {})

        def send(tx):
            tx._send_api_request(
                "POST", "charge", json={"reference": tx.reference, "amount": tx.amount}
            )
            tx._process("demo", {"simulated_state": "pending", **answer})

        transactions = type(self.env["payment.transaction"])
        with (
            patch.object(PaymentTransaction, "_send_payment_request", send),
            patch.object(transactions, "_continuity_get_words", lambda _tx: words),
            freeze_time("2027-09-10 02:00:00"),
        ):
            order = self._sell()
            self._execute("process_payments", sale_order=order.sale_order_id)
        return self._rows(order)[0]

    def test_customer_who_is_not_there_is_not_waited_for(self):
        """A40: an action for the shopper on a night charge is *authenticate*."""
        page = {"authorization": {"mode": "redirect", "redirect": "https://bank"}}
        for provider, answer in (
            ("adyen", {"resultCode": "RedirectShopper", "action": {"type": "x"}}),
            ("adyen", {"resultCode": "ChallengeShopper"}),
            ("adyen", {"resultCode": "IdentifyShopper"}),
            ("flutterwave", {"status": "pending", "meta": page}),
            ("stripe", {"payment_intent": {"status": "requires_action"}}),
        ):
            with self.subTest(provider=provider, answer=answer):
                row = self._sell_at(provider, answer)
                self.assertRecordValues(
                    row,
                    [
                        {
                            "state": "declined",
                            "decline_kind": "authenticate",
                            "authenticate_until": date(2027, 9, 17),
                            "next_attempt_date": False,
                        }
                    ],
                )
                self.assertEqual(row.continuity_order_id.state, "running")
                tx = row.transaction_id
                self.assertEqual(tx.state, "error")
                # He was on the page of his bank after all
                tx._process("demo", {"simulated_state": "done"})
                tx._post_process()
                self.assertRecordValues(row, [{"state": "paid", "decline_kind": False}])

    def test_pending_without_a_wish_stays_pending(self):
        for provider, answer in (
            ("adyen", {"resultCode": "Pending"}),
            ("flutterwave", {"status": "pending"}),
            ("flutterwave", {"status": "successful", "meta": {"authorization": {}}}),
        ):
            with self.subTest(provider=provider, answer=answer):
                row = self._sell_at(provider, answer)
                self.assertEqual(row.state, "pending")

    def test_share_of_a_run(self):
        """G15: how often, per provider; above 5 % with a hint."""
        self.gate.answer = lambda number, _content: ASKS if number == 1 else PAID
        with freeze_time("2027-09-10 01:00:00"):
            self._sell_many(2)
        run = self._run_at("2027-09-10 02:00:00")
        self.assertIn(
            "Demo: the bank wants to see the customer for 1 of 2 payments (50.0 %)."
            " That is more than 5 %",
            run.message,
        )
        later = self._run_at("2027-09-11 02:00:00")
        self.assertNotIn("the bank wants", later.message or "")
        job = self.env["continuity.job.process_payments"]
        for asked, wanted, texts in ((20, 1, 1), (39, 2, 2)):
            counts = [(self.provider.id, asked, wanted)]
            with patch.object(
                type(job), "_count_authenticate", lambda *_a, c=counts: c
            ):
                self.assertEqual(len(job._get_authenticate_texts(run)), texts)
