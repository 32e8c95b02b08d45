# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from ..payments.continuity_payment import CHARGED_STATES
from .upfront_invoice import UpfrontInvoice


class ContinuityOrder(models.Model):
    """The continuity order: the up-front invoice, document U (rules C3)."""

    _inherit = "continuity.order"

    def _bill_upfront(self, today):
        """Write the rows of orders billed up front and post their invoice.

        :param date today: day of Submit
        """
        orders = self.filtered("bill_upfront")
        self.env["continuity.payment"]._sync_order_rows(orders, today)
        orders.filtered(
            lambda order: not order._waits_for_first_shipment()
        )._create_upfront_invoice(today)

    def _waits_for_first_shipment(self):
        """Setting D-1: the invoice comes with the first shipment; only when a card
        has paid everything."""
        self.ensure_one()
        return (
            self.company_id.continuity_upfront_invoicing == "shipment"
            and self._is_charged_at_submit()
        )

    def _ensure_upfront_invoice(self):
        """Make the up-front invoice that waited for the first shipment (D-1)."""
        waiting = self.filtered(
            lambda order: order.submit_date and not order.upfront_invoice_id
        )
        for company, orders in waiting.grouped("company_id").items():
            # Skipping and ending make the invoice that waited; sellers keep no books
            orders.sudo()._create_upfront_invoice(company._continuity_today())

    def _create_upfront_invoice(self, today):
        """Make and post the up-front invoice of orders that have none.

        It counts the prepaid units, and takes the payments of its rows.

        :param date today: date of the invoice
        :return: the invoices
        :rtype: account.move
        """
        orders = self.filtered(
            lambda order: (
                order.bill_upfront
                and not order.upfront_invoice_id
                and order._has_amount()
            )
        )
        moves = self.env["account.move"]
        for order in orders:
            document = UpfrontInvoice(order)
            # Billing in the name of the company: sellers keep no books.
            moves_sudo = self.env["account.move"].sudo()
            move_sudo = (
                moves_sudo.with_company(order.company_id)
                .with_context(default_move_type="out_invoice")
                .create(document.prepare(today))
            )
            # Which invoice it is nobody types
            order.sudo().upfront_invoice_id = move_sudo
            move_sudo.action_post()
            document.link_rows(move_sudo)
            moves |= move_sudo
        orders._count_prepaid_units()
        return moves

    def _has_fixed_upfront_rows(self):
        """Say whether somebody has paid for the up-front invoice, or is about to.

        :rtype: bool
        """
        # Whoever resets the invoice is told whether it was paid, not by which row
        rows_sudo = self.sudo().payment_ids.filtered(lambda row: not row.shipment_id)
        return any(row.state in CHARGED_STATES for row in rows_sudo)

    def _count_prepaid_units(self):
        """Every unit of the plan is prepaid now, at its price (rules BR2)."""
        # How many units are prepaid is counted, never typed
        shipments = self.sudo().shipment_ids.filtered(
            lambda s: s.state not in ("skipped", "cancelled")
        )
        for line_sudo in shipments.line_ids:
            line_sudo.write(
                {
                    "prepaid_quantity": line_sudo.quantity,
                    "prepaid_price_unit": line_sudo.price_unit,
                }
            )

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

    # === TAXES === #

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
