# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

from ..arguments import public


class ContinuityHold(models.TransientModel):
    """Ask why an order is put on hold.

    It collects; the rules stand on the orders.
    """

    _name = "continuity.hold"
    _inherit = ["continuity.dialog"]
    _description = "Put an Order on Hold"

    order_id = fields.Many2one(
        comodel_name="continuity.order",
        string="Continuity order",
        readonly=True,
        ondelete="cascade",
    )
    sale_order_id = fields.Many2one(
        comodel_name="sale.order",
        string="Sales order",
        readonly=True,
        ondelete="cascade",
    )
    reason = fields.Char(help="Shown on the order, for whoever releases it.")
    effect = fields.Char(string="What it means", compute="_compute_effect")

    @api.depends("order_id")
    def _compute_effect(self):
        for hold in self:
            day = hold.order_id.next_ship_date
            if hold.order_id and day:
                hold.effect = self.env._(
                    "Nothing is sent and nothing is charged until somebody releases it."
                    " The next parcel is planned for %s.",
                    hold.order_id._format_day(day),
                )
            else:
                hold.effect = self.env._(
                    "Nothing is sent and nothing is charged until somebody releases it."
                )

    @public(one=True)
    def action_apply(self):
        """Put the order on hold.

        :raise UserError: nobody said why
        """
        self.ensure_one()
        reason = (self.reason or "").strip()
        if not reason:
            raise UserError(self.env._("Enter why the order is put on hold."))
        if self.order_id:
            self.order_id.action_hold(reason)
            name = self.order_id.name
        else:
            self.sale_order_id.action_continuity_hold(reason)
            name = self.sale_order_id.name
        return self._get_done_action(self.env._("%s is on hold.", name))


class SaleOrder(models.Model):
    """The button that asks."""

    _inherit = "sale.order"

    @public(one=True)
    def action_open_continuity_hold(self):
        """Ask for the reason, then put the order on hold.

        :rtype: dict
        """
        self.ensure_one()
        self.check_access("read")
        dialog = self.env["continuity.hold"].create({"sale_order_id": self.id})
        return dialog._show(self.env._("Put %s on hold", self.name))
