# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Orders that ended say when, and by a reason that can be counted.

Until now there was a sentence only. It stays; it was always the customer who ended, as
far as anybody knows. The day is that on which the sentence was written.
"""

from odoo import SUPERUSER_ID, api


def migrate(cr, version):
    """Date the ends there are, and give them the reason *Another reason*.

    :param cr: cursor of the upgrade
    :param str version: version that is installed
    """
    env = api.Environment(cr, SUPERUSER_ID, {})
    other = env.ref(
        "continuity_program.continuity_end_reason_other", raise_if_not_found=False
    )
    cr.execute(
        """
        UPDATE continuity_order o
           SET end_reason_id = %s,
               ended_date = COALESCE(
                   (SELECT MAX(v.create_date)::date
                      FROM mail_tracking_value v
                      JOIN mail_message m ON m.id = v.mail_message_id
                      JOIN ir_model_fields f ON f.id = v.field_id
                     WHERE m.model = 'continuity.order'
                       AND m.res_id = o.id
                       AND f.model = 'continuity.order'
                       AND f.name = 'end_reason'),
                   o.write_date::date
               )
         WHERE o.end_reason IS NOT NULL AND o.ended_date IS NULL
        """,
        [other.id if other else None],
    )
