# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging

from odoo import models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.continuity_program.models.settlement.continuity_billing_settle import (
    settling,
)

_logger = logging.getLogger(__name__)


class ContinuityPayment(models.Model):
    """The payment row: its stored card is charged before the eyes of its bank.

    Claim, question and answer are committed one by one, as with every charge. What was
    begun is gone on with: the same request, the same page of the bank. A second one
    begins when the first is refused or cancelled, so nobody pays twice.
    """

    _inherit = "continuity.payment"

    # === WHAT IS OFFERED === #

    def _get_bank_card(self):
        """Return the stored card that can be shown to its bank.

        :return: in sudo; empty where another card has to be typed
        :rtype: payment.token
        """
        self.ensure_one()
        # Customers have no right on cards and providers
        order_sudo = self.sudo().continuity_order_id
        token_sudo = order_sudo.payment_token_id
        day = max(self.due_date, order_sudo.company_id._continuity_today())
        if token_sudo.provider_code != "stripe" or order_sudo._get_card_problem(day):
            return token_sudo.browse()
        return token_sudo

    # === BEGIN, OR GO ON === #

    @settling
    def _show_to_bank(self, landing_route):
        """Charge the stored card while its owner is there.

        :param str landing_route: the page after all
        :return: the transaction, in sudo, and the page on which its bank waits; empty
            where it does not
        :rtype: tuple[payment.transaction, str]
        :raise UserError: a sentence for the customer
        """
        self.ensure_one()
        run = self._get_committing_run()
        if self._is_on_session() and self.transaction_id._continuity_is_at_bank():
            tx_sudo, page = self._go_on_at_bank(run)
            if not self._is_authentication_open() or tx_sudo.state == "draft":
                return tx_sudo, page
        row_sudo = self._begin_on_session()
        if not row_sudo._get_bank_card():
            raise UserError(
                self.env._("This card cannot be charged any more. Enter another one.")
            )
        tx_sudo = row_sudo._create_bank_transaction(landing_route)
        row_sudo._await_on_session(tx_sudo)
        row_sudo._checkpoint(run)
        with row_sudo._committing_answer(run):
            row_sudo._send_charge()
        page = row_sudo._look_at_bank(run)
        row_sudo._book_from_bank(run)
        return tx_sudo, page

    def _create_bank_transaction(self, landing_route):
        """Create the transaction of a stored card whose owner is there.

        :param str landing_route: the page after all
        :return: in sudo
        :rtype: payment.transaction
        """
        self.ensure_one()
        known = self._prepare_transaction_vals()
        token = self.continuity_order_id.payment_token_id
        return (
            self.env["payment.transaction"]
            .sudo()  # a customer presses the button
            .with_company(self.company_id)
            .create(
                {
                    **known,
                    **self._prepare_on_session_vals(),
                    # The card stays as it is
                    "continuity_replaced_token_id": False,
                    "operation": "online_token",
                    "landing_route": landing_route,
                    "continuity_return_url": self.env[
                        "payment.transaction"
                    ]._continuity_get_return_url(token.provider_id, known["reference"]),
                }
            )
        )

    def _go_on_at_bank(self, run):
        """Take up what the customer has begun, in this window or in another one.

        :param continuity.run run: its checkpoints commit
        :return: see :meth:`_show_to_bank`
        :rtype: tuple[payment.transaction, str]
        :raise UserError: a sentence for the customer
        """
        self.env["continuity.database"]._check_confirmed()
        row_sudo = self._lock("processing")
        # Customers have no right on transactions
        tx_sudo = self.sudo().transaction_id
        if not row_sudo:
            # Somebody else asks for it at this moment
            raise UserError(self._get_other_window_text())
        if not row_sudo._is_on_session() or tx_sudo.state != "draft":
            return tx_sudo, ""
        if not tx_sudo.provider_reference:
            row_sudo._check_other_window()
            with row_sudo._committing_answer(run):
                # It was never answered: the same request, which Stripe charges once
                row_sudo._ask_same_transaction()
        page = row_sudo._look_at_bank(run)
        row_sudo._book_from_bank(run)
        return tx_sudo, page

    def _look_at_bank(self, run):
        """Ask for the page on which the bank waits for its customer, if it does.

        :param continuity.run run: its checkpoints commit
        :rtype: str
        :raise UserError: a sentence for the customer
        """
        tx_sudo = self.transaction_id
        if not tx_sudo._continuity_waits():
            return ""
        try:
            with self._committing_answer(run):
                return tx_sudo._continuity_look_at_bank()
        except ValidationError as error:
            raise UserError(
                self.env._(
                    "Your bank cannot be reached just now. Try again in a minute."
                )
            ) from error

    def _book_from_bank(self, run):
        """Bring the row to the answer, and book it.

        :param continuity.run run: its checkpoints commit
        """
        self._take_answer(run)
        self._post_process()
        self._checkpoint(run)

    # === END === #

    def _end_page(self):
        """Override: what waits at the bank is cancelled there, or taken."""
        self._leave_bank()
        return super()._end_page()

    def _leave_bank(self):
        """Cancel what the customer has left at his bank.

        A request that was never answered, and one that Stripe says nothing of, may
        have been paid: it is asked for again, as every charge without an answer.
        """
        # Customers have no right on transactions
        transactions_sudo = self.sudo().transaction_id
        transactions_sudo.filtered(
            lambda tx: tx._continuity_is_at_bank()
        )._continuity_take_mutex()
        rows_sudo = self._lock("processing").filtered(
            lambda row: (
                row._is_on_session()
                and row.transaction_id._continuity_is_at_bank()
                and row.transaction_id.state == "draft"
            )
        )
        for row_sudo in rows_sudo:
            tx_sudo = row_sudo.transaction_id
            if not tx_sudo.provider_reference:
                tx_sudo.continuity_no_answer = True
                continue
            try:
                tx_sudo._continuity_leave_bank()
            except ValidationError:
                _logger.info("Stripe says nothing of %s", tx_sudo.reference)
                tx_sudo.continuity_no_answer = True

    def _get_state_of(self, tx):
        """Override: asked again, the bank wants to see the customer: he has the rest of
        his half hour, and then it is cancelled."""
        state = super()._get_state_of(tx)
        if (
            state == "unknown"
            and tx._continuity_waits()
            and not tx.continuity_no_answer
        ):
            return "processing"
        return state
