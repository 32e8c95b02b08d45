# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.exceptions import AccessError, UserError

from ...arguments import public, read_text
from ..cards.payment_check import PaymentCheck

#: Who puts an order on hold, and releases it
SELLERS = ("sales_team.group_sale_salesman", "account.group_account_invoice")


class SaleOrder(models.Model):
    """The parent order on hold: not submitted, charged or shipped.

    A quotation may be put on hold unpaid. The hold cannot be released before a payment
    is entered, for releasing means that the order is complete.
    """

    _inherit = "sale.order"

    @public(reason=read_text)
    def action_continuity_hold(self, reason=None):
        """Put parent orders on hold.

        :param str reason: why; shown on the order
        """
        self.check_access("write")
        self._check_continuity_hold_right()
        for order in self:
            order.write(
                {
                    "continuity_hold": True,
                    "continuity_hold_reason": reason
                    or order.continuity_hold_reason
                    or self.env._("Put on hold by %s", self.env.user.name),
                }
            )

    @public()
    def action_continuity_release(self):
        """Release the hold of parent orders whose payment is entered (N74).

        :return: says what was done
        :rtype: dict
        :raise AccessError: the user may not
        :raise UserError: a payment is missing
        """
        self._check_continuity_hold_right()
        self.write({"continuity_hold": False, "continuity_hold_reason": False})
        dialog = self.env["continuity.dialog"]
        return dialog._get_done_action(self.env._("The hold is released."))

    def _check_continuity_releasable(self):
        """Refuse to release what is sold before it is paid: releasing completes it.

        :raise UserError: naming the order, and what is missing
        """
        for order in self:
            today = order.company_id._continuity_today()
            # The check looks at cards; releasing is allowed by the role
            for continuity in order.sudo().continuity_order_ids:
                refusal = PaymentCheck(continuity).get_method_refusal(today)
                if continuity.state == "draft" and refusal:
                    raise UserError(
                        self.env._(
                            "The hold of %(order)s cannot be released before it is"
                            " paid: %(reason)s",
                            order=order.name,
                            reason=refusal,
                        )
                    )

    def _check_continuity_hold_typed(self, vals):
        """A hold that is typed or imported asks for the same as the button.

        :param dict vals: values that are written
        :raise AccessError: the user is neither seller nor accountant
        :raise UserError: a payment is missing
        """
        if "continuity_hold" in vals:
            changed = self.filtered(
                lambda order: order.continuity_hold != bool(vals["continuity_hold"])
            )
            if changed:
                self._check_continuity_hold_right()
                changed.filtered("continuity_hold")._check_continuity_releasable()

    def _check_continuity_hold_right(self):
        """Who may put an order on hold may release it.

        :raise AccessError: the user is neither seller nor accountant
        """
        user = self.env.user
        if self.env.su or any(user.has_group(group) for group in SELLERS):
            return
        raise AccessError(
            self.env._("Only sellers and accountants can hold or release an order.")
        )
