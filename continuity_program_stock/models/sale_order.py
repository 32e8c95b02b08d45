# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class SaleOrder(models.Model):
    """The child order: what the warehouse knows of it."""

    _inherit = "sale.order"

    def _is_continuity_delivered(self):
        """Override of `continuity_program`: a move of its goods is done."""
        self.ensure_one()
        return any(move.state == "done" for move in self.picking_ids.move_ids)

    def _get_continuity_exchange_action(self):
        """Override of `continuity_program`: Odoo's own return makes the exchange."""
        self.ensure_one()
        return self.action_view_delivery()
