# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from ...arguments import public
from ..agreement.effect import Effect
from ..base.of_order import Said
from ..prepaid.credit_note import CreditNote


class ContinuityShipment(models.Model):
    """The shipment: what leaving it out would mean, said before it is done (H10)."""

    _inherit = "continuity.shipment"

    is_returnable = fields.Boolean(compute="_compute_is_returnable")

    @api.depends("state", "child_order_id.is_continuity_returnable")
    def _compute_is_returnable(self):
        for shipment in self:
            # Hundreds are done, few are under way
            shipment.is_returnable = shipment.state == "done" or (
                shipment.state == "ordered"
                and shipment.child_order_id.is_continuity_returnable
            )

    @public(one=True)
    def action_open_skip(self):
        """Show what a skip costs, then ask (rules H10).

        :rtype: dict
        """
        return self._open_drop("skip", self.env._("Skip shipment %s", self.number))

    @public(one=True)
    def action_open_postpone(self):
        """Show until when it is postponed and what that means, then ask.

        :rtype: dict
        """
        return self._open_drop(
            "postpone", self.env._("Postpone shipment %s", self.number)
        )

    @public(one=True)
    def action_open_end(self):
        """Show what ending the series here costs, then ask (rules H10).

        :rtype: dict
        """
        return self._open_drop("end", self.env._("End after shipment %s", self.number))

    @public(one=True)
    def action_open_swap(self):
        """Ask which product is sent instead, and what the difference does (N48).

        :rtype: dict
        """
        self.ensure_one()
        self._check_can_change()
        swap = self.env["continuity.shipment.swap"].create(
            {"shipment_id": self.id, "line_id": self.line_ids[:1].id}
        )
        return self._get_dialog_action(
            swap, self.env._("Swap in shipment %s", self.number)
        )

    @public(one=True)
    def action_open_return(self):
        """Ask what came back of the child order (N49).

        :rtype: dict
        """
        self.ensure_one()
        return self.child_order_id.action_open_continuity_return()

    def _open_drop(self, kind, name):
        """Open the dialog that says what is dropped.

        :param str kind: skip, postpone or end
        :param str name: title of the dialog
        :rtype: dict
        """
        self.ensure_one()
        self._check_can_change()
        drop = self.env["continuity.shipment.drop"].create(
            {"shipment_id": self.id, "kind": kind}
        )
        return self._get_dialog_action(drop, name)

    def _get_dropped(self, kind):
        """Return the shipments that a skip or an end leaves out.

        :param str kind: skip or end
        :rtype: continuity.shipment
        """
        self.ensure_one()
        if kind == "skip":
            return self
        return self.continuity_order_id._get_open_shipments() & self._get_later()

    def _get_kept_text(self):
        """Name the last parcel the customer gets, by its day.

        :rtype: str
        """
        order = self.continuity_order_id
        return self.env._(
            "The last parcel leaves on %(day)s: %(products)s.",
            day=order._format_day(self.planned_date),
            products=self.line_ids._get_products_text(),
        )

    def _get_drop_effect(self, kind):
        """Say what a skip or an end costs, in goods and in money (rules H10).

        :param str kind: skip or end
        :return: dropped shipments as text, totals before and after, and a sentence
            about the money
        :rtype: dict
        """
        self.ensure_one()
        order = self.continuity_order_id
        dropped = self._get_dropped(kind)
        before, gone = order.amount_planned, sum(dropped.mapped("amount_total"))
        credit = None
        if order.state == "draft" and order.bill_upfront:
            money = self.env._("Nothing has been paid yet: the total becomes smaller.")
        elif order.bill_upfront:
            money = self.env._("They are paid in advance.")
            # Sellers see figures of documents they may not open
            order_sudo = order.sudo()
            note = CreditNote(order_sudo)
            # One document is rounded once: it is not the sum of its shipments
            before = note.get_rest()
            net, tax, gone = note.get_totals(order_sudo._get_creditable(dropped))
            credit = Effect(order_sudo).get_of_total(net, tax, gone)
        else:
            money = self.env._(
                "Nothing was charged for them, nothing is owed and nothing comes back."
            )
        gone = order.currency_id.round(gone)
        said = Said(order)
        after = order.currency_id.round(before - gone)
        return {
            "kept": self._get_kept_text() if kind == "end" else "",
            "shipments": [shipment._describe(said) for shipment in dropped],
            "total_text": self.env._(
                "Dropped %(dropped)s: the total goes from %(before)s to %(after)s.",
                dropped=order._format(gone),
                before=order._format(before),
                after=order._format(after),
            ),
            "money": money,
            "credit": credit,
        }
