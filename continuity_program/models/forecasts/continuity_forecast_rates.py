# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, models
from odoo.tools import SQL

from ...billing import NOT_ASKED
from ...forecast.cash import USUAL, get_curve
from ...forecast.demand import get_phi, get_week
from ...forecast.rates import LAST_TURN, Counts, Rates
from .continuity_forecast_fact import PAYMENT_REASONS

#: Weeks ago whose forecasts say how wrong they are
PHI_WEEKS = (8, 16)


class ContinuityForecastFact(models.AbstractModel):
    """What members have decided: the rates, and the time customers take to pay."""

    _inherit = "continuity.forecast.fact"

    @api.model
    def _get_rates(self, look, groups):
        """Learn the rates of leaving, of skipping and of mending.

        :param Look look: company, day and weeks
        :param list[Members] groups: open members: which events they meet
        :rtype: Rates
        """
        since = look.since
        facts = self.env["continuity.fact"]
        counts = {
            (program, turn): Counts(shipped + skipped + left, left, skipped)
            for program, turn, shipped, skipped, left in self.env.execute_query(
                facts._get_count_sql(look.company, look.today, since)
            )
        }
        leads = []
        for _program, _turn, lead, interval, count in self.env.execute_query(
            facts._get_lead_sql(look.company, look.today, since)
        ):
            leads += [lead / interval] * count
        return Rates(
            counts,
            leads,
            self._get_mended(look, since),
            self._get_meets(groups),
            look.company.continuity_forecast_strength,
        )

    def _get_mended(self, look, since):
        """Count the blocks that were mended and whose member was lost, by kind.

        A hold was about money if a payment was declined while it lasted, or by the
        answer that has made it. What never reached a bank says nothing of members.
        """
        rows = self.env.execute_query(
            SQL(
                """
                SELECT CASE WHEN e.reason IN %s
                              OR e.reason = 'on_hold' AND EXISTS (
                                     SELECT FROM continuity_exception m
                                      WHERE m.continuity_order_id
                                            = e.continuity_order_id
                                        AND (m.reason = 'declined'
                                             OR m.reason = 'on_hold' AND EXISTS (
                                                    SELECT FROM continuity_payment p
                                                     WHERE p.id = m.payment_id
                                                       AND p.attempts > 0))
                                        AND m.first_seen <= e.closed_on
                                        AND (m.closed_on IS NULL
                                             OR m.closed_on >= e.first_seen)
                                 )
                            THEN 'payment' ELSE 'other' END,
                       COUNT(*) FILTER (WHERE e.closed_as = 'mended'),
                       COUNT(*) FILTER (WHERE e.closed_as = 'left')
                  FROM continuity_exception e
                 WHERE e.company_id = %s AND e.severity = 'blocks'
                   AND e.reason NOT IN %s
                   AND e.continuity_order_id IS NOT NULL
                   AND e.closed_on >= %s AND e.closed_on <= %s
                 GROUP BY 1
                """,
                PAYMENT_REASONS,
                look.company.id,
                (*self._get_not_blocking(), *sorted(NOT_ASKED)),
                since,
                look.today,
            )
        )
        return {kind: (mended, left) for kind, mended, left in rows}

    def _get_meets(self, groups):
        """Say which events members meet at each turn, where somebody has an opinion.

        A typed probability speaks of the first time an event comes.

        :return: pairs of probability and members, by program and turn
        :rtype: dict[tuple, list]
        """
        typed = {
            event.id: event.probability
            for event in self.env["continuity.event"]
            .with_context(active_test=False)
            .search([("probability", "!=", 100)])
        }
        seen, meets = set(), {}
        if not typed:
            return meets
        for members in groups:
            for row in members.rows:
                if row.is_decided or not row.goods:
                    continue
                event = row.goods[0][0]
                probability = 100 if row.is_repeat else typed.get(event, 100)
                key = members.program, min(row.turn, LAST_TURN)
                meets.setdefault(key, []).append((probability, members.count))
                if probability != 100:
                    seen.add(key)
        return {key: found for key, found in meets.items() if key in seen}

    @api.model
    def _get_curves(self, look):
        """Learn when customers pay, by method.

        :rtype: dict[str, Curve]
        """
        settled = {method: {} for method in USUAL}
        never = dict.fromkeys(USUAL, 0)
        for method, lag, count in self.env.execute_query(self._get_paid_sql(look)):
            if lag is None:
                never[method] += count
            else:
                settled[method][lag] = count
        return {
            method: get_curve(method, settled[method], never[method])
            for method in USUAL
        }

    def _get_paid_sql(self, look):
        """Count payments by weeks from the due week to the one they were paid in.

        Without an answer of a card they were paid in the books. What was given up after
        it was asked for, or billed, never came.
        """
        zone = look.company._continuity_timezone().zone
        return SQL(
            """
            SELECT method,
                   CASE WHEN state = 'paid' THEN GREATEST(
                       (DATE_TRUNC('week', COALESCE(paid, due_date))::date
                        - DATE_TRUNC('week', due_date)::date) / 7, 0)
                   END AS lag,
                   COUNT(*)
              FROM (
                   SELECT COALESCE(o.payment_method, 'card') AS method, p.state,
                          p.due_date, %(paid)s AS paid
                     FROM continuity_payment p
                     JOIN continuity_order o ON o.id = p.continuity_order_id
                    WHERE p.company_id = %(company)s
                      AND p.due_date >= %(since)s AND p.due_date < %(today)s
                      AND (p.state = 'paid'
                           OR p.state = 'cancelled'
                          AND (p.cancel_kind = 'written_off'
                               OR p.cancel_kind = 'order' AND p.attempts > 0))
                   ) row
             GROUP BY 1, 2
             ORDER BY 1, 2
            """,
            paid=self._get_paid_day_sql(zone),
            company=look.company.id,
            since=look.since,
            today=look.today,
        )

    @api.model
    def _get_paid_day_sql(self, zone):
        """Say on which day a payment *p* was made: by the card, or in the books.

        :param str zone: where days begin
        :return: NULL where neither knows
        :rtype: SQL
        """
        return SQL(
            """COALESCE(
                   (SELECT (MAX(tx.last_state_change) AT TIME ZONE 'UTC'
                            AT TIME ZONE %s)::date
                      FROM continuity_payment_transaction_rel rel
                      JOIN payment_transaction tx ON tx.id = rel.transaction_id
                     WHERE rel.payment_id = p.id AND tx.state = 'done'
                       AND tx.source_transaction_id IS NULL
                       AND tx.operation NOT IN ('validation', 'refund')),
                   (SELECT MAX(partial.max_date)
                      FROM account_partial_reconcile partial
                     WHERE partial.debit_move_id = p.receivable_line_id)
               )""",
            zone,
        )

    @api.model
    def _get_phi(self, look):
        """Say by how much the last forecasts missed more than they said.

        :return: the factor, and the number of cells it is made of
        :rtype: tuple[float, int]
        """
        monday = get_week(look.today)
        days = [monday - timedelta(weeks=weeks) for weeks in PHI_WEEKS]
        checks = self.env["continuity.forecast.check"].search(
            [
                ("company_id", "=", look.company.id),
                ("forecast_date", "in", days),
                ("level", "=", "program"),
            ]
        )
        return get_phi(
            (check.actual, check.expected, check.sigma)
            for check in checks.sorted(lambda check: (check.forecast_date, check.id))
        )
