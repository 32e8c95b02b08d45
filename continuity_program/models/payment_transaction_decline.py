# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json

import requests

from odoo import fields, models

#: Words of providers for "never try this card again" (traps 30). Numbers are Adyen's
#: refusal reason codes: blocked, expired, invalid, fraud, restricted, revoked, closed.
HARD_DECLINES = frozenset(
    {
        "closed_account",
        "expired_card",
        "fraudulent",
        "incorrect_number",
        "invalid_account",
        "invalid_number",
        "lost_card",
        "pickup_card",
        "restricted_card",
        "revocation_of_all_authorizations",
        "revocation_of_authorization",
        "stolen_card",
        "stop_payment_order",
        "adyen:5",
        "adyen:6",
        "adyen:8",
        "adyen:20",
        "adyen:25",
        "adyen:26",
        "adyen:31",
        "adyen:46",
    }
)


class PaymentTransaction(models.Model):
    """Why a card was refused, where the provider says so in a word (rules BR16)."""

    _inherit = "payment.transaction"

    continuity_decline_code = fields.Char(
        string="Decline code",
        readonly=True,
        copy=False,
        help="The provider's own word for the refusal.",
    )
    continuity_is_hard_decline = fields.Boolean(
        readonly=True,
        copy=False,
        help="Trying the same card again is useless, or costs fees.",
    )
    continuity_charged_back = fields.Boolean(
        readonly=True,
        copy=False,
        help="The bank took the money back later.",
    )

    def _apply_updates(self, payment_data):
        """Override of `payment` to keep the code of a refusal."""
        self._continuity_note_code(self._continuity_find_code(payment_data))
        return super()._apply_updates(payment_data)

    def _continuity_note_refusal(self, error):
        """Keep the code of a request that was refused with an HTTP error.

        :param Exception error: what the HTTP client raised
        """
        if not isinstance(error, requests.exceptions.HTTPError):
            return
        try:
            data = json.loads(error.response.text)
        except (AttributeError, ValueError):
            return
        self._continuity_note_code(self._continuity_find_code(data))

    def _continuity_note_code(self, code):
        """Write the code down and judge it.

        :param str code: the provider's word; empty = it gave none
        """
        if code:
            self.write(
                {
                    "continuity_decline_code": code,
                    "continuity_is_hard_decline": self._continuity_is_hard(code),
                }
            )

    def _continuity_is_hard(self, code):
        """Say whether the card must not be tried again; providers may override it.

        :param str code: the provider's word
        :rtype: bool
        """
        return code in HARD_DECLINES or f"{self.provider_code}:{code}" in HARD_DECLINES

    def _continuity_find_code(self, data):
        """Find the code in what a provider sent; providers may override it.

        :param dict data: the answer
        :rtype: str
        """
        if not isinstance(data, dict):
            return ""
        intent = data.get("payment_intent") or {}
        error = data.get("error") or intent.get("last_payment_error") or {}
        if not isinstance(error, dict):
            return ""
        code = error.get("decline_code") or error.get("code")
        return str(code or data.get("refusalReasonCode") or "")
