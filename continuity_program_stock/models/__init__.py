# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import (
    continuity_billing,
    continuity_delivery,
    continuity_order,
    continuity_shipment,
    res_company,
    sale_order,
    sale_order_line,
    stock_move,
    stock_picking,
)
