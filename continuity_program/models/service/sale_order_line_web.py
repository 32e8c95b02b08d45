# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from ...arguments import public


class SaleOrderLine(models.Model):
    """What the order form asks of a parent line."""

    _inherit = "sale.order.line"

    @public(one=True)
    def action_continuity_wizard(self):
        """Open the Continuity wizard of a parent line.

        :return: the action, or False when the line has no continuity order
        :rtype: dict | bool
        """
        self.ensure_one()
        order = self.continuity_order_ids[:1]
        return order._get_wizard_action() if order else False

    def _is_billed_by_shipment(self):
        """Tell whether the price of the line is paid with its shipments (N67).

        Its own amount is 0.00, which a customer would read as "free".

        :rtype: bool
        """
        self.ensure_one()
        # A visitor with a link is told how he pays; the order behind it he may not read
        orders_sudo = self.sudo().continuity_order_ids
        return bool(orders_sudo) and not any(orders_sudo.mapped("bill_upfront"))
