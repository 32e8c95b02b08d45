# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from urllib.parse import urlsplit

from odoo.tests import JsonRpcException, freeze_time, new_test_user, tagged

from odoo.addons.continuity_program.tests.common import SELLER

from tools.gate.client import ASKS, GOOD

from .common import StripeCase

SUCCEEDED = "payment_intent.succeeded"
DAY = "2027-09-11"
#: Asks for its owner, and is refused all the same
ASKS_AND_REFUSED = "4000008260003178"


@tagged("post_install", "-at_install")
class TestStripeBank(StripeCase):
    """The card that is stored, before the eyes of its bank: nothing is typed."""

    def setUp(self):
        super().setUp()
        self._ask_for_customer()

    def _ask_for_customer(self, number=ASKS):
        self._use_card(number)
        self._night()
        self.assertEqual(self.row.decline_kind, "authenticate")
        self.card = self.order.payment_token_id
        self.before = len(self.gate.get_seen())

    # === HELPERS === #

    def _open(self, hour="10:00"):
        with freeze_time(f"{DAY} {hour}:00"):
            return self.url_open(self.order._get_authenticate_url()).text

    def _press(self, hour="10:00", page=None):
        """Press the button; where the browser is sent to, or what it shows."""
        page = page or self._open(hour)
        with freeze_time(f"{DAY} {hour}:00"):
            answer = self.url_open(
                f"/my/continuity/{self.order.id}/authenticate/card",
                data={
                    "csrf_token": page.split('csrf_token: "')[1].split('"')[0],
                    "access_token": self.order._get_card_token(),
                },
                allow_redirects=False,
            )
        self.env.invalidate_all()
        return answer.headers.get("Location") or answer.text

    def _return(self, url, hour="10:02"):
        """The bank sends the browser back, and the page asks what became of it."""
        parts = urlsplit(url)
        self.assertEqual(parts.path, "/payment/stripe/return")
        with freeze_time(f"{DAY} {hour}:00"):
            self.opener.get(
                f"{self.base_url()}{parts.path}?{parts.query}", allow_redirects=False
            )
            self.make_jsonrpc_request("/payment/status/poll", {})
        self.env.invalidate_all()

    def _get_asked(self):
        """The requests for money since the night."""
        return self.gate.get_seen()[self.before :]

    def _check_paid(self, tx):
        self.assertRecordValues(
            self.row,
            [
                {
                    "state": "paid",
                    "transaction_id": tx.id,
                    "decline_kind": False,
                    "attempts": 1,
                }
            ],
        )
        self.assertEqual(self.gate.get_money(), [(tx.reference, 1494)])
        self.assertEqual(tx.payment_id.amount, 14.94)
        self.assertEqual(self.order.child_order_ids.state, "sale")
        self.assertEqual(self.order.state, "running")
        self.assertEqual(self.order.payment_token_id, self.card)
        self.assertTrue(self.card.active)

    def _check_waits_for_customer(self):
        self.assertRecordValues(
            self.row,
            [{"state": "declined", "decline_kind": "authenticate", "attempts": 1}],
        )
        self.assertTrue(self.card.active, "it is his, and good")
        self.assertEqual(self._get_cents(), [])

    # === HE CONFIRMS === #

    def test_one_button(self):
        page = self._open()
        self.assertIn("3184", page)
        self.assertIn("14.94", page)
        self.assertIn("o_continuity_bank_card", page)
        bank = self._press()
        self.assertTrue(bank.startswith(f"{self.gate.url}/bank/pi_"), bank)
        tx = self.row.transaction_id
        self.assertRecordValues(
            tx,
            [
                {
                    "state": "draft",
                    "operation": "online_token",
                    "token_id": self.card.id,
                    "amount": 14.94,
                    "tokenize": False,
                    "continuity_on_session": True,
                    "continuity_decline_kind": False,
                }
            ],
        )
        self.assertEqual(self.row.state, "processing")
        self.assertEqual(self._get_cents(), [])
        self._return(self.gate.visit_bank(bank, "confirm"))
        self._check_paid(tx)
        with freeze_time(f"{DAY} 10:03:00"):
            done = self.url_open(tx.landing_route).text
        self.assertIn("o_continuity_authenticated", done)
        self.assertNotIn("o_continuity_authenticate_others", done)
        self.assertIn("nothing_to_pay", self._open("10:04"))
        self._night("2027-09-12")
        self.assertEqual(self._get_cents(), [1494])

    def test_by_message_only(self):
        """He closes the window at his bank: Stripe tells that he has paid."""
        bank = self._press()
        tx = self.row.transaction_id
        self.gate.visit_bank(bank, "confirm")
        self._tell(tx.provider_reference, SUCCEEDED, f"{DAY} 10:01:00", times=2)
        self._book(f"{DAY} 10:12:00")
        self._check_paid(tx)

    def test_bank_asks_nothing_this_time(self):
        """The card is good by now: it is paid at once."""
        self.card.stripe_payment_method = self._get_token_values(GOOD)[
            "stripe_payment_method"
        ]
        landing = self._press()
        tx = self.row.transaction_id
        self.assertEqual(urlsplit(landing).path, tx.landing_route)
        self._check_paid(tx)

    # === HE DOES NOT === #

    def test_he_says_no_and_then_yes(self):
        bank = self._press()
        first = self.row.transaction_id
        self._return(self.gate.visit_bank(bank, "refuse"))
        self._check_waits_for_customer()
        self.assertEqual(first.state, "error")
        self.assertIn("o_continuity_bank_card", self._open("10:05"))
        bank = self._press("10:05")
        second = self.row.transaction_id
        self.assertNotEqual(first, second)
        self._return(self.gate.visit_bank(bank, "confirm"), "10:06")
        self._check_paid(second)

    def test_he_said_no_in_a_window_that_is_closed(self):
        """Nobody has told Odoo: his next press asks Stripe, and begins anew."""
        self.gate.visit_bank(self._press(), "refuse")
        bank = self._press("10:01")
        self.assertIn("/bank/pi_", bank)
        self._return(self.gate.visit_bank(bank, "confirm"))
        self._check_paid(self.row.transaction_id)
        self.assertEqual(len(self._get_asked()), 2)

    def test_refused_although_it_is_he(self):
        self.card.stripe_payment_method = self._get_token_values(ASKS_AND_REFUSED)[
            "stripe_payment_method"
        ]
        self._return(self.gate.visit_bank(self._press(), "confirm"))
        self._check_waits_for_customer()

    def test_window_over(self):
        """Half an hour: it is cancelled at Stripe, and cannot be paid any more."""
        bank = self._press()
        first = self.row.transaction_id
        self._resolve(f"{DAY} 10:29:00")
        self.assertEqual(self.row.state, "processing")
        self._resolve(f"{DAY} 10:31:00")
        self._check_waits_for_customer()
        self.assertEqual(first.state, "cancel")
        self.assertIn("Nothing waits", self._read_bank(bank))
        self._return(self.gate.visit_bank(self._press("10:40"), "confirm"), "10:41")
        self._check_paid(self.row.transaction_id)

    def test_window_over_and_he_has_paid(self):
        """Nobody has told: Stripe is asked when the time is over."""
        self.gate.visit_bank(self._press(), "confirm")
        tx = self.row.transaction_id
        self._resolve(f"{DAY} 10:31:00")
        self._book(f"{DAY} 10:32:00")
        self._check_paid(tx)

    def test_window_over_and_stripe_is_silent(self):
        """Nobody knows: it is asked for until Stripe answers, and never twice."""
        self.gate.visit_bank(self._press(), "confirm")
        tx = self.row.transaction_id
        with self._go_to("http://127.0.0.1:9"):
            self._resolve(f"{DAY} 10:31:00")
        self.assertEqual(self.row.state, "unknown")
        # The same request gets the same answer: he is at his bank
        self._resolve(f"{DAY} 11:01:00")
        self.assertEqual(self.row.state, "processing")
        self._resolve(f"{DAY} 11:06:00")
        self._book(f"{DAY} 11:07:00")
        self._check_paid(tx)

    def test_time_of_the_customer_is_over(self):
        """Days later the order is on hold; the button still pays, and frees it."""
        for day in range(12, 20):
            self._night(f"2027-09-{day}", "process_payments")
        self.assertEqual(self.order.state, "on_hold")
        self._return(self.gate.visit_bank(self._press("23:00"), "confirm"), "23:01")
        self._check_paid(self.row.transaction_id)

    def _read_bank(self, url):
        return self.opener.get(url).text

    # === TWICE === #

    def test_two_windows(self):
        """The second one is led to the same page: one payment."""
        pages = [self._open(), self._open()]
        first, second = (self._press(page=page) for page in pages)
        self.assertEqual(first, second)
        self._return(self.gate.visit_bank(first, "confirm"))
        self._check_paid(self.row.transaction_id)
        self.assertEqual(len(self._get_asked()), 1)
        # The old page is pressed once more
        self.assertIn("/authenticate?access_token=", self._press("10:05", pages[1]))
        self.assertEqual(len(self._get_asked()), 1)

    def test_another_card_is_typed_meanwhile(self):
        """What waits at the bank is cancelled first: it cannot be paid, too."""
        bank = self._press()
        first = self.row.transaction_id
        processing = self._press_form("10:05")
        self.assertEqual(first.state, "cancel")
        self.assertIn("Nothing waits", self._read_bank(bank))
        intent = processing["client_secret"].partition("_secret_")[0]
        self.gate.pay(intent, GOOD)
        self._tell(intent, SUCCEEDED, f"{DAY} 10:06:00")
        self._book(f"{DAY} 10:07:00")
        self.assertEqual(self.row.state, "paid")
        self.assertEqual(self.gate.get_money(), [(processing["reference"], 1494)])

    def test_another_card_is_typed_after_it_was_paid(self):
        """Odoo has not heard of it: nothing is left to pay."""
        self.gate.visit_bank(self._press(), "confirm")
        with (
            self.assertLogs("odoo.http", "WARNING") as log,
            self.assertRaises(JsonRpcException),
        ):
            self._press_form("10:05")
        self.assertIn("Nothing is left to pay", log.output[0])
        self._tell(self._get_intent(), SUCCEEDED, f"{DAY} 10:06:00")
        self._book(f"{DAY} 10:07:00")
        self._check_paid(self.row.transaction_id)

    def _press_form(self, hour):
        """What the form for another card sends."""
        with freeze_time(f"{DAY} {hour}:00"):
            processing = self.make_jsonrpc_request(
                f"/my/continuity/{self.order.id}/authenticate/transaction",
                {
                    "provider_id": self.provider.id,
                    "payment_method_id": self.card_method.id,
                    "token_id": None,
                    "amount": None,
                    "flow": "direct",
                    "tokenization_requested": True,
                    "landing_route": "/somewhere",
                    "is_validation": False,
                    "access_token": self.order._get_card_token(),
                },
            )
        self.env.invalidate_all()
        return processing

    # === THE LINE BREAKS === #

    def test_answer_is_lost(self):
        """Stripe has it, and waits: the same request leads to the same page."""
        self.gate.trick(drop="after")
        landing = self._press()
        tx = self.row.transaction_id
        self.assertEqual(urlsplit(landing).path, tx.landing_route)
        self.assertEqual(self.row.state, "unknown")
        with freeze_time(f"{DAY} 10:01:00"):
            done = self.url_open(tx.landing_route).text
        self.assertIn("o_continuity_no_answer", done)
        self.assertNotIn("Try again", done)
        self._resolve(f"{DAY} 10:06:00")
        self.assertEqual(self.row.state, "processing")
        bank = self._press("10:07")
        self._return(self.gate.visit_bank(bank, "confirm"), "10:08")
        self._check_paid(tx)
        self.assertEqual(len({one["key"] for one in self._get_asked()}), 1)

    def test_nobody_there(self):
        """Nothing was sent: he may try again at once."""
        page = self._open()
        with self._go_to("http://127.0.0.1:9"):
            self._press(page=page)
        self._check_waits_for_customer()
        self._return(self.gate.visit_bank(self._press("10:03"), "confirm"), "10:04")
        self._check_paid(self.row.transaction_id)

    def test_stripe_refuses_our_key(self):
        self.gate.trick(status=401, body={"error": {"message": "Invalid API Key"}})
        self._press()
        self._check_waits_for_customer()

    def test_page_of_the_bank_is_not_known(self):
        """It is asked for once more; until then he is told so."""
        bank = self._press()
        with self._go_to("http://127.0.0.1:9"):
            self.assertIn("cannot be reached", self._press("10:02", self._open()))
        self.assertEqual(self._press("10:03"), bank)

    # === WHO MAY === #

    def test_seller_is_offered_the_form_only(self):
        """His customer has to be there himself."""
        new_test_user(self.env, "sven.stripe", groups=SELLER)
        self.authenticate("sven.stripe", "sven.stripe")
        page = self._open()
        self.assertNotIn("o_continuity_bank_card", page)
        self.assertNotIn("/bank/", self._press(page=page))
        self.assertEqual(self._get_asked(), [])

    def test_link_of_nobody(self):
        page = self._open()
        with freeze_time(f"{DAY} 10:00:00"):
            answer = self.url_open(
                f"/my/continuity/{self.order.id}/authenticate/card",
                data={
                    "csrf_token": page.split('csrf_token: "')[1].split('"')[0],
                    "access_token": "x" * 40,
                },
                allow_redirects=False,
            )
        self.assertEqual(urlsplit(answer.headers["Location"]).path, "/my")
        self.assertEqual(self._get_asked(), [])

    def test_card_that_cannot_be_charged_any_more(self):
        """Another one is asked for; the old page is refused in a sentence."""
        page = self._open()
        self.card.active = False
        self.assertNotIn("o_continuity_bank_card", self._open())
        self.assertIn("cannot be charged any more", self._press(page=page))
        self.assertEqual(self._get_asked(), [])
        self._check_money()

    def test_too_many_tries(self):
        """As many as of cards that are typed; what is gone on with is no try."""
        self.order.company_id.continuity_card_failures_order = 2
        for hour in ("10:00", "10:10"):
            self._return(self.gate.visit_bank(self._press(hour), "refuse"), hour)
        page = self._open("10:20")
        self.assertIn("o_continuity_card_refusal", page)
