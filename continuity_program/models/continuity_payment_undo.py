# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class ContinuityPayment(models.Model):
    """The payment row: its child order was cancelled, or goes on (rules F2)."""

    _inherit = "continuity.payment"

    def _cancel_with_child(self):
        """Give up rows of a child order that was cancelled; called in sudo (F2).

        Unpaid ones are cancelled, authorisations voided. Money that came, or is on its
        way, is to be given back; of an invoice its credit note says so.
        """
        reason = self.env._("the child order was cancelled")
        self._cancel_open("child", reason)
        self._void_authorization(reason)
        paid = self.filtered(
            lambda row: (
                row.state in ("paid", "pending") and row.invoice_id.state != "posted"
            )
        )
        paid.is_refund_due = True
        for order in paid.continuity_order_id:
            order._propose_refund()

    def _revive(self):
        """Bind rows of a child order that is confirmed after all (rules N51).

        What was given back meanwhile is owed again, as a row of its own.
        """
        self.filtered("is_refund_due").is_refund_due = False
        self.filtered(
            lambda row: row.state == "cancelled" and row.cancel_kind == "child"
        ).write({"state": "scheduled", "cancel_kind": False, "cancel_reason": False})
        refunded = self.filtered("amount_refunded")
        self.create([row._prepare_refunded_row_vals() for row in refunded])

    def _prepare_refunded_row_vals(self):
        """Values of the row that takes again what was given back.

        :rtype: dict
        """
        self.ensure_one()
        today = self.company_id._continuity_today()
        vals = self.continuity_order_id._prepare_row_vals(
            due_date=max(self.due_date, today),
            amount=self.amount_refunded,
            shipment=self.shipment_id,
            sequence=self.continuity_order_id._get_next_sequence(self.shipment_id),
        )
        return {**vals, "kind": "extra"}
