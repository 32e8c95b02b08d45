# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime, timedelta

from odoo import SUPERUSER_ID, fields, models
from odoo.exceptions import UserError
from odoo.tools import consteq, hmac

#: A new link is mailed at most this often, whoever asks for it
MAIL_MINUTES = 60


class ContinuityOrder(models.Model):
    """The continuity order: the link of its card page, which ends, and how many cards
    may be tried there."""

    _inherit = "continuity.order"

    card_link_mailed_at = fields.Datetime(
        readonly=True,
        copy=False,
        help="When the customer last asked for a new link of the card page.",
    )

    # === LINK === #

    def get_portal_url(self, suffix=None, **values):
        """Override of `portal`: the link of the card page ends, in every mail.

        A mail about an order without a program has no link.
        """
        if not self:
            return ""
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

        The date is part of what is signed, so nothing has to be stored for a link.

        :rtype: str
        """
        self.ensure_one()
        company = self.company_id
        days = timedelta(days=company.continuity_link_days)
        day = f"{company._continuity_today() + days:%Y%m%d}"
        return f"{day}-{self._sign_card_link(day)}"

    def _sign_card_link(self, day):
        # The secret of the database is nobody's to read
        return hmac(self.env(su=True), "continuity_card_link", (self.id, day))

    def _get_card_link_day(self, token):
        """Read a link of the card page.

        :param token: what came with the request
        :return: the last day it works; None if it is none of ours
        :rtype: datetime.date | None
        """
        self.ensure_one()
        if not isinstance(token, str) or not token.isascii():
            return None
        day, _dash, signature = token.partition("-")
        if not consteq(signature, self._sign_card_link(day)):
            return None
        return datetime.strptime(day, "%Y%m%d").date()

    def _is_card_link(self, token):
        """Say whether somebody got this from us: a link of the card page, be it an old
        one, or the key of the order's own page, which has no date and opens no form.

        :param token: what came with the request
        :rtype: bool
        """
        self.ensure_one()
        if self._get_card_link_day(token):
            return True
        # The visitor has no rights; the key is compared with his, never shown
        key = self.sudo().access_token
        return (
            bool(key)
            and isinstance(token, str)
            and consteq(token.encode(), key.encode())
        )

    def _is_card_link_valid(self, token):
        """Say whether the link still opens the card page.

        :param token: what came with the request
        :rtype: bool
        """
        self.ensure_one()
        last_day = self._get_card_link_day(token)
        return bool(last_day) and last_day >= self.company_id._continuity_today()

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

    # === HOW MANY CARDS === #

    def _check_card_attempt(self):
        """Refuse another card on the public page when too many were tried today.

        :raise UserError: a friendly sentence
        """
        self.ensure_one()
        # Requests at the same moment come one after the other. A lock alone would not
        # do: who waited for it reads what he saw before. A row that was written makes
        # Odoo begin his request again.
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE res_partner SET write_date = write_date WHERE id = %s",
            [self.partner_id.commercial_partner_id.id],
        )
        if text := self._get_card_page_refusal():
            raise UserError(text)

    def _get_card_page_refusal(self):
        """Say why the public page takes no card of this order now.

        :return: a sentence for the customer, or False
        :rtype: str | bool
        """
        self.ensure_one()
        if not self._is_card_page_closed():
            return False
        if self._has_card_limit():
            return self.env._(
                "For your safety no more cards are taken here today. Please try again"
                " tomorrow, or call us."
            )
        return self.env._("Cards are not taken here. Please call us.")

    def _has_card_limit(self):
        company = self.company_id
        return bool(
            company.continuity_card_failures_order
            and company.continuity_card_failures_customer
        )

    def _is_card_page_closed(self):
        """Say whether as many cards were tried today as may be.

        What has no answer yet may still fail, or succeed, and counts for both.

        :rtype: bool
        """
        self.ensure_one()
        company = self.company_id
        states = self._read_card_attempts()
        own = states.filtered(lambda tx: tx.continuity_order_id == self)
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

    def _read_card_attempts(self):
        """Return the cards tried today for the customer of the order.

        :return: what typed a card, in sudo: customers and sellers may not read them
        :rtype: payment.transaction
        """
        self.ensure_one()
        company = self.company_id
        customer = self.partner_id.commercial_partner_id
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

    def _tell_of_card_attempts(self):
        """Tell who is responsible when the page of an order was closed."""
        for order in self.filtered(
            lambda o: o._has_card_limit() and o._is_card_page_closed()
        ):
            order._schedule_continuity_activity(
                "continuity_program.mail_activity_card_attempts",
                order._speak_to_responsible().env._(
                    "So many cards were tried on the card page that it takes no more"
                    " today. Ask %(customer)s whether it was he: stolen cards are tried"
                    " out like this.",
                    customer=order.partner_id.display_name,
                ),
            )
