# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dataclasses import dataclass, field, replace

from odoo.exceptions import UserError
from odoo.tools import format_date

from ... import planning
from ..agreement.event_numbers import number_events
from ..base.of_order import OfOrder, Once


@dataclass
class OrderUpdate:
    """What an update does to one continuity order, in the words of the person.

    :param list[str] changes: what becomes different
    :param list[str] kept: what the program says otherwise, and why it stays
    :param float amount_change: planned value after less planned value before
    :param bool is_dearer: a price is higher than it was, now or later
    :param Once say: texts that were made before, shared by the orders of an update
    """

    changes: list = field(default_factory=list)
    kept: list = field(default_factory=list)
    amount_change: float = 0.0
    is_dearer: bool = False
    say: Once = field(default_factory=Once, repr=False, compare=False)


class OrderUpdater(OfOrder):
    """Bring one continuity order to its program, step by step (rules N44).

    :param continuity.order order: the order
    :param OrderUpdate update: what is said of it; it is filled
    :param dict scope: what all orders of an update share; what is created is collected
        there
    """

    def __init__(self, order, update, scope):
        super().__init__(order)
        self.update = update
        self.scope = scope

    def apply(self):
        """Settle one order; what is created is collected for all of them."""
        rows, shipments = self.order._to_ledger()
        rows = [
            replace(row, is_kept=row.is_kept or shipment in self.scope["paid"])
            for row, shipment in zip(rows, shipments, strict=True)
        ]
        self._follow_schedule()
        steps = self._get_steps(self.order._get_plan(self.scope["plans"]), rows)
        numbers = self._number_steps(steps, shipments)
        events = self.env["continuity.event"]._get_of_plan(steps)
        new = []
        for step, number in zip(steps, numbers, strict=True):
            if step.index is None:
                # What is added may repeat a row that was just brought in step
                self.scope["pending"].write_all()
                new += self._add(step, events[step.event.key], number)
            else:
                shipment = shipments[step.index]
                shipment._update_from_step(step, number, self.update, self.scope)
        self.scope["shipments"] += number_events(self.order, new)
        # What was removed earlier stands behind what is sent.
        removed = self.order.shipment_ids.filtered("is_removed") - self.env[
            "continuity.shipment"
        ].union(*shipments)
        for number, shipment in enumerate(removed, start=1 + max(numbers, default=0)):
            shipment._write_changed({"number": number})

    def _get_steps(self, plan, rows):
        """Ask the planning module for the difference.

        :param planning.Program plan: the program as it is now
        :param list rows: the ledger
        :rtype: list[planning.UpdateStep]
        :raise UserError: an event has no timing any more
        """
        try:
            with self.order.program_id._refusing_far_dates():
                return planning.update(
                    plan,
                    rows,
                    self.order._get_request(),
                    threshold=self.order.company_id.continuity_repeat_threshold,
                    billed=self.order.bill_upfront,
                    ended=bool(self.order.end_reason),
                    # Where more is to come, the extension is on its way there.
                    appends=not self.order.has_more,
                    today=self.order.company_id._continuity_today(),
                )
        except planning.PlanningError as error:
            raise UserError(
                self.env._(
                    "%(order)s cannot be updated: Event ID %(number)s of program"
                    " %(program)s has no timing. Give it “Days from last” or a “Date"
                    " interval”.",
                    order=self.order.name,
                    number=error.data.get("number", 0),
                    program=self.order.program_id.display_name,
                )
            ) from error

    def _number_steps(self, steps, shipments):
        """Number the rows in their new order; what has left keeps its number.

        :param list steps: the steps in the new order of the plan
        :param list shipments: the ledger
        :return: one number per step
        :rtype: list[int]
        """
        left = [s.number for s in shipments if s.child_order_id]
        last = max(left, default=0)
        numbers, number = [], last
        for step in steps:
            old = shipments[step.index].number if step.index is not None else None
            if old is not None and old <= last:
                numbers.append(old)
                continue
            number += step.action != "not_added"
            numbers.append(number)
        return numbers

    def _add(self, step, event, number):
        """Return the values of a shipment the program sends now (rules N44).

        :rtype: list[dict]
        """
        what = {
            "products": event.products_label or "",
            "date": format_date(self.env, step.date),
        }
        if step.action == "not_added":
            self.update.kept.append(
                self.env._(
                    "Not added: %(products)s of %(date)s, the order is paid in advance",
                    **what,
                )
            )
            return []
        self.update.changes.append(
            self.env._("Added: %(products)s on %(date)s", **what)
        )
        siblings = self.order.shipment_ids.filtered(lambda s: s.event_id == event)
        patterns = siblings.filtered(lambda s: s._is_pattern())
        pattern = patterns._sorted_by_leaving()[-1:]
        copies = any(line._is_changed() for line in pattern.line_ids)
        goods = (
            pattern._prepare_repeat(step.date)
            if copies
            else self.order._prepare_first(event, self.scope["prices"])
        )
        return [
            {
                **self.order._prepare_row(step, number),
                "scheduled_date": step.date,
                "planned_date": max(step.date, self.scope["today"]),
                **goods,
            }
        ]

    def _follow_schedule(self):
        """Take over the payment schedule of the program, unless the seller chose."""
        if self.order.bill_upfront or self.order.payment_schedule_entered:
            return
        schedule = self.order.program_id.payment_schedule_id
        if self.order.payment_schedule_id != schedule:
            self.update.changes.append(
                self.env._(
                    "Payment schedule: %(old)s → %(new)s",
                    old=self.order.payment_schedule_id.display_name or "–",
                    new=schedule.display_name or "–",
                )
            )
            self.order.payment_schedule_id = schedule


def keep_in_mind(updates):
    """Remember what an update has left as it was sold, for a person to see.

    :param dict updates: what was changed and what was kept, by order
    """
    for order, update in updates.items():
        text = "\n".join(update.kept) or False
        if (order.kept_text or False) != text:
            order.kept_text = text
