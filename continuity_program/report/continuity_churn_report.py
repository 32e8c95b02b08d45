# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.tools import SQL

from ..arguments import public
from ..models.insight.continuity_fact import LAST_TURN
from ..models.insight.continuity_program_value import COST_READERS


class ContinuityChurnReport(models.Model):
    """Members who ended before their time, and why: one row per member."""

    _name = "continuity.churn.report"
    _inherit = ["continuity.virtual.mixin"]
    _description = "Leavers"
    _auto = False
    _rec_name = "continuity_order_id"
    _order = "ended_date desc, id desc"

    continuity_order_id = fields.Many2one("continuity.order", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    program_id = fields.Many2one("continuity.program", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    submit_date = fields.Date(string="Submitted on", readonly=True)
    ended_date = fields.Date(string="Ended on", readonly=True)
    end_reason_id = fields.Many2one(
        "continuity.end.reason", string="Reason", readonly=True
    )
    kind = fields.Selection(
        selection=[
            ("customer", "The customer wants no more"),
            ("payment", "The customer does not pay"),
            ("company", "We do not go on"),
            ("moved", "Sold as another program instead"),
        ],
        string="Who ended it",
        readonly=True,
        help="Where nobody was asked, it counts as the customer.",
    )
    is_asked = fields.Boolean(
        string="Reason known", readonly=True, help="Somebody was asked for the reason."
    )
    first_user_id = fields.Many2one("res.users", string="Sold by", readonly=True)
    source_id = fields.Many2one("utm.source", readonly=True)
    campaign_id = fields.Many2one("utm.campaign", readonly=True)
    shipped_count = fields.Integer(
        string="Shipments got",
        readonly=True,
        aggregator="avg",
        help="How many shipments left before the end.",
    )
    member_days = fields.Integer(
        string="Days a member", readonly=True, aggregator="avg"
    )
    leaver_count = fields.Integer(string="Leavers", readonly=True)
    payment_rate = fields.Float(
        string="By payment %",
        readonly=True,
        aggregator="avg",
        help="Of those who left, who did so because of not paying.",
    )
    currency_id = fields.Many2one("res.currency", readonly=True)
    amount_shipped = fields.Monetary(
        string="Shipped value",
        readonly=True,
        groups=COST_READERS,
        help="Value of the shipments that left, without tax.",
    )

    company_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Currency of the company"
    )
    lost_value = fields.Monetary(
        string="Value lost",
        readonly=True,
        currency_field="company_currency_id",
        groups=COST_READERS,
        help="What a member of the program who stays was expected to bring from this"
        " shipment on, with one piece each. Members who changed the program are not"
        " lost.",
    )

    _depends = {
        "continuity.end.reason": ["kind"],
        "continuity.order": [
            "company_id",
            "currency_id",
            "end_reason_id",
            "ended_date",
            "first_user_id",
            "partner_id",
            "program_id",
            "sale_order_id",
            "state",
            "submit_date",
        ],
        "continuity.shipment": [
            "amount_untaxed",
            "child_order_id",
            "continuity_order_id",
            "number",
            "state",
        ],
        "continuity.value": ["ahead_value", "later_values", "program_id", "turn"],
        "sale.order": ["campaign_id", "source_id", "state"],
    }

    @property
    def _table_query(self):
        return SQL(
            """
            SELECT o.id, o.id AS continuity_order_id, o.company_id, o.program_id,
                   o.partner_id, o.submit_date, o.ended_date, o.end_reason_id,
                   COALESCE(reason.kind, 'customer') AS kind,
                   o.end_reason_id IS NOT NULL AS is_asked,
                   o.first_user_id, p.source_id, p.campaign_id,
                   shipped.count AS shipped_count,
                   o.ended_date - o.submit_date AS member_days,
                   1 AS leaver_count,
                   CASE WHEN reason.kind = 'payment' THEN 1.0 ELSE 0.0 END
                       AS payment_rate,
                   o.currency_id, shipped.amount AS amount_shipped,
                   CASE WHEN reason.kind = 'moved' THEN 0
                        WHEN worth.later_values IS NOT NULL
                        THEN COALESCE(
                            (worth.later_values ->> (shipped.lost_turn - worth.turn))
                            ::numeric, 0)
                        ELSE COALESCE(worth.ahead_value, 0)
                   END AS lost_value
              FROM continuity_order o
              LEFT JOIN continuity_end_reason reason ON reason.id = o.end_reason_id
              LEFT JOIN sale_order p ON p.id = o.sale_order_id
             CROSS JOIN LATERAL (
                   SELECT COUNT(*) FILTER (WHERE has_left) AS count,
                          COALESCE(SUM(amount) FILTER (WHERE has_left), 0) AS amount,
                          COALESCE(MAX(number), 0) + 1 AS lost_turn
                     FROM (
                          SELECT s.number, s.amount_untaxed AS amount,
                                 s.state = 'done'
                                     OR s.state = 'ordered' AND c.state = 'sale'
                                     AS has_left
                            FROM continuity_shipment s
                            LEFT JOIN sale_order c ON c.id = s.child_order_id
                           WHERE s.continuity_order_id = o.id
                             AND s.state != 'cancelled'
                          ) kept
                   ) shipped
              LEFT JOIN continuity_value worth
                ON worth.program_id = o.program_id
               AND worth.turn = LEAST(shipped.lost_turn, %(last)s)
             WHERE o.ended_date IS NOT NULL
               AND o.submit_date IS NOT NULL
               AND o.state != 'draft'
            """,
            last=LAST_TURN,
        )

    @public(one=True)
    def action_view_order(self):
        """Open the order of the member.

        :rtype: dict
        """
        self.ensure_one()
        return self.continuity_order_id._get_records_action()
