# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from functools import cached_property

from ... import planning
from ..base.of_order import OfOrder
from .parent_price import get_totals


class Outlook(OfOrder):
    """What is sold, but not laid out yet (rules R9, H1).

    Read once, for one answer: whoever asks after a change makes another one.
    """

    @cached_property
    def is_endless(self):
        """Whether the order runs until it is cancelled (decision 1)."""
        if any(s.action == "end" for s in self.order.shipment_ids):
            return False
        # The customer is told whether it ends; he may not read events
        return any(s.event_id.sudo().repeat_count < 0 for s in self.order.shipment_ids)

    @cached_property
    def has_hidden_events(self):
        """Whether events wait behind the repeat threshold (R9)."""
        if self.order.state == "draft" and self.order.is_laid_out:
            return False
        rows, _shipments = self.order._to_ledger()
        # The customer is told that more will follow; he may not read programs
        plan = self.order.program_id.sudo()._to_planning()
        return not planning.is_complete(plan, rows, self.order.event_duration)

    @cached_property
    def waiting(self):
        """The shipments behind the repeat threshold, not laid out yet (R9).

        :return: event and occurrence of each; empty when all are there, and when there
            is no end
        :rtype: list[tuple[planning.Event, int]]
        """
        # The customer is told what follows; the program he may not read
        if self.order.bill_upfront or self.order.state in ("closed", "cancelled"):
            return []
        if not self.order.shipment_ids or self.is_endless or not self.has_hidden_events:
            return []
        every = planning.numbered(
            self.order.program_id.sudo()._to_planning(), self.order.event_duration
        )
        known = {(s.event_id.id, s.occurrence) for s in self.order.shipment_ids}
        return [pair for pair in every if (pair[0].key, pair[1]) not in known]

    @cached_property
    def amounts(self):
        """The prices of these shipments, as the extension will make them (R10, H1).

        :return: total of each of them, tax included
        :rtype: list[float]
        """
        # The customer is told amounts; the events he may not read
        events_sudo = self.env["continuity.event"].sudo()
        events_sudo = events_sudo.browse(
            {event.key for event, _occurrence in self.waiting}
        )
        amounts = {event.id: self.get_next_amount(event) for event in events_sudo}
        return [amounts[event.key] for event, _occurrence in self.waiting]

    def get_next_amount(self, event_sudo):
        """Return what the next shipment of an event costs.

        It repeats the last one, changes of the customer included; an event of which
        nothing is laid out yet costs what the program says.

        :param continuity.event event_sudo: the event
        :rtype: float
        """
        patterns = self.order.shipment_ids.filtered(
            lambda s: s.event_id.id == event_sudo.id and s._is_pattern()
        )
        if patterns:
            return patterns._sorted_by_leaving()[-1].amount_total
        # Price list and taxes are the seller's to read; what they say is everybody's.
        order_sudo = self.order.sudo()
        line_model = order_sudo.env["continuity.shipment.line"]
        lines = [
            line_model.new(order_sudo._prepare_line(event_line, {}))
            for event_line in event_sudo.line_ids
        ]
        return get_totals(order_sudo, lines)[1] if lines else 0.0
