# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What owner, buyer and marketer decide with: who stays, what a member is worth."""

from . import (
    continuity_shipment_line_cost,
    continuity_program_value,
    continuity_acquisition_cost,
    continuity_fact,
    continuity_fact_continued,
    continuity_fact_count,
    continuity_fact_worth,
    continuity_retention,
    continuity_retention_refresh,
    continuity_save,
    continuity_end_reason_offer,
    continuity_value,
    continuity_value_refresh,
)
