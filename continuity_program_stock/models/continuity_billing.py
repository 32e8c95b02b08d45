# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.tools import SQL

#: What is read of a move
MOVE_FIELDS = (
    "location_dest_id origin_returned_move_id product_id product_uom quantity"
    " sale_line_id state"
)


class ContinuityBilling(models.AbstractModel):
    """What the warehouse says: what left the house, and what never will."""

    _inherit = "continuity.billing"

    def _flush_facts(self):
        """Override of `continuity_program`: moves are read, too."""
        self.env["stock.move"].flush_model(MOVE_FIELDS.split())
        return super()._flush_facts()

    def _get_facts_delivered_sql(self):
        """Override of `continuity_program`: what left, also if it came back since."""
        return SQL(
            """CASE WHEN l.qty_delivered_method = 'stock_move'
                    THEN COALESCE(%s, l.qty_delivered)
                    ELSE %s
               END""",
            self._get_supplied_sql(),
            super()._get_facts_delivered_sql(),
        )

    def _get_facts_called_off_sql(self):
        """Override of `continuity_program`: nothing more is to leave the house.

        Odoo keeps no move for the rest of a delivery that was cancelled. Of goods that
        are invoiced as they were ordered nothing is called off.
        """
        return SQL(
            """CASE WHEN l.qty_delivered_method = 'stock_move'
                         AND EXISTS (
                             SELECT FROM product_product g
                               JOIN product_template h ON h.id = g.product_tmpl_id
                              WHERE g.id = l.product_id
                                AND h.invoice_policy = 'delivery'
                             )
                         AND EXISTS (
                             SELECT FROM stock_move m
                              WHERE m.sale_line_id = l.id
                             )
                         AND NOT EXISTS (
                             SELECT FROM stock_move m
                              WHERE m.sale_line_id = l.id
                                AND m.state NOT IN ('done', 'cancel')
                             )
                    THEN GREATEST(
                             l.product_uom_qty - COALESCE(%s, l.qty_delivered, 0), 0
                         )
                    ELSE %s
               END""",
            self._get_supplied_sql(),
            super()._get_facts_called_off_sql(),
        )

    def _get_supplied_sql(self):
        """Say how much of a sale order line `l` was sent to the customer.

        :return: NULL when nothing was: of a kit its parts move
        :rtype: SQL
        """
        return SQL(
            """(SELECT SUM(m.quantity * mu.factor / lu.factor)
                  FROM stock_move m
                  JOIN stock_location d ON d.id = m.location_dest_id
                  JOIN uom_uom mu ON mu.id = m.product_uom
                  JOIN uom_uom lu ON lu.id = l.product_uom_id
                 WHERE m.sale_line_id = l.id
                   AND m.state = 'done'
                   AND m.product_id = l.product_id
                   AND m.origin_returned_move_id IS NULL
                   AND (d.usage = 'customer'
                        OR d.usage = 'transit' AND d.company_id IS NULL))"""
        )
