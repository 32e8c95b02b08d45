# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from ..models.agreement import guard_facts
from ..models.facts.continuity_billing import to_units


class CreateChildOrders(models.AbstractModel):
    """Why no child order is made, in the order of the checks."""

    _inherit = "continuity.job.create_child_orders"

    def _get_refusals(self, day, heads, groups, book):
        """Say of each child order why it is not made, if there is a reason.

        :param date day: the day of the run
        :param continuity.shipment heads: the first shipment of each child order
        :param dict groups: see `_make_groups`
        :param planning.guard.Book book: what the guards know; what leaves is noted
        :return: reason and message by shipment; None = it is made
        :rtype: dict[continuity.shipment, tuple[str, str] | None]
        """
        refusals = {}
        for head in heads:
            refusals[head] = self._get_refusal(day, head, groups[head], book)
            if not refusals[head]:
                # What leaves tonight counts for what is to leave after it
                groups[head].shipments._note_in_guard(book, day)
        return refusals

    def _get_refusal(self, day, head, group, book):
        """Say why no child order is made, if there is a reason.

        :param date day: the day of the run
        :param continuity.shipment head: first shipment of the child order
        :param Group group: what the child order sends
        :param planning.guard.Book book: what the guards know
        :return: reason and message, or None
        :rtype: tuple[str, str] | None
        """
        order = head.continuity_order_id
        return (
            self._get_day_refusal(order, day)
            or self._get_catchup_refusal(order, group.due_count)
            or self._get_goods_refusal(group.shipments)
            or self._get_payment_refusal(day, group.shipments)
            or self._get_guard_refusal(day, group.shipments, book)
            or self._get_address_refusal(order)
        )

    def _get_day_refusal(self, order, day):
        """Say whether the state of the order, or of its parent, keeps a parcel back.

        :param continuity.order order: an active order
        :param date day: the day of the run
        :rtype: tuple[str, str] | None
        """
        return self._get_state_refusal(order)

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

    def _get_payment_refusal(self, day, group):
        """Leave out what cannot be paid on the day it is due (N37)."""
        order = group.continuity_order_id
        if order.payment_method != "card" or not self._owes_money(group):
            return None
        due_date = day
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

    def _get_guard_refusal(self, day, group, book):
        """Leave out who has not paid, or sends back, as the program says."""
        order = group.continuity_order_id
        # Released once by a manager
        if order.guard_released_number in group.mapped("number"):
            return None
        amount = to_units(sum(group.mapped("amount_total")), order.currency_id)
        broken = book.check(order.id, amount, day)
        if not broken:
            return None
        return "guard", self.env._(
            "Guard of %(program)s: %(why)s Get the payment, or let a sales"
            " administrator release the shipment once.",
            # Processes are in sudo already; whoever reads the log reads the code
            program=order.program_id.sudo().code,
            why=guard_facts.describe(order.company_id, broken),
        )

    def _get_address_refusal(self, order):
        if order.partner_shipping_id.active:
            return None
        return "address", self.env._(
            "The delivery address %s is archived. Choose another one.",
            order.partner_shipping_id.display_name,
        )
