# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from ... import planning


class ContinuityOrder(models.Model):
    """The continuity order: what is sold, but not laid out yet (rules R9, H1)."""

    _inherit = "continuity.order"

    def _has_hidden_events(self):
        """Tell whether events wait behind the repeat threshold (R9).

        :rtype: bool
        """
        rows, _shipments = self._to_ledger()
        # The customer is told that more will follow; he may not read programs
        plan = self.program_id.sudo()._to_planning()
        return not planning.is_complete(plan, rows, self.event_duration)

    def _get_waiting(self):
        """List the shipments behind the repeat threshold, not laid out yet (R9).

        :return: event and occurrence of each; empty when all are there, and when there
            is no end
        :rtype: list[tuple[planning.Event, int]]
        """
        # The customer is told what follows; the program he may not read
        self.ensure_one()
        if self.bill_upfront or self.state in ("closed", "cancelled"):
            return []
        if not self.shipment_ids or self._is_endless() or not self._has_hidden_events():
            return []
        every = planning.numbered(
            self.program_id.sudo()._to_planning(), self.event_duration
        )
        known = {(s.event_id.id, s.occurrence) for s in self.shipment_ids}
        return [pair for pair in every if (pair[0].key, pair[1]) not in known]

    def _get_waiting_amounts(self):
        """Price the shipments behind the threshold as the extension will (R10, H1).

        :return: total of each of them, tax included
        :rtype: list[float]
        """
        waiting = self._get_waiting()
        # The customer is told amounts; the events he may not read
        events_sudo = self.env["continuity.event"].sudo()
        events_sudo = events_sudo.browse({event.key for event, _occurrence in waiting})
        amounts = {event.id: self._get_next_amount(event) for event in events_sudo}
        return [amounts[event.key] for event, _occurrence in waiting]

    def _get_next_amount(self, event_sudo):
        """Return what the next shipment of an event costs.

        It repeats the last one, changes of the customer included; an event of which
        nothing is laid out yet costs what the program says.

        :param continuity.event event_sudo: the event
        :rtype: float
        """
        patterns = self.shipment_ids.filtered(
            lambda s: s.event_id.id == event_sudo.id and s._is_pattern()
        )
        if patterns:
            return patterns._sorted_by_leaving()[-1].amount_total
        # Price list and taxes are the seller's to read; what they say is everybody's.
        order_sudo = self.sudo()
        line_model = order_sudo.env["continuity.shipment.line"]
        lines = [
            line_model.new(order_sudo._prepare_line(event_line, {}))
            for event_line in event_sudo.line_ids
        ]
        return order_sudo._get_totals(lines)[1] if lines else 0.0
