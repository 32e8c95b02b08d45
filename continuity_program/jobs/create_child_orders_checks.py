# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class CreateChildOrders(models.AbstractModel):
    """Why no child order is made, in the order of the checks."""

    _inherit = "continuity.job.create_child_orders"

    def _get_refusal(self, run, head, groups):
        """Say why no child order is made, if there is a reason.

        :param continuity.run run: the run
        :param continuity.shipment head: first shipment of the child order
        :param dict groups: see `_get_groups`
        :return: reason and message, or None
        :rtype: tuple[str, str] | None
        """
        order = head.continuity_order_id
        return (
            self._get_state_refusal(order)
            or self._get_catchup_refusal(order, groups[order])
            or self._get_goods_refusal(groups[head])
            or self._get_payment_refusal(run, groups[head])
            or self._get_address_refusal(order)
        )

    def _get_catchup_refusal(self, order, due_count):
        """Leave a run-away plan to a person (rules N54)."""
        most = order.company_id.continuity_max_catchup
        if not most or due_count <= most:
            return None
        return "catchup", self.env._(
            "%(count)s shipments of %(order)s are due at once, more than the %(most)s"
            " that are allowed. Check its start date, then skip or move shipments, or"
            " raise the limit in the settings.",
            count=due_count,
            order=order.name,
            most=most,
        )

    def _get_goods_refusal(self, group):
        if group.line_ids.filtered("quantity"):
            return None
        return "nothing_to_send", self.env._(
            "The shipment has no products. Add one, or skip it."
        )

    def _get_payment_refusal(self, run, group):
        """Leave out what cannot be paid on the day it is due (N37)."""
        order = group.continuity_order_id
        if order.payment_method != "card" or not self._owes_money(group):
            return None
        due_date = run.date
        if group[0].payment_schedule_id:
            due_date = max(due_date, *group.mapped("planned_date"))
        return self._get_card_refusal(order, due_date)

    def _owes_money(self, group):
        """Tell whether anything of the order is still to be paid by card."""
        order = group.continuity_order_id
        if order.bill_upfront:
            return any(
                row.state in ("scheduled", "declined") for row in order.payment_ids
            )
        return any(group.mapped("amount_total"))

    def _get_address_refusal(self, order):
        if order.partner_shipping_id.active:
            return None
        return "address", self.env._(
            "The delivery address %s is archived. Choose another one.",
            order.partner_shipping_id.display_name,
        )
