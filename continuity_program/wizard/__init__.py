# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import (
    account_move_reversal,
    continuity_dialog,
    continuity_undo,
    continuity_cancel,
    continuity_hold,
    continuity_override,
    continuity_pause,
    continuity_payment_answer,
    continuity_preview,
    continuity_recap,
    continuity_return,
    continuity_run_wizard,
    continuity_shipment_drop,
    continuity_shipment_move,
    continuity_shipment_swap,
    continuity_update,
    continuity_update_release,
    sale_make_invoice_advance,
    sale_order_discount,
)
