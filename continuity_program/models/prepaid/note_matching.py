# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from ..base.of_order import OfOrder
from ..payments.continuity_payment import CHARGED_STATES


class NoteMatching(OfOrder):
    """What posted credit notes of an order pay, instead of the customer (rules C7).

    :param continuity.order order: the order, in sudo: neither who posts a note nor a
        provider's answer may write rows
    """

    def match_note(self, note):
        """Match one note with the open receivable lines, latest due date first.

        First those of the invoice it reverses, then those of other invoices of the same
        child order. What the provider was asked for has its own money, which is waited
        for; what was given up comes last.

        :param account.move note: posted credit note
        """
        mine = note.reversed_entry_id
        rows = self.order.payment_ids.filtered(lambda row: mine in row._get_documents())
        charged = rows.filtered(lambda row: row.state in CHARGED_STATES)
        given_up = rows.filtered(lambda row: row.cancel_kind == "written_off")
        last = given_up._get_own_lines()
        lines = (mine | rows._get_documents()).line_ids.filtered(
            lambda line: line.display_type == "payment_term"
        )
        lines -= charged._get_own_lines()
        for line in lines.sorted(
            lambda item: (
                item not in last,
                item.move_id == mine,
                item.date_maturity,
                item.id,
            ),
            reverse=True,
        ):
            credit = note._get_continuity_credit_lines(line.account_id)
            if credit and not line.reconciled:
                (credit | line).reconcile()

    def match_invoice(self, move):
        """Let what is left of earlier notes pay what is invoiced now (rules C7).

        :param account.move move: the invoice of a child that was just posted
        """
        children = move._get_continuity_children()
        for note in self.order._get_open_notes():
            if note.reversed_entry_id._get_continuity_children() != children:
                continue
            for account in note.line_ids.account_id:
                credit = note._get_continuity_credit_lines(account)
                lines = move.line_ids.filtered(
                    lambda line, account=account: (
                        line.account_id == account and not line.reconciled
                    )
                )
                if credit and lines:
                    (credit | lines).reconcile()
