# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields, models

#: Days after the answer on which the customer is told that his bank asks for him
MAIL_DAYS = (0, 2, 5)
#: Mails of a row whose time is over: those, and the one that says so
ALL_MAILS = len(MAIL_DAYS) + 1


class ContinuityPayment(models.Model):
    """The payment row: its bank wants to see the customer.

    A charge without him would be refused again. So nobody tries, and nothing is held:
    the customer has some days to come and is reminded of it.
    """

    _inherit = "continuity.payment"

    authenticate_since = fields.Date(
        string="Bank asked on",
        readonly=True,
        copy=False,
        help="When the bank asked for the customer.",
    )
    authenticate_until = fields.Date(
        string="Waits for the customer until",
        readonly=True,
        copy=False,
        help="The bank wants to see the customer. Until this day the payment waits for"
        " the confirmation; then the order goes on payment hold.",
    )
    authenticate_mails = fields.Integer(
        string="Mails about it",
        readonly=True,
        copy=False,
        help="How many of the mails about it are no longer due.",
    )

    _waits_for_customer = models.Index(
        "(company_id, authenticate_until)"
        " WHERE state = 'declined' AND authenticate_until IS NOT NULL"
    )

    def _prepare_authenticate_vals(self, tx, today):
        """Begin the time the customer has, if it is him whom the bank wants to see.

        Asked by hand once more meanwhile, it goes on. On a quotation he is on the
        telephone, and takes another card.

        :param payment.transaction tx: what was declined
        :param date today: company-local date
        :rtype: dict
        """
        self.ensure_one()
        is_asked = tx.continuity_decline_kind == "authenticate"
        if not is_asked or self.continuity_order_id.state == "draft":
            return {"authenticate_until": False}
        if self.authenticate_until and self.authenticate_until >= today:
            return {}
        days = timedelta(days=self.company_id.continuity_authenticate_days)
        return {
            "authenticate_since": today,
            "authenticate_until": today + days,
            "authenticate_mails": 0,
        }

    def _tell_to_authenticate(self, today=None):
        """Tell the customer that his bank asks for him: once a day of `MAIL_DAYS`.

        A day that was missed is not made up for.

        :param date today: company-local date; None = the day his bank has asked
        """
        for row in self:
            due = row._count_authenticate_mails(today or row.authenticate_since)
            if row.authenticate_mails < due:
                row.authenticate_mails = due
                row._send_continuity_notice("payment_authenticate")

    def _count_authenticate_mails(self, today):
        """Say how many mails about it are due by a day.

        :param date today: company-local date
        :rtype: int
        """
        self.ensure_one()
        if today > self.authenticate_until:
            return ALL_MAILS
        days = (today - self.authenticate_since).days
        return sum(day <= days for day in MAIL_DAYS)

    def _end_authentication(self, today):
        """The customer did not come: a person has to call him.

        His link goes on working, and pays; so does another card.

        :param date today: company-local date
        """
        for row in self:
            row._tell_to_authenticate(today)
            order = row.continuity_order_id
            spoken = row.with_env(order._speak_to_responsible().env)
            order._hold_for_payment(
                spoken.env._(
                    "The bank wants the customer to confirm %(amount)s, and this was"
                    " not done by %(day)s. Call the customer: the link in the mail"
                    " leads to the payment, or take another card.",
                    amount=spoken._format_amount(),
                    day=spoken.continuity_order_id._format_day(row.authenticate_until),
                )
            )

    def _is_waited_for(self, today):
        """Say whether the customer still has time.

        :param date today: company-local date
        :rtype: bool
        """
        self.ensure_one()
        until = self.authenticate_until
        return self.state == "declined" and bool(until) and until >= today
