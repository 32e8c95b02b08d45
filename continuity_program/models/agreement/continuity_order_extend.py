# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.exceptions import UserError

from ... import planning


class ContinuityOrder(models.Model):
    """The continuity order: shipments that are not laid out yet (rules R9, R10)."""

    _inherit = "continuity.order"

    # Decided when the order is submitted: what the program gets afterwards reaches
    # running orders by the update only (rules N85).
    has_more = fields.Boolean(
        string="More to come",
        readonly=True,
        copy=False,
        help="The program goes on after the shipments laid out so far; the extension"
        " adds them in time.",
    )

    _extendable = models.Index("(company_id, id) WHERE has_more")

    def _refresh_has_more(self):
        """Store whether shipments are left to lay out, as the program stands now."""
        plans = {}
        for order in self:
            rows, _shipments = order._to_ledger()
            has_more = not order.bill_upfront and not planning.is_complete(
                order._get_plan(plans), rows, order.event_duration
            )
            if order.has_more != has_more:
                order.has_more = has_more

    def _get_plan(self, plans):
        """Return the program as the planning module knows it, read once per call.

        :param dict plans: programs read before
        :rtype: planning.Program
        """
        self.ensure_one()
        if self.program_id not in plans:
            plans[self.program_id] = self.program_id._to_planning()
        return plans[self.program_id]

    def _extend_lines(self):
        """Append planned shipments until enough of them are ready (rules R10).

        Repeating it appends nothing: it counts what is there.

        :return: the new shipments
        :rtype: continuity.shipment
        :raise UserError: an event has no timing any more
        """
        plans, prices, vals_list = {}, {}, []
        complete = self.browse()
        for order in self:
            plan = order._get_plan(plans)
            rows, shipments = order._to_ledger()
            occurrences = order._get_extension(plan, rows)
            vals_list += order._number_events(
                order._prepare_extension(occurrences, shipments, prices)
            )
            rows += [
                planning.LedgerRow(
                    o.event.key, o.occurrence, o.date, o.date, True, o.event.number
                )
                for o in occurrences
            ]
            if planning.is_complete(plan, rows, order.event_duration):
                complete |= order
        complete.has_more = False
        return self.env["continuity.shipment"]._create_or_revive(vals_list)

    def _get_extension(self, plan, rows):
        """Ask the planning module what to append.

        :param planning.Program plan: the program
        :param list rows: the ledger
        :rtype: list[planning.Occurrence]
        :raise UserError: an event has no timing any more
        """
        self.ensure_one()
        try:
            with self._refusing_far_dates():
                return planning.extend(
                    plan,
                    rows,
                    threshold=self.company_id.continuity_repeat_threshold,
                    duration=self.event_duration,
                    today=self.company_id._continuity_today(),
                )
        except planning.PlanningError as error:
            raise UserError(
                self.env._(
                    "%(order)s cannot be extended: Event ID %(number)s of program"
                    " %(program)s has no timing. Give it “Days from last” or a “Date"
                    " interval”.",
                    order=self.name,
                    number=error.data.get("number", 0),
                    program=self.program_id.display_name,
                )
            ) from error

    def _prepare_extension(self, occurrences, shipments, prices):
        """Return the values of the rows to append.

        :param list occurrences: what the planning module appends
        :param list shipments: the ledger
        :param dict prices: prices asked for before
        :rtype: list[dict]
        """
        self.ensure_one()
        events = self._get_events(occurrences)
        patterns = self._get_patterns(shipments)
        start = max(self.shipment_ids.mapped("number"), default=0) + 1
        vals_list = []
        for number, occurrence in enumerate(occurrences, start=start):
            event = events[occurrence.event.key]
            pattern = patterns.get(event.id)
            vals_list.append(
                {
                    **self._prepare_row(occurrence, number),
                    "scheduled_date": occurrence.date,
                    "planned_date": occurrence.date,
                    **(
                        pattern._prepare_repeat(occurrence.date)
                        if pattern
                        else self._prepare_first(event, prices)
                    ),
                }
            )
        return vals_list

    def _get_patterns(self, shipments):
        """Return the shipment of each event that its next one repeats.

        :param list shipments: the ledger
        :return: shipment by id of the event; none of an event without goods
        :rtype: dict[int, continuity.shipment]
        """
        sent = [shipment for shipment in shipments if shipment._is_pattern()]
        rows = [shipment._to_planning() for shipment in sent]
        last = planning.last_of_events(rows)
        return {event_id: sent[index] for event_id, index in last.items()}

    def _prepare_first(self, event, prices):
        """Return what the first row of an event sends, at the prices of the order."""
        return {
            "payment_schedule_id": self._get_shipment_schedule(event).id,
            "line_ids": self._prepare_lines(event, prices),
        }
