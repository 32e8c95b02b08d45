# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""One customer's series: what it is, how it runs, ends and is cancelled."""

from . import (
    continuity_order,
    continuity_order_end,
    continuity_order_lifecycle,
    continuity_order_obstacle,
    continuity_end_reason,
)
