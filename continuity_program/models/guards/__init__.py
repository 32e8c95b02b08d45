# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What people type, by model; all else is refused, whatever the door."""

from . import (
    typed_offer,
    typed_lists,
    typed_computed,
    typed_company,
    account_move_guard,
    sale_order_guard,
    sale_order_line_guard,
    sale_order_line_prepaid_guard,
    continuity_agent,
    terms_in_use,
)
