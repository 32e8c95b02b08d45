# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ... import billing
from ..cards.payment_token_check import CARD_REASONS
from ..payments.payment_transaction_answer import NOTHING_SEEN

#: A customer who has begun to pay has so long to end it
PAGE_MINUTES = 30
#: Two of his windows do not pay at once; after so long he may begin anew
AGAIN_SECONDS = 60
#: What the account says about the card that is stored: he types another one
CARD_CODES = frozenset({"no_card", *CARD_REASONS})


class ContinuityPayment(models.Model):
    """The payment row: the customer pays it himself, before the eyes of his bank.

    His transaction is linked before the form of the provider opens. Nobody asks for it
    again: what it comes to, the provider says, or nothing within half an hour. Then it
    may be paid anew; money that comes later all the same is taken.
    """

    _inherit = "continuity.payment"

    def _is_on_session(self):
        """Say whether the customer pays it himself just now.

        :rtype: bool
        """
        self.ensure_one()
        return bool(
            self.state == "processing"
            and self.transaction_id.continuity_on_session
            # What he has paid is being captured: that is asked by us
            and not self._get_open_captures()
        )

    def _is_authentication_open(self):
        """Say whether its bank wants to see the customer.

        :rtype: bool
        """
        self.ensure_one()
        is_asked = self.state == "declined" and self.decline_kind == "authenticate"
        return is_asked or self._is_on_session()

    # === BEGIN === #

    def _begin_on_session(self):
        """Make sure that the customer may pay, alone and once.

        With the mutex of the order: what another door has paid meanwhile is not paid
        again.

        :return: the row, in sudo, with what is left of its amount
        :rtype: continuity.payment
        :raise UserError: a sentence for the customer
        :raise psycopg2.errors.SerializationFailure: see `continuity.billing._lock`
        """
        self.ensure_one()
        self.env["continuity.database"]._check_confirmed()
        self.env["continuity.billing"]._lock(self.continuity_order_id, wait=True)
        row_sudo = self._lock("declined", "processing")
        if row_sudo and row_sudo._is_on_session():
            row_sudo._check_other_window()
            row_sudo._end_page()
        if not row_sudo or not row_sudo._is_authentication_open():
            raise UserError(self._get_not_open_text())
        today = row_sudo.company_id._continuity_today()
        asked, refused = row_sudo._judge(today, by_hand=True, on_session=True)
        if verdict := asked.get(row_sudo):
            row_sudo._lower_to(verdict.amount)
        elif refused[row_sudo] not in CARD_CODES:
            raise UserError(row_sudo._settle_refused(refused[row_sudo], today))
        return row_sudo

    def _settle_refused(self, code, today):
        """Do without the customer what is paid without him; he is told why.

        :param str code: why he is not asked
        :param date today: company-local date
        :return: a sentence for the customer
        :rtype: str
        """
        self._follow_code(code)
        if code == "use_double_charge":
            code = self._use_double_charge(today, by_hand=True, on_session=True)
            # What is said to him is an error, which would undo it
            self._get_button_run()._checkpoint()
        return self._explain(code, today)[1]

    def _check_other_window(self):
        """Refuse a second try while the first one may still be under way.

        :raise UserError: a sentence for the customer
        """
        soonest = fields.Datetime.now() - timedelta(seconds=AGAIN_SECONDS)
        if self.transaction_id.state != "draft" or self.requested_at > soonest:
            raise UserError(self._get_other_window_text())

    def _get_other_window_text(self):
        return self.env._(
            "A payment of it is under way already, maybe in another window. You do not"
            " have to pay twice: wait a minute, then reload the page."
        )

    def _get_not_open_text(self):
        return self.env._("Nothing is left to pay here. Please reload the page.")

    def _prepare_on_session_vals(self):
        """Return what is known of the transaction before the customer chooses.

        :rtype: dict
        """
        self.ensure_one()
        known = self._prepare_transaction_vals()
        order = self.continuity_order_id
        return {
            "continuity_on_session": True,
            "continuity_order_id": order.id,
            "continuity_replaced_token_id": order.payment_token_id.id,
            "invoice_ids": known["invoice_ids"],
            "sale_order_ids": known["sale_order_ids"],
        }

    def _await_on_session(self, tx):
        """Link the transaction the customer is about to pay with.

        :param payment.transaction tx: was made for the row
        """
        self.ensure_one()
        self.write(self._prepare_claim_vals(tx))
        self.env["continuity.payment.share"]._create_for_rows(tx, self)
        self._note(
            self.env._(
                "The customer pays it on a page: the bank asks for the customer."
            )
        )

    # === END === #

    def _is_refused_on_session(self, state, tx):
        """Say whether it failed before the customer's eyes: that is no new decline.

        He sees it himself and may try again; his time goes on.

        :param str state: the state that answers
        :param payment.transaction tx: what was answered
        :rtype: bool
        """
        is_refused = state == "declined" or (
            tx.continuity_decline_kind in billing.NOT_ASKED
        )
        return (
            tx.continuity_on_session
            and self.state in ("processing", "pending")
            and is_refused
        )

    def _return_to_customer(self, message):
        """Let the customer try again, unless it is paid in another way by now.

        :param str message: why it failed, for people
        """
        self.write(
            {
                "state": "declined",
                "transaction_id": False,
                "next_attempt_date": False,
                "decline_kind": "authenticate",
                "state_message": message,
            }
        )
        if self._has_left_card(self._get_shy_card()):
            self._reset_for_new_card()
            self._follow_payment_method()
        self._settle_waiting_credit()

    def _get_shy_card(self):
        """Return the card whose bank wanted to see the customer.

        :return: in sudo; empty where nobody knows it any more
        :rtype: payment.token
        """
        self.ensure_one()
        # Customers and sellers may read neither transactions nor cards
        asked_sudo = self.sudo().transaction_ids.filtered(
            lambda tx: tx.token_id and tx.continuity_decline_kind == "authenticate"
        )
        return asked_sudo.sorted("id")[-1:].token_id

    def _has_left_card(self, token_sudo):
        """Say whether the order is on account, or has another card by now.

        :param payment.token token_sudo: that was asked
        :rtype: bool
        """
        self.ensure_one()
        # Whoever brings the answer may not read cards
        order_sudo = self.sudo().continuity_order_id
        return bool(
            token_sudo
            and (
                order_sudo.payment_method != "card"
                or order_sudo.payment_token_id - token_sudo
            )
        )

    def _end_page(self):
        """Take the answers there are, and wait no longer for those there are not.

        As an *error* a transaction is not under way, and a late message of the provider
        that the money has come all the same is taken.
        """
        rows_sudo = self._lock("processing")
        rows_sudo = rows_sudo.filtered(lambda row: row._is_on_session())
        rows_sudo._refresh_from_transactions()
        left_sudo = rows_sudo.filtered(lambda row: row.state == "processing")
        for row_sudo in left_sudo:
            text = row_sudo.env._("The customer has not completed the payment.")
            row_sudo.transaction_id.write(
                {
                    **NOTHING_SEEN,
                    "state": "error",
                    "state_message": text,
                    "last_state_change": fields.Datetime.now(),
                }
            )
            row_sudo._return_to_customer(text)

    def _get_ended_page_sql(self):
        """Say of which rows `p` the customer has left the page.

        :rtype: SQL
        """
        return SQL(
            """p.state = 'processing' AND EXISTS (
                SELECT FROM payment_transaction page
                 WHERE page.id = p.transaction_id
                   AND page.continuity_on_session
                   AND (page.state != 'draft' OR p.requested_at <= %s)
                   AND NOT %s
            )""",
            fields.Datetime.now() - timedelta(minutes=PAGE_MINUTES),
            self._get_page_captured_sql(),
        )

    def _get_page_captured_sql(self):
        """Say of a transaction `page` that its capture is under way: we ask for it.

        :rtype: SQL
        """
        return SQL(
            """EXISTS (
                SELECT FROM payment_transaction capture
                 WHERE capture.source_transaction_id = page.id AND %s
            )""",
            self._get_open_capture_sql(),
        )

    # === LEFT ALONE === #

    def _leave_out_on_session(self):
        """Leave out what a customer pays himself: no worker of ours was interrupted.

        :rtype: continuity.payment
        """
        # Sellers may not read transactions
        return self.filtered(lambda row: not row.sudo()._is_on_session())
