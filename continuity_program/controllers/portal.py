# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import http
from odoo.exceptions import AccessError, MissingError
from odoo.http import request

from odoo.addons.payment.controllers.portal import PaymentPortal
from odoo.addons.portal.controllers.portal import pager as portal_pager


class ContinuityPortal(PaymentPortal):
    """The customer's own pages: his continuity orders, their shipments and payments."""

    def _prepare_home_portal_values(self, counters):
        """Override of `portal` to count the continuity orders on the home page."""
        values = super()._prepare_home_portal_values(counters)
        if "continuity_count" in counters:
            orders = request.env["continuity.order"]
            values["continuity_count"] = (
                orders.search_count(self._get_continuity_domain(), limit=1)
                if orders.has_access("read")
                else 0
            )
        return values

    def _get_continuity_domain(self):
        """What was ordered: a draft is shown on the quotation."""
        partner = request.env.user.partner_id.commercial_partner_id
        return [("partner_id", "child_of", partner.id), ("state", "!=", "draft")]

    @http.route(
        ["/my/continuity", "/my/continuity/page/<int:page>"],
        type="http",
        auth="user",
        website=True,
    )
    def portal_my_continuity_orders(self, page=1, **kwargs):
        """List the continuity orders of the customer."""
        orders = request.env["continuity.order"]
        if not orders.has_access("read"):
            return request.redirect("/my")
        domain = self._get_continuity_domain()
        pager = portal_pager(
            url="/my/continuity",
            total=orders.search_count(domain),
            page=page,
            step=self._items_per_page,
        )
        orders = orders.search(
            domain, limit=self._items_per_page, offset=pager["offset"]
        )
        request.session["my_continuity_history"] = orders.ids[:100]
        values = {
            **self._prepare_portal_layout_values(),
            # In sudo mode to read the program: the customer sees its name only
            "continuity_orders": orders.sudo(),
            "page_name": "continuity",
            "pager": pager,
            "default_url": "/my/continuity",
        }
        return request.render("continuity_program.portal_my_continuity_orders", values)

    @http.route(
        "/my/continuity/<int:order_id>", type="http", auth="public", website=True
    )
    def portal_continuity_order(self, order_id, access_token=None, **kwargs):
        """Show one continuity order: what comes when, and what it costs."""
        try:
            order_sudo = self._document_check_access(
                "continuity.order", order_id, access_token=access_token
            )
        except (AccessError, MissingError):
            return request.redirect("/my")
        values = {
            "continuity_order": order_sudo,
            "res_company": order_sudo.company_id,
            "page_name": "continuity",
            "report_type": "html",
        }
        values = self._get_page_view_values(
            order_sudo, access_token, values, "my_continuity_history", False, **kwargs
        )
        return request.render("continuity_program.portal_continuity_order", values)
