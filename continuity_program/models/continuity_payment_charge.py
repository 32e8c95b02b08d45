# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.fields import Command

#: Providers may forget an idempotency key after a day; the last question of the
#: resolver, after twelve hours, has to be asked before that.
RESEND_HOURS = 18


class ContinuityPayment(models.Model):
    """The payment row: how it is charged, once, whatever crashes.

    Three steps, each ended by the checkpoint of the run: *claim* writes the row and its
    transaction, *charge* asks the provider, *post-process* books the answer. A step
    that was interrupted is found again by the state of the row.
    """

    _inherit = "continuity.payment"

    # === BUSINESS METHODS === #

    def _charge(self, run=None, post_process=True, submitting=False, by_hand=False):
        """Charge the rows that may be charged, in the order of their due dates.

        Rows of one sale order that is being submitted share one transaction per card;
        every other row has its own. Nothing raises after a request has gone out, except
        what makes Odoo repeat the whole call.

        :param continuity.run run: gets a checkpoint after each step; None = everything
            happens in the transaction of the caller
        :param bool post_process: False when the caller confirms documents first and
            calls :meth:`_post_process` afterwards
        :param bool submitting: the order is about to be submitted, so draft is no
            obstacle
        :param bool by_hand: a person asks for it, so neither the date of the next
            attempt nor the payment hold is an obstacle
        :return: the rows whose provider was asked in this call
        :rtype: continuity.payment
        """
        asked = self.filtered(lambda row: row.state == "processing")
        asked = asked._resume_interrupted(run, post_process)
        for rows in (self - asked)._get_charge_groups():
            today = run.date if run else rows.company_id._continuity_today()
            claimed = rows._claim(today, submitting, by_hand)
            self._checkpoint(run)
            if not claimed:
                continue
            sent = claimed._send_charge(today)
            self._checkpoint(run)
            asked |= sent
            if post_process and sent:
                sent._post_process()
                self._checkpoint(run)
        return self & asked

    def _retry_on_submit(self, run=None):
        """Try a card that was declined at Submit once more, if the company wants it.

        A hard decline, and a card that had its second try already, are left alone.

        :param continuity.run run: see :meth:`_charge`
        """
        self.filtered(
            lambda row: (
                row.company_id.continuity_retry_on_submit
                and row.state == "declined"
                and row.attempts == 1
                and row.next_attempt_date
            )
        )._charge(run, post_process=False, submitting=True)

    def _post_process(self):
        """Book what the providers answered: entries, confirmation, mails.

        Repeating it changes nothing: only answers that were not booked yet are taken.
        """
        # Sellers have no right on transactions.
        transactions_sudo = self.sudo().transaction_id.filtered(
            lambda tx: not tx.is_post_processed and tx.state != "draft"
        )
        for tx_sudo in transactions_sudo:
            tx_sudo._post_process()

    def _resume_interrupted(self, run=None, post_process=True):
        """Take up rows whose worker died between claim and answer.

        Nobody knows whether the request went out. A live worker holds a lock on its
        rows while it asks, so a row that can be locked has none. It is asked again with
        the **same** transaction, hence the same reference and idempotency key, where
        the provider honours one; otherwise it becomes *unknown* for a person.

        :param continuity.run run: see :meth:`_charge`
        :param bool post_process: see :meth:`_charge`
        :return: the rows that were taken up
        :rtype: continuity.payment
        """
        resumed = self.browse()
        for rows in self._group_by_transaction():
            rows_sudo = rows._lock("processing")
            if not rows_sudo:
                continue
            rows_sudo._ask_same_transaction()
            resumed |= rows_sudo
            self._checkpoint(run)
            if post_process:
                rows_sudo._post_process()
                self._checkpoint(run)
        return self & resumed

    def _ask_again(self, run=None):
        """Ask the provider of *unknown* rows again, with the same transaction.

        :param continuity.run run: see :meth:`_charge`
        :return: the rows that have an answer now
        :rtype: continuity.payment
        """
        answered = self.browse()
        for rows in self._group_by_transaction():
            rows_sudo = rows._lock("unknown")
            if not rows_sudo:
                continue
            rows_sudo._ask_same_transaction()
            self._checkpoint(run)
            rows_sudo._post_process()
            self._checkpoint(run)
            answered |= rows_sudo.filtered(lambda row: row.state != "unknown")
        return self & answered

    # === STEP 1: CLAIM === #

    def _claim(self, today, submitting=False, by_hand=False):
        """Write the intent: the transaction, and the row that belongs to it.

        The lock comes first and the rows are read again under it, so that of two
        workers one finds nothing left to do (implementation 8).

        :param date today: rows due later are left alone
        :param bool submitting: see :meth:`_charge`
        :param bool by_hand: see :meth:`_charge`
        :return: the rows to charge, in sudo, all with one transaction
        :rtype: continuity.payment
        :raise UserError: the database is a copy (trap 53)
        """
        rows_sudo = self._lock("scheduled", "declined")
        rows_sudo = rows_sudo.filtered(
            lambda row: row._is_chargeable(today, submitting, by_hand)
        )
        rows_sudo = rows_sudo._leave_out_settled()
        if not rows_sudo:
            return rows_sudo
        self.env["continuity.database"]._check_confirmed()
        tx_sudo = (
            self.env["payment.transaction"]
            .sudo()
            .with_company(rows_sudo.company_id)
            .create(rows_sudo._prepare_transaction_vals())
        )
        rows_sudo.write(
            {
                "state": "processing",
                "transaction_id": tx_sudo.id,
                "transaction_ids": [Command.link(tx_sudo.id)],
                "requested_at": fields.Datetime.now(),
                "resolve_count": 0,
                "is_being_resolved": False,
                "state_message": False,
                "amount_to_capture": 0.0,
                "amount_captured": 0.0,
                "is_capture_final": False,
            }
        )
        self.env["continuity.payment.share"]._create_for_rows(tx_sudo, rows_sudo)
        return rows_sudo

    def _lock(self, *states):
        """Lock the rows nobody else works on and read them anew.

        :param str states: rows in another state are left out
        :return: the locked rows, in sudo: the ledger is written by nobody else
        :rtype: continuity.payment
        """
        self.env.flush_all()
        rows_sudo = self.sudo().try_lock_for_update(allow_referencing=True)
        rows_sudo.invalidate_recordset()
        return rows_sudo.filtered(lambda row: row.state in states)

    def _is_chargeable(self, today, submitting=False, by_hand=False):
        """Say whether the row may be charged now (rules F3).

        :param date today: company-local date
        :param bool submitting: the order may still be a draft
        :param bool by_hand: see :meth:`_charge`
        :rtype: bool
        """
        self.ensure_one()
        order = self.continuity_order_id
        is_due = self.due_date <= today
        if self.state == "declined" and not (submitting or by_hand):
            is_due = bool(self.next_attempt_date) and self.next_attempt_date <= today
        return (
            is_due
            and self.amount > 0
            and order.payment_method == "card"
            and order._is_charging(submitting, by_hand)
            and not order.sale_order_id.continuity_hold
            and not order._get_card_problem(max(self.due_date, today))
            and not self._has_earlier_open_row()
            and not self._is_about_to_be_credited()
        )

    def _has_earlier_open_row(self):
        """Rows of one document are charged strictly in due order: Odoo matches the
        oldest maturity first, whatever was meant (implementation 11)."""
        self.ensure_one()
        return any(
            row.shipment_id == self.shipment_id
            and row.sequence < self.sequence
            and row.due_date < self.due_date
            and row.state in ("scheduled", "declined", "processing", "unknown")
            for row in self.continuity_order_id.payment_ids
        )

    def _leave_out_settled(self):
        """Leave out rows whose invoice was paid another way (implementation 11).

        Nothing owed: the row is paid. Another payment under way: not now. Less owed
        than the row says: only that much is charged.

        :rtype: continuity.payment
        """
        rows = self.browse()
        for row in self:
            if not row.invoice_id or row.invoice_id.state != "posted":
                rows |= row
                continue
            if row._get_foreign_transactions():
                continue
            owed = row._get_amount_owed()
            if row.currency_id.is_zero(owed):
                row._set_paid_otherwise()
                continue
            if row.currency_id.compare_amounts(owed, row.amount) < 0:
                row.amount = owed
            rows |= row
        return rows

    def _get_foreign_transactions(self):
        """Payments of the invoice that are under way and not ours."""
        self.ensure_one()
        return (self.invoice_id.transaction_ids - self.transaction_ids).filtered(
            lambda tx: tx.state in ("pending", "authorized") and tx.amount > 0
        )

    def _get_amount_owed(self):
        """What the invoice still owes up to the due date of the row."""
        self.ensure_one()
        if self.invoice_id.continuity_instalments:
            return self._get_part_owed()
        lines = self.receivable_line_id or self.invoice_id.line_ids.filtered(
            lambda line: (
                line.display_type == "payment_term"
                and (line.date_maturity or self.due_date) <= self.due_date
            )
        )
        return sum(lines.mapped("amount_residual_currency"))

    def _prepare_transaction_vals(self):
        """Values of the transaction that charges all rows of `self`.

        It is linked to the invoice, or to the child order while there is no invoice,
        and never to the parent order (rules BR5).

        :rtype: dict
        """
        order = self.continuity_order_id[:1]
        token = order.payment_token_id
        invoices = self.invoice_id.filtered(lambda move: move.state != "cancel")
        without_invoice = self.filtered(lambda row: not row.invoice_id)
        return {
            "provider_id": token.provider_id.id,
            "payment_method_id": token.payment_method_id.id,
            "token_id": token.id,
            "reference": self._get_reference(),
            "amount": sum(self.mapped("amount")),
            "currency_id": order.currency_id.id,
            "partner_id": (invoices[:1].partner_id or order.partner_invoice_id).id,
            "operation": "offline",
            "continuity_asked_at": fields.Datetime.now(),
            "invoice_ids": [Command.set(invoices.ids)],
            "sale_order_ids": [Command.set(without_invoice.child_order_id.ids)],
        }

    def _get_reference(self):
        """Reference of the next transaction of the first row.

        The attempt counts transactions and not declines: a new card starts the declines
        anew, but must never get the reference of an old request.

        :rtype: str
        """
        row = self.sorted(lambda r: (r.continuity_order_id.id, r.sequence))[:1]
        shipment = row.shipment_id
        return self.env["payment.transaction"]._continuity_get_reference(
            f"CP{row.continuity_order_id.id}-",
            (shipment.event_number or 0, shipment.occurrence or 0, row.sequence),
            len(row.sudo().transaction_ids) + 1,
        )

    # === STEP 2: CHARGE === #

    def _send_charge(self, today):
        """Ask the provider and bring the rows to its answer.

        The lock of the claim is gone when the run has committed: it is taken again, and
        whoever finds the row taken up by somebody else leaves it.

        :param date today: counts the days until the next attempt
        :return: the rows, or none if the claim was withdrawn
        :rtype: continuity.payment
        """
        rows_sudo = self._lock("processing")
        if rows_sudo != self.sudo() or len(rows_sudo.transaction_id) != 1:
            return self
        if refusal := rows_sudo.transaction_id._continuity_get_card_refusal():
            rows_sudo._withdraw_claim(refusal[1])
            return self.browse()
        rows_sudo.transaction_id._continuity_send_charge()
        rows_sudo._refresh_from_transactions(today)
        return self

    def _withdraw_claim(self, reason):
        """Free claimed rows before anybody was asked: that is no decline.

        :param str reason: why, for people
        """
        self.transaction_id._set_canceled(state_message=reason)
        for state, rows in self.grouped(
            lambda row: "declined" if row._was_taken_back() else "scheduled"
        ).items():
            rows.write(
                {"state": state, "transaction_id": False, "state_message": reason}
            )

    def _was_taken_back(self):
        """Say whether a charge of the row was declined, or charged back: it does not go
        out again by itself like one that was never tried.

        :rtype: bool
        """
        self.ensure_one()
        return bool(
            self.attempts or self.transaction_ids.filtered("continuity_charged_back")
        )

    def _ask_same_transaction(self):
        """Send the request of the rows' transaction a second time, or give up.

        :raise UserError: the database is a copy
        """
        self.env["continuity.database"]._check_confirmed()
        self._count_question()
        if captures_sudo := self._get_open_captures():
            # Nobody knows whether it was captured: providers may do it twice.
            captures_sudo.continuity_no_answer = True
            self._refresh_from_transactions()
            return
        tx_sudo = self.transaction_id
        if tx_sudo._continuity_can_be_asked_again(RESEND_HOURS):
            tx_sudo._continuity_ask_again()
        elif tx_sudo.state in ("draft", "error"):
            tx_sudo.continuity_no_answer = True
        self._refresh_from_transactions()

    # === HELPERS === #

    def _get_charge_groups(self):
        """Rows that are charged together, in due order.

        :rtype: list[continuity.payment]
        """
        groups = {}
        for row in self.sorted(lambda r: (r.due_date, r.sequence, r.id)):
            order = row.continuity_order_id
            key = (
                (order.sale_order_id, order.payment_token_id, row.currency_id)
                if order.state == "draft"
                else row
            )
            groups[key] = groups.get(key, self.browse()) | row
        return list(groups.values())

    def _group_by_transaction(self):
        """Rows that share a transaction get their answer together."""
        # Transactions are for accountants; rows that share one move together.
        by_tx = self.sudo().grouped("transaction_id")
        return [rows.sudo(self.env.su) for tx_sudo, rows in by_tx.items() if tx_sudo]

    def _checkpoint(self, run):
        """Let the run commit, if there is one and it may."""
        if run is not None:
            run._checkpoint()
