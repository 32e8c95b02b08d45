# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import (
    continuity_customer_search,
    continuity_event,
    continuity_order,
    continuity_shipment,
    sale_order,
    stock_picking,
    stock_picking_tracking,
)
