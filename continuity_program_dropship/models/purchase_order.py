# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.continuity_program.arguments import public

#: The vendor has not been told to send anything yet.
NOT_ORDERED = ("draft", "sent", "to approve")


class PurchaseOrder(models.Model):
    """The order to a vendor who sends to the customer: it waits like a transfer.

    Once it is confirmed the vendor ships, and no transfer of ours can hold it back.
    """

    _name = "purchase.order"
    _inherit = ["purchase.order", "continuity.typed.mixin"]

    continuity_block = fields.Text(
        string="Must not be ordered because",
        compute="_compute_continuity_block",
        compute_sudo=True,
    )
    continuity_override_reason = fields.Char(
        string="Ordered unpaid because",
        copy=False,
        readonly=True,
        help="Why a sales administrator allows this order all the same.",
    )

    @api.depends("state", "continuity_override_reason", "order_line.sale_order_id")
    def _compute_continuity_block(self):
        blocks = self._get_continuity_blocks()
        for order in self:
            order.continuity_block = blocks.get(order, False)

    # === THE BLOCK === #

    def _confirmation_error_message(self):
        """Override of `purchase`: held and unpaid parcels are not ordered."""
        return super()._confirmation_error_message() or self._get_block_message()

    def write(self, vals):
        """Override of `purchase`: what must not be ordered is not called so.

        :raise UserError: naming all blocked orders and why
        """
        is_ordered = vals.get("state") not in (None, "cancel", *NOT_ORDERED)
        if is_ordered and not self.env.su and (message := self._get_block_message()):
            raise UserError(message)
        return super().write(vals)

    def button_approve(self, force=False):
        """Override of `purchase`: nor are they by the second person who approves.

        :raise UserError: naming all blocked orders and why
        """
        if message := self._get_block_message():
            raise UserError(message)
        return super().button_approve(force=force)

    def _get_block_message(self):
        """Say why these orders cannot be confirmed, and what to do.

        :rtype: str | bool
        """
        blocks = self._get_continuity_blocks()
        return bool(blocks) and self.env._(
            "The vendor must not send this yet:\n%(orders)s\nSecure the payment, or let"
            " a sales administrator allow the order.",
            orders="\n".join(
                f"- {order.name}: {text}" for order, text in blocks.items()
            ),
        )

    def _get_continuity_blocks(self):
        """Say why the goods of these orders may not be sent to the customer.

        :return: text by blocked order; free ones are left out
        :rtype: dict[purchase.order, str]
        """
        waiting = self.filtered(
            lambda order: (
                order.state in NOT_ORDERED
                and not order.continuity_override_reason
                and order._is_dropshipped()
            )
        )
        # Whoever buys does not see every sales order, and reads texts only.
        sales_by_order = {
            order: order.sudo().order_line.sale_order_id for order in waiting
        }
        sales_sudo = self.env["sale.order"].sudo().union(*sales_by_order.values())
        blocks = sales_sudo.filtered(
            lambda sale: sale.continuity_type in ("parent", "child")
        )._get_continuity_blocks()
        texts = {
            order: "; ".join(
                self.env._(
                    "%(order)s: %(reason)s", order=sale.name, reason=blocks[sale]
                )
                for sale in sales
                if sale in blocks
            )
            for order, sales in sales_by_order.items()
        }
        return {order: text for order, text in texts.items() if text}

    # === OVERRIDE === #

    @public()
    def action_continuity_override(self):
        """Ask for the reason to order unpaid goods.

        :rtype: dict
        """
        return self.env["continuity.override"]._open(self)

    def _get_continuity_override_text(self):
        """What the dialog says is set aside; see ``continuity.override``."""
        return "\n".join(
            f"{order.name}: {text}"
            for order, text in self._get_continuity_blocks().items()
        )

    def _continuity_override(self, reason):
        """Let blocked orders be confirmed.

        :param str reason: stands on the order and in its chatter
        :raise AccessError: the user is no sales administrator
        :raise UserError: nothing is blocked
        """
        if not self.env.user.has_group("sales_team.group_sale_manager"):
            raise AccessError(
                self.env._("Only a sales administrator can allow an unpaid order.")
            )
        self.check_access("read")
        blocks = self._get_continuity_blocks()
        if not blocks:
            raise UserError(self.env._("None of these orders is blocked."))
        for order, text in blocks.items():
            # Whoever sells does not write what is bought.
            order_sudo = order.sudo()
            order_sudo.continuity_override_reason = reason
            order_sudo.message_post(
                body=self.env._(
                    "%(user)s allowed the order all the same: %(block)s. Reason:"
                    " %(reason)s",
                    user=self.env.user.name,
                    block=text,
                    reason=reason,
                ),
                author_id=self.env.user.partner_id.id,
            )
