# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from ..entry.summary import Summary
from ..payments.continuity_payment import CHARGED_STATES


class ContinuityOrder(models.Model):
    """The continuity order: what its customer is told of a card that was declined."""

    _inherit = "continuity.order"

    def _get_declined_rows(self):
        """Return the due payments the bank refused.

        :return: in sudo, by due date
        :rtype: continuity.payment
        """
        self.ensure_one()
        # The customer sees what he owes, never the ledger
        rows_sudo = self.sudo().payment_ids
        return rows_sudo.filtered(lambda row: row.state == "declined").sorted(
            "due_date"
        )

    def _get_declined_text(self):
        """Say at once that the card was declined, and what comes next.

        A bank that wants to see the customer has not said no.

        :return: sentences; empty when nothing was declined
        :rtype: list[str]
        """
        rows_sudo = self._get_declined_rows()
        if rows_sudo and rows_sudo <= self._get_rows_to_authenticate():
            return self._get_authentication_text(rows_sudo)
        if not rows_sudo or self.state in ("closed", "cancelled"):
            return []
        amount = self._format(sum(rows_sudo.mapped("amount")))
        if self._get_rows_to_pay_now():
            way_out = self.env._("Pay it now, or use another card.")
        else:
            way_out = self.env._("Please use another card.")
        texts = [
            self.env._(
                "Your card was declined: %(amount)s, due on %(day)s, is not paid.",
                amount=amount,
                day=self._format_day(rows_sudo[0].due_date),
            ),
            way_out,
        ]
        again = [day for day in rows_sudo.mapped("next_attempt_date") if day]
        if again:
            texts.append(
                self.env._(
                    "Otherwise we try the same card again on %s.",
                    self._format_day(min(again)),
                )
            )
        elif self.hold_payment:
            texts.append(self.env._("Nothing is sent until it is paid."))
        return texts

    def _get_first_charge_text(self):
        """Say when the card that is saved now is charged first.

        :rtype: str
        """
        self.ensure_one()
        summary = Summary(self)
        today = summary.today
        payments, _problem = summary.get_payments()
        ahead = [row for row in payments if row["state"] not in CHARGED_STATES]
        if not ahead:
            return self.env._("Saving it charges nothing.")
        values = {"amount": ahead[0]["amount_text"], "day": ahead[0]["date_text"]}
        if ahead[0]["due_date"] <= today and self.bill_upfront:
            # It waits for no parcel
            return self.env._(
                "The first payment of %(amount)s is taken today.", **values
            )
        if ahead[0]["due_date"] <= today:
            return self.env._(
                "Saving it charges nothing; the first payment of %(amount)s is taken"
                " when the first parcel is made.",
                **values,
            )
        return self.env._(
            "Saving it charges nothing; the first payment of %(amount)s is due on"
            " %(day)s.",
            **values,
        )
