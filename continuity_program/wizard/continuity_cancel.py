# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..arguments import public
from ..models.agreement.effect import Effect
from ..models.agreement.ending import cancel_parents, get_children_to_cancel

#: Orders of which the dialog shows what cancelling means; all of them are cancelled
SHOWN_ORDERS = 40


class ContinuityCancel(models.TransientModel):
    """Cancel continuity orders, or child orders: first what it means (rules H10).

    It collects and shows; the rules stand in `continuity.order` and on the child order.
    """

    _name = "continuity.cancel"
    _inherit = ["continuity.dialog"]
    _description = "Cancel Continuity Orders"
    _dialog_results = frozenset({"shown"})

    kind = fields.Selection(
        selection=[
            ("order", "Continuity orders"),
            ("child", "Child orders"),
            ("quotation", "Quotations"),
        ],
        required=True,
        readonly=True,
        default="order",
    )
    order_ids = fields.Many2many(
        comodel_name="continuity.order",
        string="Continuity orders",
        required=True,
        readonly=True,
    )
    end_reason_id = fields.Many2one(
        comodel_name="continuity.end.reason",
        string="Reason",
        compute="_compute_end_reason_id",
        store=True,
        readonly=False,
        help="Why the customer gets no more. Customers who leave are counted by it.",
    )
    reason = fields.Char(
        string="In words",
        help="Why: it is shown on the order and on the credit note.",
    )
    when = fields.Selection(
        selection=[
            ("now", "Now: nothing more is sent"),
            ("next", "After the next shipment"),
        ],
        string="Ends",
        required=True,
        default="now",
    )
    has_planned = fields.Boolean(compute="_compute_has_planned")
    available_child_ids = fields.Many2many(
        comodel_name="sale.order", compute="_compute_available_child_ids"
    )
    child_ids = fields.Many2many(
        comodel_name="sale.order",
        relation="continuity_cancel_child_rel",
        string="Child orders to cancel",
        compute="_compute_child_ids",
        store=True,
        readonly=False,
        domain="[('id', 'in', available_child_ids)]",
        help="What has not left the house yet. Child orders you take out of the list"
        " are sent.",
    )
    effect_html = fields.Html(
        string="What it means", compute="_compute_effect", sanitize=False
    )

    # What was said of the money of each quotation
    shown = fields.Json(readonly=True)

    @api.model_create_multi
    def create(self, vals_list):
        """Override: what is said of a quotation is what is agreed to."""
        wizards = super().create(vals_list)
        for wizard in wizards.filtered(lambda w: w.kind == "quotation"):
            # Nobody types it
            wizard.sudo().shown = wizard._get_draft_sentences()
        return wizards

    # === COMPUTE METHODS === #

    @api.depends("order_ids", "kind")
    def _compute_end_reason_id(self):
        """Propose that who does not pay ends by it; else somebody says why."""
        for wizard in self:
            orders = wizard.order_ids if wizard.kind == "order" else ()
            is_unpaid = orders and all(order.hold_payment for order in orders)
            reason = orders.end_reason_id._get_unpaid() if is_unpaid else False
            wizard.end_reason_id = reason

    @api.depends("order_ids")
    def _compute_has_planned(self):
        for wizard in self:
            wizard.has_planned = all(
                order._get_open_shipments() for order in wizard.order_ids
            )

    @api.depends("order_ids")
    def _compute_available_child_ids(self):
        for wizard in self:
            children = wizard.order_ids.child_order_ids
            wizard.available_child_ids = children.filtered(
                lambda child: (
                    child.state != "cancel" and not child._get_continuity_undo_refusal()
                )
            )

    @api.depends("when", "order_ids", "kind")
    def _compute_child_ids(self):
        for wizard in self.filtered(lambda w: w.kind == "order"):
            orders = wizard.order_ids if wizard.when == "now" else wizard.order_ids[:0]
            wizard.child_ids = get_children_to_cancel(orders).with_env(self.env)

    @api.depends("when", "order_ids", "child_ids", "kind")
    def _compute_effect(self):
        for wizard in self:
            orders = wizard.order_ids._origin
            effects = [
                # Sellers see figures of documents they may not open.
                wizard._get_effect(order.sudo())
                for order in orders[:SHOWN_ORDERS]
            ]
            wizard.effect_html = Markup(
                self.env["ir.qweb"]._render(
                    "continuity_program.continuity_cancel_effect",
                    {
                        "effects": effects,
                        "many": len(effects) > 1,
                        "hidden": wizard._get_hidden_text(len(orders) - len(effects)),
                    },
                )
            )

    def _get_hidden_text(self, count):
        """Say how many orders more there are than the dialog shows.

        :param int count: of orders
        :rtype: str
        """
        if not count:
            return ""
        if count == 1:
            return self.env._("… and 1 more order, which is cancelled the same way.")
        return self.env._(
            "… and %s more orders, which are cancelled the same way.", count
        )

    def _get_effect(self, order):
        """Say what it means for one order.

        :rtype: dict
        """
        if self.kind == "quotation":
            return Effect(order).get_of_draft()
        return Effect(order).get_of_cancel(self.kind, self.when, self.child_ids._origin)

    # === ACTIONS === #

    @api.model
    def _open_on(self, orders, children=None, kind="order"):
        """Open the wizard on orders, or on child orders of them.

        :param continuity.order orders: what is cancelled, or whose children
        :param sale.order children: child orders; None = the orders themselves
        :param str kind: *order*, or *quotation* of orders that are not submitted
        :rtype: dict
        """
        vals = {"order_ids": [fields.Command.set(orders.ids)], "kind": kind}
        if children:
            vals.update(kind="child", child_ids=[fields.Command.set(children.ids)])
        wizard = self.create(vals)
        return wizard._show(
            self.env._("Cancel child orders") if children else self.env._("Cancel")
        )

    @public(one=True)
    def action_apply(self):
        """Cancel, say so, and show the order again.

        :rtype: dict
        """
        self.ensure_one()
        reason = (self.reason or "").strip() or self.end_reason_id.name
        reason = reason or self.env._("no reason given")
        if self.kind == "child":
            self.child_ids._undo_continuity_children(reason)
        elif self.kind == "quotation":
            self._check_as_shown()
            for sale_order in self.order_ids.sale_order_id:
                sale_order.message_post(body=self.env._("Cancelled: %s", reason))
                sale_order.action_cancel()
        else:
            self.order_ids._cancel_orders(
                reason, self.when, self.child_ids, self.end_reason_id
            )
            cancel_parents(self.order_ids)
            self._note_leave()
        return self._get_done_action(
            self._get_done_text(),
            following={"type": "ir.actions.client", "tag": "continuity_show_anew"},
        )

    def _get_draft_sentences(self):
        """Say what becomes of the money of each quotation.

        :rtype: list[list[str]]
        """
        return [
            order._get_continuity_cancel_sentences()
            for order in self.order_ids.sale_order_id
        ]

    def _check_as_shown(self):
        """Refuse quotations that were submitted, or paid, since the dialog was opened.

        What it says of them, and what it asks, is not true of them any more.

        :raise UserError: says by whom, or what to do
        """
        orders = self.order_ids.sale_order_id
        orders._check_continuity_still_draft()
        if self.shown == self._get_draft_sentences():
            return
        raise UserError(
            self.env._(
                "%s: what was paid has changed since this dialog was opened, and"
                " nothing was cancelled. Close it and press “Cancel” again.",
                ", ".join(orders.mapped("name")),
            )
        )

    def _get_done_text(self):
        """Say what is cancelled.

        :rtype: str
        """
        records = self.order_ids
        if self.kind == "child":
            records = self.child_ids
        elif self.kind == "quotation":
            records = self.order_ids.sale_order_id
        if self.kind == "order" and self.when == "next":
            if len(records) == 1:
                return self.env._("%s ends with its next parcel.", records.name)
            return self.env._("%s series end with their next parcels.", len(records))
        if self.kind == "order" and len(records) == 1 and records.state != "cancelled":
            return self.env._(
                "%s ends. What is packed or still due stays.", records.name
            )
        if len(records) == 1:
            return self.env._("%s is cancelled.", records.name)
        return self.env._("%s orders are cancelled.", len(records))
