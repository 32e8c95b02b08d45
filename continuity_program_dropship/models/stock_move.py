# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class StockMove(models.Model):
    """The move of a parcel: which purchase is behind it."""

    _inherit = "stock.move"

    def _get_upstream_documents_and_responsibles(self, visited):
        """Override of `purchase_stock`: who cancels a parcel need not buy anything.

        Odoo asks, in the name of the user, which purchase has to be told, and so keeps
        sellers from cancelling an order that has a delivery.
        """
        # Only whether a program is behind it is asked of an order
        if self.sudo().sale_line_id.order_id._get_continuity_program_records():
            # What is found is told to the buyer, not to the seller.
            asking = super(StockMove, self.sudo())
            return asking._get_upstream_documents_and_responsibles(visited)
        return super()._get_upstream_documents_and_responsibles(visited)
