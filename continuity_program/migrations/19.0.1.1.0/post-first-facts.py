# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Orders know who sold them and at what price, shipments what they cost.

Nobody has written it down until now. The salesperson, the first shipment and the cost
as they are today come closest.
"""


def migrate(cr, version):
    """Fill in what is known today.

    :param cr: cursor of the upgrade
    :param str version: version that is installed
    """
    cr.execute(
        """
        UPDATE continuity_order o
           SET first_user_id = o.user_id,
               first_team_id = o.team_id,
               offer_price = (
                   SELECT s.amount_untaxed
                     FROM continuity_shipment s
                    WHERE s.continuity_order_id = o.id
                    ORDER BY s.number, s.id
                    LIMIT 1
               )
         WHERE o.submit_date IS NOT NULL AND o.offer_price IS NULL
        """
    )
    cr.execute(
        """
        UPDATE continuity_shipment_line l
           SET cost_unit = COALESCE(
                   (p.standard_price ->> l.company_id::text)::numeric, 0
               ) * unit.factor / NULLIF(own.factor, 0)
          FROM product_product p
          JOIN product_template t ON t.id = p.product_tmpl_id
          JOIN uom_uom own ON own.id = t.uom_id,
               uom_uom unit
         WHERE p.id = l.product_id
           AND unit.id = l.uom_id
           AND l.sale_order_line_id IS NOT NULL
           AND l.cost_unit IS NULL
        """
    )
