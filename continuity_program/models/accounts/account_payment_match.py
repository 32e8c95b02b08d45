# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

#: States in which a payment counts as money
COUNTED_STATES = ("in_process", "paid")


class AccountPayment(models.Model):
    """A payment that is taken back, and posted again: what it pays in the books.

    Odoo leaves a payment that is a draft again, or was refused, matched with its
    invoices. The money counts no more, so its instalments are asked again: what comes
    then must find them open.
    """

    _inherit = "account.payment"

    def _get_continuity_counted(self):
        """Return the payments whose money counts.

        What a provider has answered counts whatever the books say of it.

        :rtype: account.payment
        """
        return self.filtered(
            lambda payment: (
                payment.state in COUNTED_STATES or payment.payment_transaction_id
            )
        )

    def _let_go_continuity(self):
        """Let documents of continuity orders go that payments do not pay any more."""
        lines = (self - self._get_continuity_counted()).move_id.line_ids
        partials = lines.matched_debit_ids.filtered(
            lambda partial: partial.debit_move_id.move_id.continuity_order_id
        )
        partials |= lines.matched_credit_ids.filtered(
            lambda partial: partial.credit_move_id.move_id.continuity_order_id
        )
        partials.unlink()

    def _get_continuity_known(self):
        """Return the drafts that have paid documents before.

        Odoo links a payment with its documents, and with its transaction, when it has
        posted and matched it for the first time.

        :rtype: account.payment
        """
        # Whoever posts a payment need not read what a provider has answered
        return self.filtered(
            lambda payment: (
                payment.state == "draft"
                and (
                    payment.sudo().payment_transaction_id.payment_id == payment
                    if payment.payment_transaction_id
                    else payment.invoice_ids.continuity_order_id
                )
            )
        )

    def _take_continuity_again(self):
        """Let payments that are posted again pay what is open of their documents.

        Of a child order as what has just come; else the oldest instalment first, and
        what was given up last.
        """
        # Whoever posts a payment reads neither child orders nor rows
        for payment_sudo in self.sudo()._get_continuity_counted():
            root_sudo = payment_sudo.payment_transaction_id
            root_sudo |= root_sudo.source_transaction_id
            for row_sudo in root_sudo.continuity_payment_ids:
                for move_sudo in row_sudo._get_documents():
                    row_sudo._match_left_over(move_sudo)
            documents_sudo = payment_sudo.invoice_ids | root_sudo.invoice_ids
            children_sudo = documents_sudo._get_continuity_children()
            children_sudo |= root_sudo.sale_order_ids.filtered("continuity_order_id")
            children_sudo._match_continuity_money(payments=payment_sudo)
            for move_sudo in documents_sudo.filtered("continuity_order_id"):
                is_upfront = (
                    move_sudo == move_sudo.continuity_order_id.upfront_invoice_id
                )
                if is_upfront or move_sudo.move_type == "out_refund":
                    payment_sudo._take_continuity_document(move_sudo)

    def _take_continuity_document(self, document):
        """Let the payment pay what is open of a document; a refund, of a note.

        :param account.move document: of a continuity order; in sudo
        """
        self.ensure_one()
        if document.state != "posted":
            return
        lines = document.line_ids.filtered(
            lambda line: line.display_type == "payment_term"
        )
        rows = document.continuity_order_id.payment_ids
        given_up = rows.filtered(lambda row: row.cancel_kind == "written_off")
        last = given_up.receivable_line_id
        money = self.move_id.line_ids.filtered(
            lambda line: line.account_type == "asset_receivable"
        )
        order = document.env["sale.order"]
        order._match_continuity_lines(money, lines - last)
        order._match_continuity_lines(money, lines & last)
