# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from ..payments.continuity_payment_answer import FINAL_KINDS

#: With one card: once by a process, once by the customer
TRIES_PER_DAY = 2


class ContinuityOrder(models.Model):
    """The continuity order: the customer pays a declined instalment."""

    _inherit = "continuity.order"

    def _get_rows_to_pay_now(self):
        """Return the due payments the customer is offered to pay with his card.

        He may try the card that a process was refused at once, but not again on that
        day; a new card may be. What the bank refused for good is left to another card.

        :return: in sudo: the customer may not read attempts and answers
        :rtype: continuity.payment
        """
        self.ensure_one()
        order_sudo = self.sudo()
        today = self.company_id._continuity_today()
        rows_sudo = order_sudo.payment_ids.filtered(
            lambda row: (
                row.due_date <= today
                and row.state in ("scheduled", "declined")
                and not (row.state == "declined" and row._was_tried_enough(today))
            )
        )
        asked, _refused = rows_sudo._judge(today, by_hand=True)
        return rows_sudo.filtered(lambda row: row in asked)

    def _get_pay_now_text(self, rows_sudo):
        """Write what the button of the portal says.

        :param continuity.payment rows_sudo: from :meth:`_get_rows_to_pay_now`
        :rtype: str
        """
        return self.env._("Pay %s now", self._format(sum(rows_sudo.mapped("amount"))))

    def _pay_now(self):
        """Charge what is offered, each step committed.

        :return: the payments whose provider was asked
        :rtype: continuity.payment
        """
        rows_sudo = self._get_rows_to_pay_now()
        run = rows_sudo._get_committing_run()
        rows_sudo._note(self.env._("Paid now by the customer."))
        return rows_sudo._charge(run, by_hand=True)


class ContinuityPayment(models.Model):
    """The payment row: how often a card is tried on one day."""

    _inherit = "continuity.payment"

    def _was_tried_enough(self, today):
        """Tell whether the customer may not try the same card once more today.

        :param date today: local date
        :rtype: bool
        """
        self.ensure_one()
        if self.decline_kind in FINAL_KINDS:
            return True
        company = self.company_id
        token = self.continuity_order_id.payment_token_id
        tried = self.transaction_ids.filtered(
            lambda tx: (
                tx.token_id == token
                and company._continuity_local_date(tx.last_state_change) >= today
            )
        )
        is_own = any(tx._continuity_is_own_try() for tx in tried)
        return is_own or len(tried) >= TRIES_PER_DAY
