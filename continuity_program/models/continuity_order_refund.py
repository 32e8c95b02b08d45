# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

from ..arguments import public
from .continuity_payment import OPEN_STATES
from .continuity_payment_credit import WAITING_STATES

#: Kind of activity that asks for a refund
REFUND_ACTIVITY = "continuity_program.mail_activity_payment_refund"


class ContinuityOrder(models.Model):
    """The continuity order: what a credit note does to its rows, and the money that
    goes back (rules N8, N9, N64, C7)."""

    _inherit = "continuity.order"

    move_ids = fields.One2many(
        comodel_name="account.move",
        inverse_name="continuity_order_id",
        string="Invoices",
        readonly=True,
    )
    amount_to_refund = fields.Monetary(
        string="To refund",
        compute="_compute_amount_to_refund",
        store=True,
        compute_sudo=True,
        help="Credit of the customer: posted credit notes that no unpaid instalment"
        " has taken, payments of what was cancelled before it was invoiced, and what"
        " was charged beyond the invoices.",
    )

    refund_requested_at = fields.Datetime(
        readonly=True, copy=False, help="When a refund was asked for last."
    )
    move_count = fields.Integer(compute="_compute_move_count", compute_sudo=True)
    has_units_to_credit = fields.Boolean(
        compute="_compute_has_units_to_credit",
        compute_sudo=True,
        help="Units were paid in advance and are neither sent nor credited.",
    )

    @api.depends("move_ids")
    def _compute_move_count(self):
        for order in self:
            order.move_count = len(order.move_ids)

    @api.depends("shipment_ids.state", "move_ids.state")
    def _compute_has_units_to_credit(self):
        for order in self:
            ended = order.shipment_ids.filtered(
                lambda s: s.state in ("skipped", "cancelled", "done")
            )
            order.has_units_to_credit = bool(order._get_creditable(ended))

    @api.depends(
        "move_ids.amount_residual",
        "move_ids.state",
        "payment_ids.is_refund_due",
        "payment_ids.state",
        "payment_ids.amount_refunded",
        "payment_ids.amount_excess",
        "payment_ids.is_paid_otherwise",
    )
    def _compute_amount_to_refund(self):
        for order in self:
            unused = order.payment_ids.filtered(
                lambda row: row.is_refund_due and row.state == "paid"
            )
            order.amount_to_refund = (
                sum(order._get_open_notes().mapped("amount_residual"))
                + sum(row.amount - row.amount_refunded for row in unused)
                + sum(row._get_excess() for row in order.payment_ids)
            )

    def _get_open_notes(self):
        """Return the posted credit notes that something is left of, oldest first.

        :rtype: account.move
        """
        self.ensure_one()
        notes = self.sudo().move_ids.filtered(
            lambda move: (
                move.move_type == "out_refund"
                and move.state == "posted"
                and not move.currency_id.is_zero(move.amount_residual)
            )
        )
        return notes.sorted(lambda move: (move.invoice_date, move.id))

    # === ROWS === #

    def _settle_credit(self):
        """Let posted credit notes reduce unpaid rows, the last one first (C7, N9).

        Rows and receivable lines stay the same figures. A row the provider was asked
        about is waited for: this is called again with its answer. Repeating it changes
        nothing.
        """
        for order_sudo in self.sudo():
            for note_sudo in order_sudo._get_open_notes():
                order_sudo._match_credit_note(note_sudo)
            order_sudo._propose_refund()
            order_sudo._release_settled_hold()

    def _match_credit_note(self, note):
        """Match one note with the open receivable lines, latest due date first.

        :param account.move note: posted credit note
        """
        rows = self.payment_ids.filtered(
            lambda row: row.invoice_id == note.reversed_entry_id
        )
        rows.filtered(lambda row: not row.receivable_line_id)._link_receivable_lines()
        waiting = rows.filtered(lambda row: row.state in WAITING_STATES)
        todo = rows.filtered(lambda row: row.state in OPEN_STATES)
        lines = todo.receivable_line_id - waiting.receivable_line_id
        if len(todo) == 1 and not waiting:
            # On account the terms of the customer may have made several of one row
            lines |= todo.invoice_id.line_ids.filtered(
                lambda item: item.display_type == "payment_term"
            )
        for line in lines.sorted(lambda item: (item.date_maturity, item.id))[::-1]:
            credit = note.line_ids.filtered(
                lambda item, account=line.account_id: (
                    item.account_id == account
                    and item.display_type == "payment_term"
                    and not item.reconciled
                )
            )
            if credit and not line.reconciled:
                (credit | line).reconcile()
        todo.filtered(
            lambda row: row.receivable_line_id in lines
        )._reduce_to_receivable()

    def _restore_credited_rows(self):
        """Bring rows back whose credit note was reset, cancelled or reversed (C7)."""
        self.sudo().payment_ids._restore_to_receivable()

    def _propose_refund(self):
        """Ask for the refund of what no unpaid row has taken; never refund alone."""
        self.ensure_one()
        waiting = self.payment_ids.filtered(lambda row: row.state in WAITING_STATES)
        if not waiting and self.currency_id.compare_amounts(self.amount_to_refund, 0):
            self._schedule_continuity_activity(
                REFUND_ACTIVITY,
                self.env._(
                    "%s is to be given back. An accountant refunds it from the order.",
                    self.currency_id.format(self.amount_to_refund),
                ),
            )

    # === REFUND === #

    def _get_refund_proposals(self):
        """Say what is given back of which payment, the latest payment first (N64).

        :return: rows and amounts; what no payment covers stays credit of the customer
        :rtype: list[tuple[continuity.payment, float]]
        """
        self.ensure_one()
        totals = {}
        for row, _note, amount in self._get_refund_plan():
            totals[row] = self.currency_id.round(totals.get(row, 0.0) + amount)
        return list(totals.items())

    def _get_refund_plan(self):
        """Spread the credit over the payments it can be given back from.

        A note is given back from the payments of the document it credits.

        :return: row, credit note (empty for what was never invoiced) and amount
        :rtype: list[tuple[continuity.payment, account.move, float]]
        """
        self.ensure_one()
        order_sudo = self.sudo()
        no_note = order_sudo.env["account.move"]
        plan = [
            (row, no_note, row._get_refundable())
            for row in order_sudo.payment_ids.filtered("is_refund_due")
        ]
        left = {}
        for row in order_sudo.payment_ids.filtered("amount_excess"):
            free = row._get_refundable()
            amount = min(row._get_excess() - row._get_amount_under_way(), free)
            plan.append((row, no_note, self.currency_id.round(amount)))
            left[row] = free - max(amount, 0.0)
        for note in order_sudo._get_open_notes():
            # What a provider was asked for already is not asked for twice
            asked = note.transaction_ids.filtered(
                lambda tx: tx.operation == "refund" and tx.state in ("draft", "pending")
            )
            rest = note.amount_residual + sum(asked.mapped("amount"))
            for row in order_sudo._get_payments_of(note):
                free = left.setdefault(row, row._get_refundable())
                amount = min(free, rest)
                if self.currency_id.compare_amounts(amount, 0.0) > 0:
                    plan.append((row, note, self.currency_id.round(amount)))
                    left[row] = free - amount
                    rest -= amount
        return [item for item in plan if item[2] > 0]

    def _get_payments_of(self, note):
        """Return the paid rows of what a note credits, the latest payment first.

        A child that was delivered in parts has several invoices and one payment.

        :param account.move note: posted credit note
        :rtype: continuity.payment
        """
        invoice = note.reversed_entry_id
        children = invoice.invoice_line_ids.sale_line_ids.order_id
        rows = self.payment_ids.filtered(
            lambda row: (
                row.state == "paid"
                and not row.is_refund_due
                and (row.invoice_id == invoice or row.child_order_id in children)
            )
        )
        return rows.sorted(
            lambda row: (row.transaction_id.id or 0, row.due_date, row.sequence),
            reverse=True,
        )

    @public()
    def action_refund(self):
        """Refund what is proposed, each payment through its provider (N64, part G).

        What no provider can give back stays credit of the customer.

        :return: a notification that says what was given back and what was not
        :rtype: dict
        :raise UserError: not an accountant, a copied database, or a payment is under
            way
        """
        self._check_may_refund()
        self.env["continuity.database"]._check_confirmed()
        # Of two accountants at once the database lets one through: the other waits
        # here, before any provider is asked, and then finds nothing to give back.
        self.sudo().refund_requested_at = fields.Datetime.now()
        self.env.flush_all()
        given, kept = 0.0, 0.0
        for order_sudo in self.sudo():
            order_sudo._check_nothing_waited_for()
            for row, note, amount in order_sudo._get_refund_plan():
                if not row._can_be_refunded(amount):
                    kept += amount
                    continue
                refund = row._refund(amount, note)
                failed = refund.state in ("error", "cancel")
                kept, given = kept + amount * failed, given + amount * (not failed)
            overpaid = order_sudo.payment_ids.filtered("amount_overpaid")
            if not overpaid and order_sudo.currency_id.is_zero(
                order_sudo.amount_to_refund
            ):
                order_sudo.activity_unlink([REFUND_ACTIVITY])
        currency = self.currency_id[:1] or self.env.company.currency_id
        return self._notify(
            self.env._(
                "Refunded: %(given)s. Not possible through the provider, left as credit"
                " of the customer: %(kept)s.",
                given=currency.format(given),
                kept=currency.format(kept),
            )
            if kept
            else self.env._("Refunded: %s.", currency.format(given))
        )

    def _check_may_refund(self):
        """Only accountants give money back.

        :raise UserError: anybody else
        """
        if not self.env.user.has_group("account.group_account_invoice"):
            raise UserError(self.env._("Only an accountant can refund a payment."))
        self.check_access("read")

    def _check_nothing_waited_for(self):
        """Wait for the answers of providers before money goes back (rules C7).

        :raise UserError: naming the payment
        """
        waiting = self.payment_ids.filtered(lambda row: row.state in WAITING_STATES)
        if waiting:
            raise UserError(
                self.env._(
                    "Payment %(payment)s is not answered yet. Refund when it is known"
                    " whether the customer has paid it.",
                    payment=waiting[0].display_name,
                )
            )

    # === NAVIGATION === #

    @public()
    def action_view_moves(self):
        """Open all documents of the order: invoices, credit notes, entries.

        :rtype: dict
        """
        return self.move_ids._get_records_action(name=self.env._("Invoices"))
