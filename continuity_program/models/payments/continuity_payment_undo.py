# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class ContinuityPayment(models.Model):
    """The payment row: its child order was cancelled, or goes on (rules F2)."""

    _inherit = "continuity.payment"

    def _cancel_with_child(self):
        """Give up rows of a child order that was cancelled; called in sudo.

        What is only authorized is let go. What was not paid is cancelled, and what has
        come is to be given back: both follow from the account of the child.
        """
        self._void_authorization(self.env._("the child order was cancelled"))

    def _was_paid_for_another(self, child):
        """Say whether what the row was charged for is another child order.

        :param sale.order child: the child order its shipment has now
        :rtype: bool
        """
        self.ensure_one()
        # Sellers may not read what a payment was made for; here it decides yes or no
        shares_sudo = self.env["continuity.payment.share"].sudo()
        shares_sudo = shares_sudo.search(
            [
                ("continuity_payment_id", "=", self.id),
                ("child_order_id", "!=", False),
            ]
        )
        return bool(shares_sudo) and child not in shares_sudo.child_order_id
