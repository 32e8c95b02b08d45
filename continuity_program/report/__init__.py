# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import continuity_churn_month
from . import continuity_churn_day
from . import continuity_churn_report
from . import continuity_dunning_report
from . import continuity_dunning_currency
from . import continuity_late_report
from . import continuity_late_process
from . import continuity_prepayment_movement
from . import continuity_prepayment_report
from . import continuity_prepayment_rollforward
from . import continuity_run_report
from . import continuity_save_report
