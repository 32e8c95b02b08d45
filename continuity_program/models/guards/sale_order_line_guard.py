# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.exceptions import UserError


class SaleOrderLine(models.Model):
    """What nobody types on a line: all of our fields tie it to the ledger."""

    _name = "sale.order.line"
    _inherit = ["sale.order.line", "continuity.typed.mixin"]

    @api.model
    def _get_continuity_way_out(self):
        """Override: what a line takes from the program."""
        return self.env._("Change the shipments in the Continuity wizard.")

    def _check_continuity_order(self, order_id):
        """Refuse to carry a line that the ledger counts on to another order.

        :param int order_id: the other order
        :raise UserError: naming the line
        """
        for line in self.filtered(lambda line: line.order_id.id != order_id):
            # Whoever edits an order may not read the ledger
            line_sudo = line.sudo()
            if line_sudo.continuity_order_ids or line_sudo.continuity_shipment_line_id:
                raise UserError(
                    self.env._(
                        "%(line)s belongs to a continuity program and stays in its"
                        " order.",
                        line=line.display_name,
                    )
                )
