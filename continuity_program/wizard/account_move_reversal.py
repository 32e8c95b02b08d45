# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from ..models.base.sealed import Sealed


class AccountMoveReversal(models.TransientModel):
    _inherit = "account.move.reversal"

    def reverse_moves(self, is_modify=False):
        """Override of `account`: an up-front invoice that has to stay is not written
        anew, neither when its note is posted on a later day.

        :raise UserError: money or goods have moved for the up-front invoice
        """
        if is_modify:
            self.move_ids._check_continuity_upfront_kept()
        reversing = self.with_context(continuity_reversal=Sealed())
        return super(AccountMoveReversal, reversing).reverse_moves(is_modify)

    def _modify_default_reverse_values(self, origin_move):
        """Override of `account`: what is invoiced anew belongs to the same continuity
        order, and falls due on the same days."""
        values = super()._modify_default_reverse_values(origin_move)
        if order := origin_move.continuity_order_id:
            values.update(
                continuity_order_id=order.id,
                continuity_instalments=origin_move.continuity_instalments,
            )
        return values
