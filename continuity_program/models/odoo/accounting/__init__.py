# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Hooks of *Accounting*: documents and their lines, payments, matches, taxes."""

from . import (
    account_analytic_distribution_model,
    account_move,
    account_move_line,
    account_partial_reconcile,
    account_payment,
    account_tax,
)
