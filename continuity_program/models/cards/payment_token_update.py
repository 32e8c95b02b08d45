# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json
import logging
import time

from odoo import api, fields, models

from ... import billing
from ...billing.card_updates import SOURCES
from ..agreement.states import ACTIVE_STATES
from .payment_token_check import ASK_FOR_CARD

_logger = logging.getLogger(__name__)


class PaymentProvider(models.Model):
    """A provider tells that a stored card has changed by itself."""

    _inherit = "payment.provider"

    continuity_card_secret = fields.Char(
        string="Secret of card messages",
        copy=False,
        groups="base.group_system",
        help="What the provider signs its messages about renewed cards with: the secret"
        " of the webhook that leads to /payment/continuity/card_update. Empty: the"
        " secret of the other webhook of the provider.",
    )

    @api.model
    def _continuity_take_card_message(self, code, body, headers):
        """Take a message about a stored card, if it is signed, and new.

        Whoever sends anything else learns nothing.

        :param str code: of the provider
        :param bytes body: as it came
        :param headers: of HTTP
        """
        if not (source := self._continuity_get_card_sources().get(code)):
            return
        provider_sudo = self._continuity_find_signer(code, source, body, headers)
        if not provider_sudo:
            _logger.warning("A message of %s about a card is not signed", code)
            return
        try:
            update = self._continuity_read_message(source, json.loads(body))
        except (AttributeError, ValueError):
            _logger.warning("A message of %s about a card cannot be read", code)
            return
        if update:
            provider_sudo._continuity_follow_message(source, update)

    @api.model
    def _continuity_read_message(self, source, message):
        """Read a message that is signed; modules of providers may know other kinds.

        :param Source source: how messages about cards are read
        :param dict message: as it came
        :return: an update, or None where it tells nothing that is to be followed
        :raise AttributeError: it is not what it should be
        """
        return source.read(message)

    def _continuity_follow_message(self, source, update):
        """Follow what was read; modules of providers may know other kinds.

        :param Source source: how messages about cards are read
        :param update: what was read
        """
        self._continuity_apply_card_update(source, update)

    @api.model
    def _continuity_get_card_sources(self):
        """Return how messages are read, by code of the provider.

        :rtype: dict[str, billing.card_updates.Source]
        """
        return SOURCES

    @api.model
    def _continuity_find_signer(self, code, source, body, headers):
        """Find the accounts that a message is from; companies may share one.

        :return: in sudo; empty where it is nobody's
        :rtype: payment.provider
        """
        # Nobody is logged in where messages come from
        providers_sudo = self.sudo().search(
            [("code", "=", code), ("state", "!=", "disabled")]
        )
        signature = headers.get(source.header) or ""

        def is_signer(provider_sudo):
            # Both webhooks of the provider bring such messages
            secrets = [provider_sudo.continuity_card_secret]
            if source.secret in self._fields:
                secrets.append(provider_sudo[source.secret])
            return any(
                source.is_signed(body, signature, secret, time.time())
                for secret in filter(None, secrets)
            )

        return providers_sudo.filtered(is_signer)

    def _continuity_apply_card_update(self, source, update):
        """Bring stored cards to what their provider says, once.

        :param Source source: how the message was read
        :param CardUpdate update: what it says
        """
        tokens = self.env["payment.token"].with_context(active_test=False)
        tokens = tokens.search(
            [("provider_id", "in", self.ids), (source.token, "=", update.reference)]
        )
        if not tokens:
            _logger.info("A message of %s is about a card nobody knows", self[:1].code)
        for provider, mine in tokens.grouped("provider_id").items():
            if self.env["continuity.card.message"]._take(provider, update.key):
                mine._continuity_follow(update)

    def _continuity_get_outdated_words(self):
        """Return the words of a refusal that a renewed card may be free of.

        :rtype: frozenset[str]
        """
        self.ensure_one()
        return billing.get_provider(self.code).outdated


class PaymentToken(models.Model):
    """A stored card that changes by itself."""

    _inherit = "payment.token"

    def _continuity_follow(self, update):
        """Follow what the provider says of the cards.

        :param CardUpdate update: what it says
        """
        for token in self:
            orders = self.env["continuity.order"].search(
                [("payment_token_id", "=", token.id), ("state", "in", ACTIVE_STATES)]
            )
            if update.is_gone:
                token._continuity_note_gone(orders)
            else:
                token._continuity_renew(update, orders)

    def _continuity_note_gone(self, orders):
        if not self.active:
            return
        for order in orders:
            order._message_log(
                body=order.env._(
                    "The provider has removed the card %s. Ask the customer for"
                    " another one.",
                    self.display_name,
                )
            )
        self.active = False

    def _continuity_renew(self, update, orders):
        """Write what is new of the card, and begin again what it was too old for."""
        vals = {}
        if update.digits and not (self.payment_details or "").endswith(update.digits):
            vals["payment_details"] = update.digits
        if update.expiry and update.expiry != self.expiry_date:
            vals["expiry_date"] = update.expiry
        elif not update.expiry and self._continuity_is_over():
            # It works again, and nobody says until when
            vals["expiry_date"] = False
        before = self.display_name
        if vals:
            self.write(vals)
            for order in orders:
                order._message_log(
                    body=order.env._(
                        "The bank has renewed the card: %(before)s is %(after)s now.",
                        before=before,
                        after=self.display_name,
                    )
                )
            # What was to be asked for is there
            orders.activity_unlink([ASK_FOR_CARD])
        orders.payment_ids._begin_with_renewed_card(self)

    def _continuity_is_over(self):
        """Say whether the card has expired, as far as anybody knows.

        :rtype: bool
        """
        today = self.company_id._continuity_today()
        return bool(self.expiry_date) and self.expiry_date < today


class ContinuityPayment(models.Model):
    """The payment row: its card was too old, and is renewed."""

    _inherit = "continuity.payment"

    def _begin_with_renewed_card(self, token):
        """Free what was declined because the card had expired, or was replaced.

        Whatever was declined for another reason stays as it is.

        :param payment.token token: was renewed
        """
        words = token.provider_id._continuity_get_outdated_words()
        rows = self.filtered(
            lambda row: (
                row.state == "declined"
                and row.decline_kind == "hard"
                and row.transaction_id.token_id == token
                and row.transaction_id.continuity_decline_code in words
            )
        )
        rows._reset_for_new_card()
        rows.continuity_order_id._release_settled_hold()
