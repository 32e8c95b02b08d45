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
        are invoiced as they were ordered nothing is called off, but of those that were
        paid in advance: they are invoiced as they leave. What was paid for them goes
        with them.
        """
        return SQL(
            """(SELECT CASE WHEN g.qty_delivered_method = 'stock_move'
                                 AND (h.invoice_policy = 'delivery' OR EXISTS (
                                     SELECT FROM sale_order_line paid
                                      WHERE paid.continuity_prepaid_line_id = g.id
                                 ))
                                 AND EXISTS (
                                     SELECT FROM stock_move m
                                      WHERE m.sale_line_id = g.id
                                 )
                                 AND NOT EXISTS (
                                     SELECT FROM stock_move m
                                      WHERE m.sale_line_id = g.id
                                        AND m.state NOT IN ('done', 'cancel')
                                 )
                            THEN GREATEST(
                                     g.product_uom_qty
                                     - COALESCE(%s, g.qty_delivered, 0), 0
                                 )
                            ELSE %s
                       END
                  FROM sale_order_line g
             LEFT JOIN product_product v ON v.id = g.product_id
             LEFT JOIN product_template h ON h.id = v.product_tmpl_id
                 WHERE g.id = COALESCE(l.continuity_prepaid_line_id, l.id))""",
            self._get_supplied_sql("g"),
            super()._get_facts_called_off_sql(),
        )

    def _get_supplied_sql(self, alias="l"):
        """Say how much of a sale order line was sent to the customer.

        :param str alias: of the line in the query
        :return: NULL when nothing was: of a kit its parts move
        :rtype: SQL
        """
        return SQL(
            """(SELECT SUM(m.quantity * mu.factor / lu.factor)
                  FROM stock_move m
                  JOIN stock_location d ON d.id = m.location_dest_id
                  JOIN uom_uom mu ON mu.id = m.product_uom
                  JOIN uom_uom lu ON lu.id = %(uom)s
                 WHERE m.sale_line_id = %(id)s
                   AND m.product_id = %(product)s
                   AND %(left)s)""",
            id=SQL.identifier(alias, "id"),
            uom=SQL.identifier(alias, "product_uom_id"),
            product=SQL.identifier(alias, "product_id"),
            left=self.env["stock.move"]._get_continuity_left_sql(),
        )
