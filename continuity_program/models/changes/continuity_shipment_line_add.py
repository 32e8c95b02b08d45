# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import float_compare


class ContinuityShipmentLine(models.Model):
    """The product that a person adds to a shipment."""

    _inherit = "continuity.shipment.line"

    @api.model
    def _prepare_added_vals(self, vals):
        """Check a product that is added, and give it what the ledger keeps with it.

        :param dict vals: what was typed
        :return: values of the line
        :rtype: dict
        :raise UserError: naming the shipment or the product, and the way out
        """
        shipment = self.env["continuity.shipment"].browse(vals.get("shipment_id"))
        shipment.check_access("write")
        product = self.env["product.product"].browse(vals.get("product_id"))
        if not shipment or not product:
            raise UserError(self.env._("Choose a shipment and a product to add to it."))
        shipment._check_can_change()
        self._check_added_upfront(shipment)
        # It takes the place of nothing, so nothing excuses its taxes.
        self.new({"shipment_id": shipment.id})._check_substitute(product)
        quantity = 1.0 if vals.get("quantity") is None else vals["quantity"]
        if quantity < 0:
            raise UserError(
                self.env._("The quantity of a shipment cannot be negative.")
            )
        return {
            "shipment_id": shipment.id,
            "product_id": product.id,
            "uom_id": product.uom_id.id,
            "quantity": quantity,
            # Nothing of the program: a new plan leaves it as it is
            "product_changed": True,
            "quantity_changed": True,
            **self._prepare_added_distribution(vals, shipment),
            **self._prepare_added_price(vals, shipment, product, quantity),
        }

    @api.model
    def _prepare_added_distribution(self, vals, shipment):
        """Take the analytic accounts that were typed; without it follows the parent.

        :rtype: dict
        """
        if "analytic_distribution" not in vals:
            return {}
        typed = vals["analytic_distribution"]
        parent_line = shipment.continuity_order_id.sale_order_line_id
        return {
            "analytic_distribution": typed,
            "distribution_changed": (typed or {})
            != (parent_line.analytic_distribution or {}),
        }

    @api.model
    def _check_added_upfront(self, shipment):
        """Refuse to send more than was paid for in advance.

        :raise UserError: naming the order
        """
        order = shipment.continuity_order_id
        if order.bill_upfront and order.state != "draft":
            raise UserError(
                self.env._(
                    "%(order)s was billed up front: nothing can be added to its"
                    " shipments. Sell the product with an order of its own.",
                    order=order.display_name,
                )
            )

    @api.model
    def _prepare_added_price(self, vals, shipment, product, quantity):
        """Take the price of the price list, or another one with its reason.

        :return: values of the line
        :rtype: dict
        :raise UserError: no reason, or no price
        """
        # Sellers of the order may not read every price list.
        order_sudo = shipment.sudo().continuity_order_id
        price, discount = order_sudo._get_price(product, product.uom_id, quantity)
        typed = vals.get("price_unit", price), vals.get("discount", discount)
        reason = (vals.get("price_reason") or "").strip()
        is_other = any(
            float_compare(value or 0.0, usual, precision_digits=6)
            for value, usual in zip(typed, (price, discount), strict=True)
        )
        if is_other and not reason:
            raise UserError(
                self.env._(
                    "Enter the reason why %(product)s is sold at another price.",
                    product=product.display_name,
                )
            )
        if typed[0] < 0 or not 0 <= typed[1] <= 100:
            raise UserError(
                self.env._("A price is not negative, a discount is 0 to 100 %.")
            )
        return {
            "price_unit": typed[0],
            "discount": typed[1],
            "price_reason": reason,
            "price_overridden": is_other,
            "price_changed": is_other,
        }

    def _on_added(self):
        """Log what was added, and keep it with the shipment."""
        for line in self:
            shipment = line.shipment_id
            # The flag belongs to the ledger.
            shipment.sudo().is_customized = True
            shipment._log_change(
                self.env._("Product"),
                None,
                f"{line.quantity:g} × {line.product_id.display_name}",
                line.price_reason,
            )
        # Of a draft that is billed up front the parent line shows the sum, which nobody
        # types.
        self.sudo().shipment_id.continuity_order_id._update_parent_price()
