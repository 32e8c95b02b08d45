# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from ...arguments import public
from ..entry.summary import preview_planned_text


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
        if self._is_continuity_offered():
            return not self._get_continuity_program().bill_upfront
        return bool(orders_sudo) and not any(orders_sudo.mapped("bill_upfront"))

    def _is_continuity_offered(self):
        """Tell whether the line offers a series that the customer may still choose.

        It has the quantity 0, and no continuity order.

        :rtype: bool
        """
        self.ensure_one()
        return (
            self.state in ("draft", "sent")
            and not self.product_uom_qty
            and not self.display_type
            and self._is_continuity_sold()
            and not self._has_continuity_order()
        )

    def _get_continuity_planned_texts(self):
        """Say under the line what the customer gets, or would get.

        :return: a sentence for each series; none for ordinary goods
        :rtype: list[str]
        """
        self.ensure_one()
        # Whoever may read the line may read what it sells
        line_sudo = self.sudo()
        shown_sudo = line_sudo.continuity_order_ids._get_orders_to_show()
        texts = [order._get_planned_text() for order in shown_sudo]
        if self._is_continuity_offered() and self.order_id.partner_id:
            texts.append(preview_planned_text(line_sudo))
        return [text for text in texts if text]
