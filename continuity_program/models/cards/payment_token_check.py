# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.tools import SQL, format_date

from ...billing.providers import PROVIDERS

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

    def _continuity_get_refusal(self, order, day=None, is_new=False):
        """Say why the card may not pay for an order.

        :param order: the `continuity.order` or `sale.order` it is to pay for
        :param date day: company-local day of the charge; None = whenever, so that the
            expiry is not looked at
        :param bool is_new: the card is being taken for the order: its date counts
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
        ) or token_sudo._continuity_get_activity_refusal(order, day, is_new)

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

    def _continuity_get_activity_refusal(self, order, day, is_new=False):
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
        if not self._continuity_takes_currency(order.currency_id):
            return "provider_off", self.env._(
                "The card %(card)s of %(order)s cannot be charged: its payment provider"
                " %(provider)s takes no %(currency)s. Take a card of another provider,"
                " or a system administrator can add the currency to it.",
                provider=self.provider_id.name,
                currency=order.currency_id.name,
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
        is_over = day and self.expiry_date and self.expiry_date < day
        if is_over and (is_new or not self._continuity_is_tried_expired()):
            return "card_expired", self.env._(
                "The card %(card)s of %(order)s expired on %(date)s. Ask the customer"
                " for another one.",
                date=format_date(self.env, self.expiry_date),
                **values,
            )
        return None

    def _continuity_takes_currency(self, currency):
        """Say whether the provider of the card takes a currency.

        Some are sent an amount alone: they would take as many of their own.

        :param res.currency currency: of what is to be paid
        :rtype: bool
        """
        # Whoever chooses a card may not read its provider
        known_sudo = self.sudo().provider_id.available_currency_ids
        return not known_sudo or currency in known_sudo

    @api.model
    def _continuity_get_currency_sql(self, currency):
        """The same as `_continuity_takes_currency`, of providers `v`.

        :param SQL currency: id of the currency of what is to be paid
        :rtype: SQL
        """
        return SQL(
            """(
                NOT EXISTS (
                    SELECT FROM payment_currency_rel known
                     WHERE known.payment_provider_id = v.id
                )
                OR EXISTS (
                    SELECT FROM payment_currency_rel known
                     WHERE known.payment_provider_id = v.id
                       AND known.currency_id = %s
                )
            )""",
            currency,
        )

    def _continuity_is_tried_expired(self):
        """Say whether a card is tried although it has expired.

        :rtype: bool
        """
        self.ensure_one()
        self.env.flush_all()
        return bool(
            self.env.execute_query(
                SQL(
                    """SELECT t.id FROM payment_token t
                         JOIN payment_provider v ON v.id = t.provider_id
                         JOIN res_company c ON c.id = t.company_id
                        WHERE t.id = %s AND %s""",
                    self.id,
                    self._continuity_get_tried_expired_sql(),
                )
            )
        )

    @api.model
    def _continuity_get_tried_expired_sql(self):
        """Say which cards `t` of providers `v` and companies `c` are tried expired.

        Where the provider renews them: until one was refused after its last day.

        :rtype: SQL
        """
        renewing = [code for code, words in PROVIDERS.items() if words.renews_cards]
        return SQL(
            """(
                c.continuity_try_expired = 'always'
                OR c.continuity_try_expired = 'once'
                AND v.code IN %s
                AND NOT EXISTS (
                    SELECT FROM payment_transaction refused
                     WHERE refused.token_id = t.id
                       AND refused.continuity_decline_kind
                           IN ('soft', 'hard', 'authenticate')
                       AND refused.continuity_asked_at >= t.expiry_date + 1
                )
            )""",
            tuple(sorted(renewing)),
        )
