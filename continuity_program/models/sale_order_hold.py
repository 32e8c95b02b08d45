# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.exceptions import AccessError, UserError


class SaleOrder(models.Model):
    """The parent order on hold: not submitted, charged or shipped (spec 5.4, X16).

    A quotation may be put on hold unpaid. The hold cannot be released before a payment
    is entered, for releasing means that the order is complete.
    """

    _inherit = "sale.order"

    def action_continuity_hold(self, reason=None):
        """Put parent orders on hold.

        :param str reason: why; shown on the order
        """
        self.check_access("write")
        for order in self:
            order.write(
                {
                    "continuity_hold": True,
                    "continuity_hold_reason": reason
                    or order.continuity_hold_reason
                    or self.env._("Put on hold by %s", self.env.user.name),
                }
            )

    def action_continuity_release(self):
        """Release the hold of parent orders whose payment is entered (X16, N74).

        :raise AccessError: the user may hold, but not release (rules part G)
        :raise UserError: a payment is missing
        """
        if not (
            self.env.user.has_group("sales_team.group_sale_salesman_all_leads")
            or self.env.user.has_group("account.group_account_invoice")
        ):
            raise AccessError(
                self.env._("Only a manager or an accountant can release a hold.")
            )
        for order in self.filtered("continuity_hold"):
            today = order.company_id._continuity_today()
            # The check looks at cards; releasing is allowed by the right above.
            for continuity in order.sudo().continuity_order_ids:
                refusal = continuity._get_method_refusal(today)
                if continuity.state == "draft" and refusal:
                    raise UserError(
                        self.env._(
                            "The hold of %(order)s cannot be released before it is"
                            " paid: %(reason)s",
                            order=order.name,
                            reason=refusal,
                        )
                    )
        self.write({"continuity_hold": False, "continuity_hold_reason": False})
