# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The first look in the morning: how it goes, on one screen and in one mail."""

from . import (
    continuity_overview,
    continuity_overview_open,
    continuity_overview_refresh,
    digest_digest,
)
