# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Hooks of *Payment*: transactions, tokens, providers."""

from . import payment_provider, payment_token, payment_transaction
