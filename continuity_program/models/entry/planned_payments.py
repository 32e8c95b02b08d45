# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from ... import planning
from ..base.continuity_bounds_mixin import MOST_PAYMENTS
from ..base.of_order import OfOrder
from .parent_price import get_totals


class PlannedPayments(OfOrder):
    """Which payments an order will have, before they are rows."""

    def get(self, today):
        """List the payments of the order as of a day, before rows exist (rules C2).

        :param date today: local date: the submit date, or the day of the question
        :return: dicts of due_date, amount, shipment (empty record: whole order) and
            sequence, by due date
        :rtype: list[dict]
        :raise UserError: the payment schedule does not fit the amount
        """
        if self.order.bill_upfront:
            payments = self.get_upfront(today)
        else:
            payments = self._get_parcel_payments(today)
        return sorted(payments, key=lambda p: (p["due_date"], p["sequence"]))

    def get_upfront(self, today):
        """List the payments of modes C and D (rules BR14).

        :param date today: see :meth:`get`
        :return: see :meth:`get`
        :rtype: list[dict]
        """
        start = today
        if self.order.payment_schedule_id:
            start = planning.first_due_date(self.order.start_date or today, today)
        # Tax is computed once, on the one line of the up-front invoice (rules C1)
        return self.split(
            self.order.sale_order_line_id.price_total,
            self.order.payment_schedule_id,
            start,
            self.env["continuity.shipment"],
        )

    def get_parcels(self):
        """Group the planned shipments by the child order they will share (N34).

        :return: the missed ones together when the program consolidates, the others
            alone
        :rtype: list[continuity.shipment]
        """
        planned = self.order._get_open_shipments()
        missed = planned.filtered("is_missed")
        # Customers see what their order costs, and not the program
        if not missed or not self.order.program_id.sudo().consolidate_missed:
            return list(planned)
        return [missed, *(planned - missed)]

    def _get_parcel_payments(self, today):
        """List the payments of modes A and B, one parcel after the other (BR14).

        The row of a consolidated parcel belongs to its first shipment (N75).
        """
        payments = []
        for parcel in self.get_parcels():
            amount = parcel.amount_total if len(parcel) == 1 else None
            if amount is None:
                amount = get_totals(self.order, parcel.line_ids)[1]
            day = planning.commitment_date(min(parcel.mapped("planned_date")), today)
            schedule = parcel[0].payment_schedule_id
            payments += self.split(amount, schedule, day, parcel[0])
        return payments

    def split(self, amount, schedule, day, shipment):
        """Split one amount by a schedule; nothing is owed for nothing (N66).

        :param float amount: in the currency of the order
        :param continuity.payment.schedule schedule: empty = one payment
        :param date day: the first due date
        :param continuity.shipment shipment: empty for the whole order
        :return: see :meth:`get`
        :rtype: list[dict]
        """
        if self.order.currency_id.compare_amounts(amount, 0.0) <= 0:
            return []
        if not schedule:
            one = {"due_date": day, "amount": amount, "sequence": 1}
            return [{**one, "shipment": shipment}]
        # A running order keeps what was agreed, however many payments it has
        most = MOST_PAYMENTS if self.order.state == "draft" else None
        return [
            {
                "due_date": part.date,
                "amount": float(part.amount),
                "sequence": part.sequence,
                "shipment": shipment,
            }
            for part in schedule._split(amount, day, self.order.currency_id, most)
        ]
