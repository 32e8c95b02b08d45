# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.tools import format_date

#: Why a card is not asked for money; also reasons of run lines
CARD_REASONS = (
    "card_missing",
    "provider_off",
    "card_archived",
    "card_not_owner",
    "card_expired",
)

#: What a person has to do about a card that is not asked for money
ASK_FOR_CARD = "continuity_program.mail_activity_card_expired"
ENABLE_PROVIDER = "continuity_program.mail_activity_provider_off"
CARD_ACTIVITIES = (ASK_FOR_CARD, ENABLE_PROVIDER)


class PaymentToken(models.Model):
    """Whether a stored card may pay for an order.

    Asked when a card is chosen, and again whenever a request is about to go out: who
    owns a card, who the customer is and what the provider does may change in between.
    """

    _inherit = "payment.token"

    def _continuity_get_refusal(self, order, day=None):
        """Say why the card may not pay for an order.

        :param order: the `continuity.order` or `sale.order` it is to pay for
        :param date day: company-local day of the charge; None = whenever, so that the
            expiry is not looked at
        :return: one of `CARD_REASONS` and a sentence that names the way out, or None
        :rtype: tuple[str, str] | None
        """
        # Neither sellers nor customers may read providers and foreign cards
        token_sudo = self.sudo()
        if not token_sudo:
            return "card_missing", self.env._(
                "%s has no card. Ask the customer for one.", order.display_name
            )
        return token_sudo._continuity_get_owner_refusal(
            order
        ) or token_sudo._continuity_get_activity_refusal(order, day)

    def _continuity_get_owner_refusal(self, order):
        """The card is somebody else's: nothing of it is told, not even its digits."""
        # The order says whose cards may be used; it may be hidden from the chooser
        order_sudo = order.sudo()
        payer = order_sudo.partner_invoice_id
        is_here = self.company_id == order.company_id
        if is_here and self.filtered_domain(order_sudo._get_card_domain()):
            return None
        if is_here and self.partner_id in payer | payer.commercial_partner_id:
            return "card_not_owner", order_sudo._get_payer_refusal()
        return "card_not_owner", self.env._(
            "The card of %(order)s does not belong to %(customer)s in %(company)s."
            " Choose one of the customer's own cards.",
            order=order.display_name,
            customer=order.partner_id.display_name,
            company=order.company_id.display_name,
        )

    def _continuity_get_activity_refusal(self, order, day):
        """The card, or its provider, does not work any more, or cannot be booked.

        Odoo archives the cards of a provider that is disabled, hence the order.
        """
        values = {"card": self.display_name, "order": order.display_name}
        if self.provider_id.state == "disabled":
            return "provider_off", self.env._(
                "The card %(card)s of %(order)s cannot be charged: its payment provider"
                " is disabled. A system administrator can enable %(provider)s and"
                " unarchive the card. Or take a card of another provider.",
                provider=self.provider_id.name,
                **values,
            )
        journal = self.provider_id.journal_id
        if journal and not journal.active:
            return "provider_off", self.env._(
                "The card %(card)s of %(order)s is not charged: the journal %(journal)s"
                " of its payment provider is archived, so the money could not be"
                " booked. An accountant can unarchive it, or enter another journal in"
                " %(provider)s.",
                journal=journal.display_name,
                provider=self.provider_id.name,
                **values,
            )
        if not self.active:
            return "card_archived", self.env._(
                "The card %(card)s of %(order)s was removed. Ask the customer for"
                " another one.",
                **values,
            )
        if day and self.expiry_date and self.expiry_date < day:
            return "card_expired", self.env._(
                "The card %(card)s of %(order)s expired on %(date)s. Ask the customer"
                " for another one.",
                date=format_date(self.env, self.expiry_date),
                **values,
            )
        return None
