# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Which child order a payment was made for was looked up at its shipment, which may
have another one since."""

#: The child its payments are linked with, themselves or by their invoice; then that of
#: its own invoice; then the one its shipment has now, if that can be meant
CHILD = """
    SELECT c.id
      FROM (
          SELECT o.sale_order_id AS id, 1 AS place
            FROM continuity_payment_transaction_rel r
            JOIN sale_order_transaction_rel o USING (transaction_id)
           WHERE r.payment_id = p.id
           UNION ALL
          SELECT sol.order_id, 2
            FROM continuity_payment_transaction_rel r
            JOIN account_invoice_transaction_rel i USING (transaction_id)
            JOIN account_move_line a ON a.move_id = i.invoice_id
            JOIN sale_order_line_invoice_rel l ON l.invoice_line_id = a.id
            JOIN sale_order_line sol ON sol.id = l.order_line_id
           WHERE r.payment_id = p.id
           UNION ALL
          SELECT sol.order_id, 3
            FROM account_move_line a
            JOIN sale_order_line_invoice_rel l ON l.invoice_line_id = a.id
            JOIN sale_order_line sol ON sol.id = l.order_line_id
           WHERE a.move_id = p.invoice_id
           UNION ALL
          SELECT now.id, 4
            FROM sale_order now
           WHERE now.id = s.child_order_id
             AND (p.state != 'cancelled' OR now.create_date <= p.create_date)
      ) AS linked
      JOIN sale_order c ON c.id = linked.id
     WHERE c.continuity_order_id = p.continuity_order_id
     ORDER BY linked.place, c.id = s.child_order_id DESC NULLS LAST, c.id
     LIMIT 1
"""


def migrate(cr, version):
    """Make and fill the column in one go, not row by row in the registry.

    A row is written together with its child order, or after it: one that was cancelled
    and is older than the child order its shipment has now is nobody's any more.

    :param cr: cursor of the upgrade
    :param str version: version that is installed
    """
    cr.execute(
        "ALTER TABLE continuity_payment ADD COLUMN IF NOT EXISTS child_order_id integer"
    )
    # No value comes from outside
    # pylint: disable-next=sql-injection
    cr.execute(
        f"""
        UPDATE continuity_payment t
           SET child_order_id = f.child_id
          FROM (
              SELECT p.id, ({CHILD}) AS child_id
                FROM continuity_payment p
                JOIN continuity_shipment s ON s.id = p.shipment_id
               WHERE p.child_order_id IS NULL
          ) f
         WHERE f.id = t.id AND f.child_id IS NOT NULL
        """
    )
