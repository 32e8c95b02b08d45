# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What is going to be needed and to come in, and how good that was foreseen."""

from . import (
    continuity_forecast_fact,
    continuity_forecast_tail,
    continuity_forecast_money,
    continuity_forecast_rates,
    continuity_forecast_collected,
    continuity_forecast_joiners,
    continuity_forecast,
    continuity_forecast_refresh,
    continuity_forecast_line,
    continuity_forecast_why,
    continuity_rate,
    continuity_cash_line,
    continuity_forecast_check,
    continuity_program_forecast,
)
