# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from ..base.continuity_notice_mixin import NOTICES


class ContinuityPayment(models.Model):
    """The payment row: the mail with the link, asked for by a person."""

    _inherit = "continuity.payment"

    def _mail_authentication(self):
        """Mail the link, whether or not the company has the notice switched on."""
        template = self.env.ref(
            NOTICES["payment_authenticate"].template, raise_if_not_found=False
        )
        if not template or not self.env["continuity.database"]._is_confirmed():
            # A copied database mails nobody
            return
        # Sellers and visitors cause the mail; the company writes it, and sends it
        self._mail_continuity_notice(template.sudo())
