# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What all rooms stand on: seals, allow-lists, bounds, the mixins."""

from . import (
    sealed,
    request_trace,
    seller_stays,
    continuity_bounds_mixin,
    continuity_virtual_mixin,
    continuity_scope_mixin,
    typed,
    continuity_override_mixin,
    continuity_release_mixin,
    continuity_payer_mixin,
    continuity_notice_mixin,
)
