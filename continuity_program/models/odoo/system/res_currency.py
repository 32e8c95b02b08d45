# Copyright 2026 Continuity Program maintainers
# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class ResCurrency(models.Model):
    """Where `res.currency` meets continuity programs."""

    _inherit = "res.currency"

    def format(self, amount):
        """Override of `base`: a sum that is nothing is written without a minus sign.

        Odoo takes it from a zero alone, and rounds afterwards: a sum of floats that
        misses zero by a hair would be read as "-0.00".
        """
        return super().format(self.round(amount))
