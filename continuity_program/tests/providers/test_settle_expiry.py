# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Until when a card is valid, by the answer of each provider."""

from datetime import date

import pytest

from ...billing import read_expiry


def stripe(**card):
    return {"payment_method": {"type": "card", "card": card}}


def worldline(text):
    output = {"cardPaymentMethodSpecificOutput": {"card": {"expiryDate": text}}}
    return {"payment": {"paymentOutput": output}}


@pytest.mark.parametrize(
    ("code", "data", "expiry"),
    [
        ("stripe", stripe(exp_month=2, exp_year=2028), date(2028, 2, 29)),
        ("adyen", {"additionalData": {"expiryDate": "3/2030"}}, date(2030, 3, 31)),
        ("worldline", worldline("0930"), date(2030, 9, 30)),
        (
            "mercado_pago",
            {"card": {"expiration_month": 12, "expiration_year": 2031}},
            date(2031, 12, 31),
        ),
        # Not said, said otherwise, no card, or nobody knows where
        ("stripe", stripe(exp_month=13, exp_year=2028), None),
        ("stripe", stripe(exp_month=None, exp_year=2028), None),
        ("stripe", {"payment_method": "pm_1"}, None),
        ("stripe", {}, None),
        ("adyen", {"additionalData": {"expiryDate": "soon"}}, None),
        ("adyen", {"additionalData": None}, None),
        ("worldline", worldline(""), None),
        ("worldline", worldline(930), None),
        ("mercado_pago", {"card": {}}, None),
        ("xendit", {"card": {"exp_month": 2, "exp_year": 2028}}, None),
    ],
)
def test_expiry(code, data, expiry):
    assert read_expiry(code, data) == expiry
