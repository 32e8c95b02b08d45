# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.tools import SQL

from ...arguments import public
from ...ratios import select_ratio
from .continuity_fact import LAST_TURN
from .continuity_program_value import COST_READERS

#: Ratios, by what they are made of: sums are divided, never the mean of ratios taken
RATES = {
    "stick_rate": ("shipped_count", "due_count"),
    "kept_rate": ("kept_count", "due_count"),
    "paid_rate": ("paid_count", "shipped_count"),
    "step_rate": ("stepped_count", "previous_count"),
    "skip_rate": ("skipped_count", "due_count"),
    "gone_rate": ("gone_count", "due_count"),
    "contribution_per_due": ("contribution", "due_count"),
}
#: What tells one segment from another, as the columns of a member
KEYS = (
    *("start_month", "first_user_id", "first_team_id", "source_id", "medium_id"),
    *("campaign_id", "offer_price", "mode", "payment_method", "is_merged"),
)


class ContinuityRetention(models.Model):
    """Who stays, turn by turn: one row per program, start month, turn and segment.

    It is made anew by the process that refreshes the insight, see
    ``continuity_retention_refresh``; nobody writes it. The *turn* is the number of the
    shipment. *Due* are the members whose turn was planned before today; those who left
    stay due for every later one.
    """

    _name = "continuity.retention"
    _description = "Stick Rate"
    _rec_name = "program_id"
    _order = "program_id, start_month desc, turn, id"
    _check_company_auto = True

    company_id = fields.Many2one("res.company", required=True, readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    program_id = fields.Many2one(
        "continuity.program", required=True, readonly=True, ondelete="cascade"
    )
    start_month = fields.Date(
        string="Start month",
        readonly=True,
        help="The month in which the orders of the members were submitted, by its first"
        " day.",
    )
    turn = fields.Integer(
        string="Shipment no.", readonly=True, aggregator=None, help="From 1 to 24."
    )
    first_user_id = fields.Many2one("res.users", string="Sold by", readonly=True)
    first_team_id = fields.Many2one("crm.team", string="Sold by team", readonly=True)
    source_id = fields.Many2one("utm.source", readonly=True)
    medium_id = fields.Many2one("utm.medium", readonly=True)
    campaign_id = fields.Many2one("utm.campaign", readonly=True)
    offer_price = fields.Float(
        string="Offer price",
        readonly=True,
        aggregator=None,
        min_display_digits="Product Price",
        help="Value of the first shipment at Submit, without tax.",
    )
    mode = fields.Selection(
        selection=[
            ("A", "Each shipment"),
            ("B", "Each shipment, by instalments"),
            ("C", "In advance"),
            ("D", "In advance, by instalments"),
        ],
        string="How it is billed",
        readonly=True,
    )
    payment_method = fields.Selection(
        selection=[("card", "Card"), ("on_account", "On account")], readonly=True
    )
    computed_on = fields.Date(readonly=True, help="Figures are as of that day.")
    # Members
    started_count = fields.Integer(
        string="Started",
        readonly=True,
        help="Members whose orders were submitted; of several shipments, those of the"
        " first.",
    )
    due_count = fields.Integer(
        string="Due",
        readonly=True,
        help="Members whose shipment was planned before today, or would have been, had"
        " they not left.",
    )
    shipped_count = fields.Integer(string="Shipped", readonly=True)
    parcel_count = fields.Integer(
        string="Parcels", readonly=True, help="Child orders that left."
    )
    previous_count = fields.Integer(
        string="Shipped before",
        readonly=True,
        help="Of those who are due, the members who got the shipment before.",
    )
    stepped_count = fields.Integer(
        string="Shipped again",
        readonly=True,
        help="Of the members who got the shipment before, those who got this one, too.",
    )
    kept_count = fields.Float(
        string="Kept",
        readonly=True,
        digits=(16, 2),
        help="Shipped less what came back; a part that came back counts as a part.",
    )
    returned_count = fields.Float(string="Came back", readonly=True, digits=(16, 2))
    paid_count = fields.Integer(string="Paid", readonly=True)
    skipped_count = fields.Integer(
        string="Skipped", readonly=True, help="Passed over, or taken away; they stay."
    )
    gone_count = fields.Integer(
        string="Gone", readonly=True, help="Left with this shipment or before."
    )
    left_count = fields.Integer(
        string="Left", readonly=True, help="This is the first one they do not get."
    )
    left_payment_count = fields.Integer(
        string="Left, did not pay", readonly=True, help="Of those who left with it."
    )
    open_count = fields.Integer(
        string="Open",
        readonly=True,
        help="On hold, paused, not paid or left out: not decided yet.",
    )
    # Money, in the currency of the company
    quantity = fields.Float(readonly=True, groups=COST_READERS)
    kept_quantity = fields.Float(readonly=True, groups=COST_READERS)
    revenue = fields.Monetary(
        readonly=True,
        groups=COST_READERS,
        help="Invoiced less credited, without tax; what is not invoiced yet counts by"
        " its price.",
    )
    goods_cost = fields.Monetary(readonly=True, groups=COST_READERS)
    fee = fields.Monetary(
        string="Payment fees",
        readonly=True,
        groups=COST_READERS,
        help="What card charges have cost, by the “Payment fee %” of the settings.",
    )
    cost = fields.Monetary(
        readonly=True,
        groups=COST_READERS,
        help="Goods, parcels and payment fees; what came back less its resale value.",
    )
    contribution = fields.Monetary(
        readonly=True, groups=COST_READERS, help="Revenue less cost."
    )
    acquisition_cost = fields.Monetary(
        readonly=True,
        groups=COST_READERS,
        help="What it cost to win the members who are due for their first shipment.",
    )
    uninvoiced_count = fields.Integer(
        string="Not invoiced yet", readonly=True, groups=COST_READERS
    )
    uncosted_count = fields.Integer(
        string="Without a cost",
        readonly=True,
        groups=COST_READERS,
        help="Shipped with a product that has no cost: the contribution is too high.",
    )
    # Ratios
    stick_rate = fields.Float(
        string="Stick %", readonly=True, aggregator="avg", help="Shipped, of those due."
    )
    kept_rate = fields.Float(
        string="Kept %", readonly=True, aggregator="avg", help="Kept, of those due."
    )
    paid_rate = fields.Float(
        string="Paid %", readonly=True, aggregator="avg", help="Paid, of those shipped."
    )
    step_rate = fields.Float(
        string="Step %",
        readonly=True,
        aggregator="avg",
        help="Shipped, of the same members who got the shipment before.",
    )
    starter_rate = fields.Float(
        string="Of starters %",
        readonly=True,
        aggregator="avg",
        help="Shipped, of all who started. Start months of which not all are due by now"
        " do not count.",
    )
    skip_rate = fields.Float(
        string="Skipped %",
        readonly=True,
        aggregator="avg",
        help="Skipped, of those due.",
    )
    gone_rate = fields.Float(
        string="Gone %", readonly=True, aggregator="avg", help="Gone, of those due."
    )
    contribution_per_due = fields.Float(
        string="Contribution per member",
        readonly=True,
        aggregator="avg",
        groups=COST_READERS,
        digits=(16, 2),
        help="Contribution, by the members due.",
    )
    all_rate = fields.Float(
        string="All: stick %",
        readonly=True,
        aggregator="max",
        help="The stick rate of the program at this shipment, over all members: for"
        " salespeople to compare their own with.",
    )
    ranking_rate = fields.Float(
        string="Ranked %",
        readonly=True,
        aggregator="avg",
        help="The stick rate to compare sources and sellers by: few members say little,"
        " so that their rate is drawn to that of the program. 3 of 3 do not beat 80 of"
        " 100.",
    )
    is_mature = fields.Boolean(
        string="Mature", readonly=True, help="All who started are due by now."
    )

    is_merged = fields.Boolean(
        string="Long ago",
        readonly=True,
        help="Started so long ago that only the month is told apart.",
    )

    _month = models.Index("(company_id, start_month)")
    _program = models.Index("(program_id, start_month)")

    def _read_group_select(self, aggregate_spec, query):
        """Override: a ratio is made of sums, never the mean of ratios."""
        if aggregate_spec == "started_count:sum":
            return self._get_started_sql(query)
        name, _colon, function = aggregate_spec.partition(":")
        if function == "avg" and name == "starter_rate":
            return self._get_starter_sql(query)
        if function == "avg" and name == "ranking_rate":
            return self._get_ranking_sql(query)
        if function != "avg" or name not in RATES:
            return super()._read_group_select(aggregate_spec, query)
        sums = (f"{field}:sum" for field in RATES[name])
        return select_ratio(super()._read_group_select, query, *sums)

    def _get_started_sql(self, query):
        """Sum up who started at the first turn there is: later ones are the same.

        :param Query query: the query
        :rtype: SQL
        """
        started = self._field_to_sql(self._table, "started_count", query)
        number = self._field_to_sql(self._table, "turn", query)
        by_turn = (
            SQL("SUM(%s) FILTER (WHERE %s = %s)", started, number, turn)
            for turn in range(1, LAST_TURN + 1)
        )
        return SQL("COALESCE(%s)", SQL(", ").join(by_turn))

    def _get_starter_sql(self, query):
        """Divide by all who started, where all of them are due.

        :param Query query: the query
        :rtype: SQL
        """
        shipped, started, mature = (
            self._field_to_sql(self._table, name, query)
            for name in ("shipped_count", "started_count", "is_mature")
        )
        return SQL(
            """SUM(%(shipped)s) FILTER (WHERE %(mature)s)::float
               / NULLIF(SUM(%(started)s) FILTER (WHERE %(mature)s), 0)""",
            shipped=shipped,
            started=started,
            mature=mature,
        )

    def _get_ranking_sql(self, query):
        """Draw the rate of a group to what its programs have at the same turns.

        :param Query query: the query
        :rtype: SQL
        """
        shipped, due, rate = (
            self._field_to_sql(self._table, name, query)
            for name in ("shipped_count", "due_count", "all_rate")
        )
        return SQL(
            """(SUM(%(shipped)s)
                + %(strength)s * SUM(%(rate)s * %(due)s) / NULLIF(SUM(%(due)s), 0))
               / (SUM(%(due)s) + %(strength)s)""",
            shipped=shipped,
            due=due,
            rate=rate,
            strength=float(self.env.company.continuity_forecast_strength),
        )

    # === ACTIONS === #

    @public(one=True)
    def action_view_orders(self):
        """Open the members of the row.

        :rtype: dict
        """
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "continuity_program.continuity_order_action"
        )
        return {
            **action,
            "name": self.env._(
                "Members of %(program)s, %(month)s",
                program=self.program_id.display_name,
                month=self.start_month.strftime("%Y-%m"),
            ),
            "domain": [("id", "in", self._find_members())],
            "context": {},
        }

    def _find_members(self):
        """Find the members of the row by the same query that has counted them.

        :rtype: list[int]
        """
        self.ensure_one()
        self.env.flush_all()
        members = self._get_member_sql(
            self.computed_on,
            SQL("o.program_id = %s", self.program_id.id),
            cost=SQL("NULL::numeric"),
        )
        alike = SQL(" AND ").join(
            SQL(
                "r.%(key)s IS NOT DISTINCT FROM member.%(key)s", key=SQL.identifier(key)
            )
            for key in KEYS
        )
        rows = self.env.execute_query(
            SQL(
                """
                SELECT member.order_id
                  FROM continuity_retention r
                  JOIN (%s) member ON %s
                 WHERE r.id = %s
                 ORDER BY member.order_id
                """,
                members,
                alike,
                self.id,
            )
        )
        return [order_id for (order_id,) in rows]
