# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.tools import SQL


class ContinuityForecastFact(models.AbstractModel):
    """What customers have paid, by the day it was paid."""

    _inherit = "continuity.forecast.fact"

    def _fetch_collected(self, company, begin, end):
        """Sum up the payments that were made in a period, by currency.

        :param res.company company: the company
        :param date begin: the first day
        :param date end: the day after the last one
        :return: currency, amount
        :rtype: list[tuple[int, float]]
        """
        self.env.flush_all()
        zone = company._continuity_timezone().zone
        return self.env.execute_query(
            SQL(
                """
                WITH touched AS (
                     SELECT rel.payment_id AS id
                       FROM payment_transaction tx
                       JOIN continuity_payment_transaction_rel rel
                         ON rel.transaction_id = tx.id
                      WHERE tx.state = 'done'
                        AND tx.last_state_change >= %(begin)s::date - 1
                        AND tx.last_state_change < %(end)s::date + 1
                      UNION
                     SELECT p.id
                       FROM account_partial_reconcile partial
                       JOIN continuity_payment p
                         ON p.receivable_line_id = partial.debit_move_id
                      WHERE partial.max_date >= %(begin)s AND partial.max_date < %(end)s
                )
                SELECT p.currency_id, SUM(p.amount)
                  FROM touched
                  JOIN continuity_payment p ON p.id = touched.id
                 CROSS JOIN LATERAL (SELECT %(paid)s AS day) paid
                 WHERE p.company_id = %(company)s AND p.state = 'paid'
                   AND paid.day >= %(begin)s AND paid.day < %(end)s
                 GROUP BY p.currency_id
                """,
                begin=begin,
                end=end,
                company=company.id,
                paid=self._get_paid_day_sql(zone),
            )
        )
