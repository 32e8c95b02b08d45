# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

from odoo.addons.continuity_program.arguments import public


class ContinuityOrder(models.Model):
    """The continuity order: the transfers of its child orders."""

    _inherit = "continuity.order"

    picking_count = fields.Integer(
        string="Transfers", compute="_compute_picking_count", compute_sudo=True
    )

    def _compute_picking_count(self):
        groups = self.env["stock.picking"]._read_group(
            [("continuity_order_id", "in", self.ids)],
            ["continuity_order_id"],
            ["__count"],
        )
        counts = {order.id: count for order, count in groups}
        for order in self:
            order.picking_count = counts.get(order.id, 0)

    @public(one=True)
    def action_view_pickings(self):
        """Open the transfers of the child orders.

        :rtype: dict
        """
        self.ensure_one()
        pickings = self.env["stock.picking"].search(
            [("continuity_order_id", "=", self.id)]
        )
        return pickings._get_records_action(name=self.env._("Transfers"))
