# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The child order: confirmed, invoiced, cancelled, returned."""

from . import (
    sale_order_child,
    sale_order_child_undo,
    sale_order_block,
    sale_order_held,
    sale_order_return,
    sale_order_billing,
    sale_order_line_billing,
    sale_order_line_invoiced,
    account_move,
    account_move_window,
    account_move_terms,
    account_move_instalments,
    account_move_line,
    account_tax,
)
