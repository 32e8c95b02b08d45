# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools.misc import format_date

from ...arguments import public
from ..base.titled import entitle
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
        " pay. Instalments that are paid in advance count as far as members will still"
        " be there then, which is an approximation.",
    )
    sigma = fields.Float(readonly=True, aggregator=None)
    low = fields.Monetary(
        readonly=True,
        aggregator=None,
        help="In one week of ten, less than this comes in.",
    )
    high = fields.Monetary(
        readonly=True,
        aggregator=None,
        help="In one week of ten, more than this comes in.",
    )
    lost = fields.Monetary(readonly=True, help="Falls due that week, and never comes.")
    is_current = fields.Boolean(related="forecast_id.is_current")

    @api.depends("week", "method", "program_id", "source")
    @api.depends_context("lang")
    def _compute_display_name(self):
        methods = dict(self._fields["method"]._description_selection(self.env))
        sources = dict(self._fields["source"]._description_selection(self.env))
        for line in self:
            # Whoever may read the money may know what it is for
            parts = (
                line.program_id.sudo().display_name,
                sources.get(line.source),
                methods.get(line.method),
                format_date(self.env, line.week),
            )
            line.display_name = ", ".join(filter(None, parts))

    # === ACTIONS === #

    @public(one=True)
    def action_view_rows(self):
        """Open what the figure is made of, as it is now.

        Payments are listed whole, also where a draft credit note takes a part away, and
        what an endless series has not laid out yet is not listed.

        All the money of a week opens by program and source; that of one source opens
        its payments or shipments, until the end of the week: customers pay late, so
        what comes in a week was due before, too.

        :rtype: dict
        """
        self.ensure_one()
        if self.level == "total":
            name, domain = "continuity_cash_line_action", self._get_parts_domain()
        elif self.source in ("planned", "sold"):
            name, domain = "continuity_shipment_action", self._get_shipment_domain()
        else:
            name, domain = "continuity_payment_action", self._get_payment_domain()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            f"continuity_program.{name}"
        )
        # Not the address of all of them
        action.update(path=False, context={}, domain=list(domain))
        return entitle(
            self.env, action, self.display_name, self.forecast_id._get_when()
        )

    def _get_parts_domain(self):
        """Return the lines that add up to this one, by program and source.

        :rtype: Domain
        """
        return Domain(
            [
                ("forecast_id", "=", self.forecast_id.id),
                ("level", "=", "program"),
                ("method", "=", self.method),
                ("week", "=", self.week),
            ]
        )

    def _get_payment_domain(self):
        """Return the payments that are open, or what is to be given back.

        :rtype: Domain
        """
        if self.source == "refund":
            return self._get_order_domain() & Domain("amount_to_refund", ">", 0)
        domain = self._get_order_domain() & Domain("state", "in", OPEN_STATES)
        return domain & Domain("due_date", "<", self.week + timedelta(weeks=1))

    def _get_shipment_domain(self):
        """Return the shipments that are going to be paid, or have left unpaid.

        What is paid in advance owes nothing when it leaves.

        :rtype: Domain
        """
        domain = self._get_order_domain() & Domain(
            "continuity_order_id.bill_upfront", "=", False
        )
        if self.source == "sold":
            child = Domain("state", "=", "sale")
            child &= Domain("invoice_status", "!=", "invoiced")
            child &= Domain("amount_total", ">", 0)
            return domain & Domain("child_order_id", "any", child)
        domain &= Domain("state", "=", "planned") & Domain("action", "!=", "skip")
        # A parcel is made, and its money due, some days before its planned date
        days = self.company_id.continuity_delivery_days
        last = self.week + timedelta(weeks=1, days=days)
        domain &= Domain("planned_date", "<", last)
        return domain & Domain("continuity_order_id.submit_date", "!=", False)

    def _get_order_domain(self):
        """Return whose money it is.

        :rtype: Domain
        """
        domain = Domain("company_id", "=", self.company_id.id)
        domain &= Domain("continuity_order_id.payment_method", "=", self.method)
        if self.program_id:
            domain &= Domain("continuity_order_id.program_id", "=", self.program_id.id)
        return domain
