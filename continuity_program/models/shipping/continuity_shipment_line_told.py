# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What a price was told to mean.

Works in sudo: a seller may not read every tax, and is told what a price comes to.
"""

from odoo import api, fields, models
from odoo.tools import float_round

#: What a price means
TOLD = ("told_price_net", "told_price_gross", "is_told_with_tax", "told_position_id")


class ContinuityShipmentLine(models.Model):
    """The product of a shipment: what the customer was told that it costs.

    A price told with tax stays with tax, one told without stays without, whatever
    becomes of rates and products. Where another fiscal position holds, what he pays
    without tax stays, as Odoo itself maps prices.
    """

    _inherit = "continuity.shipment.line"

    # Written with the price and never again: taxes change, what was told does not
    told_price_net = fields.Float(
        compute="_compute_told", store=True, precompute=True, copy=False
    )
    told_price_gross = fields.Float(
        compute="_compute_told", store=True, precompute=True, copy=False
    )
    is_told_with_tax = fields.Boolean(
        compute="_compute_told", store=True, precompute=True, copy=False
    )
    told_position_id = fields.Many2one(
        comodel_name="account.fiscal.position",
        compute="_compute_told",
        store=True,
        precompute=True,
        copy=False,
        ondelete="restrict",
    )

    @api.depends("price_unit", "product_id")
    def _compute_told(self):
        """Write down what the price means by the taxes of today.

        It does not depend on the taxes: another rate is no other price.
        """
        taxes, told = {}, {}
        for line in self:
            order = line.shipment_id.continuity_order_id
            goods = line.product_id, line.price_unit
            vals = self._tell_price(order, *goods, taxes, told)
            line.update({**vals, "told_position_id": order.fiscal_position_id})

    @api.model
    def _tell_price(self, order, product, price, taxes, told):
        """Say what a price means by the taxes of today, asked once per call.

        :param continuity.order order: whose price it is; empty = of no order
        :param product.product product: what it is paid for
        :param float price: price per unit
        :param dict taxes: taxes found before
        :param dict told: answers given before
        :rtype: dict
        """
        key = order.company_id, order.fiscal_position_id, product
        if key not in taxes:
            taxes[key] = order._get_goods_taxes(product) if order else None
        priced = price, product, taxes[key]
        if priced not in told:
            told[priced] = self._get_told(product, price, taxes[key])
        return told[priced]

    @api.model
    def _get_told(self, product, price, taxes):
        """Say what a price means under taxes.

        :param product.product product: what it is paid for
        :param float price: price per unit
        :param account.tax taxes: the taxes; None = of no order
        :rtype: dict
        """
        if not taxes:
            return {
                "told_price_net": price,
                "told_price_gross": price,
                "is_told_with_tax": False,
            }
        # Sellers may not read every tax; what was sold is theirs to know
        details = taxes.sudo()._get_tax_details(
            price,
            1.0,
            rounding_method="round_globally",
            product=product,
        )
        return {
            "told_price_net": details["total_excluded"],
            "told_price_gross": details["total_included"],
            "is_told_with_tax": taxes.sudo()._is_continuity_included(),
        }

    def _add_precomputed_values(self, vals_list):
        """Override: tell the prices of all new lines at once.

        Odoo makes a record in memory for every line that lacks a value.
        """
        self._tell_prices(vals_list)
        self._follow_parent_distribution(vals_list)
        return super()._add_precomputed_values(vals_list)

    @api.model
    def _tell_prices(self, vals_list):
        """Add to the values of new lines what their prices mean by the taxes of today.

        :param list[dict] vals_list: values of the lines, completed here
        """
        taxes, told = {}, {}
        for vals in vals_list:
            shipment = self.env["continuity.shipment"].browse(vals.get("shipment_id"))
            product = self.env["product.product"].browse(vals.get("product_id"))
            goods = product, vals.get("price_unit") or 0.0
            order = shipment.continuity_order_id
            vals.update(self._tell_price(order, *goods, taxes, told))
            vals["told_position_id"] = order.fiscal_position_id.id

    def _repeat_told(self, vals_list):
        """A price that is repeated means what it meant.

        Odoo computes what is read-only, whatever it gets.

        :param list[dict] vals_list: values the lines were made of
        """
        for line, vals in zip(self, vals_list, strict=True):
            told = {name: vals[name] for name in TOLD if name in vals}
            if told and told != line._get_repeated_told():
                line.write(told)

    def _get_repeated_told(self):
        """Return what the customer was told of the same product in the next shipment.

        :rtype: dict
        """
        self.ensure_one()
        return {
            name: self._fields[name].convert_to_write(self[name], self) for name in TOLD
        }

    def _get_told_price(self, position, product, taxes):
        """Return the unit price that keeps what the customer was told.

        :param account.fiscal.position position: the one that holds now
        :param product.product product: what is sent
        :param account.tax taxes: its taxes now
        :return: in the tax mode of these taxes
        :rtype: float
        """
        self.ensure_one()
        with_tax = taxes.sudo()._is_continuity_included()
        is_moved = position != self.told_position_id
        if not is_moved and with_tax == self.is_told_with_tax:
            return self.price_unit
        if is_moved or not self.is_told_with_tax:
            return self._get_price_of_net(product, taxes)
        return self._get_price_within_gross(product, taxes)

    def _get_price_of_net(self, product, taxes):
        """Return the price that keeps what was told without tax, as Odoo maps it.

        :rtype: float
        """
        currency = self.currency_id
        details = taxes.sudo()._get_tax_details(
            self.told_price_net,
            1.0,
            rounding_method="round_globally",
            product=product,
            special_mode="total_excluded",
        )
        included = sum(
            data["tax_amount"]
            for data in details["taxes_data"]
            if data["tax"].price_include
        )
        return currency.round(self.told_price_net + included)

    def _get_price_within_gross(self, product, taxes):
        """Return the largest price without tax whose total is not above what was told.

        :rtype: float
        """
        rounding = self.currency_id.rounding
        share = self.quantity * (1 - self.discount / 100.0)
        most = self.currency_id.round(self.told_price_gross * share)
        details = taxes.sudo()._get_tax_details(
            self.told_price_gross,
            1.0,
            rounding_method="round_globally",
            product=product,
            special_mode="total_included",
        )
        price = rounding + float_round(
            details["total_excluded"],
            precision_rounding=rounding,
            rounding_method="DOWN",
        )
        while price > 0 and self._get_line_total(price, product, taxes) > most:
            price = self.currency_id.round(price - rounding)
        return max(price, 0.0)

    def _get_line_total(self, price, product, taxes):
        """Return what the line comes to at a price, tax included.

        :rtype: float
        """
        details = taxes.sudo()._get_tax_details(
            price * (1 - self.discount / 100.0),
            self.quantity,
            precision_rounding=self.currency_id.rounding,
            rounding_method="round_per_line",
            product=product,
        )
        return self.currency_id.round(details["total_included"])

    def _get_staying_price(self, product):
        """Return the price of a substitute when the price stays.

        :param product.product product: what is sent instead
        :rtype: float
        """
        self.ensure_one()
        order = self.shipment_id.continuity_order_id
        # Paid in advance the taxes are the same, and so is the price
        if order.bill_upfront or not product:
            return self.price_unit
        taxes = order._get_goods_taxes(product)
        return self._get_told_price(self.told_position_id, product, taxes)
