# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from .upfront_invoice import create_upfront_invoice, waits_for_first_shipment


class ContinuityOrder(models.Model):
    """The continuity order: its up-front invoice, document U (rules C3)."""

    _inherit = "continuity.order"

    def _bill_upfront(self, today):
        """Write the rows of orders billed up front and post their invoice.

        :param date today: day of Submit
        """
        orders = self.filtered("bill_upfront")
        self.env["continuity.payment"]._sync_order_rows(orders, today)
        create_upfront_invoice(
            orders.filtered(lambda order: not waits_for_first_shipment(order)), today
        )

    def _ensure_upfront_invoice(self):
        """Make the up-front invoice that waited for the first shipment (D-1)."""
        waiting = self.filtered(
            lambda order: order.submit_date and not order.upfront_invoice_id
        )
        for company, orders in waiting.grouped("company_id").items():
            # Skipping and ending make the invoice that waited; sellers keep no books
            create_upfront_invoice(orders.sudo(), company._continuity_today())

    def _get_upfront_line(self):
        """The line of the up-front invoice: children take account and taxes from it.

        :return: empty while there is no up-front invoice
        :rtype: account.move.line
        """
        self.ensure_one()
        # A seller may ship what an accountant has invoiced.
        lines_sudo = self.sudo().upfront_invoice_id.invoice_line_ids
        own_sudo = lines_sudo.filtered(
            lambda line: self.sale_order_line_id in line.sale_line_ids
        )[:1]
        # What was filtered out of many orders is still read with them
        return own_sudo.with_prefetch(lines_sudo._prefetch_ids)

    def _get_upfront_taxes(self):
        """Return the taxes of the up-front invoice, or those it is going to have.

        :rtype: account.tax
        """
        self.ensure_one()
        return self._get_upfront_line().tax_ids or self.sale_order_line_id.tax_ids

    def _get_upfront_taxes_of(self, product):
        """Return the taxes a product would have on the up-front invoice, as of today.

        :param product.product product: the product
        :rtype: account.tax
        """
        self.ensure_one()
        position = self.upfront_invoice_id.fiscal_position_id or self.fiscal_position_id
        return self.program_id._get_sale_taxes(product, self.company_id, position)
