# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from .sealed import Sealed, unseal


class AccountMove(models.Model):
    """What nobody types on a document: all of our fields tie it to the ledger."""

    _name = "account.move"
    _inherit = ["account.move", "continuity.typed.mixin"]

    @api.model
    def _get_continuity_way_out(self):
        """Override: what ties documents to a continuity order."""
        return self.env._(
            "Documents are tied to a continuity order where they are made: by Submit,"
            " the jobs, a credit or a return."
        )

    def _is_continuity_typing(self):
        """Override: a reversal takes over what it reverses."""
        return super()._is_continuity_typing() and not unseal(
            self.env, "continuity_reversal"
        )

    def _reverse_moves(self, default_values_list=None, cancel=False):
        """Override of `sale`: a reversal belongs to the same continuity order.

        :raise UserError: it would take an up-front invoice away that has to stay
        """
        if cancel:
            self._check_continuity_upfront_kept()
        default_values_list = default_values_list or [{} for _move in self]
        for move, values in zip(self, default_values_list, strict=True):
            values.setdefault("continuity_order_id", move.continuity_order_id.id)
        reversing = self.with_context(continuity_reversal=Sealed())
        reversals = super(AccountMove, reversing)._reverse_moves(
            default_values_list, cancel=cancel
        )
        return reversals.with_env(self.env)


class AccountMoveLine(models.Model):
    """What nobody types on a line of a document: which prepaid units it takes back."""

    _name = "account.move.line"
    _inherit = ["account.move.line", "continuity.typed.mixin"]

    def _is_continuity_typing(self):
        """Override: a reversal takes over what it reverses."""
        return super()._is_continuity_typing() and not unseal(
            self.env, "continuity_reversal"
        )
