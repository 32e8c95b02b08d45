# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class ContinuityOrder(models.Model):
    """The continuity order: what the taxes in its prices are called."""

    _inherit = "continuity.order"

    def _get_tax_name(self):
        """Name the taxes in the prices by their own words; there may be none.

        :return: as on the invoice, for instance "VAT 21%"
        :rtype: str
        """
        self.ensure_one()
        shipments = self._get_counted_shipments()
        untaxed = sum(shipments.mapped("amount_untaxed"))
        total = sum(shipments.mapped("amount_total"))
        if not self.currency_id.compare_amounts(untaxed, total):
            return ""
        # Whoever hears the price may know what the tax in it is called
        order_sudo = self.sudo()
        taxes_sudo = order_sudo.env["account.tax"].union(
            *map(
                order_sudo._get_goods_taxes, order_sudo.shipment_ids.line_ids.product_id
            )
        )
        return ", ".join(dict.fromkeys(taxes_sudo.tax_group_id.mapped("name")))

    def _with_tax(self, amount_text):
        """Say which tax is in an amount.

        :param str amount_text: one amount or several
        :rtype: str
        """
        if name := self._get_tax_name():
            return self.env._("%(amount)s incl. %(tax)s", amount=amount_text, tax=name)
        return amount_text
