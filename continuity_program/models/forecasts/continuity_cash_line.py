# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools.misc import format_date

from ...arguments import public
from .continuity_forecast_money import OPEN_STATES


class ContinuityCashLine(models.Model):
    """What comes in during a week, tax included, in the currency of the company."""

    _name = "continuity.cash.line"
    _description = "Continuity Cash"
    _order = "week, method, program_id, id"

    forecast_id = fields.Many2one(
        "continuity.forecast",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    level = fields.Selection(
        selection=[("total", "Week"), ("program", "Program")],
        required=True,
        readonly=True,
        help="What is summed up. Each level holds all the money: look at one of them.",
    )
    week = fields.Date(string="Week of", required=True, readonly=True)
    method = fields.Selection(
        selection=[("card", "Card"), ("on_account", "On account")], readonly=True
    )
    program_id = fields.Many2one(
        "continuity.program", readonly=True, index="btree_not_null", ondelete="cascade"
    )
    source = fields.Selection(
        selection=[
            ("row", "Open payments"),
            ("planned", "Planned shipments"),
            ("sold", "Sent, not invoiced yet"),
            ("refund", "Refunds"),
        ],
        readonly=True,
    )
    certain = fields.Monetary(
        readonly=True, help="Authorized, or on its way: a part of what is expected."
    )
    expected = fields.Monetary(
        readonly=True,
        help="What is due, less those who will leave, in the week customers usually"
        " pay.",
    )
    sigma = fields.Float(readonly=True, aggregator=None)
    low = fields.Monetary(
        readonly=True, aggregator=None, help="Less comes in one week of ten."
    )
    high = fields.Monetary(
        readonly=True, aggregator=None, help="More comes in one week of ten."
    )
    lost = fields.Monetary(readonly=True, help="Falls due that week, and never comes.")
    is_current = fields.Boolean(related="forecast_id.is_current")

    @api.depends("week", "method")
    @api.depends_context("lang")
    def _compute_display_name(self):
        methods = dict(self._fields["method"]._description_selection(self.env))
        for line in self:
            method = methods.get(line.method, "")
            line.display_name = f"{method}, {format_date(self.env, line.week)}"

    @public(one=True)
    def action_view_payments(self):
        """Open the payments that are open and due until the end of the week.

        Customers pay late: what comes in a week was due before, too.

        :rtype: dict
        """
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "continuity_program.continuity_payment_action"
        )
        domain = Domain("company_id", "=", self.company_id.id)
        domain &= Domain("state", "in", OPEN_STATES)
        domain &= Domain("due_date", "<", self.week + timedelta(weeks=1))
        domain &= Domain("continuity_order_id.payment_method", "=", self.method)
        if self.program_id:
            domain &= Domain("continuity_order_id.program_id", "=", self.program_id.id)
        return {
            **action,
            # Not the address of all payments
            "path": False,
            "name": self.env._(
                "%(title)s, computed %(when)s",
                title=self.display_name,
                when=self.forecast_id._get_when(),
            ),
            "context": {},
            "domain": list(domain),
        }
