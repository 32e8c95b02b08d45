# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.tools import SQL


class ContinuityJob(models.AbstractModel):
    """What the selections of several processes have in common."""

    _inherit = "continuity.job"

    def _get_filters_sql(self, run, order="o"):
        """Narrow a due condition to what the person asked for (rules N77).

        :param continuity.run run: the run with its filters
        :param str order: alias of the continuity order in the query
        :return: conditions, each beginning with AND
        :rtype: SQL
        """
        alias = SQL.identifier(order)
        parts = []
        if run.program_id:
            parts.append(SQL("AND %s.program_id = %s", alias, run.program_id.id))
        if run.product_id:
            parts.append(SQL("AND %s.product_id = %s", alias, run.product_id.id))
        if run.product_tmpl_id:
            variants = SQL(
                "SELECT id FROM product_product WHERE product_tmpl_id = %s",
                run.product_tmpl_id.id,
            )
            parts.append(SQL("AND %s.product_id IN (%s)", alias, variants))
        if run.sale_order_id:
            parts.append(SQL("AND %s.sale_order_id = %s", alias, run.sale_order_id.id))
        return SQL(" ").join(parts)

    def _get_payments_sql(self, run, condition):
        """Select rows of the company that the run has not looked at yet.

        :param continuity.run run: the run with its filters
        :param SQL condition: on `p`, the payment row, and `o`, its continuity order
        :return: a complete SELECT of ids
        :rtype: SQL
        """
        return SQL(
            """
            SELECT p.id
              FROM continuity_payment p
              JOIN continuity_order o ON o.id = p.continuity_order_id
             WHERE p.company_id = %(company)s
               AND %(condition)s
               AND NOT EXISTS (
                   SELECT FROM continuity_run_line l
                    WHERE l.run_id = %(run)s AND l.payment_id = p.id
               )
               %(filters)s
            """,
            company=run.company_id.id,
            condition=condition,
            run=run.id,
            filters=self._get_filters_sql(run),
        )

    def _get_orders_sql(self, run, condition, join=None):
        """Select continuity orders of the company that the run has not left out.

        :param continuity.run run: the run with its filters
        :param SQL condition: on `o`, the continuity order
        :param SQL join: what the condition needs besides; None = nothing
        :return: a complete SELECT of ids
        :rtype: SQL
        """
        return SQL(
            """
            SELECT o.id
              FROM continuity_order o %(join)s
             WHERE o.company_id = %(company)s
               AND %(condition)s
               AND NOT EXISTS (
                   SELECT FROM continuity_run_line l
                    WHERE l.run_id = %(run)s
                      AND l.continuity_order_id = o.id
                      AND l.outcome IN ('skipped', 'failed')
               )
               %(filters)s
            """,
            join=join or SQL(),
            company=run.company_id.id,
            condition=condition,
            run=run.id,
            filters=self._get_filters_sql(run),
        )
