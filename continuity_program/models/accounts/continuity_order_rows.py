# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from ...planning import commitment_date
from ..entry.planned_payments import PlannedPayments
from ..payments.continuity_payment import OPEN_STATES


class ContinuityOrder(models.Model):
    """The continuity order: its rows in the billing ledger (rules BR14, BR15)."""

    _inherit = "continuity.order"

    def _get_order_payments(self, today):
        """Payments of the whole order: modes C and D, as wizard and recap show them.

        :param date today: day of Submit
        :return: see :meth:`PlannedPayments.get`; none for billing per shipment
        :rtype: list[dict]
        """
        self.ensure_one()
        return PlannedPayments(self).get_upfront(today) if self.bill_upfront else []

    def _sync_order_rows(self, today):
        """Write the rows of modes C and D, or bring those not charged yet up to date.

        :param date today: day of Submit
        :return: the rows of the orders
        :rtype: continuity.payment
        """
        vals_list = []
        for order in self:
            rows = order.payment_ids.filtered(lambda row: not row.shipment_id)
            by_sequence = rows.grouped("sequence")
            payments = order._get_order_payments(today)
            payments = order._leave_out_charged(payments, rows)
            for payment in payments:
                row = by_sequence.get(payment["sequence"])
                if row is None:
                    vals_list.append(order._prepare_row_vals(**payment))
                elif row.state in OPEN_STATES or row.state == "cancelled":
                    row._update_from_plan(payment["due_date"], payment["amount"])
            planned = {payment["sequence"] for payment in payments}
            surplus = [row.id for row in rows if row.sequence not in planned]
            gone = rows.browse(surplus).filtered(lambda row: row.state in OPEN_STATES)
            gone.amount_planned = 0.0
            gone._cancel_open("plan", self.env._("the plan has changed"))
        self.env["continuity.payment"].create(vals_list)
        return self.payment_ids.filtered(
            lambda row: not row.shipment_id and row.state != "cancelled"
        )

    def _get_rows_of_submit(self, today):
        """Rows that are charged at Submit: mode C, and D if the company wants (BR8).

        :param date today: day of Submit
        :rtype: continuity.payment
        """
        at_once = self.filtered(lambda o: o._is_charged_at_submit() and o._has_amount())
        first = self.filtered(
            lambda order: (
                order.bill_upfront
                and order.payment_schedule_id
                and order.payment_method == "card"
                and order.company_id.continuity_charge_first_at_submit
            )
        )
        rows = (at_once | first)._sync_order_rows(today)
        return rows.filtered(lambda row: row.due_date <= today)

    def _prepare_row_vals(self, due_date, amount, shipment, sequence):
        """Values of one payment row, from what the plan says.

        :param date due_date: due date
        :param float amount: amount, more than 0
        :param continuity.shipment shipment: empty for the whole order
        :param int sequence: 1, 2, 3 …
        :rtype: dict
        """
        self.ensure_one()
        return {
            "continuity_order_id": self.id,
            "shipment_id": shipment.id,
            "sequence": sequence,
            "due_date": due_date,
            "amount": amount,
        }

    def _get_next_sequence(self, shipment):
        """Return the next free number of the rows of a shipment.

        :param continuity.shipment shipment: empty = of the rows of the whole order
        :rtype: int
        """
        # Sellers read the ledger; which numbers are taken does not depend on who asks
        rows_sudo = self.sudo().payment_ids.filtered(
            lambda row: row.shipment_id == shipment
        )
        return 1 + max(rows_sudo.mapped("sequence"), default=0)

    def _create_shipment_payment_rows(self, shipments, today):
        """Write the rows of new child orders: modes A and B (rules BR14).

        Shipments that leave in one parcel share its rows, which hang on the earliest
        of them (rules N75). A parcel that costs nothing has no row (rules N66). With a
        schedule the instalments count from the commitment date; without one the row is
        due at once if the company charges at creation, else when it is invoiced.

        :param continuity.shipment shipments: with their child orders
        :param date today: day the child orders are made
        :return: the new rows
        :rtype: continuity.payment
        """
        vals_list = []
        # Child orders and rows are the job's, whoever started it
        for child, parcel in shipments.sudo().grouped("child_order_id").items():
            first = parcel._sorted_by_leaving()[:1]
            order = first.continuity_order_id
            rows = order.payment_ids.filtered(
                lambda row, parcel=parcel: row.shipment_id in parcel
            )
            # Rows of a child that was cancelled do not pay for the next one (N50)
            is_new = all(
                row.state == "cancelled" or row._was_paid_for_another(child)
                for row in rows
            )
            if not child or not is_new:
                continue
            used = max(rows.mapped("sequence"), default=0)
            for payment in order._get_child_payments(child, first, today):
                payment["sequence"] += used
                vals_list.append(order._prepare_row_vals(**payment))
        # Sellers read the ledger; only our own methods write it.
        return self.env["continuity.payment"].sudo().create(vals_list)

    def _get_child_payments(self, child, shipment, today):
        """Payments of one child order, by its own total.

        :rtype: list[dict]
        """
        # Up front only a top-up is left to pay: it is due with the parcel (rules N48)
        schedule = shipment.payment_schedule_id
        if self.bill_upfront:
            schedule = schedule.browse()
        waits_for_invoice = not schedule and (
            self.payment_method == "on_account"
            or not self.company_id.continuity_authorize_child
        )
        if waits_for_invoice:
            return []
        day = commitment_date(shipment.planned_date, today) if schedule else today
        return PlannedPayments(self).split(child.amount_total, schedule, day, shipment)
