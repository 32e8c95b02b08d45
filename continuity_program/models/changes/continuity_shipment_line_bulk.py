# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.exceptions import UserError


class ContinuityShipmentLine(models.Model):
    """The product of a shipment: replaced for many customers at once."""

    _inherit = "continuity.shipment.line"

    def _check_bulk_substitution(self, product, new_product, quantity, price):
        """Refuse a substitution that makes no sense (rules N48, N81).

        :raise UserError: naming what is wrong
        """
        if not self:
            raise UserError(
                self.env._(
                    "None of the marked shipments sends %s.", product.display_name
                )
            )
        for lines in self.grouped("company_id").values():
            lines[:1]._check_substitute(new_product)
        self._check_substitute_taxes(new_product)
        if quantity < 0 or (price and price[0] < 0):
            raise UserError(self.env._("Quantity and price are not negative."))
        if not price:
            return
        if not (price[1] or "").strip():
            raise UserError(
                self.env._(
                    "Enter the reason why %s is sold at another price.",
                    new_product.display_name,
                )
            )
        if len(self.currency_id) > 1:
            raise UserError(
                self.env._(
                    "The marked orders are in several currencies: %s. Enter a price for"
                    " one currency at a time.",
                    ", ".join(self.currency_id.mapped("name")),
                )
            )

    def _prepare_bulk_substitution(self, product, quantity, price):
        """Return what is written to all of these lines.

        :rtype: dict
        """
        vals = {
            "product_id": product.id,
            "uom_id": product.uom_id.id,
            "product_changed": True,
        }
        if quantity:
            vals.update(quantity=quantity, quantity_changed=True)
        if price:
            vals.update(
                price_unit=price[0],
                discount=0.0,
                price_reason=price[1],
                price_overridden=True,
                price_changed=True,
            )
        return vals

    def _get_staying_prices(self, product):
        """Return the prices that stay what the customers were told (N48).

        :param product.product product: what is sent instead
        :return: by line; only those that are another number under its taxes
        :rtype: dict[continuity.shipment.line, float]
        """
        prices = {line: line._get_staying_price(product) for line in self}
        return {
            line: price for line, price in prices.items() if price != line.price_unit
        }
