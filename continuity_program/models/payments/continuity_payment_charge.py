# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.fields import Command

from ..settlement.continuity_billing_settle import settling

#: Providers may forget an idempotency key after a day; the last question of the
#: resolver, after twelve hours, has to be asked before that.
RESEND_HOURS = 18


class ContinuityPayment(models.Model):
    """The payment row: how it is charged, once, whatever crashes.

    Three steps, each ended by the checkpoint of the run: *claim* writes the row and its
    transaction, *charge* asks the provider, *post-process* books the answer. A step
    that was interrupted is found again by the state of the row. What a provider answers
    is committed before anything is made of it.
    """

    _inherit = "continuity.payment"

    # === BUSINESS METHODS === #

    @settling
    def _charge(
        self,
        run=None,
        post_process=True,
        submitting=False,
        by_hand=False,
        left_out=None,
    ):
        """Charge the rows that may be charged, in the order of their due dates.

        Rows of one sale order that is being submitted share one transaction per card;
        every other row has its own. Nothing raises after a request has gone out, except
        what makes Odoo repeat the whole call. It is settled once, after all steps are
        committed: no answer of a provider is lost because somebody else decides.

        :param continuity.run run: gets a checkpoint after each step; None = everything
            happens in the transaction of the caller
        :param bool post_process: False when the caller confirms documents first and
            calls :meth:`_post_process` afterwards
        :param bool submitting: the order is about to be submitted, so draft is no
            obstacle
        :param bool by_hand: a person asks for it, so neither the date of the next
            attempt nor the payment hold is an obstacle
        :param dict left_out: gets, for each row that is not asked, the code that says
            why (see :meth:`_explain`); None = nobody wants to know
        :return: the rows whose provider was asked in this call
        :rtype: continuity.payment
        """
        left_out = {} if left_out is None else left_out
        asked = self._get_asked_before() if by_hand or submitting else self.browse()
        if asked and post_process:
            asked._post_process()
        interrupted = self.filtered(lambda row: row.state == "processing")
        asked |= interrupted._resume_interrupted(run, post_process)
        for rows in (self - asked)._get_charge_groups():
            today = run.date if run else rows.company_id._continuity_today()
            claimed = rows._claim(today, submitting, by_hand, left_out)
            self._checkpoint(run)
            if not claimed:
                continue
            with self._committing_answer(run):
                sent = claimed._send_charge(left_out)
            if not sent:
                continue
            asked |= sent
            sent._take_answer(run, today)
            if post_process:
                sent._post_process()
                self._checkpoint(run)
        for row in asked:
            # It was asked together with another one
            left_out.pop(row, None)
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
        What may be booked together is.
        """
        # Sellers have no right on transactions.
        transactions_sudo = self.sudo().transaction_id.filtered(
            lambda tx: not tx.is_post_processed and tx.state != "draft"
        )
        for round_sudo in transactions_sudo._continuity_get_rounds():
            round_sudo._post_process()

    def _get_asked_before(self):
        """Return the rows whose answer this very call has committed before Odoo began
        it again.

        :rtype: continuity.payment
        """
        # Transactions are for accountants
        answered_sudo = self.sudo().filtered(lambda row: row.state != "processing")
        transactions_sudo = self.env["continuity.billing"]._filter_asked(
            answered_sudo.transaction_id
        )
        rows_sudo = answered_sudo.filtered(
            lambda row: row.transaction_id in transactions_sudo
        )
        return rows_sudo.sudo(self.env.su)

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
        mine = self._leave_out_on_session()
        for rows in mine._group_by_transaction():
            rows_sudo = rows._lock("processing")
            if not rows_sudo:
                continue
            with self._committing_answer(run):
                rows_sudo._ask_same_transaction()
            rows_sudo._take_answer(run)
            resumed |= rows_sudo
            if post_process:
                rows_sudo._post_process()
                self._checkpoint(run)
        return mine & resumed

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
            with self._committing_answer(run):
                rows_sudo._ask_same_transaction()
            rows_sudo._take_answer(run)
            rows_sudo._post_process()
            self._checkpoint(run)
            answered |= rows_sudo.filtered(lambda row: row.state != "unknown")
        return self & answered

    # === STEP 1: CLAIM === #

    def _claim(self, today, submitting=False, by_hand=False, left_out=None):
        """Write the intent: the transaction, and the row that belongs to it.

        The mutex of the order comes first, then the lock of the rows, and under both
        everything is read anew: of two workers one finds nothing left to do, and what
        another door has paid meanwhile is not asked again.

        :param date today: rows due later are left alone
        :param bool submitting: see :meth:`_charge`
        :param bool by_hand: see :meth:`_charge`
        :param dict left_out: see :meth:`_charge`
        :return: the rows to charge, in sudo, all with one transaction
        :rtype: continuity.payment
        :raise UserError: the database is a copy
        :raise psycopg2.errors.SerializationFailure: see `continuity.billing._lock`
        """
        left_out = {} if left_out is None else left_out
        # A person waits for whoever is at it; a process takes up the others
        free = self.env["continuity.billing"]._lock(
            self.continuity_order_id, wait=submitting or by_hand
        )
        mine = self.filtered(lambda row: row.continuity_order_id in free)
        rows_sudo = mine._lock("scheduled", "declined")
        left_out.update(dict.fromkeys(self - rows_sudo, "working"))
        if rows_sudo:
            self.env["continuity.database"]._check_confirmed()
        rows_sudo = rows_sudo._leave_out_refused(today, submitting, by_hand, left_out)
        if not rows_sudo:
            return rows_sudo
        # A customer or a seller has asked for it, and neither may create transactions
        tx_sudo = (
            self.env["payment.transaction"]
            .sudo()
            .with_company(rows_sudo.company_id)
            .create(rows_sudo._prepare_transaction_vals())
        )
        rows_sudo.write(self._prepare_claim_vals(tx_sudo))
        self.env["continuity.payment.share"]._create_for_rows(tx_sudo, rows_sudo)
        return rows_sudo

    def _prepare_claim_vals(self, tx):
        """Values of rows that are about to be asked.

        :param payment.transaction tx: of all of them
        :rtype: dict
        """
        return {
            "state": "processing",
            "transaction_id": tx.id,
            "transaction_ids": [Command.link(tx.id)],
            "requested_at": fields.Datetime.now(),
            "resolve_count": 0,
            "is_being_resolved": False,
            "state_message": False,
            "amount_to_capture": 0.0,
            "amount_captured": 0.0,
            "is_capture_final": False,
        }

    def _leave_out_refused(self, today, submitting, by_hand, left_out):
        """Leave out what the account does not let be asked, and lower what it does.

        What is paid already becomes *paid*.

        :param dict left_out: gets the code of each row that is left out
        :return: the rows to charge, those that are too small alone with their others
        :rtype: continuity.payment
        """
        asked, refused = self._judge(today, submitting, by_hand)
        together = self.browse({key for v in asked.values() for key in v.rows})
        others = (together - self)._lock("scheduled", "declined")
        rows = self.browse()
        if others:
            asked, refused = (self | others)._judge(today, submitting, by_hand)
        for row, verdict in asked.items():
            if verdict.rows <= {other.id for other in asked}:
                row._lower_to(verdict.amount)
                rows |= row
            else:
                refused[row] = "working"
        for row, code in refused.items():
            row._follow_code(code)
            if code == "use_double_charge":
                code = row._use_double_charge(today, by_hand)
            left_out[row] = code
        return rows

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

    def _prepare_transaction_vals(self):
        """Values of the transaction that charges all rows of `self`.

        It is linked to the invoice, or to the child order while there is no invoice,
        and never to the parent order (BR5).

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
            # All attempts count, also for those who may read no transactions
            len(row.sudo().transaction_ids) + 1,
        )

    # === STEP 2: CHARGE === #

    def _send_charge(self, left_out=None):
        """Ask the provider.

        The lock of the claim is gone when the run has committed: it is taken again, and
        whoever finds the row taken up by somebody else leaves it.

        :param dict left_out: see :meth:`_charge`
        :return: the rows, or none if the claim was withdrawn
        :rtype: continuity.payment
        """
        rows_sudo = self._lock("processing")
        if rows_sudo != self or len(rows_sudo.transaction_id) != 1:
            return self
        if refusal := rows_sudo.transaction_id._continuity_get_card_refusal():
            rows_sudo._withdraw_claim(refusal[1])
            if left_out is not None:
                left_out.update(dict.fromkeys(rows_sudo, refusal[0]))
            return self.browse()
        rows_sudo.transaction_id._continuity_send_charge()
        return self

    def _take_answer(self, run=None, today=None):
        """Bring the rows to what their provider has answered.

        An order that is put on hold may be written by somebody else. The answer is not
        lost with it: it is on the transaction, and the row is found again.

        :param continuity.run run: see :meth:`_charge`
        :param date today: counts the days until the next attempt; None = the company's
        """
        with self._committing_answer(run):
            # Whoever has taken it up meanwhile has brought it there
            rows_sudo = self._lock("processing", "unknown")
            rows_sudo._refresh_from_transactions(today)

    def _withdraw_claim(self, reason):
        """Free claimed rows before anybody was asked: that is no decline.

        :param str reason: why, for people
        """
        self.transaction_id._set_canceled(state_message=reason)
        for row in self:
            row.write({"state_message": reason, **row._prepare_free_vals()})

    def _ask_same_transaction(self):
        """Send the request of the rows' transaction a second time, or give up.

        :raise UserError: the database is a copy
        """
        self.env["continuity.database"]._check_confirmed()
        captures_sudo = self._get_open_captures()
        if not captures_sudo and self._is_answered():
            return
        self._count_question()
        if captures_sudo:
            # Nobody knows whether it was captured: providers may do it twice. What
            # was taken is answered later.
            lost_sudo = captures_sudo - captures_sudo._continuity_get_awaited()
            lost_sudo.continuity_no_answer = True
            return
        tx_sudo = self.transaction_id
        if tx_sudo._continuity_can_be_asked_again(RESEND_HOURS):
            tx_sudo._continuity_ask_again()
        elif tx_sudo._continuity_can_be_queried(RESEND_HOURS):
            tx_sudo._continuity_query()
        elif tx_sudo.state in ("draft", "error"):
            tx_sudo.continuity_no_answer = True

    def _is_answered(self):
        """Say whether the answer is there already, and only the rows are behind it."""
        tx_sudo = self.transaction_id
        return tx_sudo.state != "draft" and not tx_sudo.continuity_no_answer

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

    def _committing_answer(self, run):
        """Commit what a provider answers before anything else is made of it.

        :param continuity.run run: see :meth:`_charge`
        :rtype: contextlib.AbstractContextManager
        """
        billing = self.env["continuity.billing"]
        return billing._settling_after(lambda: self._checkpoint(run))

    def _checkpoint(self, run):
        """Let the run commit, if there is one and it may."""
        if run is not None:
            run._checkpoint()
            self.env["continuity.billing"]._watch_call()
