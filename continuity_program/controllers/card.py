# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import date

from dateutil.relativedelta import relativedelta

from odoo import http
from odoo.exceptions import AccessError, MissingError, UserError, ValidationError
from odoo.http import request

from odoo.addons.payment import utils as payment_utils
from odoo.addons.payment.controllers.portal import PaymentPortal

from ..models.cards.card_attempts import CardAttempts
from ..models.cards.card_link import CardLink

# Cards are valid for five years or so; some companies hand out longer ones.
YEARS_OFFERED = 20


class ContinuityCard(PaymentPortal):
    """*Add credit card*: the provider's own form, for the customer.

    Odoo's own page stores a card on whoever is logged in, so an agent would store the
    customer's card on himself. Here the partner always comes from the order, whoever
    fills in the form: the agent in a dialog, or the customer with the signed link.
    """

    # === THE FORM === #

    @http.route(
        "/my/continuity/<int:order_id>/card",
        type="http",
        methods=["GET"],
        auth="public",
        website=True,
        sitemap=False,
    )
    def continuity_card(self, order_id, access_token=None, **kwargs):
        """Show the form of the payment provider."""
        try:
            order_sudo = self._get_card_order(order_id, access_token)
        except (AccessError, MissingError):
            return self._refuse_link(order_id, access_token)
        return request.render(
            "continuity_program.card_page",
            self._get_card_values(order_sudo, access_token),
        )

    def _get_card_order(self, order_id, access_token=None):
        """Return the order in sudo, for those who may store a card of it.

        :raise AccessError: without a link that still works, unless the user may read
            the order as its customer or write it as its seller
        :raise MissingError: no such order
        """
        order = request.env["continuity.order"].browse(order_id)
        # A visitor has a link and no rights
        order_sudo = order.sudo().exists()
        if not order_sudo:
            raise MissingError(request.env._("This order does not exist."))
        if request.env.user._is_internal():
            order.check_access("write")
        elif not CardLink(order_sudo).is_valid(access_token):
            order.check_access("read")
        return order_sudo

    def _refuse_link(self, order_id, access_token):
        """Offer a new link to who has an old one; nobody else learns anything."""
        order_sudo = self._get_linked_order(order_id, access_token)
        if not order_sudo or request.env.user._is_internal():
            return request.redirect("/my")
        return request.render(
            "continuity_program.card_link_page",
            {"order_id": order_id, "access_token": access_token, "is_asked": False},
        )

    def _get_linked_order(self, order_id, access_token):
        """Return the order, in sudo, whose link this is or was; empty if it is none."""
        # A visitor has a link and no rights
        order_sudo = request.env["continuity.order"].sudo().browse(order_id).exists()
        return order_sudo.filtered(lambda order: CardLink(order).is_ours(access_token))

    @http.route(
        "/my/continuity/<int:order_id>/card/link",
        type="http",
        methods=["POST"],
        auth="public",
        website=True,
        sitemap=False,
    )
    def continuity_card_link(self, order_id, access_token=None, **kwargs):
        """Mail a new link to the address we have; the page says the same in any case.

        Only who has an old link of the order can make it be mailed.
        """
        for order_sudo in self._get_linked_order(order_id, access_token):
            order_sudo._mail_new_card_link()
        return request.render(
            "continuity_program.card_link_page",
            {"order_id": order_id, "access_token": False, "is_asked": True},
        )

    def _get_card_values(self, order_sudo, access_token=None):
        report = {}
        providers_sudo = self._get_card_providers(order_sudo, report)
        return {
            **self._get_form_values(order_sudo, access_token, providers_sudo, report),
            "continuity_order": order_sudo,
            "res_company": order_sudo.company_id,
            "mode": "validation",
            "transaction_route": f"{order_sudo.access_url}/card/transaction",
            "landing_route": self._get_landing_route(order_sudo, access_token),
        }

    def _get_form_values(
        self, order_sudo, access_token, providers_sudo, report, **criteria
    ):
        """Return what a form of the providers needs where a card is typed.

        :param continuity.order order_sudo: the order
        :param str access_token: what the customer came with
        :param payment.provider providers_sudo: those offered
        :param dict report: gets why others are not
        :param criteria: more for the payment methods
        :rtype: dict
        """
        partner_sudo = order_sudo.partner_invoice_id
        # In sudo, to read the providers of the methods
        methods_sudo = providers_sudo.env["payment.method"]
        methods_sudo = methods_sudo._get_compatible_payment_methods(
            providers_sudo.ids,
            partner_sudo.id,
            force_tokenization=True,
            report=report,
            **criteria,
        )
        return {
            "allow_token_selection": False,
            "partner_id": partner_sudo.id,
            "providers_sudo": providers_sudo,
            "payment_methods_sudo": methods_sudo,
            # His other cards are offered in the Continuity wizard
            "tokens_sudo": request.env["payment.token"],
            "availability_report": report,
            "access_token": self._get_page_token(order_sudo, access_token),
            "refusal": self._get_page_refusal(order_sudo),
            **self._get_extra_payment_form_values(),
        }

    def _get_card_providers(self, order_sudo, report=None):
        """Return the providers that can store a card for this customer and company,
        and take the currency of the order."""
        return self._get_storing_providers(
            order_sudo,
            0.0,
            report,
            is_validation=True,
            currency_id=order_sudo.currency_id.id,
        )

    def _get_storing_providers(self, order_sudo, amount, report, **criteria):
        """Return the providers that take an amount and store the card.

        Those of a parent company take payments of a branch, too; but a card is charged
        at night in the books of the company it belongs to.

        :param continuity.order order_sudo: the order
        :param float amount: in its currency
        :param dict report: gets why others are not
        :param criteria: more for the providers
        :rtype: payment.provider
        """
        providers_sudo = (
            request.env["payment.provider"]
            .sudo()  # to read the fields of the providers
            ._get_compatible_providers(
                order_sudo.company_id.id,
                order_sudo.partner_invoice_id.id,
                amount,
                force_tokenization=True,
                report=report,
                **criteria,
            )
        )
        return providers_sudo.filtered_domain(
            [("company_id", "=", order_sudo.company_id.id)]
        )

    def _get_landing_route(self, order_sudo, access_token=None):
        """The page after the form. No "?" in it: providers add their own."""
        token = self._get_page_token(order_sudo, access_token)
        return f"{order_sudo.access_url}/card/done/{token}"

    def _get_page_token(self, order_sudo, access_token):
        """The link somebody came with goes on and gets no longer life; who is logged in
        needs none, and gets one for the pages that follow."""
        if CardLink(order_sudo).is_valid(access_token):
            return access_token
        return order_sudo._get_card_token()

    def _get_page_refusal(self, order_sudo):
        """Say why a customer, or a visitor, can store no card now.

        An agent who has the customer on the phone can.

        :rtype: str | bool
        """
        if request.env.user._is_internal():
            return False
        return CardAttempts(order_sudo).get_refusal()

    # === THE TRANSACTION === #

    @http.route(
        "/my/continuity/<int:order_id>/card/transaction", type="jsonrpc", auth="public"
    )
    def continuity_card_transaction(self, order_id, access_token=None, **kwargs):
        """Create the validation transaction and return its processing values.

        Who, what and where to go afterwards come from the order, never from the
        browser.

        :raise ValidationError: if the link is not valid, or something else than a new
            card was asked for
        """
        try:
            order_sudo = self._get_card_order(order_id, access_token)
        except (AccessError, MissingError) as error:
            raise ValidationError(
                request.env._("The link of the card page is not valid any more.")
            ) from error
        order_sudo._check_takes_card()
        self._validate_transaction_kwargs(kwargs)
        self._check_card_request(order_sudo, kwargs)
        if not request.env.user._is_internal():
            CardAttempts(order_sudo).check()
        kwargs.update(
            partner_id=order_sudo.partner_invoice_id.id,
            amount=None,
            currency_id=None,
            is_validation=True,
            tokenization_requested=True,
            landing_route=self._get_landing_route(order_sudo, access_token),
            reference_prefix=payment_utils.singularize_reference_prefix(prefix="CPV"),
        )
        tx_sudo = self._create_transaction(
            custom_create_values={"continuity_order_id": order_sudo.id}, **kwargs
        )
        return tx_sudo._get_processing_values()

    def _check_card_request(self, order_sudo, kwargs):
        """Refuse a stored card, and providers the page did not offer."""
        if not self._is_offered(kwargs, self._get_card_providers(order_sudo)):
            raise ValidationError(
                request.env._("Only a new card can be stored here. Reload the page.")
            )

    def _is_offered(self, kwargs, providers_sudo):
        """Say whether a new card is asked for, at a provider the page offers.

        :param dict kwargs: what the browser sends
        :param payment.provider providers_sudo: those offered
        :rtype: bool
        """
        is_new = kwargs.get("flow") in ("direct", "redirect")
        return is_new and kwargs.get("provider_id") in providers_sudo.ids

    # === AFTERWARDS === #

    @http.route(
        "/my/continuity/<int:order_id>/card/done/<string:access_token>",
        type="http",
        methods=["GET"],
        auth="public",
        website=True,
        sitemap=False,
    )
    def continuity_card_done(self, order_id, access_token, error=None, **kwargs):
        """Say whether the card is stored; ask for its expiry where nobody told it."""
        try:
            order_sudo = self._get_card_order(order_id, access_token)
        except (AccessError, MissingError):
            return request.redirect("/my")
        tx_sudo = self._get_last_card_transaction(order_sudo)
        if not tx_sudo:
            return request.redirect(
                f"{order_sudo.access_url}/card?access_token={access_token}"
            )
        year = order_sudo.company_id._continuity_today().year
        return request.render(
            "continuity_program.card_done_page",
            {
                "continuity_order": order_sudo,
                "res_company": order_sudo.company_id,
                "tx": tx_sudo,
                "token_sudo": self._get_stored_token(tx_sudo),
                "access_token": access_token,
                "years": range(year, year + YEARS_OFFERED + 1),
                "error": error,
            },
        )

    def _get_last_card_transaction(self, order_sudo):
        return self._get_last_transaction(order_sudo, ("operation", "=", "validation"))

    def _get_last_transaction(self, order_sudo, condition):
        """Return the newest transaction of the order for which a condition holds.

        :param continuity.order order_sudo: the order
        :param tuple condition: a leaf of a domain
        :rtype: payment.transaction
        """
        return (
            request.env["payment.transaction"]
            .sudo()  # the customer has no right on transactions
            .search(
                [("continuity_order_id", "=", order_sudo.id), condition],
                order="id desc",
                limit=1,
            )
        )

    def _get_stored_token(self, tx_sudo):
        """The card, unless the validation failed: demo makes a token even then."""
        if tx_sudo.state in ("done", "authorized"):
            return tx_sudo.token_id
        return tx_sudo.env["payment.token"]

    @http.route(
        "/my/continuity/<int:order_id>/card/expiry",
        type="http",
        methods=["POST"],
        auth="public",
        website=True,
        sitemap=False,
    )
    def continuity_card_expiry(
        self, order_id, access_token=None, month=None, year=None, **kwargs
    ):
        """Keep the last day the card is valid, once, for the card just stored."""
        try:
            order_sudo = self._get_card_order(order_id, access_token)
        except (AccessError, MissingError):
            return request.redirect("/my")
        landing_route = self._get_landing_route(order_sudo, access_token)
        token_sudo = self._get_stored_token(self._get_last_card_transaction(order_sudo))
        is_asked = token_sudo and token_sudo == order_sudo.payment_token_id
        if is_asked and not token_sudo.expiry_date:
            try:
                expiry = self._parse_expiry(month, year)
                if expiry < order_sudo.company_id._continuity_today():
                    return request.redirect(f"{landing_route}?error=expired")
                order_sudo._set_card_expiry(expiry)
            except (TypeError, ValueError, UserError):
                return request.redirect(f"{landing_route}?error=date")
        return request.redirect(landing_route)

    def _parse_expiry(self, month, year):
        """Return the last day of the month printed on the card.

        :raise ValueError: if it is no month
        """
        return date(int(year), int(month), 1) + relativedelta(day=31)
