# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The other providers: Odoo's modules, unchanged, and answers of the shape of theirs.

One class for each provider. What a provider cannot do, it leaves out.
"""

from datetime import date

from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import NOBODY, ProviderCase


class RecordedCases:
    """The cases of the contract that every provider is put to."""

    #: Name of the address that is asked for the money
    charge = ""
    #: Words of the shapes that the provider has
    words = frozenset({"soft", "hard", "authenticate"})
    #: What makes an answer say another amount, and after how many others
    other_amount = None
    other_amount_skip = 0
    #: Whether the provider knows the key of a repetition
    has_key = False
    #: Whether it can be asked what became of a request, and whether one that it does
    #: not know was never made
    is_queried = False
    knows_all = False

    def setUp(self):
        """What the modules log of refusals is wanted here."""
        self.enterContext(
            mute_logger(
                f"odoo.addons.payment_{self.code}.models.payment_transaction",
                # The reasons of Mercado Pago are written down in no language
                "odoo.tools.translate",
                "odoo.addons.continuity_program.models.payments"
                ".payment_transaction_answer",
            )
        )
        super().setUp()

    def _trick(self, **values):
        self.gate.trick(on=f"POST {self.charge}", **values)

    def _count(self):
        return sum(seen["is_charge"] for seen in self.gate.get_seen(self.charge))

    def _check_state(self, state, cents, **values):
        self.assertRecordValues(self.row, [{"state": state, **values}])
        self.assertEqual(self._get_cents(), cents)

    # === YES AND NO === #

    def test_c01_charge(self):
        self._night()
        self._check_state("paid", [1494], attempts=0)
        self.assertTrue(self.row.transaction_id.provider_reference)
        self.assertEqual(self.order.child_order_ids.state, "sale")
        self._night("2027-10-01")
        self.assertEqual(self._get_cents(), [1494, 2232])

    def _decline(self, word):
        if word not in self.words:
            self.skipTest(f"{self.code} has no such answer")
        self._trick(decline=word)
        self._night()

    def test_c03_soft_decline(self):
        self._decline("soft")
        self._check_state(
            "declined",
            [],
            decline_kind="soft",
            attempts=1,
            next_attempt_date=date(2027, 9, 11),
        )
        self.assertEqual(self.order.state, "running")
        self._night("2027-09-11")
        self._check_state("paid", [1494])

    def test_c04_hard_decline(self):
        self._decline("hard")
        self._check_state(
            "declined", [], decline_kind="hard", attempts=1, next_attempt_date=False
        )
        self.assertEqual(self.order.state, "on_hold")

    def test_c05_bank_wants_to_see_the_customer(self):
        self._decline("authenticate")
        self._check_state(
            "declined",
            [],
            decline_kind="authenticate",
            authenticate_until=date(2027, 9, 17),
        )
        self.assertEqual(self.order.state, "running")

    # === NOT ASKED === #

    def test_c09_nobody_is_there(self):
        mails = self._count_mails()
        with self._go_to(NOBODY):
            self._night()
        self._check_state("scheduled", [], attempts=0, decline_kind="not_sent")
        self.assertEqual(self._count_mails(), mails)
        self._night()
        self._check_state("paid", [1494])

    def test_c10_too_many_requests(self):
        mails = self._count_mails()
        self._trick(status=429, headers={"Retry-After": "3"})
        self._night("2027-09-10 12:00:00")
        self._check_state("scheduled", [], attempts=0, decline_kind="not_sent")
        self.assertEqual(self._count_mails(), mails)
        self._night("2027-09-10 12:00:02")
        self.assertEqual(self._count(), 1)
        self._night("2027-09-10 12:00:03")
        self._check_state("paid", [1494])

    def test_c11_wrong_key(self):
        mails = self._count_mails()
        self._trick(status=401, body={"message": "Unauthorized"})
        self._night()
        self._check_state("scheduled", [], attempts=0, decline_kind="configuration")
        self.assertEqual(self._count_mails(), mails)
        self._night()
        self._check_state("paid", [1494])

    # === NO ANSWER === #

    def test_c12_server_error(self):
        self._trick(status=500)
        self._night()
        self._check_state("unknown", [], attempts=0)

    def test_c07_money_was_taken_and_the_answer_lost(self):
        """With a key it is asked again, with a list it is looked for, else a person."""
        self._trick(drop="after")
        self._night()
        self._check_state("unknown", [1494], attempts=0)
        self._resolve("2027-09-10 12:05:00")
        if self.has_key or self.is_queried:
            self._check_state("paid", [1494], attempts=0)
        else:
            self._check_state("unknown", [1494], attempts=0)
        self.assertEqual(self._count(), 2 if self.has_key else 1)

    def test_c08_money_was_not_taken_and_nobody_knows(self):
        """Nobody is asked for the money twice who could not tell a repetition."""
        self._trick(drop="before")
        self._night()
        self._check_state("unknown", [], attempts=0)
        self._resolve("2027-09-10 12:20:00")
        if self.has_key:
            self._check_state("paid", [1494])
            return
        self._check_state("scheduled" if self.knows_all else "unknown", [])
        self.assertEqual(self._count(), 1)

    def test_c27_other_amount_than_asked_for(self):
        if not self.other_amount:
            self.skipTest(f"{self.code} does not say how much it has taken")
        self._trick(edit=self.other_amount, skip=self.other_amount_skip)
        self._night()
        self._check_state("unknown", [1494], attempts=0)


@tagged("post_install", "-at_install")
class TestAdyen(RecordedCases, ProviderCase):
    code = "adyen"
    charge = "/payments"
    has_key = True
    provider_values = {
        "adyen_merchant_account": "Gate",
        "adyen_api_key": "key",
        "adyen_client_key": "client",
        "adyen_hmac_key": "00",
        "adyen_api_url_prefix": "gate",
    }
    token_values = {"provider_ref": "card", "adyen_shopper_reference": "shopper"}
    other_amount = {"amount": {"value": 1000}}


@tagged("post_install", "-at_install")
class TestWorldline(RecordedCases, ProviderCase):
    code = "worldline"
    charge = "/payments"
    has_key = True
    provider_values = {
        "worldline_pspid": "gate",
        "worldline_api_key": "key",
        "worldline_api_secret": "secret",
        "worldline_webhook_key": "key",
        "worldline_webhook_secret": "secret",
    }
    other_amount = {"payment": {"paymentOutput": {"amountOfMoney": {"amount": 1000}}}}


@tagged("post_install", "-at_install")
class TestMercadoPago(RecordedCases, ProviderCase):
    code = "mercado_pago"
    charge = "/v1/payments"
    provider_values = {
        "mercado_pago_access_token": "token",
        "mercado_pago_public_key": "key",
    }
    token_values = {"provider_ref": "card", "mercado_pago_customer_id": "customer"}
    other_amount = {"transaction_amount": 10.0}

    @classmethod
    def _setup_provider(cls):
        country = {"mercado_pago_account_country_id": cls.env.ref("base.br").id}
        cls.provider_values = {**cls.provider_values, **country}
        super()._setup_provider()


@tagged("post_install", "-at_install")
class TestXendit(RecordedCases, ProviderCase):
    code = "xendit"
    charge = "/credit_card_charges"
    words = frozenset({"soft", "hard"})
    provider_values = {
        "xendit_public_key": "key",
        "xendit_secret_key": "secret",
        "xendit_webhook_token": "token",
    }
    other_amount = {"authorized_amount": 10.0}


@tagged("post_install", "-at_install")
class TestFlutterwave(RecordedCases, ProviderCase):
    code = "flutterwave"
    charge = "/tokenized-charges"
    words = frozenset({"soft", "authenticate"})
    is_queried = knows_all = True
    provider_values = {
        "flutterwave_public_key": "key",
        "flutterwave_secret_key": "secret",
        "flutterwave_webhook_secret": "secret",
    }
    token_values = {
        "provider_ref": "card",
        "flutterwave_customer_email": "karen.berg@example.com",
    }
    other_amount = {"data": {"amount": 10.0}}


@tagged("post_install", "-at_install")
class TestRazorpay(RecordedCases, ProviderCase):
    code = "razorpay"
    charge = "/payments/create/recurring"
    words = frozenset({"soft", "hard"})
    provider_values = {
        "razorpay_key_id": "key",
        "razorpay_key_secret": "secret",
        "razorpay_webhook_secret": "secret",
    }
    token_values = {"provider_ref": "customer,token"}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.customer.write(
            {"phone": "+32 470 12 34 56", "country_id": cls.env.ref("base.be").id}
        )


@tagged("post_install", "-at_install")
class TestAuthorize(RecordedCases, ProviderCase):
    code = "authorize"
    charge = "/xml/v1/request.api"
    words = frozenset({"soft", "hard"})
    # What is not in its list may have been settled since
    is_queried = True
    provider_values = {
        "authorize_login": "login",
        "authorize_transaction_key": "key",
        "authorize_signature_key": "00",
        "authorize_client_key": "client",
    }
    token_values = {"provider_ref": "card", "authorize_profile": "profile"}
    # It is asked for the amount when the money has moved
    other_amount = {"transaction": {"authAmount": 10.0}}
    other_amount_skip = 1

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.provider.available_currency_ids = cls.company.currency_id
