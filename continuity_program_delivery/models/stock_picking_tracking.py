# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class StockPicking(models.Model):
    """The transfer: its number at the carrier."""

    _inherit = "stock.picking"

    def _get_continuity_tracking(self):
        """Override of `continuity_program_stock`: what the carrier gave.

        :return: number and address of the page where it is followed
        :rtype: tuple[str, str]
        """
        self.ensure_one()
        url = self.carrier_tracking_url or ""
        # Some carriers answer with several; and nothing but a web page is opened
        if not url.startswith(("https://", "http://")):
            url = ""
        return self.carrier_tracking_ref or "", url
