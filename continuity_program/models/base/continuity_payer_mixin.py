# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.fields import Domain


class ContinuityPayerMixin(models.AbstractModel):
    """An order that cards pay for: whose they may be.

    The customer's own cards and those of his company. Of who gets the invoice instead,
    a parent company or a giver, not every card: whoever sells may name anybody there.
    An accountant or a sales administrator has allowed it, or the card was given for
    this very order.
    """

    _name = "continuity.payer.mixin"
    _description = "Whose Cards Pay"

    def _get_payer_orders(self):
        """Return the continuity orders whose approval holds here.

        :rtype: continuity.order
        """
        raise NotImplementedError

    def _get_card_domain(self):
        """Say which cards may pay, by whose they are.

        A card stays with its owner when he leaves his company.

        :return: a domain of `payment.token`
        :rtype: Domain
        """
        customer = self.partner_id | self.partner_id.commercial_partner_id
        payer = self.partner_invoice_id | self.partner_invoice_id.commercial_partner_id
        payers = Domain("partner_id", "in", payer.ids)
        if not self._is_payer_allowed():
            payers &= Domain("id", "in", self._get_cards_given().ids)
        return Domain("partner_id", "in", customer.ids) | payers

    def _is_payer_allowed(self):
        """Say whether all cards of the payer may pay.

        :rtype: bool
        """
        approved = self._get_payer_orders().approved_payer_id
        payer = self.partner_invoice_id.commercial_partner_id
        return payer in self.partner_id.commercial_partner_id | approved

    def _get_cards_given(self):
        """Return the cards that were given on the card page of the order.

        By the payer himself, with the link, or by an agent who has it before him.

        :return: in sudo
        :rtype: payment.token
        """
        orders = self._get_payer_orders().sale_order_id.continuity_order_ids
        # Neither sellers nor customers may read transactions
        transactions_sudo = self.env["payment.transaction"].sudo()
        given_sudo = transactions_sudo.search(
            [
                ("continuity_order_id", "in", orders.ids),
                ("operation", "=", "validation"),
                ("state", "in", ("authorized", "done")),
            ]
        )
        return given_sudo.token_id

    def _get_payer_refusal(self):
        """Say what to do before cards of the payer may pay.

        :rtype: str
        """
        return self.env._(
            "The stored cards of %(payer)s may not pay for %(order)s of %(customer)s."
            " Let an accountant or a sales administrator allow it (“Allow cards of the"
            " payer” on the continuity order), or let %(payer)s add a card by the link"
            " of the order.",
            payer=self.partner_invoice_id.display_name,
            order=self.display_name,
            customer=self.partner_id.display_name,
        )
