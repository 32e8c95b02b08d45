# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class AccountMoveReversal(models.TransientModel):
    _inherit = "account.move.reversal"

    def reverse_moves(self, is_modify=False):
        """Override of `account`: an up-front invoice that has to stay is not written
        anew, neither when its note is posted on a later day.

        :raise UserError: money or goods have moved for the up-front invoice
        """
        if is_modify:
            self.move_ids._check_continuity_upfront_kept()
        return super().reverse_moves(is_modify)
