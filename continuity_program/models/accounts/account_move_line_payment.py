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
        own = self._get_continuity_own(own_ids)
        result = reconcile(own)
        if rest := self._get_continuity_rest(own):
            reconcile(rest)
        return result

    def _get_continuity_own(self, own_ids):
        """Return what is matched first: the money, and its own instalment.

        :param own_ids: ids of the receivable lines of the instalment
        :rtype: account.move.line
        """
        money = self.filtered(lambda line: line.display_type != "payment_term")
        # Also those of another part invoice, which the charge was not linked with
        lines = (self | self.browse(own_ids)).filtered(
            lambda line: line.id in own_ids and line.account_id in money.account_id
        )
        return money | lines.filtered(lambda line: not line.reconciled)

    def _get_continuity_rest(self, own):
        """Return what is matched next: what is left of the money, and of the others.

        :param account.move.line own: was matched first
        :return: none where nothing is left on one side
        :rtype: account.move.line
        """
        rest = self.filtered(lambda line: not line.reconciled)
        return rest if rest - own and rest & own else self.browse()
