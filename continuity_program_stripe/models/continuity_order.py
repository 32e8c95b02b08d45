# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import SUPERUSER_ID, models


class ContinuityOrder(models.Model):
    """The continuity order: its cardholder disputes a charge."""

    _inherit = "continuity.order"

    def _charge_back_disputed(self, rows, reason):
        """Do what the button *Chargeback* does, by the word of the provider.

        :param continuity.payment rows: of the order, paid, in sudo
        :param str reason: in the provider's own word
        """
        self.ensure_one()
        text = self.env._("disputed at the bank (%s)", reason)
        # The note names who has done it: nobody who is logged in
        rows = rows.with_user(SUPERUSER_ID).with_context(lang=self.env.lang)
        rows._charge_back(text)
