# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from ... import planning
from ..base.continuity_bounds_mixin import MOST_PAYMENTS


class ContinuityOrder(models.Model):
    """The continuity order: which payments it will have, before they are rows."""

    _inherit = "continuity.order"

    def _get_billing_mode(self, shipment=None):
        """Return the billing mode (rules BR15).

        :param continuity.shipment shipment: of an order that is not billed up front,
            the shipment asked for; None = the one that leaves
            first
        :return: A per shipment, B per shipment by schedule, C up front, D up front by
            schedule
        :rtype: str
        """
        self.ensure_one()
        if self.bill_upfront:
            return "D" if self.payment_schedule_id else "C"
        shipment = shipment or self.shipment_ids._sorted_by_leaving()[:1]
        return "B" if shipment.payment_schedule_id else "A"

    def _get_open_shipments(self):
        """Return the shipments that will still leave, in the order they do.

        :rtype: continuity.shipment
        """
        self.ensure_one()
        planned = self.shipment_ids.filtered(lambda s: s.state == "planned")
        return planned._sorted_by_leaving()

    def _get_next_shipment(self):
        """Return the shipment that leaves next, whatever its number is.

        :return: empty when nothing is planned
        :rtype: continuity.shipment
        """
        return self._get_open_shipments()[:1]

    def _get_parcels(self):
        """Group the planned shipments by the child order they will share (N34).

        :return: the missed ones together when the program consolidates, the others
            alone
        :rtype: list[continuity.shipment]
        """
        self.ensure_one()
        planned = self._get_open_shipments()
        missed = planned.filtered("is_missed")
        # Customers see what their order costs, and not the program
        if not missed or not self.program_id.sudo().consolidate_missed:
            return list(planned)
        return [missed, *(planned - missed)]

    def _get_upfront_total(self):
        """Return what the up-front invoice will ask for, tax included (rules C1).

        Tax is computed once on the one line of that invoice.

        :rtype: float
        """
        self.ensure_one()
        return self.sale_order_line_id.price_total

    def _get_planned_payments(self, today):
        """List the payments of the order as of a day, before rows exist (rules C2).

        :param date today: local date: the submit date, or the day of the question
        :return: dicts of due_date, amount, shipment (empty record: whole order) and
            sequence, by due date
        :rtype: list[dict]
        :raise UserError: the payment schedule does not fit the amount
        """
        self.ensure_one()
        if self.bill_upfront:
            payments = self._get_upfront_payments(today)
        else:
            payments = self._get_parcel_payments(today)
        return sorted(payments, key=lambda p: (p["due_date"], p["sequence"]))

    def _get_upfront_payments(self, today):
        """List the payments of modes C and D (rules BR14)."""
        start = today
        if self.payment_schedule_id:
            start = planning.first_due_date(self.start_date or today, today)
        return self._split_payment(
            self._get_upfront_total(),
            self.payment_schedule_id,
            start,
            self.env["continuity.shipment"],
        )

    def _get_parcel_payments(self, today):
        """List the payments of modes A and B, one parcel after the other (BR14).

        The row of a consolidated parcel belongs to its first shipment (N75).
        """
        payments = []
        for parcel in self._get_parcels():
            amount = parcel.amount_total if len(parcel) == 1 else None
            if amount is None:
                amount = self._get_totals(parcel.line_ids)[1]
            day = planning.commitment_date(min(parcel.mapped("planned_date")), today)
            schedule = parcel[0].payment_schedule_id
            payments += self._split_payment(amount, schedule, day, parcel[0])
        return payments

    def _split_payment(self, amount, schedule, day, shipment):
        """Split one amount by a schedule; nothing is owed for nothing (N66)."""
        if self.currency_id.compare_amounts(amount, 0.0) <= 0:
            return []
        if not schedule:
            one = {"due_date": day, "amount": amount, "sequence": 1}
            return [{**one, "shipment": shipment}]
        # A running order keeps what was agreed, however many payments it has
        most = MOST_PAYMENTS if self.state == "draft" else None
        return [
            {
                "due_date": part.date,
                "amount": float(part.amount),
                "sequence": part.sequence,
                "shipment": shipment,
            }
            for part in schedule._split(amount, day, self.currency_id, most)
        ]
