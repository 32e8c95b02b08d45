# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

from ..arguments import public


class ContinuityGuardRelease(models.TransientModel):
    """Ask why the guard is passed over once.

    It collects; the rules stand in `continuity.order`.
    """

    _name = "continuity.guard.release"
    _inherit = ["continuity.dialog"]
    _description = "Release a Shipment From the Guard"

    order_id = fields.Many2one(
        comodel_name="continuity.order",
        string="Continuity order",
        required=True,
        readonly=True,
    )
    guard_text = fields.Char(related="order_id.guard_text", string="Stopped because")
    reason = fields.Char(
        help="Why the shipment may leave all the same; in the chatter."
    )

    @public(one=True)
    def action_release(self):
        """Release the next shipment; see the order for what is refused.

        :rtype: dict
        """
        self.ensure_one()
        self.order_id.action_release_guard(self.reason)
        return {"type": "ir.actions.act_window_close"}
