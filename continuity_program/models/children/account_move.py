# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.exceptions import UserError

from ..base.sealed import unseal
from ..prepaid.note_matching import NoteMatching
from ..prepaid.upfront_invoice import has_fixed_rows


class AccountMove(models.Model):
    _inherit = "account.move"

    continuity_order_id = fields.Many2one(
        comodel_name="continuity.order",
        string="Continuity order",
        readonly=True,
        copy=False,
        index="btree_not_null",
        check_company=True,
        help="The continuity order this document bills, refunds or releases.",
    )
    # === COMPUTE METHODS === #

    def _get_continuity_upfront_invoice(self):
        """The up-front invoice this document releases or refunds.

        :return: empty for the up-front invoice itself
        :rtype: account.move
        """
        self.ensure_one()
        # The order may be hidden from whoever invoices; that it is of his company
        # `check_company` has seen to
        upfront_sudo = self.sudo().continuity_order_id.upfront_invoice_id
        return upfront_sudo if upfront_sudo != self.sudo() else self.browse()

    # === BUSINESS METHODS === #

    def _follow_continuity_post(self):
        """Count released units, and bring rows and shipments in step."""
        self._assign_continuity_leftover()
        own = self.filtered("continuity_order_id")
        own._update_continuity_released()
        own.filtered(
            lambda move: move.move_type == "out_invoice"
        )._link_continuity_child_rows()
        own._reopen_continuity_shipments()
        own._cancel_continuity_children()

    def _check_continuity_reset(self):
        """Refuse to take back what its order still stands on.

        :raise UserError: naming the order and the way out
        """
        self._check_continuity_upfront_kept()
        self._check_continuity_order_open()

    def _follow_continuity_reset(self):
        """What a document released, and what a note took, is open again (F2, C7)."""
        self.filtered("continuity_order_id")._update_continuity_released()
        self._reopen_continuity_shipments()
        self._undo_continuity_credit()

    def _assign_continuity_leftover(self):
        """Let the rest of a payment on a mixed quotation pay the ordinary goods.

        Odoo takes a payment whose first invoice is paid for used up (rules N10).
        """
        for move in self.filtered("amount_residual"):
            # Whoever posts the invoice may not read transactions.
            shared_sudo = move.sudo().transaction_ids.filtered("continuity_payment_ids")
            lines_sudo = shared_sudo.payment_id.move_id.line_ids.filtered(
                lambda line: (
                    line.account_type == "asset_receivable" and not line.reconciled
                )
            )
            for line_sudo in lines_sudo if move.move_type == "out_invoice" else ():
                move.js_assign_outstanding_line(line_sudo.id)

    def _update_continuity_released(self):
        """Count the released units of the shipments these documents touch (BR2)."""
        # Whoever posts an invoice need not see the orders whose units it releases
        lines_sudo = self.sudo().invoice_line_ids.sale_line_ids
        lines_sudo.continuity_shipment_line_id._update_released()

    def _get_continuity_done_shipments(self):
        """Return the shipments whose child these documents invoice or refund.

        :rtype: continuity.shipment
        """
        # Orders of other sellers may be hidden from whoever invoices them
        children_sudo = self.sudo().invoice_line_ids.sale_line_ids.order_id
        children_sudo = children_sudo.filtered("continuity_order_id")
        shipments_sudo = children_sudo._get_continuity_shipments()
        return shipments_sudo.filtered(lambda s: s.state == "done")

    def _reopen_continuity_shipments(self):
        """A shipment that is invoiced no more is not done any more (rules F2).

        What the return wizard takes back was delivered all the same (rules N49), and a
        credit note over money takes nothing back: the invoice is there.
        """
        if unseal(self.env, "continuity_return"):
            return
        own = self.filtered("continuity_order_id")
        shipments_sudo = own._get_continuity_done_shipments() if own else ()
        for shipment_sudo in shipments_sudo:
            goods_sudo = shipment_sudo.child_order_id.order_line
            if not any(line._is_continuity_invoiced() for line in goods_sudo):
                shipment_sudo._reopen()

    def _cancel_continuity_children(self):
        """Cancel the children that waited for this credit note (rules N50)."""
        notes = self.filtered(lambda move: move.move_type == "out_refund")
        # The accountant posts the note; the child order is cancelled in our name
        documents_sudo = (notes | notes.reversed_entry_id).sudo()
        children_sudo = documents_sudo.invoice_line_ids.sale_line_ids.order_id
        children_sudo.filtered("continuity_cancel_reason")._cancel_if_reversed()

    def _check_continuity_order_open(self):
        """Refuse to take a zero invoice of a closed order back by hand (rules F2).

        :raise UserError: naming the way out
        """
        if unseal(self.env, "continuity_return"):
            return
        for shipment_sudo in self.filtered(
            "continuity_order_id"
        )._get_continuity_done_shipments():
            order_sudo = shipment_sudo.continuity_order_id
            taken_back = any(
                shipment_sudo.child_order_id.order_line.mapped("continuity_settled_qty")
            )
            if (
                order_sudo.bill_upfront
                and order_sudo.state == "closed"
                and not taken_back
            ):
                raise UserError(
                    self.env._(
                        "%(order)s is closed: what was paid in advance is settled. Use"
                        " Return on shipment %(number)s.",
                        order=order_sudo.display_name,
                        number=shipment_sudo.number,
                    )
                )

    def _check_continuity_upfront_kept(self):
        """Keep an up-front invoice posted once money or goods have moved for it.

        Its rows are paid or being paid, or units of it were released, credited, or
        delivered and are about to be released.

        :raise UserError: naming the order and the way out
        """
        for move in self.filtered("continuity_order_id"):
            # Orders may be hidden from the user; whether money or goods moved decides
            order_sudo = move.sudo().continuity_order_id
            if order_sudo.upfront_invoice_id == move and (
                has_fixed_rows(order_sudo)
                or order_sudo.shipment_ids.line_ids._has_ended_units()
            ):
                raise UserError(
                    self.env._(
                        "%(invoice)s is the up-front invoice of %(order)s. It cannot"
                        " be reset, cancelled or written anew, for it is paid, a"
                        " payment of it is under way, or goods of it were delivered or"
                        " credited. Use Skip, Cancel or Credit on the continuity order"
                        " instead.",
                        invoice=move.name,
                        order=order_sudo.display_name,
                    )
                )

    def _link_continuity_child_rows(self):
        """Give the rows of a child its invoice, which takes their payments.

        Rows that follow invoices are made when the account is settled.
        """
        # Whoever posts the invoice writes no payment rows; they get it from us
        all_sudo = self.sudo().invoice_line_ids.sale_line_ids.order_id
        all_sudo = all_sudo.filtered("continuity_order_id")
        own_sudo = all_sudo._get_continuity_rows()
        for move in self:
            children_sudo = (
                move.sudo().invoice_line_ids.sale_line_ids.order_id & all_sudo
            )
            order_sudo = move.sudo().continuity_order_id
            if not children_sudo:
                continue
            of_children_sudo = own_sudo.filtered(
                lambda row, children=children_sudo: row.child_order_id in children
            )
            rows_sudo = (of_children_sudo & order_sudo.payment_ids).filtered(
                lambda row: row.state != "cancelled" and not row.invoice_id
            )
            if move.continuity_instalments:
                # Of a delivery in parts, an instalment may begin with a later invoice
                days = move.line_ids.mapped("date_maturity")
                rows_sudo = rows_sudo.filtered(lambda r, days=days: r.due_date in days)
            rows_sudo.invoice_id = move
            rows_sudo._link_receivable_lines()
            of_children_sudo._match_left_over(move)
            children_sudo._match_continuity_money(invoices=move.sudo())
            NoteMatching(order_sudo).match_invoice(move)
            children_sudo._mark_continuity_capture()
