# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Hooks of *Sales*: the order and its lines."""

from . import sale_order, sale_order_line
