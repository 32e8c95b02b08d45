# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import (
    continuity_payment,
    payment_provider,
    payment_transaction,
    payment_transaction_dispute,
)
