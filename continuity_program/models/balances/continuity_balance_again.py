# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import time

from odoo import models
from odoo.exceptions import UserError

from ...arguments import public
from ..payments.continuity_payment import OPEN_STATES
from .continuity_balance_check import CHUNK

#: How long a person waits for it at most; what is left is done when he presses again
SECONDS = 30


class ContinuityBalance(models.Model):
    """The account: an accountant has it made anew, one or a whole list."""

    _inherit = "continuity.balance"

    @public()
    def action_settle_again(self):
        """Make the accounts anew, of all documents and payments there are now.

        A whole list, too: it goes by chunks, and each is kept.

        :return: a notification that says how many agree, and how many still differ
        :rtype: dict
        :raise UserError: not an accountant
        """
        self._check_may_settle()
        done = self._settle_in_chunks(self.env["continuity.payment"])
        left = done.filtered("differs")
        is_good = done == self and not left
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success" if is_good else "warning",
                "message": done._get_settled_text(left, len(self - done)),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _settle_in_chunks(self, payments):
        """Make accounts anew, as many as there is time for in one call of a person.

        :param continuity.payment payments: knows how a button commits
        :return: the accounts that were made
        :rtype: continuity.balance
        """
        run = payments._get_committing_run()
        until = time.monotonic() + SECONDS
        done = self.browse()
        for start in range(0, len(self), CHUNK):
            chunk = self[start : start + CHUNK]
            chunk._make_anew()
            payments._checkpoint(run)
            done += chunk
            if time.monotonic() >= until:
                break
        return done

    def _make_anew(self):
        """Make accounts anew, and bring their payments in line with them."""
        # The accountant was checked; the accounts are written by the settlement alone
        billing_sudo = self.env["continuity.billing"].sudo()
        # All at once: who comes second waits, and holds nothing meanwhile
        scopes = [balance._get_scope() for balance in self]
        scopes = billing_sudo._lock(scopes, wait=True)
        answers = billing_sudo._settle(scopes, is_final=True)
        self.sudo().filtered("since_upgrade").since_upgrade = False
        if rows := self._find_not_noted(answers):
            # The settlement leaves to the answer of a provider what came by it
            rows._refresh_from_transactions()
            billing_sudo._settle(rows._get_billing_scopes(), is_final=True)

    def _find_not_noted(self, answers):
        """Find the payments whose own charge has succeeded, and that do not say so.

        :param dict answers: facts and settlement per scope
        :rtype: continuity.payment
        """
        rows = self.env["continuity.payment"].browse(
            row.key
            for _facts, settlement in answers.values()
            for row in settlement.rows
            if row.state == "paid" and not row.otherwise
        )
        # The ledger is the company's
        return rows.sudo().filtered(lambda row_sudo: row_sudo.state in OPEN_STATES)

    def _get_settled_text(self, left, rest):
        """Say what has become of accounts that were made anew.

        :param continuity.balance left: those that still differ
        :param int rest: how many there was no time for
        :rtype: str
        """
        count = len(self)
        if left:
            text = self.env._(
                "Settled again: %(count)s. %(left)s still differ: open them, the"
                " difference says where to look.",
                count=count,
                left=len(left),
            )
        else:
            text = self.env._("Settled again: %s. None of them differs.", count)
        if rest:
            more = self.env._("%s are left: press Settle again once more.", rest)
            text = f"{text} {more}"
        return text

    def _check_may_settle(self):
        """Only accountants decide about accounts.

        :raise UserError: anybody else
        """
        self.check_access("read")
        if not self.env.user.has_group("account.group_account_invoice"):
            raise UserError(self.env._("Only an accountant can settle an account."))
