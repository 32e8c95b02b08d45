# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.exceptions import UserError


class SaleOrderDiscount(models.TransientModel):
    """The discount wizard of an order: parent lines are outside (rules N69)."""

    _inherit = "sale.order.discount"

    def action_apply_discount(self):
        """Override of `sale` to skip parent lines, and to say so.

        :raise UserError: there is nothing else to discount
        """
        self.ensure_one()
        order = self.sale_order_id
        parents = order.order_line.filtered("is_continuity_parent")
        if not parents:
            return super().action_apply_discount()
        ordinary = order.order_line.filtered(
            lambda line: not line.display_type and not line.is_continuity_parent
        )
        if not ordinary:
            raise UserError(
                self.env._(
                    "%(order)s has only continuity programs. Give the discount on their"
                    " shipments in the Continuity wizard.",
                    order=order.name,
                )
            )
        if self.discount_type == "sol_discount":
            ordinary.write({"discount": self.discount_percentage * 100})
            result = None
        else:
            # Base lines of parent lines are left out by `account.tax`
            result = super().action_apply_discount()
        order.message_post(
            body=self.env._(
                "The discount does not count for %(products)s: discounts of continuity"
                " programs are given on their shipments.",
                products=", ".join(parents.product_id.mapped("display_name")),
            )
        )
        return result
