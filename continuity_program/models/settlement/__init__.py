# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The settlement core: what is owed is decided, and accounts and rows follow."""

from . import (
    continuity_billing_lock,
    continuity_billing_call,
    continuity_billing_settle,
    continuity_billing_upgrade,
    continuity_billing_back,
    continuity_billing_ask,
    continuity_billing_capture,
    continuity_billing_owed,
    continuity_billing_put_off,
    continuity_billing_preview,
    continuity_billing_page,
    continuity_billing_rows,
)
