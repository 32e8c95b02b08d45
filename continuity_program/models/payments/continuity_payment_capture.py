# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import UserError

from ... import billing
from ...billing.facts import IN_FLIGHT
from ..facts.continuity_billing import to_amount


class ContinuityPayment(models.Model):
    """The payment row: authorised first, captured or given back later (rules F3).

    Delivery, invoicing and cancelling only *mark* what is to be captured or voided: a
    call of the gateway has no place in a transaction that Odoo may repeat. A triggered
    run does it in committed steps.
    """

    _inherit = "continuity.payment"

    amount_to_capture = fields.Monetary(
        readonly=True,
        copy=False,
        help="What was delivered or invoiced of the authorized amount so far.",
    )
    amount_captured = fields.Monetary(readonly=True, copy=False)
    amount_to_void = fields.Monetary(
        string="To void",
        readonly=True,
        copy=False,
        help="What is authorized and will not be captured any more.",
    )
    is_capture_final = fields.Boolean(
        readonly=True,
        copy=False,
        help="Nothing more will be delivered or invoiced: the rest is given back.",
    )
    # Captures and voids of the row; the row's own transactions are its charges.
    settle_transaction_ids = fields.One2many(
        comodel_name="payment.transaction",
        inverse_name="continuity_settle_payment_id",
        string="Captures",
        readonly=True,
        groups="account.group_account_invoice",
    )

    _to_settle = models.Index(
        "(company_id, id) WHERE state = 'authorized' OR amount_to_void > 0"
    )

    # === MARK: NO GATEWAY IN HERE === #

    def _mark_to_capture(self):
        """Note what the account asks for of authorised rows, and what it lets go.

        It asks documents and deliveries, so calling it again changes nothing.
        """
        # The warehouse delivers, accountants invoice; neither may write rows
        rows_sudo = self.sudo().filtered(
            lambda row: row.state == "authorized" and not row._get_open_captures()
        )
        wanted = rows_sudo.env["continuity.billing"]._get_row_captures(rows_sudo)
        marked = rows_sudo.filtered(lambda row: row.id in wanted)
        for row_sudo in marked:
            row_sudo._mark_capture(*wanted[row_sudo.id])
        for row_sudo in rows_sudo - marked:
            # What is not asked for any more: a document was taken back
            captured = row_sudo.amount_captured
            row_sudo.amount_to_capture = min(row_sudo.amount_to_capture, captured)
        marked._trigger_settle()

    def _mark_capture(self, units, void, is_final):
        """Note what is to be captured of the row, and what is let go.

        An authorisation nothing was captured of is kept: the child order is cancelled,
        or sent anew.

        :param int units: to be captured now, in smallest units
        :param int void: to be let go for good
        :param bool is_final: nothing more will be asked
        """
        self.ensure_one()
        total = self.amount_captured + to_amount(units, self.currency_id)
        if void and self.currency_id.is_zero(total):
            return
        self.write({"amount_to_capture": total, "is_capture_final": is_final})
        # Nothing may be left to capture, and a rest to give back
        self._count_captured()
        self._refresh_from_transactions()

    def _void_authorization(self, reason, kind="child"):
        """Give authorised money back: the child or the order was cancelled (F3).

        The row is *cancelled* at once and the provider is told by a triggered run, so
        this may be called inside any transaction. What was captured already stays
        *paid*; rows in another state are left alone, so calling it again changes
        nothing.

        :param str reason: why, for the list of payments
        :param str kind: one of `cancel_kind`
        :raise UserError: a capture of the row is waiting for its answer
        """
        # A seller cancels the child order; letting the money go is written by us
        rows_sudo = self.sudo()
        rows_sudo._check_no_capture_under_way()
        rows_sudo = rows_sudo.filtered(lambda row: row.state == "authorized")
        for row_sudo in rows_sudo:
            captured = row_sudo.amount_captured
            vals = {
                "amount_to_void": row_sudo.amount - captured,
                "amount_to_capture": captured,
            }
            if row_sudo.currency_id.is_zero(captured):
                vals.update(state="cancelled", cancel_kind=kind, cancel_reason=reason)
            else:
                vals.update(state="paid", amount=captured)
            row_sudo.write(vals)
        rows_sudo._trigger_settle()

    def _check_no_capture_under_way(self):
        """Refuse while nobody knows what the provider makes of a capture.

        :raise UserError: naming the payment
        """
        for row in self:
            if row._get_open_captures():
                raise UserError(
                    self.env._(
                        "%s is being charged. Try again when the provider has"
                        " answered.",
                        row.display_name,
                    )
                )

    def _trigger_settle(self):
        """Start the run that captures and voids as soon as this is committed."""
        if self:
            cron = self.env.ref(
                "continuity_program.ir_cron_resolve_payments", raise_if_not_found=False
            )
            # Whoever delivers or invoices may start it; it only does what is marked.
            cron.sudo()._trigger()

    # === CAPTURE: THREE COMMITTED STEPS === #

    def _capture_marked(self, run=None):
        """Capture what is marked: claim, ask, book, each step committed by the run.

        :param continuity.run run: gets a checkpoint after each step; None = everything
            happens in the transaction of the caller
        :return: whether the provider was asked
        :rtype: bool
        """
        self.ensure_one()
        row_sudo = self._lock("authorized")
        amount = row_sudo._get_amount_to_claim() if row_sudo else 0.0
        if not amount or row_sudo._get_open_captures():
            return False
        tx_sudo = row_sudo._create_settle_transaction("capture", amount)
        row_sudo.state = "processing"
        self._checkpoint(run)
        row_sudo = self._lock("processing")
        if not row_sudo or tx_sudo.state != "draft":
            return False
        with self._committing_answer(run):
            tx_sudo._continuity_send_capture()
        row_sudo._take_answer(run)
        if tx_sudo.state == "done":
            tx_sudo._post_process()
            self._checkpoint(run)
        return True

    def _get_amount_to_claim(self):
        """What is captured now; some providers capture once and everything only.

        :rtype: float
        """
        self.ensure_one()
        tx = self.transaction_id
        due = self.currency_id.round(self.amount_to_capture - self.amount_captured)
        if tx.state != "authorized" or due <= 0:
            return 0.0
        if self._can_capture_parts():
            return due
        # A capture of another row without an answer may have taken everything
        is_final = all(
            row.state == "authorized" and row.is_capture_final
            for row in self._get_secured_rows()
        )
        return tx.amount if is_final else 0.0

    def _get_secured_rows(self):
        """Rows that were asked together with this one, and wait for the same money.

        :rtype: continuity.payment
        """
        self.ensure_one()
        tx = self.transaction_id
        return tx.continuity_payment_ids.filtered(
            lambda row: row.transaction_id == tx and row.state in IN_FLIGHT
        )

    def _can_capture_parts(self):
        """Say whether the provider captures an authorisation in several parts.

        :rtype: bool
        """
        self.ensure_one()
        provider = self.transaction_id.provider_id
        return provider.support_manual_capture == "partial"

    def _follow_captures(self):
        """Bring the row to what was answered about its captures, whoever brings it.

        A clear *no* means that the authorisation is worth nothing any more: the row is
        declined, and its next attempt authorises anew. What never reached the bank
        leaves it as it was.
        """
        self.ensure_one()
        captures = self._get_captures()
        if not captures:
            return
        refused = captures.filtered(
            lambda tx: tx.continuity_decline_kind in billing.DECLINED
        )[:1]
        if refused and self.transaction_id.state == "authorized":
            self.transaction_id._set_canceled(state_message=refused.state_message)
            self.transaction_id.continuity_decline_kind = (
                refused.continuity_decline_kind
            )
        self._count_captured()

    def _count_captured(self):
        """Add up what was captured; with the last capture the rest is free."""
        self.ensure_one()
        done = self._get_captures().filtered(lambda tx: tx.state == "done")
        captured = min(sum(done.mapped("amount")), self.amount)
        if self.currency_id.compare_amounts(captured, self.amount_captured):
            self.amount_captured = captured
        is_done = self.is_capture_final and captured >= self.amount_to_capture > 0
        rest = self.currency_id.round(self.amount - captured)
        if is_done and rest > 0 and self.state != "cancelled":
            self.write({"amount": captured, "amount_to_void": rest})

    def _get_open_captures(self):
        """Captures that were begun and have no answer.

        When the provider tells of the whole payment that it has come, that is the
        answer to all of them.

        :rtype: payment.transaction
        """
        return self._get_captures().filtered(
            lambda tx: (
                tx.source_transaction_id.state != "done"
                and (
                    tx.state == "draft"
                    or (tx.state == "error" and tx.continuity_no_answer)
                )
            )
        )

    def _get_captures(self):
        """Captures of the authorisation that is live.

        :rtype: payment.transaction
        """
        # Captures are transactions, which sellers may not read; sums of them they may
        row_sudo = self.sudo()
        return row_sudo.settle_transaction_ids.filtered(
            lambda tx: (
                tx.continuity_settle_kind == "capture"
                and tx.source_transaction_id in row_sudo.transaction_id
            )
        )

    def _get_unbooked_captures(self):
        """Captures that have succeeded, and are in no journal yet.

        :rtype: payment.transaction
        """
        return self._get_captures().filtered(
            lambda tx: tx.state == "done" and not tx.is_post_processed
        )

    def _create_settle_transaction(self, kind, amount):
        """Create the transaction of a capture or a void, as `payment` does.

        :param str kind: capture or void
        :param float amount: part of the authorised amount
        :rtype: payment.transaction
        :raise UserError: the database is a copy
        """
        self.ensure_one()
        self.env["continuity.database"]._check_confirmed()
        return self.transaction_id._create_child_transaction(
            amount,
            continuity_settle_payment_id=self.id,
            continuity_settle_kind=kind,
        )

    def _get_asked_transaction(self):
        """The transaction a person answers for: an open capture, else the charge.

        :rtype: payment.transaction
        """
        self.ensure_one()
        # Whoever answers for a provider need not be able to write its transaction
        return self._get_open_captures()[:1] or self.sudo().transaction_id

    def _get_captured_state(self, tx):
        """State of a row that is authorised or was captured; its rest may be let go.

        :param payment.transaction tx: the charge of the row
        :return: None when the captures have nothing to say
        :rtype: str | None
        """
        self.ensure_one()
        if captures := self._get_open_captures():
            # One that was asked and not answered yet is never asked a second time
            is_lost = any(captures.mapped("continuity_no_answer"))
            return "unknown" if is_lost else self.state
        is_captured = (
            self.amount_captured
            and self.currency_id.compare_amounts(self.amount_captured, self.amount) >= 0
        )
        if is_captured and (tx.state == "authorized" or self.state == "paid"):
            return "paid"
        if self.state == "authorized" and tx.state in ("cancel", "error"):
            # It lapsed or was given up by the bank: nothing was refused
            return "scheduled"
        if self._get_taken(tx) == 0.0:
            # Captured for others it was asked together with, and let go for this one
            return "cancelled" if self.state == "cancelled" else "scheduled"
        return None

    # === VOID === #

    def _void_marked(self, run=None):
        """Tell the provider what will not be captured; telling it twice is harmless.

        :param continuity.run run: gets a checkpoint after each step
        :return: whether the money is free; None = it goes the way of other rows
        :rtype: bool | None
        """
        self.ensure_one()
        row_sudo = self._lock("cancelled", "paid")
        tx_sudo, amount = row_sudo.transaction_id, row_sudo.amount_to_void
        if not row_sudo or amount <= 0:
            return True
        if tx_sudo.state != "authorized":
            row_sudo.amount_to_void = 0.0
            return True
        if not row_sudo._can_capture_parts():
            # Such a provider lets go of everything, also of what secures others
            amount = tx_sudo.amount
            if row_sudo._get_secured_rows():
                row_sudo.amount_to_void = 0.0
                return None
        void_sudo = row_sudo._create_settle_transaction("void", amount)
        self._checkpoint(run)
        with self._committing_answer(run):
            void_sudo._continuity_send_void()
        row_sudo.amount_to_void = 0.0
        is_free = void_sudo.state == "cancel"
        if is_free and not void_sudo.is_post_processed:
            void_sudo._post_process()
        elif void_sudo.state == "draft" and not void_sudo.continuity_decline_kind:
            # The provider has taken it, and tells later
            is_free = True
        elif not is_free:
            row_sudo._note_void_failed(void_sudo, amount)
        self._checkpoint(run)
        return is_free

    def _note_void_failed(self, void, amount):
        """The hold on the customer's card ends by itself; a person may hasten it."""
        self.ensure_one()
        # Nobody waits for its answer: the row is settled already.
        void.filtered(lambda tx: tx.state == "draft")._set_error(void.state_message)
        void.continuity_no_answer = False
        order = self.continuity_order_id._speak_to_responsible()
        text = order.env._(
            "%(amount)s could not be given back: %(reason)s Void it at the provider.",
            amount=order.currency_id.format(amount),
            reason=void.state_message or "",
        )
        self.state_message = text
        order._schedule_continuity_activity(
            "continuity_program.mail_activity_payment_refund", text
        )

    # === LAPSED === #

    def _lapse(self, run=None):
        """Let an authorisation go that is too old to be captured (rules N86).

        The next run authorises anew. What was captured stays; the rest gets a row of
        its own.

        :param continuity.run run: gets a checkpoint after each step
        :return: False where it is not let go: a capture may still take the money
        :rtype: bool
        """
        self.ensure_one()
        row_sudo = self._lock("authorized")
        if not row_sudo:
            return False
        # One that captures once may take everything: asked anew, it would be paid twice
        is_apart = row_sudo._can_capture_parts()
        together = row_sudo if is_apart else row_sudo._get_secured_rows()
        if any(row._get_open_captures() for row in together):
            return False
        row_sudo._split_captured()
        if row_sudo.state == "paid":
            return True
        text = self.env._("The authorization is too old to be captured.")
        row_sudo.transaction_id._set_canceled(state_message=text)
        row_sudo._refresh_from_transactions()
        row_sudo.write({"amount_to_capture": 0.0, "is_capture_final": False})
        self._checkpoint(run)
        return True

    def _split_captured(self):
        """Let what was captured stand, and claim the rest by a row of its own."""
        self.ensure_one()
        captured = self.amount_captured
        if self.currency_id.is_zero(captured):
            return
        rest = self._split_rest(
            captured,
            due_date=self.company_id._continuity_today(),
            state="scheduled",
            # No card has refused the rest: what was asked was given
            attempts=0,
            next_attempt_date=False,
            invoice_id=self.invoice_id.id,
            receivable_line_id=self.receivable_line_id.id,
        )
        self.write({"state": "paid", "amount_to_void": rest.amount})

    def _get_lapse_moment(self, days):
        """Authorisations asked before this moment are too old.

        :param int days: how long the provider keeps them
        :rtype: datetime
        """
        return fields.Datetime.now() - timedelta(days=days)
