# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What orders, books and payments say about the money of a claim."""

from . import (
    continuity_billing,
    continuity_billing_setting,
    continuity_billing_orders,
    continuity_billing_books,
    continuity_billing_payments,
    continuity_billing_reach,
)
