# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class SaleOrder(models.Model):
    """The child order: what of its authorised payment may be captured (rules N46)."""

    _inherit = "sale.order"

    def _mark_continuity_capture(self):
        """Mark the authorised rows of child orders that were delivered or invoiced.

        It asks no gateway, so transfers and invoices may call it.
        """
        # Whoever delivers or invoices may not read the ledger of payments.
        rows_sudo = self.sudo().continuity_order_id.payment_ids
        rows_sudo.filtered(
            lambda row: row.child_order_id in self.sudo()
        )._mark_to_capture()
