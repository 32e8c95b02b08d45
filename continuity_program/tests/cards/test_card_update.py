# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import base64
import hashlib
import hmac
import json
from datetime import date, datetime
from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import HttpCase, freeze_time, tagged
from odoo.tools import mute_logger

from ...billing import get_provider
from ...billing.card_updates import (
    SOURCES,
    CardUpdate,
    Source,
    is_adyen_signed,
    is_stripe_signed,
    read_adyen,
    read_stripe,
)
from ..cases.gate import GateCase
from .authenticate_case import PAID

SECRET = "whsec_of_the_test"
KEY = "44782def547aaa06c910c43932b1eb0c71fc68d9d0c057550c48ec2acf6ba056"
EXPIRED = (402, {}, {"error": {"code": "expired_card"}})
LOG = "odoo.addons.continuity_program.models.cards.payment_token_update"


def sign_stripe(body, moment, secret=SECRET):
    """Sign like Stripe: docs.stripe.com/webhooks, read on 2026-11-28."""
    stamp = int(moment.timestamp())
    text = f"{stamp}.".encode() + body
    return f"t={stamp},v1={hmac.new(secret.encode(), text, hashlib.sha256).hexdigest()}"


def event(kind, key="evt_1", reference="card of the test", **card):
    return {
        "id": key,
        "type": f"payment_method.{kind}",
        "data": {"object": {"id": reference, "card": card}},
    }


@tagged("post_install", "-at_install")
class TestCardUpdate(GateCase, HttpCase):
    """G17–G20: cards that change by themselves."""

    def setUp(self):
        super().setUp()
        self.provider.continuity_card_secret = SECRET
        stripe = SOURCES["stripe"]
        # The demo provider has neither Stripe's secret nor its reference
        source = Source(
            "no_field", "provider_ref", stripe.header, stripe.is_signed, stripe.read
        )
        self.startPatcher(
            patch.object(
                type(self.provider),
                "_continuity_get_card_sources",
                lambda _provider: {"demo": source},
            )
        )
        self.mails = "your card expires soon"
        self.club = self._create_club("CLUBU")

    def _send(self, message, moment, secret=SECRET, code="demo", signed_at=None):
        body = json.dumps(message).encode()
        signature = sign_stripe(body, signed_at or moment, secret)
        with freeze_time(moment), patch(f"{LOG}.time.time", moment.timestamp):
            answer = self.url_open(
                f"/payment/continuity/card_update/{code}",
                data=body,
                headers={
                    "Content-Type": "application/json",
                    "Stripe-Signature": signature,
                },
            )
        self.env.invalidate_all()
        self.assertEqual(answer.status_code, 200)
        self.assertEqual(answer.text, '""')

    def _sell_club(self, token):
        with freeze_time("2027-09-10 12:00:00"):
            order = self._quote(self.club, token)
            order.action_confirm()
        return order.continuity_order_ids

    def _night(self, day):
        for job in ("process_payments", "create_child_orders"):
            run = self._run_at(f"{day} 22:00:00", job)
            self.assertFalse(run.failed_count, run.line_ids.mapped("message"))

    def _count_warnings(self):
        return self.env["mail.mail"].search_count([("subject", "like", self.mails)])

    def _row(self, order, number):
        return order.payment_ids.filtered(lambda r: r.shipment_id.number == number)

    def test_renewed_in_time(self):
        """A43: warned on 09-11, renewed on 09-25, charged on 10-01."""
        token = self._create_token(expiry=date(2027, 9, 30), provider_ref="pm_43")
        order = self._sell_club(token)
        self._run_at("2027-09-10 22:00:00", "create_child_orders")
        self.assertEqual(self._count_warnings(), 0)
        self._night("2027-09-11")
        self.assertEqual(self._count_warnings(), 1)
        card_activity = "continuity_program.mail_activity_card_expired"
        self.assertTrue(order.activity_search([card_activity]))
        renewed = event(
            "automatically_updated", "evt_43", "pm_43", exp_month=9, exp_year=2031
        )
        self._send(renewed, datetime(2027, 9, 25, 3))
        self.assertEqual(token.expiry_date, date(2031, 9, 30))
        self.assertFalse(order.activity_search([card_activity]))
        noted = order.message_ids.filtered(lambda m: "has renewed" in (m.body or ""))
        self.assertEqual(len(noted), 1)
        self.assertIn("09/31", noted.body)
        for day in ("2027-09-26", "2027-10-01", "2027-10-02"):
            self._night(day)
        self.assertEqual(self._count_warnings(), 1)
        self.assertRecordValues(
            self._row(order, 2), [{"state": "paid", "amount": 22.32}]
        )
        self.assertEqual(self._row(order, 2).requested_at.date(), date(2027, 10, 1))

    def test_renewed_too_late(self):
        """A44: expired on 10-01, hold; event on 10-03; charged in the run of 10-04."""
        token = self._create_token(provider_ref="pm_44")
        other = self._create_token(provider_ref="pm_45")
        order, lost = self._sell_club(token), self._sell_club(other)
        self._night("2027-09-10")
        stolen = (402, {}, {"error": {"code": "stolen_card"}})
        answers = {order.id: EXPIRED, lost.id: stolen}

        def answer(_number, content):
            return answers[int(content["reference"][2:].split("-")[0])]

        self.gate.answer = answer
        self._night("2027-10-01")
        for one in (order, lost):
            self.assertEqual(one.state, "on_hold")
            self.assertRecordValues(
                self._row(one, 2), [{"state": "declined", "decline_kind": "hard"}]
            )
        renewed = {"exp_month": 9, "exp_year": 2037, "last4": "1881"}
        moment = datetime(2027, 10, 3, 9)
        self._send(event("updated", "evt_44", "pm_44", **renewed), moment)
        self._send(event("updated", "evt_45", "pm_45", **renewed), moment)
        self.assertEqual((token.payment_details, order.state), ("1881", "running"))
        self.assertRecordValues(
            self._row(order, 2),
            [{"state": "scheduled", "attempts": 0, "decline_kind": False}],
        )
        # Stolen is stolen
        self.assertEqual(lost.state, "on_hold")
        self.assertEqual(self._row(lost, 2).state, "declined")
        self.gate.answer = lambda _number, _content: PAID
        self._night("2027-10-04")
        self.assertEqual(self._row(order, 2).state, "paid")
        self.assertEqual(order.child_order_ids.mapped("state"), ["sale", "sale"])

    @mute_logger(LOG)
    def test_once_signed_and_known(self):
        """Wrong signature, old, unknown, twice: 200 without an effect."""
        token = self._create_token(expiry=date(2027, 9, 30), provider_ref="pm_46")
        order = self._sell_club(token)
        moment = datetime(2027, 9, 25, 3)
        message = event("updated", "evt_46", "pm_46", exp_month=9, exp_year=2031)
        self._send(message, moment, secret="another")
        self._send(message, moment, signed_at=datetime(2027, 9, 25, 2, 49, 59))
        self._send(message, moment, code="adyen")
        self._send(message, moment, code="nothing")
        self._send([1], moment)
        self._send(event("attached", "evt_47", "pm_46", exp_year=2031), moment)
        self._send(event("detached", "evt_48", "pm_other"), moment)
        self.assertEqual(token.expiry_date, date(2027, 9, 30))
        self.assertTrue(token.active)
        self._send(message, moment, signed_at=datetime(2027, 9, 25, 2, 50))
        self.assertEqual(token.expiry_date, date(2031, 9, 30))
        token.expiry_date = date(2028, 9, 30)
        self._send(message, moment)
        self.assertEqual(token.expiry_date, date(2028, 9, 30), "each is taken once")
        # Another account of the provider has the card of the same name
        company = self.env["res.company"].create({"name": "Sister"})
        self.provider.copy(
            {
                "company_id": company.id,
                "continuity_card_secret": "S2",
                "name": "Sister",
                "state": "test",
            }
        )
        self._send(event("detached", "evt_49", "pm_46"), moment, secret="S2")
        self.assertTrue(token.active)
        self._send(event("detached", "evt_49", "pm_46"), moment)
        self.assertFalse(token.active)
        self.assertTrue(
            order.message_ids.filtered(lambda m: "has removed" in (m.body or ""))
        )
        with freeze_time("2027-10-26 00:00:00"):
            self.env["continuity.card.message"]._gc_messages()
        self.assertFalse(self.env["continuity.card.message"].search([]))

    def test_renewed_without_a_date(self):
        """A card that works again, and nobody says until when: unknown."""
        token = self._create_token(expiry=date(2027, 9, 30))
        order = self._sell_club(token)
        update = CardUpdate("e", "r", digits="4242")
        with freeze_time("2027-09-30 12:00:00"):
            token._continuity_follow(update)
            self.assertEqual(token.expiry_date, date(2027, 9, 30))
        with freeze_time("2027-10-01 12:00:00"):
            token._continuity_follow(update)
        self.assertFalse(token.expiry_date)
        self.assertEqual(order.payment_token_id, token)

    def test_expired_cards_are_tried(self):
        """G20: never; once, where the provider renews them; always."""
        token = self._create_token(expiry=date(2027, 9, 30))
        order = self._sell_club(token)
        self._night("2027-09-10")
        self._night("2027-10-01")
        self.assertFalse(self._row(order, 2), "the demo provider renews none")
        renewing = patch.object(get_provider("demo").__class__, "renews_cards", True)
        for policy, answer, state, asked in (
            ("never", PAID, None, 1),
            ("once", (402, {}, {"error": {"code": "card_declined"}}), "declined", 2),
            ("once", PAID, "declined", 2),
            ("always", PAID, "paid", 3),
        ):
            with self.subTest(policy=policy, answer=answer[0]), renewing:
                self.company.continuity_try_expired = policy
                self.gate.answer = lambda _number, _content, answer=answer: answer
                day = f"2027-10-{10 + asked + (answer == PAID):02}"
                self._night(day)
                row = self._row(order, 2)
                self.assertEqual(row.state if row else None, state)
                self.assertEqual(len(self.gate.asked), asked)
        with freeze_time("2027-10-20 12:00:00"):
            quotation = self._create_order(self.instalments)
            quotation.continuity_order_ids.write(
                {"payment_method": "card", "payment_token_id": token.id}
            )
            # Whoever takes a card takes a good one
            with self.assertRaisesRegex(UserError, "not valid on"):
                quotation.action_confirm()


@tagged("post_install", "-at_install")
class TestCardMessages(GateCase):
    """What is signed, and what is said: no database is needed for it."""

    def test_signatures(self):
        body = b'{"id":"evt"}'
        now = datetime(2027, 9, 25, 3).timestamp()
        good = sign_stripe(body, datetime(2027, 9, 25, 3))
        for signature, seconds, expected in (
            (good, 0, True),
            (good, 600, True),
            (good, 601, False),
            (good, -601, False),
            (f"v0=x,{good},v1=old", 0, True),
            (good.replace("v1=", "v0="), 0, False),
            (good.replace("t=", "t=1"), 0, False),
            ("", 0, False),
            ("t=,v1=", 0, False),
            ("t=²,v1=é", 0, False),
        ):
            with self.subTest(signature=signature, seconds=seconds):
                answer = is_stripe_signed(body, signature, SECRET, now + seconds)
                self.assertEqual(answer, expected)
        self.assertFalse(is_stripe_signed(body + b" ", good, SECRET, now))
        digest = hmac.new(bytes.fromhex(KEY), body, hashlib.sha256).digest()
        signature = base64.b64encode(digest).decode()
        self.assertTrue(is_adyen_signed(body, signature, KEY, now))
        self.assertFalse(is_adyen_signed(body, signature, KEY[2:], now))
        self.assertFalse(is_adyen_signed(body, "é", KEY, now))
        self.assertFalse(is_adyen_signed(body, signature, "no key", now))

    def test_messages(self):
        stored = {"storedPaymentMethodId": "M5N7TQ4TG5PFWR50", "shopperReference": "S"}
        adyen = {"eventId": "QBQQ9DLNRHHKGK38", "data": stored}
        for read, message, expected in (
            (
                read_stripe,
                event("updated", exp_month=2, exp_year=2028, last4="4242"),
                CardUpdate(
                    "evt_1",
                    "card of the test",
                    expiry=date(2028, 2, 29),
                    digits="4242",
                ),
            ),
            (
                read_stripe,
                event("automatically_updated", exp_month=13, exp_year=2028, last4=4),
                CardUpdate("evt_1", "card of the test"),
            ),
            (read_stripe, {"type": "payment_method.updated"}, None),
            (read_stripe, event("attached"), None),
            (
                read_adyen,
                {"type": "recurring.token.updated", **adyen},
                CardUpdate("QBQQ9DLNRHHKGK38", "M5N7TQ4TG5PFWR50"),
            ),
            (
                read_adyen,
                {"type": "recurring.token.disabled", **adyen},
                CardUpdate("QBQQ9DLNRHHKGK38", "M5N7TQ4TG5PFWR50", is_gone=True),
            ),
            (read_adyen, {"type": "recurring.token.created", **adyen}, None),
            (read_adyen, {"type": "recurring.token.updated"}, None),
        ):
            with self.subTest(message=message):
                self.assertEqual(read(message), expected)
