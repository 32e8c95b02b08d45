# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class AccountMove(models.Model):
    """The printed invoice says when each of its instalments is due."""

    _inherit = "account.move"

    def _shows_continuity_instalments(self):
        """Say whether instalments are printed that no payment term of Odoo makes.

        They are those of the payment schedule of a continuity order.

        :rtype: bool
        """
        self.ensure_one()
        return bool(self.continuity_order_id) and not self.invoice_payment_term_id
