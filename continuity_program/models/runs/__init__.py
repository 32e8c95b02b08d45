# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The runs of the scheduled processes, their log, and the copied database."""

from . import (
    shutdown,
    continuity_run,
    continuity_run_again,
    continuity_run_cron,
    continuity_run_inputs,
    continuity_run_line,
    continuity_run_log,
    continuity_run_pause,
    continuity_run_progress,
    continuity_run_signal,
    continuity_run_silent,
    continuity_run_charge,
    continuity_database,
)
