# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Something comes late: whom it concerns, what may be done, done and undone."""

from . import (
    continuity_shipment_slot,
    continuity_late_item,
    continuity_late_item_line,
    continuity_late_item_compare,
    continuity_late_item_apply,
    continuity_late_item_background,
    continuity_late_item_undo,
)
