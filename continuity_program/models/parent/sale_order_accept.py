# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.exceptions import UserError

from ..base.sealed import unseal


class SaleOrder(models.Model):
    """The quotation that the customer accepts himself: he gets what he was shown."""

    _inherit = "sale.order"

    def _continuity_keep_waiting(self):
        """Keep acceptances that cannot be confirmed yet, and say why.

        What is not sold any more is for a person to talk about with the customer.

        :return: the orders that wait
        :rtype: sale.order
        """
        waiting = self.browse()
        for order in self.filtered(lambda o: o._is_continuity_draft()):
            if refusal := order._get_continuity_refusal():
                order.message_post(
                    body=self.env._(
                        "Accepted by the customer. The order waits for its payment: %s",
                        refusal,
                    )
                )
            elif refusal := order._get_continuity_gone_refusal():
                order._note_continuity_unconfirmed(refusal)
            else:
                continue
            waiting |= order
        return waiting

    def _check_continuity_offered(self):
        """Refuse to sell a plan that nobody was shown, where a part of it is gone.

        The recap has laid the plan out anew: what it shows is sold.

        :raise UserError: naming the way out; nothing was charged
        """
        if unseal(self.env, "continuity_recap"):
            return
        # Read for all orders at once, by whoever sells: he reads no programs
        shipments_sudo = self.sudo().continuity_order_ids.shipment_ids
        shipments_sudo.event_id.mapped("active")
        shipments_sudo.line_ids.product_id.mapped("sale_ok")
        for order in self:
            if refusal := order._get_continuity_gone_refusal():
                raise UserError(refusal)

    def _get_continuity_gone_refusal(self):
        """Say which shipment the customer was shown is not offered any more.

        What he has paid he gets, or it is given back to him: that is not said here.

        :return: a message that names the way out, or False
        :rtype: str | bool
        """
        self.ensure_one()
        if self._is_anything_charged():
            return False
        # Customers read neither programs nor products that are not sold
        drafts_sudo = self.sudo().continuity_order_ids.filtered(
            lambda order: order.state == "draft"
        )
        planned_sudo = drafts_sudo.shipment_ids.filtered(
            lambda shipment: shipment.state == "planned"
        )
        for shipment_sudo in planned_sudo.sorted("number"):
            lines_sudo = shipment_sudo.line_ids.filtered("quantity")
            event_sudo, products_sudo = shipment_sudo.event_id, lines_sudo.product_id
            # A manager withdraws an event by removing it, or by *Skip*
            is_sent = event_sudo.active and event_sudo.action != "skip"
            if is_sent and all(
                product.active and product.sale_ok for product in products_sudo
            ):
                continue
            return self.env._(
                "Shipment %(number)s (%(products)s), which the customer was told of,"
                " is not offered any more. Press “Complete” and tell the customer what"
                " is sent now, then submit.",
                number=shipment_sudo.number,
                products=lines_sudo._get_products_text(),
            )
        return False
