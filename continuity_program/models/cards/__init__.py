# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The cards, who pays with them, and the links that ask for one."""

from . import (
    payment_token,
    payment_token_check,
    payment_token_label,
    payment_transaction_card,
    payment_transaction_reference,
    continuity_order_billing,
    continuity_order_card_page,
    sale_order_capture,
    continuity_card_message,
    payment_token_update,
)
