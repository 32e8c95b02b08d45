# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from ...base.sealed import unseal


class PaymentProvider(models.Model):
    """Where payment providers meet continuity programs."""

    _inherit = "payment.provider"

    def _is_tokenization_required(self, **kwargs):
        """Override of `payment`: the card that the bank has seen is kept."""
        is_seen = unseal(self.env, "continuity_on_session")
        return bool(is_seen) or super()._is_tokenization_required(**kwargs)
