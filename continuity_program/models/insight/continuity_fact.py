# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, models
from odoo.tools import SQL

from ..cards.payment_token_check import CARD_REASONS

#: Later turns are not counted one by one
LAST_TURN = 24
#: Reasons of exceptions that are about the card a member pays with
CARD_BLOCKS = (*CARD_REASONS, "card_tried", "no_method")


class ContinuityFact(models.AbstractModel):
    """Which row counts when: what reports and forecasts are made from.

    A *member* is one submitted continuity order, a *turn* one of its shipments by its
    number. Each turn is decided once:

    * *shipped*: its child order is confirmed;
    * *skipped*: the customer passes over it and stays;
    * *left*: the first turn a member who ended does not get; later ones are *gone*;
    * *dropped*: it was taken away while the member stays: in no rate;
    * *open*: nothing of that is known yet.

    A decision counts from the day after the turn was planned, also when the customer
    left earlier: otherwise leavers would be counted before those who stay.
    """

    _name = "continuity.fact"
    _description = "Continuity Fact"

    @api.model
    def _get_turn_sql(self, company, day, condition=None):
        """Select one row per turn of the members of a company.

        The condition goes inside, so that one program costs what one program is.

        :param res.company company: whose members
        :param date day: what was planned before it is ripe
        :param SQL condition: which continuity orders, as *o*; None = all
        :return: order_id, program_id, turn, shipment_id, child_order_id, planned_date,
            decision, is_ripe, is_stalled, left_by (of *left* and *gone*), is_head (not
            one of those that leave in the parcel of an earlier turn), previous_date,
            is_previous_shipped, ended_date, is_upfront
        :rtype: SQL
        """
        condition = condition or SQL("TRUE")
        self.env.flush_all()
        return SQL(
            """
            WITH member AS (%(member)s),
                 continued AS (%(continued)s),
                 ledger AS (%(ledger)s),
                 placed AS (%(placed)s),
                 aimed AS (%(aimed)s),
                 decided AS (%(decided)s)
            SELECT decided.*,
                   LAG(decision = 'shipped') OVER member_turns AS is_previous_shipped
              FROM decided
            WINDOW member_turns AS (PARTITION BY order_id ORDER BY turn)
            """,
            member=self._get_member_sql(company, condition),
            continued=self._get_continued_sql(company, day, condition),
            ledger=self._get_ledger_sql(),
            placed=self._get_placed_sql(),
            aimed=self._get_aimed_sql(company, day),
            decided=self._get_decided_sql(day),
        )

    @api.model
    def _get_member_sql(self, company, condition):
        """Select the members: what was reset to draft never was one.

        Who is kept back by his card does not pay, though nobody has held the order.
        """
        return SQL(
            """
            SELECT o.id AS order_id, o.program_id, o.ended_date, reason.kind,
                   COALESCE(o.bill_upfront, FALSE) AS is_upfront,
                   COALESCE(o.hold_payment, FALSE) OR o.id IN (
                       SELECT e.continuity_order_id
                         FROM continuity_exception e
                        WHERE e.company_id = %(company)s AND e.severity = 'blocks'
                          AND e.closed_on IS NULL
                          AND e.reason IN %(card)s
                          AND e.continuity_order_id IS NOT NULL
                   ) AS is_payment_hold
              FROM continuity_order o
              LEFT JOIN continuity_end_reason reason ON reason.id = o.end_reason_id
             WHERE o.company_id = %(company)s
               AND o.submit_date IS NOT NULL
               AND o.state != 'draft'
               AND (%(condition)s)
            """,
            company=company.id,
            card=CARD_BLOCKS,
            condition=condition,
        )

    @api.model
    def _get_fate_sql(self):
        """Say what became of a shipment *s* with the child order *c*."""
        return SQL(
            """CASE WHEN s.state = 'done'
                          OR s.state = 'ordered' AND c.state = 'sale'
                    THEN 'shipped'
                    WHEN s.state IN ('skipped', 'cancelled') THEN s.state
                    ELSE 'open'
               END"""
        )

    @api.model
    def _get_ledger_sql(self):
        """Select what became of each shipment, and those that were never laid out.

        Leavers do not get them; of who is not decided for long nobody knows.
        """
        return SQL(
            """
            SELECT s.id AS shipment_id, s.continuity_order_id AS order_id,
                   s.number AS turn, s.planned_date, s.child_order_id,
                   %s AS fate,
                   s.state = 'ordered' AS is_waiting
              FROM continuity_shipment s
              JOIN member ON member.order_id = s.continuity_order_id
              LEFT JOIN sale_order c ON c.id = s.child_order_id
             WHERE NOT COALESCE(s.is_removed, FALSE)
             UNION ALL
            SELECT NULL, continued.order_id, continued.turn, continued.planned_date,
                   NULL,
                   CASE WHEN member.ended_date IS NULL THEN 'open' ELSE 'cancelled' END,
                   FALSE
              FROM continued
              JOIN member ON member.order_id = continued.order_id
            """,
            self._get_fate_sql(),
        )

    @api.model
    def _get_placed_sql(self):
        """Select besides how far the member got."""
        return SQL(
            """
            SELECT ledger.*,
                   MAX(turn) FILTER (WHERE fate != 'cancelled') OVER member_turns
                       AS last_kept,
                   MAX(turn) FILTER (WHERE fate IN ('shipped', 'skipped'))
                       OVER member_turns AS last_decided,
                   LAG(planned_date) OVER (PARTITION BY order_id ORDER BY turn)
                       AS previous_date,
                   ROW_NUMBER() OVER (
                       PARTITION BY order_id,
                                    COALESCE(child_order_id, -turn)
                       ORDER BY turn
                   ) = 1 AS is_head
              FROM ledger
            WINDOW member_turns AS (PARTITION BY order_id)
            """
        )

    @api.model
    def _get_aimed_sql(self, company, day):
        """Select besides whether the member leaves by the turn, or has before.

        Who is not decided for long, and gets nothing later either, counts as gone until
        something leaves after all: the dead would never be counted otherwise.
        """
        return SQL(
            """
            SELECT fact.*,
                   CASE WHEN fate = 'cancelled'
                        THEN ended_date IS NOT NULL AND turn > COALESCE(last_kept, 0)
                        ELSE is_last_open AND first_open < %s
                   END AS is_leaving
              FROM (
                   SELECT placed.*, member.program_id, member.ended_date, member.kind,
                          member.is_upfront, member.is_payment_hold,
                          fate = 'open' AND turn > COALESCE(last_decided, 0)
                              AS is_last_open,
                          MIN(planned_date) FILTER (
                              WHERE fate = 'open' AND turn > COALESCE(last_decided, 0)
                          ) OVER (PARTITION BY placed.order_id) AS first_open
                     FROM placed
                     JOIN member ON member.order_id = placed.order_id
                   ) fact
            """,
            self._get_stalled_day(company, day),
        )

    @api.model
    def _get_stalled_day(self, company, day):
        """Return the day before which a turn must have been decided.

        :rtype: date
        """
        return day - timedelta(days=company.continuity_stalled_days)

    @api.model
    def _get_decided_sql(self, day):
        """Select the decision of each turn, and who took it."""
        return SQL(
            """
            SELECT order_id, program_id, turn, shipment_id, child_order_id,
                   planned_date, previous_date, ended_date, is_upfront, is_head,
                   planned_date < %s AS is_ripe,
                   is_leaving AND fate = 'open' AS is_stalled,
                   CASE WHEN is_leaving AND ROW_NUMBER() OVER (
                                 PARTITION BY order_id, is_leaving ORDER BY turn
                             ) = 1
                        THEN 'left'
                        WHEN is_leaving THEN 'gone'
                        WHEN fate = 'cancelled' THEN 'dropped'
                        ELSE fate
                   END AS decision,
                   CASE WHEN NOT is_leaving THEN NULL
                        WHEN fate = 'cancelled' THEN COALESCE(kind, 'customer')
                        WHEN is_payment_hold OR FIRST_VALUE(is_waiting) OVER (
                                 PARTITION BY order_id, is_leaving ORDER BY turn
                             )
                        THEN 'payment'
                        ELSE 'customer'
                   END AS left_by
              FROM aimed
            """,
            day,
        )
