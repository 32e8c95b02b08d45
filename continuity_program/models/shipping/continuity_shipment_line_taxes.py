# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.exceptions import UserError


class ContinuityShipmentLine(models.Model):
    """The product of a shipment that is billed up front: its taxes are those of the
    one invoice, so another product has to bear the same."""

    _inherit = "continuity.shipment.line"

    def _check_substitute_taxes(self, product):
        """Refuse a product whose taxes the up-front invoice does not have.

        The same rule as at the sale, also before the order is submitted.

        :param product.product product: the product to send
        :raise UserError: naming the shipment, the product and the taxes
        """
        for line in self:
            if line._bears_taxes_of_invoice(product):
                continue
            # The refusal names taxes, of which the seller may not read all
            order_sudo = line.sudo().shipment_id.continuity_order_id
            program_sudo = order_sudo.program_id
            raise UserError(
                self.env._(
                    "%(product)s bears %(taxes)s, shipment %(shipment)s is billed up"
                    " front with %(expected)s. One up-front invoice needs the same"
                    " taxes on everything: choose another product, or sell this one on"
                    " an order of its own.",
                    product=product.display_name,
                    taxes=program_sudo._describe_taxes(
                        order_sudo._get_upfront_taxes_of(product)
                    ),
                    shipment=line.shipment_id.display_name,
                    expected=program_sudo._describe_taxes(
                        order_sudo._get_upfront_taxes()
                    ),
                )
            )

    def _bears_taxes_of_invoice(self, product):
        """Tell whether a product can be sent instead, as far as taxes go.

        It has the taxes of the up-front invoice, or those that the product it replaces
        bears today: when a rate changes, what was sold keeps the taxes it was sold
        with, whichever of the two is sent.

        :param product.product product: the product to send
        :rtype: bool
        """
        self.ensure_one()
        # Sellers may not read every tax; what was sold is theirs to know.
        order_sudo = self.sudo().shipment_id.continuity_order_id
        is_free = order_sudo.state != "draft" and not order_sudo._is_prepaid()
        if not order_sudo.bill_upfront or is_free:
            return True
        taxes = order_sudo._get_upfront_taxes_of(product)
        replaced = self.product_id
        return taxes == order_sudo._get_upfront_taxes() or (
            bool(replaced) and taxes == order_sudo._get_upfront_taxes_of(replaced)
        )

    def _get_others_with(self, product):
        """Return what these customers get of a product anyway, in the same series.

        :param product.product product: the product to send instead of these
        :return: other products of shipments that leave or have left
        :rtype: continuity.shipment.line
        """
        shipments = self.shipment_id.continuity_order_id.shipment_ids.filtered(
            lambda s: s.state not in ("skipped", "cancelled")
        )
        others = shipments.line_ids - self
        return others.filtered(lambda x: x.product_id == product and x.quantity)
