# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import os
from datetime import timezone
from unittest.mock import patch

from odoo.tests import HttpCase, freeze_time
from odoo.tools import mute_logger

from odoo.addons.continuity_program.tests.cases.payment import PaymentCase

from tools.gate import URL
from tools.gate.client import GOOD, Client

PROVIDER = "odoo.addons.payment.models.payment_provider"
SECRET = "whsec_gate"
HOOK = "/payment/stripe/webhook"
#: Nobody listens there
NOBODY = "http://127.0.0.1:9"


class ProviderCase(PaymentCase, HttpCase):
    """Odoo's own module of a provider asks somebody on this machine, over HTTP.

    The program of the fixture: three parcels of 14.94, 22.32 and 32.85, each charged
    when its child order is made, on 2027-09-10, 10-01 and 10-22.
    """

    #: What Odoo calls the provider
    code = ""
    #: What a seller enters to use it
    provider_values = {}
    #: What is kept of a card, besides what every provider keeps
    token_values = {}
    #: Whether the books of the gate are compared at the end, in euros
    is_counted = True
    #: Cents that were paid twice, and wait for a person to be given back
    paid_twice = 0

    @classmethod
    def _setup_provider(cls):
        super()._setup_provider()
        cls.provider.state = "disabled"
        cls.provider = cls.env.ref(f"payment.payment_provider_{cls.code}").sudo()
        cls.provider.write(
            {
                "state": "test",
                "is_published": True,
                # The orders are in euros, whatever the provider takes
                "available_currency_ids": False,
                **cls.provider_values,
            }
        )
        cls.card_method = cls.env.ref("payment.payment_method_card").sudo()
        cls.card_method.active = True
        cls.provider.journal_id.inbound_payment_method_line_ids.filtered(
            lambda line: line.payment_provider_id == cls.provider
        ).payment_account_id = cls.outstanding_account

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.gate = Client(cls.code)
        with freeze_time("2027-09-10 12:00:00"):
            cls.club = cls._create_club("CLUBS")

    def setUp(self):
        super().setUp()
        self.gate.reset()
        self.enterContext(mute_logger(PROVIDER))
        self.order = self._sell_club()

    def tearDown(self):
        """Whatever happened: no money that we do not know of, none that is not there.

        What is *unknown* may be there or not.
        """
        if self.is_counted:
            self._check_money()
        super().tearDown()

    # === MONEY === #

    def _get_rows(self, *states):
        return self.env["continuity.payment"].search([("state", "in", states)])

    def _check_money(self):
        charged = sum(amount for _reference, amount in self.gate.get_money())
        sure = self._count_cents(self._get_rows("paid"))
        unsure = self._count_cents(self._get_rows("unknown", "pending"))
        charged -= self.paid_twice
        self.assertLessEqual(sure, charged)
        self.assertLessEqual(charged, sure + unsure)

    def _count_cents(self, rows):
        return round(sum(row.amount - row.amount_refunded for row in rows) * 100)

    def _get_cents(self):
        """What the gate has taken, charge by charge."""
        return [amount for _reference, amount in self.gate.get_money()]

    # === ORDERS === #

    def _create_card(self, number=GOOD):
        """A card that is stored at the provider."""
        return self._create_token(
            demo_simulated_state=False,
            payment_details=number[-4:],
            **self._get_token_values(number),
        )

    def _get_token_values(self, number):
        return self.token_values

    def _sell_club(self, number=GOOD, product=None):
        """An order of the program on a card, submitted on 2027-09-10."""
        with freeze_time("2027-09-10 12:00:00"):
            order = self._quote(product or self.club, self._create_card(number))
            order.action_confirm()
        return order.continuity_order_ids

    def _use_card(self, number):
        """Let the order be paid by another card."""
        with freeze_time("2027-09-10 12:00:00"):
            self.order._set_payment_token(self._create_card(number))

    def _night(self, moment="2027-09-10 12:00:00", *jobs):
        """The processes of one night; what they are said to have done."""
        moment = moment if " " in moment else f"{moment} 02:00:00"
        runs = self.env["continuity.run"]
        with freeze_time(moment):
            for job in jobs or ("process_payments", "create_child_orders"):
                run = self._execute(job)
                self.assertFalse(run.failed_count, run.line_ids.mapped("message"))
                runs |= run
        self.env.invalidate_all()
        return runs

    def _resolve(self, moment):
        return self._night(moment, "resolve_payments")

    @property
    def row(self):
        """The first row of the order."""
        return self.order.payment_ids.sorted("id")[:1]

    def _count_mails(self):
        return self.env["mail.mail"].search_count(
            [("recipient_ids", "in", self.customer.ids)]
        )

    def _go_to(self, url):
        """Let Odoo look for Stripe somewhere else."""
        return patch.dict(os.environ, {URL: url})


class StripeCase(ProviderCase):
    """Stripe, as localstripe plays it behind the gate."""

    code = "stripe"
    provider_values = {
        "stripe_publishable_key": "pk_test_gate",
        "stripe_secret_key": "sk_test_gate",
        "stripe_webhook_secret": SECRET,
    }

    def _get_token_values(self, number):
        customer, method = self.gate.create_card(number)
        return {"provider_ref": customer, "stripe_payment_method": method}

    # === MESSAGES === #

    def _tell(
        self,
        identity,
        kind,
        moment="2027-09-10 12:10:00",
        hook=HOOK,
        secret=SECRET,
        **values,
    ):
        """Let Stripe send a message to Odoo's own address for it.

        :return: status of each answer
        """
        self.env.flush_all()
        with freeze_time(moment) as clock, self.allow_requests(all_requests=True):
            at = int(clock().replace(tzinfo=timezone.utc).timestamp())
            url = f"{self.base_url()}{hook}"
            statuses = self.gate.notify(identity, kind, url, secret, at=at, **values)
        self.env.invalidate_all()
        return statuses

    def _get_intent(self, number=-1):
        """What Stripe calls a charge; the last one by default."""
        return self.gate.get_charges()[number]["intent"]

    def _book(self, moment="2027-09-10 12:20:00"):
        """What Odoo's own scheduled action does with what messages have brought."""
        with freeze_time(moment):
            transactions = self.env["payment.transaction"].search(
                [
                    ("provider_code", "=", "stripe"),
                    ("state", "in", ("done", "authorized", "pending", "error")),
                ]
            )
            transactions.filtered(lambda tx: not tx.is_post_processed)._post_process()
        self.env.invalidate_all()
