# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class ContinuityPayment(models.Model):
    """The payment row: its child order was cancelled, or goes on (rules F2)."""

    _inherit = "continuity.payment"

    def _cancel_with_child(self):
        """Give up rows of a child order that was cancelled; called in sudo.

        Unpaid ones are cancelled, authorisations voided. What has come is to be given
        back: the account of the child says so.
        """
        reason = self.env._("the child order was cancelled")
        self._cancel_open("child", reason)
        self._void_authorization(reason)

    def _revive(self):
        """Bind rows of a child order that is confirmed after all (rules N51).

        What was given back meanwhile is owed again, as a row of its own.
        """
        self.filtered(
            lambda row: row.state == "cancelled" and row.cancel_kind == "child"
        ).write({"state": "scheduled", "cancel_kind": False, "cancel_reason": False})
        following, vals_list = {}, []
        for row in self.filtered("amount_refunded"):
            order, shipment = row.continuity_order_id, row.shipment_id
            key = order, shipment
            number = following.get(key) or order._get_next_sequence(shipment)
            vals_list.append(row._prepare_refunded_row_vals(number))
            following[key] = number + 1
        self.create(vals_list)

    def _prepare_refunded_row_vals(self, sequence):
        """Values of the row that takes again what was given back.

        :param int sequence: number of the row
        :rtype: dict
        """
        self.ensure_one()
        today = self.company_id._continuity_today()
        vals = self.continuity_order_id._prepare_row_vals(
            due_date=max(self.due_date, today),
            amount=self.amount_refunded,
            shipment=self.shipment_id,
            sequence=sequence,
        )
        return {**vals, "kind": "extra"}

    def _was_paid_for_another(self, child):
        """Say whether what the row was charged for is another child order.

        :param sale.order child: the child order its shipment has now
        :rtype: bool
        """
        self.ensure_one()
        shares_sudo = self.env["continuity.payment.share"].sudo()
        shares_sudo = shares_sudo.search(
            [
                ("continuity_payment_id", "=", self.id),
                ("child_order_id", "!=", False),
            ]
        )
        return bool(shares_sudo) and child not in shares_sudo.child_order_id
