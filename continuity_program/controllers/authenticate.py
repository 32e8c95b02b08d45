# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import http
from odoo.exceptions import AccessError, MissingError, UserError, ValidationError
from odoo.http import request

from ..billing.answers import FAILED
from ..models.authentication.authentication import take_card_of
from ..models.base.sealed import Sealed
from ..models.cards.card_attempts import CardAttempts
from .card import ContinuityCard


class ContinuityAuthenticate(ContinuityCard):
    """The customer pays before the eyes of his bank, with the provider's own form.

    What is paid comes from the payment, never from the browser. The card is kept: the
    bank has seen its owner.
    """

    # === THE FORM === #

    @http.route(
        "/my/continuity/<int:order_id>/authenticate",
        type="http",
        methods=["GET"],
        auth="public",
        website=True,
        sitemap=False,
    )
    def continuity_authenticate(self, order_id, access_token=None, **kwargs):
        """Say what the bank asks, and show the form of the payment provider."""
        try:
            order_sudo = self._get_card_order(order_id, access_token)
        except (AccessError, MissingError):
            return self._refuse_link(order_id, access_token)
        rows_sudo = order_sudo._get_rows_to_authenticate()
        values = {
            "continuity_order": order_sudo,
            "res_company": order_sudo.company_id,
            "row_sudo": rows_sudo[:1],
        }
        if rows_sudo:
            values.update(
                self._get_authenticate_values(order_sudo, rows_sudo[0], access_token)
            )
        return request.render("continuity_program.authenticate_page", values)

    def _get_authenticate_values(self, order_sudo, row_sudo, access_token):
        """Return the values of the form.

        :param continuity.order order_sudo: the order
        :param continuity.payment row_sudo: what is paid
        :param str access_token: what the customer came with
        :rtype: dict
        """
        report = {}
        providers_sudo = self._get_authenticate_providers(row_sudo, report)
        # The forms of the providers are told that the card is kept
        providers_sudo = providers_sudo.with_context(continuity_on_session=Sealed())
        currency = order_sudo.currency_id
        return {
            **self._get_form_values(
                order_sudo,
                access_token,
                providers_sudo,
                report,
                currency_id=currency.id,
            ),
            "authentication": order_sudo._get_authentication(row_sudo),
            "mode": "payment",
            "amount": row_sudo.amount,
            "currency": currency,
            "show_tokenize_input_mapping": dict.fromkeys(providers_sudo.ids, False),
            "transaction_route": f"{order_sudo.access_url}/authenticate/transaction",
            "landing_route": self._get_authenticated_route(order_sudo, access_token),
        }

    def _get_authenticate_providers(self, row_sudo, report=None):
        """Return the providers that can take the payment and store the card."""
        order_sudo = row_sudo.continuity_order_id
        return self._get_storing_providers(
            order_sudo,
            row_sudo.amount,
            report,
            currency_id=order_sudo.currency_id.id,
        )

    def _get_authenticated_route(self, order_sudo, access_token=None):
        """The page after the form. No "?" in it: providers add their own."""
        token = self._get_page_token(order_sudo, access_token)
        return f"{order_sudo.access_url}/authenticate/done/{token}"

    # === THE TRANSACTION === #

    @http.route(
        "/my/continuity/<int:order_id>/authenticate/transaction",
        type="jsonrpc",
        auth="public",
    )
    def continuity_authenticate_transaction(
        self, order_id, access_token=None, **kwargs
    ):
        """Create the transaction, linked with the payment, and return its values.

        :raise ValidationError: the link is not valid, nothing is left to pay, or
            something else was asked for
        """
        try:
            order_sudo = self._get_card_order(order_id, access_token)
        except (AccessError, MissingError) as error:
            raise ValidationError(
                request.env._("The link of this page is not valid any more.")
            ) from error
        self._validate_transaction_kwargs(kwargs, ("reference_prefix",))
        if not request.env.user._is_internal():
            CardAttempts(order_sudo).check()
        row_sudo = self._begin_authentication(order_sudo)
        if not self._is_offered(kwargs, self._get_authenticate_providers(row_sudo)):
            raise ValidationError(
                request.env._("Only a new card can be used here. Reload the page.")
            )
        kwargs.update(
            partner_id=order_sudo.partner_invoice_id.id,
            amount=row_sudo.amount,
            currency_id=order_sudo.currency_id.id,
            is_validation=False,
            tokenization_requested=True,
            landing_route=self._get_authenticated_route(order_sudo, access_token),
            reference_prefix=row_sudo._get_reference(),
        )
        tx_sudo = self._create_transaction(
            custom_create_values=row_sudo._prepare_on_session_vals(), **kwargs
        )
        row_sudo._await_on_session(tx_sudo)
        values = tx_sudo._get_processing_values()
        if tx_sudo.state in FAILED:
            # Some providers are asked for their page here: nobody has seen it
            row_sudo._return_to_customer(tx_sudo.state_message)
        return values

    def _begin_authentication(self, order_sudo):
        """Return the payment that is due first, ready to be paid.

        :raise ValidationError: a sentence for the customer
        """
        rows_sudo = order_sudo._get_rows_to_authenticate()
        try:
            if not rows_sudo:
                raise UserError(order_sudo.payment_ids._get_not_open_text())
            return rows_sudo[0]._begin_on_session()
        except UserError as error:
            # The form shows what is refused
            raise ValidationError(str(error)) from error

    # === AFTERWARDS === #

    @http.route(
        "/my/continuity/<int:order_id>/authenticate/done/<string:access_token>",
        type="http",
        methods=["GET"],
        auth="public",
        website=True,
        sitemap=False,
    )
    def continuity_authenticate_done(
        self, order_id, access_token, replaced=None, **kwargs
    ):
        """Say what became of it, and offer the card to the other orders."""
        try:
            order_sudo = self._get_card_order(order_id, access_token)
        except (AccessError, MissingError):
            return request.redirect("/my")
        tx_sudo = self._get_last_on_session(order_sudo)
        if not tx_sudo:
            return request.redirect(
                f"{order_sudo.access_url}/authenticate?access_token={access_token}"
            )
        is_paid = tx_sudo.state in ("authorized", "done")
        others_sudo = order_sudo.browse()
        if is_paid and tx_sudo.token_id.active:
            others_sudo = tx_sudo._continuity_get_other_orders()
        return request.render(
            "continuity_program.authenticate_done_page",
            {
                "continuity_order": order_sudo,
                "res_company": order_sudo.company_id,
                "tx": tx_sudo,
                "is_paid": is_paid,
                "paid_text": request.env._(
                    "Thank you: %s is paid.", order_sudo._format(tx_sudo.amount)
                ),
                "others_sudo": others_sudo,
                "others_text": request.env._(
                    "The old card still pays for %s.",
                    ", ".join(
                        f"{other.product_id.name} ({other.name})"
                        for other in others_sudo
                    ),
                ),
                "replaced": replaced,
                "access_token": access_token,
            },
        )

    def _get_last_on_session(self, order_sudo):
        return self._get_last_transaction(
            order_sudo, ("continuity_on_session", "=", True)
        )

    @http.route(
        "/my/continuity/<int:order_id>/authenticate/others",
        type="http",
        methods=["POST"],
        auth="public",
        website=True,
        sitemap=False,
    )
    def continuity_authenticate_others(self, order_id, access_token=None, **kwargs):
        """Let the new card pay for the other orders of the old one, too."""
        try:
            order_sudo = self._get_card_order(order_id, access_token)
        except (AccessError, MissingError):
            return request.redirect("/my")
        tx_sudo = self._get_last_on_session(order_sudo)
        if tx_sudo.state in ("authorized", "done") and tx_sudo.token_id.active:
            take_card_of(tx_sudo._continuity_get_other_orders(), tx_sudo)
        route = self._get_authenticated_route(order_sudo, access_token)
        return request.redirect(f"{route}?replaced=1")
