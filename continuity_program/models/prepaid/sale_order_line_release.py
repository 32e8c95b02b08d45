# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.tools import float_compare

from ..base.sealed import unseal


class SaleOrderLine(models.Model):
    """The sale order line: what is released of it, and when a parent line is done."""

    _inherit = "sale.order.line"

    def _set_continuity_parent_status(self):
        """A parent line is *Fully invoiced* when the close job has closed it, and there
        is nothing to invoice before (rules F4)."""
        for line in self:
            states = set(line.continuity_order_ids.mapped("state"))
            is_done = states and states <= {"closed", "cancelled"}
            line.invoice_status = (
                "invoiced" if is_done and line.state == "sale" else "no"
            )

    def _get_continuity_release_quantity(self):
        """Return how much of an up-front line is released on the day of the run.

        Never more than was ordered, for no more was paid. *Paid in advance* follows
        its goods, so that the invoice totals zero.

        :rtype: float
        """
        self.ensure_one()
        goods = self.continuity_prepaid_line_id
        if goods:
            released = goods._get_continuity_release_quantity() + goods.qty_invoiced
            return released - self.qty_invoiced
        return self._get_continuity_unreleased_quantity(
            unseal(self.env, "continuity_release_date")
        )

    def _get_continuity_unreleased_quantity(self, day):
        """Return how much the customer has got that is not invoiced yet.

        :param date day: company-local day
        :rtype: float
        """
        self.ensure_one()
        ordered = self.product_uom_qty - self.continuity_settled_qty
        supplied = min(self._get_continuity_supplied_quantity(day), ordered)
        open_quantity = supplied - self.qty_invoiced
        if float_compare(open_quantity, 0.0, precision_digits=6) <= 0:
            return 0.0
        return open_quantity

    def _get_continuity_supplied_quantity(self, day):
        """Return how much the customer has got: delivered, or by the date promised.

        What came back since is still to be invoiced, and credited: a transfer writes no
        document of the books.

        :param date day: company-local day
        :rtype: float
        """
        self.ensure_one()
        if self.qty_delivered_method == "stock_move":
            return self._get_continuity_delivered_quantity()
        order = self.order_id
        moment = order.commitment_date or order.date_order
        is_due = order.company_id._continuity_local_date(moment) <= day
        return self.product_uom_qty if is_due else 0.0

    def _get_continuity_replacing_quantity(self, day):
        """Return how many replacements of the product are still to arrive.

        What they replace came back already: the customer has neither.

        :param date day: company-local day
        :rtype: float
        """
        self.ensure_one()
        replacements = self.order_id.order_line.filtered(
            lambda line: (
                line.is_continuity_replacement and line.product_id == self.product_id
            )
        )
        return sum(line._get_continuity_coming_quantity(day) for line in replacements)

    def _get_continuity_coming_quantity(self, day):
        """Return how much of the line is still to arrive.

        :param date day: company-local day
        :rtype: float
        """
        self.ensure_one()
        got = max(
            self._get_continuity_supplied_quantity(day),
            self._get_continuity_delivered_quantity(),
        )
        return max(self.product_uom_qty - got, 0.0)

    def _get_continuity_delivery_moment(self):
        """Return when goods of the line left the house last; none without stock.

        :return: naive moment in UTC
        :rtype: datetime | bool
        """
        self.ensure_one()
        return False
