# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What earlier payments were made for was told by their links with rows alone."""

#: The child order of a row: the one its payment is linked with, for a shipment that was
#: planned again has another one since
CHILD = """
    SELECT c.id
      FROM (
          SELECT o.sale_order_id AS id, 1 AS place
            FROM sale_order_transaction_rel o
           WHERE o.transaction_id = l.transaction_id
           UNION ALL
          SELECT sol.order_id, 1
            FROM account_invoice_transaction_rel i
            JOIN account_move_line a ON a.move_id = i.invoice_id
            JOIN sale_order_line_invoice_rel r ON r.invoice_line_id = a.id
            JOIN sale_order_line sol ON sol.id = r.order_line_id
           WHERE i.transaction_id = l.transaction_id
           UNION ALL
          SELECT l.child_order_id, 2
      ) AS linked
      JOIN sale_order c ON c.id = linked.id
     WHERE c.continuity_order_id = l.continuity_order_id
     ORDER BY linked.place, c.id = l.child_order_id DESC NULLS LAST, c.id
     LIMIT 1
"""
#: Rows have what they ask. The last one of our own charges has the rest: what was asked
#: of a row may have changed since. What a customer paid for an order is more than that.
OF_ROWS = f"""
    INSERT INTO continuity_payment_share (
        transaction_id, kind, continuity_order_id, child_order_id,
        continuity_payment_id, amount, company_id, currency_id,
        create_uid, create_date, write_uid, write_date
    )
    SELECT transaction_id, kind, continuity_order_id, child_id, payment_id,
           amount, company_id, currency_id,
           1, now() AT TIME ZONE 'UTC', 1, now() AT TIME ZONE 'UTC'
      FROM (
          SELECT l.*,
                 CASE WHEN l.shipment_id IS NULL THEN 'upfront' ELSE 'child' END
                     AS kind,
                 CASE WHEN l.shipment_id IS NOT NULL THEN ({CHILD}) END AS child_id,
                 CASE WHEN l.place = 1 AND NOT l.is_for_order
                      THEN l.total - l.asked + l.row_amount
                      ELSE l.row_amount
                 END AS amount
            FROM (
                SELECT r.transaction_id, p.id AS payment_id, p.shipment_id,
                       p.continuity_order_id, p.company_id, p.currency_id,
                       s.child_order_id, p.amount AS row_amount, t.amount AS total,
                       SUM(p.amount) OVER (PARTITION BY t.id) AS asked,
                       ROW_NUMBER() OVER (
                           PARTITION BY t.id ORDER BY p.due_date DESC, p.id DESC
                       ) AS place,
                       EXISTS (
                           SELECT FROM sale_order_transaction_rel o
                             JOIN sale_order so ON so.id = o.sale_order_id
                            WHERE o.transaction_id = t.id
                              AND so.continuity_type = 'parent'
                       ) AS is_for_order
                  FROM continuity_payment_transaction_rel r
                  JOIN continuity_payment p ON p.id = r.payment_id
                  JOIN payment_transaction t ON t.id = r.transaction_id
                  LEFT JOIN continuity_shipment s ON s.id = p.shipment_id
                 WHERE NOT EXISTS (
                     SELECT FROM continuity_payment_share known
                      WHERE known.transaction_id = t.id
                 )
            ) AS l
      ) AS share
     WHERE amount > 0 AND (kind = 'upfront' OR child_id IS NOT NULL)
"""
#: The ordinary goods have what is left of the payments for their order
OF_ORDINARY_GOODS = """
    INSERT INTO continuity_payment_share (
        transaction_id, kind, ordinary_order_id, amount, company_id, currency_id,
        create_uid, create_date, write_uid, write_date
    )
    SELECT id, 'ordinary', order_id, left_over, company_id, currency_id,
           1, now() AT TIME ZONE 'UTC', 1, now() AT TIME ZONE 'UTC'
      FROM (
          SELECT DISTINCT ON (t.id)
                 t.id, so.id AS order_id, so.company_id, so.currency_id,
                 t.amount - COALESCE((
                     SELECT SUM(known.amount) FROM continuity_payment_share known
                      WHERE known.transaction_id = t.id
                 ), 0) AS left_over
            FROM payment_transaction t
            JOIN sale_order_transaction_rel o ON o.transaction_id = t.id
            JOIN sale_order so ON so.id = o.sale_order_id
           WHERE so.continuity_type = 'parent'
             AND t.source_transaction_id IS NULL
             AND t.operation IS DISTINCT FROM 'validation'
             AND NOT EXISTS (
                 SELECT FROM continuity_payment_share known
                  WHERE known.transaction_id = t.id AND known.kind = 'ordinary'
             )
           ORDER BY t.id, so.id
      ) AS paid
     WHERE left_over > 0
"""


def migrate(cr, version):
    """Write the shares of all payments there are, in two statements.

    :param cr: cursor of the upgrade
    :param str version: version that is installed
    """
    # No value comes from outside
    cr.execute(OF_ROWS)  # pylint: disable=sql-injection
    cr.execute(OF_ORDINARY_GOODS)
