# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import http
from odoo.exceptions import AccessError, MissingError, UserError
from odoo.http import request

from odoo.addons.continuity_program.controllers.authenticate import (
    ContinuityAuthenticate,
)
from odoo.addons.continuity_program.models.cards.card_attempts import CardAttempts
from odoo.addons.payment.controllers.post_processing import PaymentPostProcessing


class ContinuityAuthenticateStripe(ContinuityAuthenticate):
    """The same card before the eyes of its bank: one button, nothing is typed."""

    def _get_authenticate_values(self, order_sudo, row_sudo, access_token):
        """Override to offer the stored card first.

        Not to a seller: his customer has to be there himself.
        """
        values = super()._get_authenticate_values(order_sudo, row_sudo, access_token)
        if request.env.user._is_internal():
            return values
        if card_sudo := row_sudo._get_bank_card():
            values["bank_card_text"] = request.env._(
                "Your card %s is charged. Your bank may ask you to confirm it.",
                card_sudo.display_name,
            )
        return values

    @http.route(
        "/my/continuity/<int:order_id>/authenticate/card",
        type="http",
        methods=["POST"],
        auth="public",
        website=True,
        sitemap=False,
    )
    def continuity_authenticate_card(self, order_id, access_token=None, **kwargs):
        """Charge the stored card, and lead its owner to his bank where it asks."""
        try:
            order_sudo = self._get_card_order(order_id, access_token)
        except (AccessError, MissingError):
            return request.redirect("/my")
        page = f"{order_sudo.access_url}/authenticate"
        token = self._get_page_token(order_sudo, access_token)
        rows_sudo = order_sudo._get_rows_to_authenticate()
        if not rows_sudo or request.env.user._is_internal():
            return request.redirect(f"{page}?access_token={token}")
        landing_route = self._get_authenticated_route(order_sudo, access_token)
        try:
            if not rows_sudo[0]._is_on_session():
                # What is gone on with is no other try
                CardAttempts(order_sudo).check()
            tx_sudo, bank_url = rows_sudo[0]._show_to_bank(landing_route)
            PaymentPostProcessing.monitor_transaction(tx_sudo)
        except UserError as error:
            return request.render(
                "continuity_program_stripe.bank_refused_page",
                {
                    "continuity_order": order_sudo,
                    "res_company": order_sudo.company_id,
                    "refused_text": str(error),
                    "access_token": token,
                },
            )
        if bank_url:
            return request.redirect(bank_url, code=303, local=False)
        return request.redirect(landing_route)
