# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date, timedelta
from typing import NamedTuple

from odoo import api, models
from odoo.tools import SQL

from ...forecast.demand import Members, Row, get_weeks
from ..insight.continuity_fact import CARD_BLOCKS

#: Reasons of exceptions that are about money; the others are about something else
PAYMENT_REASONS = (
    *CARD_BLOCKS,
    # What a child order waits for
    *("declined", "unknown", "pending", "processing", "not_now", "not_sent"),
    *("configuration", "provider_paused", "customer_is_paying", "held"),
    *("small_amount", "use_double_charge", "next_attempt", "not_due"),
    *("draft_credit", "earlier_open", "balance_differs"),
    *("not_charged", "not_confirmed", "lapsed", "overdue", "guard", "refund"),
)
#: A pause is no block: it has a date, or what it holds back is not expected
NOT_BLOCKING = ("paused",)


class Look(NamedTuple):
    """A company on a day: what is looked at."""

    company: models.BaseModel
    #: Today in the company
    today: date
    #: Number of weeks
    weeks: int

    @property
    def since(self):
        """The first day that rates are learned from."""
        days = self.company.continuity_forecast_window
        return self.today - timedelta(days=days)

    @property
    def until(self):
        """The first day that is not looked at any more.

        A parcel is made some days before the day it is planned for, and its money is
        due then: those of the days behind the last week, too.
        """
        last = get_weeks(self.today, self.weeks)[-1]
        return last + timedelta(weeks=1, days=self.days_before)

    @property
    def days_before(self):
        """Days before its planned date a parcel is made."""
        return self.company.continuity_delivery_days


class ContinuityForecastFact(models.AbstractModel):
    """What is known of members who are open: who are alike, counted together.

    The database groups them: members of one program with the same shipments on the same
    days and the same open payments are one group.
    """

    _name = "continuity.forecast.fact"
    _description = "Continuity Forecast Fact"

    @api.model
    def _get_members(self, look):
        """Return the open members of a company, grouped.

        Of members who are paused without a date nothing is expected but the money that
        is on its way, or billed: they are counted apart.

        :param Look look: company, day and weeks
        :return: the groups, and the number of members who are paused without a date
        :rtype: tuple[list[Members], int]
        """
        self.env.flush_all()
        groups, paused = [], 0
        known = {}
        for values in self._fetch_groups(look):
            paused += values["is_paused"] and values["count"]
            rows = [] if values["is_paused"] else self._get_rows(values, look, known)
            dues = self._get_dues(values, rows, look, known)
            if values["is_paused"] and not dues:
                continue
            groups.append(
                Members(
                    program=values["program_id"],
                    rows=tuple(row for row, _source in rows),
                    ahead=self._get_ahead(values, look),
                    block=values["block"] or "",
                    block_turn=values["block_turn"] or 0,
                    has_ended=values["has_ended"],
                    count=values["count"],
                    dues=dues,
                    place=values["place"],
                    is_paused=values["is_paused"],
                )
            )
        return groups, paused

    def _fetch_groups(self, look):
        """Select the groups as dicts."""
        self.env.cr.execute(self._get_group_sql(look))
        names = [column.name for column in self.env.cr.description]
        return [dict(zip(names, row, strict=True)) for row in self.env.cr.fetchall()]

    @api.model
    def _get_group_sql(self, look):
        """Group the members: what is the same for all of a group makes the key."""
        return SQL(
            """
            WITH member AS (%(member)s),
                 ledger AS (%(ledger)s),
                 goods AS (%(goods)s),
                 next AS (%(next)s),
                 block AS (%(block)s),
                 money AS (%(money)s)
            SELECT m.program_id, m.currency_id, m.method, m.is_upfront,
                   m.has_ended, m.is_paused, m.place, m.term_id, m.has_instalments,
                   m.resume_date, block.block, block.block_turn, next.previous_date,
                   CASE WHEN m.has_more THEN next.tail END AS tail,
                   CASE WHEN m.has_more THEN m.quantity END AS quantity,
                   next.rows, money.dues, COUNT(*)::int AS count
              FROM member m
              LEFT JOIN next ON next.order_id = m.id
              LEFT JOIN block ON block.order_id = m.id
              LEFT JOIN money ON money.order_id = m.id
             WHERE next.rows IS NOT NULL OR money.dues IS NOT NULL
                   OR m.has_more
             GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17
             ORDER BY 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17
            """,
            member=self._get_member_sql(look),
            ledger=self._get_ledger_sql(),
            goods=self._get_goods_sql(),
            next=self._get_next_sql(look),
            block=self._get_block_sql(),
            money=self._get_money_sql(look),
        )

    @api.model
    def _get_member_sql(self, look):
        """Select the members: submitted before the day, and never reset to draft."""
        return SQL(
            """
            SELECT o.id, o.program_id, o.currency_id, o.quantity, o.event_duration,
                   COALESCE(o.payment_method, 'card') AS method,
                   COALESCE(o.bill_upfront, FALSE) AS is_upfront,
                   o.ended_date IS NOT NULL AS has_ended,
                   COALESCE(o.has_more, FALSE) AND o.ended_date IS NULL
                       AND o.state IN ('running', 'paused', 'on_hold') AS has_more,
                   o.state = 'paused' AND o.resume_date IS NULL AS is_paused,
                   CASE WHEN o.state = 'paused' THEN o.resume_date END AS resume_date,
                   COALESCE(o.hold_payment, FALSE) AS is_payment_hold,
                   CASE WHEN o.payment_method = 'on_account'
                             AND NOT COALESCE(o.bill_upfront, FALSE)
                        THEN parent.payment_term_id END AS term_id,
                   o.state = 'paused' AND COALESCE(o.bill_upfront, FALSE)
                       AND o.payment_schedule_id IS NOT NULL AS has_instalments,
                   %(place)s AS place
              FROM continuity_order o
              LEFT JOIN sale_order parent ON parent.id = o.sale_order_id
             WHERE o.company_id = %(company)s
               AND o.submit_date < %(today)s
               AND o.state != 'draft'
            """,
            place=self._get_place_sql(look),
            company=look.company.id,
            today=look.today,
        )

    @api.model
    def _get_place_sql(self, look):
        """Say where the goods of an order `o` leave from; 0 = nobody asks.

        :param Look look: company, day and weeks
        :rtype: SQL
        """
        return SQL("0")

    @api.model
    def _get_ledger_sql(self):
        """Select the shipments, and what is known of each."""
        return SQL(
            """
            SELECT s.id, s.continuity_order_id AS order_id, s.number, s.event_id,
                   s.event_number, s.occurrence, s.scheduled_date, s.planned_date,
                   s.is_anchor, s.amount_total, s.payment_schedule_id, s.child_order_id,
                   COALESCE(s.is_missed, FALSE) AS is_missed,
                   CASE WHEN s.state = 'planned' AND s.action != 'skip' THEN 'planned'
                        WHEN s.state = 'ordered' AND c.state IN ('draft', 'sent')
                        THEN 'waiting'
                        ELSE 'decided'
                   END AS fate
              FROM continuity_shipment s
              JOIN member ON member.id = s.continuity_order_id
              LEFT JOIN sale_order c ON c.id = s.child_order_id
             WHERE s.state != 'cancelled'
            """
        )

    @api.model
    def _get_goods_sql(self):
        """Select what open shipments send, in the units the products are counted in."""
        return SQL(
            """
            SELECT l.shipment_id,
                   JSONB_AGG(
                       JSONB_BUILD_ARRAY(
                           l.product_id, l.quantity * unit.factor / own.factor
                       ) ORDER BY l.product_id, l.quantity, l.id
                   ) AS goods
              FROM continuity_shipment_line l
              JOIN ledger ON ledger.id = l.shipment_id
              JOIN product_product product ON product.id = l.product_id
              JOIN product_template template ON template.id = product.product_tmpl_id
              JOIN uom_uom unit ON unit.id = l.uom_id
              JOIN uom_uom own ON own.id = template.uom_id
             WHERE l.quantity != 0 AND ledger.fate != 'decided'
             GROUP BY l.shipment_id
            """
        )

    @api.model
    def _get_next_sql(self, look):
        """Select what is to come of each member, and what was before it.

        A skip that is known of a later shipment was not before the next one.

        The *tail* is where the plan goes on behind the last shipment that is laid out:
        that one, the one months are counted from, and how many events there were.
        """
        return SQL(
            """
            SELECT ledger.order_id,
                   MAX(ledger.planned_date) FILTER (
                       WHERE fate != 'planned' AND planned_date < ahead.first_date
                   ) AS previous_date,
                   JSONB_AGG(
                       JSONB_BUILD_ARRAY(
                           number, planned_date, event_id, occurrence,
                           fate = 'waiting', amount_total, payment_schedule_id,
                           goods.goods, is_missed
                       ) ORDER BY planned_date, number, ledger.id
                   ) FILTER (WHERE fate != 'decided' AND planned_date < %(until)s)
                       AS rows,
                   JSONB_BUILD_ARRAY(
                       (ARRAY_AGG(
                           JSONB_BUILD_ARRAY(
                               number, event_id, event_number, occurrence,
                               scheduled_date, amount_total, payment_schedule_id,
                               goods.goods
                           ) ORDER BY number DESC, ledger.id DESC
                       ) FILTER (WHERE fate != 'decided'))[1],
                       (ARRAY_AGG(
                           JSONB_BUILD_ARRAY(
                               event_id, event_number, occurrence, scheduled_date
                           ) ORDER BY COALESCE(is_anchor, FALSE) DESC,
                               CASE WHEN is_anchor THEN -number ELSE number END
                       ) FILTER (WHERE is_anchor OR number = 1))[1],
                       COUNT(DISTINCT event_id),
                       MAX(member.event_duration)
                   ) AS tail
              FROM ledger
              JOIN member ON member.id = ledger.order_id
              LEFT JOIN goods ON goods.shipment_id = ledger.id
              LEFT JOIN (
                   SELECT order_id, MIN(planned_date) AS first_date
                     FROM ledger WHERE fate = 'planned'
                    GROUP BY order_id
              ) ahead ON ahead.order_id = ledger.order_id
             GROUP BY ledger.order_id
            """,
            until=look.until,
        )

    @api.model
    def _get_not_blocking(self):
        """Return the reasons of exceptions that keep no shipment back that is to come.

        :rtype: tuple[str]
        """
        return NOT_BLOCKING

    @api.model
    def _get_block_sql(self):
        """Select what keeps the next shipment of a member back: money, or else.

        A hold is about money unless a person has set it. What leaves before the first
        shipment that is kept back is kept back by nothing.

        :return: order_id, block, block_turn (number of that shipment, 0 = of any)
        :rtype: SQL
        """
        return SQL(
            """
            SELECT e.continuity_order_id AS order_id,
                   CASE WHEN BOOL_OR(
                            e.reason IN %s
                            OR e.reason = 'on_hold' AND member.is_payment_hold
                        ) THEN 'payment' ELSE 'other' END AS block,
                   (ARRAY_AGG(
                       COALESCE(ledger.number, 0)
                       ORDER BY ledger.planned_date NULLS FIRST, ledger.number
                   ))[1] AS block_turn
              FROM continuity_exception e
              JOIN member ON member.id = e.continuity_order_id
              LEFT JOIN ledger ON ledger.id = e.shipment_id
             WHERE e.closed_on IS NULL AND e.severity = 'blocks'
               AND e.reason NOT IN %s
             GROUP BY e.continuity_order_id
            """,
            PAYMENT_REASONS,
            self._get_not_blocking(),
        )

    # === ONE GROUP === #

    def _get_rows(self, values, look, known):
        """Return the rows of a group, with what they were made of.

        :param dict values: of the group
        :param Look look: company, day and weeks
        :param dict known: what was asked for before
        :return: row, and the amount and schedule it is going to owe
        :rtype: list[tuple[Row, dict]]
        """
        laid_out = [self._read_row(row) for row in values["rows"] or ()]
        laid_out += self._get_tail_rows(values, look, known)
        self._shift_paused(values, laid_out)
        laid_out = self._drop_past(laid_out, look)
        rows, joint_days = [], set()
        program = self.env["continuity.program"].browse(values["program_id"])
        for source in laid_out:
            if not source["goods"] or source["day"] >= look.until:
                continue
            # What was missed at the start leaves in one parcel, if the program says so
            day = max(source["day"], look.today)
            is_grouped = source["is_missed"] and program.consolidate_missed
            rows.append(
                (
                    Row(
                        turn=source["number"],
                        day=source["day"],
                        goods=tuple(
                            (source["event"], product, quantity)
                            for product, quantity in source["goods"]
                        ),
                        is_decided=source["is_waiting"],
                        is_joint=is_grouped and day in joint_days,
                        is_repeat=bool(source["occurrence"]),
                    ),
                    source,
                )
            )
            if is_grouped:
                joint_days.add(day)
        if any(row.is_decided for row, _source in rows):
            # A child order that waits keeps itself back, whatever is told of those that
            # leave later
            known = values["block_turn"]
            kept = (row.turn for row, _s in rows if row.is_decided or row.turn == known)
            values["block_turn"] = 0 if known == 0 else next(kept)
            values["block"] = values["block"] or "payment"
        return rows

    def _read_row(self, row):
        number, day, event, occurrence, is_waiting, *rest = row
        amount, schedule, goods, is_missed = rest
        return {
            "number": number,
            "day": date.fromisoformat(day),
            "event": event,
            "occurrence": occurrence,
            "is_waiting": is_waiting,
            "amount": amount or 0.0,
            "schedule": schedule,
            "goods": goods,
            "is_missed": is_missed and not is_waiting,
            "is_laid_out": True,
        }

    def _shift_paused(self, values, rows):
        """Move what a pause with a date holds back, as resuming is going to do.

        A plan that is kept drops what lies before that day; what is paid in advance
        leaves behind the last one instead. Instalments move with the parcels.
        """
        values["step"] = timedelta()
        resume, planned = (
            values["resume_date"],
            [r for r in rows if not r["is_waiting"]],
        )
        if not resume or not planned:
            return
        program = self.env["continuity.program"].browse(values["program_id"])
        if program.resume_policy == "keep":
            late = [r for r in planned if r["day"] < resume]
            rows[:] = [r for r in rows if r not in late]
            if values["is_upfront"]:
                rows += _put_behind(planned, late, resume)
            return
        values["step"] = timedelta(days=max(0, (resume - planned[0]["day"]).days))
        for row in planned:
            row["day"] += values["step"]

    def _get_ahead(self, values, look):
        """Say which share of the interval before the next shipment is still to come.

        :rtype: float
        """
        planned = [row for row in values["rows"] or () if not row[4]]
        previous = values["previous_date"]
        if not planned or not previous:
            return 1.0
        first = date.fromisoformat(planned[0][1])
        interval = max(1, (first - previous).days)
        return min(max((first - look.today).days / interval, 0.0), 1.0)


def _put_behind(planned, late, resume):
    """Move late rows behind the last one, as far apart as the last two are.

    :param list[dict] planned: rows of one member, in the order they leave
    :param list[dict] late: those of them that the pause has passed over
    :param date resume: the day he goes on
    :return: the late rows, on their new days
    :rtype: list[dict]
    """
    days = [row["day"] for row in planned]
    apart = days[-1] - days[-2] if len(days) > 1 else timedelta()
    apart = max(apart, timedelta(days=1))
    first = resume if len(late) == len(planned) else days[-1] + apart
    return [{**row, "day": first + apart * number} for number, row in enumerate(late)]
