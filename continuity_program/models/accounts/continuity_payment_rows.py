# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from ...planning import commitment_date
from ..entry.planned_payments import PlannedPayments
from ..payments.continuity_payment import CHARGED_STATES, OPEN_STATES


class ContinuityPayment(models.Model):
    """The payment row: which rows an order gets (rules BR14, BR15).

    The orders are given, and with them the rights and the language to work in.
    """

    _inherit = "continuity.payment"

    @api.model
    def _sync_order_rows(self, orders, today):
        """Write the rows of modes C and D, or bring those not charged yet up to date.

        :param continuity.order orders: the orders
        :param date today: day of Submit
        :return: the rows of the orders
        :rtype: continuity.payment
        """
        vals_list = []
        for order in orders:
            rows = order.payment_ids.filtered(lambda row: not row.shipment_id)
            by_sequence = rows.grouped("sequence")
            payments = self._get_order_payments(order, today)
            payments = self._leave_out_charged(order, payments, rows)
            for payment in payments:
                row = by_sequence.get(payment["sequence"])
                if row is None:
                    vals_list.append(self._prepare_row_vals(order, **payment))
                elif row.state in OPEN_STATES or row.state == "cancelled":
                    row._update_from_plan(payment["due_date"], payment["amount"])
            planned = {payment["sequence"] for payment in payments}
            surplus = [row.id for row in rows if row.sequence not in planned]
            gone = rows.browse(surplus).filtered(lambda row: row.state in OPEN_STATES)
            gone.amount_planned = 0.0
            gone._cancel_open("plan", orders.env._("the plan has changed"))
        orders.env["continuity.payment"].create(vals_list)
        return orders.payment_ids.filtered(
            lambda row: not row.shipment_id and row.state != "cancelled"
        )

    @api.model
    def _get_rows_of_submit(self, orders, today):
        """Rows that are charged at Submit: mode C, and D if the company wants (BR8).

        :param continuity.order orders: the orders
        :param date today: day of Submit
        :rtype: continuity.payment
        """
        at_once = orders.filtered(
            lambda o: o._is_charged_at_submit() and o._has_amount()
        )
        first = orders.filtered(
            lambda order: (
                order.bill_upfront
                and order.payment_schedule_id
                and order.payment_method == "card"
                and order.company_id.continuity_charge_first_at_submit
            )
        )
        rows = self._sync_order_rows(at_once | first, today)
        return rows.filtered(lambda row: row.due_date <= today)

    @api.model
    def _create_shipment_rows(self, shipments, today):
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
        shipments_sudo = shipments.sudo()
        # Rows of a child that was cancelled do not pay for the next one (N50)
        asked_sudo = shipments_sudo.child_order_id._get_continuity_rows().filtered(
            lambda row: row.state != "cancelled"
        )
        for child, parcel in shipments_sudo.grouped("child_order_id").items():
            first = parcel._sorted_by_leaving()[:1]
            order = first.continuity_order_id
            rows = order.payment_ids.filtered(
                lambda row, parcel=parcel: row.shipment_id in parcel
            )
            if not child or child in asked_sudo.child_order_id:
                continue
            used = max(rows.mapped("sequence"), default=0)
            for payment in self._get_child_payments(order, child, first, today):
                payment["sequence"] += used
                vals_list.append(self._prepare_row_vals(order, **payment))
        # Sellers read the ledger; only our own methods write it.
        return shipments.env["continuity.payment"].sudo().create(vals_list)

    @api.model
    def _get_order_payments(self, order, today):
        """Payments of the whole order: modes C and D, as wizard and recap show them.

        :param continuity.order order: the order
        :param date today: day of Submit
        :return: see :meth:`PlannedPayments.get`; none for billing per shipment
        :rtype: list[dict]
        """
        order.ensure_one()
        return PlannedPayments(order).get_upfront(today) if order.bill_upfront else []

    @api.model
    def _get_child_payments(self, order, child, shipment, today):
        """Payments of one child order, by its own total.

        :param continuity.order order: the order
        :rtype: list[dict]
        """
        # Up front only a top-up is left to pay: it is due with the parcel (rules N48)
        schedule = shipment.payment_schedule_id
        if order.bill_upfront:
            schedule = schedule.browse()
        waits_for_invoice = not schedule and (
            order.payment_method == "on_account"
            or not order.company_id.continuity_authorize_child
        )
        if waits_for_invoice:
            return []
        day = commitment_date(shipment.planned_date, today) if schedule else today
        return PlannedPayments(order).split(child.amount_total, schedule, day, shipment)

    @api.model
    def _prepare_row_vals(self, order, due_date, amount, shipment, sequence):
        """Values of one payment row, from what the plan says.

        :param continuity.order order: the order
        :param date due_date: due date
        :param float amount: amount, more than 0
        :param continuity.shipment shipment: empty for the whole order
        :param int sequence: 1, 2, 3 …
        :rtype: dict
        """
        order.ensure_one()
        return {
            "continuity_order_id": order.id,
            "shipment_id": shipment.id,
            "sequence": sequence,
            "due_date": due_date,
            "amount": amount,
        }

    @api.model
    def _get_next_sequence(self, order, shipment):
        """Return the next free number of the rows of a shipment.

        :param continuity.order order: the order
        :param continuity.shipment shipment: empty = of the rows of the whole order
        :rtype: int
        """
        # Sellers read the ledger; which numbers are taken does not depend on who asks
        rows_sudo = order.sudo().payment_ids.filtered(
            lambda row: row.shipment_id == shipment
        )
        return 1 + max(rows_sudo.mapped("sequence"), default=0)

    @api.model
    def _leave_out_charged(self, order, payments, rows):
        """Take from the front of the plan what charged rows stand for.

        What is left of a payment whose number a charged row has gets another number:
        that of a row that is free, else the next one.

        :param continuity.order order: the order
        :param list[dict] payments: what the plan says, in its order
        :param continuity.payment rows: the rows of the order
        :return: the payments that are still open
        :rtype: list[dict]
        """
        charged = rows.filtered(lambda row: row.state in CHARGED_STATES)
        if not charged:
            return payments
        left = sum(charged.mapped("amount"))
        planned = {payment["sequence"] for payment in payments}
        spare = sorted(
            row.sequence for row in rows - charged if row.sequence not in planned
        )
        following = 1 + max([*planned, *rows.mapped("sequence")])
        result = []
        for payment in payments:
            part = min(left, payment["amount"])
            left = order.currency_id.round(left - part)
            rest = order.currency_id.round(payment["amount"] - part)
            if not rest:
                continue
            sequence = payment["sequence"]
            if sequence in charged.mapped("sequence"):
                sequence = spare.pop(0) if spare else following
                following += sequence == following
            result.append({**payment, "amount": rest, "sequence": sequence})
        return result
