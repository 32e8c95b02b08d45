# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import SUPERUSER_ID, fields, models
from odoo.exceptions import UserError

from ...arguments import public
from ..authentication.authentication import get_authentication_text
from ..entry.summary import Summary
from ..payments.continuity_payment import CHARGED_STATES
from ..payments.continuity_payment_answer import FINAL_KINDS
from .card_link import CardLink
from .link_mail import describe_sending

#: A new link is mailed at most this often, whoever asks for it
MAIL_MINUTES = 60
#: With one card: once by a process, once by the customer
TRIES_PER_DAY = 2


class ContinuityOrder(models.Model):
    """The continuity order: its card page, who is mailed the link, what stands there of
    a card that was declined, and what the customer may pay there."""

    _inherit = "continuity.order"

    card_link_mailed_at = fields.Datetime(
        readonly=True,
        copy=False,
        help="When the customer last asked for a new link of the card page.",
    )

    # === LINK === #

    def get_portal_url(self, suffix=None, **values):
        """Override of `portal`: the link of the card page ends, in every mail.

        Who opens it is the customer there, so only who may store a card is told it; for
        others it is that of the order. A mail about no program has none.
        """
        if not self:
            return ""
        is_card = suffix in ("/card", "/authenticate")
        if is_card and self.env.user._is_internal() and not self.has_access("write"):
            return super().get_portal_url(**values)
        if suffix == "/card":
            return self._get_card_url()
        if suffix == "/authenticate":
            return self._get_authenticate_url()
        return super().get_portal_url(suffix=suffix, **values)

    def _get_card_url(self):
        """Return the link of the card page for who is not logged in.

        :rtype: str
        """
        self.ensure_one()
        return f"{self.access_url}/card?access_token={self._get_card_token()}"

    def _get_card_token(self):
        """Return what opens the card page, until its last day.

        :rtype: str
        """
        return CardLink(self).make()

    def _mail_new_card_link(self):
        """Mail a new link to the address we have, if the order takes a card.

        Who asks learns nothing of it, so nothing is raised.
        """
        self.ensure_one()
        partner = self._get_card_link_partner()
        now = fields.Datetime.now()
        soonest = now - timedelta(minutes=MAIL_MINUTES)
        if (
            not partner.email
            or self.state in ("closed", "cancelled")
            or (self.card_link_mailed_at and self.card_link_mailed_at > soonest)
        ):
            return
        self.card_link_mailed_at = now
        # Of two requests at once the second collides here, and finds it mailed
        self.env.flush_all()
        # The visitor is nobody, the mail comes from the company
        self.with_user(SUPERUSER_ID)._send_new_link(partner)

    def _send_new_link(self, partner):
        """Mail the link the customer has asked for; to his bank where it asks for him.

        :param res.partner partner: who gets it
        """
        self.ensure_one()
        if rows_sudo := self._get_rows_to_authenticate():
            rows_sudo._mail_authentication()
            return
        self._send_card_link(partner, author_id=self.company_id.partner_id.id)

    def _get_card_link_partner(self):
        """Return who gets the link: who pays, else the customer.

        :rtype: res.partner
        """
        self.ensure_one()
        payer = self.partner_invoice_id
        return payer if payer.email else self.partner_id

    def _send_card_link(self, partner, **values):
        self.ensure_one()
        return self.message_post_with_source(
            "continuity_program.mail_template_card_link",
            partner_ids=partner.ids,
            subtype_xmlid="mail.mt_comment",
            **values,
        )

    # === ASKED FOR === #

    @public(one=True)
    def action_add_card(self):
        """Show the provider's own form for the customer.

        :return: client action with the signed link of the page
        :rtype: dict
        :raise UserError: if the order has ended
        """
        self.ensure_one()
        self.check_access("write")
        self._check_takes_card()
        return {
            "type": "ir.actions.client",
            "tag": "continuity_card_dialog",
            "name": self.env._(
                "Add credit card: %s", self.partner_invoice_id.display_name
            ),
            "params": {
                "continuity_order_id": self.id,
                "url": self._get_card_url(),
                "email": self._get_card_link_partner().email or "",
            },
        }

    @public(one=True)
    def action_send_card_link(self):
        """Mail the link of the card page to the customer.

        :return: notification that names the address
        :rtype: dict
        :raise UserError: if the customer has no e-mail address
        """
        self.ensure_one()
        self.check_access("write")
        self._check_takes_card()
        partner = self._get_card_link_partner()
        if not partner.email:
            raise UserError(
                self.env._(
                    "%(customer)s has no e-mail address. Enter one on the contact, or"
                    " open the page in a tab and copy its address.",
                    customer=partner.display_name,
                )
            )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": describe_sending(self._send_card_link(partner), partner),
        }

    def _check_takes_card(self):
        """Refuse a card for an order that will never charge one."""
        for order in self:
            if order.state in ("closed", "cancelled"):
                raise UserError(
                    self.env._(
                        "%(order)s has ended and takes no card any more.",
                        order=order.display_name,
                    )
                )

    def _get_save_card_text(self):
        """Write what the button of the portal says.

        :rtype: str
        """
        return self.env._("Save a card for %s", self.product_id.name)

    def _is_card_asked_for(self):
        """Tell whether the customer's pages offer *Save a card*.

        :rtype: bool
        """
        self.ensure_one()
        return self.payment_method != "on_account" and self._is_payment_method_missing()

    # === DECLINED === #

    def _get_declined_text(self, may_pay=True):
        """Say at once that the card was declined, and what comes next.

        A bank that wants to see the customer has not said no.

        :param bool may_pay: whoever reads it is offered to pay
        :return: sentences; empty when nothing was declined
        :rtype: list[str]
        """
        self.ensure_one()
        # The customer sees what he owes, never the ledger
        rows_sudo = self.sudo().payment_ids
        rows_sudo = rows_sudo.filtered(lambda row: row.state == "declined")
        rows_sudo = rows_sudo.sorted("due_date")
        if rows_sudo and rows_sudo <= self._get_rows_to_authenticate():
            return get_authentication_text(self, rows_sudo)
        if not rows_sudo or self.state in ("closed", "cancelled"):
            return []
        amount = self._format(sum(rows_sudo.mapped("amount")))
        if may_pay and self._get_rows_to_pay_now():
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

    # === PAID BY THE CUSTOMER === #

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
