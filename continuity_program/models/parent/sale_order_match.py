# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from ..payments.payment_transaction import GOOD_STATES


class SaleOrder(models.Model):
    """The child order: what other doors have brought pays its invoices in the books.

    What our charges have brought pays its own instalments first: see
    ``continuity.payment._match_left_over``. Only what is new is matched, an invoice or
    a payment: what was posted before a person may have matched otherwise.
    """

    _inherit = "sale.order"

    def _match_continuity_money(self, payments=None, invoices=None):
        """Let money of a link, the portal or the accountant pay the oldest open line.

        What was given up comes last.

        :param account.payment payments: that have just come; None = all of them
        :param account.move invoices: that were just posted; None = all of them
        """
        # Whoever posts need read neither child orders nor payments
        for child_sudo in self.sudo():
            documents = child_sudo.order_line.invoice_lines.move_id
            money = child_sudo._get_continuity_loose_lines(documents)
            if payments is not None:
                money &= payments.sudo().move_id.line_ids
            if not money:
                continue
            posted = documents if invoices is None else documents & invoices
            lines = posted.filtered(
                lambda move: move.state == "posted" and move.move_type == "out_invoice"
            ).line_ids.filtered(lambda line: line.display_type == "payment_term")
            rows_sudo = child_sudo._get_continuity_rows()
            given_up = rows_sudo.filtered(lambda row: row.cancel_kind == "written_off")
            last = given_up._get_own_lines()
            self._match_continuity_lines(money, lines - last)
            self._match_continuity_lines(money, lines & last)

    def _match_continuity_lines(self, money, lines):
        """Match what is open of both, account by account."""
        for account in money.account_id & lines.account_id:
            both = [
                side.filtered(
                    lambda line, account=account: (
                        line.account_id == account and not line.reconciled
                    )
                )
                for side in (money, lines)
            ]
            if all(both):
                (both[0] | both[1]).reconcile()

    def _get_continuity_loose_lines(self, documents):
        """Return what nothing has taken yet of payments for this child order alone.

        :param account.move documents: of the child order
        :return: receivable lines of payments that are not charges of our ledger
        :rtype: account.move.line
        """
        self.ensure_one()
        transactions = (self.transaction_ids | documents.transaction_ids).filtered(
            lambda tx: (
                tx.state in GOOD_STATES
                and tx.amount > 0
                and not tx.continuity_payment_ids
                and tx.sale_order_ids <= self
                and tx.invoice_ids <= documents
            )
        )
        payments = transactions.payment_id | documents.matched_payment_ids.filtered(
            lambda payment: (
                payment.payment_type == "inbound"
                and not payment.payment_transaction_id
                and payment.invoice_ids <= documents
            )
        )
        return payments.move_id.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable" and not line.reconciled
        )
