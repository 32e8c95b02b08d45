# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class PaymentTransaction(models.Model):
    """What happens when the card page of a continuity order was used."""

    _inherit = "payment.transaction"

    def _give_continuity_cards(self):
        """Give stored cards to their continuity orders.

        Some providers make a token even when the validation failed: only a confirmed
        one counts.
        """
        for tx in self.filtered(lambda tx: tx._is_continuity_card_stored()):
            order = tx.continuity_order_id
            if refusal := tx.token_id._continuity_get_refusal(order):
                # Somebody else pays since the page was opened
                order.message_post(body=refusal[1])
                continue
            if order.payment_token_id != tx.token_id:
                order._set_payment_token(tx.token_id)
            if tx.create_uid.share:
                tx._continuity_accept_quotation()

    def _stores_continuity_card(self):
        """Say whether a card is typed: on the card page, or where it pays at once.

        :rtype: bool
        """
        self.ensure_one()
        is_typed = self.operation == "validation" or self.continuity_on_session
        return bool(is_typed and self.continuity_order_id)

    def _is_continuity_card_stored(self):
        return bool(
            self.operation == "validation"
            and self.state in ("authorized", "done")
            and self.continuity_order_id
            and self.token_id
        )

    def _continuity_accept_quotation(self):
        """Confirm the quotation whose last missing thing was the card.

        Only when the customer stored it himself, and only when that was the way to
        accept: the quotation is signed, or asks for a payment and no signature. A card
        taken by the seller never confirms: that is what *Submit* is for.
        """
        sale_order = self.continuity_order_id.sale_order_id
        accepted = sale_order.signature or (
            sale_order.require_payment and not sale_order.require_signature
        )
        if sale_order.state == "sent" and accepted and not sale_order._has_to_be_paid():
            sale_order._validate_order()
