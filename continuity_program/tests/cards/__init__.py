# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Whose card pays, its page, its changes; the bank that asks for the customer."""
