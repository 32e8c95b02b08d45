# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.tools import SQL

from ..agreement.guard_facts import UNDONE_KINDS


class ContinuityFact(models.AbstractModel):
    """What each turn has brought and cost, in the currency of the company."""

    _inherit = "continuity.fact"

    @api.model
    def _get_worth_sql(self, company, day, condition=None):
        """Select the turns that are ripe, with their money.

        Revenue is what posted invoices say, less credit notes; of goods in advance,
        what was released. What is not invoiced yet counts by the ledger.

        :param res.company company: whose members
        :param date day: what was planned before it counts
        :param SQL condition: which continuity orders, as *o*; None = all
        :return: the columns of :meth:`_get_turn_sql`, and those of shipped turns:
            returned (share of the goods, 0 to 1), is_paid, is_parcel, is_uninvoiced,
            is_uncosted, revenue, goods_cost, fee, cost, quantity (of the parent line)
        :rtype: SQL
        :raise UserError: orders in a currency that has no rate
        """
        rates = self.env["continuity.dunning.report"]
        rates = rates.with_context(allowed_company_ids=company.ids)
        # What never was a member counts nowhere: it needs no rate either
        are_members = SQL(
            "o.submit_date IS NOT NULL AND o.state != 'draft' AND (%s)",
            condition or SQL("TRUE"),
        )
        return SQL(
            """
            WITH turn AS MATERIALIZED (
                     SELECT * FROM (%(turns)s) every_turn WHERE is_ripe
                 ),
                 line AS MATERIALIZED (%(line)s),
                 invoiced AS (%(invoiced)s),
                 goods AS (%(goods)s),
                 replaced AS (%(replaced)s),
                 owed AS (%(owed)s),
                 covered AS (%(covered)s),
                 valued AS (%(valued)s),
                 charged AS (
                     SELECT valued.*,
                            CASE WHEN is_paid AND is_card THEN gross * %(fee)s
                                 ELSE 0 END AS fee
                       FROM valued
                 )
            SELECT charged.*,
                   decision = 'shipped' AND is_head AS is_parcel,
                   goods_cost - cost_back * resale + CASE
                       WHEN decision != 'shipped' THEN 0
                       ELSE CASE WHEN is_head THEN fulfilment_cost ELSE 0 END
                            + CASE WHEN replaced_cost IS NULL THEN 0
                                   ELSE replaced_cost + fulfilment_cost END
                            + fee
                   END AS cost
              FROM charged
            """,
            turns=self._get_turn_sql(company, day, condition),
            line=self._get_line_sql(),
            invoiced=self._get_invoiced_sql(),
            goods=self._get_goods_sql(),
            replaced=self._get_replaced_sql(),
            owed=self._get_owed_sql(company, day),
            covered=self._get_covered_sql(company, day),
            valued=self._get_valued_sql(company, rates._get_rates_sql(are_members)),
            fee=company.continuity_payment_fee_percent / 100,
        )

    @api.model
    def _get_line_sql(self):
        """Select the goods that were shipped, and how many came back."""
        return SQL(
            """
            SELECT l.shipment_id, l.quantity, COALESCE(l.cost_unit, 0) AS cost_unit,
                   l.sale_order_line_id,
                   COALESCE(sent.product_uom_qty, l.quantity) AS sent,
                   LEAST(
                       COALESCE(sent.continuity_settled_qty, 0),
                       COALESCE(sent.product_uom_qty, 0)
                   ) AS back
              FROM turn
              JOIN continuity_shipment_line l ON l.shipment_id = turn.shipment_id
              LEFT JOIN sale_order_line sent ON sent.id = l.sale_order_line_id
             WHERE turn.decision = 'shipped'
            """
        )

    @api.model
    def _get_invoiced_sql(self):
        """Select what the posted invoices and credit notes of the goods come to."""
        return SQL(
            """
            SELECT rel.order_line_id, -SUM(item.balance) AS amount
              FROM line
              JOIN sale_order_line_invoice_rel rel
                ON rel.order_line_id = line.sale_order_line_id
              JOIN account_move_line item
                ON item.id = rel.invoice_line_id AND item.parent_state = 'posted'
             GROUP BY rel.order_line_id
            """
        )

    @api.model
    def _get_goods_sql(self):
        """Select the goods of each shipment together."""
        return SQL(
            """
            SELECT line.shipment_id,
                   SUM(line.quantity * line.cost_unit) AS cost,
                   SUM(line.back * line.cost_unit) AS cost_back,
                   SUM(line.back) / NULLIF(SUM(line.sent), 0) AS returned,
                   BOOL_OR(line.cost_unit = 0 AND line.quantity != 0) AS is_uncosted,
                   SUM(invoiced.amount) AS invoiced
              FROM line
              LEFT JOIN invoiced ON invoiced.order_line_id = line.sale_order_line_id
             GROUP BY line.shipment_id
            """
        )

    @api.model
    def _get_replaced_sql(self):
        """Select what was sent again, free of charge: it cost what it cost before."""
        return SQL(
            """
            SELECT again.order_id AS child_order_id,
                   SUM(again.product_uom_qty * COALESCE(known.cost_unit, 0)) AS cost
              FROM turn
              JOIN sale_order_line again
                ON again.order_id = turn.child_order_id
               AND again.is_continuity_replacement
              LEFT JOIN LATERAL (
                   SELECT MAX(l.cost_unit) AS cost_unit
                     FROM sale_order_line sent
                     JOIN continuity_shipment_line l ON l.sale_order_line_id = sent.id
                    WHERE sent.order_id = again.order_id
                      AND sent.product_id = again.product_id
                   ) known ON TRUE
             WHERE turn.decision = 'shipped' AND turn.is_head
             GROUP BY again.order_id
            """
        )

    @api.model
    def _get_owed_sql(self, company, day):
        """Select the parcels with a payment that has not come in.

        A rest that is too little for a card makes no parcel an unpaid one. Nor is one
        paid that nobody has asked money for yet: its payment comes with its invoice.
        """
        return SQL(
            """
            SELECT p.child_order_id, FALSE AS is_unasked
              FROM turn
              JOIN continuity_payment p ON p.child_order_id = turn.child_order_id
             WHERE turn.decision = 'shipped'
               AND p.state != 'paid'
               AND (p.state != 'cancelled' OR p.cancel_kind = 'written_off')
               AND NOT %s
             UNION
            SELECT c.id, TRUE
              FROM turn
              JOIN sale_order c ON c.id = turn.child_order_id AND c.amount_total > 0
             WHERE turn.decision = 'shipped' AND NOT turn.is_upfront
               AND NOT EXISTS (
                       SELECT FROM continuity_payment p
                        WHERE p.child_order_id = c.id
                          AND (p.state != 'cancelled'
                               OR COALESCE(p.cancel_kind, '') NOT IN %s)
                   )
            """,
            self.env["continuity.payment"]._get_too_little_sql(company, day),
            UNDONE_KINDS,
        )

    @api.model
    def _get_covered_sql(self, company, day):
        """Select what orders that pay in advance have paid, less what went back.

        A rest that is too little for a card leaves nothing uncovered.
        """
        return SQL(
            """
            SELECT p.continuity_order_id AS order_id,
                   SUM(p.amount - COALESCE(p.amount_refunded, 0)) AS amount
              FROM (SELECT DISTINCT order_id FROM turn WHERE is_upfront) prepaid
              JOIN continuity_payment p
                ON p.continuity_order_id = prepaid.order_id
               AND (p.state = 'paid' OR %s)
             GROUP BY p.continuity_order_id
            """,
            self.env["continuity.payment"]._get_too_little_sql(company, day),
        )

    @api.model
    def _get_valued_sql(self, company, rates):
        """Select revenue, what the goods cost, and whether it is paid.

        In advance, what is paid covers the first turns first; what came back need not
        be covered.
        """
        return SQL(
            """
            SELECT turn.*,
                   goods.returned,
                   goods.is_uncosted,
                   turn.decision = 'shipped' AND goods.invoiced IS NULL
                       AS is_uninvoiced,
                   CASE WHEN turn.decision != 'shipped' THEN 0
                        WHEN goods.invoiced IS NOT NULL THEN goods.invoiced
                        ELSE s.amount_untaxed / worth.rate
                             * (1 - COALESCE(goods.returned, 0))
                   END AS revenue,
                   COALESCE(goods.cost, 0) AS goods_cost,
                   COALESCE(goods.cost_back, 0) AS cost_back,
                   CASE WHEN turn.is_head THEN replaced.cost END AS replaced_cost,
                   CASE WHEN turn.decision = 'shipped' THEN o.quantity ELSE 0 END
                       AS quantity,
                   s.amount_total / worth.rate AS gross,
                   o.payment_method = 'card' AS is_card,
                   COALESCE(program.fulfilment_cost, 0) AS fulfilment_cost,
                   COALESCE(program.resale_percent, 0) / 100 AS resale,
                   turn.decision = 'shipped' AND CASE
                       WHEN turn.is_upfront THEN
                           SUM(CASE WHEN turn.decision = 'shipped'
                                    THEN s.amount_total
                                         * (1 - COALESCE(goods.returned, 0))
                                    ELSE 0 END)
                               OVER (PARTITION BY turn.order_id ORDER BY turn.turn)
                           <= COALESCE(covered.amount, 0) + currency.rounding / 2
                       -- What came back before anybody asked owes nothing
                       ELSE owed.child_order_id IS NULL
                            OR owed.is_unasked AND COALESCE(goods.returned, 0) >= 1
                   END AS is_paid
              FROM turn
              JOIN continuity_order o ON o.id = turn.order_id
              JOIN continuity_program program ON program.id = turn.program_id
              JOIN res_currency currency ON currency.id = o.currency_id
              LEFT JOIN continuity_shipment s ON s.id = turn.shipment_id
              LEFT JOIN goods ON goods.shipment_id = turn.shipment_id
              LEFT JOIN replaced ON replaced.child_order_id = turn.child_order_id
              LEFT JOIN owed ON owed.child_order_id = turn.child_order_id
              LEFT JOIN covered ON covered.order_id = turn.order_id
              LEFT JOIN (%(rates)s) rate (company_id, currency_id, rate)
                ON rate.company_id = o.company_id AND rate.currency_id = o.currency_id
             CROSS JOIN LATERAL (
                   SELECT CASE WHEN o.currency_id = %(currency)s THEN 1
                               ELSE rate.rate END AS rate
                   ) worth
            """,
            rates=rates,
            currency=company.currency_id.id,
        )
