# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import defaultdict

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from ..base.seller_stays import check_seller_stays, hand_over_children
from .destination import (
    check_written_destination,
    note_written_addresses,
    note_written_position,
)
from .members import get_members_sql


class ContinuityOrder(models.Model):
    """One customer's agreement behind one parent sale order line (rules F1).

    It owns the two ledgers: the shipments, and the payments. This file says what it is;
    what it does stands in a file per subject beside it (``_planning`` which shipments
    it has, ``_lifecycle`` how its state moves, …).
    """

    _name = "continuity.order"
    _description = "Continuity Order"
    _inherit = ["portal.mixin", "mail.thread", "mail.activity.mixin"]
    _order = "id desc"
    _rec_names_search = ["name", "sale_order_id.name", "partner_id.name"]
    _check_company_auto = True

    name = fields.Char("Number", required=True, readonly=True, copy=False, default="/")
    sale_order_line_id = fields.Many2one(
        comodel_name="sale.order.line",
        string="Parent line",
        required=True,
        readonly=True,
        ondelete="cascade",
        copy=False,
        index=True,
    )
    # Never precompute: a stored related many2one with a one2many inverse would leave
    # phantom records in the cache of the order.
    sale_order_id = fields.Many2one(
        related="sale_order_line_id.order_id",
        string="Parent order",
        store=True,
        index=True,
    )
    company_id = fields.Many2one(
        comodel_name="res.company", required=True, readonly=True, index=True
    )
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    program_id = fields.Many2one(
        comodel_name="continuity.program",
        required=True,
        readonly=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    product_id = fields.Many2one(
        related="sale_order_line_id.product_id",
        string="Parent product",
        store=True,
        index=True,
    )
    quantity = fields.Float(
        digits="Product Unit",
        default=1.0,
        readonly=True,
        help="How many of each shipment the customer gets.",
    )
    # Who, copied from the sale order and editable afterwards
    partner_id = fields.Many2one(
        comodel_name="res.partner",
        string="Customer",
        required=True,
        readonly=True,
        index=True,
        tracking=True,
    )
    partner_invoice_id = fields.Many2one(
        comodel_name="res.partner",
        string="Invoice address",
        required=True,
        check_company=True,
    )
    partner_shipping_id = fields.Many2one(
        comodel_name="res.partner",
        string="Delivery address",
        required=True,
        check_company=True,
        tracking=True,
    )
    pricelist_id = fields.Many2one(
        "product.pricelist", readonly=True, ondelete="restrict"
    )
    fiscal_position_id = fields.Many2one(
        "account.fiscal.position", check_company=True, ondelete="restrict"
    )
    fiscal_position_by_hand = fields.Boolean(
        string="Fiscal position by hand",
        readonly=True,
        copy=False,
        help="Chosen instead of the one of the customer's address: it holds for every"
        " child order, whatever the address says on its day.",
    )
    user_id = fields.Many2one(
        comodel_name="res.users", string="Salesperson", index=True, tracking=True
    )
    team_id = fields.Many2one(comodel_name="crm.team", string="Sales team")
    # Orders change hands, and prices change: who stays is counted by the beginning
    first_user_id = fields.Many2one(
        comodel_name="res.users",
        string="Sold by",
        readonly=True,
        copy=False,
        help="The salesperson on the day it was submitted.",
    )
    first_team_id = fields.Many2one(
        comodel_name="crm.team",
        string="Sold by team",
        readonly=True,
        copy=False,
        help="The sales team on the day it was submitted.",
    )
    offer_price = fields.Monetary(
        string="Offer price",
        readonly=True,
        copy=False,
        help="Value of the first shipment on the day it was submitted, without tax.",
    )

    # State (rules F1): written by the lifecycle methods only
    state = fields.Selection(
        selection=[
            ("draft", "Draft"),
            ("running", "Running"),
            ("paused", "Paused"),
            ("on_hold", "On hold"),
            ("closed", "Closed"),
            ("cancelled", "Cancelled"),
        ],
        required=True,
        default="draft",
        readonly=True,
        copy=False,
        index=True,
        tracking=True,
    )
    hold_manual = fields.Boolean(readonly=True, copy=False, tracking=True)
    hold_payment = fields.Boolean(readonly=True, copy=False, tracking=True)
    hold_reason = fields.Char(readonly=True, copy=False, tracking=True)
    hold_payment_reason = fields.Char(readonly=True, copy=False)
    pause_date = fields.Date(readonly=True, copy=False)
    resume_date = fields.Date(readonly=True, copy=False, tracking=True)
    end_reason = fields.Char(readonly=True, copy=False, tracking=True)
    submit_date = fields.Date(readonly=True, copy=False)

    # The plan
    start_date = fields.Date(
        help="The day the plan counts from: the date entered, else the order date."
    )
    start_date_entered = fields.Boolean(
        readonly=True,
        help="The seller entered a start date that differs from the proposal.",
    )
    order_date = fields.Date(
        readonly=True,
        copy=False,
        help="The local order date the plan was made with.",
    )
    event_duration = fields.Integer(
        readonly=True, help="Number of events sold. 0 = all of them."
    )
    shipment_ids = fields.One2many(
        comodel_name="continuity.shipment",
        inverse_name="continuity_order_id",
        string="Shipments",
        copy=False,
    )
    child_order_ids = fields.One2many(
        comodel_name="sale.order",
        inverse_name="continuity_order_id",
        string="Child orders",
        copy=False,
        readonly=True,
    )
    next_ship_date = fields.Date(
        string="Next shipment",
        compute="_compute_planned",
        store=True,
        index=True,
    )
    # Not counted by the extension: it would count those of all endless orders
    planned_count = fields.Integer(
        string="Planned shipments", compute="_compute_planned", store=True
    )
    amount_planned = fields.Monetary(
        string="Planned value",
        compute="_compute_planned",
        store=True,
        help="All shipments laid out so far, tax included.",
    )

    # Billing
    bill_upfront = fields.Boolean(readonly=True, copy=False)
    payment_schedule_id = fields.Many2one(
        comodel_name="continuity.payment.schedule",
        check_company=True,
        ondelete="restrict",
        tracking=True,
    )
    payment_schedule_entered = fields.Boolean(
        readonly=True,
        copy=False,
        help="The seller chose another schedule than the program's.",
    )
    payment_method = fields.Selection(
        selection=[("card", "Card"), ("on_account", "On account")],
        copy=False,
        tracking=True,
    )
    payment_token_id = fields.Many2one(
        comodel_name="payment.token",
        string="Card",
        copy=False,
        check_company=True,
        ondelete="restrict",
        tracking=True,
    )
    payment_ids = fields.One2many(
        comodel_name="continuity.payment",
        inverse_name="continuity_order_id",
        string="Payments",
        copy=False,
        readonly=True,
    )
    upfront_invoice_id = fields.Many2one(
        comodel_name="account.move",
        string="Up-front invoice",
        readonly=True,
        copy=False,
        check_company=True,
    )
    settle_seq = fields.Integer(
        string="Decisions about money",
        default=0,
        readonly=True,
        copy=False,
        help="How often somebody has decided about the money of this order: whoever"
        " decides at the same moment has to begin again.",
    )

    is_member = fields.Boolean(
        string="Member",
        compute="_compute_is_member",
        search="_search_is_member",
        help="Was submitted, and has neither ended nor got the last shipment.",
    )

    _line_unique = models.Constraint(
        "UNIQUE(sale_order_line_id)", "A parent line has one continuity order."
    )

    @api.depends(
        "shipment_ids.state", "shipment_ids.planned_date", "shipment_ids.amount_total"
    )
    def _compute_planned(self):
        """What lies ahead, and what all that counts is worth.

        The database is asked, once: an order may have hundreds of shipments, of which
        a job changes one. Not where all of them are at hand, as when they were laid
        out just now.
        """
        stored = self.filtered("id") - self._filter_with_rows()
        rows = self.env["continuity.shipment"]._read_group(
            [("continuity_order_id", "in", stored.ids)],
            ["continuity_order_id", "state"],
            ["planned_date:min", "amount_total:sum", "__count"],
        )
        found = defaultdict(list)
        for order, *figures in rows:
            found[order.id].append(figures)
        for order in self - stored:
            found[order.id] = [
                (row.state, row.planned_date, row.amount_total, 1)
                for row in order.shipment_ids
            ]
        for order in self:
            figures = found[order.id]
            ahead = [row for row in figures if row[0] == "planned"]
            order.next_ship_date = min((row[1] for row in ahead), default=False)
            order.planned_count = sum(row[3] for row in ahead)
            order.amount_planned = sum(
                row[2] for row in figures if row[0] not in ("skipped", "cancelled")
            )

    def _filter_with_rows(self):
        """Filter the orders all of whose shipments are read, with what they cost.

        :rtype: continuity.order
        """
        cache = self.env.cache
        rows = self._fields["shipment_ids"]
        shipment = self.env["continuity.shipment"]
        names = ("state", "planned_date", "amount_total")
        fields_ = [shipment._fields[name] for name in names]
        return self.filtered(
            lambda order: (
                cache.contains(order, rows)
                and all(
                    cache.contains(row, field)
                    for row in order.shipment_ids
                    for field in fields_
                )
            )
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
        members = Domain("id", "in", SQL("(%s)", get_members_sql(self.env)))
        wanted = Domain.FALSE
        if True in value:
            wanted |= members
        if False in value:
            wanted |= ~members
        return wanted

    def _compute_access_url(self):
        """Override of `portal`: the page of the customer."""
        result = super()._compute_access_url()
        for order in self:
            order.access_url = f"/my/continuity/{order.id}"
        return result

    @api.model_create_multi
    def create(self, vals_list):
        """Number the orders from the sequence of their company.

        The first order of a database turns the settling on.
        """
        if self._is_continuity_typing():
            # Before a number is taken for it
            self._check_continuity_create(vals_list)
        self._take_numbers(vals_list)
        orders = super().create(vals_list)
        self.env["continuity.billing"]._turn_on(orders)
        return orders

    @api.model
    def _take_numbers(self, vals_list):
        """Number new orders from the sequence of their company.

        A sequence is looked for once, and read with the same query.

        :param list[dict] vals_list: their values, completed here
        """
        sequences = {}
        for vals in vals_list:
            if vals.get("name", "/") != "/":
                continue
            company = vals.get("company_id", self.env.company.id)
            if company not in sequences:
                own = ("company_id", "in", [company, False])
                sequences[company] = (
                    self.env["ir.sequence"]
                    .with_company(company)
                    .search_fetch(
                        [("code", "=", "continuity.order"), own],
                        order="company_id",
                        limit=1,
                    )
                )
            sequence = sequences[company]
            vals["name"] = sequence.next_by_id() if sequence else "/"

    def write(self, vals):
        """Check what is written, and let what hangs on it follow."""
        check_seller_stays(self, vals)
        check_written_destination(self, vals)
        follow = note_written_addresses(self, vals)
        methods = self._get_payment_methods(vals)

        def write(orders, values):
            return super(ContinuityOrder, orders).write(values)  # noqa: UP008

        result = self._write_plan(vals, write)
        self._follow_payment_methods(methods)
        follow()
        hand_over_children(self, vals)
        note_written_position(self, vals)
        self.env["continuity.exception"]._touch_by_values(self, vals)
        return result

    @api.depends("name", "program_id")
    def _compute_display_name(self):
        for order in self:
            order.display_name = (
                f"{order.name} ({order.program_id.code})"
                if order.program_id
                else order.name
            )

    # === WHAT IS TYPED === #

    @api.model
    def _get_continuity_way_out(self):
        """Override: how a continuity order is changed."""
        return self.env._("Use its buttons, or change the parent line.")

    @api.model
    def _is_continuity_guarded(self, name):
        """Override: nobody chooses the link by which a customer comes in."""
        return name == "access_token" or super()._is_continuity_guarded(name)

    # === WHICH, AND IN WHICH ORDER === #

    def _sorted_by_line(self):
        """Return the orders as their lines stand on the sales order.

        :rtype: continuity.order
        """
        return self.sorted(
            lambda order: (
                order.sale_order_line_id.sequence,
                order.sale_order_line_id.id,
            )
        )

    def _get_orders_to_show(self):
        """Return the orders whose schedule customer and printer get to see (N67).

        In sudo: whoever may read the sale order may read what it sells.

        :rtype: continuity.order
        """
        shown_sudo = self.sudo().filtered(lambda order: order.state != "cancelled")
        return shown_sudo._sorted_by_line()
