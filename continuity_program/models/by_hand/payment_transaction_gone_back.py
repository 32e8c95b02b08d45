# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Command

from ...arguments import public, read_number, read_text
from ..payments.payment_transaction import GOOD_STATES


class PaymentTransaction(models.Model):
    """A refund that was made in the pages of the provider: a person enters it.

    Some providers tell Odoo of it, and it is booked by their message. Of the others
    nothing is seen before somebody says so.
    """

    _inherit = "payment.transaction"

    @public(one=True)
    def action_continuity_open_refunded(self):
        """Ask how much was given back in the pages of the provider.

        :rtype: dict
        :raise UserError: see :meth:`action_continuity_refunded`
        """
        self.ensure_one()
        left = self._continuity_check_may_be_refunded()
        dialog = self.env["continuity.payment.answer"].create(
            {"transaction_ids": [Command.set(self.ids)], "kind": "refunded"}
        )
        # What is proposed may be typed over
        dialog.amount = left
        return dialog._get_action()

    @public(one=True, amount=read_number, reason=read_text)
    def action_continuity_refunded(self, amount=0.0, reason=None):
        """Book what was given back in the pages of the provider.

        Nobody is asked for anything. A message of the provider that comes later is
        about the same refund.

        :param float amount: what the customer has got, in the currency of the payment
        :param str reason: how the accountant knows
        :raise UserError: not an accountant, no reason, nothing came by it, or more than
            is left of it
        """
        self.ensure_one()
        left = self._continuity_check_may_be_refunded()
        currency = self.currency_id
        if not (reason or "").strip():
            raise UserError(self.env._("Enter what you have found out, and from whom."))
        if (
            currency.compare_amounts(amount, 0.0) <= 0
            or currency.compare_amounts(amount, left) > 0
        ):
            raise UserError(
                self.env._(
                    "%(payment)s: of it, between %(least)s and %(left)s may have gone"
                    " back. What was given back before is booked already.",
                    payment=self.reference,
                    least=currency.format(currency.rounding),
                    left=currency.format(left),
                )
            )
        text = self.env._(
            "%(user)s says: given back on the provider's own pages. %(reason)s",
            user=self.env.user.name,
            reason=reason.strip(),
        )
        # The accountant was checked; transactions are written by our own methods only
        refund_sudo = self.sudo()._create_child_transaction(
            currency.round(amount), is_refund=True, is_told=False
        )
        refund_sudo._set_done(state_message=text)
        refund_sudo._continuity_note_answer(text)
        refund_sudo._post_process()

    def _continuity_check_may_be_refunded(self):
        """Only accountants enter refunds, of payments that came.

        :return: what is left of the payment
        :rtype: float
        :raise UserError: anybody else; naming the payment
        """
        self.check_access("read")
        self._continuity_check_accountant()
        left = self._continuity_get_left()
        if self.currency_id.compare_amounts(left, 0.0) <= 0:
            raise UserError(
                self.env._(
                    "%s: nothing of it can have gone back. It has not come, has gone"
                    " back already, is a refund itself, or has paid nothing of a"
                    " continuity order.",
                    self.reference,
                )
            )
        return left

    def _continuity_get_left(self):
        """Say how much of the payment has not gone back, nor is on its way.

        What a bank took back may be given back by mistake, on top of it.

        :rtype: float
        """
        self.ensure_one()
        # All refunds count, also those hidden from the accountant who asks
        tx_sudo = self.sudo()
        if (
            tx_sudo.state != "done"
            or tx_sudo.operation == "validation"
            or tx_sudo.source_transaction_id
            or not tx_sudo._continuity_get_scopes()
        ):
            return 0.0
        parts_sudo = tx_sudo.child_transaction_ids
        parts_sudo |= parts_sudo.child_transaction_ids
        # One without an answer is this refund, for all that is known
        gone_sudo = parts_sudo.filtered(
            lambda tx: tx.operation == "refund" and tx.state in GOOD_STATES
        )
        return tx_sudo.amount + sum(gone_sudo.mapped("amount"))
