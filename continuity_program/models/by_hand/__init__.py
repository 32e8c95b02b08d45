# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a person says or wants about a payment: never silent, all of a list or none."""

from . import (
    continuity_payment_fits,
    continuity_payment_charge_now,
    payment_transaction_charged_back,
    payment_transaction_gone_back,
)
