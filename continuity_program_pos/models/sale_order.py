# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.exceptions import UserError


class SaleOrder(models.Model):
    """The order: a till settles none that belongs to a program.

    Odoo would count its lines as invoiced, without a document, and the account of the
    order would not know of the money: the card was charged all the same. An invoice may
    be paid anywhere.
    """

    _inherit = "sale.order"

    @api.depends("continuity_type")
    def _compute_amount_unpaid(self):
        """Override of `pos_sale`: the tills list what has something to be paid."""
        result = super()._compute_amount_unpaid()
        self._filter_continuity_program().amount_unpaid = 0.0
        return result

    def load_sale_order_from_pos(self, config_id):
        """Override of `pos_sale` to refuse before anybody pays.

        :raise UserError: naming the order, and where it is paid
        """
        self._check_continuity_not_at_till()
        return super().load_sale_order_from_pos(config_id)

    def _filter_continuity_program(self):
        """Return the orders that programs are sold or sent by.

        :rtype: sale.order
        """
        return self.filtered(lambda order: order.continuity_type in ("parent", "child"))

    def _check_continuity_not_at_till(self):
        """Refuse orders of programs.

        :raise UserError: naming the first of them, and where it is paid
        """
        for order in self._filter_continuity_program()[:1]:
            raise UserError(
                self.env._(
                    "%s belongs to a continuity program and is not settled at a till:"
                    " it is charged as it was agreed. The customer can pay it by its"
                    " payment link, or an accountant registers the payment on its"
                    " invoice.",
                    order.name,
                )
            )
