# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The walk-through, tours in a browser, dialogs, the portal, languages."""
