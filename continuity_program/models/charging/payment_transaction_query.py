# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging
from datetime import timedelta

import psycopg2
import requests

from odoo import fields, models
from odoo.exceptions import ValidationError

from ..cards.payment_transaction_reference import DISTINCT
from ..payments.payment_transaction_answer import NOTHING_SEEN

_logger = logging.getLogger(__name__)

#: What a provider does not know after so long has not been asked for
KNOWN_MINUTES = 15
#: What Authorize.Net calls the states of a payment that was not settled yet:
#: developer.authorize.net/api/reference, read on 2026-11-28, not tried
AUTHORIZE_STATES = {
    "authorizedPendingCapture": "authorized",
    "capturedPendingSettlement": "done",
    "declined": "error",
    "FDSAuthorizedPendingReview": "pending",
    "FDSPendingReview": "pending",
    "generalError": "error",
    "underReview": "pending",
    "voided": "error",
}


class PaymentTransaction(models.Model):
    """A provider without a key for repetitions is asked what became of a request.

    Asking for the money again might take it twice. Asking by the reference takes none.
    """

    _inherit = "payment.transaction"

    #: How providers are asked by the reference of a request
    _CONTINUITY_QUERY_PROVIDERS = {
        "authorize": "_continuity_query_authorize",
        "flutterwave": "_continuity_query_flutterwave",
    }

    def _continuity_can_be_queried(self, hours):
        """Say whether the provider can say what became of a request nobody knows of.

        :param int hours: older requests may have left the lists of the provider
        :rtype: bool
        """
        self.ensure_one()
        is_open = self.state == "draft" or (
            self.state == "error" and self.continuity_no_answer
        )
        oldest = fields.Datetime.now() - timedelta(hours=hours)
        return bool(
            is_open
            and self.continuity_asked_at
            and self.continuity_asked_at > oldest
            and self.provider_code in self._CONTINUITY_QUERY_PROVIDERS
        )

    def _continuity_query(self):
        """Ask what became of the request, and take what is said; never raise.

        What is not found a quarter of an hour after it was asked for was not asked for.
        """
        self.ensure_one()
        self.write({**NOTHING_SEEN, "state": "draft"})
        query = getattr(self, self._CONTINUITY_QUERY_PROVIDERS[self.provider_code])
        try:
            with self.env.cr.savepoint():
                is_found = query()
        except psycopg2.OperationalError:
            # Odoo repeats the call
            raise
        # Broad on purpose: providers may raise anything, and nobody knows then
        except Exception:  # pylint: disable=broad-except
            _logger.exception("No clear answer about transaction %s", self.reference)
            is_found = None
        oldest = fields.Datetime.now() - timedelta(minutes=KNOWN_MINUTES)
        if is_found is False and self.continuity_asked_at <= oldest:
            self.continuity_decline_kind = "not_sent"
            self._set_canceled(
                self.env._("The provider does not know it: nothing was charged.")
            )
        elif self.state == "draft":
            self.write(
                {
                    "continuity_no_answer": True,
                    "continuity_decline_kind": "no_answer",
                }
            )

    def _continuity_query_flutterwave(self):
        """Ask Flutterwave like Odoo's module does when a customer comes back.

        :return: whether it knows the request
        :rtype: bool
        """
        try:
            data = self._send_api_request(
                "GET",
                "transactions/verify_by_reference",
                params={"tx_ref": self.reference},
            )
        except ValidationError as error:
            response = getattr(error.__cause__ or error.__context__, "response", None)
            text = response.text if response is not None else ""
            if "No transaction was found" in text:
                return False
            raise
        self._process(self.provider_code, data)
        return True

    def _continuity_query_authorize(self):
        """Look for the request in the list of what Authorize.Net has not settled.

        It keeps twenty characters of the reference, so amount and card are compared,
        too; two of them are for a person. What is not in the list may have been settled
        since: that is for a person, too.

        :return: whether it is there; None = nobody knows which it is
        :rtype: bool | None
        """
        found = [
            row
            for row in self._continuity_list_unsettled()
            if row.get("invoiceNumber") == self.reference[:DISTINCT]
        ]
        if not found:
            # Settled meanwhile, or on another page of the list: nobody knows
            return None
        mine = [row for row in found if self._continuity_is_same(row)]
        state = AUTHORIZE_STATES.get(mine[0].get("transactionStatus")) if mine else None
        if len(found) != 1 or not state:
            return None
        self.provider_reference = mine[0]["transId"]
        if state == "error":
            self.write(
                {
                    "continuity_decline_code": mine[0]["transactionStatus"],
                    "continuity_decline_kind": "soft",
                    "continuity_by_provider": True,
                }
            )
            self._set_error(self.env._("Declined"))
        else:
            getattr(self, f"_set_{state}")()
        return True

    def _continuity_is_same(self, row):
        """Say whether amount and card of a payment of the list are ours.

        The list has no currency: it is the one of the account.
        """
        digits = (self.token_id.payment_details or "")[-4:]
        amount = float(row.get("settleAmount") or 0.0)
        return (
            self.token_id._continuity_takes_currency(self.currency_id)
            and not self.currency_id.compare_amounts(amount, self.amount)
            and bool(digits)
            and str(row.get("accountNumber", "")).endswith(digits)
        )

    def _continuity_list_unsettled(self):
        """Ask Authorize.Net for its payments of today.

        :rtype: list[dict]
        """
        # The module is there where its provider is
        from odoo.addons.payment_authorize.models.authorize_request import (
            AuthorizeAPI,
        )

        answer = AuthorizeAPI(self.provider_id)._make_request(
            "getUnsettledTransactionListRequest",
            {
                "sorting": {"orderBy": "submitTimeUTC", "orderDescending": True},
                "paging": {"limit": 1000, "offset": 1},
            },
        )
        if "err_code" in answer:
            raise requests.exceptions.RequestException(answer["err_msg"])
        return answer.get("transactions") or []
