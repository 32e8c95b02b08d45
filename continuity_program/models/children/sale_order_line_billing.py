# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class SaleOrderLine(models.Model):
    """The sale order line: *Paid in advance* follows its goods line (BR1)."""

    _inherit = "sale.order.line"

    # A field of its own: were the delivered quantity to depend on itself, Odoo would
    # compute it line by line, for ordinary orders, too.
    continuity_goods_delivered = fields.Float(
        related="continuity_prepaid_line_id.qty_delivered",
        string="Delivered goods",
        store=True,
    )

    def _follow_continuity_goods(self):
        """A prepaid line is invoiced as far as its goods are, so that partial
        deliveries total zero, too."""
        for line in self:
            goods = line.continuity_prepaid_line_id
            line.qty_to_invoice = (
                goods.qty_to_invoice + goods.qty_invoiced - line.qty_invoiced
            )

    def _get_continuity_prepaid_account(self):
        """Return where the up-front invoice put the money (rules BR3).

        :return: whatever the settings say today
        :rtype: account.account
        """
        upfront_line = self.order_id.continuity_order_id._get_upfront_line()
        return upfront_line.account_id
