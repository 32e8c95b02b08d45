# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What a provider says of a stored card that has changed by itself.

The formats of two providers, with the way each signs what it sends. Nothing is believed
that is not signed.
"""

import base64
import binascii
import calendar
import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

#: A signature that names its moment is good for so long
SIGNED_SECONDS = 600


@dataclass(frozen=True, slots=True)
class CardUpdate:
    """A message about one stored card.

    :param str key: of the message: each is taken once
    :param str reference: what the provider calls the stored card
    :param bool is_gone: it cannot be charged any more
    :param date expiry: the last day it is valid now; None = not said
    :param str digits: its last digits now; empty = not said
    """

    key: str
    reference: str
    is_gone: bool = False
    expiry: date | None = None
    digits: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """How the messages of a provider are read.

    :param str secret: field of the provider the secret of the signature stands in
    :param str token: field of the stored card its reference stands in
    :param str header: of HTTP, that carries the signature
    :param Callable is_signed: gets body, signature, secret and the moment in seconds
    :param Callable read: gets the message; returns an update, or None
    """

    secret: str
    token: str
    header: str
    is_signed: Callable
    read: Callable


# === SIGNATURES === #


def is_stripe_signed(body, signature, secret, now):
    """Check ``t=…,v1=…``: an HMAC over the moment and the body.

    :param bytes body: as it came
    :param str signature: of the header
    :param str secret: shared with Stripe
    :param float now: this moment, in seconds since 1970
    :rtype: bool
    """
    parts = [part.split("=", 1) for part in signature.split(",") if "=" in part]
    moments = [
        value
        for name, value in parts
        if name == "t" and value.isascii() and value.isdecimal() and len(value) <= 12
    ]
    if not moments or abs(now - int(moments[0])) > SIGNED_SECONDS:
        return False
    signed = moments[0].encode() + b"." + body
    expected = hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
    return any(
        name == "v1" and hmac.compare_digest(value.encode(), expected.encode())
        for name, value in parts
    )


def is_adyen_signed(body, signature, secret, _now):
    """Check an HMAC over the whole body, with a key in hexadecimal digits.

    :param bytes body: as it came
    :param str signature: of the header
    :param str secret: shared with Adyen
    :rtype: bool
    """
    try:
        key = binascii.a2b_hex(secret)
    except (binascii.Error, ValueError):
        return False
    expected = base64.b64encode(hmac.new(key, body, hashlib.sha256).digest())
    return hmac.compare_digest(signature.encode(), expected)


# === MESSAGES === #


def read_stripe(message):
    """Read an event of Stripe about a payment method.

    :param dict message: the event
    :rtype: CardUpdate | None
    """
    kind = message.get("type")
    content = message.get("data", {}).get("object", {})
    key, reference = message.get("id"), content.get("id")
    if not (isinstance(key, str) and isinstance(reference, str)):
        return None
    if kind == "payment_method.detached":
        return CardUpdate(key, reference, is_gone=True)
    if kind not in ("payment_method.automatically_updated", "payment_method.updated"):
        return None
    card = content.get("card") or {}
    return CardUpdate(
        key,
        reference,
        expiry=last_day(card.get("exp_year"), card.get("exp_month")),
        digits=_digits(card.get("last4")),
    )


def read_adyen(message):
    """Read a message of Adyen about a stored payment method.

    :param dict message: the message
    :rtype: CardUpdate | None
    """
    kind = message.get("type")
    content = message.get("data", {})
    reference = content.get("storedPaymentMethodId")
    key = message.get("eventId") or f"{reference} {kind} {message.get('createdAt')}"
    if not isinstance(reference, str):
        return None
    if kind == "recurring.token.disabled":
        return CardUpdate(key, reference, is_gone=True)
    if kind != "recurring.token.updated":
        return None
    card = content.get("card") or content
    return CardUpdate(
        key,
        reference,
        expiry=last_day(card.get("expiryYear"), card.get("expiryMonth")),
        digits=_digits(card.get("lastFour")),
    )


def last_day(year, month):
    """Return the last day of a month, or None where it is no month.

    :param year: as a provider writes it, number or text
    :param month: likewise
    :rtype: date | None
    """
    try:
        year, month = int(year), int(month)
        return date(year, month, calendar.monthrange(year, month)[1])
    except (TypeError, ValueError):
        return None


def _digits(text):
    return text if isinstance(text, str) and text.isdecimal() else ""


SOURCES = {
    "stripe": Source(
        "stripe_webhook_secret",
        "stripe_payment_method",
        "Stripe-Signature",
        is_stripe_signed,
        read_stripe,
    ),
    "adyen": Source(
        "adyen_hmac_key", "provider_ref", "HmacSignature", is_adyen_signed, read_adyen
    ),
}
