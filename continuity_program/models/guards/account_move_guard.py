# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from ..base.sealed import unseal


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


class AccountMoveLine(models.Model):
    """What nobody types on a line of a document: which prepaid units it takes back."""

    _name = "account.move.line"
    _inherit = ["account.move.line", "continuity.typed.mixin"]

    def _is_continuity_typing(self):
        """Override: a reversal takes over what it reverses."""
        return super()._is_continuity_typing() and not unseal(
            self.env, "continuity_reversal"
        )
