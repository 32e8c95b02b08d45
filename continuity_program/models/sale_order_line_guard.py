# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class SaleOrderLine(models.Model):
    """What nobody types on a line: all of our fields tie it to the ledger."""

    _name = "sale.order.line"
    _inherit = ["sale.order.line", "continuity.typed.mixin"]

    @api.model
    def _get_continuity_way_out(self):
        """Override: what a line takes from the program."""
        return self.env._("Change the shipments in the Continuity wizard.")
