# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from functools import cached_property

from odoo.exceptions import UserError

from ..base.of_order import OfOrder
from .upfront_check import UpfrontCheck


class PaymentCheck(OfOrder):
    """Whether the payment of an order is secured before it is submitted (rules F5).

    Providers, limits and rows are read, which a seller may not see: whoever asks in his
    name gives the order in sudo.
    """

    def get_refusal(self, today):
        """Say why the order cannot be submitted yet, before any money moves.

        :param date today: company-local date
        :return: a message for the seller that names the way out, or False
        :rtype: str | bool
        """
        # A row left behind by a worker that died is taken up by Submit itself.
        return (
            self.order._get_frozen_refusal(("unknown",))
            or self.env["continuity.payment"]._get_given_back_refusal(self.order)
            or self._get_plan_refusal(today)
            or UpfrontCheck(self.order).get_refusal()
            or self.get_method_refusal(today)
        )

    def _get_plan_refusal(self, today):
        """A plan that cannot be billed is refused before it is sold."""
        if not self._planned:
            return self.env._(
                "%s has no shipment left. Change the plan or remove the line.",
                self.order.display_name,
            )
        try:
            self.env["continuity.payment"]._get_order_payments(self.order, today)
        except UserError as error:
            return str(error)
        return False

    def get_method_refusal(self, today):
        """Say whether the payment method is missing, or may not be used (rules F5).

        :param date today: company-local date
        :rtype: str | bool
        """
        if self.order._is_charged():
            return False
        if not self.order.payment_method:
            return self.env._(
                "A payment must be entered for %s: choose a card or on account.",
                self.order.display_name,
            )
        if self.order.payment_method == "on_account":
            return self.get_on_account_refusal(self.get_amount_on_account())
        return self._get_card_refusal(today)

    def _get_card_refusal(self, today):
        """A card that cannot be charged on the first due date is no security."""
        if not self.order.payment_token_id:
            return self.env._(
                "%s has no card yet: add one, or choose on account.",
                self.order.display_name,
            )
        due_date = self.get_first_due_date(today)
        problem = self.order._get_card_problem(due_date, is_new=True)
        reason, text = problem or (None, None)
        if reason == "card_expired":
            return self.env._(
                "The card %(card)s of %(order)s is not valid on %(date)s, when the"
                " first payment is due. Take another card.",
                card=self.order.payment_token_id.display_name,
                order=self.order.display_name,
                date=self.order._format_day(due_date),
            )
        if reason:
            return text
        if self._is_card_tried(today):
            return self.env._(
                "The card %(card)s of %(order)s was declined. Take another card.",
                card=self.order.payment_token_id.display_name,
                order=self.order.display_name,
            )
        return False

    def _is_card_tried(self, today):
        """Say whether this card was declined at Submit and may not be tried again now.

        A new card starts anew; the same card may be tried once more if the company
        allows it, and again on the day after the retry days.
        """
        tries = 2 if self.order.company_id.continuity_retry_on_submit else 1
        return any(
            row.state == "declined"
            and row.attempts >= tries
            and not (row.next_attempt_date and row.next_attempt_date <= today)
            for row in self.order.payment_ids
        )

    def get_on_account_refusal(self, amount):
        """Say why the customer may not owe it: nobody allowed it, or not so much.

        :param float amount: what the customer would owe more, in the order's currency
        :rtype: str | bool
        """
        if not self.order.is_on_account_allowed:
            return self.env._(
                "%s may not pay on account. Take a card, or ask an accountant to allow"
                " it on the customer.",
                self.order.partner_id.display_name,
            )
        customer = self.order.partner_id.commercial_partner_id
        return customer._continuity_get_credit_refusal(
            amount, self.order.currency_id, self.order.company_id
        )

    def get_amount_on_account(self):
        """Return what the customer owes first: the whole order, or one shipment (F5).

        :rtype: float
        """
        if self.order.bill_upfront:
            total = self.order.sale_order_line_id.price_total
            return total - self.env["continuity.payment"]._get_amount_covered(
                self.order
            )
        return self._planned[:1].amount_total

    def get_first_due_date(self, today):
        """Return the first day money is due (rules BR14).

        :param date today: company-local date
        :rtype: date
        """
        if self.order.bill_upfront and not self.order.payment_schedule_id:
            return today
        if self.order.bill_upfront:
            payments = self.env["continuity.payment"]._get_order_payments(
                self.order, today
            )
            return min((row["due_date"] for row in payments), default=today)
        days = self._planned.mapped("planned_date")
        return max(min(days, default=today), today)

    @cached_property
    def _planned(self):
        return self.order.shipment_ids.filtered(lambda s: s.state == "planned")
