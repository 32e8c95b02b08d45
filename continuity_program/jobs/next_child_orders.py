# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import defaultdict
from datetime import timedelta
from typing import NamedTuple

from odoo import models

from ..models.agreement import guard_facts
from ..models.changes.resumption import Resumption


class LeftOut(NamedTuple):
    """A child order that is not going to be made, as things stand."""

    #: The shipments it would send; the first one stands for them
    shipments: models.BaseModel
    #: Planned date, after a pause that is over by then
    planned_date: object
    #: See `continuity.run.line`
    reason: str
    message: str


class NextChildOrders(models.AbstractModel):
    """What the next runs would leave out, asked of their own checks.

    As if every run of the coming days had been on its day: what one lets go is gone
    for the next, what it leaves out is due again. Nothing is locked, nothing written.
    """

    _name = "continuity.job.next_child_orders"
    _inherit = ["continuity.job.create_child_orders"]
    _description = "Look Ahead to Continuity Child Orders"

    def _find_left_out(self, orders, day, until):
        """Say which child orders of the coming days are not going to be made.

        :param continuity.order orders: active orders of one company
        :param date day: the day of the next run
        :param date until: the day of the last one that is looked at
        :rtype: list[LeftOut]
        """
        book = guard_facts.read_book(orders, day)
        left_out = []
        waiting = defaultdict(lambda: self.env["continuity.shipment"])
        for each_day, planned in self._get_due_days(orders, day, until):
            fresh = self.env["continuity.shipment"].browse(planned)
            for order, shipments in fresh.grouped("continuity_order_id").items():
                waiting[order] |= shipments
            # What was left out once stays so: its row says since when
            heads = self._get_heads(waiting, fresh)
            groups = self._make_groups(heads, waiting)
            refusals = self._get_refusals(each_day, heads, groups, book)
            for head, refusal in refusals.items():
                group = groups[head].shipments
                if refusal:
                    left_out.append(LeftOut(group, planned[head.id], *refusal))
                else:
                    waiting[head.continuity_order_id] -= group
        return left_out

    def _get_heads(self, waiting, fresh):
        """Of missed shipments that leave together, the first one stands for them.

        :param dict waiting: all that is due, by continuity order
        :param continuity.shipment fresh: what the day adds
        :rtype: continuity.shipment
        """
        followers = self.env["continuity.shipment"]
        for order in fresh.continuity_order_id:
            if order.program_id.consolidate_missed:
                followers |= waiting[order].filtered("is_missed")[1:]
        return fresh - followers

    def _get_due_days(self, orders, day, until):
        """Sort what is due into the runs that find it first.

        :return: the day, and planned dates by id, in the order they are looked at
        :rtype: list[tuple[date, dict[int, date]]]
        """
        company = orders.company_id
        ahead = timedelta(days=company.continuity_delivery_days)
        shipments = self.env["continuity.shipment"].search(
            [
                ("continuity_order_id", "in", orders.ids),
                ("state", "=", "planned"),
                ("action", "!=", "skip"),
            ],
            order="planned_date, number, id",
        )
        resumed = self._get_resumed_dates(orders, until)
        by_day = defaultdict(list)
        for shipment in shipments:
            planned = shipment.planned_date
            due = max(planned - ahead, day)
            resume_date, dates = resumed.get(shipment.continuity_order_id, (None, None))
            if dates and due >= resume_date:
                planned = dates.get(shipment.id, planned)
                due = planned and max(planned - ahead, resume_date, day)
            if due and due <= until:
                by_day[due].append((planned, shipment.number, shipment.id))
        return [
            (due, {row[-1]: row[0] for row in sorted(rows)})
            for due, rows in sorted(by_day.items())
        ]

    def _get_resumed_dates(self, orders, until):
        """Say where shipments are moved by a pause that ends until a day.

        :return: the day it ends, and the new dates by id; of what is dropped, None
        :rtype: dict[continuity.order, tuple[date, dict]]
        """
        resumed = {}
        for order in orders.filtered("pause_date"):
            if not order.resume_date or order.resume_date > until:
                continue
            changes = Resumption(order).get_changes(order.resume_date)
            dates = {
                shipment.id: None if change.action == "skip" else change.planned_date
                for shipment, change in changes
            }
            resumed[order] = order.resume_date, dates
        return resumed

    def _get_day_refusal(self, order, day):
        """Override: a pause that is over by that day keeps nothing back.

        Every run begins with ending the pauses that are over.
        """
        if order.state != "paused" or not order.resume_date or order.resume_date > day:
            return super()._get_day_refusal(order, day)
        return self._get_parent_refusal(order)
