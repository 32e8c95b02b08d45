# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.tools import SQL

from ...reading import LinkRow, PaymentRow, TransactionRow


class ContinuityBilling(models.AbstractModel):
    """What payments say: transactions of providers, and registered payments."""

    _inherit = "continuity.billing"

    # === TRANSACTIONS === #

    def _read_transactions(self, scopes, tx_ids, order_ids, move_ids, payment_ids):
        """Read payments of providers, with all their captures, voids and refunds.

        :param list[ScopeRow] scopes: those they have shares of
        :param list[int] tx_ids: transactions
        :param list[int] order_ids: sale orders they are linked to
        :param list[int] move_ids: documents they are linked to, or their payments are
        :param list[int] payment_ids: account.payments they made
        :return: of every payment, it and what belongs to it
        :rtype: list[TransactionRow]
        """
        rows = self.env.execute_query(
            SQL(
                """
                WITH RECURSIVE seed AS (
                    SELECT UNNEST(%(transactions)s::int[]) AS id
                     UNION
                    SELECT transaction_id
                      FROM continuity_payment_share
                     WHERE kind = 'child' AND child_order_id = ANY(%(child)s)
                        OR kind = 'upfront' AND continuity_order_id = ANY(%(upfront)s)
                        OR kind = 'ordinary'
                           AND ordinary_order_id = ANY(%(ordinary)s)
                     UNION
                    SELECT transaction_id
                      FROM sale_order_transaction_rel
                     WHERE sale_order_id = ANY(%(orders)s)
                     UNION
                    SELECT transaction_id
                      FROM account_invoice_transaction_rel
                     WHERE invoice_id = ANY(%(moves)s)
                     UNION
                    SELECT payment_transaction_id
                      FROM account_payment
                     WHERE id = ANY(%(payments)s)
                     UNION
                    SELECT p.payment_transaction_id
                      FROM account_move__account_payment r
                      JOIN account_payment p ON p.id = r.payment_id
                     WHERE r.invoice_id = ANY(%(moves)s)
                ), up AS (
                    SELECT t.id, t.source_transaction_id
                      FROM seed
                      JOIN payment_transaction t ON t.id = seed.id
                     UNION
                    SELECT t.id, t.source_transaction_id
                      FROM up
                      JOIN payment_transaction t ON t.id = up.source_transaction_id
                ), family AS (
                    SELECT id, id AS root_id
                      FROM up
                     WHERE source_transaction_id IS NULL
                     UNION
                    SELECT t.id, family.root_id
                      FROM family
                      JOIN payment_transaction t
                        ON t.source_transaction_id = family.id
                )
                SELECT t.id, f.root_id, t.source_transaction_id, t.operation, t.state,
                       t.amount, t.currency_id, t.company_id, t.create_date,
                       t.last_state_change, t.payment_id, t.continuity_no_answer,
                       t.continuity_asked_at, t.continuity_charged_back,
                       t.continuity_refund_payment_id, t.continuity_settle_kind,
                       t.provider_id, v.code,
                       COALESCE(q.support_refund, b.support_refund),
                       COALESCE(q.support_manual_capture, b.support_manual_capture),
                       t.provider_reference IS NOT NULL,
                       COALESCE(c.continuity_pending_days, 0),
                       t.continuity_charged_back_at, t.continuity_settle_payment_id
                  FROM family f
                  JOIN payment_transaction r ON r.id = f.root_id
                  JOIN payment_transaction t ON t.id = f.id
                  JOIN payment_provider v ON v.id = t.provider_id
             LEFT JOIN res_company c ON c.id = t.company_id
             LEFT JOIN payment_method b ON b.id = t.payment_method_id
             LEFT JOIN payment_method q ON q.id = b.primary_payment_method_id
                 WHERE COALESCE(r.operation, '') NOT IN ('validation', 'refund')
                """,
                transactions=list(tx_ids),
                **{
                    kind: [row.res_id for row in scopes if row.kind == kind]
                    for kind in ("child", "upfront", "ordinary")
                },
                orders=list(order_ids),
                moves=list(move_ids),
                payments=list(payment_ids),
            )
        )
        return [TransactionRow._make(row) for row in rows]

    def _read_links(self, tx_ids):
        """Read what payments of providers are linked to, and their shares.

        :param list[int] tx_ids: payments, not their captures
        :rtype: list[LinkRow]
        """
        rows = self.env.execute_query(
            SQL(
                """
                SELECT x.transaction_id, NULL::int, c.id,
                       c.continuity_order_id IS NOT NULL, o.ids,
                       NULL, NULL::int, NULL::numeric, NULL::int, NULL::date
                  FROM sale_order_transaction_rel x
                  JOIN sale_order c ON c.id = x.sale_order_id
             LEFT JOIN LATERAL (
                       SELECT ARRAY_AGG(CASE WHEN bill_upfront THEN id END ORDER BY id)
                              AS ids
                         FROM continuity_order
                        WHERE sale_order_id = c.id
                       ) o ON TRUE
                 WHERE x.transaction_id = ANY(%(ids)s)
                 UNION ALL
                SELECT transaction_id, invoice_id, NULL, FALSE, NULL,
                       NULL, NULL, NULL, NULL, NULL
                  FROM account_invoice_transaction_rel
                 WHERE transaction_id = ANY(%(ids)s)
                 UNION ALL
                SELECT s.transaction_id, NULL, NULL, FALSE, NULL,
                       s.kind, COALESCE(s.child_order_id, s.ordinary_order_id,
                                        s.continuity_order_id),
                       s.amount, s.continuity_payment_id, p.due_date
                  FROM continuity_payment_share s
             LEFT JOIN continuity_payment p ON p.id = s.continuity_payment_id
                 WHERE s.transaction_id = ANY(%(ids)s)
                """,
                ids=list(tx_ids),
            )
        )
        return [LinkRow._make(row) for row in rows]

    # === PAYMENTS === #

    def _read_payments(self, payment_ids, move_ids):
        """Read registered payments, and those that transactions made.

        :param list[int] payment_ids: payments
        :param list[int] move_ids: documents they are linked to
        :return: those that count
        :rtype: list[PaymentRow]
        """
        rows = self.env.execute_query(
            SQL(
                """
                WITH found AS (
                    SELECT UNNEST(%(payments)s::int[]) AS id
                     UNION
                    SELECT payment_id
                      FROM account_move__account_payment
                     WHERE invoice_id = ANY(%(moves)s)
                )
                SELECT p.id, p.payment_type, p.state, p.amount, p.currency_id,
                       p.company_id, p.date, p.create_date, p.move_id IS NOT NULL,
                       p.payment_transaction_id,
                       ARRAY(SELECT r.invoice_id
                               FROM account_move__account_payment r
                              WHERE r.payment_id = p.id
                              ORDER BY 1)
                  FROM found
                  JOIN account_payment p ON p.id = found.id
                 WHERE p.state IN ('in_process', 'paid')
                """,
                payments=list(payment_ids),
                moves=list(move_ids),
            )
        )
        return [PaymentRow._make(row) for row in rows]
