# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The parent order: from the quotation to Submit, on hold, withdrawn."""

from . import (
    sale_order,
    sale_order_accept,
    sale_order_line,
    sale_order_hold,
    sale_order_order_date,
    sale_order_ordinary,
    sale_order_read,
    sale_order_run,
    sale_order_submit,
    sale_order_submitted,
    sale_order_submitter,
    sale_order_take_in,
    sale_order_withdraw,
    sale_order_match,
)
