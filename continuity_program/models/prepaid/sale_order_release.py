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
        children = self.with_context(raise_if_nothing_to_invoice=False)
        over = children.filtered(
            lambda child: child._is_continuity_overpaid_by_down_payment()
        )
        moves = (children - over)._create_continuity_final_invoices()
        moves.invoice_date = day
        moves.action_post()
        return moves

    # === DOWN PAYMENTS === #

    def _create_continuity_final_invoices(self):
        """Make invoices that take off what was billed as a down payment.

        The card is charged what the documents come to: a down payment that is not taken
        off is charged for the second time with the goods it was for.

        :return: the drafts, one per child
        :rtype: account.move
        """
        deducting = self.filtered(
            lambda child: child._get_continuity_down_payment_lines()
        )
        moves = self.env["account.move"]
        for children, final in ((deducting, True), (self - deducting, False)):
            if children:
                moves |= children._create_invoices(grouped=True, final=final)
        return moves

    def _get_continuity_down_payment_lines(self):
        """Return the lines of down payments that are billed and not taken off yet.

        :rtype: sale.order.line
        """
        return self.order_line.filtered(
            lambda line: line.is_downpayment and line.qty_to_invoice < 0
        )

    def _is_continuity_overpaid_by_down_payment(self):
        """Say whether an invoice of now would be less than its down payments.

        It would be a credit note, which no process decides about.

        :rtype: bool
        """
        self.ensure_one()
        if not self._get_continuity_down_payment_lines():
            return False
        lines = self.order_line.filtered("qty_to_invoice")
        total = self._get_continuity_lines_total(
            {line: line.qty_to_invoice for line in lines}
        )
        return self.currency_id.compare_amounts(total, 0.0) < 0

    def _get_continuity_overpaid_text(self):
        """Say why the child is left to a person.

        :rtype: str
        """
        self.ensure_one()
        return self.env._(
            "The down payments of %s are more than what can be invoiced of it now."
            " Create the invoice by hand when all of it has left, or credit the down"
            " payment.",
            self.name,
        )
