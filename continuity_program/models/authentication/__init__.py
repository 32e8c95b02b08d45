# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The bank wants to see the customer: his page, his days, the mails."""

from . import (
    continuity_payment_authenticate,
    continuity_payment_mail,
    continuity_payment_on_session,
    payment_transaction_on_session,
)
