# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

from .authentication import take_card_of


class PaymentTransaction(models.Model):
    """A payment of a row by the customer himself, before the eyes of his bank."""

    _inherit = "payment.transaction"

    continuity_on_session = fields.Boolean(
        string="By the customer on a page",
        readonly=True,
        copy=False,
        help="The bank wanted to see the customer, who pays on a page.",
    )
    continuity_replaced_token_id = fields.Many2one(
        comodel_name="payment.token",
        string="Replaces",
        readonly=True,
        copy=False,
        ondelete="set null",
        help="The card of the order whose bank has asked for the customer.",
    )

    def _continuity_filter_seen(self):
        """Return what customers have paid before the eyes of their bank.

        :return: in sudo: whoever pays has no right on orders and cards
        :rtype: payment.transaction
        """
        return self.sudo().filtered(
            lambda tx: tx.continuity_on_session and tx.state in ("authorized", "done")
        )

    def _continuity_promise_anew(self):
        """Let the parcels that waited leave today: not before their planned day."""
        for child_sudo in self._continuity_filter_seen().sale_order_ids:
            company = child_sudo.company_id
            if not child_sudo.continuity_order_id or child_sudo.state not in (
                "draft",
                "sent",
            ):
                continue
            today = company._continuity_today()
            promised = child_sudo.commitment_date
            if promised and company._continuity_local_date(promised) < today:
                child_sudo.commitment_date = company._continuity_noon(today)

    def _continuity_keep_card(self):
        """Put the new card on the order, if its card is still the old one."""
        for tx_sudo in self._continuity_filter_seen().filtered("token_id"):
            order_sudo = tx_sudo.continuity_order_id
            if order_sudo.payment_token_id == tx_sudo.continuity_replaced_token_id:
                take_card_of(order_sudo, tx_sudo)

    def _continuity_get_other_orders(self):
        """Return the other orders that are still charged to the old card.

        :return: in sudo, of the same customer
        :rtype: continuity.order
        """
        self.ensure_one()
        # Whoever pays has no right on orders
        tx_sudo = self.sudo()
        order_sudo = tx_sudo.continuity_order_id
        old_sudo = tx_sudo.continuity_replaced_token_id
        if not old_sudo or old_sudo == tx_sudo.token_id:
            return order_sudo.browse()
        others_sudo = order_sudo.search(
            [
                ("payment_token_id", "=", old_sudo.id),
                ("partner_id", "=", order_sudo.partner_id.id),
                ("company_id", "=", order_sudo.company_id.id),
                ("state", "in", ("running", "paused", "on_hold")),
            ]
        )
        return (others_sudo - order_sudo).filtered(
            lambda order: not tx_sudo.token_id._continuity_get_refusal(order)
        )
