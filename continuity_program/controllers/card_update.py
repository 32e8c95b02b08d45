# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import http
from odoo.http import request


class ContinuityCardUpdate(http.Controller):
    """Providers tell that stored cards have changed by themselves."""

    @http.route(
        "/payment/continuity/card_update/<string:provider_code>",
        type="http",
        methods=["POST"],
        auth="public",
        csrf=False,
        save_session=False,
    )
    def continuity_card_update(self, provider_code, **kwargs):
        """Take the message; say the same to everybody.

        Providers send again, for days, what is not answered with 200.
        """
        http_request = request.httprequest
        request.env["payment.provider"]._continuity_take_card_message(
            provider_code, http_request.get_data(), http_request.headers
        )
        return request.make_json_response("")
