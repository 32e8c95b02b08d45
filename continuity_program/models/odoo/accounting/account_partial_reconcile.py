# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class AccountPartialReconcile(models.Model):
    """What is matched."""

    _inherit = "account.partial.reconcile"

    @api.model_create_multi
    def create(self, vals_list):
        """Override of `account`: what is matched is a fact of both sides."""
        partials = super().create(vals_list)
        self.env["continuity.billing"]._touch_records(
            partials.debit_move_id | partials.credit_move_id
        )
        return partials

    def unlink(self):
        """Override of `account`: what is undone is a fact of both sides."""
        lines = self.debit_move_id | self.credit_move_id
        result = super().unlink()
        self.env["continuity.billing"]._touch_records(lines)
        return result
