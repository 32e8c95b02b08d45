# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ...arguments import public

#: Who allows the cards of a payer
APPROVERS = ("sales_team.group_sale_manager", "account.group_account_invoice")


class ContinuityOrder(models.Model):
    """The continuity order: somebody else than the customer pays for it.

    A parent company pays for a branch, a giver for a gift. Whoever sells names the
    payer; that the payer's stored cards may be charged is for others to say.
    """

    _name = "continuity.order"
    _inherit = ["continuity.order", "continuity.payer.mixin"]

    approved_payer_id = fields.Many2one(
        comodel_name="res.partner",
        string="Payer allowed",
        readonly=True,
        copy=False,
        help="Whose stored cards may pay for the order besides those of the customer:"
        " an accountant or a sales administrator allowed it.",
    )
    payer_text = fields.Char(compute="_compute_payer_text", compute_sudo=True)

    @api.depends("partner_id", "partner_invoice_id", "approved_payer_id")
    def _compute_payer_text(self):
        for order in self:
            order.payer_text = (
                not order._is_payer_allowed() and order._get_payer_refusal()
            )

    def _get_payer_orders(self):
        """Override: each order has its own payer."""
        return self

    @public()
    def action_approve_payer(self):
        """Let the stored cards of who gets the invoice pay for the orders.

        It holds for this payer only, whatever contact of his is named, and for this
        customer.

        :return: the dialog again, for the button in it
        :rtype: dict | bool
        :raise AccessError: the user is neither accountant nor sales administrator
        :raise UserError: no other payer is named
        """
        self.check_access("read")
        if not any(self.env.user.has_group(group) for group in APPROVERS):
            raise AccessError(
                self.env._(
                    "Only an accountant or a sales administrator can allow that stored"
                    " cards of somebody else pay for an order."
                )
            )
        # Accountants do not write orders, this alone they decide
        waiting_sudo = self.sudo().filtered(lambda order: not order._is_payer_allowed())
        if not waiting_sudo:
            raise UserError(
                self.env._(
                    "Nothing to allow: name who pays as invoice address first; the"
                    " cards of the customer's own company may pay anyway."
                )
            )
        for order_sudo in waiting_sudo:
            payer = order_sudo.partner_invoice_id.commercial_partner_id
            order_sudo.approved_payer_id = payer
            order_sudo.message_post(
                body=self.env._(
                    "%(user)s allowed that stored cards of %(payer)s pay for"
                    " %(customer)s.",
                    user=self.env.user.name,
                    payer=payer.display_name,
                    customer=order_sudo.partner_id.display_name,
                ),
                author_id=self.env.user.partner_id.id,
            )
        if self.env.context.get("continuity_in_wizard") and len(self) == 1:
            return self._reopen_wizard()
        return True
