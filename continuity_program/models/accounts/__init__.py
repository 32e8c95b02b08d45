# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What accounts are made of: rows, rests, covers, and which money pays what."""

from . import (
    continuity_order_account,
    continuity_payment_rows,
    continuity_payment_cover,
    continuity_payment_share,
    continuity_payment_match,
    account_move_rest,
    account_move_line_payment,
    account_payment_match,
    continuity_billing_touch,
)
