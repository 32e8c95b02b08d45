# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Who will not get or pay the next parcel, and why."""

from . import (
    continuity_exception,
    continuity_exception_candidate,
    continuity_exception_find,
    continuity_exception_find_company,
    continuity_exception_find_payments,
    continuity_exception_mend,
    continuity_exception_refresh,
    continuity_exception_touch,
    continuity_exception_warn,
    continuity_program_exceptions,
    continuity_shipment_exceptions,
)
