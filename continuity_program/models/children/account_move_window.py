# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.tools import format_date

from ...arguments import public


class AccountMove(models.Model):
    """The invoice of a child order: not too early, not unpaid (rules N38, N39).

    Goods that have left are always invoiced, for the tax on them is due (rules BR9).
    Credit notes are free.
    """

    _name = "account.move"
    _inherit = ["account.move", "continuity.override.mixin"]

    continuity_override_reason = fields.Char(
        string="Invoiced early because",
        copy=False,
        readonly=True,
        help="Why a manager allows this invoice before its delivery window.",
    )
    continuity_window_warning = fields.Char(
        string="Outside the delivery window",
        compute="_compute_continuity_window_warning",
    )

    # === COMPUTE METHODS === #

    @api.depends(
        "invoice_date",
        "state",
        "continuity_override_keys",
        "invoice_line_ids.sale_line_ids",
    )
    def _compute_continuity_window_warning(self):
        for move in self:
            draft = move if move.state == "draft" else move.browse()
            move.continuity_window_warning = draft._get_continuity_early_text()

    # === POSTING === #

    def _check_continuity_window(self):
        """Refuse invoices that come too early (N38, N39).

        :raise UserError: naming the invoice, the order and the way out
        """
        own = self.filtered("continuity_order_id")
        children_by_move = {move: move._get_continuity_unsupplied() for move in own}
        # The child orders come in sudo; in the refusal they are only named
        children_sudo = self.env["sale.order"].sudo().union(*children_by_move.values())
        blocks = children_sudo._get_continuity_blocks()
        for move, children_sudo in children_by_move.items():
            refusal = (
                move._get_continuity_early_text()
                or move._get_continuity_unpaid_text(children_sudo, blocks)
            )
            if refusal:
                raise UserError(refusal)

    def _get_continuity_early_text(self):
        """Say that a child is invoiced before its delivery window (rules N38).

        :rtype: str | bool
        """
        return next(iter(self._get_continuity_early_reasons().values()), False)

    def _get_continuity_early_reasons(self):
        """Say of each child that it is invoiced early, and nobody allowed it.

        :rtype: dict[str, str]
        """
        if not self:
            return {}
        day = self._get_continuity_invoice_day()
        reasons = {}
        for child_sudo in self._get_continuity_unsupplied():
            opens = child_sudo._get_continuity_window_start()
            if opens and day < opens:
                reasons[f"{child_sudo.id} early"] = self.env._(
                    "%(order)s may be invoiced from %(opens)s, and this invoice is"
                    " dated %(day)s. Change the invoice date, or let a sales"
                    " administrator allow the early invoice.",
                    order=child_sudo.name,
                    opens=format_date(self.env, opens),
                    day=format_date(self.env, day),
                )
        return self._get_continuity_standing(reasons)

    def _get_continuity_unpaid_text(self, children_sudo, blocks):
        """Say that a child is invoiced that may not be picked (rules BR9).

        :param sale.order children_sudo: child orders of which nothing has left
        :param dict blocks: why orders may not be picked
        :rtype: str | bool
        """
        for child_sudo in children_sudo:
            if child_sudo in blocks:
                return self.env._(
                    "%(order)s cannot be invoiced before it is paid or delivered:"
                    " %(reason)s. Charge the payment, or deliver first.",
                    order=child_sudo.name,
                    reason=blocks[child_sudo],
                )
        return False

    def _get_continuity_invoice_day(self):
        """Return the day the invoice will bear."""
        return self.invoice_date or fields.Date.context_today(self)

    def _get_continuity_unsupplied(self):
        """Child orders on this invoice of which nothing had left by its day.

        :return: in sudo: accountants may not read every sales order; empty for
            credit notes and for the up-front invoice
        :rtype: sale.order
        """
        day = self._get_continuity_invoice_day()
        orders_sudo = self.sudo().invoice_line_ids.sale_line_ids.order_id
        if self.move_type != "out_invoice":
            return orders_sudo.browse()
        return orders_sudo.filtered(
            lambda order: (
                order.continuity_order_id and not order._is_continuity_supplied(day)
            )
        )

    # === OVERRIDE === #

    @public(one=True)
    def action_continuity_override(self):
        """Ask for the reason to post before the delivery window (rules N38).

        :rtype: dict
        """
        self.ensure_one()
        return self.env["continuity.override"]._open_on(self)

    def _get_continuity_override_text(self):
        """What the dialog says is overridden; see ``continuity.override``."""
        return "\n".join(
            text
            for move in self
            for text in move._get_continuity_early_reasons().values()
        )

    def _continuity_override(self, reason):
        """Allow invoices before their delivery window (rules N38).

        :param str reason: stands on the invoice and in its chatter
        :raise AccessError: the user is no sales administrator
        :raise UserError: none is early
        """
        self.check_access("read")
        if not self.env.user.has_group("sales_team.group_sale_manager"):
            raise AccessError(
                self.env._("Only a sales administrator can allow an early invoice.")
            )
        # Sales administrators read invoices, accountants write them.
        early = {move: move._get_continuity_early_reasons() for move in self.sudo()}
        if not any(early.values()):
            raise UserError(self.env._("None of these invoices comes too early."))
        for move_sudo, reasons in early.items():
            if not reasons:
                continue
            warning = " ".join(reasons.values())
            move_sudo._set_continuity_aside(reasons, reason)
            move_sudo.message_post(
                body=self.env._(
                    "%(user)s allowed the early invoice. %(warning)s Reason:"
                    " %(reason)s",
                    user=self.env.user.name,
                    warning=warning or "",
                    reason=reason,
                ),
                author_id=self.env.user.partner_id.id,
            )
