# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A shipment that was done stayed so when its child order was credited and cancelled.

It was counted as sent, and could not be planned again.
"""


def migrate(cr, version):
    """Cancel them with their child; goods that have left stay sent.

    :param cr: cursor of the upgrade
    :param str version: version that is installed
    """
    cr.execute(
        """
        UPDATE continuity_shipment s
           SET state = 'cancelled', actual_date = NULL
          FROM sale_order c
         WHERE c.id = s.child_order_id
           AND c.state = 'cancel'
           AND s.state = 'done'
           AND NOT EXISTS (
                   SELECT FROM sale_order_line l
                    WHERE l.order_id = c.id
                      AND l.qty_delivered_method = 'stock_move'
                      AND l.qty_delivered > 0
               )
        """
    )
