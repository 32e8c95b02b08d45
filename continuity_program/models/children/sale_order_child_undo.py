# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.exceptions import UserError

from ...arguments import public


class SaleOrder(models.Model):
    """The child order: cancelled after it was invoiced (rules N50)."""

    _inherit = "sale.order"

    continuity_cancel_reason = fields.Char(
        readonly=True,
        copy=False,
        help="The child order is cancelled as soon as its credit note is posted.",
    )

    # === ACTIONS === #

    @public()
    def action_open_continuity_cancel(self):
        """Ask how a parent order, or an invoiced child order, is cancelled (F7).

        :rtype: dict
        """
        self.check_access("write")
        children = self.filtered("continuity_order_id")
        orders = (self - children).continuity_order_ids.filtered(
            lambda order: order.state not in ("closed", "cancelled", "draft")
        )
        wizard = self.env["continuity.cancel"]
        if orders:
            orders._check_can_cancel()
            return wizard._open_on(orders)
        if children:
            for child in children:
                if refusal := child._get_continuity_undo_refusal():
                    raise UserError(refusal)
            return wizard._open_on(children.continuity_order_id, children=children)
        if drafts := self.filtered(lambda order: order._is_continuity_draft()):
            drafts._check_continuity_not_frozen()
            return wizard._open_on(drafts.continuity_order_ids, kind="quotation")
        return self.action_cancel()

    # === INVOICED CHILDREN === #

    def _get_continuity_undo_refusal(self):
        """Say why the child cannot be cancelled, its invoice being no reason (N50).

        :rtype: str | bool
        """
        self.ensure_one()
        if self._get_continuity_posted_invoices():
            # Transfers may be hidden from the seller; that goods have left he is told
            if self.sudo()._is_continuity_delivered():
                return self.env._(
                    "Goods of %s have left the house. Use a return instead.", self.name
                )
            return False
        return self._get_continuity_cancel_refusal()

    def _get_continuity_posted_invoices(self):
        """Return the posted invoices of these children that are not wholly credited.

        A note over a part of an invoice leaves the rest.

        :rtype: account.move
        """
        # Invoices count that the seller may not open
        children_sudo = self.sudo()
        lines_sudo = children_sudo.order_line.invoice_lines
        return lines_sudo.move_id.filtered(
            lambda move: (
                move.move_type == "out_invoice"
                and move.state == "posted"
                and not move._is_continuity_credited(children_sudo)
            )
        )

    def _undo_continuity_children(self, reason):
        """Cancel child orders, their invoices reversed first (rules N50).

        A zero invoice is reversed at once. Of an invoice over money a draft credit note
        is proposed over what no other note is about, and the child is cancelled when
        all of it is posted.

        :param str reason: why
        """
        self.check_access("write")
        # The seller may change the child (checked); its invoice is the accountants'
        children_sudo = self.sudo()
        for child in children_sudo:
            if refusal := child._get_continuity_undo_refusal():
                raise UserError(refusal)
        children_sudo.continuity_cancel_reason = reason
        moves_sudo = children_sudo._get_continuity_posted_invoices()
        moves_sudo._credit_continuity_rest(children_sudo, reason)
        children_sudo._cancel_if_reversed()

    def _cancel_if_reversed(self):
        """Cancel children that wait for their credit note, when it is posted."""
        ready = self.filtered(
            lambda child: (
                child.continuity_cancel_reason
                and child.state != "cancel"
                and not child._get_continuity_cancel_refusal()
            )
        )
        for child in ready:
            child.message_post(
                body=self.env._("Cancelled: %s", child.continuity_cancel_reason)
            )
        ready._action_cancel()
