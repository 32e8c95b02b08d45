# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from types import MappingProxyType

from odoo import api, models
from odoo.exceptions import AccessError, UserError

from ..base.sealed import unseal
from ..base.typed import ALWAYS, Typed
from ..parent.sale_order_hold import SELLERS as HOLDERS

#: The states a parent order is typed from and to: what a draft loses or gets back, it
#: does with its continuity orders. All else is Submit, or the cancel dialog.
PARENT_STATES = {
    ("draft", "sent"),
    ("sent", "draft"),
    ("draft", "cancel"),
    ("sent", "cancel"),
    ("cancel", "draft"),
}
#: Those of a child order: Odoo marks it as sent
CHILD_STATES = {("draft", "sent")}
#: Who sells programs, and confirms the orders that send them
SELLERS = ("sales_team.group_sale_salesman",)


class SaleOrder(models.Model):
    """What nobody types on an order, whatever the door (rules F1, F5)."""

    _name = "sale.order"
    _inherit = ["sale.order", "continuity.typed.mixin"]

    # Who may set and release the hold is checked with its value
    _continuity_typed = MappingProxyType(
        {
            "continuity_hold": ALWAYS,
            "continuity_hold_reason": Typed(groups=HOLDERS),
            "continuity_ordinary_method": Typed(states=("draft", "sent")),
            "continuity_ordinary_token_id": Typed(states=("draft", "sent")),
        }
    )

    @api.model
    def _get_continuity_way_out(self):
        """Override: who makes child orders."""
        return self.env._(
            "Child orders are made by “Create continuity child orders”, the rest by"
            " the buttons of the order."
        )

    def _enter_continuity_state(self, state):
        """Check a state that is written, and let what hangs on the order follow.

        Programs are submitted, and children made by the job. A quotation that is
        cancelled takes its continuity orders along, by whatever door (rules F1).

        :param str state: what is written; empty = nothing
        :return: the orders that are cancelled now: with *draft* their continuity orders
            are planned anew
        :rtype: sale.order
        :raise UserError: naming the way out
        """
        if not state:
            return self.browse()
        is_typed = not unseal(self.env, "continuity_state")
        if is_typed and not self.env.su:
            self._check_continuity_state(state)
        if is_typed and state == "cancel":
            self._cancel_continuity_orders()
        return self.filtered(lambda order: order.state == "cancel")

    def _check_continuity_seller(self):
        """Let sellers sell programs; Odoo lets everybody confirm who writes orders.

        A customer accepts his own quotation in the portal, which Odoo does in `sudo`.

        :raise AccessError: the user is no seller
        """
        user = self.env.user
        if self.env.su or any(user.has_group(group) for group in SELLERS):
            return
        for order in self:
            if order._is_continuity_parent() or order.continuity_type == "child":
                raise AccessError(
                    self.env._(
                        "%(order)s belongs to a continuity program: a seller confirms"
                        " it.",
                        order=order.name,
                    )
                )

    def _check_continuity_state(self, state):
        """Refuse a state that bypasses Submit, or leaves a running program behind.

        :param str state: the state that was typed
        :raise UserError: naming the way out
        """
        for order in self.filtered(lambda order: order.state != state):
            typed = (order.state, state)
            if order._is_continuity_parent():
                is_refused = typed not in PARENT_STATES
            else:
                is_refused = order.continuity_order_id and typed not in CHILD_STATES
            if is_refused:
                raise UserError(
                    self.env._(
                        "%(order)s has a continuity program: its state cannot be typed."
                        " %(way_out)s",
                        order=order.name,
                        way_out=order._get_continuity_state_way_out(state),
                    )
                )

    def _get_continuity_state_way_out(self, state):
        """Say how the order gets into a state.

        :param str state: the state that was typed
        :rtype: str
        """
        if self.state == "sale":
            return self.env._("Cancel it with its button.")
        if state == "sale" and self._is_continuity_parent():
            return self.env._("Submit it.")
        return self.env._("Use its buttons.")
