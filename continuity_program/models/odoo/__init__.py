# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The only place where methods of Odoo are overridden: one file per model.

A hook reads like a list of contents: its steps by name, which live in their files.
"""

from . import accounting, payment, sales, system
