# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools.misc import format_date

from ...arguments import public
from ..base.titled import get_title


class ContinuityForecastLine(models.Model):
    """How much of a product is needed in a week, of which so many are sure.

    Low and high are the band that holds eight weeks of ten. Bands do not add: a group
    of lines has none.
    """

    _name = "continuity.forecast.line"
    _description = "Continuity Demand"
    _order = "week, product_id, program_id, event_id, id"

    forecast_id = fields.Many2one(
        "continuity.forecast", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    level = fields.Selection(
        selection=[
            ("product", "Product"),
            ("event", "Event"),
            ("program", "Program"),
        ],
        required=True,
        readonly=True,
        help="What is summed up. Each level holds the whole demand: look at one of"
        " them.",
    )
    kind = fields.Selection(
        selection=[("member", "Members"), ("joiner", "Future members")],
        required=True,
        readonly=True,
        default="member",
        help="Future members: who is expected to join, by the program. No band is known"
        " of them.",
    )
    program_id = fields.Many2one(
        "continuity.program", readonly=True, index="btree_not_null", ondelete="cascade"
    )
    event_id = fields.Many2one(
        "continuity.event", readonly=True, index="btree_not_null", ondelete="cascade"
    )
    product_id = fields.Many2one(
        "product.product", readonly=True, index="btree_not_null", ondelete="cascade"
    )
    categ_id = fields.Many2one(related="product_id.categ_id", store=True)
    vendor_id = fields.Many2one(
        "res.partner",
        string="Main vendor",
        readonly=True,
        index="btree_not_null",
        help="The first one on the product, on the day of the forecast.",
    )
    week = fields.Date(
        string="Week of",
        required=True,
        readonly=True,
        help="Its Monday. What is late counts in the first week.",
    )
    open_quantity = fields.Float(
        string="Open",
        readonly=True,
        help="What is planned for members whose orders go on.",
    )
    blocked_quantity = fields.Float(
        string="Blocked",
        readonly=True,
        help="What will be kept back: the share of exceptions nobody is going to mend.",
    )
    leaving_quantity = fields.Float(
        string="Leaving",
        readonly=True,
        help="Of members who will have left by then.",
    )
    skipping_quantity = fields.Float(
        string="Skipping",
        readonly=True,
        help="Of members who stay and will pass over it.",
    )
    expected = fields.Float(
        readonly=True,
        help="Open, less blocked, leaving and skipping.",
    )
    waiting_quantity = fields.Float(
        string="Ordered",
        readonly=True,
        help="The part of what is expected that has a child order already, which waits"
        " for its payment.",
    )
    sigma = fields.Float(readonly=True, aggregator=None)
    low = fields.Float(
        readonly=True,
        aggregator=None,
        help="In one week of ten, less than this is needed.",
    )
    high = fields.Float(
        readonly=True,
        aggregator=None,
        help="In one week of ten, more than this is needed.",
    )
    needed = fields.Float(
        string="So far",
        readonly=True,
        aggregator=None,
        help="Needed from today to the end of the week.",
    )
    needed_high = fields.Float(
        string="So far, high",
        readonly=True,
        aggregator=None,
        help="The same: more is needed one time in ten.",
    )
    used = fields.Json(readonly=True)
    is_current = fields.Boolean(related="forecast_id.is_current")
    is_untested = fields.Boolean(
        string="Not yet tested",
        compute="_compute_is_untested",
        search="_search_untested",
    )

    _of_forecast = models.Index("(forecast_id, level, week)")

    @api.depends("forecast_id.cell_count")
    def _compute_is_untested(self):
        for line in self:
            line.is_untested = line.forecast_id.cell_count < 20

    def _search_untested(self, operator, value):
        if operator != "in":
            return NotImplemented
        return Domain.OR(
            Domain("forecast_id.cell_count", "<" if flag else ">=", 20)
            for flag in value
        )

    @api.depends("week", "product_id", "program_id", "level")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for line in self:
            name = (line.product_id or line.program_id).display_name
            line.display_name = f"{name}, {format_date(self.env, line.week)}"

    # === ACTIONS === #

    @public(one=True)
    def action_view_shipments(self):
        """Open the shipments that are planned for it, as they stand now.

        :rtype: dict
        """
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "continuity_program.continuity_shipment_action"
        )
        domain = self._get_shipment_domain()
        return {
            **action,
            # Not the address of all shipments
            "path": False,
            "name": self._get_shipment_title(domain),
            "context": {},
            "domain": list(domain),
        }

    def _get_shipment_domain(self):
        """Return which shipments are open in the week; late ones in the first.

        :rtype: Domain
        """
        waiting = Domain("state", "=", "ordered") & Domain(
            "child_order_id.state", "in", ("draft", "sent")
        )
        domain = Domain("company_id", "=", self.company_id.id)
        domain &= Domain("planned_date", "<", self.week + timedelta(weeks=1))
        domain &= Domain("state", "=", "planned") | waiting
        if self.week > self.forecast_id.date:
            domain &= Domain("planned_date", ">=", self.week)
        if self.program_id:
            domain &= Domain("program_id", "=", self.program_id.id)
        if self.event_id:
            domain &= Domain("event_id", "=", self.event_id.id)
        if self.product_id:
            domain &= Domain("line_ids.product_id", "=", self.product_id.id)
        return domain & Domain("continuity_order_id.submit_date", "!=", False)

    def _get_shipment_title(self, domain):
        """Say since when the figure is known, and what has changed since.

        :rtype: str
        """
        computed = self.forecast_id.computed_at
        changed = self.env["continuity.shipment"].search_count(
            domain & Domain("write_date", ">", computed)
        )
        when = self.forecast_id._get_when()
        if changed:
            return self.env._(
                "%(what)s, computed %(when)s; changed since: %(count)s",
                what=self.display_name,
                when=when,
                count=changed,
            )
        return get_title(self.env, self.display_name, when)
