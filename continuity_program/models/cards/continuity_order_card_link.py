# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import SUPERUSER_ID, fields, models

from .card_link import CardLink

#: A new link is mailed at most this often, whoever asks for it
MAIL_MINUTES = 60


class ContinuityOrder(models.Model):
    """The continuity order: the link of its card page, and who is mailed it."""

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
