# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import (
    continuity_billing,
    continuity_delivery,
    continuity_exception,
    continuity_forecast,
    continuity_forecast_line,
    continuity_late_item,
    continuity_order,
    continuity_overview,
    continuity_parameters,
    continuity_shipment,
    mail_activity,
    res_company,
    sale_order,
    sale_order_line,
    stock_forecasted,
    stock_move,
    stock_picking,
    stock_warehouse_orderpoint,
)
