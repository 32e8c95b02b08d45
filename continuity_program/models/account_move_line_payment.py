# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from .sealed import unseal


class AccountMoveLine(models.Model):
    """The receivable of an instalment: matched with its own payment, and followed."""

    _inherit = "account.move.line"

    def reconcile(self):
        """Override of `account`: a charge pays its own instalment first.

        Odoo takes the oldest maturity, which may be one that was written off or is
        still being disputed.
        """
        own_ids = unseal(self.env, "continuity_receivable_ids")
        if not own_ids:
            return super().reconcile()
        money = self.filtered(lambda line: line.display_type != "payment_term")
        # Also those of another part invoice, which the charge was not linked with
        lines = (self | self.browse(own_ids)).filtered(
            lambda line: line.id in own_ids and line.account_id in money.account_id
        )
        own = money | lines.filtered(lambda line: not line.reconciled)
        result = super(AccountMoveLine, own).reconcile()
        rest = self.filtered(lambda line: not line.reconciled)
        if rest - own and rest & own:
            super(AccountMoveLine, rest).reconcile()
        return result

    def _refresh_continuity_payments(self):
        """Let the payment rows of these receivables follow what was matched."""
        # Whoever matches entries need not read the ledger of payments.
        receivables_sudo = self.sudo().filtered(
            lambda line: (
                line.display_type == "payment_term" and line.move_id.continuity_order_id
            )
        )
        if receivables_sudo:
            self.env["continuity.payment"].sudo().search(
                [("receivable_line_id", "in", receivables_sudo.ids)]
            )._refresh_from_receivable()

    def _is_continuity_paid(self):
        """Say whether money was matched with the line, not only credit notes.

        :rtype: bool
        """
        self.ensure_one()
        return any(
            move.move_type != "out_refund"
            for move in self.matched_credit_ids.credit_move_id.move_id
        )
