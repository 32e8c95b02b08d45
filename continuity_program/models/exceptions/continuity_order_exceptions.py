# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

from ...arguments import public

#: What the rows of an order depend on
ORDER_FIELDS = {
    *("state", "hold_manual", "hold_payment", "pause_date", "resume_date"),
    *("payment_token_id", "payment_method", "partner_shipping_id", "end_reason"),
    *("guard_released_number", "failure_job", "has_more", "user_id", "kept_text"),
}


class ContinuityOrder(models.Model):
    """The continuity order: its exceptions, and a change of what they depend on."""

    _inherit = "continuity.order"

    exception_count = fields.Integer(
        string="Exceptions", compute="_compute_exception_count"
    )

    def _compute_exception_count(self):
        counts = self.env["continuity.exception"]._count_open(
            "continuity_order_id", self
        )
        for order in self:
            order.exception_count = counts.get(order.id, 0)

    @public(one=True)
    def action_view_exceptions(self):
        """Open what stands in the way of the order.

        :rtype: dict
        """
        self.ensure_one()
        return self.env["continuity.exception"]._get_inbox(
            self, [("continuity_order_id", "=", self.id)]
        )

    def _touch_exceptions(self, vals):
        """Look at the orders again; a hold and a pause are found at once.

        :param dict vals: what was written
        """
        if ORDER_FIELDS & vals.keys():
            stops = vals.get("state") in ("on_hold", "paused")
            self.env["continuity.exception"]._touch(self, is_new=stops)
