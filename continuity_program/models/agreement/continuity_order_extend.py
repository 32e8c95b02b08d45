# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

from ... import planning
from .extension import Extension


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
            extension = Extension(order, order._get_plan(plans))
            occurrences = extension.get_occurrences()
            vals_list += extension.prepare(occurrences, prices)
            if extension.is_complete_with(occurrences):
                complete |= order
        complete.has_more = False
        return self.env["continuity.shipment"]._create_or_revive(vals_list)

    def _prepare_first(self, event, prices):
        """Return what the first row of an event sends, at the prices of the order."""
        return {
            "payment_schedule_id": self._get_shipment_schedule(event).id,
            "line_ids": self._prepare_lines(event, prices),
        }
