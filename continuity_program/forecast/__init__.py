# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)
"""How many members will still be there, in pure Python.

Nothing in here knows Odoo: callers hand in counts and get rates back.
"""
