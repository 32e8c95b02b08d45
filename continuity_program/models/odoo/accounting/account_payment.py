# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from ...settlement.continuity_billing_settle import settling


class AccountPayment(models.Model):
    """A payment in the books: what its state changes is settled once."""

    _inherit = "account.payment"

    @settling
    def action_post(self):
        """Override of `account` to settle once what the payment changes.

        One that is posted again pays what it has paid before.
        """
        known = self._get_continuity_known()
        result = super().action_post()
        known._take_continuity_again()
        return result

    @settling
    def action_draft(self):
        """Override of `account` to settle once what the reset changes.

        What the payment has paid in the books is open until it is posted again.
        """
        result = super().action_draft()
        self._let_go_continuity()
        return result

    @settling
    def action_cancel(self):
        """Override of `account` to settle once what cancelling changes."""
        return super().action_cancel()

    @settling
    def action_reject(self):
        """Override of `account` to settle once what refusing changes.

        What the payment has paid in the books is open again.
        """
        result = super().action_reject()
        self._let_go_continuity()
        return result
