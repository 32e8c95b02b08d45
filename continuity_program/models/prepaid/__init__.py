# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Paid in advance, and given back: up-front invoice, release, credit, refund."""

from . import (
    continuity_order_prepaid,
    continuity_shipment_line_credit,
    continuity_shipment_line_prepaid,
    sale_order_prepaid,
    sale_order_release,
    sale_order_line_release,
    account_move_credit,
    account_move_return,
    payment_transaction_refund,
    continuity_payment_double,
)
