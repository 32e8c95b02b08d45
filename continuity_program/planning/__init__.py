# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Dates and amounts of continuity programs, in pure Python.

``dates`` answers *when*, ``instalments`` answers *how much and when*. Nothing in
here knows Odoo: callers hand in plain values and get plain values back.
"""

from . import dates
from .dates import *
from .errors import ScheduleError
from .instalments import (
    Instalment,
    Schedule,
    ScheduleLine,
    check_schedule,
    first_due_date,
    instalments,
    to_units,
)

# The function hides the module of the same name as an attribute of this package;
# ``from ….planning.instalments import …`` reaches the module all the same.
__all__ = [
    "Instalment",
    "Schedule",
    "ScheduleError",
    "ScheduleLine",
    "check_schedule",
    "first_due_date",
    "instalments",
    "to_units",
]
__all__ += dates.__all__
