# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Figures and reports: who stays, what was paid in advance, what was declined."""
