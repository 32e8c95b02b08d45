# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.addons.continuity_program.hooks import create_columns

#: No old transfer belongs to a continuity order
COLUMNS = (
    ("stock_picking", "continuity_order_id", "int4", None),
    ("stock_picking", "continuity_product_id", "int4", None),
)


def pre_init_hook(env):
    """Give old transfers what is computed for new ones, without computing it."""
    create_columns(env, COLUMNS)
