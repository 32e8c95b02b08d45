# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The parameters, on the company and on their pages."""

from . import (
    continuity_parameters_mixin,
    continuity_parameters,
    res_company,
    res_company_billing,
    res_company_bounds,
    res_company_cards,
    res_company_checks,
    res_company_insight,
    res_company_notices,
    res_company_runs,
    res_company_upfront,
    res_config_settings,
    res_config_settings_charge,
    res_config_settings_differing,
)
