# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import (
    test_called_off,
    test_no_warehouse,
    test_return,
    test_stock_demand,
    test_stock_exceptions,
    test_stock_inbox,
    test_stock_picking,
)
