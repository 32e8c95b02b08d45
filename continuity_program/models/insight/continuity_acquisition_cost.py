# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL
from odoo.tools.misc import format_date

from ..base.continuity_bounds_mixin import MOST_MONEY


class ContinuityAcquisitionCost(models.Model):
    """What it costs to win a member: by program, source, campaign and month.

    An empty key stands for all. What says most about a member counts for him; where
    nothing does, the figure of the program. What says the same adds up: two bills of
    one campaign are one cost.
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

    @api.constrains(
        *("company_id", "program_id", "source_id", "campaign_id", "month"), "kind"
    )
    def _check_one_per_member(self):
        """Two costs per member that say the same: nobody could say which one counts."""
        alike = self._group_alike(self._search_company(self.company_id))
        for cost in self.filtered(lambda cost: cost.kind == "member"):
            others = alike[cost._get_key()] - cost
            if any(other.kind == "member" for other in others):
                raise ValidationError(
                    self.env._(
                        "%s: there is a cost per member for the same program, source,"
                        " campaign and month already. Change that one.",
                        cost.display_name,
                    )
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

    @api.depends("program_id", "source_id", "campaign_id", "month", "company_id")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for cost in self:
            names = [
                cost.program_id.display_name,
                cost.source_id.display_name,
                cost.campaign_id.display_name,
                cost.month and format_date(self.env, cost.month, date_format="MMMM y"),
            ]
            cost.display_name = ", ".join(filter(None, names)) or self.env._(
                "Every member of %s", cost.company_id.name
            )

    # === WHICH COUNTS === #

    @api.model
    def _search_company(self, companies):
        """Return all costs of companies, whoever asks.

        :param res.company companies: the companies
        :rtype: continuity.acquisition.cost
        """
        # Figures count with costs that whoever asks for them may not read
        return self.sudo().search([("company_id", "in", companies.ids)])

    def _get_key(self):
        """Return what it says of a member: what says the same adds up.

        :rtype: tuple
        """
        self.ensure_one()
        return (
            self.company_id.id,
            self.program_id.id or None,
            self.source_id.id or None,
            self.campaign_id.id or None,
            self.month.replace(day=1) if self.month else None,
        )

    @api.model
    def _group_alike(self, costs):
        """Group costs by what they say of a member, the newest first.

        :rtype: dict[tuple, continuity.acquisition.cost]
        """
        return costs.sorted("id", reverse=True).grouped(lambda cost: cost._get_key())

    def _filter_counting(self):
        """Return which of costs that say the same count: all that was spent, and the
        newest per member.

        :rtype: continuity.acquisition.cost
        """
        spent = self.filtered(lambda cost: cost.kind == "spent")
        return spent | (self - spent)[:1]

    def _count_members(self):
        """Count the members for whom each of these costs counts.

        Money that was spent is divided by them: divided by everybody it fits, the part
        of those for whom another one counts would be charged to nobody.

        :rtype: dict[int, int]
        """
        if not self.ids:
            return {}
        alike_sudo = self._group_alike(self._search_company(self.company_id))
        rows = self._prepare_rows(alike_sudo)
        self.env.flush_all()
        counts = dict(
            self.env.execute_query(
                SQL(
                    """
                    WITH alike AS (
                         SELECT ROW_NUMBER() OVER () AS id, o.company_id, o.program_id,
                                p.source_id, p.campaign_id,
                                date_trunc('month', o.submit_date)::date AS month,
                                COUNT(*) AS count
                           FROM continuity_order o
                           LEFT JOIN sale_order p ON p.id = o.sale_order_id
                          WHERE o.company_id = ANY(%(companies)s)
                            AND o.submit_date IS NOT NULL AND o.state != 'draft'
                          GROUP BY 2, 3, 4, 5, 6
                    )
                    SELECT best.id, SUM(best.count)::int
                      FROM (
                           SELECT DISTINCT ON (o.id) cost.id, o.count
                             FROM (VALUES %(rows)s) cost (
                                  id, company_id, program_id, source_id, campaign_id,
                                  month
                                  )
                             JOIN alike o ON o.company_id = cost.company_id
                             CROSS JOIN LATERAL (
                                  SELECT o.source_id, o.campaign_id
                                  ) p
                            WHERE %(fits)s
                            ORDER BY o.id, %(best_first)s
                           ) best
                     GROUP BY best.id
                    """,
                    companies=self.company_id.ids,
                    rows=SQL(", ").join(SQL("(%s)", row) for row in rows),
                    fits=self._get_fit_sql(SQL("o.month")),
                    best_first=self._get_best_first_sql(),
                )
            )
        )
        return {
            cost_sudo.id: counts.get(costs_sudo[:1].id, 0)
            for costs_sudo in alike_sudo.values()
            for cost_sudo in costs_sudo._filter_counting()
        }

    @api.model
    def _prepare_rows(self, alike):
        """Return a row of SQL for costs that say the same, named by the newest.

        :param dict alike: see :meth:`_group_alike`
        :rtype: list[SQL]
        """
        return [
            SQL(
                "%s::int, %s::int, %s::int, %s::int, %s::int, %s::date",
                costs[:1].id,
                *key,
            )
            for key, costs in alike.items()
        ]

    @api.model
    def _get_fit_sql(self, month):
        """Say that a *cost* fits an order *o* with its parent order *p*.

        :param SQL month: the start month of the order
        :rtype: SQL
        """
        return SQL(
            """(cost.program_id IS NULL OR cost.program_id = o.program_id)
               AND (cost.source_id IS NULL OR cost.source_id = p.source_id)
               AND (cost.campaign_id IS NULL OR cost.campaign_id = p.campaign_id)
               AND (cost.month IS NULL OR cost.month = %s)""",
            month,
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
    def _get_best_sql(self, program):
        """Say what it cost to win an order *o* of a program, by what fits it best.

        :param continuity.program program: the program
        :return: NULL where nothing fits
        :rtype: SQL
        """
        costs_sudo = self._search_company(program.company_id)
        # Group by group, their members would be counted as often
        costs_sudo.mapped("amount_per_member")
        costs_sudo = costs_sudo.filtered(
            lambda cost: not cost.program_id or cost.program_id == program
        )
        alike_sudo = self._group_alike(costs_sudo)
        if not alike_sudo:
            return SQL("NULL::numeric")
        amounts = [
            sum(costs._filter_counting().mapped("amount_per_member"))
            for costs in alike_sudo.values()
        ]
        rows = zip(self._prepare_rows(alike_sudo), amounts, strict=True)
        return SQL(
            """(SELECT cost.amount
                  FROM (VALUES %s) cost (
                       id, company_id, program_id, source_id, campaign_id, month, amount
                       )
                 WHERE %s
                 ORDER BY %s
                 LIMIT 1)""",
            SQL(", ").join(SQL("(%s, %s::numeric)", *row) for row in rows),
            self._get_fit_sql(SQL("date_trunc('month', o.submit_date)::date")),
            self._get_best_first_sql(),
        )
