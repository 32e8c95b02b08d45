# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import Command, models

from ..base.sealed import Sealed
from .parent_price import divide_total

#: How Odoo's own taxes are computed: none of these looks at the customer
PLAIN_TAXES = {"division", "fixed", "group", "percent"}


class ContinuityOrder(models.Model):
    """The continuity order: what its shipments cost.

    Prices are read once, at order entry, as an ordinary sale order line would show
    them. Taxes come from Odoo's own base lines, never from a formula of
    ours.
    """

    _inherit = "continuity.order"

    # === PRICES === #

    def _prepare_lines(self, event, prices):
        """Return the product lines of a new shipment.

        :param continuity.event event: the event that ships
        :param dict prices: prices asked for before, by what they depend on
        :return: commands for ``line_ids``
        :rtype: list
        """
        self.ensure_one()
        return [
            Command.create(self._prepare_line_once(event_line, prices))
            for event_line in event.line_ids
        ]

    def _prepare_line_once(self, event_line, prices):
        """Return the values of one product of a shipment, for each row that has it.

        :param continuity.event.line event_line: what the program says
        :param dict prices: what was asked before, filled by this method
        :return: values of its own, which may be changed
        :rtype: dict
        """
        self.ensure_one()
        key = "line", self, event_line
        if key not in prices:
            prices[key] = self._prepare_line(event_line, prices)
        return dict(prices[key])

    def _prepare_line(self, event_line, prices):
        """Return the values of one product of a shipment (rules N45, N83).

        :param continuity.event.line event_line: what the program says
        :param dict prices: prices asked for before
        :rtype: dict
        """
        quantity = event_line.quantity * self.quantity
        product, uom = event_line.product_id, event_line.uom_id
        if event_line.price_overridden:
            price, discount = event_line._get_price(self, day=self.order_date), 0.0
        else:
            price, discount = self._get_price(product, uom, quantity, prices)
        return {
            "company_id": self.company_id.id,
            "event_line_id": event_line.id,
            "product_id": product.id,
            "quantity": quantity,
            "uom_id": uom.id,
            "price_unit": price,
            "discount": discount,
            "price_overridden": event_line.price_overridden,
        }

    def _get_price(self, product, uom, quantity, prices=None, day=None, position=None):
        """Ask the price list, as an ordinary sale order line would.

        :param product.product product: the product
        :param uom.uom uom: unit of the quantity
        :param float quantity: quantity of one shipment
        :param dict prices: prices asked for before, filled by this method
        :param date day: day of the price; None = the order date
        :param account.fiscal.position position: None = the one of the order
        :return: price per unit in the tax mode of the position, and discount in percent
        :rtype: tuple[float, float]
        """
        self.ensure_one()
        prices = {} if prices is None else prices
        day = day or self.order_date or self._get_local_order_date()
        seller = self.company_id, self.currency_id
        if position is None:
            position = self.fiscal_position_id
        terms = self.pricelist_id, position
        key = product, uom, quantity, *seller, *terms, day
        if key not in prices:
            prices[key] = self._read_price(product, uom, quantity, day, position)
        return prices[key]

    def _read_price(self, product, uom, quantity, day, position):
        """Read price and discount from the price list; see :meth:`_get_price`."""
        company = self.company_id
        product = product.with_company(company)
        asked = {
            "quantity": quantity,
            "uom": uom,
            "date": day,
            "currency": self.currency_id,
        }
        rule = self.env["product.pricelist.item"]
        if self.pricelist_id:
            rule = rule.browse(self.pricelist_id._get_product_rule(product, **asked))
        price = rule._compute_price(product, **asked)
        discount = 0.0
        if rule._show_discount():
            full = rule._compute_price_before_discount(product, **asked)
            if full > price > 0:
                discount = (full - price) / full * 100
                price = full
        price = product._get_tax_included_unit_price_from_price(
            price,
            product_taxes=product.taxes_id._filter_taxes_by_company(company),
            fiscal_position=position,
        )
        return price, discount

    # === TAXES AND TOTALS === #

    def _get_goods_taxes(self, product):
        """Return the taxes of a product for this customer.

        :param product.product product: a product of a shipment
        :rtype: account.tax
        """
        self.ensure_one()
        taxes = product.taxes_id._filter_taxes_by_company(self.company_id)
        return self.fiscal_position_id.map_tax(taxes)

    def _get_amount_terms(self, products, plain):
        """Return what the amount of goods hangs on beside the goods.

        The customer is one of it only where a tax is computed in a way of its own.

        :param list[product.product] products: the goods
        :param dict plain: filled by this method, for all orders of a call
        :rtype: tuple
        """
        terms = self.company_id, self.currency_id, self.fiscal_position_id
        key = *terms, *products
        if key not in plain:
            taxes = self.env["account.tax"]
            if self:
                taxes = taxes.union(*map(self._get_goods_taxes, products))
            kinds = set(taxes.flatten_taxes_hierarchy().mapped("amount_type"))
            plain[key] = kinds <= PLAIN_TAXES
        return terms if plain[key] else (*terms, self)

    def _get_totals(self, lines):
        """Compute net and gross of a document made of shipment lines.

        Tax is computed once on the document, as Odoo does for an order.

        :param continuity.shipment.line lines: lines of shipments, saved or not
        :return: untaxed amount and total
        :rtype: tuple[float, float]
        """
        self.ensure_one()
        tax_model = self.env["account.tax"]
        base_lines = [line._prepare_base_line(self) for line in lines]
        tax_model._add_tax_details_in_base_lines(base_lines, self.company_id)
        tax_model._round_base_lines_tax_details(base_lines, self.company_id)
        totals = tax_model._get_tax_totals_summary(
            base_lines, self.currency_id, self.company_id
        )
        return totals["base_amount_currency"], totals["total_amount_currency"]

    # === THE PARENT LINE (rules N13) === #

    def _get_parent_price(self):
        """Return the unit price of the parent line.

        Up front: Σ of the rounded line amounts, in the tax mode of the parent's
        taxes, per unit of the parent line. Otherwise 0.

        :rtype: float
        """
        self.ensure_one()
        line = self.sale_order_line_id
        if not self.bill_upfront or not line.product_uom_qty:
            return 0.0
        included = line.tax_ids._is_continuity_included()
        shipments = self.shipment_ids.filtered(
            lambda s: s.state not in ("skipped", "cancelled")
        )
        total = sum(
            shipment_line._get_rounded_amount(included)
            for shipment_line in shipments.line_ids
        )
        return divide_total(self.currency_id, total, line.product_uom_qty)

    def _update_parent_price(self):
        """Write the price of the parent lines of drafts.

        ``price_unit`` and ``technical_price_unit`` go together: a lone price would
        make the line *manual* for ever.
        """
        for order in self.filtered(lambda o: o.state == "draft"):
            line = order.sale_order_line_id
            price = order._get_parent_price()
            if line.price_unit != price or line.technical_price_unit != price:
                line.with_context(continuity_price=Sealed()).write(
                    {"price_unit": price, "technical_price_unit": price}
                )
