# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import (
    continuity_forecast,
    purchase_order,
    purchase_order_line,
    sale_order,
    stock_move,
)
