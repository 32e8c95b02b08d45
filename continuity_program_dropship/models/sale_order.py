# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from .purchase_order import NOT_ORDERED


class SaleOrder(models.Model):
    """The child order: what a vendor is to send to its address."""

    _inherit = "sale.order"

    def _is_continuity_packed(self):
        """Override of `continuity_program`: a vendor was told the address.

        Nor does an order follow that a vendor gets for other sales, too.
        """
        # Whoever sells need not see what is bought
        purchases_sudo = self._get_continuity_dropships()
        return super()._is_continuity_packed() or any(
            purchase_sudo.state not in NOT_ORDERED
            or purchase_sudo.order_line.sale_order_id != self
            for purchase_sudo in purchases_sudo
        )

    def _send_continuity_to(self, address):
        """Override of `continuity_program`: the vendor is told the new address."""
        result = super()._send_continuity_to(address)
        self._get_continuity_dropships().dest_address_id = address
        return result

    def _get_continuity_dropships(self):
        """Return the orders to vendors that send goods of these children.

        :return: in sudo, without those that are cancelled
        :rtype: purchase.order
        """
        # Whoever sells need not see what is bought
        purchases_sudo = self.sudo().order_line.purchase_line_ids.order_id
        return purchases_sudo.filtered(
            lambda purchase: purchase.state != "cancel" and purchase.dest_address_id
        )
