# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The rooms: each has its subject, and a file per model and part of it.

Who says what a model is comes before who adds to it. What is overridden of Odoo comes
last: see `odoo`.
"""

from . import (
    base,
    facts,
    settlement,
    offer,
    agreement,
    entry,
    shipping,
    changes,
    late,
    payments,
    balances,
    accounts,
    parent,
    children,
    prepaid,
    cards,
    authentication,
    runs,
    charging,
    by_hand,
    notices,
    settings,
    service,
    exceptions,
    insight,
    forecasts,
    overview,
    guards,
    odoo,
)
