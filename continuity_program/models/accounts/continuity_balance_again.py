# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.exceptions import UserError

from ...arguments import public
from .continuity_balance_check import CHUNK


class ContinuityBalance(models.Model):
    """The account: an accountant has it made anew, one or a whole list."""

    _inherit = "continuity.balance"

    @public()
    def action_settle_again(self):
        """Make the accounts anew, of all documents and payments there are now.

        :return: a notification that says how many agree, and how many still differ
        :rtype: dict
        :raise UserError: not an accountant
        """
        self._check_may_settle()
        # The accountant was checked; the accounts are written by the settlement alone
        billing_sudo = self.env["continuity.billing"].sudo()
        # All at once: who comes second waits, and holds nothing meanwhile
        scopes = [balance._get_scope() for balance in self]
        scopes = billing_sudo._lock(scopes, wait=True)
        for start in range(0, len(scopes), CHUNK):
            billing_sudo._settle(scopes[start : start + CHUNK])
        left = self.filtered("differs")
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning" if left else "success",
                "message": self._get_settled_text(left),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _get_settled_text(self, left):
        """Say what has become of accounts that were made anew.

        :param continuity.balance left: those that still differ
        :rtype: str
        """
        if not left:
            return self.env._("Settled again: %s. None of them differs.", len(self))
        return self.env._(
            "Settled again: %(count)s. %(left)s still differ: open them, the difference"
            " says where to look.",
            count=len(self),
            left=len(left),
        )

    def _check_may_settle(self):
        """Only accountants decide about accounts.

        :raise UserError: anybody else
        """
        self.check_access("read")
        if not self.env.user.has_group("account.group_account_invoice"):
            raise UserError(self.env._("Only an accountant can settle an account."))
