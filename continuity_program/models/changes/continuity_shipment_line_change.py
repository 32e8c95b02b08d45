# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.exceptions import UserError


class ContinuityShipmentLine(models.Model):
    """The product of a shipment: substitution, quantity, price."""

    _inherit = "continuity.shipment.line"

    def _change(self, vals):
        """Apply what a person typed on one line.

        :param dict vals: new values of product, quantity, price, discount, reason
        :raise UserError: refused, or a price without a reason
        """
        self.ensure_one()
        product = self.env["product.product"].browse(vals.get("product_id"))
        if product and product != self.product_id:
            self._substitute(product)
        if "quantity" in vals and vals["quantity"] != self.quantity:
            self._set_quantity(vals["quantity"])
        if "analytic_distribution" in vals:
            self._set_distribution(vals["analytic_distribution"])
        price = vals.get("price_unit", self.price_unit)
        discount = vals.get("discount", self.discount)
        reason = vals.get("price_reason", self.price_reason)
        if price != self.price_unit or discount != self.discount:
            self._set_price(price, reason, discount=discount)
        elif reason != self.price_reason:
            # A note of the seller, the price itself is not touched
            self.sudo().price_reason = reason

    def _substitute(self, product, price=None, reason=None):
        """Send another product instead (rules N48).

        The price stays unless another one is given.

        :param product.product product: the product to send
        :param float price: its price; None = the price of the line stays
        :param str reason: why the price differs
        :raise UserError: a parent product, not sellable, or of another company
        """
        self.ensure_one()
        self.check_access("write")
        self.shipment_id._check_can_change()
        self._check_substitute(product)
        old = self.product_id.display_name
        old_price, staying = self.price_unit, self._get_staying_price(product)
        # The seller may swap goods, the flags belong to the ledger
        line_sudo = self.sudo()
        line_sudo.write(
            {
                "product_id": product.id,
                "uom_id": product.uom_id.id,
                "price_unit": staying,
                "product_changed": True,
            }
        )
        line_sudo.shipment_id.is_customized = True
        self.shipment_id._log_change(
            self.env._("Product"), old, product.display_name, reason
        )
        if staying != old_price:
            currency = self.currency_id
            self.shipment_id._log_change(
                self.env._("Price"),
                currency.format(old_price),
                currency.format(staying),
                self.env._("other taxes"),
            )
        if price is not None and price != self.price_unit:
            self._set_price(price, reason)

    def _check_substitute(self, product):
        """Refuse products that cannot be sent in this slot.

        :param product.product product: the product to send
        :raise UserError: naming the product
        """
        company = self.company_id
        # The seller is told that it is a program, which he need not be able to open
        if product.sudo().continuity_program_id:
            problem = self.env._("it is a parent product itself")
        elif product.company_id and product.company_id != company:
            problem = self.env._("it belongs to another company")
        elif not product.sale_ok or not product.active:
            problem = self.env._("it is not sold")
        elif product.type == "combo":
            problem = self.env._("it is a combo")
        else:
            self._check_substitute_taxes(product)
            return
        raise UserError(
            self.env._(
                "%(product)s cannot be sent instead: %(problem)s. Choose another"
                " product.",
                product=product.display_name,
                problem=problem,
            )
        )

    def _set_quantity(self, quantity):
        """Send more or fewer of a product; 0 of everything skips the shipment (F2).

        :param float quantity: new quantity
        :raise UserError: negative, or more than was paid in advance
        """
        self.ensure_one()
        self.check_access("write")
        self.shipment_id._check_can_change()
        if quantity < 0:
            raise UserError(
                self.env._("The quantity of a shipment cannot be negative.")
            )
        self._check_prepaid_quantity(quantity)
        self.shipment_id.continuity_order_id._ensure_upfront_invoice()
        old = self.quantity
        # The seller may change the line (checked); flags and states nobody types
        line_sudo = self.sudo()
        line_sudo.write({"quantity": quantity, "quantity_changed": True})
        shipment_sudo = line_sudo.shipment_id
        shipment_sudo.is_customized = True
        self.shipment_id._log_change(
            self.env._("Quantity"), f"{old:g}", f"{quantity:g}"
        )
        if not any(shipment_sudo.line_ids.mapped("quantity")):
            shipment_sudo.state = "skipped"
        self._credit_quantity(old - quantity)
        shipment_sudo.continuity_order_id._update_parent_price()

    def _set_price(self, price, reason, discount=None):
        """Sell at another price, with a reason that is logged (rules N81).

        :param float price: new price per unit
        :param str reason: why
        :param float discount: new discount in percent; None = as it is
        :raise UserError: no reason, a negative price, or the same product and prepaid
        """
        self.ensure_one()
        self.check_access("write")
        self.shipment_id._check_can_change()
        discount = self.discount if discount is None else discount
        self._check_prepaid_price(discount)
        if not (reason or "").strip():
            raise UserError(
                self.env._(
                    "Enter the reason why %(product)s is sold at another price.",
                    product=self.product_id.display_name,
                )
            )
        if price < 0 or not 0 <= discount <= 100:
            raise UserError(
                self.env._("A price is not negative, a discount is 0 to 100 %.")
            )
        old = self._get_price_text()
        # The seller may change the line (checked); the note it proposes is accounting's
        line_sudo = self.sudo()
        line_sudo._credit_price(price, reason)
        line_sudo.write(
            {
                "price_unit": price,
                "discount": discount,
                "price_reason": reason,
                "price_overridden": True,
                "price_changed": True,
            }
        )
        line_sudo.shipment_id.is_customized = True
        self.shipment_id._log_change(
            self.env._("Price of %s", self.product_id.display_name),
            old,
            self._get_price_text(),
            reason,
        )
        line_sudo.shipment_id.continuity_order_id._update_parent_price()

    def _get_price_text(self):
        """Return price and discount as the log shows them.

        :rtype: str
        """
        self.ensure_one()
        return self._format_price(self.currency_id, self.price_unit, self.discount)

    @api.model
    def _format_price(self, currency, price, discount):
        """Write down a price and its discount.

        :param res.currency currency: its currency
        :param float price: price per unit
        :param float discount: percent, 0 = none
        :rtype: str
        """
        text = currency.format(price)
        return f"{text} −{discount:g} %" if discount else text
