# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The account of a claim: stored, shown, checked, and settled again by hand."""

from . import (
    continuity_balance,
    continuity_balance_check,
    continuity_balance_compare,
    continuity_balance_differ,
    continuity_balance_reason,
    continuity_balance_rest,
    continuity_balance_again,
    continuity_balance_ask_again,
    continuity_balance_card,
    continuity_balance_way,
)
