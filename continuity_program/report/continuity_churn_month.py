# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..arguments import public
from ..ratios import select_ratio

#: Counts of which months do not add up, and the month of a group that says them
BOUNDS = {
    "opening_count:sum": ("opening_count", SQL("MIN")),
    "closing_count:sum": ("closing_count", SQL("MAX")),
}


class ContinuityChurnMonth(models.Model):
    """Members month by month: who was there, who came, who left.

    One row per program and month, without gaps, from the first member to today. Who got
    his last shipment has finished, and has not left.
    """

    _name = "continuity.churn.month"
    _inherit = ["continuity.virtual.mixin"]
    _description = "Members by Month"
    _auto = False
    _rec_name = "month"
    _order = "month desc, program_id"

    month = fields.Date(readonly=True, help="By its first day.")
    company_id = fields.Many2one("res.company", readonly=True)
    program_id = fields.Many2one("continuity.program", readonly=True)
    opening_count = fields.Integer(
        string="Members at start",
        readonly=True,
        help="Members on the first day; of several months, of the first one.",
    )
    joined_count = fields.Integer(string="Joined", readonly=True)
    left_count = fields.Integer(
        string="Left", readonly=True, help="Without those who changed the program."
    )
    left_payment_count = fields.Integer(
        string="Left, did not pay", readonly=True, help="Of those who left."
    )
    moved_count = fields.Integer(
        string="Changed program",
        readonly=True,
        help="Sold as another program instead: they have not left.",
    )
    finished_count = fields.Integer(
        string="Finished", readonly=True, help="Got the last shipment of the program."
    )
    closing_count = fields.Integer(
        string="Members at end",
        readonly=True,
        help="Members after the last day; of several months, of the last one.",
    )
    churn_rate = fields.Float(
        string="Churn %",
        readonly=True,
        aggregator="avg",
        help="Left, of the members at the start of the month.",
    )

    _depends = {
        "continuity.end.reason": ["kind"],
        "continuity.order": [
            "company_id",
            "end_reason_id",
            "ended_date",
            "has_more",
            "next_ship_date",
            "program_id",
            "state",
            "submit_date",
        ],
        "continuity.shipment": [
            "child_order_id",
            "continuity_order_id",
            "planned_date",
            "state",
        ],
        "sale.order": ["state"],
    }

    # === QUERY === #

    @property
    def _table_query(self):
        return SQL(
            """
            WITH move AS (
                     SELECT every_move.*, date_trunc('month', day)::date AS month
                       FROM (%(moves)s) every_move
                 ),
                 total AS (
                     SELECT program_id, company_id, month,
                            COUNT(*) FILTER (WHERE what = 'joined') AS joined_count,
                            COUNT(*) FILTER (WHERE what = 'left') AS left_count,
                            COUNT(*) FILTER (WHERE is_payment) AS left_payment_count,
                            COUNT(*) FILTER (WHERE what = 'moved') AS moved_count,
                            COUNT(*) FILTER (WHERE what = 'finished') AS finished_count,
                            SUM(CASE WHEN what = 'joined' THEN 1 ELSE -1 END) AS change
                       FROM move
                      GROUP BY program_id, company_id, month
                 ),
                 span AS (
                     SELECT program_id, company_id, MIN(month) AS first
                       FROM total GROUP BY program_id, company_id
                 ),
                 filled AS (
                     SELECT span.program_id, span.company_id,
                            every_month.day::date AS month,
                            total.joined_count, total.left_count,
                            total.left_payment_count, total.moved_count,
                            total.finished_count, COALESCE(total.change, 0) AS change,
                            SUM(COALESCE(total.change, 0)) OVER (
                                PARTITION BY span.program_id ORDER BY every_month.day
                            ) AS closing_count
                       FROM span
                      CROSS JOIN LATERAL generate_series(
                                span.first::timestamp, %(today)s::timestamp,
                                INTERVAL '1 month'
                            ) every_month (day)
                       LEFT JOIN total
                         ON total.program_id = span.program_id
                        AND total.month = every_month.day::date
                 )
            SELECT program_id * 10000
                       + (EXTRACT(YEAR FROM month)::int - 1970) %% 800 * 12
                       + EXTRACT(MONTH FROM month)::int AS id,
                   program_id, company_id, month,
                   (closing_count - change)::int AS opening_count,
                   COALESCE(joined_count, 0)::int AS joined_count,
                   COALESCE(left_count, 0)::int AS left_count,
                   COALESCE(left_payment_count, 0)::int AS left_payment_count,
                   COALESCE(moved_count, 0)::int AS moved_count,
                   COALESCE(finished_count, 0)::int AS finished_count,
                   closing_count::int AS closing_count,
                   COALESCE(left_count, 0)::float / NULLIF(closing_count - change, 0)
                       AS churn_rate
              FROM filled
            """,
            moves=self._get_moves_sql(),
            today=self.env.company._continuity_today(),
        )

    @api.model
    def _get_moves_sql(self):
        """Select who came and who went, with the day.

        Who finished went on the day of his last shipment.

        :return: program_id, company_id, what (joined, left, moved, finished),
            is_payment, day
        :rtype: SQL
        """
        return SQL(
            """
            SELECT o.program_id, o.company_id, 'joined' AS what, FALSE AS is_payment,
                   o.submit_date AS day
              FROM continuity_order o
             WHERE o.submit_date IS NOT NULL AND o.state != 'draft'
             UNION ALL
            SELECT o.program_id, o.company_id,
                   CASE WHEN reason.kind = 'moved' THEN 'moved' ELSE 'left' END,
                   COALESCE(reason.kind = 'payment', FALSE),
                   o.ended_date
              FROM continuity_order o
              LEFT JOIN continuity_end_reason reason ON reason.id = o.end_reason_id
             WHERE o.submit_date IS NOT NULL AND o.state != 'draft'
               AND o.ended_date IS NOT NULL
             UNION ALL
            SELECT o.program_id, o.company_id, 'finished', FALSE,
                   last.day
              FROM continuity_order o
              JOIN LATERAL (
                   SELECT MAX(s.planned_date) AS day
                     FROM continuity_shipment s
                    WHERE s.continuity_order_id = o.id AND s.state != 'cancelled'
                   ) last ON last.day IS NOT NULL
             WHERE o.submit_date IS NOT NULL AND o.state != 'draft'
               AND o.ended_date IS NULL
               AND o.next_ship_date IS NULL
               AND NOT COALESCE(o.has_more, FALSE)
               AND NOT EXISTS (
                       SELECT FROM continuity_shipment s
                         JOIN sale_order c ON c.id = s.child_order_id
                        WHERE s.continuity_order_id = o.id
                          AND s.state = 'ordered' AND c.state IN ('draft', 'sent')
                   )
            """
        )

    def _read_group_select(self, aggregate_spec, query):
        """Override: the churn of several programs or months is made of sums.

        Members there were at the start are those of the first month, never of all.
        """
        if aggregate_spec in BOUNDS:
            return self._get_bound_sql(*BOUNDS[aggregate_spec], query)
        if aggregate_spec != "churn_rate:avg":
            return super()._read_group_select(aggregate_spec, query)
        return select_ratio(
            super()._read_group_select, query, "left_count:sum", "opening_count:sum"
        )

    def _get_bound_sql(self, name, bound, query):
        """Sum up what programs have in the first or last month of a group.

        :param str name: the count
        :param SQL bound: MIN or MAX of the months
        :param Query query: the query
        :rtype: SQL
        """
        pairs = SQL(
            "ARRAY_AGG(JSONB_BUILD_ARRAY(%s, %s))",
            self._field_to_sql(self._table, "month", query),
            self._field_to_sql(self._table, name, query),
        )
        return SQL(
            """(SELECT SUM((pair ->> 1)::int)
                  FROM UNNEST(%(pairs)s) pair
                 WHERE pair ->> 0 = (
                       SELECT %(bound)s(every_pair ->> 0)
                         FROM UNNEST(%(pairs)s) every_pair
                       ))""",
            pairs=pairs,
            bound=bound,
        )

    # === ACTIONS === #

    @public(one=True)
    def action_view_leavers(self):
        """Open who left the program in the month.

        :rtype: dict
        """
        self.ensure_one()
        following = fields.Date.add(self.month, months=1)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "continuity_program.continuity_churn_report_action"
        )
        domain = Domain("program_id", "=", self.program_id.id)
        domain &= Domain("ended_date", ">=", self.month)
        domain &= Domain("ended_date", "<", following)
        return {**action, "domain": list(domain), "context": {}}
