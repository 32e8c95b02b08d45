# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""Events and a base date in, dated shipments out: the one place to import from."""

from .chain import (
    ENDLESS_HORIZON,
    base_is_order_date,
    first_date,
    last_day,
    lay_out,
    numbered,
    plan,
    proposed_start,
    submit_order_date,
)
from .current_event import Pointer, calendar, calendar_anchor, calendar_end, pointer
from .due import (
    child_groups,
    commitment_date,
    due_from,
    is_missed,
    missed_group,
)
from .errors import (
    ChangeRefused,
    EndlessProgram,
    MissingTiming,
    PlanningError,
    TooFar,
)
from .intervals import Interval, add_months
from .leaving import behind, first_open, leaving_key, leaving_order
from .ledger import (
    LedgerRow,
    RowChange,
    extend,
    is_complete,
    last_of_events,
    passes_end,
    postponed_day,
)
from .moves import add_days, move_all_later, move_one, new_start, resume, shift
from .program import (
    Event,
    Occurrence,
    Program,
    Request,
    active_events,
    duration_available,
    starting_point,
)
from .told import as_told, redate
from .update import UpdateStep, update

__all__ = [
    "ENDLESS_HORIZON",
    "ChangeRefused",
    "EndlessProgram",
    "Event",
    "Interval",
    "LedgerRow",
    "MissingTiming",
    "Occurrence",
    "PlanningError",
    "Pointer",
    "Program",
    "Request",
    "RowChange",
    "TooFar",
    "UpdateStep",
    "active_events",
    "add_days",
    "add_months",
    "as_told",
    "base_is_order_date",
    "behind",
    "calendar",
    "calendar_anchor",
    "calendar_end",
    "child_groups",
    "commitment_date",
    "due_from",
    "duration_available",
    "extend",
    "first_date",
    "first_open",
    "is_complete",
    "is_missed",
    "last_day",
    "last_of_events",
    "lay_out",
    "leaving_key",
    "leaving_order",
    "missed_group",
    "move_all_later",
    "move_one",
    "new_start",
    "numbered",
    "passes_end",
    "plan",
    "pointer",
    "postponed_day",
    "proposed_start",
    "redate",
    "resume",
    "shift",
    "starting_point",
    "submit_order_date",
    "update",
]
