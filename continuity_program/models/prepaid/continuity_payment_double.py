# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.fields import Command

from ..facts.continuity_billing import to_amount
from ..payments.payment_transaction import GOOD_STATES


class ContinuityPayment(models.Model):
    """The payment row: paid by what another one was charged twice."""

    _inherit = "continuity.payment"

    def _use_double_charge(self, today, by_hand=False, on_session=False):
        """Let the second charge of another row pay this one instead of the card.

        Under the mutex of the order: nobody gives it back meanwhile, and what is on
        its way back already is left alone. The card is asked for what is left, by a row
        of its own.

        :param date today: see :meth:`_judge`
        :param bool by_hand: see :meth:`_judge`
        :param bool on_session: see :meth:`_judge`
        :return: what is said of the row: see `_get_money_sentences`
        :rtype: str
        """
        self.ensure_one()
        billing = self.env["continuity.billing"]
        verdict = billing._judge_rows(
            self, today, by_hand=by_hand, on_session=on_session
        )[self.id]
        if not verdict.moves:
            # The double charge has paid an earlier row meanwhile
            return verdict.code or "working"
        row = self
        for place, move in enumerate(verdict.moves, start=1):
            # Each row has one payment: what the next one pays is a row of its own
            is_last = place == len(verdict.moves)
            rest = row.browse() if is_last else row._split_for_next(move)
            row._take_double_charge(move)
            row = rest
        # As the company: whoever asks the card may not write its accounts
        billing.sudo()._settle(self._get_billing_scopes())
        return "double_used"

    def _split_for_next(self, move):
        """Make what one double charge does not pay of the row a row of its own.

        :param Move move: pays less than the row asks
        :return: the row of the rest
        :rtype: continuity.payment
        """
        return self._split_rest(
            to_amount(move.amount, self.currency_id),
            invoice_id=self.invoice_id.id,
            receivable_line_id=self.receivable_line_id.id,
        )

    def _take_double_charge(self, move):
        """Take over the second charge of another row, or a part of it.

        :param Move move: which one, of which row, and how much of it
        """
        amount = to_amount(move.amount, self.currency_id)
        # Transactions are for accountants; whoever asks a card need not be one
        tx_sudo = self.env["payment.transaction"].sudo().browse(move.money[1])
        other = self.browse(move.row)
        if self.env["continuity.payment.share"]._pass_on(tx_sudo, other, self, amount):
            other._give_double_charge(tx_sudo)
        self.write(
            {
                "state": "paid",
                "amount": amount,
                "transaction_id": tx_sudo.id,
                "transaction_ids": [Command.link(tx_sudo.id)],
                "next_attempt_date": False,
                "state_message": False,
                "decline_kind": False,
            }
        )
        values = {
            "amount": self.currency_id.format(amount),
            "payment": tx_sudo.reference,
        }
        text = self.env._(
            "%(amount)s of the second charge %(payment)s pays %(row)s; the card is not"
            " asked for it.",
            row=self.display_name,
            **values,
        )
        (self | other)._note(text)
        self._match_double_charge(tx_sudo)
        self.continuity_order_id._release_settled_hold()

    def _give_double_charge(self, tx):
        """Let a charge go that pays another row: one that has paid this one stays.

        :param payment.transaction tx: the second charge
        """
        good = (self.transaction_ids - tx).filtered(lambda t: t.state in GOOD_STATES)
        vals = {"transaction_ids": [Command.unlink(tx.id)]}
        if self.transaction_id == tx:
            vals["transaction_id"] = good[:1].id
        self.write(vals)

    def _match_double_charge(self, tx):
        """Match what is left of a double charge with the instalment it pays now.

        :param payment.transaction tx: the second charge
        """
        # Whoever asks a card need not read the books
        lines_sudo = self.sudo()._get_own_lines() | tx.payment_id.move_id.line_ids
        for account in lines_sudo.account_id:
            lines_sudo.filtered(
                lambda line, account=account: (
                    line.account_id == account
                    and line.account_type == "asset_receivable"
                    and not line.reconciled
                )
            ).reconcile()
