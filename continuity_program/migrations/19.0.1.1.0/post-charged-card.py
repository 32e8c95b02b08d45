# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The mail of a charge names the card that was charged."""

from odoo import SUPERUSER_ID, api

OLD = "object.continuity_order_id._get_payment_method_text()"
NEW = "object._get_charged_text()"


def migrate(cr, version):
    """Have the template ask the payment, in all languages, whoever has changed it.

    :param cr: cursor of the upgrade
    :param str version: version that is installed
    """
    env = api.Environment(cr, SUPERUSER_ID, {})
    template = env.ref(
        "continuity_program.mail_template_payment_charged", raise_if_not_found=False
    )
    if template:
        template.flush_recordset()
        cr.execute(
            """UPDATE mail_template
                  SET body_html = REPLACE(body_html::text, %s, %s)::jsonb
                WHERE id = %s""",
            [OLD, NEW, template.id],
        )
        template.invalidate_recordset()
