# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import (
    continuity_job,
    continuity_job_checks,
    continuity_job_log,
    continuity_job_settle,
    close_orders,
    close_orders_due,
    create_child_orders,
    create_child_orders_checks,
    create_child_orders_due,
    extend_lines,
    process_payments,
    process_payments_cards,
    process_payments_bill,
    resolve_payments,
    update_current_event,
    update_orders,
)
