# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import UserError

from ... import planning
from ..agreement.states import ACTIVE_STATES
from ..base.of_order import OfOrder


class Resumption(OfOrder):
    """What resuming a paused order does to what is still to come (rules R15)."""

    def get_changes(self, day):
        """Compute what resuming on a day does to the open shipments (rules R15).

        :param date day: the resume date
        :return: shipment and change of every row concerned, in the order they leave
        :rtype: list[tuple[continuity.shipment, planning.RowChange]]
        """
        rows, shipments = self.order._to_ledger()
        with self.order.program_id._refusing_far_dates():
            changes = planning.resume(
                self.order.program_id._to_planning(),
                rows,
                day,
                self.order.program_id.resume_policy,
                is_prepaid=self.order.bill_upfront,
            )
        pairs = [(shipments[change.index], change) for change in changes]
        return sorted(pairs, key=lambda pair: pair[0]._get_leaving_key())

    def shift_rows(self, changes):
        """Move what is not paid yet as far as the first open shipment moves (N35).

        A plan that is kept keeps its instalments, too.

        :param list changes: shipments with what is about to become of them
        """
        if self.order.program_id.resume_policy == "keep":
            return
        moved = [pair for pair in changes if pair[1].action == "move"]
        if not (moved and self.order.bill_upfront and self.order.payment_schedule_id):
            return
        shipment, change = moved[0]
        step = change.planned_date - shipment.planned_date
        open_rows = self.order.payment_ids.filtered(
            lambda row: not row.shipment_id and row.state in ("scheduled", "billed")
        )
        for row in open_rows:
            row.due_date += step
            if row.receivable_line_id:
                row.receivable_line_id.date_maturity = row.due_date


def check_can_pause(orders, resume_date):
    """Refuse what cannot be paused, and a day that has passed.

    :param continuity.order orders: the orders
    :param date resume_date: day they are resumed, or None
    :raise UserError: naming the order
    """
    for order in orders:
        if order.state not in ACTIVE_STATES:
            raise UserError(
                orders.env._(
                    "%s is not running. Only a running order can be paused.",
                    order.display_name,
                )
            )
        today = order.company_id._continuity_today()
        if resume_date and resume_date > planning.last_day(today):
            raise UserError(
                orders.env._(
                    "%(order)s cannot be resumed on %(date)s: that is more than 50"
                    " years ahead.",
                    order=order.display_name,
                    date=order._format_day(resume_date),
                )
            )
        if resume_date and resume_date < today:
            raise UserError(
                orders.env._(
                    "%(order)s cannot be resumed on %(date)s, that day has passed.",
                    order=order.display_name,
                    date=order._format_day(resume_date),
                )
            )
