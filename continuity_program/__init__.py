# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import controllers, demo, jobs, models, planning, report, wizard
from .hooks import pre_init_hook, uninstall_hook
