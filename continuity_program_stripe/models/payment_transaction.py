# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools.urls import urljoin

from odoo.addons.payment_stripe.controllers.main import StripeController


class PaymentTransaction(models.Model):
    """A charge of a stored card whose owner is there, before the eyes of his bank.

    Stripe cannot go on with a charge that was refused because its owner was absent: it
    is a new one, which says that he is there, and where he comes back to.
    """

    _inherit = "payment.transaction"

    continuity_return_url = fields.Char(
        string="Comes back from the bank to",
        readonly=True,
        copy=False,
        help="Asked again, the request has to be the same, to the letter.",
    )

    # === THE REQUEST === #

    def _continuity_is_at_bank(self):
        """Say whether a stored card is charged before the eyes of its bank.

        :rtype: bool
        """
        return bool(
            self.provider_code == "stripe"
            and self.operation == "online_token"
            and self.continuity_on_session
        )

    @api.model
    def _continuity_get_return_url(self, provider, reference):
        """Return where the customer comes back to: Odoo's own page for it.

        :param payment.provider provider: that is asked
        :param str reference: of the transaction
        :rtype: str
        """
        path = f"{StripeController._return_url}?reference={reference}"
        return urljoin(provider.get_base_url(), path)

    def _stripe_prepare_payment_intent_payload(self):
        """Override of `payment_stripe`: the owner of the stored card is there."""
        payload = super()._stripe_prepare_payment_intent_payload()
        if self._continuity_is_at_bank():
            payload.update(off_session=False, return_url=self.continuity_return_url)
        return payload

    # === THE ANSWER === #

    def _continuity_is_accepted(self, trace):
        """Override: the bank shows its page, and says later what became of it."""
        return super()._continuity_is_accepted(trace) or (
            trace.wants_customer and not trace.is_lost and self._continuity_waits()
        )

    def _continuity_waits(self):
        """Say whether the bank waits for its customer, as far as we know.

        :rtype: bool
        """
        return bool(
            self._continuity_is_at_bank()
            and self.state == "draft"
            and self.provider_reference
        )

    def _stores_continuity_card(self):
        """Override: no card is typed, and the one that is stored stays."""
        return super()._stores_continuity_card() and not self._continuity_is_at_bank()

    def _continuity_look_at_bank(self):
        """Ask Stripe what has become of it, and take the answer.

        :return: address of the page on which the bank waits; empty where it does not
        :rtype: str
        :raise ValidationError: Stripe does not answer
        """
        self.ensure_one()
        return self._continuity_take_intent(self._continuity_ask_intent("GET"))

    def _continuity_leave_bank(self):
        """Cancel what waits for the customer, or take what he has done all the same.

        :raise ValidationError: Stripe does not answer
        """
        self.ensure_one()
        try:
            intent = self._continuity_ask_intent(
                "POST", "/cancel", cancellation_reason="abandoned"
            )
        except ValidationError:
            # What is paid, or cancelled already, cannot be cancelled
            intent = self._continuity_ask_intent("GET")
        self._continuity_take_intent(intent)

    def _continuity_ask_intent(self, method, action="", **values):
        """Ask Stripe about the payment, or for something to be done to it.

        The provider is asked, not the transaction: that would fail with its question.
        """
        return self.provider_id._send_api_request(
            method,
            f"payment_intents/{self.provider_reference}{action}",
            data={"expand[]": "payment_method", **values},
            reference=self.reference,
        )

    def _continuity_take_intent(self, intent):
        """Take what Stripe says of the payment.

        :param dict intent: as Stripe shows it
        :return: see :meth:`_continuity_look_at_bank`
        :rtype: str
        """
        data = {"reference": self.reference}
        StripeController._include_payment_intent_in_payment_data(intent, data)
        self._process("stripe", data)
        if intent.get("status") != "requires_action":
            return ""
        action = (intent.get("next_action") or {}).get("redirect_to_url") or {}
        url = action.get("url") or ""
        return url if url.startswith(("https://", "http://")) else ""
