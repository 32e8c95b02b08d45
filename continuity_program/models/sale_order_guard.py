# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.exceptions import UserError

#: What makes an order a child order; only the jobs write it, in sudo (style 13).
CHILD_FIELDS = {"continuity_order_id", "continuity_parent_id", "continuity_type"}


class SaleOrder(models.Model):
    """What nobody types on an order, whatever the door (rules F1, F5)."""

    _inherit = "sale.order"

    def action_confirm(self):
        """Override of `sale` to tell a confirmation from a state that was typed."""
        confirming = self.with_context(continuity_state=True)
        return super(SaleOrder, confirming).action_confirm()

    def _action_cancel(self):
        """Override of `sale` to tell a cancellation from a state that was typed."""
        cancelling = self.with_context(continuity_state=True)
        return super(SaleOrder, cancelling)._action_cancel()

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `sale`: child orders are made by the job only."""
        for vals in vals_list:
            self._check_continuity_typed(vals)
        return super().create(vals_list)

    def write(self, vals):
        """Override of `sale`: programs are submitted, and children made by the job.

        A quotation that is cancelled or reset takes its continuity orders along, by
        whatever door (rules F1, N14).
        """
        self._check_continuity_typed(vals)
        state = vals.get("state")
        if not state:
            return super().write(vals)
        is_typed = not self.env.context.get("continuity_state")
        if is_typed and not self.env.su:
            self._check_continuity_state(state)
        if is_typed and state == "cancel":
            self.sudo().continuity_order_ids._cancel_with_order()
        cancelled = self.filtered(lambda order: order.state == "cancel")
        result = super().write(vals)
        if state == "draft":
            cancelled._reset_continuity_orders()
        return result

    def _check_continuity_state(self, state):
        """Refuse a state that bypasses Submit, or leaves a running program behind.

        :param str state: the state that was typed
        :raise UserError: naming the way out
        """
        for order in self:
            if state == "sale" and order._is_continuity_draft():
                way_out = self.env._("Submit it.")
            elif order.state == "sale" != state and order.continuity_order_ids:
                way_out = self.env._("Cancel it with its button.")
            else:
                continue
            raise UserError(
                self.env._(
                    "%(order)s has a continuity program: its state cannot be typed."
                    " %(way_out)s",
                    order=order.name,
                    way_out=way_out,
                )
            )

    def _check_continuity_typed(self, vals):
        """Refuse values that only the jobs write.

        :param dict vals: values of a write or a create
        :raise UserError: one of them is given by a person
        """
        typed = {name for name in CHILD_FIELDS.intersection(vals) if vals[name]}
        if typed and not self.env.su:
            raise UserError(
                self.env._(
                    "%(fields)s of an order cannot be typed. Child orders are made by"
                    " “Create continuity child orders”.",
                    fields=", ".join(sorted(self._fields[n].string for n in typed)),
                )
            )
