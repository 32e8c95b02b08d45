# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.exceptions import UserError


class SaleAdvancePaymentInv(models.TransientModel):
    _inherit = "sale.advance.payment.inv"

    def _create_invoices(self, sale_orders):
        """Override of `sale`: a down payment is for the ordinary goods only.

        :raise UserError: nothing else is on the order
        """
        if self.advance_payment_method == "delivered":
            return super()._create_invoices(sale_orders)
        for order in sale_orders:
            if order.continuity_order_ids and not (
                order._get_continuity_ordinary_lines()
            ):
                raise UserError(
                    self.env._(
                        "%s has continuity programs only. They are billed by their"
                        " payments, not by a down payment.",
                        order.name,
                    )
                )
        return super()._create_invoices(sale_orders)
