# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What is sold: programs, events, intervals, payment schedules, products."""

from . import (
    continuity_date_interval,
    continuity_payment_schedule,
    continuity_payment_schedule_line,
    continuity_program,
    continuity_program_actions,
    continuity_program_check,
    continuity_program_guard,
    continuity_program_log,
    continuity_program_planning,
    continuity_program_update,
    continuity_event,
    continuity_event_line,
    product_template,
    product_product,
    product_combo_item,
)
