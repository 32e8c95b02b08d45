# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from ... import planning
from ...arguments import public
from ..agreement.ending import goes_on
from ..entry.planned_payments import PlannedPayments


class ContinuityShipment(models.Model):
    """The shipment: postponed behind those that are planned (rules C5)."""

    _inherit = "continuity.shipment"

    @public()
    def action_postpone(self):
        """Move the shipment behind the last one (rules C5 *postpone*).

        :return: see :meth:`_back_to_wizard`
        :rtype: dict | bool
        :raise UserError: the customer ended the order with an earlier one; the dialog
            says so first
        """
        self._postpone()
        return self._back_to_wizard()

    def _postpone(self, may_pass_end=False):
        """Move these shipments behind the last one, each behind the other.

        :param bool may_pass_end: the user was told that they leave behind the shipment
            the customer ended with
        """
        for shipment in self:
            day = shipment._get_postponed_date()
            shipment._set_planned_date(day, may_pass_end=may_pass_end)

    def _get_postponed_date(self):
        """Return the day behind the last shipment, the next of the plan if it goes on.

        :rtype: date
        """
        self.ensure_one()
        order = self.continuity_order_id
        rows, shipments = order._to_ledger()
        with order.program_id._refusing_far_dates():
            return planning.postponed_day(
                # Sellers may not read every program; the plan of their order they may
                order.program_id.sudo()._to_planning(),
                rows,
                shipments.index(self),
                order.company_id._continuity_today(),
                goes_on=goes_on(order),
                duration=order.event_duration,
            )

    def _get_postpone_effect(self):
        """Say what postponing the shipment means, for its date and its payments.

        :return: the sentences to show
        :rtype: dict
        """
        self.ensure_one()
        order = self.continuity_order_id
        day = self._get_postponed_date()
        texts = {
            "number": self.number,
            "new": order._format_day(day),
            "old": order._format_day(self.planned_date),
        }
        if goes_on(order):
            moved = self.env._(
                "Shipment %(number)s leaves on %(new)s instead of %(old)s, the next"
                " free day of the plan. The others stay as they are.",
                **texts,
            )
        else:
            moved = self.env._(
                "Shipment %(number)s leaves on %(new)s instead of %(old)s, behind the"
                " last one. The others stay as they are.",
                **texts,
            )
        ended = order._get_end_warning(self._get_date_changes(day))
        payments = self._get_postponed_payments(day)
        return {"postponed": [moved, *filter(None, [ended]), *payments]}

    def _get_postponed_payments(self, day):
        """Say what becomes of the payments of a shipment that leaves on another day.

        :param date day: the day it leaves
        :return: one sentence per payment, or one that there is none
        :rtype: list[str]
        """
        order = self.continuity_order_id
        if order.bill_upfront and order.state == "draft":
            return [self.env._("The total and its payments stay as they are.")]
        if order.bill_upfront:
            return [
                self.env._(
                    "It is paid in advance: nothing is owed and nothing comes back."
                )
            ]
        planned = PlannedPayments(order)
        payments = [
            planned.split(self.amount_total, self.payment_schedule_id, on, self)
            for on in (self.planned_date, day)
        ]
        return [
            self.env._(
                "%(amount)s is due on %(new)s instead of %(old)s.",
                amount=order._format(new["amount"]),
                new=order._format_day(new["due_date"]),
                old=order._format_day(old["due_date"]),
            )
            for old, new in zip(*payments, strict=True)
        ] or [self.env._("Nothing is due for it.")]
