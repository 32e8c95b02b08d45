# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The mail of a submitted order tells of all its programs now."""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Take the new template, unless somebody has changed the old one.

    His goes on to be mailed for each program.

    :param cr: cursor of the upgrade
    :param str version: version that is installed
    """
    env = api.Environment(cr, SUPERUSER_ID, {})
    template = env.ref(
        "continuity_program.mail_template_order_submitted", raise_if_not_found=False
    )
    if template and template.write_uid.id == SUPERUSER_ID:
        template.reset_template()
