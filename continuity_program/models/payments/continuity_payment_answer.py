# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import models
from odoo.exceptions import UserError
from odoo.fields import Command

from ... import billing
from ...arguments import public, read_text
from ..base.sealed import Sealed
from .continuity_payment import OPEN_STATES

#: Kinds of a refusal after which the same card is not tried again
FINAL_KINDS = ("hard", "authenticate")


class ContinuityPayment(models.Model):
    """The payment row: what an answer of the provider, or of a person, does to it."""

    _inherit = "continuity.payment"

    # === ACTIONS === #

    @public(provider_reference=read_text)
    def action_was_paid(self, provider_reference=None):
        """It was paid: a person who asked the provider says so (rules F3).

        :param str provider_reference: what the provider calls the payment
        :raise UserError: neither manager nor accountant, or one of them has an answer
        """
        self._check_resolver_right()
        self._check_fits("unknown")
        # Who may answer was checked: managers write neither rows nor transactions
        rows_sudo = self.sudo()
        rows_sudo._note(
            self.env._(
                "%(user)s says: it was paid. %(reference)s",
                user=self.env.user.name,
                reference=provider_reference or "",
            ).strip()
        )
        for rows in rows_sudo._group_by_transaction():
            tx_sudo = rows[:1]._get_asked_transaction()
            if provider_reference:
                tx_sudo.provider_reference = provider_reference
            tx_sudo._set_done()
            tx_sudo._post_process()

    @public()
    def action_was_not_paid(self):
        """It was not paid: the row is free again, the attempt does not count.

        :raise UserError: neither manager nor accountant, or one of them has an answer
        """
        self._check_resolver_right()
        self._check_fits("unknown")
        # Who may answer was checked; the row that is free again is written by us
        rows_sudo = self.sudo()
        rows_sudo._note(self.env._("%s says: it was not paid.", self.env.user.name))
        text = self.env._("The provider was asked: not paid.")
        for row_sudo in rows_sudo:
            if captures_sudo := row_sudo._get_open_captures():
                # Still authorised: the same money is captured by the next run
                captures_sudo.write({"continuity_no_answer": False, "state": "cancel"})
                row_sudo.write({"state": "authorized", "state_message": text})
                continue
            today = row_sudo.company_id._continuity_today()
            asked_sudo = row_sudo.transaction_id
            row_sudo.write(
                {
                    **row_sudo._prepare_free_vals(),
                    "state": "declined",
                    "next_attempt_date": today,
                    "state_message": text,
                }
            )
            asked_sudo._continuity_let_go(text)

    @public(reason=read_text)
    def action_write_off(self, reason=None):
        """Give the amount up. It posts nothing: the receivable is the accountant's.

        :param str reason: why, for the books
        :raise UserError: not an accountant, no reason, or one of them is not open
        """
        self._check_accountant(self._get_write_off_refusal())
        if not (reason or "").strip():
            raise UserError(self.env._("Enter the reason of the write-off."))
        self._check_fits(*OPEN_STATES)
        # The accountant was checked; he reads rows, and may write none
        rows_sudo = self.sudo()
        text = self.env._("written off: %s", reason)
        rows_sudo.write(
            {
                "state": "cancelled",
                "cancel_kind": "written_off",
                "cancel_reason": text,
            }
        )
        rows_sudo._note(
            self.env._(
                "Written off by %(user)s: %(reason)s",
                user=self.env.user.name,
                reason=reason,
            )
        )
        rows_sudo.continuity_order_id._release_settled_hold()

    def _get_write_off_refusal(self):
        return self.env._("Only an accountant can write off a continuity payment.")

    @public()
    def action_open_paid(self):
        """Ask for the reference of a payment that was made.

        :rtype: dict
        :raise UserError: one of them has an answer
        """
        self._check_resolver_right()
        self._check_fits("unknown")
        return self._open_answer("paid")

    @public()
    def action_open_write_off(self):
        """Ask why the amount is given up.

        :rtype: dict
        :raise UserError: not an accountant, or one of them is not open
        """
        self._check_accountant(self._get_write_off_refusal())
        self._check_fits(*OPEN_STATES)
        return self._open_answer("write_off")

    @public()
    def action_open_chargeback(self):
        """Ask why the bank has taken the money back.

        What was paid by a link, on the portal or in the shop came by a payment of its
        own: that one is asked about, or they are listed when there are several.

        :rtype: dict
        :raise UserError: not an accountant, or one of them was not paid, or by money no
            provider has taken
        """
        self._check_accountant(self._get_charge_back_refusal())
        if self and all(row._get_situation() == "paid_otherwise" for row in self):
            covering = self._get_covering_payments()
            if len(covering) == 1:
                return covering.action_continuity_open_chargeback()
            if covering:
                return covering._get_records_action(
                    name=self.env._("Which payment did the bank take back?")
                )
        self._check_may_charge_back()
        return self._open_answer("chargeback")

    def _open_answer(self, kind):
        """Ask for what belongs to an answer: a reference, or a reason.

        :param str kind: a key of `kind` of the dialog
        :rtype: dict
        """
        dialog = self.env["continuity.payment.answer"].create(
            {"payment_ids": [Command.set(self.ids)], "kind": kind}
        )
        return dialog._get_action()

    def _get_committing_run(self):
        """The checkpoints of a button: they commit.

        The button begins with it, and Odoo may begin the button again.

        :return: an empty run, whose checkpoints need no record
        :rtype: continuity.run
        """
        self.env["continuity.billing"]._begin_call()
        return self._get_button_run()

    def _get_button_run(self):
        """Return the run of a button, which owns its transaction.

        :rtype: continuity.run
        """
        return self.env["continuity.run"].with_context(continuity_commit=Sealed())

    def _check_resolver_right(self):
        """Only managers and accountants may answer for a provider, in their companies.

        :raise AccessError: rows the user may not read
        :raise UserError: anybody else
        """
        self.check_access("read")
        user = self.env.user
        if not (
            user.has_group("sales_team.group_sale_manager")
            or user.has_group("account.group_account_invoice")
        ):
            raise UserError(
                self.env._("Only a sales manager or an accountant can do this.")
            )

    # === BUSINESS METHODS === #

    def _refresh_from_transactions(self, today=None):
        """Bring the rows to the state of their transactions.

        Repeating it changes nothing, so a message of the provider may come late, twice
        or in the wrong order.

        :param date today: counts the days until the next attempt; None = the company's
        """
        # Messages of providers, jobs and people bring the answer; the rows are ours
        for row_sudo in self.sudo():
            row_sudo._follow_captures()
            tx_sudo = row_sudo._get_live_transaction()
            state = row_sudo._get_state_of(tx_sudo)
            if (state, tx_sudo) != (row_sudo.state, row_sudo.transaction_id):
                row_sudo._apply_answer(state, tx_sudo, today)

    def _get_live_transaction(self):
        """The transaction that counts: one that took money, else the last one asked.

        A late message may turn an *error* into *done* after a new attempt was begun;
        then the money that came counts.
        """
        self.ensure_one()
        transactions = self.transaction_ids.filtered(
            lambda tx: not tx.continuity_charged_back
        )
        for states in (("done",), ("authorized", "pending")):
            good = transactions.filtered(lambda tx, states=states: tx.state in states)
            if good and self.transaction_id not in good:
                return good[:1]
            if good:
                return self.transaction_id
        return self.transaction_id

    def _get_state_of(self, tx):
        """State of the row under this transaction.

        :param payment.transaction tx: the live one; none = the row stays as it is
        :rtype: str
        """
        self.ensure_one()
        if not tx:
            return self.state
        if self.state == "cancelled" and tx.state != "done":
            return "cancelled"
        if state := self._get_captured_state(tx):
            return state
        return billing.row_state(tx._continuity_get_answer(), self.state)

    def _apply_answer(self, state, tx, today=None):
        """Write a new state and do what belongs to it (rules F3)."""
        self.ensure_one()
        if self._is_refused_on_session(state, tx):
            self._return_to_customer(tx.state_message)
            return
        if tx.continuity_decline_kind in billing.NOT_ASKED:
            self._return_unasked(tx)
            return
        before = self.state
        vals = {
            "state": state,
            "transaction_id": tx.id,
            "state_message": tx.state_message,
            "decline_kind": tx.continuity_decline_kind,
        }
        if state != before and state == "declined":
            today = today or self.company_id._continuity_today()
            vals.update(self._prepare_decline_vals(tx, today))
            vals["state_message"] = tx.state_message or self.env._("Declined")
        elif state not in ("declined", "unknown", "processing"):
            # What has no answer yet may turn out not to have been asked
            vals["next_attempt_date"] = False
        if state == "scheduled":
            vals["transaction_id"] = False
        elif state == "paid":
            vals.update(self._prepare_taken_vals(tx))
        self.write(vals)
        if state != before:
            getattr(self, f"_after_{state}", lambda: None)()
            self._settle_waiting_credit()

    def _return_unasked(self, tx):
        """Free a row whose bank was never asked: it is tried again as it was.

        Nothing is counted, and nobody is told: it is not the customer's fault.

        :param payment.transaction tx: what was not asked, and why
        """
        self.write(
            {
                "decline_kind": tx.continuity_decline_kind,
                "state_message": tx.state_message,
                **self._prepare_free_vals(),
            }
        )
        self._settle_waiting_credit()

    def _settle_waiting_credit(self):
        """A credit note waits for the answer to every row."""
        order = self.continuity_order_id
        order.filtered(lambda o: o._get_open_notes())._settle_credit()

    def _prepare_decline_vals(self, tx, today):
        """Count the decline and set the next attempt (rules BR16).

        A hard decline, a bank debit that came back, and the limit leave no next date.
        What a customer tries by himself is no attempt of ours: the number and the date
        stand as they were. What no process has asked yet is asked when it is due.

        :rtype: dict
        """
        if tx._continuity_is_own_try() and self._is_soft(tx):
            untried = not self._was_taken_back()
            return {"next_attempt_date": today} if untried else {}
        attempts = self.attempts + 1
        company = self.company_id
        is_final = attempts > company.continuity_retry_limit or not self._is_soft(tx)
        days = company._continuity_get_retry_days(attempts)
        return {
            "attempts": attempts,
            "next_attempt_date": False if is_final else today + timedelta(days=days),
            **self._prepare_authenticate_vals(tx, today),
        }

    def _is_soft(self, tx):
        """Say whether the same card may be asked again after a decline.

        :param payment.transaction tx: what was declined
        :rtype: bool
        """
        self.ensure_one()
        is_final = tx.continuity_decline_kind in FINAL_KINDS
        return self.state != "pending" and not is_final

    def _after_declined(self):
        order = self.continuity_order_id
        if order.state == "draft":
            return
        if self._has_another_method():
            self._reset_for_new_card()
            self._follow_payment_method()
            return
        if self.authenticate_until:
            self._tell_to_authenticate()
            return
        self._send_continuity_notice("payment_declined")
        if not self.next_attempt_date:
            row = self.with_env(order._speak_to_responsible().env)
            order._hold_for_payment(
                row.env._(
                    "Payment of %(amount)s was declined: %(reason)s",
                    amount=row._format_amount(),
                    reason=row.state_message or row.env._("no reason given"),
                )
            )

    def _has_another_method(self):
        """Say whether the order is on account, or has another card by now.

        What a customer tries himself, with whatever card, says nothing about the one
        we have asked.

        :rtype: bool
        """
        self.ensure_one()
        # Whoever brings the answer may read neither transactions nor cards
        tx_sudo = self.sudo().transaction_id
        if tx_sudo.operation != "offline" or tx_sudo._continuity_is_own_try():
            return False
        return self._has_left_card(tx_sudo.token_id)

    def _after_paid(self):
        order = self.continuity_order_id
        order._release_settled_hold()
        if order.state != "draft":
            self._send_continuity_notice("payment_charged")

    def _after_authorized(self):
        self.continuity_order_id._release_settled_hold()
        self._mark_to_capture()

    def _after_unknown(self):
        order = self.continuity_order_id
        row = self.with_env(order._speak_to_responsible().env)
        order._schedule_continuity_activity(
            "continuity_program.mail_activity_payment_unknown",
            row.env._(
                "The provider did not answer about %(amount)s. Do not take another"
                " card: ask the provider, then say on the payment whether it was paid.",
                amount=row._format_amount(),
            ),
        )

    # === HELPERS === #

    def _reset_for_new_card(self):
        """Let a new card have all its attempts, at once (rules F3, BR16)."""
        # A customer stores his new card; the rows that it may pay he may not write
        rows_sudo = self.sudo().filtered(lambda row: row.state == "declined")
        rows_sudo.write(
            {
                "state": "scheduled",
                "attempts": 0,
                "next_attempt_date": False,
                "transaction_id": False,
                "state_message": False,
                "decline_kind": False,
                "authenticate_until": False,
            }
        )

    def _note(self, text):
        """Write the text into the chatter of every row.

        :param str text: what all of them are told
        """
        self._note_each(dict.fromkeys(self, text))

    def _note_each(self, texts):
        """Write into the chatter of each row what belongs to it, by one statement.

        :param dict texts: text per row
        """
        if rows := self.filtered(texts.get):
            rows._message_log_batch({row.id: texts[row] for row in rows})

    def _format_amount(self):
        self.ensure_one()
        return self.currency_id.format(self.amount)
