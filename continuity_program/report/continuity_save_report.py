# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.tools import SQL

from ..arguments import public
from ..models.insight.continuity_save import OFFERS

#: Days a customer has to stay to be saved
SAVED_DAYS = 60


class ContinuitySaveReport(models.Model):
    """Customers who wanted to leave, and what came of it: one row per request."""

    _name = "continuity.save.report"
    _inherit = ["continuity.virtual.mixin"]
    _description = "Saved Customers"
    _auto = False
    _rec_name = "continuity_order_id"
    _order = "date desc, id desc"

    continuity_order_id = fields.Many2one("continuity.order", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    program_id = fields.Many2one("continuity.program", readonly=True)
    partner_id = fields.Many2one("res.partner", string="Customer", readonly=True)
    date = fields.Date(string="Asked on", readonly=True)
    end_reason_id = fields.Many2one(
        "continuity.end.reason", string="Reason", readonly=True
    )
    offer = fields.Selection(selection=OFFERS, readonly=True)
    user_id = fields.Many2one("res.users", string="Asked by", readonly=True)
    ended_date = fields.Date(string="Ended on", readonly=True)
    outcome = fields.Selection(
        selection=[
            ("refused", "Left at once"),
            ("lost", "Took it, and left"),
            ("early", "Too early to say"),
            ("saved", "Saved"),
        ],
        readonly=True,
        help="Saved: took an offer, and was still a member 60 days later.",
    )
    request_count = fields.Integer(string="Requests", readonly=True)
    accepted_count = fields.Integer(string="Offers accepted", readonly=True)
    saved_count = fields.Integer(string="Saved", readonly=True)
    decided_count = fields.Integer(
        string="Old enough",
        readonly=True,
        help="Requests for which it is known whether the customer was saved.",
    )
    decided_accepted_count = fields.Integer(
        string="Accepted, old enough", readonly=True
    )
    save_rate = fields.Float(
        string="Saved %",
        readonly=True,
        aggregator="avg",
        help="Saved, of the requests old enough to say.",
    )
    accepted_rate = fields.Float(
        string="Saved of accepted %",
        readonly=True,
        aggregator="avg",
        help="Saved, of those who took an offer and are old enough to say.",
    )

    _depends = {
        "continuity.order": [
            "company_id",
            "ended_date",
            "partner_id",
            "program_id",
            "state",
        ],
        "continuity.save": [
            "continuity_order_id",
            "date",
            "end_reason_id",
            "is_accepted",
            "offer",
            "user_id",
        ],
    }

    @property
    def _table_query(self):
        days = [
            SQL("(%s, %s::date)", company.id, company._continuity_today())
            for company in self.env.companies
        ]
        return SQL(
            """
            WITH request AS (
                     SELECT r.*, o.program_id, o.partner_id, o.ended_date,
                            CASE WHEN NOT COALESCE(r.is_accepted, FALSE) THEN 'refused'
                                 WHEN o.ended_date <= r.date + %(days)s THEN 'lost'
                                 WHEN r.date + %(days)s > today.day THEN 'early'
                                 ELSE 'saved'
                            END AS outcome,
                            r.date + %(days)s <= today.day AS is_old
                       FROM continuity_save r
                       JOIN continuity_order o
                         ON o.id = r.continuity_order_id AND o.state != 'draft'
                       JOIN (VALUES %(today)s) today (company_id, day)
                         ON today.company_id = o.company_id
                 )
            SELECT id, continuity_order_id, company_id, program_id, partner_id, date,
                   end_reason_id, offer, user_id, ended_date, outcome,
                   1 AS request_count,
                   (outcome != 'refused')::int AS accepted_count,
                   (outcome = 'saved')::int AS saved_count,
                   is_old::int AS decided_count,
                   (is_old AND outcome != 'refused')::int AS decided_accepted_count,
                   CASE WHEN is_old
                        THEN CASE WHEN outcome = 'saved' THEN 1.0 ELSE 0.0 END
                   END AS save_rate,
                   CASE WHEN is_old AND outcome != 'refused'
                        THEN CASE WHEN outcome = 'saved' THEN 1.0 ELSE 0.0 END
                   END AS accepted_rate
              FROM request
            """,
            days=SAVED_DAYS,
            today=SQL(", ").join(days),
        )

    @public(one=True)
    def action_view_order(self):
        """Open the order of the customer.

        :rtype: dict
        """
        self.ensure_one()
        return self.continuity_order_id._get_records_action()
