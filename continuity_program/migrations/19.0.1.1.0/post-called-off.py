# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Orders of which all was called off did not say when they ended.

Nothing was sent and nothing skipped, so no shipment said it either: who had such an
order was counted as a member for ever.
"""


def migrate(cr, version):
    """Date them by the day on which they were cancelled.

    Those that somebody has ended with a reason get their day together with the reason.

    :param cr: cursor of the upgrade
    :param str version: version that is installed
    """
    cr.execute(
        """
        UPDATE continuity_order o
           SET ended_date = COALESCE(
                   (SELECT MAX(v.create_date)::date
                      FROM mail_tracking_value v
                      JOIN mail_message m ON m.id = v.mail_message_id
                      JOIN ir_model_fields f ON f.id = v.field_id
                     WHERE m.model = 'continuity.order'
                       AND m.res_id = o.id
                       AND f.model = 'continuity.order'
                       AND f.name = 'state'),
                   o.write_date::date
               )
         WHERE o.state IN ('closed', 'cancelled')
           AND o.submit_date IS NOT NULL
           AND o.ended_date IS NULL
           AND o.end_reason IS NULL
           AND NOT EXISTS (
                   SELECT FROM continuity_shipment s
                    WHERE s.continuity_order_id = o.id AND s.state != 'cancelled'
               )
        """
    )
