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

    def _get_continuity_capturable(self):
        """What was delivered or invoiced of a child order, tax included.

        :return: amount, and whether nothing more will come
        :rtype: tuple[float, bool]
        """
        self.ensure_one()
        posted = self.invoice_ids.filtered(lambda move: move.state == "posted")
        shared = posted.line_ids.sale_line_ids.order_id - self
        invoiced = sum(posted.mapped("amount_total_in_currency_signed"))
        goods = self.order_line.filtered(lambda line: not line.display_type)
        is_delivered = bool(goods) and all(
            line.qty_delivered >= line.product_uom_qty for line in goods
        )
        if is_delivered or (shared and self.invoice_status == "invoiced"):
            return self.amount_total, True
        delivered = sum(
            line.price_total * min(line.qty_delivered / line.product_uom_qty, 1.0)
            for line in goods
            if line.product_uom_qty
        )
        amount = self.currency_id.round(max(0.0 if shared else invoiced, delivered))
        is_called_off = amount > 0 and all(
            line.qty_delivered >= line.product_uom_qty
            or line._is_continuity_at_its_end()
            for line in goods
        )
        return amount, is_called_off or self.invoice_status == "invoiced"
