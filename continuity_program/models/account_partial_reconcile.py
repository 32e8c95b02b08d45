# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class AccountPartialReconcile(models.Model):
    _inherit = "account.partial.reconcile"

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `account`: rows whose receivable is matched are paid (N65)."""
        partials = super().create(vals_list)
        partials.debit_move_id._refresh_continuity_payments()
        return partials

    def unlink(self):
        """Override of `account`: rows whose payment is undone are open again."""
        receivables = self.debit_move_id
        result = super().unlink()
        receivables.exists()._refresh_continuity_payments()
        return result
