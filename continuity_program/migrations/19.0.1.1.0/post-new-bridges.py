# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Bridges that are new come to those who have had both sides for long.

Odoo installs a bridge by itself when one of its sides is installed, and not when one is
upgraded: a till would go on to settle orders of programs.
"""

from odoo import SUPERUSER_ID, api

#: Those that were there before may have been uninstalled by somebody
NEW = (
    "continuity_program_loyalty",
    "continuity_program_pos",
    "continuity_program_stripe",
)
#: States of a module that is there when the upgrade has ended
THERE = {"installed", "to install", "to upgrade"}


def migrate(cr, version):
    """Mark them to be installed: Odoo looks for such modules until there are none.

    :param cr: cursor of the upgrade
    :param str version: version that is installed
    """
    env = api.Environment(cr, SUPERUSER_ID, {})
    bridges = env["ir.module.module"].search(
        [("name", "in", NEW), ("state", "=", "uninstalled")]
    )
    bridges.filtered(
        lambda bridge: set(bridge.dependencies_id.mapped("state")) <= THERE
    ).state = "to install"
    env.flush_all()
