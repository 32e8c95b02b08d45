# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What the seller enters, is told and reads aloud: plan, prices, sentences."""

from . import (
    continuity_order_planning,
    continuity_order_wizard,
)
