# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from .continuity_order import ACTIVE_STATES


class ContinuityOrder(models.Model):
    """The continuity order: another invoice customer carries over (rules F7)."""

    _inherit = "continuity.order"

    def _filter_new_invoice_customer(self, vals):
        """Return the running orders that get another invoice customer.

        :param dict vals: values that are written
        :rtype: continuity.order
        """
        if "partner_invoice_id" not in vals:
            return self.browse()
        return self.filtered(
            lambda order: (
                order.state in ACTIVE_STATES
                and order.partner_invoice_id.id != vals["partner_invoice_id"]
            )
        )

    def _follow_invoice_customer(self):
        """Bring child orders and drafts of invoices to the invoice customer.

        What was posted stays: its payments go to the customer it was made out to.
        Unpaid rows need nothing, for they are charged by the order.
        """
        for order in self:
            customer = order.partner_invoice_id
            # A seller may change the customer; the documents are the company's.
            order_sudo = order.sudo().with_company(order.company_id)
            children_sudo = order_sudo.child_order_ids.filtered(
                lambda child: (
                    child.state != "cancel"
                    and "posted" not in child.invoice_ids.mapped("state")
                )
            )
            children_sudo.partner_invoice_id = customer
            # Drafts of all salespersons follow; a seller may write none
            self.env["account.move"].sudo().search(
                [("continuity_order_id", "=", order.id), ("state", "=", "draft")]
            ).partner_id = customer
            order_sudo.message_post(
                body=self.env._("Invoices go to %s from now on.", customer.display_name)
            )
