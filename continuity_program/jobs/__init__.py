# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import (
    continuity_job,
    continuity_job_checks,
    create_child_orders,
    create_child_orders_checks,
    create_child_orders_due,
    process_payments,
)
