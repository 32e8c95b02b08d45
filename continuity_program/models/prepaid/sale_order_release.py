# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from ...planning import commitment_date


class SaleOrder(models.Model):
    """The child order: what the close job invoices of it, and on which day (BR4)."""

    _inherit = "sale.order"

    def _get_continuity_supply_date(self, day):
        """Return the local day the customer got the goods (rules BR4, F2).

        :param date day: the day of the run
        :return: day of the last delivery; of what needs none, the commitment date
        :rtype: date
        """
        self.ensure_one()
        company = self.company_id
        moments = [
            moment
            for line in self.order_line
            if (moment := line._get_continuity_delivery_moment())
        ]
        if moments:
            return company._continuity_local_date(max(moments))
        if self.commitment_date:
            return company._continuity_local_date(self.commitment_date)
        return commitment_date(company._continuity_local_date(self.date_order), day)

    def _get_continuity_release_lines(self):
        """Return the lines whose goods the customer has got (rules BR4).

        :rtype: sale.order.line
        """
        # Lines added by hand are charged as a top-up (rules F7)
        return self.order_line.filtered(
            lambda line: (
                not line.display_type and line._get_continuity_release_quantity() > 0
            )
        )

    def _create_continuity_child_invoices(self, day):
        """Make and post the invoices of children that are not billed up front.

        One invoice per child: each has payment rows of its own (rules BR14).

        :param date day: date of the invoices
        :return: the posted invoices
        :rtype: account.move
        """
        moves = self.with_context(raise_if_nothing_to_invoice=False)._create_invoices(
            grouped=True
        )
        moves.invoice_date = day
        moves.action_post()
        return moves
