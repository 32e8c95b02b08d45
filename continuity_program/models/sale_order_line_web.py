# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class SaleOrderLine(models.Model):
    """What the order form asks of a parent line."""

    _inherit = "sale.order.line"

    def action_continuity_wizard(self):
        """Open the Continuity wizard of a parent line (design 4.1).

        :return: the action, or False when the line has no continuity order
        :rtype: dict | bool
        """
        self.ensure_one()
        order = self.continuity_order_ids[:1]
        return order._get_wizard_action() if order else False
