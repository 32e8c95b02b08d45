# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from odoo import models

from ... import planning

#: Shipments that are asked for at once, where a plan goes on
FIRST_STEPS = 4


class ContinuityForecastFact(models.AbstractModel):
    """Shipments that are not laid out yet: the plan goes on as it is extended."""

    _inherit = "continuity.forecast.fact"

    def _get_tail_rows(self, values, look, known):
        """Return the rows behind the last one that is laid out.

        :param dict values: of the group
        :param Look look: company, day and weeks
        :param dict known: what was asked for before
        :rtype: list[dict]
        """
        if not values["tail"] or not values["tail"][0]:
            # Nothing is laid out: an exception says so
            return []
        last = values["tail"][0]
        number, event, *_rest, amount, schedule, goods = last
        key = "tail", values["program_id"], str(values["tail"])
        if key not in known:
            known[key] = self._extend(values["program_id"], values["tail"], look, known)
        rows = []
        for place, (event_id, occurrence, day) in enumerate(known[key], start=1):
            if event_id != event or not goods:
                # The first one of an event sends what the program says
                goods = self._get_event_goods(event_id, values["quantity"], known)
                event = event_id
            rows.append(
                {
                    "number": number + place,
                    "day": day,
                    "event": event_id,
                    "occurrence": occurrence,
                    "is_waiting": False,
                    "amount": amount or 0.0,
                    "schedule": schedule,
                    "goods": goods,
                    "is_missed": False,
                    "is_laid_out": False,
                }
            )
        return rows

    def _extend(self, program_id, tail, look, known):
        """Ask the planning module what comes behind a shipment.

        :return: event, occurrence and day
        :rtype: list[tuple[int, int, date]]
        """
        last, anchor, events, duration = tail
        _number, event, event_number, occurrence, day = last[:5]
        rows = [self._to_row(event, event_number, occurrence, day)]
        if anchor and anchor[-1] < day:
            # Months are counted from there
            rows.insert(0, self._to_row(*anchor))
        plan = self._get_plan(program_id, known)
        if duration:
            sold_before = events - len({row.key for row in rows})
            duration = max(duration - sold_before, 1)
        steps, found = FIRST_STEPS, []
        while not found or found[-1].date < look.until:
            try:
                ahead = planning.extend(
                    plan, rows, threshold=steps, duration=duration, today=look.today
                )
            except planning.PlanningError:
                # An event has lost its timing: nobody can say when it comes
                break
            if len(ahead) == len(found):
                break
            found, steps = ahead, steps * 2
        return [
            (one.event.key, one.occurrence, one.date)
            for one in found
            if one.date < look.until
        ]

    def _drop_past(self, rows, look):
        """Drop the days behind us that nobody has laid out a shipment for.

        A member who is held back for long is not sent all of them when he goes on: the
        plan is topped up to what is kept ready, and what comes later takes their place.

        :param list[dict] rows: of one member, in order
        :param Look look: company, day and weeks
        :rtype: list[dict]
        """
        ready = look.company.continuity_repeat_threshold or planning.ENDLESS_HORIZON
        ready -= sum(row["is_laid_out"] and not row["is_waiting"] for row in rows)
        kept, dropped = [], 0
        for row in rows:
            if not row["is_laid_out"]:
                if row["day"] < look.today and ready <= 0:
                    dropped += 1
                    continue
                ready -= 1
            kept.append({**row, "number": row["number"] - dropped})
        return kept

    def _to_row(self, event, number, occurrence, day):
        day = date.fromisoformat(day)
        return planning.LedgerRow(event, occurrence, day, day, False, number)

    def _get_plan(self, program_id, known):
        key = "plan", program_id
        if key not in known:
            program = self.env["continuity.program"].browse(program_id)
            known[key] = program._to_planning()
        return known[key]

    def _get_event_goods(self, event_id, quantity, known):
        """Return what an event sends, in the units the products are counted in.

        :rtype: list[tuple[int, float]]
        """
        key = "event", event_id
        if key not in known:
            event = self.env["continuity.event"].browse(event_id)
            known[key] = [
                (
                    line.product_id.id,
                    line.uom_id._compute_quantity(
                        line.quantity, line.product_id.uom_id, round=False
                    ),
                )
                for line in event.line_ids
            ]
        return [(product, one * (quantity or 1.0)) for product, one in known[key]]
