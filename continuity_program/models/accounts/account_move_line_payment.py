# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from ..base.sealed import unseal


class AccountMoveLine(models.Model):
    """The receivable of an instalment: matched with its own payment."""

    _inherit = "account.move.line"

    def _reconcile_continuity(self, reconcile):
        """Let a charge pay its own instalment first.

        Odoo takes the oldest maturity, which may be one that was written off or is
        still being disputed.

        :param reconcile: matches the lines it gets, as Odoo does
        :return: as Odoo does
        """
        own_ids = unseal(self.env, "continuity_receivable_ids")
        if not own_ids:
            return reconcile(self)
        money = self.filtered(lambda line: line.display_type != "payment_term")
        # Also those of another part invoice, which the charge was not linked with
        lines = (self | self.browse(own_ids)).filtered(
            lambda line: line.id in own_ids and line.account_id in money.account_id
        )
        own = money | lines.filtered(lambda line: not line.reconciled)
        result = reconcile(own)
        rest = self.filtered(lambda line: not line.reconciled)
        if rest - own and rest & own:
            reconcile(rest)
        return result
