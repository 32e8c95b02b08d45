# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import test_called_off
from . import test_called_off_upfront
from . import test_held_transfer
from . import test_never_left
from . import test_no_warehouse
from . import test_released_account
from . import test_return
from . import test_steps
from . import test_stock_demand
from . import test_stock_exceptions
from . import test_stock_inbox
from . import test_stock_late_item
from . import test_stock_picking
