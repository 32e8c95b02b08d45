# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import Command, models


class ContinuityShipmentLine(models.Model):
    """The product of a shipment: the line it becomes on the child order."""

    _inherit = "continuity.shipment.line"

    def _prepare_child_line_vals(self, position, today, cache):
        """Return the values of the goods line of the child order.

        :param account.fiscal.position position: fiscal position of the child
        :param date today: local date of creation
        :param dict cache: what was looked up for other lines of the chunk
        :rtype: dict
        """
        self.ensure_one()
        taxes = self._get_child_taxes(position, cache["taxes"])
        price, discount = self._get_child_price(position, taxes, today, cache["prices"])
        distribution = self.analytic_distribution
        return {
            # Without one of the parent line the models of the company decide
            **({"analytic_distribution": distribution} if distribution else {}),
            "product_id": self.product_id.id,
            "name": self._get_child_name(cache["names"]),
            "product_uom_qty": self.quantity,
            "product_uom_id": self.uom_id.id,
            "price_unit": price,
            "technical_price_unit": price,
            "discount": discount,
            "tax_ids": [Command.set(taxes.ids)],
            "continuity_shipment_line_id": self.id,
        }

    def _get_child_price(self, position, taxes, today, prices):
        """Return price and discount: as sold, or of today where the program says so.

        A price the seller has given, a substitute, and a price that is paid already
        stay.

        :param account.fiscal.position position: fiscal position of the child
        :param account.tax taxes: taxes of the product there
        :param date today: day of a price that does not stay
        :param dict prices: prices asked for before
        :rtype: tuple[float, float]
        """
        order = self.shipment_id.continuity_order_id
        event_line = self.event_line_id
        stays = (
            order.program_id.price_policy == "frozen"
            or self.price_changed
            or self.product_changed
            # The event was removed or sends something else by now
            or event_line.product_id != self.product_id
        )
        if order.bill_upfront:
            return self.price_unit, self.discount
        if stays:
            told = self._get_told_price(position, self.product_id, taxes)
            return told, self.discount
        if event_line.price_overridden:
            return event_line._get_price(order, day=today), self.discount
        return order._get_price(
            self.product_id,
            self.uom_id,
            self.quantity,
            prices,
            day=today,
            position=position,
        )

    def _get_child_taxes(self, position, cache):
        """Return the taxes of the child line (rules BR3).

        :rtype: account.tax
        """
        order = self.shipment_id.continuity_order_id
        if order._is_prepaid():
            invoiced = order._get_upfront_line()
            return invoiced.tax_ids or order.sale_order_line_id.tax_ids
        key = (position, self.product_id)
        if key not in cache:
            taxes = self.product_id.taxes_id._filter_taxes_by_company(self.company_id)
            cache[key] = position.map_tax(taxes)
        return cache[key]

    def _get_child_name(self, cache):
        """Return the text of the child line in the customer's language."""
        lang = self.shipment_id.continuity_order_id.partner_id._continuity_get_lang()
        key = (self.product_id, lang)
        if key not in cache:
            product = self.product_id.with_context(lang=lang)
            cache[key] = product._continuity_get_description()
        return cache[key]
