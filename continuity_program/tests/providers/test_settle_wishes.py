# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""What a provider wants the customer to do, by the words of each.

Plain pytest functions: Odoo's own test runner does not collect them.
"""

import pytest

from ...billing import get_provider


def flutterwave(status, page="https://bank.example"):
    return {"status": status, "meta": {"authorization": {"redirect": page}}}


@pytest.mark.parametrize(
    ("provider", "data", "wish"),
    [
        ("stripe", {"status": "requires_action"}, "requires_action"),
        (
            "stripe",
            {"payment_intent": {"status": "requires_action"}},
            "requires_action",
        ),
        ("stripe", {"status": "succeeded"}, ""),
        ("stripe", {}, ""),
        ("adyen", {"resultCode": "RedirectShopper"}, "RedirectShopper"),
        ("adyen", {"resultCode": "ChallengeShopper"}, "ChallengeShopper"),
        ("adyen", {"resultCode": "IdentifyShopper"}, "IdentifyShopper"),
        ("adyen", {"resultCode": "Refused"}, ""),
        ("adyen", {}, ""),
        ("flutterwave", flutterwave("pending"), "redirect"),
        ("flutterwave", flutterwave("Pending validation"), "redirect"),
        ("flutterwave", flutterwave("successful"), ""),
        ("flutterwave", flutterwave("pending", page=""), ""),
        ("flutterwave", {"status": "pending"}, ""),
        ("flutterwave", {}, ""),
        # Who wants nothing of anybody
        ("demo", {"status": "requires_action"}, ""),
    ],
)
def test_wish(provider, data, wish):
    assert get_provider(provider).read_wish(data) == wish
