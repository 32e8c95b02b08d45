# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.exceptions import UserError

from ..agreement.continuity_order import ACTIVE_STATES


class ContinuityOrder(models.Model):
    """The continuity order: what deleting, cancelling and resetting its sale order
    does to it (rules F1, F7)."""

    _inherit = "continuity.order"

    def _unlink_draft(self):
        """Delete continuity orders whose parent line goes away (rules F1).

        :raise UserError: it was submitted, or money is on its way
        """
        self._check_not_frozen()
        for order in self:
            if order.submit_date or order.child_order_ids:
                raise UserError(
                    self.env._(
                        "%(order)s was submitted and stays as history. Archive the"
                        " customer or leave the order cancelled.",
                        order=order.display_name,
                    )
                )
        self.payment_ids.unlink()
        self.unlink()

    def _follow_addresses(self, old_invoice, old_shipping):
        """Take over new addresses of the parent order.

        An address that was changed on the continuity order itself stays.

        :param res.partner old_invoice: invoice address before
        :param res.partner old_shipping: delivery address before
        """
        for order in self.filtered(lambda o: o.state in ("draft", *ACTIVE_STATES)):
            sale_order = order.sale_order_id
            vals = {}
            if order.partner_invoice_id == old_invoice:
                vals["partner_invoice_id"] = sale_order.partner_invoice_id.id
            if order.partner_shipping_id == old_shipping:
                vals["partner_shipping_id"] = sale_order.partner_shipping_id.id
            if vals:
                order.write(vals)

    def _cancel_with_order(self):
        """Cancel what has not left yet, because the parent order is cancelled (F1).

        Child orders stay: the cancel wizard is the place to choose. What is paid in
        advance is proposed to be credited.

        :raise UserError: a payment is being made right now
        """
        self._check_nothing_under_way()
        drafts = self.filtered(lambda o: o.state == "draft")
        drafts._cancel_drafts()
        drafts.shipment_ids.filtered(lambda s: s.state == "planned").state = "cancelled"
        going = self.filtered(lambda o: o.state in ACTIVE_STATES)
        if going:
            going._cancel_orders(self.env._("Order cancelled"))
