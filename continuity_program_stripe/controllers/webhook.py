# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import http
from odoo.http import request

from odoo.addons.payment_stripe.controllers.main import StripeController

#: What Odoo's module does not look at, and we do
KINDS = ("charge.dispute.", "payment_method.")


class ContinuityStripeWebhook(StripeController):
    """One webhook is enough: Odoo's takes what Stripe tells of disputes and cards."""

    @http.route()
    def stripe_webhook(self):
        """Override of `payment_stripe`: hand on what is signed and concerns us."""
        event = request.get_json_data()
        kind = event.get("type") if isinstance(event, dict) else None
        if isinstance(kind, str) and kind.startswith(KINDS):
            http_request = request.httprequest
            request.env["payment.provider"]._continuity_take_card_message(
                "stripe", http_request.get_data(), http_request.headers
            )
        return super().stripe_webhook()
