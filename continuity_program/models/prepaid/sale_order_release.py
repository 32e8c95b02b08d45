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
        left_out = children.filtered(
            lambda child: child._get_continuity_down_payment_refusal()
        )
        moves = (children - left_out)._create_continuity_final_invoices()
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

        Those of one whose invoice is gone are among them, the other way round.

        :rtype: sale.order.line
        """
        return self.order_line.filtered(
            lambda line: line.is_downpayment and line.qty_to_invoice
        )

    def _get_continuity_down_payment_refusal(self):
        """Say why no process takes off the down payments of the child.

        One that is not posted has billed nothing yet. An invoice of less than nothing
        would be a credit note, which no process decides about.

        :rtype: str | bool
        """
        self.ensure_one()
        down = self._get_continuity_down_payment_lines()
        if not down:
            return False
        if any(
            line._sum_continuity_documents("out_invoice", ("draft",)) for line in down
        ):
            return self.env._(
                "A down payment of %s is not posted yet. Post it, or delete it.",
                self.name,
            )
        lines = self.order_line.filtered("qty_to_invoice")
        total = self._get_continuity_lines_total(
            {line: line.qty_to_invoice for line in lines}
        )
        if (
            max(down.mapped("qty_to_invoice")) > 0
            or self.currency_id.compare_amounts(total, 0.0) < 0
        ):
            return self.env._(
                "The down payments of %s are more than what can be invoiced of it now."
                " Create the invoice by hand when all of it has left, or credit the"
                " down payment.",
                self.name,
            )
        return False
