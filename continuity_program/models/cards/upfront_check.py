# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import UserError

from ..base.of_order import OfOrder


class UpfrontCheck(OfOrder):
    """Whether the money for an order may be taken in advance (rules BR12)."""

    def get_refusal(self):
        """Say what is wrong with accounts, journal or taxes.

        :return: False for an order that is not billed up front, too
        :rtype: str | bool
        """
        if not self.order.bill_upfront:
            return False
        problems = self.order.company_id._continuity_get_prepayment_problems()
        if problems:
            return "\n".join(problems)
        if self._is_sold_tax_free():
            return self.env._(
                "%(order)s cannot be billed up front: with fiscal position %(position)s"
                " the goods bear no tax, and an exempt delivery is declared when it is"
                " made. Sell a program that is billed per shipment.",
                order=self.order.display_name,
                position=self.order.sale_order_id.fiscal_position_id.display_name,
            )
        try:
            self.order.program_id._check_upfront_taxes(
                self.order.product_id,
                self.order.company_id,
                self.order.sale_order_id.fiscal_position_id,
            )
        except UserError as error:
            return str(error)
        return self._get_swapped_refusal()

    def _is_sold_tax_free(self):
        """Say whether the fiscal position takes the taxes away: an export, or a supply
        to a business in another member state (rules D-10)."""
        position = self.order.sale_order_id.fiscal_position_id
        taxes = self.order.product_id.taxes_id._filter_taxes_by_company(
            self.order.company_id
        )
        mapped = position.map_tax(taxes)
        return any(taxes.flatten_taxes_hierarchy().mapped("amount")) and not any(
            mapped.flatten_taxes_hierarchy().mapped("amount")
        )

    def _get_swapped_refusal(self):
        """Say which product that was swapped in bears other taxes by now.

        The swap refuses it already; the fiscal position may have changed since.

        :rtype: str | bool
        """
        expected = self.order._get_upfront_taxes()
        lines = self.order.shipment_ids.line_ids
        for product in lines.filtered("product_changed").product_id:
            taxes = self.order._get_upfront_taxes_of(product)
            if taxes != expected:
                return self.order.program_id._describe_tax_difference(
                    product, taxes, self.order.product_id, expected
                )
        return False
