# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from ...settlement.continuity_billing_settle import settling


class AccountMoveLine(models.Model):
    """Where journal items meet continuity programs."""

    _inherit = "account.move.line"

    @settling
    def reconcile(self):
        """Override of `account`: a charge pays its own instalment first."""
        return self._reconcile_continuity(
            lambda lines: super(AccountMoveLine, lines).reconcile()  # noqa: UP008
        )

    @settling
    def remove_move_reconcile(self):
        """Override of `account` to settle once what is not matched any more."""
        return super().remove_move_reconcile()
