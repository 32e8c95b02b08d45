# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.exceptions import UserError
from odoo.tools import float_compare

from ..agreement.ending import settle_residue


class AccountMove(models.Model):
    """The credit note: it ends prepaid units and reduces rows when it is posted, and
    gives both back when it is undone (rules C5, C7)."""

    _inherit = "account.move"

    # === WHAT IS LEFT === #

    def _filter_continuity_open_notes(self):
        """Keep the posted credit notes that something is left of, oldest first.

        :rtype: account.move
        """
        return self.filtered(
            lambda move: (
                move.move_type == "out_refund"
                and move.state == "posted"
                and not move.currency_id.is_zero(move.amount_residual)
            )
        ).sorted(lambda move: (move.invoice_date, move.id))

    # === POST, RESET, CANCEL === #

    def _filter_continuity_units(self):
        """Return the notes that open units again.

        :rtype: account.move
        """
        return self.filtered(
            lambda move: "units" in move.invoice_line_ids.mapped("continuity_credit")
        )

    def _follow_continuity_credit(self):
        """A note that is posted ends units and reduces rows (BR7, C7)."""
        notes = self.filtered(lambda move: move._is_continuity_credit())
        notes._update_continuity_credited()
        notes._cancel_reversed_shipments()
        # The accountant posts the note; the rows that it settles nobody may write
        notes.sudo().continuity_order_id._settle_credit()
        settle_residue(notes.sudo().continuity_order_id)

    # === WHAT IT IS === #

    def _is_continuity_credit(self):
        """Say whether the document credits a continuity order, or undoes such a note.

        :rtype: bool
        """
        self.ensure_one()
        # Accountants read the ledger, but not every program behind it.
        move_sudo = self.sudo()
        return bool(move_sudo.continuity_order_id) and (
            move_sudo.move_type == "out_refund"
            or move_sudo.reversed_entry_id.move_type == "out_refund"
        )

    def _has_continuity_rows(self):
        """Say whether payment rows pay this invoice.

        :rtype: bool
        """
        self.ensure_one()
        # Only yes or no: the rows may be hidden from whoever reverses the invoice
        rows_sudo = self.sudo().continuity_order_id.payment_ids
        return self in rows_sudo.invoice_id

    def _get_continuity_credit_lines(self, account):
        """Return the open receivable lines of credit notes.

        :param account.account account: of the lines they are matched with
        :rtype: account.move.line
        """
        return self.line_ids.filtered(
            lambda line: (
                line.account_id == account
                and line.display_type == "payment_term"
                and not line.reconciled
            )
        )

    def _is_continuity_reversal(self):
        """Say whether the note takes the up-front invoice back as a whole (rules C5).

        :rtype: bool
        """
        # Only yes or no: whoever posts a note need not see its order
        self.ensure_one()
        upfront_sudo = self.sudo().continuity_order_id.upfront_invoice_id
        return (
            bool(upfront_sudo)
            and self.move_type == "out_refund"
            and self.sudo().reversed_entry_id == upfront_sudo
            and not self.sudo().invoice_line_ids.continuity_shipment_line_id
        )

    # === CHECKS === #

    def _check_continuity_credit(self):
        """Refuse notes that would credit a unit twice, or leave the ledger (C5).

        :raise UserError: naming the order and the way out
        """
        for move in self.filtered(lambda m: m.move_type == "out_refund"):
            if move._is_continuity_reversal():
                move._check_continuity_reversal()
            else:
                move._check_continuity_units()

    def _check_continuity_reversal(self):
        """A note made by hand takes back the whole up-front invoice, or nothing."""
        # The order may be hidden from the user; whether units of it ended decides
        order_sudo = self.sudo().continuity_order_id
        ended = order_sudo.shipment_ids.line_ids._has_ended_units()
        total = order_sudo.upfront_invoice_id.amount_total
        differs = self.currency_id.compare_amounts(self.amount_total, total)
        if ended or differs:
            raise UserError(
                self.env._(
                    "%(invoice)s is the up-front invoice of %(order)s: it is credited"
                    " by shipments. Delete this note and use Cancel, Skip or Credit on"
                    " the continuity order.",
                    invoice=order_sudo.upfront_invoice_id.name,
                    order=order_sudo.display_name,
                )
            )

    def _check_continuity_units(self):
        """A prepaid unit ends once: released or credited (rules BR2)."""
        quantities = {}
        # What is open is counted for whoever posts, also of orders hidden from him
        for line_sudo in self.sudo().invoice_line_ids:
            if line_sudo.continuity_credit == "units":
                item = line_sudo.continuity_shipment_line_id
                quantities[item] = quantities.get(item, 0.0) + line_sudo.quantity
        for item, quantity in quantities.items():
            free = item.open_quantity - item._get_unreleased_quantity()
            if float_compare(quantity, free, precision_digits=6) > 0:
                raise UserError(
                    self.env._(
                        "%(note)s credits %(quantity)g × %(product)s of %(shipment)s,"
                        " but only %(open)g are open: the others were delivered or"
                        " credited already. Post the credit note of the child order"
                        " first, or delete this one.",
                        note=self.display_name,
                        quantity=quantity,
                        product=item.product_id.display_name,
                        shipment=item.shipment_id.display_name,
                        open=free,
                    )
                )

    # === EFFECTS === #

    def _update_continuity_credited(self):
        """Count the credited units of the orders of these documents (BR2)."""
        # The accountant posts; how many units are credited is counted, never typed
        orders_sudo = self.sudo().continuity_order_id
        orders_sudo.shipment_ids.line_ids._update_credited()

    def _cancel_reversed_shipments(self):
        """Nothing is sent of an order whose up-front invoice was taken back (C5)."""
        whole = self.filtered(lambda move: move._is_continuity_reversal())
        # Taking the invoice back is the accountant's, the shipments are the sellers'
        shipments_sudo = whole.sudo().continuity_order_id.shipment_ids
        shipments_sudo.filtered(lambda s: s.state == "planned").state = "cancelled"

    def _undo_continuity_credit(self):
        """Open again what notes that are no longer posted had ended (rules C7)."""
        notes = self.filtered(lambda move: move._is_continuity_credit())
        if notes:
            notes._unmatch_continuity_rows()
            notes._update_continuity_credited()
            # The accountant resets the note; the rows that it had settled are ours
            notes.sudo().continuity_order_id._settle_credit()

    def _unmatch_continuity_rows(self):
        """What a note does not credit any more is owed again; a refund that was made
        stays matched, so that it is never made twice."""
        # All invoices with rows count, also those of orders the user does not see
        rows_sudo = self.sudo().continuity_order_id.payment_ids
        partials = self.sudo().line_ids.matched_debit_ids
        partials.filtered(
            lambda partial: partial.debit_move_id.move_id in rows_sudo.invoice_id
        ).unlink()

    def _restore_continuity_prices(self):
        """Give units their prepaid price back when a difference is not credited (N48).

        :raise UserError: the units have been delivered at the lower price
        """
        # The accountant drops the note; prices of shipments are not his to write
        lines_sudo = self.sudo().invoice_line_ids.filtered(
            lambda line: (
                line.continuity_credit == "difference"
                and line.move_id.move_type == "out_refund"
                and line.parent_state != "cancel"
            )
        )
        for line_sudo in lines_sudo:
            line_sudo.continuity_shipment_line_id._restore_prepaid_price(
                line_sudo.price_unit
            )

    # === ZERO INVOICES === #

    def _reverse_continuity_zero(self):
        """Reverse zero invoices at once: the value is prepaid again (rules N49, N50).

        They move nothing the customer owes, so no accountant has to look at them.

        :return: the posted reversals
        :rtype: account.move
        """
        reversals = self._reverse_moves(
            [
                {
                    "invoice_date": move.company_id._continuity_today(),
                    "date": move.company_id._continuity_today(),
                }
                for move in self
            ]
        )
        reversals.filtered(lambda move: move.state == "draft").action_post()
        return reversals
