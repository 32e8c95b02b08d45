# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.tools import SQL

from ...reading import LineRow, RequestRow, ScopeRow


class ContinuityBilling(models.AbstractModel):
    """What orders say: scopes, their lines, and the rows of the ledger."""

    _inherit = "continuity.billing"

    # === SCOPES === #

    def _read_scopes(self, scopes):
        """Read scopes, with what may keep a card from being asked.

        :param list[tuple[str, int]] scopes: keys
        :return: those whose record is there
        :rtype: list[ScopeRow]
        """
        ids = {kind: [] for kind in ("child", "upfront", "ordinary")}
        for kind, res_id in scopes:
            ids[kind].append(res_id)
        rows = self.env.execute_query(
            SQL(
                """
                WITH scope AS (%(child)s UNION ALL %(upfront)s UNION ALL %(ordinary)s)
                SELECT s.kind, s.res_id, o.id, o.sale_order_id, o.company_id,
                       o.currency_id, s.total, s.is_alive, o.state,
                       o.pause_date IS NOT NULL, o.hold_manual, o.hold_payment,
                       p.continuity_hold, s.method, s.schedule_id,
                       s.base_date,
                       s.kind != 'upfront'
                       AND (s.method = 'on_account'
                            OR s.kind = 'child'
                               AND c.continuity_authorize_child IS NOT TRUE)
                       OR s.kind = 'upfront' AND s.method = 'on_account',
                       c.active, t.id IS NOT NULL,
                       CASE WHEN %(tried)s THEN NULL ELSE t.expiry_date END,
                       t.active,
                       t.partner_id IN (m.id, m.commercial_partner_id)
                       AND t.company_id = o.company_id,
                       v.state != 'disabled' AND %(takes)s,
                       s.reopened_at, s.asked_again
                  FROM scope s
                  JOIN continuity_order o ON o.id = s.order_id
                  JOIN res_company c ON c.id = o.company_id
                  JOIN res_partner m ON m.id = o.partner_id
             LEFT JOIN sale_order p ON p.id = o.sale_order_id
             LEFT JOIN payment_token t ON t.id = s.token_id
             LEFT JOIN payment_provider v ON v.id = t.provider_id
                """,
                # Some providers charge a card on that its bank has renewed
                tried=self.env["payment.token"]._continuity_get_tried_expired_sql(),
                takes=self.env["payment.token"]._continuity_get_currency_sql(
                    SQL.identifier("o", "currency_id")
                ),
                child=self._get_child_scope_sql(ids["child"]),
                upfront=self._get_upfront_scope_sql(ids["upfront"]),
                ordinary=self._get_ordinary_scope_sql(ids["ordinary"]),
            )
        )
        return self._read_owners([ScopeRow._make(row) for row in rows])

    def _get_child_scope_sql(self, ids):
        """Select child orders; a parcel follows the shipment that leaves first."""
        return SQL(
            """
            SELECT 'child' AS kind, c.id AS res_id, c.continuity_order_id AS order_id,
                   c.amount_total AS total,
                   c.state != 'cancel'
                   AND COALESCE(c.continuity_cancel_reason, '') = ''
                   -- Cancelled, and reset to draft: nobody has confirmed it again yet,
                   -- and one without a shipment, which was planned again, nobody can
                   AND NOT (c.state IN ('draft', 'sent')
                            AND COALESCE(s.state, 'cancelled') = 'cancelled')
                   AS is_alive,
                   o.payment_method AS method, o.payment_token_id AS token_id,
                   CASE WHEN NOT o.bill_upfront THEN s.payment_schedule_id END
                   AS schedule_id,
                   s.planned_date AS base_date,
                   c.continuity_reopened_at AS reopened_at,
                   c.continuity_asked_again AS asked_again
              FROM sale_order c
              JOIN continuity_order o ON o.id = c.continuity_order_id
         LEFT JOIN LATERAL (
                   SELECT payment_schedule_id, planned_date, state
                     FROM continuity_shipment
                    WHERE child_order_id = c.id
                    ORDER BY planned_date, number
                    LIMIT 1
                   ) s ON TRUE
             WHERE c.id = ANY(%s)
            """,
            ids,
        )

    def _get_upfront_scope_sql(self, ids):
        """Select what orders are billed up front."""
        return SQL(
            """
            SELECT 'upfront', o.id, o.id, l.price_total, o.state != 'cancelled',
                   o.payment_method, o.payment_token_id, o.payment_schedule_id,
                   GREATEST(o.start_date, o.submit_date), NULL::timestamp,
                   o.asked_again
              FROM continuity_order o
              JOIN sale_order_line l ON l.id = o.sale_order_line_id
             WHERE o.id = ANY(%s)
            """,
            ids,
        )

    def _get_ordinary_scope_sql(self, ids):
        """Select the ordinary lines of parent orders; the lines say their total."""
        return SQL(
            """
            SELECT 'ordinary', p.id, o.id, NULL::numeric, p.state != 'cancel',
                   COALESCE(
                       p.continuity_ordinary_method,
                       CASE WHEN o.all_on_account THEN 'on_account' ELSE 'card' END
                   ),
                   COALESCE(p.continuity_ordinary_token_id, o.token_id), NULL::int,
                   NULL::date, NULL::timestamp, NULL::jsonb
              FROM sale_order p
              JOIN (
                   SELECT sale_order_id, MIN(id) AS id,
                          BOOL_AND(payment_method = 'on_account') AS all_on_account,
                          (ARRAY_AGG(payment_token_id ORDER BY id))[1] AS token_id
                     FROM continuity_order
                    WHERE sale_order_id = ANY(%(ids)s)
                    GROUP BY sale_order_id
                   ) o ON o.sale_order_id = p.id
            """,
            ids=ids,
        )

    def _read_owners(self, rows):
        """Ask for cards that are not the customer's own: somebody may have allowed it.

        :param list[ScopeRow] rows: what was selected
        :rtype: list[ScopeRow]
        """
        foreign = [row for row in rows if row.has_card and not row.is_owner]
        if not foreign:
            return rows
        # Who gave a card stands on transactions, which sellers may not read
        orders_sudo = self.env["continuity.order"].sudo()
        orders_sudo = orders_sudo.browse({row.order_id for row in foreign})
        allowed = {
            order.id
            for order in orders_sudo
            if not order.payment_token_id._continuity_get_owner_refusal(order)
        }
        return [
            row._replace(is_owner=bool(row.is_owner) or row.order_id in allowed)
            for row in rows
        ]

    # === LINES === #

    def _read_lines(self, order_ids):
        """Read the lines of children and the ordinary lines of parent orders.

        :param list[int] order_ids: sale orders
        :rtype: list[LineRow]
        """
        rows = self.env.execute_query(
            SQL(
                """
                SELECT CASE WHEN c.continuity_order_id IS NULL
                            THEN 'ordinary' ELSE 'child' END,
                       c.id, COALESCE(l.is_downpayment, FALSE), l.price_total,
                       l.product_uom_qty, %(called_off)s, l.continuity_settled_qty,
                       %(delivered)s, d.invoiced, d.drafted, d.credited, d.total
                  FROM sale_order c
                  JOIN sale_order_line l ON l.order_id = c.id
             LEFT JOIN LATERAL (
                       SELECT SUM(i.quantity * f.factor) FILTER (
                                  WHERE m.move_type = 'out_invoice'
                                    AND m.state = 'posted') AS invoiced,
                              SUM(i.quantity * f.factor) FILTER (
                                  WHERE m.move_type = 'out_invoice'
                                    AND m.state = 'draft') AS drafted,
                              SUM(i.quantity * f.factor) FILTER (
                                  WHERE m.move_type = 'out_refund'
                                    AND m.state != 'cancel') AS credited,
                              SUM(i.price_total
                                  * CASE m.move_type WHEN 'out_refund' THEN -1 ELSE 1
                                    END) FILTER (WHERE m.state = 'posted') AS total
                         FROM sale_order_line_invoice_rel r
                         JOIN account_move_line i ON i.id = r.invoice_line_id
                         JOIN account_move m ON m.id = i.move_id
                    LEFT JOIN uom_uom iu ON iu.id = i.product_uom_id
                    LEFT JOIN uom_uom lu ON lu.id = l.product_uom_id
                   CROSS JOIN LATERAL (
                              SELECT COALESCE(iu.factor / lu.factor, 1) AS factor
                              ) f
                        WHERE r.order_line_id = l.id
                       ) d ON TRUE
                 WHERE c.id = ANY(%(ids)s)
                   AND l.display_type IS NULL
                   AND NOT EXISTS (
                       SELECT FROM continuity_order o WHERE o.sale_order_line_id = l.id
                       )
                """,
                ids=order_ids,
                called_off=self._get_facts_called_off_sql(),
                delivered=self._get_facts_delivered_sql(),
            )
        )
        return [LineRow._make(row) for row in rows]

    def _get_facts_called_off_sql(self):
        """Say how much of a sale order line `l` will never be delivered.

        :return: an expression, in the unit of the line
        :rtype: SQL
        """
        return SQL("0")

    def _get_facts_delivered_sql(self):
        """Say how much of a sale order line `l` was delivered, whatever came back.

        :return: an expression, in the unit of the line
        :rtype: SQL
        """
        return SQL("l.qty_delivered")

    # === ROWS === #

    def _read_requests(self, child_ids, order_ids):
        """Read rows of the ledger, and those that share a payment with one of them.

        :param list[int] child_ids: child orders
        :param list[int] order_ids: continuity orders billed up front
        :rtype: list[RequestRow]
        """
        rows = self.env.execute_query(
            SQL(
                """
                WITH mine AS (
                    SELECT id
                      FROM continuity_payment
                     WHERE child_order_id = ANY(%(children)s)
                     UNION
                    SELECT id
                      FROM continuity_payment
                     WHERE continuity_order_id = ANY(%(orders)s)
                       AND shipment_id IS NULL
                ), wider AS (
                    SELECT id FROM mine
                     UNION
                    SELECT b.payment_id
                      FROM mine
                      JOIN continuity_payment_transaction_rel a
                        ON a.payment_id = mine.id
                      JOIN continuity_payment_transaction_rel b
                        ON b.transaction_id = a.transaction_id
                )
                SELECT p.id,
                       CASE WHEN p.shipment_id IS NULL THEN 'upfront'
                            WHEN p.child_order_id IS NOT NULL THEN 'child'
                       END,
                       CASE WHEN p.shipment_id IS NULL THEN p.continuity_order_id
                            ELSE p.child_order_id
                       END,
                       p.sequence, p.due_date, p.amount, p.amount_planned, p.kind,
                       p.basis, p.state,
                       p.cancel_kind, p.is_paid_otherwise, o.payment_method,
                       p.receivable_line_id, p.next_attempt_date,
                       ARRAY(SELECT r.transaction_id
                               FROM continuity_payment_transaction_rel r
                              WHERE r.payment_id = p.id
                              ORDER BY r.transaction_id)
                  FROM wider
                  JOIN continuity_payment p ON p.id = wider.id
                  JOIN continuity_order o ON o.id = p.continuity_order_id
                """,
                children=child_ids,
                orders=order_ids,
            )
        )
        return [RequestRow._make(row) for row in rows]
