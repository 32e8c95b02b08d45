# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class SaleOrder(models.Model):
    """The child order of an up-front order: its zero invoice."""

    _inherit = "sale.order"

    def _create_continuity_zero_invoices(self, day):
        """Make and post the zero invoices of up-front children (rules BR4).

        :param date day: date of the invoice: the delivery, else the commitment date
        :return: the posted invoices; empty when nothing is to be invoiced
        :rtype: account.move
        """
        children = self.filtered(
            lambda o: o.state == "sale" and o.continuity_order_id.bill_upfront
        )
        if not children:
            return self.env["account.move"]
        moves = children.with_context(
            raise_if_nothing_to_invoice=False
        )._create_invoices()
        moves.invoice_date = day
        moves.action_post()
        return moves
