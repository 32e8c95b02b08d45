# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

from ..arguments import public


class ContinuityPaymentAnswer(models.TransientModel):
    """What a person says about a payment, with the reference or reason it needs."""

    _name = "continuity.payment.answer"
    _inherit = ["continuity.dialog"]
    _description = "Continuity Payment Answer"

    payment_ids = fields.Many2many(comodel_name="continuity.payment", readonly=True)
    order_ids = fields.Many2many(
        comodel_name="continuity.order",
        relation="continuity_payment_answer_order_rel",
        string="Continuity orders",
        readonly=True,
    )
    transaction_ids = fields.Many2many(
        comodel_name="payment.transaction",
        relation="continuity_payment_answer_transaction_rel",
        string="Transactions",
        readonly=True,
    )
    kind = fields.Selection(
        selection=[
            ("paid", "It was paid"),
            ("write_off", "Write off"),
            ("chargeback", "Chargeback"),
            ("rest", "Book the rest"),
            ("gone_back", "It has gone back"),
            ("refunded", "Refunded at the provider"),
            ("not_gone_back", "It has not gone back"),
            ("stop_waiting", "Do not wait any longer"),
        ],
        required=True,
        readonly=True,
    )
    provider_reference = fields.Char(
        help="What the provider calls this payment; the provider's own pages show it."
    )
    reason = fields.Char()
    currency_id = fields.Many2one(related="transaction_ids.currency_id")
    amount = fields.Monetary(help="What the customer has got back.")

    @public(one=True)
    def action_answer(self):
        """Do what was asked, by the method that checks who may.

        :return: closes the dialog
        :rtype: dict
        """
        self.ensure_one()
        rows = self.payment_ids
        if self.kind == "paid" and rows:
            rows.action_was_paid(self.provider_reference)
        elif self.kind == "write_off":
            rows.action_write_off(self.reason)
        elif self.kind == "rest":
            self.order_ids.action_book_rest(self.reason)
        elif self.kind == "chargeback" and rows:
            rows.action_chargeback(self.reason)
        else:
            self._answer_for_transactions()
        return {"type": "ir.actions.act_window_close"}

    def _answer_for_transactions(self):
        transactions = self.transaction_ids
        if self.kind == "gone_back":
            transactions.action_continuity_gone_back(self.reason)
        elif self.kind == "not_gone_back":
            transactions.action_continuity_not_gone_back(self.reason)
        elif self.kind == "refunded":
            transactions.action_continuity_refunded(self.amount, self.reason)
        elif self.kind == "paid":
            transactions.action_continuity_was_paid(self.provider_reference)
        elif self.kind == "chargeback":
            transactions.action_continuity_chargeback(self.reason)
        else:
            transactions.action_continuity_stop_waiting(self.reason)

    def _get_action(self):
        """Show the dialog.

        :rtype: dict
        """
        self.ensure_one()
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        return self._show(kinds[self.kind])
