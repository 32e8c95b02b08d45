# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import (
    continuity_job,
    continuity_job_checks,
    create_child_orders,
    process_payments,
)
