# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import http
from odoo.exceptions import AccessError, MissingError
from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal


class ContinuityPay(CustomerPortal):
    """The customer pays an instalment that was declined, with the stored card."""

    @http.route(
        "/my/continuity/<int:order_id>/pay",
        type="http",
        methods=["POST"],
        auth="public",
        website=True,
        sitemap=False,
    )
    def continuity_pay_now(self, order_id, access_token=None, **kwargs):
        """Charge what the page of the order offers, and show the page again.

        Whose card it is presses this button; a colleague has *Charge now*.
        """
        try:
            order_sudo = self._document_check_access(
                "continuity.order", order_id, access_token=access_token
            )
        except (AccessError, MissingError):
            return request.redirect("/my")
        if not request.env.user._is_internal():
            # The page answers as the superuser: whose try it is decides what is counted
            order_sudo.with_user(request.env.user).sudo()._pay_now()
        return request.redirect(order_sudo.get_portal_url())
