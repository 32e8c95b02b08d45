# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ...forecast.late import swap

#: What belongs to a place in the plan of a member, whatever is sent in it
SLOT = ("number", "scheduled_date", "planned_date", "is_anchor", "is_missed")


class ContinuityShipment(models.Model):
    """The shipment: another one takes its place in the plan, and no date moves.

    Each keeps its event and occurrence, so that references of payments hold.
    """

    _inherit = "continuity.shipment"

    def _get_swaps(self, day, kept=()):
        """Find for each shipment the place in the plan that it would have.

        :param date day: from when on the marked shipments can leave
        :param continuity.shipment kept: these stay where they are
        :return: shipment, and the one whose place it takes, of all that change
        :rtype: list[tuple[continuity.shipment, continuity.shipment]]
        :raise UserError: naming orders in which it cannot be done, and why
        """
        pairs, problems = [], []
        for order, marked in self.grouped("continuity_order_id").items():
            slots = order.shipment_ids.filtered(
                lambda s: s.state == "planned" and s.action != "skip" and s not in kept
            ).sorted(lambda s: s._get_leaving_key())
            late = {place for place, slot in enumerate(slots) if slot in marked}
            taken = swap(slots.mapped("planned_date"), late, day)
            mine = [
                (slots[place], slots[slot])
                for slot, place in enumerate(taken or ())
                if slot != place
            ]
            problem = marked._get_swap_problem(taken, mine)
            if problem:
                problems.append(f"{order.display_name}: {problem}")
            pairs += mine
        if problems:
            raise UserError(
                self.env._(
                    "%(problems)s\nLeave them out here, and decide about each of"
                    " them separately.",
                    # Each of them is left out by itself, so a few are enough at a time
                    problems="\n".join(problems[:5]),
                )
            )
        return pairs

    def _get_swap_problem(self, taken, pairs):
        """Say why shipments of one order cannot change places.

        :param list taken: see :func:`swap`
        :param list pairs: shipment, and the one whose place it would take
        :return: empty = they can
        :rtype: str
        """
        order = self.continuity_order_id
        order.ensure_one()
        if order.has_more:
            return self.env._("its plan goes on, and is not laid out to the end")
        if taken is None:
            return self.env._("it has no later shipment to swap with")
        moved = self.browse().union(*(pair[0] for pair in pairs))
        if any(event.repeat_count for event in moved.event_id):
            return self.env._("something of it is sent more than once")
        if len({s.payment_schedule_id for s in moved}) > 1:
            return self.env._("not all of it is paid by the same schedule")
        if len({round(sum(s.line_ids.mapped("quantity")), 6) for s in moved}) > 1:
            return self.env._("not all of it has the same quantity")
        if order._is_prepaid() and any(
            order.currency_id.compare_amounts(s.amount_total, moved[0].amount_total)
            for s in moved
        ):
            return self.env._("it is paid in advance, and not all has the same value")
        if "end" in moved.mapped("action"):
            return self.env._("it ends with one of them")
        return ""

    def _swap_in_bulk(self, day, kept=()):
        """Let shipments leave later, and others of their members in their place.

        :param date day: from when on the marked shipments can leave
        :param continuity.shipment kept: these stay where they are
        :return: the shipments that have another place now
        :rtype: continuity.shipment
        :raise AccessError: the user is no manager
        :raise UserError: naming what cannot be changed
        """
        self._check_may_update()
        # The job of the night takes the same lock; the manager was checked
        self.continuity_order_id.sudo().lock_for_update(allow_referencing=True)
        pairs = self._get_swaps(day, kept)
        moved = self.browse().union(*(shipment for shipment, _slot in pairs))
        moved._check_can_change()
        places = [{name: slot[name] for name in SLOT} for _shipment, slot in pairs]
        notes = {}
        for (shipment, _slot), place in zip(pairs, places, strict=True):
            notes.setdefault(shipment.continuity_order_id, []).append(
                self.env._(
                    "%(products)s: Date %(old)s → %(new)s",
                    products=shipment.products_text,
                    old=format_date(self.env, shipment.planned_date),
                    new=format_date(self.env, place["planned_date"]),
                )
            )
        for (shipment, _slot), place in zip(pairs, places, strict=True):
            # The decision is the manager's (checked), the ledger is ours
            shipment.sudo()._write_changed({**place, "is_customized": True})
        self._log_bulk(notes)
        return moved
