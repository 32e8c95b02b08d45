# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import UserError

from ..base.of_order import OfOrder


class CardAttempts(OfOrder):
    """How many cards were tried today on the public page of an order."""

    def check(self):
        """Refuse another card on the public page when too many were tried today.

        :raise UserError: a friendly sentence
        """
        # Requests at the same moment come one after the other. A lock alone would not
        # do: who waited for it reads what he saw before. A row that was written makes
        # Odoo begin his request again.
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE res_partner SET write_date = write_date WHERE id = %s",
            [self.order.partner_id.commercial_partner_id.id],
        )
        if text := self.get_refusal():
            raise UserError(text)

    def get_refusal(self):
        """Say why the public page takes no card of this order now.

        :return: a sentence for the customer, or False
        :rtype: str | bool
        """
        if not self.is_closed():
            return False
        if self._has_limit():
            return self.env._(
                "For your safety no more cards are taken here today. Please try again"
                " tomorrow, or call us."
            )
        return self.env._("Cards are not taken here. Please call us.")

    def _has_limit(self):
        company = self.order.company_id
        return bool(
            company.continuity_card_failures_order
            and company.continuity_card_failures_customer
        )

    def is_closed(self):
        """Say whether as many cards were tried today as may be.

        What has no answer yet may still fail, or succeed, and counts for both.

        :rtype: bool
        """
        company = self.order.company_id
        states = self._read()
        own = states.filtered(lambda tx: tx.continuity_order_id == self.order)
        return any(
            self._is_used_up(transactions, limit)
            for transactions, limit in (
                (own, company.continuity_card_failures_order),
                (states, company.continuity_card_failures_customer),
            )
        )

    def _is_used_up(self, transactions, limit):
        failed = transactions.filtered(lambda tx: tx.state in ("cancel", "error"))
        stored = transactions.filtered(lambda tx: tx.state in ("done", "authorized"))
        waiting = len(transactions - failed - stored)
        return waiting + max(len(failed), len(stored)) >= limit

    def _read(self):
        """Return the cards tried today for the customer of the order.

        :return: what typed a card, in sudo: customers and sellers may not read them
        :rtype: payment.transaction
        """
        company = self.order.company_id
        customer = self.order.partner_id.commercial_partner_id
        return (
            self.env["payment.transaction"]
            .sudo()
            .search(
                [
                    "|",
                    ("operation", "=", "validation"),
                    ("continuity_on_session", "=", True),
                    ("company_id", "=", company.id),
                    (
                        "continuity_order_id.partner_id.commercial_partner_id",
                        "=",
                        customer.id,
                    ),
                    (
                        "last_state_change",
                        ">=",
                        company._continuity_day_start(company._continuity_today()),
                    ),
                ]
            )
        )

    def tell(self):
        """Tell who is responsible when the page of the order was closed."""
        if not (self._has_limit() and self.is_closed()):
            return
        self.order._schedule_continuity_activity(
            "continuity_program.mail_activity_card_attempts",
            self.order._speak_to_responsible().env._(
                "So many cards were tried on the card page that it takes no more today."
                " Ask %(customer)s who did it: stolen cards are tried out like this.",
                customer=self.order.partner_id.display_name,
            ),
        )
