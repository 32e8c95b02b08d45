# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a customer asks for: another date or product, a pause, several at once."""

from . import (
    continuity_shipment_change,
    continuity_shipment_bulk,
    continuity_shipment_effect,
    continuity_shipment_postpone,
    continuity_shipment_undo,
    continuity_shipment_line_add,
    continuity_shipment_line_bulk,
    continuity_shipment_line_change,
    continuity_shipment_line_swap,
    continuity_order_change,
)
