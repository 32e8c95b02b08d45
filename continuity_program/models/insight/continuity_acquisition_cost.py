# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import SQL

from ..base.continuity_bounds_mixin import MOST_MONEY


class ContinuityAcquisitionCost(models.Model):
    """What it costs to win a member: by program, source, campaign and month.

    An empty key stands for all. What says most about a member counts for him; where
    nothing does, the figure of the program.
    """

    _name = "continuity.acquisition.cost"
    _description = "Acquisition Cost"
    _inherit = ["continuity.bounds.mixin"]
    _order = "month desc, program_id, source_id, campaign_id, id"
    _rec_name = "program_id"
    _check_company_auto = True
    _bounds = {"amount": (0, MOST_MONEY)}

    company_id = fields.Many2one(
        comodel_name="res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    program_id = fields.Many2one(
        comodel_name="continuity.program",
        check_company=True,
        ondelete="cascade",
        index="btree_not_null",
        help="Empty: every program.",
    )
    source_id = fields.Many2one("utm.source", help="Empty: every source.")
    campaign_id = fields.Many2one("utm.campaign", help="Empty: every campaign.")
    month = fields.Date(
        string="Start month",
        help="Members who started in the month of this day. Empty: every month.",
    )
    kind = fields.Selection(
        selection=[("member", "Per member"), ("spent", "Spent")],
        string="Amount is",
        required=True,
        default="member",
        help="Spent: all the money, divided by the members it has brought.",
    )
    amount = fields.Monetary(required=True)
    member_count = fields.Integer(
        string="Members",
        compute="_compute_member_count",
        help="Members whom no other figure fits better. None: the money is lost.",
    )
    amount_per_member = fields.Monetary(
        string="Per member", compute="_compute_member_count"
    )

    @api.depends(
        *("company_id", "program_id", "source_id", "campaign_id", "month"),
        *("kind", "amount"),
    )
    def _compute_member_count(self):
        """Count the members it counts for, and say what each of them has cost."""
        counts = self._count_members()
        for cost in self:
            cost.member_count = counts.get(cost.id, 0)
            cost.amount_per_member = cost.amount
            if cost.kind == "spent":
                cost.amount_per_member = cost.amount / (cost.member_count or 1)

    def _count_members(self):
        """Count the members for whom each of these costs is the one that counts.

        Money that was spent is divided by them: divided by everybody it fits, the part
        of those for whom another one counts would be charged to nobody.

        :rtype: dict[int, int]
        """
        if not self.ids:
            return {}
        self.env.flush_all()
        return dict(
            self.env.execute_query(
                SQL(
                    """
                    SELECT best.id, COUNT(*)
                      FROM (
                           SELECT DISTINCT ON (o.id) cost.id
                             FROM continuity_acquisition_cost cost
                             JOIN continuity_order o
                               ON o.company_id = cost.company_id
                              AND o.submit_date IS NOT NULL
                              AND o.state != 'draft'
                             LEFT JOIN sale_order p ON p.id = o.sale_order_id
                            WHERE cost.company_id IN %(companies)s AND %(fits)s
                            ORDER BY o.id, %(best_first)s
                           ) best
                     WHERE best.id IN %(ids)s
                     GROUP BY best.id
                    """,
                    companies=self.company_id._ids or (0,),
                    fits=self._get_fit_sql(),
                    best_first=self._get_best_first_sql(),
                    ids=tuple(self.ids),
                )
            )
        )

    @api.model
    def _get_fit_sql(self):
        """Say that a *cost* fits an order *o* with its parent order *p*.

        :rtype: SQL
        """
        return SQL(
            """(cost.program_id IS NULL OR cost.program_id = o.program_id)
               AND (cost.source_id IS NULL OR cost.source_id = p.source_id)
               AND (cost.campaign_id IS NULL OR cost.campaign_id = p.campaign_id)
               AND (cost.month IS NULL OR date_trunc('month', cost.month)
                                          = date_trunc('month', o.submit_date))"""
        )

    @api.model
    def _get_best_first_sql(self):
        """Order the costs that fit: who says most first; of equal ones, the newest.

        :rtype: SQL
        """
        return SQL(
            """num_nonnulls(
                   cost.program_id, cost.source_id, cost.campaign_id, cost.month
               ) DESC, cost.id DESC"""
        )

    @api.model
    def _get_best_sql(self, company):
        """Say what it cost to win an order *o*, by what fits it best.

        :param res.company company: its company
        :return: NULL where nothing fits
        :rtype: SQL
        """
        # Figures count with costs that whoever asks for them may not read
        costs_sudo = self.sudo().search([("company_id", "=", company.id)])
        if not costs_sudo:
            return SQL("NULL::numeric")
        rows = SQL(", ").join(
            SQL(
                "(%s::int, %s::int, %s::int, %s::int, %s::date, %s::numeric)",
                cost.id,
                cost.program_id.id or None,
                cost.source_id.id or None,
                cost.campaign_id.id or None,
                cost.month or None,
                cost.amount_per_member,
            )
            for cost in costs_sudo
        )
        return SQL(
            """(SELECT cost.amount
                  FROM (VALUES %s) cost (
                       id, program_id, source_id, campaign_id, month, amount
                       )
                 WHERE %s
                 ORDER BY %s
                 LIMIT 1)""",
            rows,
            self._get_fit_sql(),
            self._get_best_first_sql(),
        )
