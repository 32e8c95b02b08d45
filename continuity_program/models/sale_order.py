# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


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
    )
    continuity_child_ids = fields.One2many(
        comodel_name="sale.order",
        inverse_name="continuity_parent_id",
        string="Child orders",
        copy=False,
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
    continuity_hold = fields.Boolean(
        string="Do not process", copy=False, tracking=True
    )
    continuity_hold_reason = fields.Char(copy=False, tracking=True)
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
        """Say when the order is paid (spec 5.4, rules N59).

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

    @api.depends("continuity_order_ids", "continuity_child_ids")
    def _compute_continuity_counts(self):
        for order in self:
            order.continuity_order_count = len(order.continuity_order_ids)
            order.continuity_child_count = len(order.continuity_child_ids)
