# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The payment rows: charged, billed, answered, resolved."""

from . import (
    continuity_payment,
    continuity_payment_answer,
    continuity_payment_ask,
    continuity_payment_attention,
    continuity_payment_bill,
    continuity_payment_capture,
    continuity_payment_charge,
    continuity_payment_little,
    continuity_payment_paid,
    continuity_payment_resolve,
    continuity_payment_credit,
    payment_transaction,
    payment_transaction_answer,
    payment_transaction_ended,
    payment_transaction_together,
)
