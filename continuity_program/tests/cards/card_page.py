# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.addons.base.tests.common import HttpCaseWithUserPortal

from ..common import MANAGER, ContinuityCommon


class CardPageCase(ContinuityCommon, HttpCaseWithUserPortal):
    """A quotation, its card page, and what the form of the page sends."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.program = cls._create_program()
        cls.product = cls._create_parent_product(cls.program)
        cls.order = cls._create_order(cls.product)
        cls.continuity_order = cls.order.continuity_order_ids
        cls.token = cls.continuity_order._get_card_token()
        cls.url = f"/my/continuity/{cls.continuity_order.id}/card"

    # === HELPERS === #

    def _get_page(self, url=None, token=None):
        url = url or f"{self.url}?access_token={token or self.token}"
        return self.url_open(url)

    def _prepare_request(self, **values):
        """What the form of the page sends."""
        return {
            "provider_id": self.provider.id,
            "payment_method_id": self.card_method.id,
            "token_id": None,
            "amount": None,
            "flow": "direct",
            "tokenization_requested": True,
            "landing_route": "/somewhere",
            "is_validation": True,
            "access_token": self.token,
            **values,
        }

    def _request_transaction(self, **values):
        return self.make_jsonrpc_request(
            f"{self.url}/transaction", self._prepare_request(**values)
        )

    def _log_in_agent(self):
        self._create_user("card_agent", MANAGER)
        self.authenticate("card_agent", "card_agent")

    def _get_transactions(self):
        return self.env["payment.transaction"].search(
            [("continuity_order_id", "=", self.continuity_order.id)]
        )

    def _store_card(self, answer="done"):
        """Fill in the form like the browser does, up to the page afterwards."""
        reference = self._request_transaction()["reference"]
        self.make_jsonrpc_request(
            "/payment/demo/simulate_payment",
            {
                "reference": reference,
                "payment_details": "4242",
                "simulated_state": answer,
            },
        )
        return self.make_jsonrpc_request("/payment/status/poll", {})

    def _post_expiry(self, response, month, year):
        return self.url_open(
            f"{self.url}/expiry",
            data={
                "csrf_token": self._get_csrf_token(response),
                "access_token": self.token,
                "month": month,
                "year": year,
            },
        )

    def _get_csrf_token(self, response):
        return response.text.split('name="csrf_token" value="')[1].split('"')[0]
