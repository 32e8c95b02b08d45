# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The states of an order that several files ask for."""

#: It was submitted, and has not ended
ACTIVE_STATES = ("running", "paused", "on_hold")
