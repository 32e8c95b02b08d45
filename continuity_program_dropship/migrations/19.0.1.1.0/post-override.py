# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """What was allowed before is what holds an order back now, and no more.

    :param cr: cursor of the upgrade
    :param str version: version that is installed
    """
    env = api.Environment(cr, SUPERUSER_ID, {})
    allowed = env["purchase.order"].search(
        [
            ("continuity_override_reason", "!=", False),
            ("state", "in", ("draft", "sent", "to approve")),
        ]
    )
    for document, reasons in allowed._get_continuity_reasons().items():
        document._set_continuity_aside(reasons, document.continuity_override_reason)
