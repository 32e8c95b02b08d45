# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from ...base.sealed import Sealed
from ...settlement.continuity_billing_settle import settling


class AccountMove(models.Model):
    """Where invoices meet continuity programs: each hook of Odoo, step by step."""

    _inherit = "account.move"

    @settling
    def _post(self, soft=True):
        """Override of `account`: what may not be posted yet, and what follows from it.

        It is settled once. Many take their time: a process would decide about some of
        them meanwhile, and all would have to be begun again.

        :raise UserError: naming the invoice, the order and the way out
        """
        if len(self) > 1:
            self.env["continuity.billing"]._take_reached(self)
        self._check_continuity_window()
        # A return is two notes: the one that opens the units again comes first
        units = self._filter_continuity_units()
        if units and units != self:
            return (self - units)._post(soft=soft) | units._post(soft=soft)
        self._check_continuity_credit()
        self._check_continuity_noted()
        self._update_continuity_instalments()
        refunds = self.filtered(lambda move: move.move_type == "out_refund")
        refunds._check_continuity_order_open()
        posted = super()._post(soft=soft)
        posted._follow_continuity_post()
        posted._follow_continuity_credit()
        return posted

    @settling
    def button_cancel(self):
        """Override of `account`: what hangs on the document follows."""
        self._restore_continuity_prices()
        self._check_continuity_reset()
        result = super().button_cancel()
        self._follow_continuity_reset()
        return result

    @settling
    def button_draft(self):
        """Override of `account`: what hangs on the document follows."""
        self._check_continuity_reset()
        result = super().button_draft()
        self._follow_continuity_reset()
        return result

    @settling
    def unlink(self):
        """Override of `account`: a price difference that is not credited is in the
        price again (N48). Odoo deletes the lines first, so all is asked before."""
        self.env["continuity.billing"]._touch_reached(self)
        asked = self.with_context(continuity_asked=Sealed(self._name))
        asked._restore_continuity_prices()
        return super(AccountMove, asked).unlink()

    @api.depends("continuity_order_id")
    def _compute_invoice_currency_rate(self):
        """Override of `account`: up-front money keeps its rate (rules BR10).

        Advances are not revalued: what releases or refunds them takes the rate of the
        up-front invoice, else the difference would stay on the prepayment account.
        """
        result = super()._compute_invoice_currency_rate()
        for move in self:
            upfront = move._get_continuity_upfront_invoice()
            if upfront and move.currency_id == upfront.currency_id:
                move.invoice_currency_rate = upfront.invoice_currency_rate
        return result

    @api.depends("continuity_instalments")
    def _compute_needed_terms(self):
        """Override of `account` to split the receivable by our instalments."""
        result = super()._compute_needed_terms()
        for move in self:
            if move.continuity_instalments and move.needed_terms:
                move.needed_terms = move._split_continuity_terms(move.needed_terms)
        return result

    def js_assign_outstanding_line(self, line_id):
        """Override of `account`: a charge pays its own instalment first."""
        # Accountants match entries; the transaction behind them they need not read
        line_sudo = self.env["account.move.line"].sudo().browse(line_id)
        payment_sudo = line_sudo.move_id.origin_payment_id
        tx_sudo = payment_sudo.payment_transaction_id
        rows_sudo = (tx_sudo | tx_sudo.source_transaction_id).continuity_payment_ids
        own_sudo = rows_sudo._get_own_lines(self.sudo()) if rows_sudo else ()
        if not own_sudo:
            return super().js_assign_outstanding_line(line_id)
        own = self.with_context(continuity_receivable_ids=Sealed(own_sudo._ids))
        return super(AccountMove, own).js_assign_outstanding_line(line_id)

    def _reconcile_reversed_moves(self, reverse_moves, move_reverse_cancel):
        """Override of `account`: notes on documents with payment rows are matched by
        us, the latest due date first; Odoo would take the oldest (rules N9).

        A note that takes back all, for an invoice that is written anew, is matched with
        its invoice: what has paid that one pays the new one.
        """
        undone = self.filtered(lambda move: move._is_continuity_credit())
        undone._unmatch_continuity_rows()
        pairs = [
            (move.id, reverse.id)
            for move, reverse in zip(self, reverse_moves, strict=False)
            if move_reverse_cancel
            or not (reverse._is_continuity_credit() and move._has_continuity_rows())
        ]
        super(
            AccountMove, self.browse([pair[0] for pair in pairs])
        )._reconcile_reversed_moves(
            self.browse([pair[1] for pair in pairs]), move_reverse_cancel
        )
        return reverse_moves

    def _reverse_moves(self, default_values_list=None, cancel=False):
        """Override of `sale`: a reversal belongs to the same continuity order.

        :raise UserError: it would take an up-front invoice away that has to stay
        """
        if cancel:
            self._check_continuity_upfront_kept()
        default_values_list = default_values_list or [{} for _move in self]
        for move, values in zip(self, default_values_list, strict=True):
            values.setdefault("continuity_order_id", move.continuity_order_id.id)
        reversing = self.with_context(continuity_reversal=Sealed())
        reversals = super(AccountMove, reversing)._reverse_moves(
            default_values_list, cancel=cancel
        )
        return reversals.with_env(self.env)

    def action_toggle_block_payment(self):
        """Override of `account`: the action writes what is computed otherwise."""
        self.check_access("write")
        # Whoever may write the document may block its payment, by no other door
        return super(AccountMove, self.sudo()).action_toggle_block_payment()
