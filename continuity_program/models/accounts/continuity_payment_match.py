# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from ..payments.payment_transaction import GOOD_STATES


class ContinuityPayment(models.Model):
    """The payment row: the receivable lines it stands for, and its own money."""

    _inherit = "continuity.payment"

    def _get_documents(self):
        """Return the posted invoices of what the rows pay for.

        :return: those of the child order, else the up-front invoice
        :rtype: account.move
        """
        lines = self.child_order_id.order_line.invoice_lines
        return (lines.move_id | self.invoice_id).filtered(
            lambda move: move.state == "posted" and move.move_type == "out_invoice"
        )

    def _get_own_lines(self, moves=None):
        """Return the receivable lines of the day of each row.

        An instalment falls on every part invoice that ends, or begins, within it.

        :param account.move moves: only of these; None = of all of its documents
        :rtype: account.move.line
        """
        lines = self.env["account.move.line"]
        for row in self:
            documents = row._get_documents()
            documents = documents if moves is None else documents & moves
            lines |= documents.line_ids.filtered(
                lambda line, row=row: (
                    line.display_type == "payment_term"
                    and (
                        line.date_maturity == row.due_date
                        or line == row.receivable_line_id
                    )
                )
            )
        return lines

    def _match_left_over(self, move):
        """Let what is left of charges pay what is invoiced now.

        Each its own instalment first, then the oldest that is open. What was posted
        before is left alone: a person may have undone it.

        :param account.move move: the invoice that was just posted
        """
        for row in self:
            loose = row._get_loose_lines()
            for lines in (row._get_own_lines(move), move.line_ids) if loose else ():
                lines = lines.filtered(
                    lambda line: (
                        line.display_type == "payment_term" and not line.reconciled
                    )
                )
                loose = loose.filtered(lambda line: not line.reconciled)
                if lines and loose:
                    (loose | lines).reconcile()

    def _get_loose_lines(self):
        """Return the receivables of the row's own charges that nothing has taken.

        Of a payment for several orders no document can say what of it is whose.

        :rtype: account.move.line
        """
        self.ensure_one()
        good = (self.transaction_ids | self.settle_transaction_ids).filtered(
            lambda tx: (
                tx.state in GOOD_STATES
                and (tx | tx.source_transaction_id).continuity_payment_ids == self
                and not tx.sale_order_ids.continuity_order_ids
            )
        )
        return good.payment_id.move_id.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable" and not line.reconciled
        )
