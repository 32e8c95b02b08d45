# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.tools import SQL

from ...reading import DocumentRow, ReceivableRow


class ContinuityBilling(models.AbstractModel):
    """What the books say: documents, and what their receivables are matched with."""

    _inherit = "continuity.billing"

    # === DOCUMENTS === #

    def _read_documents(self, order_ids=(), upfront_ids=(), move_ids=()):
        """Read documents, and what takes them back.

        :param list[int] order_ids: sale orders whose lines were invoiced
        :param list[int] upfront_ids: continuity orders: their documents without lines
            of a sale order, and those of their parent line
        :param list[int] move_ids: documents, whosever they are
        :rtype: list[DocumentRow]
        """
        rows = self.env.execute_query(
            SQL(
                """
                WITH line AS (
                    SELECT id FROM sale_order_line WHERE order_id = ANY(%(orders)s)
                     UNION
                    SELECT sale_order_line_id
                      FROM continuity_order
                     WHERE id = ANY(%(upfront)s)
                ), found AS (
                    SELECT i.move_id AS id
                      FROM line
                      JOIN sale_order_line_invoice_rel r ON r.order_line_id = line.id
                      JOIN account_move_line i ON i.id = r.invoice_line_id
                     UNION
                    SELECT m.id
                      FROM account_move m
                     WHERE m.continuity_order_id = ANY(%(upfront)s)
                       AND NOT EXISTS (
                           SELECT FROM account_move_line i
                             JOIN sale_order_line_invoice_rel r
                               ON r.invoice_line_id = i.id
                            WHERE i.move_id = m.id
                           )
                     UNION
                    SELECT UNNEST(%(moves)s::int[])
                ), wider AS (
                    SELECT id FROM found
                     UNION
                    SELECT m.id
                      FROM found
                      JOIN account_move m ON m.reversed_entry_id = found.id
                )
                SELECT m.id, m.move_type, m.state, COALESCE(m.invoice_date, m.date),
                       m.amount_total, m.currency_id, m.company_id, m.reversed_entry_id,
                       o.id, w.kind, w.res_id, w.weight
                  FROM wider
                  JOIN account_move m ON m.id = wider.id
             LEFT JOIN continuity_order o
                    ON o.id = m.continuity_order_id AND o.bill_upfront
             LEFT JOIN LATERAL (%(weights)s) w ON TRUE
                 WHERE m.move_type IN ('out_invoice', 'out_refund')
                   AND m.state IN ('draft', 'posted')
                """,
                orders=list(order_ids),
                upfront=list(upfront_ids),
                moves=list(move_ids),
                weights=self._get_weights_sql(),
            )
        )
        return [DocumentRow._make(row) for row in rows]

    def _get_weights_sql(self):
        """Say whose a document `m` is, by the sale order lines behind its own lines."""
        return SQL(
            """
            SELECT k.kind, k.res_id, SUM(i.price_total) AS weight
              FROM account_move_line i
              JOIN sale_order_line_invoice_rel r ON r.invoice_line_id = i.id
              JOIN sale_order_line l ON l.id = r.order_line_id
              JOIN sale_order c ON c.id = l.order_id
         LEFT JOIN continuity_order p ON p.sale_order_line_id = l.id
        CROSS JOIN LATERAL (
                   SELECT CASE WHEN p.id IS NOT NULL THEN 'upfront'
                               WHEN c.continuity_order_id IS NOT NULL THEN 'child'
                               WHEN EXISTS (
                                    SELECT FROM continuity_order q
                                     WHERE q.sale_order_id = c.id
                                    ) THEN 'ordinary'
                          END AS kind,
                          COALESCE(p.id, c.id) AS res_id
                   ) k
             WHERE i.move_id = m.id AND k.kind IS NOT NULL
             GROUP BY k.kind, k.res_id
            """
        )

    # === RECEIVABLES === #

    def _read_receivables(self, move_ids):
        """Read the receivable lines of posted documents, and their matches.

        :param list[int] move_ids: documents
        :rtype: list[ReceivableRow]
        """
        return self._select_receivables(
            SQL("l.move_id"),
            SQL("l.move_id = ANY(%s) AND l.parent_state = 'posted'", list(move_ids)),
        )

    def _read_payment_lines(self, payment_ids):
        """Read the receivable lines of the entries of payments, and their matches.

        :param list[int] payment_ids: payments
        :rtype: list[ReceivableRow]
        """
        rows = self._select_receivables(
            SQL("b.origin_payment_id"),
            SQL(
                "b.origin_payment_id = ANY(%s) AND l.parent_state = 'posted'",
                list(payment_ids),
            ),
            SQL("JOIN account_move b ON b.id = l.move_id"),
        )
        own = self._filter_reaching({row.other_refund_of for row in rows} - {None})
        return [
            row._replace(other_is_refund=row.other_refund_of in own) for row in rows
        ]

    def _select_receivables(self, owner, condition, join=SQL()):  # noqa: B008
        """Select receivable lines `l`, one row per match or one without.

        :param SQL owner: what a line belongs to
        :param SQL condition: which lines
        :param SQL join: what the condition needs
        :rtype: list[ReceivableRow]
        """
        rows = self.env.execute_query(
            SQL(
                """
                SELECT l.id, %(owner)s, COALESCE(l.date_maturity, l.date),
                       l.amount_currency, l.amount_residual_currency, l.amount_residual,
                       l.currency_id, p.id, p.mine, p.other,
                       m.id, m.move_type, m.origin_payment_id, m.statement_line_id,
                       c.currency_id, m.date,
                       x.receivable, x.receivable_currency, x.money,
                       c.id, c.amount_residual_currency,
                       r.source_transaction_id
                  FROM account_move_line l
                  JOIN account_account a ON a.id = l.account_id %(join)s
             LEFT JOIN LATERAL (
                       SELECT id, debit_amount_currency AS mine,
                              credit_amount_currency AS other,
                              credit_move_id AS other_id
                         FROM account_partial_reconcile
                        WHERE debit_move_id = l.id
                        UNION ALL
                       SELECT id, credit_amount_currency, debit_amount_currency,
                              debit_move_id
                         FROM account_partial_reconcile
                        WHERE credit_move_id = l.id
                       ) p ON TRUE
             LEFT JOIN account_move_line c ON c.id = p.other_id
             LEFT JOIN account_move m ON m.id = c.move_id
             LEFT JOIN account_payment o ON o.id = m.origin_payment_id
             LEFT JOIN payment_transaction r
                    ON r.id = o.payment_transaction_id AND r.operation = 'refund'
             LEFT JOIN LATERAL (%(entry)s) x
                    ON m.move_type = 'entry' AND m.origin_payment_id IS NULL
                 WHERE %(condition)s AND a.account_type = 'asset_receivable'
                """,
                owner=owner,
                join=join,
                condition=condition,
                entry=self._get_entry_sql(),
            )
        )
        return [ReceivableRow(*row) for row in rows]

    def _get_entry_sql(self):
        """Say what an entry `m` has on receivable accounts, and what of it is money."""
        return SQL(
            """
            SELECT SUM(-e.balance) FILTER (WHERE f.account_type = 'asset_receivable')
                   AS receivable,
                   SUM(-e.amount_currency) FILTER (
                       WHERE f.account_type = 'asset_receivable'
                   ) AS receivable_currency,
                   COALESCE(SUM(e.balance) FILTER (WHERE %(money)s), %(other)s) AS money
              FROM account_move_line e
              JOIN account_account f ON f.id = e.account_id
             WHERE e.move_id = m.id
            """,
            money=self._get_facts_money_sql(),
            other=self._get_facts_entry_money_sql(),
        )

    def _get_facts_money_sql(self):
        """Say that a line `e` of an entry, on account `f`, is money.

        The account of a bank or cash journal, or one on which payments wait for the
        bank.

        :rtype: SQL
        """
        return SQL(
            """(f.account_type IN ('asset_cash', 'liability_credit_card')
                OR f.account_type != 'asset_receivable' AND (
                    EXISTS (SELECT FROM account_payment_method_line y
                             WHERE y.payment_account_id = f.id)
                    OR EXISTS (SELECT FROM account_journal j
                                WHERE j.default_account_id = f.id
                                  AND j.type IN ('bank', 'cash', 'credit'))
                ))"""
        )

    def _get_facts_entry_money_sql(self):
        """Say how much money an entry `m` is that no line of it says so of.

        A till books what it took on a receivable account of its own.

        :return: an expression; NULL = it is no money
        :rtype: SQL
        """
        if "pos.payment" not in self.env:
            return SQL("NULL")
        return SQL(
            """(SELECT SUM(t.amount) FROM pos_payment t
                 WHERE t.account_move_id = m.id)"""
        )
