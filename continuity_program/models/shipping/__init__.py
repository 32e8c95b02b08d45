# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The shipments of a series: laid out, extended, made a child order."""

from . import (
    continuity_shipment,
    continuity_shipment_child,
    continuity_shipment_extend,
    continuity_shipment_guard,
    continuity_shipment_update,
    continuity_shipment_line,
    continuity_shipment_line_analysis,
    continuity_shipment_line_analytic,
    continuity_shipment_line_child,
    continuity_shipment_line_taxes,
    continuity_shipment_line_told,
    continuity_shipment_line_update,
    continuity_shipment_company,
    account_analytic_distribution_model,
)
