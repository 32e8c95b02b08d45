# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging

from odoo import api, models

from ..dispute import RETURNED, TAKEN, Dispute, read_dispute

_logger = logging.getLogger(__name__)


class PaymentProvider(models.Model):
    """Stripe tells of disputes, in messages that it signs."""

    _inherit = "payment.provider"

    @api.model
    def _continuity_read_message(self, source, message):
        """Override: a dispute is read here."""
        if str(message.get("type")).startswith("charge.dispute."):
            return read_dispute(message)
        return super()._continuity_read_message(source, message)

    def _continuity_follow_message(self, source, update):
        """Override: a dispute is followed here."""
        if isinstance(update, Dispute):
            return self._continuity_take_dispute(update)
        return super()._continuity_follow_message(source, update)

    def _continuity_take_dispute(self, dispute):
        """Follow a dispute, once for each thing that it tells.

        Events come twice, in any order, and several tell the same: what counts is what
        they tell of which dispute.

        :param Dispute dispute: what was told
        """
        transactions = self.env["payment.transaction"].search(
            [
                ("provider_id", "in", self.ids),
                ("provider_reference", "=", dispute.intent),
                ("operation", "!=", "refund"),
            ]
        )
        if not transactions:
            _logger.info("A dispute of Stripe is about a payment nobody knows")
        messages = self.env["continuity.card.message"]
        for provider, mine in transactions.grouped("provider_id").items():
            if not messages._take(provider, f"{dispute.key} {dispute.kind}"):
                continue
            returned = f"{dispute.key} {RETURNED}"
            is_over = dispute.kind == TAKEN and messages.search_count(
                [("provider_id", "=", provider.id), ("key", "=", returned)]
            )
            if not is_over:
                mine._continuity_follow_dispute(dispute)
