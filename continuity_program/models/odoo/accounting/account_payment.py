# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from ...settlement.continuity_billing_settle import settling


class AccountPayment(models.Model):
    """A payment in the books: what its state changes is settled once."""

    _inherit = "account.payment"

    @settling
    def action_post(self):
        """Override of `account` to settle once what the payment changes."""
        return super().action_post()

    @settling
    def action_draft(self):
        """Override of `account` to settle once what the reset changes."""
        return super().action_draft()

    @settling
    def action_cancel(self):
        """Override of `account` to settle once what cancelling changes."""
        return super().action_cancel()

    @settling
    def action_reject(self):
        """Override of `account` to settle once what refusing changes."""
        return super().action_reject()
