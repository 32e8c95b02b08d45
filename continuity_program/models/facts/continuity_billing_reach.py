# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.tools import SQL

#: Records that facts are about
TOUCHABLE = (
    "account.move",
    "account.move.line",
    "account.payment",
    "continuity.order",
    "continuity.payment",
    "payment.transaction",
    "sale.order",
)


class ContinuityBilling(models.AbstractModel):
    """Which claims records reach: from a fact to whom it is about."""

    _inherit = "continuity.billing"

    @api.model
    def _get_reached(self, records):
        """Say which claims records reach.

        A quotation nobody has paid for is none: it may change as often as it likes.

        :param dict[str, Iterable[int]] records: ids by model
        :rtype: set[tuple[str, int]]
        """
        ids = {
            model.replace(".", "_"): [*records.get(model, ())] for model in TOUCHABLE
        }
        if not any(ids.values()):
            return set()
        for model, names in (
            ("account.move", ["continuity_order_id", "origin_payment_id"]),
            ("account.payment", ["payment_transaction_id"]),
            ("continuity.order", ["bill_upfront", "sale_order_id", "state"]),
            ("continuity.payment", ["child_order_id", "shipment_id"]),
            ("payment.transaction", ["source_transaction_id"]),
            ("sale.order", ["continuity_order_id", "state"]),
        ):
            self.env[model].flush_model(names)
        return set(self.env.execute_query(self._get_reached_sql(ids)))

    def _get_reached_sql(self, ids):
        """Select the claims that records reach: the one place that says whose a payment
        is.

        :param dict ids: touched ids, by table
        :return: a query: kind and id
        :rtype: SQL
        """
        return SQL(
            """
            WITH RECURSIVE %(money)s, %(documents)s, %(orders)s
            SELECT f.kind, f.res_id
              FROM found f
         LEFT JOIN continuity_order o ON f.kind = 'upfront' AND o.id = f.res_id
         LEFT JOIN sale_order s
                ON s.id = CASE f.kind WHEN 'upfront' THEN o.sale_order_id
                                      WHEN 'ordinary' THEN f.res_id END
             WHERE f.res_id IS NOT NULL
               AND (COALESCE(s.state, '') NOT IN ('draft', 'sent')
                    OR EXISTS (
                       SELECT FROM sale_order_transaction_rel
                        WHERE sale_order_id = s.id
                    )
                    OR EXISTS (
                       SELECT FROM continuity_payment
                        WHERE continuity_order_id = o.id
                    ))
            """,
            money=self._get_reached_money_sql(ids),
            documents=self._get_reached_documents_sql(ids),
            orders=self._get_reached_orders_sql(ids),
        )

    def _filter_reaching(self, tx_ids):
        """Say which payments reach a claim, each by itself.

        :param Iterable[int] tx_ids: transactions; facts were flushed
        :rtype: set[int]
        """
        if not tx_ids:
            return set()
        ids = {model.replace(".", "_"): [] for model in TOUCHABLE}
        ids["payment_transaction"] = SQL("ARRAY[one.id]")
        rows = self.env.execute_query(
            SQL(
                """
                SELECT id
                  FROM UNNEST(%(ids)s::int[]) AS one (id)
                 WHERE EXISTS (%(reached)s)
                """,
                ids=list(tx_ids),
                reached=self._get_reached_sql(ids),
            )
        )
        return {tx_id for (tx_id,) in rows}

    def _get_reached_money_sql(self, ids):
        """Follow entries to payments, and payments to transactions.

        :param dict ids: touched ids, by table
        :return: tables `entry`, `pay` and `tx`
        :rtype: SQL
        """
        return SQL(
            """
            entry AS (
                SELECT move_id AS id
                  FROM account_move_line
                 WHERE id = ANY(%(account_move_line)s)
            ), pay AS (
                SELECT UNNEST(%(account_payment)s::int[]) AS id
                 UNION
                SELECT m.origin_payment_id
                  FROM entry
                  JOIN account_move m ON m.id = entry.id
                 WHERE m.origin_payment_id IS NOT NULL
            ), tx AS (
                SELECT t.id, t.source_transaction_id
                  FROM payment_transaction t
                 WHERE t.id = ANY(%(payment_transaction)s)
                    OR t.id IN (
                       SELECT p.payment_transaction_id
                         FROM pay
                         JOIN account_payment p ON p.id = pay.id
                    )
                 UNION
                SELECT t.id, t.source_transaction_id
                  FROM tx
                  JOIN payment_transaction t ON t.id = tx.source_transaction_id
            )
            """,
            **ids,
        )

    def _get_reached_documents_sql(self, ids):
        """Follow entries and payments to documents, and these to what they take back.

        :param dict ids: touched ids, by table
        :return: table `doc`
        :rtype: SQL
        """
        return SQL(
            """
            move AS (
                SELECT id FROM entry
                 UNION
                SELECT m.id
                  FROM pay
                  JOIN account_move m ON m.origin_payment_id = pay.id
            ), near AS (
                SELECT UNNEST(%(account_move)s::int[]) AS id
                 UNION
                SELECT id FROM move
                 UNION
                SELECT r.invoice_id
                  FROM pay
                  JOIN account_move__account_payment r ON r.payment_id = pay.id
                 UNION
                SELECT r.invoice_id
                  FROM tx
                  JOIN account_invoice_transaction_rel r ON r.transaction_id = tx.id
                 UNION
                SELECT o.move_id
                  FROM move
                  JOIN account_move_line l ON l.move_id = move.id
                  JOIN account_partial_reconcile p ON p.debit_move_id = l.id
                  JOIN account_move_line o ON o.id = p.credit_move_id
                 UNION
                SELECT o.move_id
                  FROM move
                  JOIN account_move_line l ON l.move_id = move.id
                  JOIN account_partial_reconcile p ON p.credit_move_id = l.id
                  JOIN account_move_line o ON o.id = p.debit_move_id
            ), doc AS (
                SELECT id FROM near
                 UNION
                SELECT m.reversed_entry_id
                  FROM near
                  JOIN account_move m ON m.id = near.id
                 WHERE m.reversed_entry_id IS NOT NULL
            )
            """,
            **ids,
        )

    def _get_reached_orders_sql(self, ids):
        """Follow documents, transactions, rows and orders to claims.

        :param dict ids: touched ids, by table
        :return: table `found`
        :rtype: SQL
        """
        return SQL(
            """
            row AS (
                SELECT UNNEST(%(continuity_payment)s::int[]) AS id
                 UNION
                SELECT r.payment_id
                  FROM tx
                  JOIN continuity_payment_transaction_rel r
                    ON r.transaction_id = tx.id
            ), sale AS (
                SELECT UNNEST(%(sale_order)s::int[]) AS id
                 UNION
                SELECT r.sale_order_id
                  FROM tx
                  JOIN sale_order_transaction_rel r ON r.transaction_id = tx.id
                 UNION
                SELECT id
                  FROM sale_order
                 WHERE continuity_order_id = ANY(%(continuity_order)s)
                 UNION
                SELECT sale_order_id
                  FROM continuity_order
                 WHERE id = ANY(%(continuity_order)s)
            ), found AS (
                SELECT w.kind, w.res_id
                  FROM doc
                  JOIN account_move m
                    ON m.id = doc.id AND m.move_type IN ('out_invoice', 'out_refund')
            CROSS JOIN LATERAL (%(weights)s) w
                 UNION
                SELECT 'upfront', o.id
                  FROM doc
                  JOIN account_move m ON m.id = doc.id
                  JOIN continuity_order o
                    ON o.id = m.continuity_order_id AND o.bill_upfront
                 UNION
                SELECT s.kind, COALESCE(s.child_order_id, s.ordinary_order_id,
                                        s.continuity_order_id)
                  FROM tx
                  JOIN continuity_payment_share s ON s.transaction_id = tx.id
                 UNION
                SELECT CASE WHEN p.shipment_id IS NULL THEN 'upfront' ELSE 'child' END,
                       CASE WHEN p.shipment_id IS NULL THEN p.continuity_order_id
                            ELSE p.child_order_id END
                  FROM row
                  JOIN continuity_payment p ON p.id = row.id
                 UNION
                SELECT 'child', c.id
                  FROM sale
                  JOIN sale_order c ON c.id = sale.id
                 WHERE c.continuity_order_id IS NOT NULL
                 UNION
                SELECT 'ordinary', o.sale_order_id
                  FROM sale
                  JOIN continuity_order o ON o.sale_order_id = sale.id
                 UNION
                SELECT 'upfront', o.id
                  FROM sale
                  JOIN continuity_order o
                    ON o.sale_order_id = sale.id AND o.bill_upfront
            )
            """,
            weights=self._get_weights_sql(),
            **ids,
        )
