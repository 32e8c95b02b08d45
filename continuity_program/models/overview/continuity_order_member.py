# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL


class ContinuityOrder(models.Model):
    """The continuity order: whether its customer is a member today."""

    _inherit = "continuity.order"

    is_member = fields.Boolean(
        string="Member",
        compute="_compute_is_member",
        search="_search_is_member",
        help="Was submitted, and has neither ended nor got the last shipment.",
    )

    @api.depends("state", "submit_date", "ended_date", "next_ship_date", "has_more")
    def _compute_is_member(self):
        members = self.search([("id", "in", self.ids), ("is_member", "=", True)])
        for order in self:
            order.is_member = order in members

    @api.model
    def _search_is_member(self, operator, value):
        if operator != "in":
            return NotImplemented
        members = Domain("id", "in", SQL("(%s)", self._get_members_sql()))
        wanted = Domain.FALSE
        if True in value:
            wanted |= members
        if False in value:
            wanted |= ~members
        return wanted

    @api.model
    def _get_members_sql(self):
        """Select the members of today.

        Nearly all of them have a shipment ahead; only of the others it is asked what
        they have got.
        """
        self.env.flush_all()
        return SQL(
            """
            SELECT o.id
              FROM continuity_order o
              JOIN (VALUES %s) today (company_id, day)
                ON today.company_id = o.company_id
             WHERE o.submit_date <= today.day
               AND o.state != 'draft'
               AND (o.ended_date IS NULL OR o.ended_date > today.day)
               AND (o.next_ship_date IS NOT NULL
                    OR o.has_more
                    OR EXISTS (
                        SELECT FROM continuity_shipment s
                          LEFT JOIN sale_order c ON c.id = s.child_order_id
                         WHERE s.continuity_order_id = o.id
                           AND (s.state != 'cancelled' AND s.planned_date > today.day
                                OR s.state = 'ordered'
                               AND c.state IN ('draft', 'sent')))
                    OR NOT EXISTS (
                        SELECT FROM continuity_shipment s
                         WHERE s.continuity_order_id = o.id
                           AND s.state != 'cancelled'))
            """,
            SQL(", ").join(
                SQL("(%s, %s::date)", company.id, company._continuity_today())
                for company in self.env.companies
            ),
        )
