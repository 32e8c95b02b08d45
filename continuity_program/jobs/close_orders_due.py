# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import models
from odoo.tools import SQL

from ..models.children.sale_order_block import ASKED_STATES


class CloseOrders(models.AbstractModel):
    """What each pass of the close job finds due.

    The conditions look at stored figures only. Whether goods go through a warehouse
    is asked of the line: with `sale_stock` what is delivered counts, without it the
    commitment date (rules BR4).
    """

    _inherit = "continuity.job.close_orders"

    # === INVOICES === #

    def _get_release_sql(self, run):
        """Select the up-front children of which more was supplied than released."""
        return SQL(
            """
            SELECT c.id
              FROM sale_order c
              JOIN continuity_order o ON o.id = c.continuity_order_id
             WHERE %(child)s
               AND o.bill_upfront
               AND EXISTS (
                   SELECT FROM sale_order_line l
                    WHERE l.order_id = c.id
                      AND l.display_type IS NULL
                      AND l.continuity_prepaid_line_id IS NULL
                      AND LEAST(%(supplied)s, %(ordered)s)
                          > COALESCE(l.qty_invoiced, 0) + 0.000001
               )
            """,
            child=self._get_child_sql(run),
            supplied=self._get_supplied_sql(run),
            ordered=self._get_ordered_sql(),
        )

    def _get_ordered_sql(self):
        """Say how much of a line is invoiced in the end: not what came back (N49)."""
        return SQL("(l.product_uom_qty - COALESCE(l.continuity_settled_qty, 0))")

    def _get_invoiced_sql(self):
        """Say how much of a line was invoiced, drafts too; notes give nothing back.

        The same as the sale order line says of itself, in its unit.
        """
        return SQL(
            """(SELECT COALESCE(SUM(i.quantity * iu.factor / lu.factor), 0)
                  FROM sale_order_line_invoice_rel r
                  JOIN account_move_line i ON i.id = r.invoice_line_id
                  JOIN account_move m ON m.id = i.move_id
                  JOIN uom_uom iu ON iu.id = i.product_uom_id
                  JOIN uom_uom lu ON lu.id = l.product_uom_id
                 WHERE r.order_line_id = l.id
                   AND m.move_type = 'out_invoice'
                   AND m.state IN ('draft', 'posted'))"""
        )

    def _get_invoice_sql(self, run):
        """Select other children with something to invoice by the company's option."""
        conditions = {
            "delivered": self._get_delivered_sql(run),
            "created": self._get_payable_sql(run),
        }
        return SQL(
            """
            SELECT c.id
              FROM sale_order c
              JOIN continuity_order o ON o.id = c.continuity_order_id
             WHERE %(child)s
               AND NOT o.bill_upfront
               AND c.invoice_status = 'to invoice'
               AND %(option)s
            """,
            child=self._get_child_sql(run),
            option=conditions[run.company_id.continuity_invoice_children],
        )

    def _get_delivered_sql(self, run):
        """Say that the customer has got everything that would be invoiced."""
        return SQL(
            """NOT EXISTS (
                   SELECT FROM sale_order_line l
                    WHERE l.order_id = c.id
                      AND l.display_type IS NULL
                      AND l.qty_to_invoice > 0.000001
                      AND %(supplied)s < l.qty_to_invoice + %(invoiced)s - 0.000001
               )""",
            supplied=self._get_supplied_sql(run),
            invoiced=self._get_invoiced_sql(),
        )

    def _get_payable_sql(self, run):
        """Say that nothing that is due is unpaid, or something has left (BR9).

        Due by today, also in a run for an earlier day.
        """
        day = max(run.date, run.company_id._continuity_today())
        return SQL(
            """(
                   o.payment_method != 'card'
                   OR EXISTS (
                       SELECT FROM sale_order_line l
                        WHERE l.order_id = c.id AND %(left)s > 0
                   )
                   OR NOT EXISTS (
                       SELECT FROM continuity_payment p
                        WHERE p.child_order_id = c.id
                          AND (p.due_date <= %(day)s OR p.state IN %(asked)s)
                          AND p.state NOT IN ('paid', 'authorized', 'cancelled')
                          AND NOT %(little)s
                   )
               )""",
            left=self._get_left_sql(),
            little=self.env["continuity.payment"]._get_too_little_sql(
                run.company_id, day
            ),
            day=day,
            asked=ASKED_STATES,
        )

    def _get_child_sql(self, run):
        """Say which child orders the run may invoice."""
        return SQL(
            """c.company_id = %(company)s
               AND c.state = 'sale'
               AND o.state IN ('running', 'paused', 'on_hold')
               AND NOT EXISTS (
                   SELECT FROM continuity_run_line l
                    WHERE l.run_id = %(run)s
                      AND l.child_order_id = c.id
                      AND l.outcome IN ('skipped', 'failed')
               )
               %(filters)s""",
            company=run.company_id.id,
            run=run.id,
            filters=self._get_filters_sql(run),
        )

    def _get_supplied_sql(self, run):
        """Say how much of a line the customer has got; see the sale order line."""
        company = run.company_id
        tomorrow = company._continuity_noon(run.date + timedelta(days=1))
        return SQL(
            """CASE WHEN l.qty_delivered_method = 'stock_move'
                    THEN %(left)s
                    WHEN COALESCE(c.commitment_date, c.date_order) < %(midnight)s
                    THEN l.product_uom_qty
                    ELSE 0
               END""",
            left=self._get_left_sql(),
            midnight=tomorrow - timedelta(hours=12),
        )

    def _get_left_sql(self):
        """Say how much of a line has left the house, as the accounts read it."""
        billing = self.env["continuity.billing"]
        return SQL("COALESCE(%s, 0)", billing._get_facts_delivered_sql())

    # === SHIPMENTS === #

    def _get_done_sql(self, run):
        """Select the shipments whose child has nothing left, or was cancelled (F2)."""
        return SQL(
            """
            SELECT s.id
              FROM continuity_shipment s
              JOIN continuity_order o ON o.id = s.continuity_order_id
              JOIN sale_order c ON c.id = s.child_order_id
             WHERE s.state = 'ordered'
               AND s.company_id = %(company)s
               AND (
                   c.state = 'cancel'
                   OR c.state = 'sale' AND NOT EXISTS (
                       SELECT FROM sale_order_line l
                        WHERE l.order_id = c.id
                          AND l.display_type IS NULL
                          AND l.continuity_prepaid_line_id IS NULL
                          AND (%(undelivered)s OR %(uninvoiced)s OR %(draft)s)
                   ) AND NOT %(unsent)s
               )
               AND NOT EXISTS (
                   SELECT FROM continuity_run_line l
                    WHERE l.run_id = %(run)s
                      AND l.shipment_id = s.id
                      AND l.outcome = 'failed'
               )
               %(filters)s
            """,
            company=run.company_id.id,
            run=run.id,
            undelivered=self._get_undelivered_sql(),
            uninvoiced=self._get_uninvoiced_sql(),
            draft=self._get_draft_invoice_sql(),
            unsent=self._get_unsent_sql(),
            filters=self._get_filters_sql(run),
        )

    def _get_undelivered_sql(self):
        """Say that goods of a line are still to leave; nothing waits without stock."""
        return SQL("FALSE")

    def _get_moving_sql(self):
        """Say that a transfer of a line is open."""
        return SQL("FALSE")

    def _get_unsent_sql(self):
        """Say that of the goods of a child nothing has left; see `_get_left_sql`."""
        return SQL("FALSE")

    def _get_uninvoiced_sql(self):
        """Say that goods of a line are still to be invoiced.

        Of an up-front child only what was delivered; the rest stays open until it is
        credited (rules F2).
        """
        return SQL(
            """CASE WHEN o.bill_upfront AND l.qty_delivered_method != 'stock_move'
                    THEN %(ordered)s > COALESCE(l.qty_invoiced, 0) + 0.000001
                    WHEN o.bill_upfront
                    THEN LEAST(%(left)s, %(ordered)s)
                         > COALESCE(l.qty_invoiced, 0) + 0.000001
                    WHEN c.continuity_cancel_reason IS NOT NULL
                    THEN FALSE
                    WHEN l.qty_delivered_method != 'stock_move'
                    THEN %(ordered)s > 0.000001
                         AND l.product_uom_qty > %(invoiced)s + 0.000001
                    ELSE COALESCE(l.qty_to_invoice, 0) > 0.000001
               END""",
            left=self._get_left_sql(),
            ordered=self._get_ordered_sql(),
            invoiced=self._get_invoiced_sql(),
        )

    def _get_draft_invoice_sql(self):
        """Say that an invoice of a line is not posted yet."""
        return SQL(
            """EXISTS (
                   SELECT FROM sale_order_line_invoice_rel r
                     JOIN account_move_line i ON i.id = r.invoice_line_id
                    WHERE r.order_line_id = l.id AND i.parent_state = 'draft'
               )"""
        )

    # === ORDERS === #

    def _get_close_sql(self, run):
        """Select the orders that nothing is left to be shipped of (F4).

        The rest of the guard is asked in Python: who does not pass it is listed.
        """
        return SQL(
            """
            SELECT o.id
              FROM continuity_order o
             WHERE o.company_id = %(company)s
               AND o.state IN ('running', 'paused', 'on_hold')
               AND (NOT COALESCE(o.has_more, FALSE) OR o.end_reason IS NOT NULL)
               AND EXISTS (
                   SELECT FROM continuity_shipment s
                    WHERE s.continuity_order_id = o.id
               )
               AND NOT EXISTS (
                   SELECT FROM continuity_shipment s
                    WHERE s.continuity_order_id = o.id
                      AND s.state IN ('planned', 'ordered')
               )
               AND NOT EXISTS (
                   SELECT FROM continuity_run_line l
                    WHERE l.run_id = %(run)s
                      AND l.continuity_order_id = o.id
                      AND l.child_order_id IS NULL
                      AND l.outcome IN ('skipped', 'failed')
               )
               %(filters)s
            """,
            company=run.company_id.id,
            run=run.id,
            filters=self._get_filters_sql(run),
        )

    def _get_id_sql(self, alias):
        return SQL("%s.id", SQL.identifier(alias))
