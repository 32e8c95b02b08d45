# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

from ...arguments import public
from ..agreement.destination import check_destination, follow_addresses
from ..base.sealed import Sealed, unseal
from ..entry.layout import follow_order_date

#: What a draft continuity order takes from its parent order.
ORDER_FIELDS = {
    "company_id",
    "currency_id",
    "date_order",
    "fiscal_position_id",
    "partner_id",
    "partner_invoice_id",
    "partner_shipping_id",
    "pricelist_id",
}
#: What says where it is sent and from when: nobody is offered anything else by that.
MOVING_FIELDS = {"date_order", "partner_invoice_id", "partner_shipping_id"}
#: Who sells it. Nothing of the plan hangs on that, so nothing is planned anew.
SELLER_FIELDS = {"team_id", "user_id"}


class SaleOrder(models.Model):
    _inherit = "sale.order"

    continuity_type = fields.Selection(
        selection=[("none", "Ordinary"), ("parent", "Parent"), ("child", "Child")],
        compute="_compute_continuity_type",
        store=True,
        copy=False,
        index=True,
    )
    # Parent side
    continuity_order_ids = fields.One2many(
        comodel_name="continuity.order",
        inverse_name="sale_order_id",
        string="Continuity orders",
        copy=False,
        readonly=True,
    )
    continuity_child_ids = fields.One2many(
        comodel_name="sale.order",
        inverse_name="continuity_parent_id",
        string="Child orders",
        copy=False,
        readonly=True,
    )
    continuity_shipment_ids = fields.One2many(
        comodel_name="continuity.shipment",
        inverse_name="child_order_id",
        string="Shipments",
        copy=False,
        help="What the child order sends.",
        readonly=True,
    )
    continuity_evaluation = fields.Selection(
        selection=[
            ("none", "No continuity"),
            ("now", "Pay all now"),
            ("later", "Pay all later"),
            ("mixed", "Pay part now, part by schedule"),
            ("paid", "Paid"),
        ],
        string="Continuity payment",
        compute="_compute_continuity_evaluation",
    )
    continuity_hold = fields.Boolean(string="Do not process", copy=False, tracking=True)
    continuity_hold_reason = fields.Char(copy=False, tracking=True)
    continuity_payment_missing = fields.Boolean(
        string="Payment missing", compute="_compute_continuity_payment_missing"
    )
    # Child side
    continuity_order_id = fields.Many2one(
        comodel_name="continuity.order",
        string="Continuity order",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    continuity_parent_id = fields.Many2one(
        comodel_name="sale.order",
        string="Parent order",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    continuity_order_count = fields.Integer(compute="_compute_continuity_counts")
    continuity_child_count = fields.Integer(compute="_compute_continuity_counts")

    @api.depends("continuity_order_ids", "continuity_order_id")
    def _compute_continuity_type(self):
        for order in self:
            if order.continuity_order_id:
                order.continuity_type = "child"
            elif order.continuity_order_ids:
                order.continuity_type = "parent"
            else:
                order.continuity_type = "none"

    @api.depends(
        "continuity_order_ids.bill_upfront",
        "continuity_order_ids.payment_schedule_id",
        "continuity_order_ids.payment_ids.state",
        "order_line.is_continuity_parent",
    )
    def _compute_continuity_evaluation(self):
        for order in self:
            order.continuity_evaluation = order._get_continuity_evaluation()

    def _get_continuity_evaluation(self):
        """Say when the order is paid (rules N59).

        :return: a key of `continuity_evaluation`
        :rtype: str
        """
        self.ensure_one()
        orders = self.continuity_order_ids
        if not orders:
            return "none"
        at_once = orders.filtered(
            lambda o: o.bill_upfront and not o.payment_schedule_id
        )
        ordinary = self.order_line.filtered(
            lambda line: not line.display_type and not line.is_continuity_parent
        )
        if at_once == orders:
            paid = all(
                order.payment_ids and set(order.payment_ids.mapped("state")) == {"paid"}
                for order in orders
            )
            return "paid" if paid and not ordinary else "now"
        return "mixed" if at_once or ordinary else "later"

    @api.depends("order_line.continuity_payment_missing")
    def _compute_continuity_payment_missing(self):
        for order in self:
            order.continuity_payment_missing = any(
                order.order_line.mapped("continuity_payment_missing")
            )

    @api.depends("continuity_order_ids", "continuity_child_ids")
    def _compute_continuity_counts(self):
        for order in self:
            order.continuity_order_count = len(order.continuity_order_ids)
            order.continuity_child_count = len(order.continuity_child_ids)

    # === CRUD METHODS === #

    def _prepare_continuity_follow(self, vals):
        """Check what parent orders get, and remember what follows from a change of it.

        The order date that a confirmation of Odoo writes is its own stamp: it never
        plans anew. All else does, also what is written beside a state.

        :param dict vals: values that are written
        :return: see :meth:`_get_continuity_addresses`; None when nothing follows
        :rtype: dict | None
        :raise UserError: naming the way out
        """
        names = ORDER_FIELDS.intersection(vals)
        if "state" in vals and unseal(self.env, "continuity_state"):
            names.discard("date_order")
        if not names:
            return None
        self._check_continuity_customer(vals)
        self._check_continuity_destination(vals)
        return self._get_continuity_addresses()

    def _follow_continuity_write(self, vals, old_addresses):
        """Bring continuity orders in step with what was written.

        :param dict vals: values that were written
        :param old_addresses: see :meth:`_prepare_continuity_follow`
        """
        if old_addresses is not None:
            names = ORDER_FIELDS.intersection(vals)
            self._follow_continuity_order(old_addresses, names)
        elif SELLER_FIELDS.intersection(vals):
            self._follow_continuity_seller()

    def _check_continuity_customer(self, vals):
        """Refuse another customer once the program was sold (rules F7).

        Children are refused it before: see :meth:`_check_continuity_child_terms`.

        :raise UserError: naming the way out
        """
        if "partner_id" not in vals:
            return
        for order in self.filtered(lambda o: o.state == "sale"):
            changed = order.partner_id.id != vals["partner_id"]
            if changed and order.continuity_type == "parent":
                raise UserError(
                    self.env._(
                        "The customer of %(order)s has a running continuity program and"
                        " cannot be changed. Change the addresses, or cancel the order"
                        " and start a new one.",
                        order=order.name,
                    )
                )

    def _check_continuity_destination(self, vals):
        """Refuse to send a prepaid child where it is taxed otherwise (rules C5).

        :raise UserError: naming the way out
        """
        if vals.get("partner_shipping_id"):
            orders = self.continuity_order_id
            check_destination(orders, vals["partner_shipping_id"])

    def _unlink_continuity_drafts(self):
        """Delete draft continuity orders by the ORM."""
        # Sellers cannot delete ledgers, and may delete their quotations
        self.sudo().continuity_order_ids._unlink_draft()

    def _get_continuity_addresses(self):
        """Remember the addresses of parent orders before a write.

        :return: invoice and delivery address by order
        :rtype: dict
        """
        return {
            order: (order.partner_invoice_id, order.partner_shipping_id)
            for order in self
            if order.continuity_type == "parent"
        }

    def _follow_continuity_seller(self):
        """Let draft continuity orders follow who sells them, paid or not."""
        # The seller may write the order, the ledger follows
        for order_sudo in self.sudo().continuity_order_ids:
            if order_sudo.state == "draft":
                sale_order = order_sudo.sale_order_id
                order_sudo.with_context(continuity_sync=Sealed()).write(
                    {
                        "user_id": sale_order.user_id.id,
                        "team_id": sale_order.team_id.id,
                    }
                )

    def _follow_continuity_order(self, old_addresses, names):
        """Bring continuity orders in step with their parent order.

        :param dict old_addresses: see :meth:`_get_continuity_addresses`
        :param set names: the fields that were written
        """
        for order, (invoice, shipping) in old_addresses.items():
            # The seller may write the order, the ledger follows
            follow_addresses(order.sudo().continuity_order_ids, invoice, shipping)
        drafts = self.filtered(lambda order: order.state in ("draft", "sent"))
        told = drafts.filtered(lambda order: order._is_continuity_told(names))
        if "date_order" in names:
            # The seller may write the order, the ledger follows
            follow_order_date(told.sudo().continuity_order_ids)
        parents = (drafts - told).order_line._filter_continuity_parents()
        self.env["continuity.order"]._sync_lines(parents)

    def _is_continuity_told(self, names):
        """Say whether what the customer has signed stays as it is: what is sent, and
        its price (R18).

        :param set names: the fields that were written
        :rtype: bool
        """
        self.ensure_one()
        if not (names <= MOVING_FIELDS and self.signed_by and self.signature):
            return False
        # Another country has other taxes: that is another offer, for the ledger, too
        orders_sudo = self.sudo().continuity_order_ids
        return all(
            order.fiscal_position_id == self.fiscal_position_id for order in orders_sudo
        )

    # === STATE === #

    def _cancel_continuity_orders(self):
        """Cancel the continuity orders, by whatever door their order is cancelled."""
        # Customers may decline a quotation on the portal
        self.sudo().continuity_order_ids._cancel_with_order()

    def _reset_continuity_orders(self):
        """Plan the continuity orders of quotations that were cancelled afresh (N14)."""
        # Resetting is refused or done by the state of the ledger, not by rights on it
        self.sudo().continuity_order_ids._reset_to_draft()
        self._clear_continuity_read()
        parents = self.order_line._filter_continuity_parents()
        self.env["continuity.order"]._sync_lines(parents)

    # === ACTIONS === #

    @public(one=True)
    def action_view_continuity_orders(self):
        """Open the continuity orders of the order, or the one of a child order.

        :rtype: dict
        """
        self.ensure_one()
        orders = self.continuity_order_ids | self.continuity_order_id
        return orders._get_records_action(name=self.env._("Continuity orders"))

    @public(one=True)
    def action_view_continuity_children(self):
        """Open the child orders made so far.

        :rtype: dict
        """
        self.ensure_one()
        return self.continuity_child_ids._get_records_action(
            name=self.env._("Child orders")
        )
