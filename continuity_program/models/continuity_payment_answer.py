# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import models
from odoo.exceptions import UserError

from .continuity_payment import OPEN_STATES

#: What the state of a transaction makes of its rows; *error* is looked at closer.
ROW_STATES = {
    "pending": "pending",
    "authorized": "authorized",
    "done": "paid",
    "cancel": "declined",
    "error": "declined",
}


class ContinuityPayment(models.Model):
    """The payment row: what an answer of the provider, or of a person, does to it."""

    _inherit = "continuity.payment"

    # === ACTIONS === #

    def action_was_paid(self):
        """It was paid: a person who asked the provider says so (rules N17, F3)."""
        self._check_resolver_right()
        rows_sudo = self.sudo().filtered(lambda row: row.state == "unknown")
        rows_sudo._note(self.env._("%s says: it was paid.", self.env.user.name))
        for tx_sudo in rows_sudo.transaction_id:
            tx_sudo._set_done()
            tx_sudo._post_process()

    def action_was_not_paid(self):
        """It was not paid: the row is free again, the attempt does not count."""
        self._check_resolver_right()
        rows_sudo = self.sudo().filtered(lambda row: row.state == "unknown")
        rows_sudo._note(self.env._("%s says: it was not paid.", self.env.user.name))
        for row_sudo in rows_sudo:
            today = row_sudo.company_id._continuity_today()
            row_sudo.write(
                {
                    "state": "declined",
                    "transaction_id": False,
                    "next_attempt_date": today,
                    "state_message": self.env._("The provider was asked: not paid."),
                }
            )

    def action_write_off(self):
        """Give the amount up. It posts nothing: the receivable is the accountant's."""
        self.check_access("read")
        if not self.env.user.has_group("account.group_account_invoice"):
            raise UserError(
                self.env._("Only an accountant can write off a continuity payment.")
            )
        rows_sudo = self.sudo().filtered(lambda row: row.state in OPEN_STATES)
        rows_sudo.write({"state": "cancelled", "cancel_reason": "written off"})
        rows_sudo._note(self.env._("Written off by %s.", self.env.user.name))
        rows_sudo.continuity_order_id._release_settled_hold()

    def action_charge_now(self):
        """Charge the rows that are due, at once (rules part G: manager, accountant).

        :return: a notification that says what became of it
        :rtype: dict
        """
        self._check_resolver_right()
        asked = self._charge()
        paid = asked.filtered(lambda row: row.state in ("paid", "authorized"))
        if not asked:
            text = self.env._(
                "Nothing was charged: the payment is not due, or its order is not"
                " running, or the card is not valid."
            )
        elif paid == asked:
            text = self.env._("Charged.")
        else:
            text = self.env._("Not charged: see the state of the payment.")
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success" if asked and paid == asked else "warning",
                "message": text,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

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
        or in the wrong order (traps 17).

        :param date today: counts the days until the next attempt; None = the company's
        """
        for row_sudo in self.sudo():
            tx_sudo = row_sudo._get_live_transaction()
            state = row_sudo._get_state_of(tx_sudo)
            row_sudo._refresh_refunded()
            if (state, tx_sudo) != (row_sudo.state, row_sudo.transaction_id):
                row_sudo._apply_answer(state, tx_sudo, today)

    def _get_live_transaction(self):
        """The transaction that counts: one that took money, else the last one asked.

        A late message may turn an *error* into *done* after a new attempt was begun;
        then the money that came counts (implementation 5).
        """
        self.ensure_one()
        transactions = self.transaction_ids
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
        if tx.continuity_no_answer and tx.state in ("draft", "error"):
            return "unknown"
        return ROW_STATES.get(tx.state, self.state)

    def _apply_answer(self, state, tx, today=None):
        """Write a new state and do what belongs to it (rules F3)."""
        self.ensure_one()
        before = self.state
        vals = {
            "state": state,
            "transaction_id": tx.id,
            "state_message": tx.state_message,
        }
        if state != before and state == "declined":
            today = today or self.company_id._continuity_today()
            vals.update(self._prepare_decline_vals(tx, today))
            vals["state_message"] = tx.state_message or self.env._("Declined")
        elif state != "declined":
            vals["next_attempt_date"] = False
        self.write(vals)
        if state != before:
            getattr(self, f"_after_{state}", lambda: None)()
            # A credit note waits for the answer to every row (rules C7)
            self.continuity_order_id.filtered("amount_to_refund")._settle_credit()

    def _prepare_decline_vals(self, tx, today):
        """Count the decline and set the next attempt (rules BR16, N80).

        A hard decline, a bank debit that came back, and the limit leave no next date.

        :rtype: dict
        """
        attempts = self.attempts + 1
        company = self.company_id
        is_final = (
            attempts > company.continuity_retry_limit
            or self.state == "pending"
            or tx._continuity_is_hard_decline()
        )
        days = company._continuity_get_retry_days(attempts)
        return {
            "attempts": attempts,
            "next_attempt_date": False if is_final else today + timedelta(days=days),
        }

    def _after_declined(self):
        order = self.continuity_order_id
        if order.state == "draft":
            return
        self._send_continuity_notice("payment_declined")
        if not self.next_attempt_date:
            order._hold_for_payment(
                self.env._(
                    "Payment of %(amount)s was declined: %(reason)s",
                    amount=self._format_amount(),
                    reason=self.state_message or self.env._("no reason given"),
                )
            )

    def _after_paid(self):
        order = self.continuity_order_id
        order._release_settled_hold()
        if order.state != "draft":
            self._send_continuity_notice("payment_charged")

    def _after_authorized(self):
        self.continuity_order_id._release_settled_hold()

    def _after_unknown(self):
        order = self.continuity_order_id
        order._schedule_continuity_activity(
            "continuity_program.mail_activity_payment_unknown",
            self.env._(
                "The provider did not answer about %(amount)s. Do not take another"
                " card: ask the provider, then say on the payment whether it was paid.",
                amount=self._format_amount(),
            ),
        )

    def _set_paid_otherwise(self):
        """The invoice of the row was paid by transfer, by link, in cash."""
        self.write({"state": "paid", "next_attempt_date": False})
        self._note(self.env._("Paid another way; not charged."))
        self.continuity_order_id._release_settled_hold()

    def _refresh_refunded(self):
        """Count what the provider has given back of the row's own transaction."""
        self.ensure_one()
        refunds = self._get_refund_transactions().filtered(
            lambda child: child.state == "done"
        )
        amount = min(-sum(refunds.mapped("amount")), self.amount)
        if self.currency_id.compare_amounts(amount, self.amount_refunded):
            self.amount_refunded = amount

    # === HELPERS === #

    def _reset_for_new_card(self):
        """Let a new card have all its attempts, at once (rules F3, BR16)."""
        rows_sudo = self.sudo().filtered(lambda row: row.state == "declined")
        rows_sudo.write(
            {
                "state": "scheduled",
                "attempts": 0,
                "next_attempt_date": False,
                "transaction_id": False,
                "state_message": False,
            }
        )

    def _note(self, text):
        """Write the text into the chatter of every row and its order."""
        for row in self:
            row.message_post(body=text)

    def _format_amount(self):
        self.ensure_one()
        return self.currency_id.format(self.amount)
