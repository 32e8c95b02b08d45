# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from functools import cached_property

from odoo import Command
from odoo.exceptions import UserError

from ... import planning
from ..base.continuity_bounds_mixin import MOST_SHIPMENTS
from ..base.of_order import OfOrder


class Layout(OfOrder):
    """The plan of an order that is not sold yet, in rows (rules R1–R9).

    :param continuity.order order: the order
    :param planning.Program plan: its program
    """

    def __init__(self, order, plan):
        super().__init__(order)
        self.plan = plan

    @cached_property
    def occurrences(self):
        """The shipments of the order, as the planning module has them (R9).

        :rtype: list[planning.Occurrence]
        :raise UserError: nothing to send, or no end
        """
        try:
            with self.order.program_id._refusing_far_dates():
                occurrences = planning.lay_out(
                    self.plan,
                    self.order._get_request(),
                    threshold=self.order.company_id.continuity_repeat_threshold,
                    bill_upfront=self.order.bill_upfront,
                )
        except planning.PlanningError as error:
            raise UserError(
                self.env._(
                    "Program %(program)s cannot be planned: see Event ID %(number)s.",
                    program=self.order.program_id.display_name,
                    number=error.data.get("number", 0),
                )
            ) from error
        if not occurrences:
            raise UserError(
                self.env._(
                    "Program %(program)s has no event to send.",
                    program=self.order.program_id.display_name,
                )
            )
        if len(occurrences) > MOST_SHIPMENTS:
            raise UserError(self.order.program_id._get_size_refusal(len(occurrences)))
        return occurrences

    @cached_property
    def is_complete(self):
        """Whether nothing of the program waits behind these shipments (R9).

        :rtype: bool
        """
        duration = self.order.event_duration
        return planning.is_complete(self.plan, self._to_rows(), duration)

    def get_base(self, day):
        """Return the order date the plan counts from at Submit (R18).

        A start date that was entered, a Start order date and a later order date stay,
        and so does an order date that had passed when it was written: it was imported,
        or typed on purpose.

        :param date day: local date of Submit
        :rtype: date
        """
        order = self.order
        hangs = planning.base_is_order_date(self.plan, order._get_request())
        entered = (
            order.start_date_entered or order.sale_order_id.continuity_date_entered
        )
        return planning.submit_order_date(order.order_date, entered, not hangs, day)

    def lay_out(self, today, prices):
        """Say what brings the rows of a draft order in step with its plan.

        Rows that stay are brought there at once.

        :param date today: local date that decides what is missed
        :param dict prices: prices asked for before
        :return: values of the rows to create, and the rows to delete
        :rtype: tuple[list[dict], continuity.shipment]
        """
        known = {(s.event_id.id, s.occurrence): s for s in self.order.shipment_ids}
        found = [known.get((o.event.key, o.occurrence)) for o in self.occurrences]
        with self.order.program_id._refusing_far_dates():
            dates = self._keep_moved_dates(found)
        events = self.env["continuity.event"]._get_of_plan(self.occurrences)
        create_vals, ended = [], False
        for number, occurrence in enumerate(self.occurrences, start=1):
            shipment = found[number - 1]
            vals = {
                **self.order._prepare_row(occurrence, number),
                "scheduled_date": dates[number - 1],
                "is_missed": planning.is_missed(dates[number - 1], today),
            }
            event = events[occurrence.event.key]
            if shipment:
                shipment._follow_plan(vals, event, prices, ended)
                ended = ended or shipment.action == "end"
                continue
            vals["planned_date"] = vals["scheduled_date"]
            vals["payment_schedule_id"] = self.order._get_shipment_schedule(event).id
            vals["line_ids"] = prepare_lines(self.order, event, prices)
            vals["state"] = "cancelled" if ended else "planned"
            create_vals.append(vals)
        kept = self.env["continuity.shipment"].union(*(s for s in found if s))
        return create_vals, self.order.shipment_ids - kept

    def _to_rows(self):
        """Return the shipments as the planning module knows rows of a ledger.

        :rtype: list[planning.LedgerRow]
        """
        return [
            planning.LedgerRow(o.event.key, o.occurrence, o.date, o.date, True)
            for o in self.occurrences
        ]

    def _keep_moved_dates(self, found):
        """Return the scheduled dates, with *this and all later* moves kept (R13).

        :param list found: the row of each occurrence, or None
        :rtype: list[date]
        """
        if not any(shipment and shipment.is_anchor for shipment in found):
            return [occurrence.date for occurrence in self.occurrences]
        rows = self._to_rows()
        for index, shipment in enumerate(found):
            if not (shipment and shipment.is_anchor):
                continue
            day = shipment.scheduled_date
            for change in planning.move_all_later(self.plan, rows, index, day):
                row = rows[change.index]
                rows[change.index] = planning.LedgerRow(
                    row.key,
                    row.occurrence,
                    change.scheduled_date,
                    change.planned_date,
                    True,
                    is_anchor=change.is_anchor,
                )
        return [row.scheduled_date for row in rows]


class ToldLayout(Layout):
    """The shipments a customer was told of: what he accepts is what is sold (R18).

    Other days, where he accepts later than that. Goods, prices and the number of
    shipments stay, whatever the program has by now.
    """

    def __init__(self, order, plan):
        self.rows, self.shipments = order._to_ledger()
        base = order.start_date if order.start_date_entered else order.order_date
        super().__init__(order, planning.as_told(plan, self.rows, base))

    @cached_property
    def occurrences(self):
        """Override: these shipments, from the order date that is stored.

        :rtype: list[planning.Occurrence]
        :raise UserError: one would leave too far ahead
        """
        with self.order.program_id._refusing_far_dates():
            return planning.redate(self.plan, self.order._get_request(), self.rows)

    def move_to(self, day):
        """Move the shipments to the day of the acceptance, where they hang on it.

        :param date day: local date of the acceptance; it decides what is missed
        :raise UserError: a shipment would leave too far ahead
        """
        self.count_from(self.get_base(day), day)

    def count_from(self, base, day):
        """Move the shipments to another order date.

        :param date base: local order date
        :param date day: local date that decides what is missed
        :raise UserError: a shipment would leave too far ahead
        """
        dates = [shipment.scheduled_date for shipment in self.shipments]
        if base != self.order.order_date:
            self.order._set_base(base, self.plan)
            with self.order.program_id._refusing_far_dates():
                dates = self._keep_moved_dates(self.shipments)
        for shipment, scheduled in zip(self.shipments, dates, strict=True):
            vals = {
                "scheduled_date": scheduled,
                "is_missed": planning.is_missed(scheduled, day),
            }
            if shipment.planned_date == shipment.scheduled_date:
                vals["planned_date"] = scheduled
            shipment._write_changed(vals)


def follow_order_date(orders):
    """Move what was signed to the order date that was written: nothing else (R18).

    :param continuity.order orders: orders; drafts among them follow
    :raise UserError: money is on its way, or a shipment would leave too far ahead
    """
    plans = {}
    for order in orders.filtered(lambda o: o.state == "draft"):
        order._check_not_frozen()
        if order._to_ledger()[0]:
            today = order.company_id._continuity_today()
            layout = ToldLayout(order, order._get_plan(plans))
            layout.count_from(order._get_local_order_date(), today)


def prepare_lines(order, event, prices):
    """Return the product lines of a new shipment.

    :param continuity.order order: the order
    :param continuity.event event: the event that ships
    :param dict prices: prices asked for before, by what they depend on
    :return: commands for ``line_ids``
    :rtype: list
    """
    order.ensure_one()
    return [
        Command.create(order._prepare_line_once(event_line, prices))
        for event_line in event.line_ids
    ]
