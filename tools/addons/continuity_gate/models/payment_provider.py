# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import os
from urllib.parse import urlsplit

from odoo import models


class PaymentProvider(models.Model):
    """Every request goes to the gate, and never to a real provider."""

    _inherit = "payment.provider"

    def _build_request_url(self, endpoint, **kwargs):
        """Override of the modules of providers: their path, on another machine."""
        real = urlsplit(super()._build_request_url(endpoint, **kwargs))
        return f"{os.environ['CONTINUITY_GATE']}/{self.code}{real.path}"
