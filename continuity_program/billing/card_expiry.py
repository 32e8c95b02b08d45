# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Until when is a card valid that a provider has just stored?

Odoo's modules keep the last digits only. The answers hold more; where each provider has
it was read in its documentation, and tried against localstripe for Stripe alone.
"""

from .card_updates import last_day


def read_expiry(code, data):
    """Return the last day a stored card is valid.

    :param str code: what Odoo calls the provider
    :param dict data: the answer the card is made of, as Odoo's module works on it
    :return: None where it is not said, or cannot be read
    :rtype: date | None
    """
    reader = READERS.get(code)
    try:
        return reader and last_day(*reader(data))
    except (AttributeError, KeyError, TypeError, ValueError):
        # It is of another shape: the customer is asked
        return None


def _read_stripe(data):
    card = data["payment_method"]["card"]
    return card["exp_year"], card["exp_month"]


def _read_adyen(data):
    """Read 3/2030."""
    month, year = data["additionalData"]["expiryDate"].split("/")
    return year, month


def _read_worldline(data):
    """Read 0330."""
    output = data["payment"]["paymentOutput"]["cardPaymentMethodSpecificOutput"]
    text = output["card"]["expiryDate"]
    return f"20{text[2:]}", text[:2]


def _read_mercado_pago(data):
    card = data["card"]
    return card["expiration_year"], card["expiration_month"]


READERS = {
    "adyen": _read_adyen,
    "mercado_pago": _read_mercado_pago,
    "stripe": _read_stripe,
    "worldline": _read_worldline,
}
