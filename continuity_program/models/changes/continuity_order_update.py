# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dataclasses import dataclass, field, replace

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date

from ... import planning
from ..payments.continuity_payment import CHARGED_STATES


@dataclass
class OrderUpdate:
    """What an update does to one continuity order, in the words of the person.

    :param list[str] changes: what becomes different
    :param list[str] kept: what the program says otherwise, and why it stays
    :param float amount_change: planned value after less planned value before
    :param bool is_dearer: a price is higher than it was, now or later
    """

    changes: list = field(default_factory=list)
    kept: list = field(default_factory=list)
    amount_change: float = 0.0
    is_dearer: bool = False


class ContinuityOrder(models.Model):
    """The continuity order: brought to its program as it is now.

    Only what has not left yet, and nothing a person changed for the customer. The same
    code previews and applies, see :meth:`continuity.program._preview_update`.
    """

    _inherit = "continuity.order"

    update_number = fields.Integer(
        readonly=True,
        copy=False,
        help="The last release of the program this order was brought to.",
    )

    def _update_from_program(self, today, notice_date=None):
        """Bring the open shipments to the program as it is now.

        Doing it again changes nothing.

        :param date today: local date; nothing is planned before it
        :param date notice_date: a dearer price counts from this day on (rules N85);
            None = at once
        :return: what was changed and what was kept, by order
        :rtype: dict[continuity.order, OrderUpdate]
        :raise UserError: an event has no timing any more
        """
        # Read for all orders at once what the walk through each of them asks for
        self.shipment_ids.line_ids.product_id.mapped("display_name")
        self.shipment_ids.child_order_id.mapped("name")
        before = {order: order.amount_planned for order in self}
        updates = {order: OrderUpdate() for order in self}
        scope = {
            "today": today,
            "notice_date": notice_date,
            "plans": {},
            "prices": {},
            "paid": self._get_paid_shipments(),
            "shipments": [],
            "lines": [],
            "gone": self.env["continuity.shipment.line"],
        }
        for order, update in updates.items():
            order._update_one(update, scope)
        self.env["continuity.shipment"]._create_or_revive(scope["shipments"])
        self.env["continuity.shipment.line"].create(scope["lines"])
        scope["gone"].unlink()
        self._refresh_has_more()
        for order, update in updates.items():
            update.amount_change = order.currency_id.round(
                order.amount_planned - before[order]
            )
        return updates

    def _get_paid_shipments(self):
        """Return the shipments without a child that a payment was made for.

        :rtype: continuity.shipment
        """
        charged = self.payment_ids.filtered(lambda row: row.state in CHARGED_STATES)
        return charged.shipment_id.filtered(lambda s: s.state == "planned")

    def _update_one(self, update, scope):
        """Settle one order; what is created is collected for all of them."""
        self.ensure_one()
        rows, shipments = self._to_ledger()
        rows = [
            replace(row, is_kept=row.is_kept or shipment in scope["paid"])
            for row, shipment in zip(rows, shipments, strict=True)
        ]
        self._update_schedule(update)
        steps = self._get_update_steps(self._get_plan(scope["plans"]), rows)
        numbers = self._number_steps(steps, shipments)
        events = self._get_events(steps)
        new = []
        for step, number in zip(steps, numbers, strict=True):
            if step.index is None:
                new += self._add_step(
                    step, events[step.event.key], number, update, scope
                )
            else:
                shipment = shipments[step.index]
                shipment._update_from_step(step, number, update, scope)
        scope["shipments"] += self._number_events(new)
        # What was removed earlier stands behind what is sent.
        removed = self.shipment_ids.filtered("is_removed") - self.env[
            "continuity.shipment"
        ].union(*shipments)
        for number, shipment in enumerate(removed, start=1 + max(numbers, default=0)):
            shipment._write_changed({"number": number})

    def _get_update_steps(self, plan, rows):
        """Ask the planning module for the difference.

        :param planning.Program plan: the program as it is now
        :param list rows: the ledger
        :rtype: list[planning.UpdateStep]
        :raise UserError: an event has no timing any more
        """
        self.ensure_one()
        try:
            with self._refusing_far_dates():
                return planning.update(
                    plan,
                    rows,
                    self._get_request(),
                    threshold=self.company_id.continuity_repeat_threshold,
                    billed=self.bill_upfront,
                    # Where more is to come, the extension is on its way there.
                    appends=not self.has_more and not self.end_reason,
                    today=self.company_id._continuity_today(),
                )
        except planning.PlanningError as error:
            raise UserError(
                self.env._(
                    "%(order)s cannot be updated: Event ID %(number)s of program"
                    " %(program)s has no timing. Give it “Days from last” or a “Date"
                    " interval”.",
                    order=self.name,
                    number=error.data.get("number", 0),
                    program=self.program_id.display_name,
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

    def _number_events(self, vals_list):
        """Keep the Event ID of a row unique in its order.

        References of payments are made of it. A new event may have got the number that
        a shipped one had when it was planned.

        :param list[dict] vals_list: values of new rows of this order
        :return: the same values
        :rtype: list[dict]
        """
        self.ensure_one()
        owners = {s.event_number: s.event_id.id for s in self.shipment_ids}
        numbers = {s.event_id.id: s.event_number for s in self.shipment_ids}
        for vals in vals_list:
            event_id = vals["event_id"]
            number = numbers.get(event_id, vals["event_number"])
            if owners.get(number, event_id) != event_id:
                number = max(owners) + 1
            owners[number], numbers[event_id] = event_id, number
            vals["event_number"] = number
        return vals_list

    def _add_step(self, step, event, number, update, scope):
        """Return the values of a shipment the program sends now (rules N44).

        :rtype: list[dict]
        """
        what = {
            "products": event.products_label or "",
            "date": format_date(self.env, step.date),
        }
        if step.action == "not_added":
            update.kept.append(
                self.env._(
                    "Not added: %(products)s of %(date)s, the order is paid in advance",
                    **what,
                )
            )
            return []
        update.changes.append(self.env._("Added: %(products)s on %(date)s", **what))
        siblings = self.shipment_ids.filtered(lambda s: s.event_id == event)
        patterns = siblings.filtered(lambda s: s._is_pattern())
        pattern = patterns._sorted_by_leaving()[-1:]
        copies = any(line._is_changed() for line in pattern.line_ids)
        goods = (
            pattern._prepare_repeat(step.date)
            if copies
            else self._prepare_first(event, scope["prices"])
        )
        return [
            {
                **self._prepare_row(step, number),
                "scheduled_date": step.date,
                "planned_date": max(step.date, scope["today"]),
                **goods,
            }
        ]

    def _update_schedule(self, update):
        """Take over the payment schedule of the program, unless the seller chose."""
        if self.bill_upfront or self.payment_schedule_entered:
            return
        schedule = self.program_id.payment_schedule_id
        if self.payment_schedule_id != schedule:
            update.changes.append(
                self.env._(
                    "Payment schedule: %(old)s → %(new)s",
                    old=self.payment_schedule_id.display_name or "–",
                    new=schedule.display_name or "–",
                )
            )
            self.payment_schedule_id = schedule
