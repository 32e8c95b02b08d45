# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import UserError

from ... import planning
from ..agreement.event_numbers import number_events
from ..base.of_order import OfOrder


class Extension(OfOrder):
    """The shipments an order is extended by (rules R10).

    :param continuity.order order: the order
    :param planning.Program plan: its program
    """

    def __init__(self, order, plan):
        super().__init__(order)
        self.plan = plan
        self.rows, self.shipments = order._to_ledger()

    def get_occurrences(self):
        """Ask the planning module what to append.

        :rtype: list[planning.Occurrence]
        :raise UserError: an event has no timing any more
        """
        try:
            with self.order.program_id._refusing_far_dates():
                return planning.extend(
                    self.plan,
                    self.rows,
                    threshold=self.order.company_id.continuity_repeat_threshold,
                    duration=self.order.event_duration,
                    today=self.order.company_id._continuity_today(),
                )
        except planning.PlanningError as error:
            raise UserError(
                self.env._(
                    "%(order)s cannot be extended: Event ID %(number)s of program"
                    " %(program)s has no timing. Give it “Days from last” or a “Date"
                    " interval”.",
                    order=self.order.name,
                    number=error.data.get("number", 0),
                    program=self.order.program_id.display_name,
                )
            ) from error

    def prepare(self, occurrences, prices):
        """Return the values of the rows to append.

        :param list occurrences: see :meth:`get_occurrences`
        :param dict prices: prices asked for before
        :rtype: list[dict]
        """
        events = self.env["continuity.event"]._get_of_plan(occurrences)
        patterns = self._get_patterns()
        start = max(self.order.shipment_ids.mapped("number"), default=0) + 1
        vals_list = []
        for number, occurrence in enumerate(occurrences, start=start):
            event = events[occurrence.event.key]
            pattern = patterns.get(event.id)
            vals_list.append(
                {
                    **self.order._prepare_row(occurrence, number),
                    "scheduled_date": occurrence.date,
                    "planned_date": occurrence.date,
                    **(
                        pattern._prepare_repeat(occurrence.date)
                        if pattern
                        else self.order._prepare_first(event, prices)
                    ),
                }
            )
        return number_events(self.order, vals_list)

    def _get_patterns(self):
        """Return the shipment of each event that its next one repeats.

        :return: shipment by id of the event; none of an event without goods
        :rtype: dict[int, continuity.shipment]
        """
        sent = [shipment for shipment in self.shipments if shipment._is_pattern()]
        rows = [shipment._to_planning() for shipment in sent]
        last = planning.last_of_events(rows)
        return {event_id: sent[index] for event_id, index in last.items()}

    def is_complete_with(self, occurrences):
        """Say whether nothing is left to lay out behind them.

        :param list occurrences: see :meth:`get_occurrences`
        :rtype: bool
        """
        new = [
            planning.LedgerRow(
                o.event.key, o.occurrence, o.date, o.date, True, o.event.number
            )
            for o in occurrences
        ]
        return planning.is_complete(
            self.plan, self.rows + new, self.order.event_duration
        )
